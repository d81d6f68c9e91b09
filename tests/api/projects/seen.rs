//! What others than its own organisation see of a project.

use super::*;

on_both_engines! {
    fn only_its_own_organisation(world: World) {
        let (a, b) = (&world.a, &world.b);
        // Amounts that are open show nothing of a project that is not.
        for more in [json!({}), json!({"amounts_visibility": "network"})] {
            let path = entered(a, more);
            let receipt = received(a, &path, cash("5", "SDG"));
            a.viewer.get(&path).expect(200);
            for client in [&b.viewer, &b.admin] {
                client.get(&path).problem("not-found").expect(404);
                client.get(&format!("{path}/receipts")).problem("not-found").expect(404);
                client.get(&receipt).problem("not-found").expect(404);
            }
            b.admin.patch(&path, json!({})).if_match("*").problem("not-found").expect(404);
            b.admin.delete(&path).version(1).problem("not-found").expect(404);
            b.admin.post(&format!("{path}/receipts"), cash("5", "SDG")).problem("not-found").expect(404);
            b.admin.delete(&receipt).version(1).problem("not-found").expect(404);
        }
        assert!(b.viewer.get(PROJECTS).expect(200).data().is_empty());
        assert_eq!(a.viewer.get(PROJECTS).expect(200).data().len(), 2);
    }

    fn the_network(world: World) {
        let (a, b) = (&world.a, &world.b);
        let place = json!({"name": ar("بيت الشيخ"), "country": "SD", "admin1_pcode": "SD01", "admin2_pcode": "SD01003",
            "latitude": 15.65, "longitude": 32.55});
        let more = with(open("organisation"), json!({
            "place": place, "budget": money("1000", "SDG"), "target_beneficiaries": {"women": 40, "girls": 3, "elderly": 2},
        }));
        let path = entered(a, more);
        received(a, &path, cash("400", "SDG"));
        let (own, other) = (a.viewer.get(&path).expect(200), b.viewer.get(&path).expect(200));
        let (own, other) = ((own.json(), own.etag()), (other.json(), other.etag()));
        assert_ne!(own.1, other.1);
        assert_eq!(own.0["place"], place);
        let received = json!([money("400.00", "SDG")]);
        let today = json!(day(&world.server, 0));
        let all = [money("1000.00", "SDG"), today, received.clone(), received, money("600.00", "SDG")];
        assert_eq!(amounts_of(&own.0), all);
        // The rest is the same for both.
        let mut expected = own.0.clone();
        for name in ["budget", "budget_as_of", "pledged", "received", "funding_gap"] {
            expected[name] = Value::Null;
        }
        expected["place"] = json!({"name": {"ar": "بحري", "en": "Bahri"}, "country": "SD", "admin1_pcode": "SD01",
            "admin2_pcode": "SD01003", "latitude": null, "longitude": null});
        let shown = other.0["target_beneficiaries"].clone();
        expected["target_beneficiaries"] = shown.clone();
        assert_eq!(other.0, expected);
        // No number under five, nor one from which it follows.
        assert_eq!(own.0["target_beneficiaries"]["girls"], 3);
        for name in ["girls", "women", "elderly"] {
            assert_eq!(shown[name], Value::Null, "{shown}");
        }
        assert_eq!(shown["total"], 43);
        let listed = |client: &Client| client.get(PROJECTS).expect(200).data();
        assert_eq!((listed(&b.viewer), listed(&a.viewer)), (vec![other.0], vec![own.0]));
        // Amounts opened too.
        a.contributor.patch(&path, json!({"amounts_visibility": "network"})).version(1).expect(200);
        assert_eq!(amounts(&b.viewer, &path), all);
        assert_eq!(b.viewer.get(&format!("{path}/receipts")).expect(200).data().len(), 1);
        b.admin.post(&format!("{path}/receipts"), cash("5", "SDG")).problem("forbidden").expect(403);
        // And closed again.
        a.contributor.patch(&path, json!({"amounts_visibility": null})).version(2).expect(200);
        assert_eq!(amounts(&b.viewer, &path), NO_AMOUNTS);
        b.viewer.get(&format!("{path}/receipts")).problem("not-found").expect(404);
        a.contributor.patch(&path, json!({"visibility": "organisation"})).version(3).expect(200);
        b.viewer.get(&path).problem("not-found").expect(404);
        assert!(listed(&b.viewer).is_empty());
    }

    /// What an organisation opened to the network stays there when it is active no more; its people read their own.
    fn of_an_organisation_that_is_not_active(three: Three) {
        let (a, b) = (three.a(), three.b());
        let (open, closed) = (entered(a, open("network")), entered(a, json!({})));
        let other = entered(b, super::open("network"));
        received(a, &open, cash("5", "SDG"));
        a.viewer.get(&other).expect(200);
        three.decide(a, "suspend");
        b.viewer.get(&open).expect(200);
        assert_eq!(amounts(&b.viewer, &open)[3], json!([money("5.00", "SDG")]));
        for path in [&open, &closed] {
            a.viewer.get(path).expect(200);
            a.admin.patch(path, json!({"status": "ongoing"})).version(1).problem("forbidden").expect(403);
            a.admin.post(&format!("{path}/receipts"), cash("5", "SDG")).problem("forbidden").expect(403);
        }
        a.admin.get(&other).problem("not-found").expect(404);
        assert_eq!(a.viewer.get(PROJECTS).expect(200).data().len(), 2);
        assert!(a.viewer.get(&format!("{PROJECTS}?organisation_id={}", b.id)).expect(200).data().is_empty());
        three.decide(a, "reinstate");
        a.admin.get(&other).expect(200);
        a.admin.patch(&open, json!({"status": "ongoing"})).version(1).expect(200);
    }
}
