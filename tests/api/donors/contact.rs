//! How a donor is reached, and who may know.

use super::*;

on_both_engines! {
    fn it_is_the_owner_s_alone(world: World) {
        let (a, b) = (&world.a, &world.b);
        for body in [secret(), known()] {
            let path = format!("{}/contact", enter(&a.coordinator, body));
            let read = a.coordinator.get(&path).expect(200);
            assert_eq!(read.json()["email"], "hafiza.bashir@tayyib.example");
            assert_eq!(read.json()["phone"], "+249912777333");
            assert_eq!(read.json()["persons"][0]["title"]["ar"], "ابنته");
            b.admin.get(&path).problem("not-found").expect(404);
            b.admin.patch(&path, json!({"phone": null})).if_match("*").problem("not-found").expect(404);
            world.network_admin.get(&path).problem("forbidden").expect(403);
        }
    }

    fn nobody_may_keep_it(world: World) {
        let donor = enter(&world.a.coordinator, secret());
        let path = format!("{donor}/contact");
        let read = world.a.coordinator.get(&path).header("Accept-Encoding", "gzip, br, zstd").expect(200);
        assert_eq!(read.header("cache-control"), Some("no-store"), "{read}");
        assert!(read.header("etag").is_none() && read.header("vary").is_none(), "{read}");
        assert_eq!(read.header("content-encoding"), Some("identity"), "{read}");
        assert_eq!(world.a.coordinator.head(&path).send().status, 405);
        let changed = world.a.coordinator.patch(&path, json!({"notes": {"en": "Ask for Hafiza"}})).version(1).expect(200);
        assert_eq!(changed.header("cache-control"), Some("no-store"), "{changed}");
        assert!(changed.header("etag").is_none(), "{changed}");
        assert_eq!(changed.json()["notes"], json!({"ar": "يُتصل بعد المغرب", "en": "Ask for Hafiza"}));
    }

    fn it_is_changed_under_the_donor_s_version(world: World) {
        let client = &world.a.coordinator;
        let donor = enter(client, secret());
        let path = format!("{donor}/contact");
        client.patch(&path, json!({"email": null})).problem("version-required").expect(428);
        client.patch(&path, json!({"email": null})).version(7).problem("version-mismatch").expect(412);
        let now = client.patch(&path, json!({"email": null, "persons": []})).version(1).expect(200).json();
        assert_eq!(now, json!({"persons": [], "email": null, "phone": "+249912777333", "notes": {"ar": "يُتصل بعد المغرب"}}));
        assert_eq!(client.get(&donor).expect(200).json()["version"], 2);
        // The same once more changes nothing.
        client.patch(&path, json!({"email": null})).version(2).expect(200);
        assert_eq!(client.get(&donor).expect(200).json()["version"], 2);
        let stale = client.patch(&donor, json!({"kind": "family"})).version(1).problem("version-mismatch");
        assert_eq!(stale.json()["changed_fields"], json!(["contact"]));
        let id = donor.rsplit('/').next().unwrap();
        assert_eq!(world.server.actions_on(id), ["donor.created", "donor.contact_changed"]);
        let empty = json!({"name": ar("بلا اتصال"), "kind": "other"});
        let none = client.get(&format!("{}/contact", enter(client, empty))).expect(200).json();
        assert_eq!(none, json!({"persons": [], "email": null, "phone": null, "notes": null}));
    }

    /// What is wrong is told without what was said.
    fn errors_do_not_repeat_it(world: World) {
        let client = &world.a.coordinator;
        let path = format!("{}/contact", enter(client, secret()));
        let wrong = json!({
            "email": "hafiza at tayyib.example", "phone": "call 0912777333", "persons": [{"name": {"ar": "حفيظة\u{7}بشير"}, "x": "secretly"}],
            "notes": "hush-hush", "confidential": "very-secret",
        });
        for reply in [
            client.patch(&path, wrong.clone()).if_match("*").send(),
            client.post(DONORS, json!({"name": {"ar": "حفيظة\u{7}بشير"}, "kind": "hush-hush", "contact": wrong, "visibility": "secretly"})).send(),
        ] {
            let reply = reply.problem("validation-failed").expect(422);
            assert!(reply.errors().len() >= 5, "{reply}");
            let text = reply.text();
            for said in ["tayyib.example", "0912777333", "حفيظة", "hush-hush", "secretly", "very-secret"] {
                assert!(!text.contains(said), "{said}: {text}");
            }
        }
    }
}
