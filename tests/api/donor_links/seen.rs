//! Who sees a link: its two organisations, and nobody else by any way.

use super::*;
use awasir::access::{Right, Rights, Role};

/// Every path of a link with what came through it.
fn paths(link: &Link, pledge: &str, came: &Value) -> Vec<String> {
    let came = format!("{}/{}", link.below("disbursements"), came["id"].as_str().unwrap());
    let below = ["contact", "contact-readings", "pledges", "disbursements"].map(|rest| link.below(rest));
    [vec![link.path.clone(), pledge.to_owned(), came], below.to_vec()].concat()
}

on_both_engines! {
    fn two_organisations_and_nobody_else(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let link = Link::introduced(&three);
        let pledge = link.pledge(&b.coordinator, money("500", "SDG"));
        let came = link.receive(&b.coordinator, money("100", "SDG"));
        for path in paths(&link, &pledge, &came) {
            c.admin.get(&path).problem("not-found").expect(404);
            three.world.network_admin.get(&path).problem("forbidden").expect(403);
            a.contributor.get(&path).problem("forbidden").expect(403);
        }
        let missing = Link { path: format!("{LINKS}/{}", uuid::Uuid::new_v4()) };
        three.world.network_admin.get(&missing.path).problem("forbidden").expect(403);
        for action in ["accept", "decline", "introduce", "close"] {
            link.act(&c.admin, action, json!({})).problem("not-found").expect(404);
            link.act(&three.world.network_admin, action, json!({})).problem("forbidden").expect(403);
        }
        c.admin.put(&link.below("grant"), json!({})).problem("not-found").expect(404);
        for query in ["", "?stage=funded", &format!("?organisation_id={}", a.id), &format!("?organisation_id={}", b.id)] {
            assert!(c.coordinator.get(&format!("{LINKS}{query}")).expect(200).data().is_empty(), "{query}");
        }
        // By either side, for one's own donor's sake only where that is told.
        let seen = link.seen_by(&b.coordinator);
        for (query, found) in [
            (format!("donor_id={}", seen["donor_id"].as_str().unwrap()), true),
            (format!("project_id={}", seen["project_id"].as_str().unwrap()), true),
            (format!("organisation_id={}", a.id), true),
            (format!("organisation_id={}", b.id), true),
            (format!("organisation_id={}", c.id), false),
            ("stage=funded&stage=pledged".to_owned(), true),
            ("stage=offered".to_owned(), false),
            (format!("programme_id={}", uuid::Uuid::new_v4()), false),
            (format!("donor_id={}", uuid::Uuid::new_v4()), false),
        ] {
            for client in [&a.coordinator, &b.coordinator] {
                let ids = client.get(&format!("{LINKS}?{query}")).expect(200).ids();
                assert_eq!(ids, if found { vec![link.id().to_owned()] } else { Vec::new() }, "{query}");
            }
        }
        a.coordinator.get(&format!("{LINKS}?stage=lost")).problem("invalid-parameter").expect(400);
        // The donor itself stays unknown to the beneficiary.
        b.coordinator.get(&format!("/v1/donors/{}", seen["donor_id"].as_str().unwrap())).problem("not-found").expect(404);
        let narrowed: Rights = Role::Coordinator.rights().iter().filter(|right| *right != Right::DonorsRead).collect();
        a.coordinator.narrowed(narrowed).get(&link.path).problem("forbidden").expect(403);
    }

    /// A donor whom the network knows is named to both.
    fn what_the_network_knows(three: Three) {
        let (a, b) = (three.a(), three.b());
        let body = with(offer(&three), json!({"donor_id": donor(a, known())}));
        let link = Link::made(&a.coordinator, body.clone());
        for client in [&a.coordinator, &b.coordinator] {
            assert_eq!(link.seen_by(client)["donor_name"], known()["name"]);
            assert_eq!(client.get(LINKS).expect(200).data()[0]["donor_name"], known()["name"]);
        }
        let donor = format!("/v1/donors/{}", body["donor_id"].as_str().unwrap());
        a.coordinator.patch(&donor, json!({"visibility": "owner"})).version(1).expect(200);
        assert_eq!(link.seen_by(&b.coordinator)["donor_name"], Value::Null);
        assert_eq!(link.seen_by(&a.coordinator)["donor_name"], known()["name"]);
        a.coordinator.delete(&donor).if_match("*").problem("in-use").expect(409);
    }

    /// What a commitment of a visit brought forth is told to the two alone.
    fn a_commitment_that_it_fulfils(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut visit = crate::visits::draft(&three.world);
        visit["parties"] = crate::visits::parties(&[(a, "visitor"), (b, "host"), (c, "host")]);
        visit["commitments"] = json!([
            {"kind": "donor_introduction", "strength": "called_for", "description": ar("تعريف بداعم")},
            {"kind": "donor_introduction", "strength": "called_for", "description": ar("تعريف آخر")},
        ]);
        let trip = crate::visits::Trip::proposed(&three.world, visit);
        for host in [b, c] {
            let version = trip.seen_by(&host.coordinator)["version"].clone();
            trip.act(&host.coordinator, "accept", json!({"version": version})).expect(200);
        }
        let commitments = trip.seen_by(&a.viewer)["commitments"].clone();
        let promised = commitments[0]["id"].clone();
        let path = format!("/v1/commitments/{}", promised.as_str().unwrap());
        let body = with(offer(&three), json!({"arises_from_commitment_id": promised}));
        let link = Link::made(&a.coordinator, body.clone());
        let by = json!({"type": "donor_link", "id": link.id()});
        for (client, told) in [(&a.coordinator, &by), (&b.coordinator, &by), (&c.coordinator, &Value::Null), (&a.viewer, &Value::Null)] {
            let seen = client.get(&path).expect(200).json();
            assert_eq!((&seen["fulfilled_by"], &seen["status"]), (told, &json!("in_progress")));
        }
        assert_eq!(link.seen_by(&b.coordinator)["arises_from_commitment_id"], promised);
        let again = with(offer(&three), json!({"arises_from_commitment_id": promised}));
        a.coordinator.post(LINKS, again).problem("commitment-taken").expect(409);
        let status = || a.coordinator.get(&path).expect(200).json()["status"].clone();
        for stage in ["accept", "introduce"] {
            let by = if stage == "accept" { b } else { a };
            link.act(&by.coordinator, stage, json!({})).expect(200);
            assert_eq!(status(), "in_progress");
        }
        let came = link.receive(&b.coordinator, money("5", "SDG"));
        assert_eq!(status(), "in_progress");
        link.take_back(&b.coordinator, &came).expect(201);
        link.receive(&b.coordinator, money("5", "SDG"));
        link.act(&b.coordinator, "close", json!({})).expect(200);
        assert_eq!(status(), "done");
        // One that came to nothing frees it, and another may take it up.
        let promised = commitments[1]["id"].clone();
        let path = format!("/v1/commitments/{}", promised.as_str().unwrap());
        for action in ["decline", "end"] {
            let body = with(offer(&three), json!({"arises_from_commitment_id": promised}));
            let link = Link::made(&a.coordinator, body);
            if action == "end" {
                link.act(&b.coordinator, "accept", json!({})).expect(200);
            }
            link.act(&b.coordinator, action, json!({"reason": ar("اعتذار")})).expect(200);
            let seen = a.coordinator.get(&path).expect(200).json();
            assert_eq!((&seen["status"], &seen["fulfilled_by"]), (&json!("open"), &Value::Null), "{action}");
        }
        let own = json!({
            "donor_id": donor(a, secret()), "beneficiary_organisation_id": a.id, "project_id": project(a),
            "arises_from_commitment_id": promised,
        });
        Link::made(&a.coordinator, own);
        assert_eq!(a.coordinator.get(&path).expect(200).json()["status"], "in_progress");
    }

    /// How an organisation is reached is told to those it shares a link with by its own word.
    fn they_are_partners(three: Three) {
        let (a, b) = (three.a(), three.b());
        for one in [a, b] {
            let contact = json!({"contact": {"phone": {"value": "0912000111", "visibility": "partners"}}});
            one.admin.patch(&one.path(""), contact).if_match("*").expect(200);
        }
        let reads = |reader: &Organisation, of: &Organisation| reader.viewer.get(&of.path("/contact")).send().status;
        assert_eq!((reads(a, b), reads(b, a)), (404, 404));
        let link = Link::offered(&three);
        assert_eq!((reads(a, b), reads(b, a)), (404, 200));
        link.act(&b.coordinator, "accept", json!({})).expect(200);
        assert_eq!((reads(a, b), reads(b, a)), (200, 200));
        assert_eq!(reads(&three.c, a), 404);
    }
}
