//! Two nodes on one PostgreSQL: what one cuts off the other refuses within a second, also while its own connections to the
//! database were just cut, or say nothing any more. That it can't know (503) counts as refused.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Instant;

use awasir::access::Role;
use awasir::config::DatabaseUrl;

use super::relay::{Relay, Way};
use super::*;
use crate::support::postgres::Cluster;
use crate::support::server::Place;
use crate::support::world::{join, person};

/// What becomes of the other node's connections just before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Nothing.
    None,
    /// They are cut, and new ones are had at once.
    CutForAMoment,
    /// They are cut, and there are no new ones.
    Cut,
    /// They stay and say nothing.
    Silent,
}

/// How long the other node is asked.
const WATCHED: Duration = Duration::from_millis(2_200);

/// A request at the other node.
struct Tried {
    sent: Instant,
    answered: Instant,
    status: u16,
}

/// Asks with this token until some time after it was cut off.
fn watch(client: &Client, path: &str, cut_off: &OnceLock<Instant>) -> Vec<Tried> {
    let mut all = Vec::new();
    while cut_off.get().is_none_or(|since| since.elapsed() < WATCHED) {
        let sent = Instant::now();
        let reply = client.get(path).try_send().expect("the node answers");
        all.push(Tried { sent, answered: Instant::now(), status: reply.status });
    }
    all
}

/// Expects no yes to what was asked a second after the cut; says what was measured.
fn judge(fault: Fault, what: &str, since: Instant, tried: &[Tried]) {
    let refused = |one: &Tried| [401, 503].contains(&one.status);
    let after: Vec<&Tried> = tried.iter().filter(|one| one.sent >= since).collect();
    let last_yes = after.iter().filter(|one| !refused(one)).map(|one| one.sent - since).max();
    let first_no = after.iter().filter(|one| refused(one)).map(|one| one.answered - since).min();
    let tally = after.iter().fold(BTreeMap::new(), |mut tally, one| {
        *tally.entry(one.status).or_insert(0) += 1;
        tally
    });
    println!(
        "{fault:?}, {what}: last taken when sent after {last_yes:.0?}, first refused after {first_no:.0?}; {tally:?}"
    );
    assert!(
        last_yes.is_none_or(|last| last < Duration::from_secs(1)),
        "{fault:?}, {what}: taken after {last_yes:?}"
    );
    assert!(first_no.is_some(), "{fault:?}, {what}: never refused");
    assert!(tally.keys().all(|status| [200, 404, 401, 503].contains(status)), "{fault:?}, {what}: {tally:?}");
}

/// Two nodes, and what stands between the second and the database.
struct Nodes {
    second: TestServer,
    relay: Relay,
    world: World,
}

impl Nodes {
    fn round(&self, fault: Fault) {
        let world = &self.world;
        let leaver = person(&world.server, &world.server.new_email(), false);
        join(&world.server, &leaver, world.a.id, Role::Viewer);
        let sessions =
            world.network_admin.get(&format!("/v1/sessions?user_id={}", leaver.user())).expect(200);
        let session = format!("/v1/sessions/{}", sessions.ids()[0]);
        let [used, exchanged, unseen] = [(); 3].map(|()| token_of(world, &world.a, "viewer", json!({})));
        let person = leaver.token().unwrap();
        let jwt = jwt_of(&world.server, &exchanged);
        let text = |token: &Value| token["secret"].as_str().unwrap().to_owned();
        let there = |token: &str| world.stranger.with_token(token).at(&self.second.url).blind();
        let cases = [
            ("a person's JWT", there(&person), session, true),
            ("an access token's JWT", there(&jwt), path_of(&exchanged), true),
            ("an access token", there(&text(&used)), path_of(&used), true),
            ("an access token never seen there", there(&text(&unseen)), path_of(&unseen), false),
        ];
        // What is let in is answered without the database here, so that it is the token that is judged; and with it.
        let paths: &[&str] = if fault == Fault::Silent { &["/v1/nothing"] } else { &["/v1/nothing", READ] };
        let kept = there(&jwt_of(&world.server, &token_of(world, &world.a, "viewer", json!({}))));
        kept.get(READ).expect(200);
        for (_, client, _, seen) in &cases {
            if *seen {
                client.get(READ).expect(200);
            }
        }
        let cut_off: Vec<OnceLock<Instant>> = cases.iter().map(|_| OnceLock::new()).collect();
        let tried: Vec<Vec<Tried>> = std::thread::scope(|scope| {
            let spawn = |n: usize, path: &'static str| {
                let (client, cut_off) = (&cases[n].1, &cut_off[n]);
                scope.spawn(move || (n, watch(client, path, cut_off)))
            };
            let mut threads = Vec::new();
            for (n, _) in cases.iter().enumerate().filter(|(_, case)| case.3) {
                threads.extend(paths.iter().map(|path| spawn(n, path)));
            }
            match fault {
                Fault::None => {}
                Fault::CutForAMoment => self.relay.cut(),
                Fault::Cut => self.relay.set(Way::Cut),
                Fault::Silent => self.relay.set(Way::Silent),
            }
            for (n, (_, _, path, seen)) in cases.iter().enumerate() {
                world.network_admin.delete(path).expect(204);
                cut_off[n].set(Instant::now()).unwrap();
                if !seen {
                    threads.extend(paths.iter().map(|path| spawn(n, path)));
                }
            }
            if fault == Fault::Silent {
                std::thread::sleep(WATCHED);
                self.relay.set(Way::Open);
            }
            let mut tried: Vec<Vec<Tried>> = cases.iter().map(|_| Vec::new()).collect();
            for thread in threads {
                let (n, found) = thread.join().unwrap();
                tried[n].extend(found);
            }
            tried
        });
        for (n, (what, ..)) in cases.iter().enumerate() {
            judge(fault, what, *cut_off[n].get().unwrap(), &tried[n]);
        }
        // The database is there again: what was cut off stays so, and says why; nobody else is.
        self.relay.set(Way::Open);
        eventually("the other node serves again", Duration::from_secs(10), || {
            kept.get(READ).send().status == 200
        });
        for (_, client, ..) in &cases {
            client.get(READ).problem("invalid-token").expect(401);
        }
    }
}

#[test]
fn what_was_cut_off_is_refused_while_the_database_is_away() {
    let Some(cluster) = Cluster::private(false) else {
        return postgres::skipped("security::cut_connection");
    };
    let url = cluster.url("postgres");
    let place = Place::at(&url);
    awasir::db::migrations::migrate(&place.target()).unwrap();
    let sockets = url.split("host=").nth(1).unwrap().split('&').next().unwrap();
    let relay = Relay::before(sockets.as_ref());
    let world = World::on(TestServer::on(Arc::clone(&place), |_| {}));
    let through = relay.url("postgres");
    let second = TestServer::on(place, |settings| settings.database_url = DatabaseUrl::new(&through));
    let nodes = Nodes { second, relay, world };
    for fault in [Fault::None, Fault::CutForAMoment, Fault::Cut, Fault::Silent] {
        nodes.round(fault);
    }
    drop(nodes);
    drop(cluster);
}
