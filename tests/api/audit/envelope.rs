//! What the network's admin is told: the envelope, and nothing of donors, links and drafts.

use std::collections::BTreeSet;

use super::*;
use crate::donor_links::{Link, money};
use crate::programmes::Three;
use crate::support::document::guarded;
use crate::support::examples::Examples;
use crate::visits::{Trip, VISITS, draft};

on_both_engines! {
    fn the_network_admin_is_told_the_envelope(world: World) {
        Trip::accepted(&world, draft(&world));
        world.a.admin.post(&world.a.path("/members"), json!({"name": ar("سلمى الفريدة")})).header("X-Request-Id", "salma").expect(201);
        world.a.contributor.post("/v1/communities", json!({"name": ar("ود الحداد"), "country": "SD"})).expect(201);
        world.network_admin.post(&world.b.path("/suspend"), json!({"reason": ar("مراجعة")})).expect(200);
        sealed(&world.server);
        let entries = all(&world.network_admin, "");
        let told = actions(&entries);
        for action in ["visit.proposed", "visit.accepted", "member.created", "community.created", "organisation.suspended"] {
            assert!(told.contains(&action), "{action}: {told:?}");
        }
        assert!(!told.contains(&"visit.created"), "a draft: {told:?}");
        for entry in &entries {
            let own = ["community", "organisation"].contains(&entry["thing"]["type"].as_str().unwrap());
            assert_eq!(entry["thing"]["id"].is_string(), own, "{entry}");
            assert_eq!(entry["changes"].is_array(), own, "{entry}");
            assert!(entry["actor"]["user_id"].is_string() && entry["actor"]["name"].is_null(), "{entry}");
            for untold in [&entry["address"], &entry["request_id"], &entry["through"]["session_id"]] {
                assert!(untold.is_null(), "{entry}");
            }
        }
        let text = json!(entries).to_string();
        assert!(!text.contains("الفريدة") && !text.contains("salma") && text.contains("مراجعة"), "{text}");
        // What is not told is not found by.
        let member = all(&world.a.admin, "action=member.created")[0]["thing"]["id"].as_str().unwrap().to_owned();
        assert_eq!(all(&world.network_admin, &format!("id={member}")), Vec::<Value>::new());
        assert_eq!(all(&world.network_admin, &format!("id={}", world.b.id)).len(), 1);
        assert_eq!(all(&world.network_admin, "type=donor&type=donor_link"), Vec::<Value>::new());
        let by = all(&world.network_admin, &format!("actor={}", world.network_admin.user()));
        assert_eq!(actions(&by), ["organisation.suspended"]);
        // As one of an organisation's people they would be told as such alone.
        world.network_admin.get(AUDIT).acting_for(world.a.id).problem("not-a-member").expect(403);
    }

    fn of_what_was_a_draft_what_came_before_is_not_told(world: World) {
        let trip = Trip::draft(&world, draft(&world));
        let mine = &world.a.contributor;
        let agenda = trip.below("agenda");
        let item = mine.post(&agenda, json!({"kind": "reception", "title": ar("استقبال")})).expect(201).id();
        mine.patch(&format!("{agenda}/{item}"), json!({"title": ar("وداع")})).if_match("*").expect(200);
        mine.patch(&trip.path, json!({"title": ar("زيارة أخرى")})).if_match("*").expect(200);
        let promise = json!({"kind": "other", "strength": "discussed", "description": ar("وعد")});
        mine.put(&trip.below("record"), json!({"commitments": [promise]})).if_match("*").expect(200);
        let dropped = Trip::draft(&world, draft(&world));
        mine.post(&dropped.below("agenda"), json!({"kind": "reception", "title": ar("استقبال")})).expect(201);
        mine.delete(&dropped.path).if_match("*").expect(204);
        let body = json!({
            "title": ar("برنامج"), "objectives": ar("أهداف"), "sectors": ["education"], "community_ids": [],
            "period": {"starts_on": "2025-01-01", "ends_on": "2040-12-31"},
            "partners": [{"organisation_id": world.a.id, "role": "lead"}, {"organisation_id": world.b.id, "role": "funding"}],
        });
        let programme = format!("/v1/programmes/{}", world.a.admin.post("/v1/programmes", body).expect(201).id());
        let activity = json!({"title": ar("نشاط"), "sector": "health", "led_by_organisation_id": world.a.id});
        mine.post(&format!("{programme}/activities"), activity.clone()).expect(201);
        sealed(&world.server);
        assert_eq!(all(&world.network_admin, ""), Vec::<Value>::new());

        trip.act(&world.a.coordinator, "propose", json!({})).expect(200);
        mine.post(&agenda, json!({"kind": "closing", "title": ar("ختام")})).expect(201);
        let act = |action: &str| drop(world.a.admin.post(&format!("{programme}/{action}"), json!({})).expect(200));
        act("propose");
        mine.post(&format!("{programme}/activities"), activity.clone()).expect(201);
        act("withdraw-proposal");
        mine.post(&format!("{programme}/activities"), activity).expect(201);
        sealed(&world.server);
        let entries = all(&world.network_admin, "");
        let mut told = actions(&entries);
        told.sort_unstable();
        let expected = [
            "programme.activity.created", "programme.proposal_withdrawn", "programme.proposed", "visit.agenda_item.created", "visit.proposed",
            "visit.record_changed",
        ];
        assert_eq!(told, expected);
    }

    /// Everything that the network's admin can fetch, searched for what is not theirs: donors, links, drafts.
    fn nothing_of_donors_links_and_drafts_is_anywhere(three: Three) {
        let world = &three.world;
        let mark = "زرياب";
        let marked = |text: &str| ar(&format!("{mark} {text}"));
        let own = &three.a().coordinator;
        // Donors known to their own alone and to the network, hidden and told, with a link to money.
        for visibility in ["owner", "network"] {
            let body = json!({"name": marked("المانح"), "kind": "individual", "visibility": visibility,
                "contact": {"notes": marked("جهة اتصال")}});
            let donor = own.post("/v1/donors", body).expect(201).id();
            own.patch(&format!("/v1/donors/{donor}"), json!({"name": marked("المانحة")})).if_match("*").expect(200);
            let project = json!({"title": ar("بئر"), "visibility": "network", "status": "seeking_support"});
            let project = three.b().coordinator.post("/v1/projects", project).expect(201).id();
            let body = json!({"donor_id": donor, "beneficiary_organisation_id": three.b().id, "project_id": project,
                "message": marked("رسالة")});
            let link = Link::made(own, body);
            link.act(&three.b().coordinator, "accept", json!({})).expect(200);
            link.act(own, "introduce", json!({})).expect(200);
            own.put(&link.below("grant"), json!({})).expect(200);
            three.b().coordinator.get(&link.below("contact")).expect(200);
            let pledge = crate::donor_links::with(money("700", "SDG"), json!({"conditions": marked("شرط")}));
            link.pledge(own, pledge);
            link.receive(&three.b().coordinator, crate::donor_links::with(money("500", "SDG"), json!({"handed_over_by": mark})));
            link.act(own, "end", json!({"reason": marked("سبب")})).expect(200);
            let receipt = json!({"money": {"amount": "5", "currency": "SDG"}, "source": "donor_id", "donor_id": donor});
            let _ = own.post(&format!("/v1/projects/{project}/receipts"), receipt).send();
        }
        // Drafts that stay, and one that was thrown away.
        let mut body = draft(world);
        body["title"] = marked("زيارة");
        body["agenda"] = json!([{"kind": "reception", "title": marked("فقرة")}]);
        let kept = own.post(VISITS, body.clone()).expect(201).id();
        let dropped = own.post(VISITS, body).expect(201).id();
        own.patch(&format!("{VISITS}/{kept}"), json!({"summary": marked("ملخص")})).if_match("*").expect(200);
        own.delete(&format!("{VISITS}/{dropped}")).if_match("*").expect(204);
        let programme = json!({
            "title": marked("برنامج"), "objectives": marked("أهداف"), "sectors": ["education"], "community_ids": [],
            "period": {"starts_on": "2025-01-01", "ends_on": "2040-12-31"},
            "partners": [{"organisation_id": three.a().id, "role": "lead"}, {"organisation_id": three.b().id, "role": "funding"}],
        });
        own.post("/v1/programmes", programme).expect(201);
        sealed(&world.server);

        let secret_kinds = ["donor", "donor_link", "donor_link.pledge", "donor_link.disbursement", "project.receipt", "programme.contribution"];
        let everything = world.server.journal();
        let ids = |kinds: &[&str]| -> BTreeSet<String> {
            let of = everything.iter().filter(|entry| kinds.contains(&entry.thing_kind.as_str()));
            of.map(|entry| entry.thing_id.to_string()).collect()
        };
        let mut secrets = ids(&secret_kinds);
        secrets.extend(ids(&["visit", "visit.agenda_item", "programme"]));
        assert!(secrets.len() >= 12, "{secrets:?}");
        secrets.insert(mark.to_owned());

        let (admin, mut heard) = (&world.network_admin, Vec::new());
        let pages = all(admin, "").iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        heard.push((AUDIT.to_owned(), pages));
        for query in ["", "type=donor", "type=donor_link", "type=visit", "action=donor.created"] {
            for path in [AUDIT, "/v1/audit.ndjson"] {
                heard.push((format!("{path}?{query}"), admin.get(&format!("{path}?{query}")).expect(200).text()));
            }
        }
        // Every operation that reads, for everything that there is, by its true id.
        let things: Vec<String> = everything.iter().map(|entry| entry.thing_id.to_string()).collect::<BTreeSet<_>>().into_iter().collect();
        let examples = Examples::of(world);
        for operation in guarded().iter().filter(|one| one.reads()) {
            let mut paths = vec![examples.fill(&operation.path)];
            if operation.path.matches('{').count() == 1 {
                let (before, rest) = operation.path.split_once('{').unwrap();
                let (_, after) = rest.split_once('}').unwrap();
                paths.extend(things.iter().map(|id| format!("{before}{id}{after}")));
            }
            if operation.path == "/v1/trace/{type}/{id}" {
                let kinds = ["visit", "programme", "project", "donor_link", "disbursement"];
                paths.extend(kinds.iter().flat_map(|kind| things.iter().map(move |id| format!("/v1/trace/{kind}/{id}"))));
            }
            for path in paths {
                let reply = admin.get(&path).send();
                // A refusal names the path that was asked for.
                let text = reply.text().replace(&path, "");
                heard.push((path, text));
            }
        }
        assert!(heard.len() > 200, "{}", heard.len());
        for (what, text) in heard {
            for secret in &secrets {
                assert!(!text.contains(secret.as_str()), "{secret} in {what}: {text}");
            }
        }
    }
}

/// Every kind of thing that the code gives the journal has its row: without one nobody would be told of it.
#[test]
fn every_kind_of_the_journal_is_in_the_table() {
    use awasir::audit::rules::kind_of;
    fn sources(folder: &std::path::Path, all: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut code = String::new();
    sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
    let mut kinds = BTreeSet::new();
    for (mark, at) in [("KIND: &str = ", 0), ("Thing::new(", 0), ("part!(", 1), ("MEMBER: &str = ", 0)] {
        for rest in code.split(mark).skip(1) {
            // The first text among the arguments, or of `part!` the second.
            let arguments = rest.split([')', ';', '\n']).next().unwrap();
            let texts: Vec<&str> = arguments.split('"').skip(1).step_by(2).collect();
            kinds.extend(texts.get(at).map(|text| (*text).to_owned()));
        }
    }
    assert!(kinds.len() >= 24 && kinds.contains("visit.delegate") && kinds.contains("donor"), "{kinds:?}");
    let missing: Vec<&String> = kinds.iter().filter(|kind| kind_of(kind).is_none()).collect();
    assert!(missing.is_empty(), "no row in src/audit/rules.rs: {missing:?}");
}
