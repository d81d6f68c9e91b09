//! Parties that can't answer: suspended, gone, dissolved; and one that is back.

use super::*;

/// A visits B and C.
fn with_c(world: &World) -> (Organisation, Value) {
    let latin = uuid::Uuid::new_v4().to_string();
    let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", &latin);
    let mut body = draft(world);
    body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
    (c, body)
}

fn decide(world: &World, organisation: &Organisation, action: &str) {
    let body = json!({"reason": ar("سبب")});
    world.network_admin.post(&organisation.path(&format!("/{action}")), body).expect(200);
    for person in
        [&organisation.viewer, &organisation.contributor, &organisation.coordinator, &organisation.admin]
    {
        person.renew();
    }
}

fn actions_on(world: &World, trip: &Trip) -> Vec<String> {
    world.server.actions_on(trip.path.rsplit('/').next().unwrap())
}

on_both_engines! {
    fn nobody_waits_for_the_answer_of_a_party_that_is_gone(world: World) {
        for gone in ["suspend", "leave", "dissolve"] {
            let (c, body) = with_c(&world);
            let trip = Trip::proposed(&world, body);
            trip.consent(&world.b.coordinator, "accept").expect(200);
            if gone == "leave" {
                c.admin.post(&c.path("/leave"), json!({})).expect(200);
            } else {
                decide(&world, &c, gone);
            }
            let seen = trip.seen_by(&world.b.coordinator);
            assert_eq!((&seen["state"], &seen["version"]), (&json!("accepted"), &json!(4)), "{gone}");
            assert_eq!(response(&seen, c.id), "unavailable");
            assert_eq!(actions_on(&world, &trip).last().unwrap(), "visit.party_unavailable");
            trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        }
    }

    fn nor_for_its_approval(world: World) {
        let (c, body) = with_c(&world);
        let trip = Trip::proposed(&world, body);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        trip.consent(&c.coordinator, "accept").expect(200);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        let report = json!({"summary": ar("ت"), "visibility": "network"});
        trip.act(&world.a.coordinator, "submit-report", report).expect(200);
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        decide(&world, &c, "suspend");
        let seen = trip.seen_by(&world.a.coordinator);
        // Who sees it is not widened without it.
        assert_eq!((&seen["state"], &seen["visibility"]), (&json!("concluded"), &json!("parties")));
        assert_eq!(approval(&seen, c.id), "pending");
    }

    fn one_side_alone_is_no_visit(world: World) {
        let trip = Trip::proposed(&world, draft(&world));
        decide(&world, &world.b, "suspend");
        assert_eq!(trip.seen_by(&world.a.coordinator)["state"], "proposed");
        decide(&world, &world.b, "reinstate");
        assert_eq!(trip.consent(&world.b.coordinator, "accept").expect(200).json()["state"], "accepted");
    }

    fn what_stands_is_looked_at_anew(world: World) {
        let (c, body) = with_c(&world);
        let trip = Trip::proposed(&world, body);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        // As if it had gone by a way that tells the visits nothing.
        refusals::suspend(&world, c.id);
        assert_eq!(trip.seen_by(&world.b.coordinator)["state"], "proposed");
        let again = trip.act(&world.b.coordinator, "accept", json!({})).expect(200).json();
        assert_eq!((&again["state"], &again["version"]), (&json!("accepted"), &json!(4)));
        assert_eq!(trip.act(&world.b.coordinator, "accept", json!({})).expect(200).json(), again);
        assert_eq!(trip.seen_by(&world.b.coordinator), again);
    }

    fn who_is_back_is_bound_by_its_own_word_only(world: World) {
        let back = |to: &str| {
            let (c, body) = with_c(&world);
            let trip = Trip::proposed(&world, body);
            decide(&world, &c, "suspend");
            trip.consent(&world.b.coordinator, "accept").expect(200);
            if to != "accepted" {
                trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
            }
            if to == "reported" {
                trip.act(&world.a.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
            }
            decide(&world, &c, "reinstate");
            let seen = trip.seen_by(&c.coordinator);
            assert_eq!((&seen["state"], response(&seen, c.id)), (&json!(to), "pending".into()));
            (c, trip, seen["allowed_actions"].clone())
        };
        let (c, trip, may) = back("accepted");
        assert_eq!(may, json!(["accept", "decline"]));
        for (action, body) in [("hold", json!({})), ("cancel", json!({})), ("reschedule", json!({"schedule": {"date": "2025-07-11"}}))] {
            trip.act(&c.coordinator, action, body).problem("state-conflict").expect(409);
        }
        let accepted = trip.consent(&c.coordinator, "accept").expect(200).json();
        assert_eq!((&accepted["state"], response(&accepted, c.id)), (&json!("accepted"), "accepted".into()));
        assert_eq!(accepted["allowed_actions"], json!(["reschedule", "cancel", "hold", "record-held"]));

        let (c, trip, _) = back("accepted");
        let left = trip.act(&c.coordinator, "decline", json!({})).expect(200).json();
        assert_eq!((&left["state"], response(&left, c.id)), (&json!("accepted"), "declined".into()));

        let (c, trip, may) = back("held");
        assert_eq!(may, json!(["accept", "object"]));
        trip.act(&c.coordinator, "submit-report", json!({"summary": ar("ت")})).problem("state-conflict");
        trip.act(&c.coordinator, "decline", json!({})).problem("state-conflict");
        assert_eq!(trip.consent(&c.coordinator, "accept").expect(200).json()["allowed_actions"], json!(["submit-report"]));

        let (c, trip, may) = back("reported");
        assert_eq!(may, json!(["accept", "object"]));
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        trip.consent(&c.coordinator, "approve-report").problem("state-conflict").expect(409);
        assert_eq!(trip.consent(&c.coordinator, "accept").expect(200).json()["state"], "reported");
        assert_eq!(trip.consent(&c.coordinator, "approve-report").expect(200).json()["state"], "concluded");
    }
}
