//! An organisation's own donor for its own purpose: without ceremony.

use super::*;

on_both_engines! {
    fn it_begins_introduced(three: Three) {
        let (a, b) = (three.a(), three.b());
        let body = json!({"donor_id": donor(a, secret()), "beneficiary_organisation_id": a.id, "project_id": project(a)});
        let link = Link::made(&a.coordinator, body);
        let seen = link.seen_by(&a.coordinator);
        assert_eq!((&seen["stage"], &seen["allowed_actions"]), (&json!("introduced"), &json!(["advance", "end"])));
        assert_eq!(seen["donor_name"], secret()["name"]);
        a.coordinator.get(&link.below("contact")).expect(200);
        b.admin.get(&link.path).problem("not-found").expect(404);
        for action in ["accept", "decline", "introduce"] {
            link.act(&a.coordinator, action, json!({})).problem("state-conflict").expect(409);
        }
        let pledge = link.pledge(&a.coordinator, money("500", "SDG"));
        link.receive(&a.coordinator, with(money("500", "SDG"), json!({"pledge_id": id_of(&pledge)})));
        assert_eq!(link.stage(&a.coordinator), "funded");
        // It knows of what it recorded itself.
        let inbox = a.coordinator.get(&a.path("/inbox")).expect(200).data();
        assert!(inbox.iter().all(|item| item["type"] != "disbursement"), "{inbox:?}");
        link.act(&a.coordinator, "close", json!({})).expect(200);
        // Not even its own reading of its own donor is a reading of another's.
        assert!(a.coordinator.get(&link.below("contact-readings")).expect(200).data().is_empty());
    }

    /// A member of both sides acts for the one whose step it is.
    fn a_member_of_both(three: Three) {
        let (a, b) = (three.a(), three.b());
        let (link, another) = (Link::offered(&three), offer(&three));
        crate::support::world::join(&three.world.server, &b.coordinator, a.id, awasir::access::Role::Coordinator);
        let both = &b.coordinator;
        assert_eq!(link.seen_by(both)["allowed_actions"], json!(["accept", "decline"]));
        link.act(both, "accept", json!({})).expect(200);
        assert_eq!(link.seen_by(both)["allowed_actions"], json!(["introduce"]));
        link.act(both, "end", json!({"reason": ar("انقطع")})).problem("organisation-ambiguous").expect(400);
        link.act(both, "introduce", json!({})).expect(200);
        both.post(&link.below("pledges"), with(money("5", "SDG"), json!({"pledged_on": "2026-01-01"}))).problem("organisation-ambiguous").expect(400);
        both.post(&link.below("pledges"), with(money("5", "SDG"), json!({"pledged_on": "2026-01-01"}))).acting_for(b.id).expect(201);
        link.receive(both, money("5", "SDG"));
        // For which of them a donor is offered, the donor says.
        Link::made(both, another);
        let acting = link.seen_by(both);
        assert!(acting["donor_name"].is_object());
        let for_b = both.get(&link.path).acting_for(b.id).expect(200).json();
        assert_eq!((&for_b["donor_name"], &for_b["contact_last_read_at"]), (&Value::Null, &Value::Null));
    }
}
