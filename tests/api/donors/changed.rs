//! Donors entered, changed, removed, and asked for once more.

use super::*;
use awasir::db::schema::{donors, idempotency_keys};
use diesel::prelude::*;

on_both_engines! {
    fn what_is_said_of_one(world: World) {
        let client = &world.a.coordinator;
        let path = enter(client, secret());
        let body = json!({"interests": {"sectors": ["energy"], "maximum": {"amount": "7", "currency": "USD"}}});
        client.patch(&path, body).version(1).error("/interests/maximum/currency", "other-currency").expect(422);
        let body = json!({"interests": {"maximum": {"amount": "99999", "currency": "SDG"}}});
        client.patch(&path, body).version(1).error("/interests/maximum", "too-small");
        let body = json!({"interests": {"sectors": ["energy", "energy"]}});
        client.patch(&path, body).version(1).error("/interests/sectors/1", "duplicate-value");
        let body = json!({"interests": {"places": [{"name": ar("س"), "country": "SD", "admin1_pcode": "SD99"}]}});
        client.patch(&path, body).version(1).error("/interests/places/0/admin1_pcode", "unknown-pcode");
        client.patch(&path, json!({"contact": {}})).version(1).error("/contact", "unknown-field");
        let body = json!({"kind": "family", "name": {"en": null}, "interests": {"sectors": ["energy"], "minimum": null}});
        let now = client.patch(&path, body).version(1).expect(200).json();
        assert_eq!((&now["version"], &now["kind"], &now["name"]), (&json!(2), &json!("family"), &ar("الحاج بشير الطيّب")));
        assert_eq!(now["interests"]["sectors"], json!(["energy"]));
        assert_eq!((&now["interests"]["minimum"], &now["interests"]["maximum"]["amount"]), (&Value::Null, &json!("5000000.00")));
        let of = |query: &str| client.get(&format!("{DONORS}?{query}")).expect(200).ids().len();
        assert_eq!(["sector=energy", "sector=health", "kind=family", "place=SD15032"].map(of), [1, 0, 1, 1]);
        let bare = client.patch(&path, json!({"interests": null})).version(2).expect(200).json();
        assert_eq!(bare["interests"], json!({"sectors": [], "places": [], "minimum": null, "maximum": null}));
        assert_eq!(of("place=SD15032"), 0);
    }

    /// What is so already is neither a change nor journaled, whether the name stands open or sealed.
    fn nothing_said_is_no_change(world: World) {
        let client = &world.a.coordinator;
        for (changes, body) in [(0, secret()), (2, known())] {
            let path = enter(client, body);
            let before = client.get(&path).expect(200).json();
            let same = json!({"name": before["name"], "kind": before["kind"], "interests": before["interests"], "visibility": before["visibility"]});
            for nothing in [json!({}), json!({"kind": before["kind"]}), same] {
                let reply = client.patch(&path, nothing).version(1).expect(200);
                assert_eq!(reply.json(), before);
            }
            assert_eq!(client.get(&path).expect(200).json(), before);
            let changed = world.server.look(|db| {
                use awasir::db::schema::journal_entries;
                let entries = journal_entries::table.filter(journal_entries::action.eq_any(["donor.changed", "donor.hidden"]));
                entries.count().get_result::<i64>(db).unwrap()
            });
            assert_eq!(changed, changes);
            let bare = json!({"interests": null});
            client.patch(&path, bare.clone()).version(1).expect(200);
            assert_eq!(client.patch(&path, bare).version(2).expect(200).json()["version"], 2);
            let name = json!({"name": {"ar": "غيره"}});
            assert_eq!(client.patch(&path, name).version(2).expect(200).json()["version"], 3);
        }
    }

    /// Shown to the network its name stands open and is found; taken back it is sealed, and nobody else ever knew.
    fn shown_and_hidden_again(world: World) {
        let (client, other) = (&world.a.coordinator, &world.b.coordinator);
        let path = enter(client, secret());
        let id = path.rsplit('/').next().unwrap().to_owned();
        let open = || -> (bool, bool, String) {
            world.server.look(|db| {
                let row = donors::table.select((donors::name.is_not_null(), donors::sealed_name.is_not_null(), donors::folded));
                row.first(db).unwrap()
            })
        };
        assert_eq!(open(), (false, true, String::new()));
        client.patch(&path, json!({"visibility": "network"})).version(1).expect(200);
        assert!(matches!(open(), (true, false, folded) if folded.contains("بشير")));
        assert_eq!(other.get(&format!("{DONORS}?q=بشير")).expect(200).ids(), [id.as_str()]);
        client.patch(&path, json!({"name": {"ar": "آل بشير الكرام", "en": null}})).version(2).expect(200);
        assert!(kept_names(&world, &id).contains("آل بشير الكرام"));
        let hidden = client.patch(&path, json!({"visibility": "owner"})).version(3).expect(200).json();
        assert_eq!(hidden["name"]["ar"], "آل بشير الكرام");
        assert_eq!(open(), (false, true, String::new()));
        other.get(&path).problem("not-found").expect(404);
        assert!(other.get(&format!("{DONORS}?q=بشير")).expect(200).ids().is_empty());
        assert_eq!(client.get(&format!("{DONORS}?q=بشير")).expect(200).ids(), [id.as_str()]);
        assert_eq!(kept_names(&world, &id), "");
        client.patch(&path, json!({"name": {"ar": "اسم سري آخر"}})).version(4).expect(200);
        assert_eq!(kept_names(&world, &id), "");
        let mut silent = crate::support::stored::Overheard::listen_for(&["آل بشير الكرام", "الحاج بشير الطيّب", "اسم سري آخر"]);
        silent.hear(other.get(DONORS).expect(200));
        silent.assert_nothing_in_clear(&world.server);
    }

    /// A kept answer has no name: whoever asks once more gets the one that the donor has.
    fn asked_for_once_more(world: World) {
        let client = &world.a.coordinator;
        for mut body in [secret(), known()] {
            let key = body["kind"].as_str().unwrap().to_owned();
            let first = client.post(DONORS, body.clone()).key(&key).expect(201);
            let kept: Vec<awasir::types::Json<Value>> =
                world.server.look(|db| idempotency_keys::table.select(idempotency_keys::answer).load(db).unwrap());
            for answer in kept {
                assert_eq!(answer.get().unwrap()["body"]["name"], Value::Null);
            }
            let again = client.post(DONORS, body.clone()).key(&key).expect(201);
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
            assert_eq!((again.json(), again.header("location")), (first.json(), first.header("location")));
            body["kind"] = json!("other");
            client.post(DONORS, body).key(&key).problem("idempotency-mismatch").expect(422);
            let path = format!("{DONORS}/{}", first.id());
            client.patch(&path, json!({"name": {"ar": "غيره"}})).version(1).expect(200);
            client.delete(&path).version(2).expect(204);
        }
        let mut body = secret();
        body["id"] = json!(world.server.app.ids.uuid());
        let first = client.post(DONORS, body.clone()).expect(201);
        assert_eq!(client.post(DONORS, body.clone()).expect(200).json(), first.json());
        world.b.coordinator.post(DONORS, body.clone()).problem("id-taken").expect(409);
        body["kind"] = json!("family");
        client.post(DONORS, body).problem("id-taken").expect(409);
    }

    fn removed_with_all_that_was_kept(world: World) {
        let client = &world.a.coordinator;
        let path = enter(client, known());
        let id = path.rsplit('/').next().unwrap().to_owned();
        let project = client.post("/v1/projects", json!({"title": ar("مشروع"), "status": "ongoing"})).expect(201).id();
        let receipt = json!({"money": {"amount": "5", "currency": "SDG"}, "source": "donor", "donor_id": id});
        let receipts = format!("/v1/projects/{project}/receipts");
        let receipt = client.post(&receipts, receipt).expect(201).id();
        client.delete(&path).problem("version-required").expect(428);
        client.delete(&path).version(1).problem("in-use").expect(409);
        client.delete(&format!("{receipts}/{receipt}")).version(1).expect(204);
        client.delete(&path).version(1).expect(204);
        client.get(&path).problem("not-found").expect(404);
        let mut gone = crate::support::stored::Overheard::listen_for(&["مؤسسة النخيل", "Nakheel Foundation", "+249912777333"]);
        gone.hear(client.get(DONORS).expect(200));
        gone.assert_nothing_in_clear(&world.server);
        assert_eq!(world.server.actions_on(&id), ["donor.created", "donor.deleted"]);
    }
}

/// The names that the journal keeps of a donor.
fn kept_names(world: &World, donor: &str) -> String {
    let of = world.server.journal().into_iter().filter(|entry| entry.thing_id.0.to_string() == donor);
    let values = of.filter_map(|entry| {
        world.server.look(|db| awasir::journal::reader::values(db, entry.id).unwrap())?.get("name").cloned()
    });
    values.map(|name| name.to_string()).collect()
}
