//! What a body may say that doesn't go together, or that only the tables know.

use super::*;

on_both_engines! {
    fn of_a_project(world: World) {
        let a = &world.a;
        for (more, pointer, code) in [
            (json!({"sectors": ["health", "health"]}), "/sectors/1", "duplicate-value"),
            (json!({"sectors": ["moon"]}), "/sectors/0", "unknown-value"),
            (json!({"community_ids": [world.server.app.ids.uuid()]}), "/community_ids/0", "unknown-reference"),
            (json!({"starts_on": "2026-02-02", "ends_on": "2026-02-01"}), "/ends_on", "out-of-range"),
            (json!({"budget": money("0", "SDG")}), "/budget/amount", "too-small"),
            (json!({"budget": money("1.001", "SDG")}), "/budget/amount", "too-many-decimals"),
            (json!({"budget": {"amount": "5"}}), "/budget/currency", "required"),
            (json!({"budget_as_of": "2026-01-01"}), "/budget", "required"),
            (json!({"visibility": "partners"}), "/visibility", "unknown-value"),
            (json!({"place": {"name": ar("س"), "country": "SD", "admin1_pcode": "SD99"}}), "/place/admin1_pcode", "unknown-pcode"),
            (json!({"target_beneficiaries": {"women": 5, "elderly": 6}}), "/target_beneficiaries/elderly", "too-large"),
            (json!({"pledged": []}), "/pledged", "unknown-field"),
            (json!({"state": "idea"}), "/state", "unknown-field"),
        ] {
            let reply = a.contributor.post(PROJECTS, project(more.clone())).error(pointer, code).expect(422);
            assert_eq!(reply.errors().len(), 1, "{more}: {reply}");
        }
        let several = json!({"budget_as_of": "2026-01-01", "organisation_id": world.b.id, "community_ids": [uuid::Uuid::new_v4()]});
        let reply = a.contributor.post(PROJECTS, project(several)).expect(422);
        assert_eq!(reply.errors().len(), 3, "{reply}");
    }

    fn of_a_receipt(world: World) {
        let a = &world.a;
        let path = entered(a, json!({}));
        let list = format!("{path}/receipts");
        let goods = json!({"quantity": "12.5", "unit": "جوال", "description": ar("ذرة"), "source": "collection"});
        let donor = json!(given::donor(a));
        let foreign = json!(given::donor(&world.b));
        for (body, pointer, code) in [
            (json!({"source": "collection"}), "/money", "required"),
            (json!({"money": money("5", "SDG")}), "/source", "required"),
            (json!({"money": money("5", "SDG"), "source": "donor"}), "/donor_id", "required"),
            (json!({"money": money("5", "SDG"), "source": "collection", "donor_id": donor}), "/donor_id", "not-both"),
            (json!({"money": money("5", "SDG"), "donor_id": foreign}), "/donor_id", "unknown-reference"),
            (json!({"money": money("5", "SDG"), "donor_id": uuid::Uuid::new_v4()}), "/donor_id", "unknown-reference"),
            (with(goods.clone(), json!({"money": money("5", "SDG")})), "/quantity", "not-both"),
            (with(goods.clone(), json!({"unit": null})), "/unit", "required"),
            (with(goods.clone(), json!({"quantity": null})), "/quantity", "required"),
            (with(goods.clone(), json!({"description": null})), "/description", "required"),
            (with(goods.clone(), json!({"quantity": "0"})), "/quantity", "too-small"),
            (with(goods.clone(), json!({"received_on": day(&world.server, 1)})), "/received_on", "out-of-range"),
            (with(goods.clone(), json!({"channel": "pigeon"})), "/channel", "unknown-value"),
            (with(goods.clone(), json!({"source": "magic"})), "/source", "unknown-value"),
            (with(goods.clone(), json!({"organisation_id": a.id})), "/organisation_id", "unknown-field"),
        ] {
            let reply = a.coordinator.post(&list, body.clone()).error(pointer, code).expect(422);
            assert_eq!(reply.errors().len(), 1, "{body}: {reply}");
        }
        let mut told = a.coordinator.post(&list, json!({"money": money("5", "SDG"), "donor_id": foreign})).expect(422).json();
        let mut none = a.coordinator.post(&list, json!({"money": money("5", "SDG"), "donor_id": uuid::Uuid::new_v4()})).expect(422).json();
        for one in [&mut told, &mut none] {
            one["request_id"].take();
        }
        assert_eq!(told, none, "a donor that is there is not told from one that isn't");
        let receipt = received(a, &path, goods);
        let reply = a.coordinator.patch(&receipt, json!({"received_on": day(&world.server, 1)})).version(1);
        reply.error("/received_on", "out-of-range").expect(422);
        a.coordinator.patch(&receipt, json!({"unit": null})).version(1).error("/unit", "required").expect(422);
        a.coordinator.patch(&receipt, json!({"id": uuid::Uuid::new_v4()})).version(1).error("/id", "read-only").expect(422);
        a.coordinator.patch(&receipt, json!({"project_id": uuid::Uuid::new_v4()})).version(1).error("/project_id", "read-only").expect(422);
    }
}
