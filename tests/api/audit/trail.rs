//! The trail as an organisation's own are told it.

use awasir::access::{Right, Rights, Role};

use super::*;
use crate::donors::secret;
use crate::support::world::{join, person};
use crate::visits::{Trip, draft};

fn of<'a>(entries: &'a [Value], action: &str) -> Vec<&'a Value> {
    entries.iter().filter(|entry| entry["action"] == action).collect()
}

#[track_caller]
fn only<'a>(entries: &'a [Value], action: &str) -> &'a Value {
    let found = of(entries, action);
    assert_eq!(found.len(), 1, "{action}: {:?}", actions(entries));
    found[0]
}

fn change<'a>(entry: &'a Value, field: &str) -> &'a Value {
    let changes = entry["changes"].as_array().unwrap();
    changes.iter().find(|change| change["field"] == field).unwrap_or_else(|| panic!("{field}: {entry}"))
}

on_both_engines! {
    fn an_entry_tells_who_what_when_and_from_where(world: World) {
        let me = &world.a.admin;
        let body = json!({"name": ar("سلمى"), "phone": "0912345678"});
        let made = me.post(&world.a.path("/members"), body).header("X-Request-Id", "request-7").expect(201);
        me.patch(&world.a.path(&format!("/members/{}", made.id())), json!({"title": ar("أمينة المال")})).if_match("*").expect(200);
        let head = sealed(&world.server);
        let entries = all(me, "");
        assert_eq!(actions(&entries), ["member.changed", "member.created"], "{entries:?}");
        let entry = only(&entries, "member.created");
        assert_eq!(entry["thing"], json!({"type": "member", "id": made.id(), "version": 1}));
        assert_eq!(entry["organisation_id"], world.a.id.to_string());
        assert_eq!(entry["about_organisation_id"], Value::Null);
        let actor = &entry["actor"];
        assert_eq!(actor["user_id"], me.user().to_string());
        assert_eq!(actor["member_id"], world.a.members[&Role::Admin].to_string());
        assert!(actor["name"]["ar"].is_string(), "{entry}");
        assert!(entry["through"]["session_id"].is_string() && entry["through"]["access_token_id"].is_null());
        assert_eq!((&entry["address"], &entry["request_id"]), (&json!("127.0.0.1"), &json!("request-7")));
        let name = change(entry, "name");
        assert_eq!((&name["recorded"], &name["before"], &name["after"]["ar"]), (&json!("values"), &Value::Null, &json!("سلمى")));
        let phone = change(entry, "phone");
        assert_eq!((&phone["recorded"], &phone["after"]), (&json!("name_only"), &Value::Null));
        let title = change(only(&entries, "member.changed"), "title");
        assert_eq!(title["after"]["ar"], "أمينة المال");
        // The newest link is the newest entry's.
        assert_eq!((&entries[0]["seq"], &entries[0]["link"]), (&json!(head.seq), &json!(head.hex())));
        let told = me.get("/v1/audit/head").expect(200);
        assert_eq!(told.json(), json!({"seq": head.seq, "link": head.hex(), "at": entries[0]["at"], "waiting": 0}));
        me.get("/v1/audit/head").header("If-None-Match", &told.etag()).expect(304);
        assert_eq!(world.network_admin.get("/v1/audit/head").expect(200).json(), told.json());
        me.head(AUDIT).expect(200);
        me.head("/v1/audit/head").expect(200);
    }

    fn each_organisation_is_told_its_own_and_what_concerns_it(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        world.b.admin.get(&world.a.path("/contact")).send();
        world.network_admin.post(&world.a.path("/suspend"), json!({"reason": ar("مراجعة الأوراق")})).expect(200);
        sealed(&world.server);
        let (a, b) = (all(world.a.admin.renew(), ""), all(&world.b.admin, ""));
        assert_eq!(actions(&a)[1..], ["visit.proposed", "visit.created"], "{a:?}");
        // Suspended by the network's admin: told, from where it was done is not.
        let suspended = only(&a, "organisation.suspended");
        assert_eq!(change(suspended, "last_decision")["after"]["reason"]["ar"], "مراجعة الأوراق");
        assert_eq!(suspended["organisation_id"], Value::Null);
        assert_eq!(suspended["about_organisation_id"], world.a.id.to_string());
        assert_eq!(suspended["actor"]["user_id"], world.network_admin.user().to_string());
        for untold in [&suspended["address"], &suspended["request_id"], &suspended["through"]["session_id"]] {
            assert!(untold.is_null(), "{suspended}");
        }
        assert_eq!(actions(&b), ["visit.accepted"], "{b:?}");
        assert!(b[0]["thing"]["id"].as_str().is_some_and(|id| trip.path.ends_with(id)));
        // Nothing of another organisation is found by asking for it.
        for query in [format!("actor={}", world.a.coordinator.user()), format!("id={}", world.a.id)] {
            assert_eq!(all(&world.b.admin, &query), Vec::<Value>::new(), "{query}");
        }
    }

    fn who_reads_a_contact_is_told_as_an_organisation(world: World) {
        let contact = json!({"contact": {"phone": {"value": "0912000111", "visibility": "network"}}});
        world.a.admin.patch(&world.a.path(""), contact).if_match("*").expect(200);
        world.b.viewer.get(&world.a.path("/contact")).expect(200);
        sealed(&world.server);
        let entries = all(&world.a.admin, "action=organisation.contact_read");
        let read = only(&entries, "organisation.contact_read");
        assert_eq!(read["organisation_id"], world.b.id.to_string());
        assert!(read["actor"]["user_id"].is_null() && read["address"].is_null(), "{read}");
        let by = format!("actor={}", world.b.viewer.user());
        assert_eq!(all(&world.a.admin, &by), Vec::<Value>::new(), "what is not told is not found by");
        let own = all(&world.b.admin, &by);
        assert_eq!(only(&own, "organisation.contact_read")["actor"]["user_id"], world.b.viewer.user().to_string());
    }

    fn with_several_memberships_the_union_or_the_one_that_the_header_names(world: World) {
        let both = person(&world.server, "both@example.org", false);
        join(&world.server, &both, world.a.id, Role::Admin);
        join(&world.server, &both, world.b.id, Role::Admin);
        world.a.contributor.post("/v1/communities", json!({"name": ar("ود الحداد"), "country": "SD"})).expect(201);
        world.b.contributor.post("/v1/communities", json!({"name": ar("ود النيل"), "country": "SD"})).expect(201);
        sealed(&world.server);
        assert_eq!(all(&both, "").len(), 2);
        for own in [&world.a, &world.b] {
            let page = both.get(AUDIT).acting_for(own.id).expect(200).data();
            assert_eq!(page.len(), 1, "{page:?}");
            assert_eq!(page[0]["organisation_id"], own.id.to_string());
        }
        world.a.admin.get(AUDIT).acting_for(world.b.id).problem("not-a-member").expect(403);
        world.a.coordinator.get(AUDIT).problem("forbidden").expect(403);
    }

    fn what_is_read_by_another_right_is_not_told_without_it(world: World) {
        world.a.coordinator.post("/v1/donors", secret()).expect(201);
        world.a.coordinator.post("/v1/projects", json!({"title": ar("بئر")})).expect(201);
        world.a.admin.post(&world.a.path("/members"), json!({"name": ar("سلمى")})).expect(201);
        sealed(&world.server);
        let with = |more: &[Right]| {
            let rights = Rights::of(&[Right::AuditRead]).union(Rights::of(more));
            all(&world.a.admin.narrowed(rights), "")
        };
        assert_eq!(with(&[]), Vec::<Value>::new());
        assert_eq!(actions(&with(&[Right::DonorsRead])), ["donor.created"]);
        assert_eq!(actions(&with(&[Right::ProjectsRead])), ["project.created"]);
        let members = with(&[Right::MembersRead]);
        assert_eq!(actions(&members), ["member.created"]);
        assert!(members[0]["actor"]["name"].is_object());
        let projects = with(&[Right::ProjectsRead]);
        assert!(projects[0]["actor"]["user_id"].is_string() && projects[0]["actor"]["name"].is_null());
        assert_eq!(with(&[Right::DonorsRead, Right::ProjectsRead, Right::MembersRead]).len(), 3);
        world.a.admin.narrowed(Rights::of(&[Right::DonorsRead])).get(AUDIT).problem("forbidden").expect(403);
    }

    fn found_by_actor_thing_action_and_day(world: World) {
        // Noon in Khartoum, so that no test is near midnight.
        let noon = |day: &str| format!("{day}T10:00:00Z").parse().unwrap();
        let days = ["2031-03-01", "2031-03-02", "2031-03-03"];
        let mut villages = Vec::new();
        for (day, by) in days.iter().zip([&world.a.contributor, &world.a.coordinator, &world.a.admin]) {
            world.server.app.clock.set(noon(day));
            world.server.advance(Duration::from_secs(1));
            let name = format!("قرية {day}");
            villages.push(by.renew().post("/v1/communities", json!({"name": ar(&name), "country": "SD"})).expect(201).id());
        }
        let [first, second, third] = [&villages[0], &villages[1], &villages[2]];
        world.a.admin.patch(&format!("/v1/communities/{second}"), json!({"name": ar("قرية أخرى")})).if_match("*").expect(200);
        sealed(&world.server);
        let things = |query: &str| {
            let found = all(&world.a.admin, query);
            found.iter().map(|entry| entry["thing"]["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let (one, two) = (world.a.contributor.user(), world.a.coordinator.user());
        for (query, expected) in [
            (String::new(), vec![second, third, second, first]),
            (format!("id={second}"), vec![second, second]),
            (format!("id={first}&id={third}"), vec![third, first]),
            (format!("actor={one}"), vec![first]),
            (format!("actor={one}&actor={two}"), vec![second, first]),
            (format!("actor={one}&id={second}"), vec![]),
            ("type=community".to_owned(), vec![second, third, second, first]),
            ("type=visit&type=member".to_owned(), vec![]),
            ("action=community.changed".to_owned(), vec![second]),
            ("action=community.changed&action=community.created&type=community".to_owned(), vec![second, third, second, first]),
            ("action=nothing.such".to_owned(), vec![]),
            ("from=2031-03-02".to_owned(), vec![second, third, second]),
            ("to=2031-03-02".to_owned(), vec![second, first]),
            ("from=2031-03-02&to=2031-03-02".to_owned(), vec![second]),
            ("from=2031-03-03&to=2031-03-02".to_owned(), vec![]),
            (format!("from=2031-03-01&to=2031-03-02&actor={one}&type=community&action=community.created&id={first}"), vec![first]),
        ] {
            assert_eq!(things(&query).iter().collect::<Vec<_>>(), expected, "{query}");
            let mut whole: Vec<Value> = exported(&world.a.admin, &query);
            whole.reverse();
            assert_eq!(whole, all(&world.a.admin, &query), "{query}");
        }
        // Days are the network's: 22:30 UTC is the next one in Khartoum.
        world.server.app.clock.set("2031-03-04T22:30:00Z".parse().unwrap());
        world.server.advance(Duration::from_secs(1));
        world.a.admin.renew().post("/v1/communities", json!({"name": ar("قرية الليل"), "country": "SD"})).expect(201);
        sealed(&world.server);
        assert_eq!(things("from=2031-03-05").len(), 1);
        assert_eq!(things("to=2031-03-04").len(), 4);
        for (query, name, code) in [
            ("type=nothing", "type", "invalid-value"),
            ("actor=x", "actor", "invalid-value"),
            ("id=x", "id", "invalid-value"),
            ("from=yesterday", "from", "invalid-value"),
            ("who=x", "who", "unknown-parameter"),
        ] {
            for path in [AUDIT, "/v1/audit.ndjson"] {
                world.a.admin.get(&format!("{path}?{query}")).error(name, code).expect(400);
            }
        }
        world.a.admin.get("/v1/audit.ndjson?limit=3").error("limit", "unknown-parameter").expect(400);
    }

    fn what_a_person_erased_is_told_to_be_erased(world: World) {
        let made = world.a.admin.post(&world.a.path("/members"), json!({"name": ar("كباشي الفريد")})).expect(201).id();
        let erase = world.a.path(&format!("/members/{made}/erase"));
        world.a.admin.post(&erase, json!({})).expect(200);
        let gone = person(&world.server, "gone@example.org", false);
        join(&world.server, &gone, world.a.id, Role::Contributor);
        let village = json!({"name": ar("قرية الراحل"), "country": "SD"});
        let village = gone.post("/v1/communities", village).expect(201).id();
        sealed(&world.server);
        let before = only(&all(&world.a.admin, &format!("id={village}")), "community.created").clone();
        assert_eq!(before["address"], "127.0.0.1");
        gone.delete("/v1/me").if_match("*").expect(204);
        sealed(&world.server);
        let entries = all(&world.a.admin, "");
        assert_eq!(change(only(&entries, "member.created"), "name")["recorded"], "erased");
        assert!(!json!(entries).to_string().contains("الفريد"));
        let after = only(&all(&world.a.admin, &format!("id={village}")), "community.created").clone();
        assert!(after["address"].is_null() && after["actor"]["user_id"] == before["actor"]["user_id"], "{after}");
        assert!(after["link"] == before["link"] && after["link"].is_string(), "{after}");
        // Nor from where they asked for it.
        for entry in of(&entries, "member.erased").into_iter().filter(|one| one["actor"]["user_id"] == json!(gone.user())) {
            assert!(entry["address"].is_null(), "{entry}");
        }
        assert!(world.server.look(verify).is_ok());
    }

    fn what_the_network_admin_does_to_an_access_token_is_told_to_its_organisation(world: World) {
        let body = json!({"name": "الموقع", "role": "viewer", "expires_at": "2027-01-01T00:00:00Z"});
        let token = world.a.admin.post(&world.a.path("/access-tokens"), body).expect(201).json();
        let (id, secret) = (token["id"].as_str().unwrap(), token["secret"].as_str().unwrap());
        let reading = world.stranger.with_token(secret);
        reading.get("/v1/organisations").expect(200);
        reading.get(AUDIT).problem("forbidden").expect(403);
        world.network_admin.delete(&format!("/v1/access-tokens/{id}")).expect(204);
        sealed(&world.server);
        let entries = all(&world.a.admin, &format!("id={id}"));
        let revoked = only(&entries, "access_token.revoked");
        assert_eq!(revoked["about_organisation_id"], world.a.id.to_string());
        assert_eq!(revoked["actor"]["user_id"], world.network_admin.user().to_string());
        assert!(revoked["organisation_id"].is_null() && revoked["address"].is_null(), "{revoked}");
        assert!(entries.iter().all(|entry| !entry.to_string().contains(secret)));
        assert!(all(&world.b.admin, "").is_empty());
        let envelope = all(&world.network_admin, "type=access_token");
        assert_eq!(actions(&envelope), actions(&entries).into_iter().filter(|action| *action != "access_token.refused").collect::<Vec<_>>());
        assert!(envelope.iter().all(|entry| entry["thing"]["id"].is_null()));
    }

    fn what_is_done_through_an_access_token_is_found_by_it(world: World) {
        let body = json!({"name": "الموقع", "role": "contributor", "expires_at": "2027-01-01T00:00:00Z"});
        let token = world.a.admin.post(&world.a.path("/access-tokens"), body).expect(201).json();
        let (id, secret) = (token["id"].as_str().unwrap(), token["secret"].as_str().unwrap());
        let machine = world.stranger.with_token(secret);
        machine.post("/v1/communities", json!({"name": ar("قرية الآلة"), "country": "SD"})).expect(201);
        sealed(&world.server);
        let entries = all(&world.a.admin, &format!("actor={id}"));
        let made = only(&entries, "community.created");
        assert_eq!(made["through"], json!({"session_id": null, "access_token_id": id, "command": null}));
        // Who answers for it is who did it.
        assert_eq!(made["actor"]["user_id"], world.a.admin.user().to_string());
        assert_eq!(all(&world.a.admin, &format!("actor={}&action=community.created", world.a.admin.user())).len(), 1);
    }

    fn so_many_are_named_in_one_question(world: World) {
        for name in ["actor", "id"] {
            let named = |count: usize| {
                let one = format!("{name}={}&", world.a.id);
                world.a.admin.get(&format!("/v1/audit?{}", one.repeat(count))).send()
            };
            named(20).expect(200);
            named(21).expect(400).error(name, "too-many");
        }
    }
}
