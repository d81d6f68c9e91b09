//! Silence: a visit that took place while a party could not answer, a report that nobody answers.

use std::time::Duration;

use super::editing::delegate;
use super::*;

const DAY: u64 = 24 * 3600;

/// Lets days pass, with a round of housekeeping every ten of them and at the end.
pub fn days(world: &World, count: u64) {
    let mut left = count;
    while left > 0 {
        let step = left.min(10);
        left -= step;
        world.server.advance(Duration::from_secs(step * DAY));
        let round = awasir::housekeeping::round(&world.server.app);
        actix_web::rt::System::new().block_on(round).unwrap();
    }
}

/// A draft that A recorded as held; B was never asked.
fn recorded(world: &World) -> Trip {
    let trip = Trip::draft(world, draft(world));
    trip.act(&world.a.coordinator, "record-held", json!({})).expect(200);
    trip
}

on_both_engines! {
    fn a_visit_recorded_by_one_side(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let mut body = draft(&world);
        body["delegates"] = json!([delegate(world.a.id, "visitor")]);
        let trip = Trip::draft(&world, body);
        b.get(&trip.path).problem("not-found").expect(404);
        trip.act(&world.a.contributor, "record-held", json!({})).problem("forbidden").expect(403);
        trip.act(a, "record-held", json!({"held_on": "2099-01-02"})).problem("too-early").expect(409);
        let there = trip.seen_by(a)["delegates"][0]["id"].clone();
        let held = trip.act(a, "record-held", json!({"held_on": "2025-07-05", "attended": [there]})).expect(200).json();
        assert_eq!((&held["state"], &held["held_on"], &held["visibility"]), (&json!("held"), &json!("2025-07-05"), &json!("parties")));
        assert_eq!(held["delegates"][0]["attended"], true);
        assert_eq!((response(&held, world.a.id), response(&held, world.b.id)), ("accepted".into(), "pending".into()));
        // A month later it is answered once more.
        days(&world, 31);
        assert_eq!(trip.act(a, "record-held", json!({"held_on": "2025-07-05"})).expect(200).json()["version"], held["version"]);
        // Who has not answered can no longer decline.
        assert_eq!(trip.seen_by(b)["allowed_actions"], json!(["accept", "object"]));
        trip.act(b, "decline", json!({})).problem("state-conflict").expect(409);
        trip.act(b, "submit-report", json!({"summary": ar("ت")})).problem("state-conflict");
        let accepted = trip.consent(b, "accept").expect(200).json();
        assert_eq!((&accepted["state"], response(&accepted, world.b.id)), (&json!("held"), "accepted".into()));
        assert_eq!(accepted["allowed_actions"], json!(["submit-report"]));
    }

    fn from_every_state_before_it_is_held(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        for trip in [Trip::proposed(&world, draft(&world)), Trip::accepted(&world, draft(&world))] {
            assert_eq!(trip.act(a, "record-held", json!({})).expect(200).json()["state"], "held");
        }
        // Who was asked answers first.
        let trip = Trip::proposed(&world, draft(&world));
        trip.act(b, "record-held", json!({})).problem("state-conflict").expect(409);
        let ahead = Trip::proposed(&world, draft_on(&world, "2099-01-02"));
        let early = ahead.act(a, "record-held", json!({})).problem("too-early").expect(409).json();
        assert_eq!(early["allowed_actions"], json!(["reschedule", "cancel"]));
        for over in ["decline", "cancel"] {
            let trip = Trip::proposed(&world, draft(&world));
            trip.act(b, over, json!({})).expect(200);
            trip.act(a, "record-held", json!({})).problem("state-conflict").expect(409);
        }
    }

    fn concluded_over_silence(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = recorded(&world);
        let report = json!({"summary": ar("زيارة ودية"), "visibility": "network"});
        trip.act(a, "submit-report", report.clone()).expect(200);
        let early = trip.act(a, "conclude", json!({})).problem("too-early").expect(409).json();
        assert_eq!((&early["state"], early["allowed_actions"].as_array().unwrap().contains(&json!("conclude"))), (&json!("reported"), false));
        days(&world, 9);
        assert_eq!(trip.seen_by(a)["reminders"], json!([]));
        days(&world, 20);
        let seen = trip.seen_by(a);
        let reminded = seen["reminders"].as_array().unwrap();
        assert_eq!(reminded.len(), 2, "{seen}");
        assert_eq!(reminded[0]["organisation_ids"], json!([world.b.id]));
        // To remind changes nothing of what is to be approved.
        assert_eq!(seen["version"], 3);
        trip.act(a, "conclude", json!({})).problem("too-early");
        days(&world, 1);
        assert_eq!(trip.seen_by(a)["allowed_actions"], json!(["submit-report", "return-report", "conclude"]));
        trip.act(b, "conclude", json!({})).problem("state-conflict").expect(409);
        let concluded = trip.act(a, "conclude", json!({})).expect(200).json();
        assert_eq!((&concluded["state"], &concluded["visibility"]), (&json!("concluded"), &json!("parties")));
        assert_eq!((approval(&concluded, world.a.id), approval(&concluded, world.b.id)), ("approved".into(), "no_answer".into()));
        assert_eq!(trip.act(a, "conclude", json!({})).expect(200).json(), concluded);
        days(&world, 31);
        assert_eq!(trip.act(a, "submit-report", report).expect(200).json()["version"], concluded["version"]);
        assert_eq!(trip.seen_by(a)["reminders"].as_array().unwrap().len(), 2);
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        c.viewer.get(&trip.path).problem("not-found").expect(404);

        // Late words stand beside the report, and who is seen by whom waits for them.
        let objected = trip.act(b, "object", json!({"reason": ar("لم يحضر أحد منا")})).expect(200).json();
        assert_eq!((&objected["state"], approval(&objected, world.b.id)), (&json!("concluded"), "objected".into()));
        assert_eq!(objected["parties"][1]["objection"]["reason"], ar("لم يحضر أحد منا"));
        assert_eq!(trip.act(b, "object", json!({"reason": ar("لم يحضر أحد منا")})).expect(200).json(), objected);
        let again = trip.act(b, "object", json!({"reason": ar("غير ذلك")})).expect(200).json();
        assert_eq!(again["parties"][1]["objection"]["reason"], ar("غير ذلك"));
        trip.consent(b, "approve-report").problem("state-conflict").expect(409);
        trip.consent(b, "accept").expect(200);
        let approved = trip.consent(b, "approve-report").expect(200).json();
        assert_eq!((&approved["visibility"], &approved["parties"][1]["objection"]), (&json!("network"), &Value::Null));
        c.viewer.get(&trip.path).expect(200);
        trip.act(b, "object", json!({"reason": ar("س")})).problem("state-conflict").expect(409);
    }

    fn the_report_s_own_month(world: World) {
        // An edit asks anew: nobody concludes over the silence of yesterday.
        let trip = Trip::reported(&world, draft(&world), "parties");
        days(&world, 29);
        world.a.coordinator.post(&trip.below("discussions"), json!({"topic": "media", "summary": ar("ن")})).expect(201);
        assert_eq!(trip.seen_by(&world.a.coordinator)["reminders"], json!([]));
        days(&world, 2);
        trip.act(&world.a.coordinator, "conclude", json!({})).problem("too-early").expect(409);
        days(&world, 28);
        let concluded = trip.act(&world.a.coordinator, "conclude", json!({})).expect(200).json();
        assert_eq!(approval(&concluded, world.b.id), "no_answer");
        assert!(world.server.actions_on(trip.path.rsplit('/').next().unwrap()).contains(&"visit.reminded".to_owned()));
        // Who had accepted may approve late without more ado.
        assert_eq!(approval(&trip.consent(&world.b.coordinator, "approve-report").expect(200).json(), world.b.id), "approved");
    }

    fn who_objects_is_heard(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = recorded(&world);
        trip.act(b, "object", json!({})).problem("validation-failed").expect(422).error("/reason", "required");
        let objected = trip.act(b, "object", json!({"reason": ar("لم تتم")})).expect(200).json();
        assert_eq!((&objected["state"], approval(&objected, world.b.id)), (&json!("held"), "objected".into()));
        trip.act(a, "submit-report", json!({"summary": ar("ت")})).expect(200);
        let seen = trip.seen_by(b);
        assert_eq!((approval(&seen, world.b.id), &seen["parties"][1]["objection"]["reason"]), ("pending".into(), &ar("لم تتم")));
        let objected = trip.act(b, "object", json!({"reason": ar("لا نوافق")})).expect(200).json();
        assert_eq!((&objected["state"], approval(&objected, world.b.id)), (&json!("reported"), "objected".into()));
        // Who has accepted sends the report back instead.
        trip.consent(b, "accept").expect(200);
        assert_eq!(trip.seen_by(b)["allowed_actions"], json!(["submit-report", "approve-report", "return-report"]));
        days(&world, 30);
        let concluded = trip.act(a, "conclude", json!({})).expect(200).json();
        assert_eq!(approval(&concluded, world.b.id), "objected", "an objection is an answer");
    }

    fn one_person_is_not_both_sides_here_either(world: World) {
        let both = crate::support::world::person(&world.server, "both@example.org", false);
        for organisation in [world.a.id, world.b.id] {
            crate::support::world::join(&world.server, &both, organisation, awasir::access::Role::Coordinator);
        }
        let trip = Trip::proposed(&world, draft(&world));
        let as_b = |action: &str, body: Value| both.post(&trip.below(action), body).acting_for(world.b.id).send();
        let as_a = |action: &str, body: Value| both.post(&trip.below(action), body).acting_for(world.a.id).send();
        trip.act(&world.a.coordinator, "cancel", json!({"version": 1})).problem("version-mismatch").expect(412);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        as_b("hold", json!({})).expect(200);
        as_b("submit-report", json!({"summary": ar("ت")})).expect(200);
        for (action, body) in [
            ("submit-report", json!({"summary": ar("غير")})),
            ("return-report", json!({"reason": ar("س")})),
            ("approve-report", json!({"version": 5})),
        ] {
            as_a(action, body).problem("both-sides").expect(409);
        }
        trip.act(&world.a.coordinator, "approve-report", json!({"version": 5})).expect(200);
    }
}
