//! What is wrong with what is sent.

use super::*;
use awasir::access::Role;

on_both_engines! {
    fn pledges_and_disbursements(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::introduced(&three);
        let amount = money("5", "SDG");
        for (body, pointer, code) in [
            (json!({"pledged_on": "2026-01-01"}), "/money", "required"),
            (with(amount.clone(), json!({})), "/pledged_on", "required"),
            (with(amount.clone(), json!({"pledged_on": "2199-01-01"})), "/pledged_on", "out-of-range"),
            (with(goods("5", "جوال"), json!({"pledged_on": "2026-01-01", "unit": null})), "/unit", "required"),
            (with(goods("5", "جوال"), json!({"pledged_on": "2026-01-01", "description": null})), "/description", "required"),
            (with(json!({"unit": "جوال"}), json!({"pledged_on": "2026-01-01"})), "/quantity", "required"),
            (with(with(goods("5", "جوال"), amount.clone()), json!({"pledged_on": "2026-01-01"})), "/quantity", "not-both"),
            (with(amount.clone(), json!({"pledged_on": "2026-01-01", "status": "fulfilled"})), "/status", "unknown-field"),
        ] {
            let reply = b.coordinator.post(&link.below("pledges"), body).error(pointer, code).expect(422);
            assert_eq!(reply.errors().len(), 1, "{reply}");
        }
        let by = |role| json!(b.members[&role]);
        let hand = |more: Value| with(with(amount.clone(), json!({"channel": "cash_by_hand"})), more);
        let (taker, witness) = (by(Role::Coordinator), by(Role::Viewer));
        for (body, pointer, code) in [
            (json!({}), "/money", "required"),
            (with(goods("5", "جوال"), json!({"description": null})), "/description", "required"),
            (with(amount.clone(), json!({"received_on": null})), "/received_on", "required"),
            (with(amount.clone(), json!({"received_on": "2199-01-01"})), "/received_on", "out-of-range"),
            (with(amount.clone(), json!({"pledge_id": uuid::Uuid::new_v4()})), "/pledge_id", "unknown-reference"),
            (hand(json!({"witness_member_ids": [witness]})), "/received_by_member_id", "required"),
            (hand(json!({"received_by_member_id": taker})), "/witness_member_ids", "too-few"),
            (hand(json!({"received_by_member_id": taker, "witness_member_ids": [taker]})), "/witness_member_ids", "too-few"),
            (hand(json!({"received_by_member_id": taker, "witness_member_ids": [witness, witness]})), "/witness_member_ids/1", "duplicate-value"),
            (with(amount.clone(), json!({"received_by_member_id": a.members[&Role::Admin]})), "/received_by_member_id", "unknown-reference"),
            (with(amount.clone(), json!({"witness_member_ids": [witness, a.members[&Role::Admin]]})), "/witness_member_ids/1", "unknown-reference"),
            (with(amount.clone(), json!({"acknowledged_at": "2026-01-01T00:00:00Z"})), "/acknowledged_at", "unknown-field"),
            (json!({"reverses": uuid::Uuid::new_v4(), "received_on": null}), "/reverses", "unknown-reference"),
        ] {
            let reply = link.try_receive(&b.coordinator, body).error(pointer, code).expect(422);
            assert_eq!(reply.errors().len(), 1, "{reply}");
        }
        let fine = hand(json!({"received_by_member_id": taker, "witness_member_ids": [taker, witness]}));
        let came = link.receive(&b.coordinator, fine);
        // What takes another back says nothing of its own but why.
        let back = json!({"reverses": came["id"], "money": {"amount": "5", "currency": "SDG"}, "channel": "bank", "surplus": false});
        b.coordinator.post(&link.below("disbursements"), back).error("/money", "not-both").error("/channel", "not-both").error("/surplus", "not-both").expect(422);
        let back = json!({"reverses": came["id"], "description": ar("سُجّلت مرتين")});
        assert_eq!(b.coordinator.post(&link.below("disbursements"), back).expect(201).json()["description"], ar("سُجّلت مرتين"));
        // Another link's pledge or disbursement is none of this one's.
        let other = Link::introduced(&three);
        let pledge = other.pledge(&a.coordinator, amount.clone());
        link.try_receive(&b.coordinator, with(amount.clone(), json!({"pledge_id": id_of(&pledge)}))).error("/pledge_id", "unknown-reference").expect(422);
        other.take_back(&b.coordinator, &came).error("/reverses", "unknown-reference").expect(422);
        b.coordinator.get(&format!("{}/{}", link.below("pledges"), id_of(&pledge))).problem("not-found").expect(404);
        // Chosen ids: again it is answered as it is now.
        let id = uuid::Uuid::new_v4();
        let chosen = with(amount, json!({"id": id, "received_on": "2026-04-01"}));
        b.coordinator.post(&link.below("disbursements"), chosen.clone()).expect(201);
        b.coordinator.post(&link.below("disbursements"), chosen.clone()).expect(200);
        assert_eq!(b.coordinator.post(&link.below("disbursements"), with(chosen, json!({"surplus": false}))).problem("id-taken").status, 409);
    }

    fn actions(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::offered(&three);
        link.act(&b.coordinator, "accept", json!({"version": 7})).problem("version-mismatch").expect(412);
        link.act(&b.coordinator, "accept", json!({"reason": ar("لا")})).error("/reason", "unknown-field").expect(422);
        for (body, code) in [(json!({}), "required"), (json!({"to": "pledged"}), "unknown-value"), (json!({"to": "funded"}), "unknown-value")] {
            link.act(&a.coordinator, "advance", body).error("/to", code).expect(422);
        }
        link.act(&a.coordinator, "end", json!({"reason": {}})).error("/reason", "too-few").expect(422);
        a.coordinator.patch(&link.path, json!({"approvals": [{"authority": ar("البنك")}]})).version(1).error("/approvals/0/state", "required").expect(422);
        a.coordinator.patch(&link.path, json!({"next_step": {"due_on": "2026-01-01"}})).version(1).error("/next_step/what", "required").expect(422);
    }
}
