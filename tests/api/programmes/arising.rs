//! A programme that arises from a commitment of a visit.

use super::*;
use crate::visits::{Trip, draft as visit};

/// A visit of A to B with a commitment to a joint programme, concluded; the visit and the commitment's path.
fn promised(world: &World, visibility: &str) -> (Trip, String) {
    let mut body = visit(world);
    body["commitments"] = json!([{"kind": "joint_programme", "strength": "agreed_in_principle", "description": ar("برنامج مشترك")}]);
    let trip = Trip::concluded(world, body, visibility);
    let id = trip.seen_by(&world.a.viewer)["commitments"][0]["id"].as_str().unwrap().to_owned();
    (trip, format!("/v1/commitments/{id}"))
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

on_both_engines! {
    fn it_moves_the_commitment_along(three: Three) {
        let (a, b) = (three.a(), three.b());
        let (_, commitment) = promised(&three.world, "parties");
        let mut body = three.draft();
        body["arises_from_commitment_id"] = json!(id(&commitment));
        let plan = Plan::draft(a, body.clone());
        let told = |client: &Client| {
            let seen = client.get(&commitment).expect(200).json();
            (seen["status"].as_str().unwrap().to_owned(), seen["fulfilled_by"].clone())
        };
        assert_eq!(told(&b.viewer), ("open".to_owned(), Value::Null), "a draft is its own organisation's");
        plan.act(&a.coordinator, "propose", json!({})).expect(200);
        let by = json!({"type": "programme", "id": plan.id()});
        assert_eq!(told(&b.viewer), ("in_progress".to_owned(), by.clone()));
        assert_eq!(plan.seen_by(&b.viewer)["arises_from_commitment_id"], id(&commitment));
        // A second one meanwhile.
        let second = Plan::draft(b, { let mut body = draft(&[(b, "lead"), (a, "media")]); body["arises_from_commitment_id"] = json!(id(&commitment)); body });
        second.act(&b.coordinator, "propose", json!({})).problem("commitment-taken").expect(409);
        assert_eq!(second.state(&b.viewer), "draft");
        // Taken back, and free again; then to its end.
        plan.act(&a.coordinator, "withdraw-proposal", json!({})).expect(200);
        assert_eq!(told(&b.viewer), ("open".to_owned(), Value::Null));
        plan.act(&a.coordinator, "propose", json!({})).expect(200);
        plan.sign(&a.admin).expect(200);
        plan.sign(&b.admin).expect(200);
        plan.act(&a.coordinator, "start", json!({})).expect(200);
        plan.act(&a.coordinator, "complete", json!({})).expect(200);
        assert_eq!(told(&a.viewer), ("done".to_owned(), by));
    }

    fn declined_or_called_off_it_frees_the_commitment(three: Three) {
        let (a, b) = (three.a(), three.b());
        let (_, commitment) = promised(&three.world, "parties");
        let mut body = three.draft();
        body["arises_from_commitment_id"] = json!(id(&commitment));
        for (client, action) in [(&b.coordinator, "decline"), (&a.coordinator, "cancel")] {
            let plan = Plan::proposed(a, body.clone());
            plan.act(client, action, json!({})).expect(200);
            let seen = a.viewer.get(&commitment).expect(200).json();
            assert_eq!((&seen["status"], &seen["fulfilled_by"]), (&json!("open"), &Value::Null), "{action}");
        }
    }

    fn not_from_a_visit_of_others(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        for visibility in ["parties", "network"] {
            let (_, commitment) = promised(&three.world, visibility);
            let mut body = draft(&[(c, "lead"), (a, "media")]);
            body["arises_from_commitment_id"] = json!(id(&commitment));
            c.contributor.post(PROGRAMMES, body.clone()).error("/arises_from_commitment_id", "unknown-reference").expect(422);
            body["arises_from_commitment_id"] = json!(three.world.server.app.ids.uuid());
            c.contributor.post(PROGRAMMES, body).error("/arises_from_commitment_id", "unknown-reference").expect(422);
        }
        // Neither by a change of a draft.
        let (_, commitment) = promised(&three.world, "parties");
        let plan = Plan::draft(c, draft(&[(c, "lead"), (b, "media")]));
        let change = json!({"arises_from_commitment_id": id(&commitment)});
        c.contributor.patch(&plan.path, change).if_match("*").error("/arises_from_commitment_id", "unknown-reference").expect(422);
    }

    /// A partner that was no party of the visit is told neither by the one nor by the other.
    fn the_pointers_are_told_to_who_sees_both(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let (_, commitment) = promised(&three.world, "parties");
        let mut body = draft(&[(a, "lead"), (c, "funding")]);
        body["arises_from_commitment_id"] = json!(id(&commitment));
        let plan = Plan::proposed(a, body);
        assert_eq!(plan.seen_by(&c.viewer)["arises_from_commitment_id"], Value::Null);
        assert_eq!(plan.seen_by(&a.viewer)["arises_from_commitment_id"], id(&commitment));
        // B sees the commitment, not the programme.
        let seen = b.viewer.get(&commitment).expect(200).json();
        assert_eq!((&seen["status"], &seen["fulfilled_by"]), (&json!("in_progress"), &Value::Null));
        b.viewer.get(&plan.path).problem("not-found").expect(404);
        // The lead's edit does not lose what it need not repeat; who can't see it can't change it.
        a.coordinator.patch(&plan.path, json!({"title": ar("آخر")})).if_match("*").expect(200);
        assert_eq!(plan.seen_by(&a.viewer)["arises_from_commitment_id"], id(&commitment));
        a.coordinator.patch(&plan.path, json!({"arises_from_commitment_id": null})).if_match("*").problem("state-conflict").expect(409);
        // A lead that was no party of the visit sends back what it was given.
        let mut body = draft(&[(b, "media"), (c, "lead")]);
        let (_, another) = promised(&three.world, "parties");
        body["arises_from_commitment_id"] = json!(id(&another));
        let plan = Plan::proposed(b, body);
        let seen = plan.seen_by(&c.coordinator);
        assert_eq!(seen["arises_from_commitment_id"], Value::Null);
        c.coordinator.patch(&plan.path, seen).if_match("*").expect(200);
        assert_eq!(plan.seen_by(&b.viewer)["arises_from_commitment_id"], id(&another));
    }
}
