//! Repeated requests: `Idempotency-Key`, and ids that clients choose.

use std::time::Duration;

use awasir::db::schema::members;
use diesel::prelude::*;

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn count(world: &World) -> usize {
    world.a.viewer.get(COMMUNITIES).expect(200).data().len()
}

on_both_engines! {
    fn a_key_has_one_effect(world: World) {
        let post = |name: &str| world.a.contributor.post(COMMUNITIES, village(name));
        let first = post("كوستي").key("k-1").expect(201);
        assert_eq!(first.header("idempotency-replayed"), None);
        for key in ["k-1", "\"k-1\""] {
            let again = post("كوستي").key(key).expect(201);
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
            assert_eq!(again.json(), first.json());
            assert_eq!(again.etag(), first.etag());
            assert_eq!(again.header("location"), first.header("location"));
        }
        post("ربك").key("k-1").problem("idempotency-mismatch").expect(422);
        assert_eq!(count(&world), 1);
        // Another person's key is another key.
        world.a.coordinator.post(COMMUNITIES, village("الدويم")).key("k-1").expect(201);
        world.b.contributor.post(COMMUNITIES, village("سنار")).key("k-1").expect(201);
        assert_eq!(count(&world), 3);
    }

    fn a_key_is_one_organisation_s(world: World) {
        support::world::join(&world.server, &world.a.contributor, world.b.id, awasir::access::Role::Contributor);
        let post = |name: &str| world.a.contributor.post(COMMUNITIES, village(name)).key("k");
        post("كوستي").acting_for(world.a.id).expect(201);
        post("ربك").acting_for(world.b.id).expect(201);
        post("ربك").acting_for(world.a.id).problem("idempotency-mismatch");
    }

    fn only_success_is_kept(world: World) {
        let post = |body: Value| world.a.contributor.post(COMMUNITIES, body).key("k");
        post(json!({})).problem("validation-failed");
        post(village("كوستي")).expect(201);
    }

    fn rights_are_asked_again_before_a_replay(world: World) {
        let post = || world.a.contributor.post(COMMUNITIES, village("كوستي")).key("k");
        post().expect(201);
        let user = world.a.contributor.user();
        world.server.look(|db| {
            diesel::update(members::table.filter(members::user_id.eq(user)))
                .set(members::role.eq("viewer"))
                .execute(db)
                .unwrap()
        });
        world.a.contributor.renew();
        post().problem("forbidden").expect(403);
    }

    fn a_key_is_kept_for_seven_days(world: World) {
        let post = |name: &str| world.a.contributor.post(COMMUNITIES, village(name)).key("k");
        post("كوستي").expect(201);
        world.server.advance(6 * DAY);
        assert_eq!(post("كوستي").expect(201).header("idempotency-replayed"), Some("true"));
        world.server.advance(2 * DAY);
        assert_eq!(post("ربك").expect(201).header("idempotency-replayed"), None);
        assert_eq!(post("ربك").expect(201).header("idempotency-replayed"), Some("true"));
    }

    fn a_key_is_looked_at_on_post_alone(world: World) {
        use crate::visits::{Trip, draft};
        let trip = Trip::draft(&world, draft(&world));
        let record = |topic: &str| json!({"discussions": [{"topic": topic, "summary": {"ar": "نقاش"}}]});
        let put = |topic: &str, key: &str| world.a.contributor.put(&trip.below("record"), record(topic)).if_match("*").key(key).expect(200);
        // The same key, a key that is none: each PUT is done, and none is taken for another.
        for (topic, key) in [("media", "k"), ("fundraising", "k"), ("coordination", ""), ("other", "a b"), ("media", &"x".repeat(256))] {
            let done = put(topic, key);
            assert_eq!(done.header("idempotency-replayed"), None);
            assert_eq!(done.json()["discussions"][0]["topic"], topic);
        }
        let before = trip.seen_by(&world.a.viewer)["version"].clone();
        put("media", "k");
        assert_ne!(trip.seen_by(&world.a.viewer)["version"], before, "without its id the same is another");
        world.a.contributor.put(&trip.below("record"), record("media")).key("k").problem("version-required").expect(428);
        let patch = |ar: &str| world.a.contributor.patch(&trip.path, json!({"title": {"ar": ar}})).if_match("*").key("k").expect(200);
        assert_eq!((patch("أ").json()["title"]["ar"].clone(), patch("ب").json()["title"]["ar"].clone()), (json!("أ"), json!("ب")));
        // A POST with it is its first.
        assert_eq!(trip.act(&world.a.coordinator, "propose", json!({})).expect(200).header("idempotency-replayed"), None);
        world.a.contributor.post(COMMUNITIES, village("كوستي")).key("k").expect(201);
    }

    fn keys_that_are_none(world: World) {
        for bad in ["", "\"\"", "a b", "\"open", &"x".repeat(256)] {
            let reply = world.a.contributor.post(COMMUNITIES, village("كوستي")).key(bad).problem("invalid-parameter");
            assert_eq!(reply.errors()[0].0, "Idempotency-Key", "{reply}");
        }
        world.a.contributor.post(COMMUNITIES, village("كوستي")).key(&"x".repeat(255)).expect(201);
    }

    fn an_id_of_the_client_s_own(world: World) {
        let body = |id: &str, name: &str| json!({"id": id, "name": {"ar": name}, "country": "SD"});
        let id = uuid::Uuid::new_v4().to_string();
        let post = |client: &Client, body: Value| client.post(COMMUNITIES, body);
        let made = post(&world.a.contributor, body(&id, "كوستي")).expect(201);
        assert_eq!(made.id(), id);
        let path = format!("{COMMUNITIES}/{id}");
        world.a.contributor.patch(&path, json!({"name": {"en": "Kosti"}})).version(1).expect(200);
        // The same request a month later finds the thing as it is now.
        world.server.advance(30 * DAY);
        let again = post(&world.a.contributor, body(&id, "كوستي")).expect(200);
        assert_eq!(again.json()["name"]["en"], "Kosti");
        assert_eq!(again.json()["version"], 2);
        assert_eq!(count(&world), 1);
        // Any other use of it is the same refusal, whoever's it is.
        post(&world.a.contributor, body(&id, "ربك")).problem("id-taken").expect(409);
        post(&world.b.contributor, body(&id, "كوستي")).problem("id-taken").expect(409);
        // An id that the server made is taken too.
        let served = world.a.contributor.post(COMMUNITIES, village("سنار")).expect(201).id();
        post(&world.b.contributor, body(&served, "سنجة")).problem("id-taken");
        for bad in [uuid::Uuid::nil().to_string(), "01890a5d-ac96-174b-bcce-b302099a8057".to_owned(), "x".to_owned()] {
            let reply = post(&world.a.contributor, body(&bad, "ربك")).problem("validation-failed");
            assert_eq!(reply.errors()[0].0, "/id", "{reply}");
        }
        world.a.contributor.patch(&path, json!({"id": uuid::Uuid::new_v4()})).version(2)
            .problem("validation-failed").error("/id", "read-only");
    }
}
