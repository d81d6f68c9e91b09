//! PostgreSQL stops or hangs under load and comes back.

use super::*;
use crate::support::postgres::{Cluster, Stop};
use crate::support::server::Place;

#[test]
fn service_resumes_by_itself() {
    let Some(cluster) = Cluster::private(true) else {
        return postgres::skipped("faults::outage::service_resumes_by_itself");
    };
    let mut cluster = cluster;
    let place = Place::at(&cluster.url("postgres"));
    awasir::db::migrations::migrate(&place.target()).unwrap();
    let world = World::on(TestServer::on(place, |_| {}));
    // Signed before the outage: a token is made with a look into the tables.
    for client in [&world.a.contributor, &world.a.viewer] {
        client.token();
    }
    let client = world.stranger.with_token(&world.a.contributor.token().unwrap()).blind();
    let load = Load::new(&client);
    let ready = || world.stranger.get("/readyz").try_send().map(|reply| reply.status);
    load.during(8, || {
        for how in [Stop::Fast, Stop::Immediately] {
            load.wait_for_more(30);
            world.server.look_anew();
            cluster.stop(how);
            eventually("/readyz says so", Duration::from_secs(5), || ready() == Some(503));
            let before = load.refused.lock().unwrap().len();
            eventually("writes are refused", Duration::from_secs(5), || {
                load.refused.lock().unwrap().len() > before
            });
            let reply = world.a.viewer.get(COMMUNITIES).send();
            assert_eq!(reply.status, 503, "{reply}");
            world.stranger.get("/livez").expect(200);
            cluster.start();
            eventually("/readyz is well again", Duration::from_secs(10), || ready() == Some(200));
        }
        load.wait_for_more(30);
        // Worse than gone: there, and silent.
        world.server.look_anew();
        cluster.hang(true);
        eventually("/readyz says that it hangs", Duration::from_secs(5), || ready() == Some(503));
        let reply = world.a.viewer.get(COMMUNITIES).send();
        assert_eq!(reply.status, 503, "{reply}");
        // These are answered before the database goes on.
        let began = std::time::Instant::now();
        let open = world.stranger.post("/v1/auth/login", json!({"email": "a@b.example", "password": "x"}));
        open.expect(503);
        assert!(began.elapsed() < Duration::from_secs(13), "{:?}", began.elapsed());
        world.stranger.get("/livez").expect(200);
        cluster.hang(false);
        eventually("/readyz is well after that", Duration::from_secs(10), || ready() == Some(200));
        load.wait_for_more(30);
    });
    load.assert_only_unavailable();
    load.assert_all_there(&world.server);
    drop(world);
}
