//! Receipts: entered in one call, changed, removed; who may, and who is told of which donor.

use awasir::access::{Right, Rights};

use super::*;

on_both_engines! {
    /// 50,000 SDG by hand, in one call.
    fn in_one_call(world: World) {
        let a = &world.a;
        let path = entered(a, json!({"budget": money("60000", "SDG")}));
        let list = format!("{path}/receipts");
        let body = json!({"money": money("50000", "SDG"), "channel": "cash_by_hand", "source": "collection"});
        let reply = a.coordinator.post(&list, body).expect(201);
        let made = reply.json();
        assert_eq!(made, json!({
            "id": reply.id(), "version": 1, "project_id": id_of(&path), "money": money("50000.00", "SDG"), "quantity": null,
            "unit": null, "description": null, "received_on": day(&world.server, 0), "channel": "cash_by_hand",
            "source": "collection", "donor_id": null, "created_at": made["created_at"], "updated_at": made["created_at"],
        }));
        let receipt = format!("{list}/{}", reply.id());
        assert_eq!((reply.header("location"), reply.header("awasir-parent-version")), (Some(receipt.as_str()), Some("1")));
        let fifty = json!([money("50000.00", "SDG")]);
        assert_eq!(amounts(&a.viewer, &path)[2..], [fifty.clone(), fifty, money("10000.00", "SDG")]);
        assert_eq!(a.viewer.get(&path).expect(200).json()["version"], 1, "the project itself is the same");
        for client in [&a.viewer, &a.contributor] {
            assert_eq!(client.get(&receipt).expect(200).json(), made);
            assert_eq!(client.get(&list).expect(200).data(), std::slice::from_ref(&made));
            client.post(&list, cash("5", "SDG")).problem("forbidden").expect(403);
            client.patch(&receipt, json!({"channel": "bank"})).version(1).problem("forbidden").expect(403);
            client.delete(&receipt).version(1).problem("forbidden").expect(403);
        }
        // Written wrong, and put right; goods instead.
        let change = json!({"money": null, "quantity": "١٢٫٥", "unit": "جوال", "description": ar("ذرة"), "received_on": "2025-12-31"});
        let changed = a.admin.patch(&receipt, change).version(1).expect(200).json();
        assert_eq!((&changed["money"], &changed["quantity"], &changed["version"]), (&Value::Null, &json!("12.5"), &json!(2)));
        assert_eq!(amounts(&a.viewer, &path)[2..4], [json!([]), json!([])], "goods are not added up");
        let stale = a.coordinator.delete(&receipt).version(1).problem("version-mismatch").expect(412);
        assert_eq!(stale.json()["changed_fields"], json!(["description", "money", "quantity", "received_on", "unit"]));
        a.coordinator.delete(&receipt).version(2).expect(204);
        a.viewer.get(&receipt).problem("not-found").expect(404);
        let actions = world.server.actions_on(&reply.id());
        assert_eq!(actions, ["project.receipt.created", "project.receipt.changed", "project.receipt.deleted"]);
        // With an id of one's own, twice.
        let body = with(cash("7", "USD"), json!({"id": uuid::Uuid::new_v4()}));
        let first = a.coordinator.post(&list, body.clone()).expect(201).json();
        assert_eq!(a.coordinator.post(&list, body).expect(200).json(), first);
        assert_eq!(amounts(&a.viewer, &path)[3], json!([money("7.00", "USD")]));
        // One of another project is not found below this one.
        let other = entered(a, json!({}));
        a.viewer.get(&format!("{other}/receipts/{}", first["id"].as_str().unwrap())).problem("not-found").expect(404);
    }

    fn from_a_donor(world: World) {
        let (a, b) = (&world.a, &world.b);
        let path = entered(a, open("network"));
        let list = format!("{path}/receipts");
        let [donor, other] = [(); 2].map(|()| json!(given::donor(a)));
        let body = json!({"money": money("300", "USD"), "donor_id": donor});
        let made = a.coordinator.post(&list, body.clone()).expect(201).json();
        assert_eq!((&made["source"], &made["donor_id"]), (&json!("donor"), &donor));
        let receipt = format!("{list}/{}", made["id"].as_str().unwrap());
        assert_eq!(a.admin.get(&receipt).expect(200).json(), made);
        // Others see what came from elsewhere, and of the donor's only that the sums are more.
        let beside = json!({"money": money("5", "USD"), "source": "collection"});
        let beside = a.coordinator.post(&list, beside).expect(201).json();
        for client in [&b.viewer, &b.coordinator, &b.admin] {
            client.get(&receipt).problem("not-found").expect(404);
            assert_eq!(client.get(&format!("{list}?limit=1")).expect(200).json()["next_cursor"], Value::Null);
            assert_eq!(client.get(&list).expect(200).data(), std::slice::from_ref(&beside));
            assert_eq!(client.get(&path).expect(200).json()["received"], json!([money("305.00", "USD")]));
        }
        b.coordinator.patch(&receipt, json!({})).if_match("*").problem("not-found").expect(404);
        a.coordinator.delete(&format!("{list}/{}", beside["id"].as_str().unwrap())).if_match("*").expect(204);
        // Who may not read donors is told that it was one, and not which.
        let hidden = with(made.clone(), json!({"donor_id": null}));
        for client in [&a.viewer, &a.contributor] {
            let read = client.get(&receipt).expect(200);
            assert_eq!(read.json(), hidden);
            let listed = client.get(&list).expect(200);
            assert_eq!(listed.data(), std::slice::from_ref(&hidden));
            for text in [read.text(), listed.text(), client.get(&path).expect(200).text()] {
                assert!(!text.contains(donor.as_str().unwrap()), "{text}");
            }
        }
        // A token that may enter receipts, and not read donors.
        let narrow = a.coordinator.narrowed(Rights::of(&[Right::ProjectsRead, Right::ReceiptsWrite]));
        for donor in [&donor, &other, &json!(uuid::Uuid::new_v4())] {
            let said = json!({"donor_id": donor});
            let refused = narrow.post(&list, with(body.clone(), said.clone())).problem("forbidden").expect(403);
            assert_eq!(refused.json()["required_permission"], "donors:read");
            narrow.patch(&receipt, said).version(1).problem("forbidden").expect(403);
        }
        // It leaves what it does not see, and is not told that it changed.
        assert_eq!(narrow.patch(&receipt, hidden).version(1).expect(200).json()["version"], 1);
        let channelled = narrow.patch(&receipt, json!({"channel": "hawala"})).version(1).expect(200).json();
        assert_eq!((&channelled["donor_id"], &channelled["source"]), (&Value::Null, &json!("donor")));
        assert_eq!(a.admin.get(&receipt).expect(200).json()["donor_id"], donor);
        a.coordinator.patch(&receipt, json!({"donor_id": other})).version(2).expect(200);
        let told = |client: &Client| {
            let stale = client.patch(&receipt, json!({"channel": "bank"})).version(2).problem("version-mismatch").expect(412);
            stale.json()["changed_fields"].clone()
        };
        assert_eq!((told(&a.admin), told(&narrow)), (json!(["donor_id"]), json!([])));
        // From another source after all.
        a.coordinator.patch(&receipt, json!({"source": "anonymous"})).version(3).error("/donor_id", "not-both").expect(422);
        let put_right = a.coordinator.patch(&receipt, json!({"source": "anonymous", "donor_id": null})).version(3).expect(200).json();
        assert_eq!((&put_right["source"], &put_right["donor_id"]), (&json!("anonymous"), &Value::Null));
        let again = json!({"donor_id": donor, "source": "donor"});
        assert_eq!(a.coordinator.patch(&receipt, again).version(4).expect(200).json()["donor_id"], donor);
        let gone = narrow.patch(&receipt, json!({"source": "collection"})).version(5).expect(200).json();
        assert_eq!(gone["source"], "collection");
        assert_eq!(a.admin.get(&receipt).expect(200).json()["donor_id"], Value::Null);
    }

    fn page_by_page(world: World) {
        let a = &world.a;
        let path = entered(a, json!({}));
        let all: Vec<String> = (1..=5).map(|n| id_of(&received(a, &path, cash(&n.to_string(), "SDG"))).to_owned()).collect();
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = a.viewer.get(&format!("{path}/receipts?limit=2{cursor}")).expect(200);
            found.extend(page.ids());
            match page.json()["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, all.into_iter().rev().collect::<Vec<_>>());
        assert_eq!(amounts(&a.viewer, &path)[3], json!([money("15.00", "SDG")]));
    }
}
