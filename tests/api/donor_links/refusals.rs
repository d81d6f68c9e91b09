//! What is refused: by whom it is not to be done, and when.

use super::*;

const STAGES: [&str; 9] = [
    "offered",
    "accepted",
    "declined",
    "introduced",
    "in_discussion",
    "pledged",
    "funded",
    "closed",
    "ended",
];

/// The actions, by whom each is, and from where.
const ACTIONS: [(&str, &str, &[&str]); 6] = [
    ("accept", "b", &["offered"]),
    ("decline", "b", &["offered"]),
    ("introduce", "a", &["accepted"]),
    ("advance", "ab", &["introduced"]),
    ("end", "ab", &["accepted", "introduced", "in_discussion", "pledged", "funded"]),
    ("close", "ab", &["funded"]),
];

fn said(action: &str) -> Value {
    match action {
        "end" => json!({"reason": ar("انقطع")}),
        "advance" => json!({"to": "in_discussion"}),
        _ => json!({}),
    }
}

on_both_engines! {
    /// Every action in every stage by each side, without moving the link.
    fn every_edge_of_the_table(three: Three) {
        let (a, b) = (three.a(), three.b());
        for stage in STAGES {
            let link = Link::in_stage(&three, stage);
            for (action, whose, from) in ACTIONS {
                for (side, client) in [("a", &a.coordinator), ("b", &b.coordinator)] {
                    let may = whose.contains(side) && from.contains(&stage);
                    let allowed = link.seen_by(client)["allowed_actions"].as_array().unwrap().contains(&json!(action));
                    assert_eq!(allowed, may, "{stage} {action} {side}");
                    if may {
                        continue;
                    }
                    let before = link.seen_by(client);
                    let reply = link.act(client, action, said(action));
                    if !whose.contains(side) {
                        reply.problem("forbidden").expect(403);
                    } else if reply.status == 200 {
                        assert_eq!(reply.json(), before, "{stage} {action} {side}");
                    } else {
                        let refused = reply.problem("state-conflict").expect(409).json();
                        assert_eq!((&refused["state"], &refused["allowed_actions"]), (&json!(stage), &before["allowed_actions"]));
                    }
                    assert_eq!(link.stage(client), stage);
                }
            }
        }
    }

    /// When something may be pledged and received.
    fn when_something_is_given(three: Three) {
        let (a, b) = (three.a(), three.b());
        for stage in STAGES {
            let link = Link::in_stage(&three, stage);
            let open = ["introduced", "in_discussion", "pledged", "funded"].contains(&stage);
            let status = if open { 201 } else { 409 };
            let pledge = with(money("5", "SDG"), json!({"pledged_on": "2026-01-01"}));
            for client in [&a.coordinator, &b.coordinator] {
                client.post(&link.below("pledges"), pledge.clone()).expect(status);
            }
            link.try_receive(&a.coordinator, money("5", "SDG")).problem("forbidden").expect(403);
            link.try_receive(&b.coordinator, money("5", "SDG")).expect(status);
        }
    }

    /// What can't be offered, and to whom.
    fn what_can_not_be_offered(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let body = offer(&three);
        let refused = |more: Value| a.coordinator.post(LINKS, with(body.clone(), more)).problem("validation-failed").expect(422);
        let unknown = json!({"donor_id": uuid::Uuid::new_v4()});
        let foreign = json!({"donor_id": donor(b, secret())});
        let known_foreign = json!({"donor_id": donor(b, known())});
        let answers = [unknown, foreign, known_foreign].map(|more| refused(more).error("/donor_id", "unknown-reference").json());
        assert!(answers.iter().all(|answer| answer["errors"] == answers[0]["errors"]), "{answers:?}");
        refused(json!({"beneficiary_organisation_id": uuid::Uuid::new_v4()})).error("/beneficiary_organisation_id", "unknown-reference");
        // A project that is not the beneficiary's, is not seen, or is not there.
        let private = json!({"title": {"ar": "خاص"}});
        let private = b.coordinator.post("/v1/projects", private).expect(201).id();
        for project in [json!(project(c)), json!(private), json!(uuid::Uuid::new_v4())] {
            refused(json!({"project_id": project})).error("/project_id", "unknown-reference");
        }
        refused(json!({"project_id": null})).error("/project_id", "required");
        refused(json!({"programme_id": uuid::Uuid::new_v4()})).error("/programme_id", "not-both");
        refused(json!({"project_id": null, "programme_id": uuid::Uuid::new_v4()})).error("/programme_id", "unknown-reference");
        refused(json!({"arises_from_commitment_id": uuid::Uuid::new_v4()})).error("/arises_from_commitment_id", "unknown-reference");
        for status in ["completed", "cancelled"] {
            let project = project(b);
            b.coordinator.patch(&format!("/v1/projects/{project}"), json!({"status": status})).version(1).expect(200);
            let reply = a.coordinator.post(LINKS, with(body.clone(), json!({"project_id": project}))).problem("state-conflict").expect(409);
            assert_eq!(reply.json()["state"], status);
        }
        a.contributor.post(LINKS, body.clone()).problem("forbidden").expect(403);
        three.decide(b, "suspend");
        refused(json!({})).error("/beneficiary_organisation_id", "unknown-reference");
        // Who can't act offers nothing.
        three.decide(a, "suspend");
        a.coordinator.post(LINKS, body).problem("forbidden").expect(403);
    }

    /// Neither side acts while it is suspended; the other may end it.
    fn a_suspended_side(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::introduced(&three);
        let pledge = link.pledge(&a.coordinator, money("5", "SDG"));
        three.decide(b, "suspend");
        assert_eq!(link.seen_by(&b.coordinator)["allowed_actions"], json!([]));
        link.act(&b.coordinator, "advance", json!({"to": "in_discussion"})).problem("forbidden").expect(403);
        link.try_receive(&b.coordinator, money("5", "SDG")).problem("forbidden").expect(403);
        b.coordinator.post(&format!("{pledge}/cancel"), json!({})).problem("forbidden").expect(403);
        link.act(&a.coordinator, "end", json!({"reason": ar("الجهة موقوفة")})).expect(200);
    }
}
