//! Thirty-two clients at once: exactly one effect.

use super::*;
use crate::races::{at_once, tally};

on_both_engines! {
    fn accept_against_decline(world: World) {
        let trip = Trip::proposed(&world, draft(&world));
        world.b.coordinator.token();
        let replies = at_once(|n| match n % 2 {
            0 => trip.act(&world.b.coordinator, "accept", json!({"version": 2})),
            _ => trip.act(&world.b.coordinator, "decline", json!({})),
        });
        let tally = tally(&replies);
        let state = trip.seen_by(&world.a.viewer)["state"].clone();
        assert!(state == "accepted" || state == "declined", "{state} {tally:?}");
        assert!(replies.iter().filter(|reply| reply.status == 200).all(|reply| reply.json()["state"] == state));
        assert_eq!(tally.get("200"), Some(&16), "{tally:?}");
        let id = trip.seen_by(&world.a.viewer)["id"].as_str().unwrap().to_owned();
        assert_eq!(world.server.actions_on(&id).len(), 3);
    }

    fn accept_against_reschedule(world: World) {
        let trip = Trip::proposed(&world, draft(&world));
        world.b.coordinator.token();
        world.a.coordinator.token();
        let replies = at_once(|n| match n % 2 {
            0 => trip.act(&world.b.coordinator, "accept", json!({"version": 2})),
            _ => trip.act(&world.a.coordinator, "reschedule", json!({"version": 2, "schedule": {"date": "2025-08-01"}})),
        });
        let tally = tally(&replies);
        let visit = trip.seen_by(&world.a.viewer);
        assert_eq!((&visit["version"], tally.get("200")), (&json!(3), Some(&16)), "{tally:?}");
        assert_eq!(tally.get("412 version-mismatch"), Some(&16), "{tally:?}");
        let moved = visit["schedule"]["date"] == "2025-08-01";
        assert_eq!(visit["state"], if moved { "proposed" } else { "accepted" });
        assert_eq!(world.server.actions_on(visit["id"].as_str().unwrap()).len(), 3);
    }

    fn both_sides_edit_the_record(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        let replies = at_once(|n| {
            let client = if n % 2 == 0 { &world.a.contributor } else { &world.b.contributor };
            client.post(&trip.below("discussions"), json!({"topic": "media", "summary": ar("نقاش")})).send()
        });
        assert_eq!(tally(&replies).get("201"), Some(&32));
        let visit = trip.seen_by(&world.a.viewer);
        assert_eq!((&visit["version"], visit["discussions"].as_array().unwrap().len()), (&json!(3 + 32), 32));
    }
}
