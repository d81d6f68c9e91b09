//! The whole road, from an offer to what came.

use super::*;
use awasir::access::Role;

on_both_engines! {
    fn from_offered_to_closed(three: Three) {
        let (a, b) = (three.a(), three.b());
        let body = offer(&three);
        let reply = a.coordinator.post(LINKS, body.clone()).expect(201);
        let made = reply.json();
        let link = Link { path: reply.header("location").unwrap().to_owned() };
        assert_eq!(made, json!({
            "id": link.id(), "version": 1, "stage": "offered", "allowed_actions": [], "last_reason": null, "reason": null,
            "donor_id": body["donor_id"], "donor_name": secret()["name"], "introduced_by_organisation_id": a.id,
            "beneficiary_organisation_id": b.id, "project_id": body["project_id"], "programme_id": null,
            "message": body["message"], "approvals": [], "next_step": null, "granted_at": null, "contact_last_read_at": null,
            "arises_from_commitment_id": null, "created_at": made["created_at"], "updated_at": made["updated_at"],
        }));
        // The beneficiary is told who offers and for what; nothing of the donor.
        let offered = link.seen_by(&b.coordinator);
        assert_eq!((&offered["donor_name"], &offered["allowed_actions"]), (&Value::Null, &json!(["accept", "decline"])));
        assert_eq!((&offered["message"], &offered["project_id"]), (&body["message"], &body["project_id"]));

        let accepted = link.act(&b.coordinator, "accept", json!({"version": 1})).expect(200).json();
        assert_eq!((&accepted["stage"], &accepted["version"]), (&json!("accepted"), &json!(2)));
        assert_eq!(accepted["last_reason"]["organisation_id"], json!(b.id));
        assert_eq!(accepted["allowed_actions"], json!(["end"]));
        assert_eq!(link.seen_by(&a.coordinator)["allowed_actions"], json!(["introduce", "end"]));
        let introduced = link.act(&a.admin, "introduce", json!({})).expect(200).json();
        assert_eq!((&introduced["stage"], &introduced["granted_at"]), (&json!("introduced"), &Value::Null));
        link.act(&b.coordinator, "advance", json!({"to": "in_discussion"})).expect(200);
        assert_eq!(link.stage(&a.coordinator), "in_discussion");

        let pledge = link.pledge(&a.coordinator, with(money("300000", "SDG"), json!({"expected_on": "2026-06-01", "conditions": ar("بعد الموافقة")})));
        assert_eq!(link.stage(&b.coordinator), "pledged");
        let seen = b.coordinator.get(&pledge).expect(200).json();
        assert_eq!((&seen["status"], &seen["counted_money"]["amount"]), (&json!("open"), &json!("0.00")));
        let by = |role| json!(b.members[&role]);
        let came = link.receive(&b.coordinator, with(money("100000", "SDG"), json!({
            "pledge_id": id_of(&pledge), "channel": "cash_by_hand", "handed_over_by": "سائق الحاج بشير",
            "received_by_member_id": by(Role::Coordinator), "witness_member_ids": [by(Role::Viewer)],
            "receipt_number": "٤٤/ب", "charges": {"amount": "500", "currency": "SDG"}, "description": ar("دفعة أولى"),
        })));
        assert_eq!(came, json!({
            "id": came["id"], "version": 1, "donor_link_id": link.id(), "pledge_id": id_of(&pledge),
            "money": {"amount": "100000.00", "currency": "SDG"}, "quantity": null, "unit": null, "description": ar("دفعة أولى"),
            "received_on": "2026-04-01", "channel": "cash_by_hand", "handed_over_by": "سائق الحاج بشير",
            "received_by_member_id": by(Role::Coordinator), "witness_member_ids": [by(Role::Viewer)], "receipt_number": "٤٤/ب",
            "charges": {"amount": "500.00", "currency": "SDG"}, "counts_as": null, "rate": null, "surplus": false,
            "acknowledged_at": null, "acknowledged_by_member_id": null, "recorded_by_member_id": by(Role::Coordinator),
            "reverses": null, "created_at": came["created_at"], "updated_at": came["updated_at"],
        }));
        assert_eq!(link.stage(&a.coordinator), "funded");
        let path = format!("{}/{}", link.below("disbursements"), came["id"].as_str().unwrap());
        assert_eq!(a.coordinator.get(&path).expect(200).json(), came);
        let acknowledged = a.coordinator.post(&format!("{path}/acknowledge"), json!({"version": 1})).expect(200).json();
        assert_eq!((&acknowledged["version"], &acknowledged["acknowledged_by_member_id"]), (&json!(2), &json!(a.members[&Role::Coordinator])));
        assert_eq!(a.admin.post(&format!("{path}/acknowledge"), json!({})).expect(200).json(), acknowledged);

        link.receive(&b.coordinator, with(money("200000", "SDG"), json!({"pledge_id": id_of(&pledge), "channel": "bank"})));
        let seen = a.coordinator.get(&pledge).expect(200).json();
        assert_eq!((&seen["status"], &seen["counted_money"]["amount"]), (&json!("fulfilled"), &json!("300000.00")));
        assert_eq!(b.coordinator.get(&link.below("disbursements")).expect(200).data().len(), 2);
        let closed = link.act(&a.coordinator, "close", json!({})).expect(200).json();
        assert_eq!((&closed["stage"], &closed["allowed_actions"], &closed["reason"]), (&json!("closed"), &json!([]), &Value::Null));
        // Who handed the money over stands in no entry of the journal; that it was told does.
        let journal = journaled(&three.world.server);
        assert!(journal.contains("receipt_number") && !journal.contains("سائق الحاج بشير"));
        let actions = three.world.server.actions_on(link.id());
        assert_eq!(actions, [
            "donor_link.offered", "donor_link.accepted", "donor_link.introduced", "donor_link.advanced", "donor_link.pledged",
            "donor_link.funded", "donor_link.closed",
        ]);
        let project = b.coordinator.get(&format!("/v1/projects/{}", body["project_id"].as_str().unwrap())).expect(200).json();
        assert_eq!(project["received"], json!([{"amount": "300000.00", "currency": "SDG"}]));
    }

    fn declined_and_ended(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::offered(&three);
        let declined = link.act(&b.coordinator, "decline", json!({"reason": ar("لا نقبل دعمًا مشروطًا")})).expect(200).json();
        assert_eq!((&declined["stage"], &declined["reason"]), (&json!("declined"), &ar("لا نقبل دعمًا مشروطًا")));
        assert_eq!(link.act(&b.admin, "decline", json!({})).expect(200).json(), declined);
        for stage in ["accepted", "introduced", "in_discussion", "pledged", "funded"] {
            let link = Link::in_stage(&three, stage);
            link.act(&a.coordinator, "end", json!({})).error("/reason", "required").expect(422);
            let by = if stage == "pledged" { b } else { a };
            let ended = link.act(&by.coordinator, "end", json!({"reason": ar("انقطع")})).expect(200).json();
            assert_eq!((&ended["stage"], &ended["reason"]), (&json!("ended"), &ar("انقطع")), "{stage}");
            assert_eq!(link.act(&by.coordinator, "end", json!({"reason": ar("انقطع")})).expect(200).json(), ended);
            // What was still promised is so no more.
            for pledge in a.coordinator.get(&link.below("pledges")).expect(200).data() {
                assert_eq!(pledge["status"], "cancelled", "{stage}");
            }
        }
    }

    fn what_is_next_and_whose_leave_it_needs(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::offered(&three);
        a.coordinator.patch(&link.path, json!({"message": ar("رسالة أخرى")})).version(1).expect(200);
        b.coordinator.patch(&link.path, json!({"message": ar("ليست لي")})).version(2).error("/message", "not-yours").expect(422);
        let approvals = json!([{"authority": ar("مفوضية العون الإنساني"), "state": "requested", "on": "2026-02-01"},
            {"authority": ar("البنك"), "state": "needed", "on": null}]);
        let step = json!({"what": ar("زيارة الموقع"), "due_on": "2026-12-20"});
        let seen = b.coordinator.patch(&link.path, json!({"approvals": approvals, "next_step": step})).version(2).expect(200).json();
        assert_eq!((&seen["approvals"], &seen["next_step"], &seen["version"]), (&approvals, &step, &json!(3)));
        assert_eq!(a.coordinator.patch(&link.path, link.seen_by(&a.coordinator)).version(3).expect(200).json()["version"], 3);
        b.coordinator.patch(&link.path, json!({"next_step": {"due_on": null, "what": ar("اجتماع")}})).version(3).expect(200);
        link.act(&b.coordinator, "accept", json!({})).expect(200);
        a.coordinator.patch(&link.path, json!({"message": null})).if_match("*").problem("state-conflict").expect(409);
        a.coordinator.patch(&link.path, json!({"next_step": null})).if_match("*").expect(200);
        a.coordinator.patch(&link.path, json!({"stage": "funded"})).if_match("*").error("/stage", "read-only").expect(422);
        let late = json!({"approvals": [{"authority": ar("البنك"), "state": "granted", "on": "2199-01-01"}]});
        a.coordinator.patch(&link.path, late).if_match("*").error("/approvals/0/on", "out-of-range").expect(422);
        link.act(&a.coordinator, "end", json!({"reason": ar("انقطع")})).expect(200);
        b.coordinator.patch(&link.path, json!({"approvals": []})).if_match("*").problem("state-conflict").expect(409);
        // What was begun from an old state is told so.
        let stale = a.coordinator.patch(&link.path, json!({"approvals": []})).version(1).problem("version-mismatch").expect(412);
        assert!(stale.json()["changed_fields"].as_array().unwrap().contains(&json!("stage")), "{stale}");
        a.coordinator.patch(&link.path, json!({})).problem("version-required").expect(428);
    }

    /// The same again brings nothing about, and is answered.
    fn repeated(three: Three) {
        let (a, b) = (three.a(), three.b());
        let mut body = offer(&three);
        body["id"] = json!(uuid::Uuid::new_v4());
        let first = a.coordinator.post(LINKS, body.clone()).expect(201).json();
        assert_eq!(a.coordinator.post(LINKS, body.clone()).expect(200).json(), first);
        b.coordinator.post(LINKS, body.clone()).problem("id-taken").expect(409);
        let link = Link { path: format!("{LINKS}/{}", first["id"].as_str().unwrap()) };
        for _ in 0..2 {
            assert_eq!(link.act(&b.coordinator, "accept", json!({})).expect(200).json()["version"], 2);
        }
        for _ in 0..2 {
            assert_eq!(link.act(&a.coordinator, "introduce", json!({"version": 2})).expect(200).json()["version"], 3);
        }
        // The beneficiary's acceptance still stands.
        link.act(&b.coordinator, "accept", json!({})).expect(200);
        for _ in 0..2 {
            let to = json!({"to": "in_discussion"});
            assert_eq!(link.act(&a.coordinator, "advance", to).expect(200).json()["version"], 4);
        }
        link.act(&b.coordinator, "advance", json!({"to": "in_discussion"})).problem("state-conflict").expect(409);
        // A kept answer has no name of a donor's in it.
        let mut body = offer(&three);
        body["message"] = Value::Null;
        let made = a.coordinator.post(LINKS, body.clone()).key("k1").expect(201).json();
        assert_eq!(made["donor_name"], secret()["name"]);
        let again = a.coordinator.post(LINKS, body).key("k1").expect(201);
        assert_eq!((again.header("idempotency-replayed"), &again.json()["donor_name"]), (Some("true"), &Value::Null));
        let path = format!("{LINKS}/{}", made["id"].as_str().unwrap());
        b.coordinator.post(&format!("{path}/accept"), json!({})).expect(200);
        for _ in 0..2 {
            a.coordinator.post(&format!("{path}/introduce"), json!({})).key("k2").expect(200);
        }
        crate::erasure::assert_gone(&three.world.server, &["الحاج بشير الطيّب", "Bashir al-Tayyib"]);
    }
}
