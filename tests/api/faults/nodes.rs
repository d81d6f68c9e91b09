//! Two nodes on one database.

use std::sync::Arc;
use std::time::Instant;

use super::*;
use crate::support::server::Place;

on_both_engines! {
    fn tokens_of_one_are_good_on_the_other_and_so_are_revocations(world: World) {
        let second = TestServer::on(Arc::clone(&world.server.place), |_| {});
        let elsewhere = world.a.viewer.at(&second.url);
        elsewhere.get(COMMUNITIES).expect(200);
        assert_eq!(
            second.stranger().get("/.well-known/jwks.json").expect(200).json(),
            world.stranger.get("/.well-known/jwks.json").expect(200).json(),
        );
        // A cursor of one is good on the other.
        for n in 0..3 {
            let body = json!({"name": {"ar": format!("قرية {n}")}, "country": "SD"});
            world.a.contributor.post(COMMUNITIES, body).expect(201);
        }
        let page = world.a.viewer.get("/v1/communities?limit=1").expect(200);
        let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
        elsewhere.get(&format!("/v1/communities?limit=1&cursor={cursor}")).expect(200);

        // What ends on one node ends on the other.
        world.a.viewer.post("/v1/auth/logout", json!({})).expect(204);
        let begun = Instant::now();
        for client in [&elsewhere, &world.a.viewer] {
            while client.get(COMMUNITIES).send().status == 200 {
                assert!(begun.elapsed() < Duration::from_secs(1), "still good after a second");
                std::thread::sleep(Duration::from_millis(10));
            }
            client.get(COMMUNITIES).problem("invalid-token").expect(401);
        }
        // Others are not cut off.
        world.a.admin.at(&second.url).get(COMMUNITIES).expect(200);
    }

    fn both_start_at_once_on_an_empty_database(engine: Engine) {
        for _ in 0..4 {
            let place = Place::empty(engine);
            let barrier = std::sync::Barrier::new(2);
            let start = || {
                barrier.wait();
                awasir::db::migrations::migrate(&place.target()).unwrap();
                TestServer::on(Arc::clone(&place), |_| {})
            };
            let (one, two) = std::thread::scope(|scope| {
                let (one, two) = (scope.spawn(start), scope.spawn(start));
                (one.join().unwrap(), two.join().unwrap())
            });
            let keys = |server: &TestServer| server.stranger().get("/.well-known/jwks.json").expect(200).json();
            assert_eq!(keys(&one), keys(&two));
            let world = World::on(one);
            world.a.viewer.at(&two.url).get(COMMUNITIES).expect(200);
        }
    }

    /// `keys rotate --master` while a node runs, then `keys rotate`: the node reads the file again.
    fn a_running_node_follows_a_new_master_key(world: World) {
        let place = Arc::clone(&world.server.place);
        let rotate = |arguments: &[&str]| {
            let output = crate::support::process::run(&place, arguments);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        let keys = || world.stranger.get("/.well-known/jwks.json").expect(200).json();
        let before = keys();
        world.a.viewer.token();
        rotate(&["keys", "rotate", "--master"]);
        rotate(&["keys", "rotate"]);
        crate::support::eventually("the new keys are known", Duration::from_secs(6), || keys() != before);
        // With tokens of the key that signs now, and of the one that did.
        world.a.viewer.get(COMMUNITIES).expect(200);
        world.a.viewer.renew().get(COMMUNITIES).expect(200);
        world.stranger.get("/readyz").expect(200);
    }
}

/// A node whose clock is far from the database's would overlook revocations: it doesn't start.
#[test]
fn a_node_with_a_wrong_clock_does_not_start() {
    if !postgres::is_there("faults::nodes::a_node_with_a_wrong_clock_does_not_start") {
        return;
    }
    let place = Place::migrated(Engine::Postgres);
    let clock = awasir::types::Clock::shifted();
    clock.advance(Duration::from_secs(3600));
    let ids = awasir::types::IdMaker::system(clock.clone());
    let app = awasir::app::App::build(place.settings(), clock, ids).unwrap();
    let problem = awasir::access::follower::start(&app).unwrap_err();
    assert!(problem.cause().unwrap().contains("clock"), "{problem:?}");
}
