//! The donor's contact: read by leave, as long as that stands, and never unseen.

use super::*;

const READ: &str = "contact";

/// The leave to read it.
#[track_caller]
fn granted(three: &Three, link: &Link) -> Value {
    three.a().coordinator.put(&link.below("grant"), json!({})).expect(200).json()
}

#[track_caller]
fn refused(client: &Client, link: &Link) {
    let reply = client.get(&link.below(READ)).problem("no-grant").expect(403);
    assert!(!reply.text().contains("tayyib") && !reply.text().contains("+249912777333"), "{reply}");
}

#[track_caller]
fn reads(client: &Client, link: &Link) -> Reply {
    let reply = client.get(&link.below(READ)).header("Accept-Encoding", "gzip").expect(200);
    let told = reply.json();
    assert_eq!(told["name"], secret()["name"]);
    assert_eq!(told["email"], "hafiza.bashir@tayyib.example");
    assert_eq!((&told["phone"], &told["notes"]), (&json!("+249912777333"), &secret()["contact"]["notes"]));
    assert_eq!(told["persons"][0]["name"], ar("حفيظة بشير"));
    reply
}

on_both_engines! {
    fn leave_is_given_apart_from_the_introduction(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::offered(&three);
        // Whose donor it is reads its own at any time.
        reads(&a.coordinator, &link);
        refused(&b.coordinator, &link);
        let seen = granted(&three, &link);
        assert!(seen["granted_at"].is_string() && seen["version"] == 2, "{seen}");
        assert_eq!(granted(&three, &link), seen);
        assert_eq!(link.seen_by(&b.coordinator)["granted_at"], seen["granted_at"]);
        // Consent first, and then the introduction.
        refused(&b.coordinator, &link);
        link.act(&b.coordinator, "accept", json!({})).expect(200);
        refused(&b.coordinator, &link);
        link.act(&a.coordinator, "introduce", json!({})).expect(200);
        let reply = reads(&b.coordinator, &link);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!((reply.header("etag"), reply.header("content-encoding")), (None, Some("identity")));
        b.coordinator.head(&link.below(READ)).expect(405);
        // Introduced without leave there is none.
        let other = Link::introduced(&three);
        refused(&b.coordinator, &other);
        // In every stage from there on that did not come to nothing.
        for stage in ["introduced", "in_discussion", "pledged", "funded"] {
            let link = Link::in_stage(&three, stage);
            granted(&three, &link);
            reads(&b.coordinator, &link);
            if stage == "funded" {
                link.act(&b.coordinator, "close", json!({})).expect(200);
                reads(&b.coordinator, &link);
            } else {
                let ended = link.act(&b.coordinator, "end", json!({"reason": ar("انقطع")})).expect(200).json();
                assert_eq!(ended["granted_at"], Value::Null);
                refused(&b.coordinator, &link);
            }
            a.coordinator.delete(&link.below("grant")).expect(204);
            refused(&b.coordinator, &link);
            a.coordinator.put(&link.below("grant"), json!({})).problem("state-conflict").expect(409);
        }
    }

    fn taken_back_it_is_refused_on_the_next_request(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::introduced(&three);
        for client in [&b.coordinator, &b.admin] {
            client.put(&link.below("grant"), json!({})).problem("forbidden").expect(403);
            client.delete(&link.below("grant")).problem("forbidden").expect(403);
        }
        for _ in 0..3 {
            granted(&three, &link);
            reads(&b.coordinator, &link);
            a.coordinator.delete(&link.below("grant")).expect(204);
            refused(&b.coordinator, &link);
            a.coordinator.delete(&link.below("grant")).expect(204);
        }
        reads(&a.coordinator, &link);
        let actions = three.world.server.actions_on(link.id());
        let count = |name: &str| actions.iter().filter(|one| *one == name).count();
        assert_eq!((count("donor_link.contact_granted"), count("donor_link.grant_revoked"), count("donor_link.contact_read")), (3, 3, 3));
    }

    /// Of either organisation; and it does not come back with it.
    fn suspension_takes_it_back(three: Three) {
        let (a, b) = (three.a(), three.b());
        for (one, action) in [(b, "suspend"), (a, "suspend")] {
            let link = Link::introduced(&three);
            granted(&three, &link);
            reads(&b.coordinator, &link);
            three.decide(one, action);
            assert_eq!(link.seen_by(&a.coordinator)["granted_at"], Value::Null);
            refused(&b.coordinator, &link);
            if one.id == b.id {
                // Nor is it given anew meanwhile.
                a.coordinator.put(&link.below("grant"), json!({})).problem("state-conflict").expect(409);
            }
            three.decide(one, "reinstate");
            refused(&b.coordinator, &link);
            granted(&three, &link);
            reads(&b.coordinator, &link);
        }
        let link = Link::introduced(&three);
        granted(&three, &link);
        let later = Link::introduced(&three);
        granted(&three, &later);
        a.admin.post(&a.path("/leave"), json!({})).expect(200);
        b.coordinator.renew();
        refused(&b.coordinator, &link);
        refused(&b.coordinator, &later);
    }

    fn each_reading_is_shown_to_whose_donor_it_is(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::introduced(&three);
        granted(&three, &link);
        assert_eq!(link.seen_by(&a.coordinator)["contact_last_read_at"], Value::Null);
        reads(&a.coordinator, &link);
        reads(&b.coordinator, &link);
        three.world.server.advance(std::time::Duration::from_secs(60));
        reads(&b.admin, &link);
        let list = a.coordinator.get(&link.below("contact-readings")).expect(200).data();
        let by = |role| json!(b.members[&role]);
        use awasir::access::Role;
        let members: Vec<&Value> = list.iter().map(|one| &one["member_id"]).collect();
        assert_eq!(members, [&by(Role::Admin), &by(Role::Coordinator)]);
        assert_eq!((&list[0]["organisation_id"], &list[0]["name"]["ar"]), (&json!(b.id), &json!("admin@nile.example")));
        let seen = link.seen_by(&a.coordinator);
        assert_eq!(seen["contact_last_read_at"], list[0]["created_at"]);
        let listed = a.coordinator.get(LINKS).expect(200).data();
        assert_eq!(listed[0]["contact_last_read_at"], list[0]["created_at"]);
        assert_eq!(link.seen_by(&b.coordinator)["contact_last_read_at"], Value::Null);
        b.coordinator.get(&link.below("contact-readings")).problem("not-found").expect(404);
        // By pages.
        let page = a.coordinator.get(&format!("{}?limit=1", link.below("contact-readings"))).expect(200).json();
        let next = format!("{}?limit=1&cursor={}", link.below("contact-readings"), page["next_cursor"].as_str().unwrap());
        assert_eq!(a.coordinator.get(&next).expect(200).data(), [list[1].clone()]);
        // Nothing of the contact lies about in clear.
        crate::erasure::assert_gone(&three.world.server, &["hafiza.bashir", "+249912777333", "حفيظة بشير", "الحاج بشير"]);
    }

    /// A reading and a revocation at once: what is read was read before, and is shown.
    fn read_while_it_is_taken_back(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::introduced(&three);
        b.coordinator.token();
        for _ in 0..5 {
            granted(&three, &link);
            let before = a.coordinator.get(&link.below("contact-readings")).expect(200).data().len();
            let replies = crate::races::at_once_by(8, |n| match n {
                0 => a.coordinator.delete(&link.below("grant")).send(),
                _ => b.coordinator.get(&link.below(READ)).send(),
            });
            let read = replies[1..].iter().filter(|reply| reply.status == 200).count();
            assert!(replies[1..].iter().all(|reply| [200, 403].contains(&reply.status)));
            refused(&b.coordinator, &link);
            let after = a.coordinator.get(&link.below("contact-readings")).expect(200).data().len();
            assert_eq!(after - before, read);
        }
    }
}
