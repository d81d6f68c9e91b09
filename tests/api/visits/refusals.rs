//! What is refused, and what is answered once more.

use super::*;
use awasir::access::Role;

/// Each action with a body that would do.
fn actions() -> Vec<(&'static str, Value)> {
    vec![
        ("propose", json!({})),
        ("accept", json!({"version": 1})),
        ("decline", json!({})),
        ("reschedule", json!({"schedule": {"date": "2025-07-11"}})),
        ("cancel", json!({})),
        ("hold", json!({})),
        ("record-held", json!({})),
        ("undo-hold", json!({})),
        ("submit-report", json!({"summary": ar("تقرير")})),
        ("approve-report", json!({"version": 1})),
        ("return-report", json!({"reason": ar("سبب")})),
        ("conclude", json!({})),
        ("object", json!({"reason": ar("سبب")})),
    ]
}

/// In this state the host may do these and, again, those; all else is 409 with both named.
#[track_caller]
fn only(trip: &Trip, world: &World, allowed: &[&str], again: &[&str]) {
    let seen = trip.seen_by(&world.b.coordinator);
    let mine: Vec<&str> =
        seen["allowed_actions"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(mine, allowed);
    for (action, mut body) in actions() {
        if body.get("version").is_some() {
            body["version"] = seen["version"].clone();
        }
        if again.contains(&action) {
            assert_eq!(
                trip.act(&world.b.coordinator, action, json!({"version": 999})).expect(200).json(),
                seen,
                "{action}"
            );
        } else if !allowed.contains(&action) {
            let reply = trip.act(&world.b.coordinator, action, body).problem("state-conflict").expect(409);
            assert_eq!(
                (&reply.json()["state"], &reply.json()["allowed_actions"]),
                (&seen["state"], &seen["allowed_actions"])
            );
        }
    }
    assert_eq!(trip.seen_by(&world.b.coordinator), seen, "nothing was changed");
}

on_both_engines! {
    fn in_each_state_only_what_the_table_says(world: World) {
        let w = &world;
        only(&Trip::proposed(w, draft(w)), w, &["accept", "decline", "reschedule", "cancel"], &[]);
        only(&Trip::accepted(w, draft(w)), w, &["reschedule", "cancel", "hold", "record-held"], &["accept"]);
        only(&Trip::held(w, draft(w)), w, &["submit-report"], &["accept"]);
        let may = &["submit-report", "approve-report", "return-report"];
        only(&Trip::reported(w, draft(w), "parties"), w, may, &["accept"]);
        only(&Trip::concluded(w, draft(w), "parties"), w, &[], &["accept", "approve-report"]);
        let declined = Trip::proposed(w, draft(w));
        let seen = declined.act(&w.b.coordinator, "decline", json!({"reason_code": "rain"})).expect(200).json();
        assert_eq!((&seen["state"], &seen["last_reason"]["action"]), (&json!("declined"), &json!("decline")));
        only(&declined, w, &[], &["decline"]);
        let cancelled = Trip::proposed(w, draft(w));
        cancelled.act(&w.a.coordinator, "cancel", json!({"reason": ar("تعذّر")})).expect(200);
        only(&cancelled, w, &[], &[]);
        assert_eq!(cancelled.act(&w.a.coordinator, "cancel", json!({})).expect(200).json()["state"], "cancelled");
        let theirs = Trip::accepted(w, draft(w));
        theirs.act(&w.b.coordinator, "hold", json!({})).expect(200);
        only(&theirs, w, &["undo-hold", "submit-report"], &["accept", "hold", "record-held"]);
    }

    fn a_draft_is_for_its_author(world: World) {
        let trip = Trip::draft(&world, draft(&world));
        for (action, body) in actions() {
            trip.act(&world.b.coordinator, action, body.clone()).problem("not-found").expect(404);
            trip.act(&world.a.contributor, action, body.clone()).problem("forbidden").expect(403);
            if action != "propose" && action != "record-held" {
                let body = if action.starts_with('a') { json!({"version": 1}) } else { body };
                trip.act(&world.a.coordinator, action, body).problem("state-conflict").expect(409);
            }
        }
    }

    fn the_version_that_was_seen(world: World) {
        let trip = Trip::proposed(&world, draft(&world));
        let host = &world.b.coordinator;
        trip.act(host, "accept", json!({})).problem("version-required").expect(428);
        let stale = trip.act(host, "accept", json!({"version": 1})).problem("version-mismatch").expect(412);
        assert_eq!(stale.json()["current_version"], 2);
        assert_eq!(stale.json()["changed_fields"], json!(["parties", "state"]));
        trip.act(host, "cancel", json!({"version": 1})).problem("version-mismatch");
        host.post(&trip.below("accept"), json!({})).version(2).expect(200);
        // What stands is answered again, whatever version is named, and without one.
        trip.act(host, "accept", json!({"version": 1})).expect(200);
        trip.act(host, "accept", json!({})).expect(200);
        trip.act(host, "accept", json!({"x": 1})).expect(200);
        trip.act(host, "reschedule", json!({"x": 1})).problem("validation-failed").error("/x", "unknown-field").error("/schedule", "required");
    }

    fn one_person_never_answers_for_both(world: World) {
        let both = crate::support::world::person(&world.server, "both@example.org", false);
        for organisation in [world.a.id, world.b.id] {
            crate::support::world::join(&world.server, &both, organisation, Role::Coordinator);
        }
        let trip = Trip::draft(&world, draft(&world));
        assert_eq!(trip.seen_by(&both)["allowed_actions"], json!(["propose", "record-held"]));
        trip.act(&both, "propose", json!({})).expect(200);
        // Two organisations that it concerns: the header says which.
        trip.act(&both, "accept", json!({"version": 2})).problem("organisation-ambiguous").expect(400);
        assert_eq!(trip.seen_by(&both)["allowed_actions"], json!([]));
        let path = trip.below("accept");
        let as_b = |path: &str| both.post(path, json!({"version": 2})).acting_for(world.b.id).send();
        as_b(&path).problem("both-sides").expect(409);
        as_b(&trip.below("decline")).problem("both-sides");
        let seen = both.get(&trip.path).acting_for(world.b.id).expect(200).json();
        assert_eq!(seen["allowed_actions"], json!(["cancel"]));
        trip.act(&both, "reschedule", json!({"schedule": {"date": "2025-07-05"}})).problem("organisation-ambiguous").expect(400);
        let move_it = json!({"schedule": {"date": "2025-07-05"}});
        both.post(&trip.below("reschedule"), move_it).acting_for(world.b.id).problem("both-sides").expect(409);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        both.post(&trip.below("hold"), json!({})).acting_for(world.b.id).expect(200);
        both.post(&trip.below("submit-report"), json!({"summary": ar("ت")})).acting_for(world.b.id).problem("both-sides");
    }

    fn not_before_its_day(world: World) {
        let trip = Trip::accepted(&world, draft_on(&world, "2099-01-02"));
        let early = trip.act(&world.a.coordinator, "hold", json!({})).problem("too-early").expect(409);
        assert_eq!(early.json()["allowed_actions"], json!(["reschedule", "cancel"]));
        let trip = Trip::accepted(&world, draft(&world));
        trip.act(&world.a.coordinator, "hold", json!({"held_on": "2099-01-02"})).problem("too-early");
        trip.act(&world.a.coordinator, "hold", json!({"attended": [uuid::Uuid::new_v4()]})).problem("validation-failed").error("/attended/0", "unknown-reference");
        let held = trip.act(&world.a.coordinator, "hold", json!({"held_on": "2025-07-05"})).expect(200).json();
        assert_eq!(held["held_on"], "2025-07-05");
    }

    fn another_date_asks_again(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        let body = json!({"schedule": {"date": "2025-07-11", "weekday": "friday"}, "reason_code": "no_fuel"});
        let moved = trip.act(&world.b.coordinator, "reschedule", body.clone()).expect(200).json();
        assert_eq!((&moved["state"], &moved["schedule"]["date"]), (&json!("proposed"), &json!("2025-07-11")));
        assert_eq!((response(&moved, world.a.id), response(&moved, world.b.id)), ("pending".into(), "accepted".into()));
        assert_eq!(moved["last_reason"]["reason_code"], "no_fuel");
        let again = trip.act(&world.b.coordinator, "reschedule", body).expect(200).json();
        assert_eq!(again, moved);
        assert_eq!(trip.consent(&world.a.coordinator, "accept").expect(200).json()["state"], "accepted");
    }

    fn what_changed_is_named_as_the_api_names_it(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        let schedule = json!({"date": "2025-07-11", "start_time": "09:00", "time_zone": "Africa/Cairo"});
        trip.act(&world.b.coordinator, "reschedule", json!({"schedule": schedule})).expect(200);
        trip.consent(&world.a.coordinator, "accept").expect(200);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        let stale = trip.act(&world.b.coordinator, "submit-report", json!({"version": 3, "summary": ar("ت")}))
            .problem("version-mismatch").expect(412).json();
        assert_eq!(stale["changed_fields"], json!(["held_on", "last_reason", "parties", "schedule", "state"]));
        let stale = world.a.contributor.patch(&trip.path, json!({})).version(0).send();
        assert_eq!(stale.status, 400);
    }

    fn a_party_that_is_suspended_is_not_waited_for(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "visitor")]);
        let trip = Trip::proposed(&world, body.clone());
        suspend(&world, c.id);
        c.coordinator.renew();
        let accepted = trip.consent(&world.b.coordinator, "accept").expect(200).json();
        assert_eq!((&accepted["state"], response(&accepted, c.id)), (&json!("accepted"), "unavailable".into()));
        // Its people read it and do nothing else.
        assert_eq!(trip.seen_by(&c.coordinator)["allowed_actions"], json!([]));
        trip.act(&c.coordinator, "cancel", json!({})).problem("forbidden").expect(403);
        world.a.contributor.post(VISITS, body).problem("validation-failed").error("/parties/2/organisation_id", "unknown-reference");
    }
}

pub fn suspend(world: &World, id: OrganisationId) {
    use awasir::db::schema::organisations;
    use diesel::prelude::*;
    world.server.look(|db| {
        diesel::update(organisations::table.find(id))
            .set(organisations::status.eq("suspended"))
            .execute(db)
            .unwrap();
    });
}
