//! `kill -9` of the binary under load: what was answered is there afterwards.

use super::*;
use crate::support::postgres::{Cluster, Stop};
use crate::support::process::Served;
use crate::support::server::Place;

/// Kills and starts the server a few times while clients write; `between` has its turn while it is down.
fn kill_again_and_again(world: &World, mut between: impl FnMut()) {
    let mut all = Vec::new();
    for _ in 0..3 {
        let mut served = Served::start(&world.server.place);
        let client = world.a.contributor.at(&served.url);
        let load = Load::new(&client);
        load.during(16, || {
            load.wait_for_more(60);
            served.kill();
        });
        load.assert_only_unavailable();
        assert!(load.count() > 0);
        all.extend(load.added.into_inner().unwrap());
        between();
    }
    let served = Served::start(&world.server.place);
    let load = Load::new(&world.a.contributor);
    *load.added.lock().unwrap() = all;
    load.assert_all_there(&world.server);
    world.a.viewer.at(&served.url).get(COMMUNITIES).expect(200);
}

#[test]
fn sqlite_loses_no_answered_write() {
    let mut world = World::start(Engine::Sqlite);
    world.server.stop();
    kill_again_and_again(&world, || {});
}

/// PostgreSQL loses its power too.
#[test]
fn postgres_loses_no_answered_write() {
    let Some(cluster) = Cluster::private(true) else {
        return postgres::skipped("faults::kill::postgres_loses_no_answered_write");
    };
    let mut cluster = cluster;
    let place = Place::at(&cluster.url("postgres"));
    awasir::db::migrations::migrate(&place.target()).unwrap();
    let mut world = World::on(TestServer::on(place, |_| {}));
    world.server.stop();
    kill_again_and_again(&world, || {
        world.server.look_anew();
        cluster.stop(Stop::Immediately);
        cluster.start();
    });
    drop(world);
}
