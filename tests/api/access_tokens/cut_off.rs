//! What the network's admin sees and cuts off, and how fast every node knows.

use std::sync::Arc;
use std::time::Instant;

use awasir::db::Engine;

use super::*;

const READ: &str = "/v1/communities";

on_both_engines! {
    fn the_network_admin_sees_every_token_and_cuts_them_off(world: World) {
        let of_a = made(&world, asked(&world, "viewer"));
        let of_b = world.b.admin.post(&world.b.path("/access-tokens"), asked(&world, "viewer")).expect(201).json();
        let list = |query: &str| world.network_admin.get(&format!("/v1/access-tokens{query}")).expect(200).ids();
        assert_eq!(list(""), [of_b["id"].as_str().unwrap(), of_a["id"].as_str().unwrap()]);
        assert_eq!(list(&format!("?organisation_id={}", world.a.id)), [of_a["id"].as_str().unwrap()]);
        assert_eq!(list("?limit=1").len(), 1);
        assert_eq!(list("?state=orphaned").len(), 0);
        let today = world.server.app.clock.now();
        let day = |days: u32| serde_json::to_value(today.plus(DAY * days)).unwrap().as_str().unwrap()[..10].to_owned();
        assert_eq!(list(&format!("?unused_since={}", day(2))).len(), 2);
        assert_eq!(list("?unused_since=2025-01-01").len(), 0);
        assert_eq!(list(&format!("?expires_before={}", day(99))).len(), 0);
        assert_eq!(list(&format!("?expires_before={}", day(102))).len(), 2);
        for client in [&world.a.admin, &world.b.admin] {
            client.get("/v1/access-tokens").problem("forbidden").expect(403);
            client.get("/v1/sessions").problem("forbidden").expect(403);
        }
        world.network_admin.get(&path(&of_a)).expect(200);
        let (a, b) = (machine(&world, &of_a), machine(&world, &of_b));
        a.get(READ).expect(200);
        b.get(READ).expect(200);
        world.network_admin.delete(&path(&of_a)).expect(204);
        a.get(READ).problem("invalid-token");
        b.get(READ).expect(200);
        world.a.admin.post(&world.b.path("/revoke-tokens"), json!({})).problem("forbidden");
        let cut = world.network_admin.post(&world.b.path("/revoke-tokens"), json!({})).expect(200).json();
        assert_eq!(cut, json!({"access_tokens": 1, "sessions": 0}));
        b.get(READ).problem("invalid-token");
        let none = "/v1/organisations/01890a5d-ac96-774b-bcce-b302099a8057/revoke-tokens";
        world.network_admin.post(none, json!({})).problem("not-found");
    }

    fn the_network_admin_ends_sessions(world: World) {
        let of_user = format!("/v1/sessions?user_id={}", world.a.viewer.user());
        let sessions = world.network_admin.get(&of_user).expect(200).data();
        assert_eq!(sessions.len(), 1);
        assert!(sessions[0].get("address").is_none());
        let of_a = world.network_admin.get(&format!("/v1/sessions?organisation_id={}", world.a.id)).expect(200).data();
        assert_eq!(of_a.len(), 4);
        assert_eq!(world.network_admin.get("/v1/sessions").expect(200).data().len(), 9);
        assert_eq!(world.network_admin.get("/v1/sessions?unused_since=2025-01-01").expect(200).data().len(), 0);
        world.a.viewer.get(READ).expect(200);
        let session = format!("/v1/sessions/{}", sessions[0]["id"].as_str().unwrap());
        world.a.admin.delete(&session).problem("forbidden");
        world.network_admin.delete(&session).expect(204);
        world.network_admin.delete(&session).expect(204);
        world.a.viewer.get(READ).problem("invalid-token");
        world.network_admin.delete("/v1/sessions/01890a5d-ac96-774b-bcce-b302099a8057").problem("not-found");
        // All of a person: sessions, and the tokens for which they answer.
        let token = made(&world, asked(&world, "viewer"));
        let machine = machine(&world, &token);
        machine.get(READ).expect(200);
        let user = format!("/v1/users/{}/revoke", world.a.admin.user());
        world.b.admin.post(&user, json!({})).problem("forbidden");
        let cut = world.network_admin.post(&user, json!({})).expect(200).json();
        assert_eq!(cut, json!({"access_tokens": 1, "sessions": 1}));
        machine.get(READ).problem("invalid-token");
        world.a.admin.get(READ).problem("invalid-token");
        world.network_admin.post("/v1/users/01890a5d-ac96-774b-bcce-b302099a8057/revoke", json!({})).problem("not-found");
    }

    fn revoked_on_one_node_it_is_refused_on_the_other_within_a_second(engine: Engine) {
        let world = World::start(engine);
        let second = TestServer::on(Arc::clone(&world.server.place), |_| {});
        for round in 0..3 {
            let token = made(&world, asked(&world, "viewer"));
            let there = machine(&world, &token).at(&second.url);
            there.get(READ).expect(200);
            world.a.admin.delete(&path(&token)).expect(204);
            let since = Instant::now();
            while there.get(READ).send().status == 200 {
                assert!(since.elapsed() < Duration::from_secs(1), "round {round}: still taken after a second");
            }
            println!("refused on the other node after {:?}", since.elapsed());
            there.get(READ).problem("invalid-token").expect(401);
        }
    }
}
