//! The chain: made behind the writers, whole on several nodes and after a crash, verified by the command.

use std::sync::Arc;

use awasir::db::schema::journal_entries;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::*;
use crate::support::process::{self, Served};
use crate::support::server::Place;
use crate::support::world::{join, person};

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

on_both_engines! {
    fn the_chain_holds_and_is_verified_by_the_command(world: World) {
        let place = Arc::clone(&world.server.place);
        let nothing = process::run(&place, &["audit", "verify"]);
        assert!(nothing.status.success() && said(&nothing).contains("Nothing is sealed yet"), "{}", said(&nothing));
        write_some(&world, 5);
        let first = sealed(&world.server);
        write_some(&world, 5);
        let last = sealed(&world.server);
        let verified = world.server.look(verify).unwrap();
        assert_eq!((verified.entries, verified.head, verified.waiting), (last.seq, last, 0));
        // While the server runs, without its key, with what was kept before.
        let key = place.folder.path().join("awasir.key");
        let _ = std::fs::remove_file(key);
        let output = process::run(&place, &["audit", "verify"]);
        let expected = format!("{}:{}", last.seq, last.hex());
        assert!(output.status.success() && said(&output).contains(&expected), "{}", said(&output));
        for kept in [first, last] {
            let kept = format!("{}:{}", kept.seq, kept.hex());
            assert!(process::run(&place, &["audit", "verify", "--head", &kept]).status.success());
        }
        let other = format!("{}:{}", first.seq, last.hex());
        let output = process::run(&place, &["audit", "verify", "--head", &other]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("not the one that you kept"), "{}", said(&output));
        let later = format!("{}:{}", last.seq + 1, last.hex());
        let output = process::run(&place, &["audit", "verify", "--head", &later]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains("was cut off"), "{}", said(&output));
        assert_eq!(process::run(&place, &["audit", "verify", "--head", "12"]).status.code(), Some(2));
    }

    fn erasures_pass(world: World) {
        let member = json!({"name": ar("كباشي"), "email": "kabbashi@example.org", "phone": "0912999888"});
        let member = world.a.admin.post(&world.a.path("/members"), member).expect(201).id();
        let gone = person(&world.server, "gone@example.org", false);
        join(&world.server, &gone, world.b.id, awasir::access::Role::Contributor);
        gone.patch("/v1/me", json!({"name": ar("الراحل")})).if_match("*").expect(200);
        gone.post("/v1/communities", json!({"name": ar("قرية الراحل"), "country": "SD"})).expect(201);
        let before = sealed(&world.server);
        world.a.admin.post(&world.a.path(&format!("/members/{member}/erase")), json!({})).expect(200);
        gone.delete("/v1/me").if_match("*").expect(204);
        sealed(&world.server);
        let user = gone.user();
        let kept: i64 = world.server.look(|db| {
            let theirs = journal_entries::table.filter(journal_entries::user_id.eq(Some(user)));
            theirs.filter(journal_entries::address.is_not_null()).count().get_result(db).unwrap()
        });
        assert_eq!(kept, 0, "from where they did it");
        let outcome = world.server.look(|db| verifying::verify(db, Some(before), Instant::system_now()).unwrap());
        assert!(outcome.is_ok(), "{outcome:?}");
    }

    fn entries_from_before_there_was_a_chain_are_sealed(world: World) {
        write_some(&world, 4);
        sealed(&world.server);
        let place = Arc::clone(&world.server.place);
        drop(world);
        place.connect().batch_execute("delete from journal_seals").unwrap();
        let server = TestServer::on(place, |_| {});
        sealed(&server);
        let verified = server.look(verify).unwrap();
        assert_eq!((verified.entries, verified.head.seq), (4, 4));
    }

    fn how_far_the_sealer_is_behind_is_told_by_the_first_without_a_link(world: World) {
        write_some(&world, 4);
        sealed(&world.server);
        let place = Arc::clone(&world.server.place);
        drop(world);
        let mut db = place.connect();
        let third: Instant = journal_entries::table
            .filter(journal_entries::seq.eq(Some(3)))
            .select(journal_entries::at)
            .first(&mut db)
            .unwrap();
        let after = third.plus(Duration::from_millis(1));
        assert!(!sealing::waits_since(&mut db, after).unwrap(), "all have links");
        db.batch_execute("delete from journal_seals where seq > 2").unwrap();
        assert!(sealing::waits_since(&mut db, after).unwrap());
        assert!(!sealing::waits_since(&mut db, third).unwrap(), "not before it was written");
    }

    fn a_server_killed_while_it_writes_leaves_a_chain_that_holds(engine: Engine) {
        let place = Place::migrated(engine);
        let mut served = Served::start(&place);
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for n in 0..4 {
                let (url, stop) = (served.url.clone(), &stop);
                scope.spawn(move || {
                    let stranger = Client::stranger(&url, None);
                    for m in 0.. {
                        let body = json!({"name": ar(&format!("جمعية {n} {m}")), "legal_form": "association", "sectors": ["health"],
                            "applicant": {"name": ar("سلمى"), "email": format!("s{n}-{m}@example.org")}});
                        let answered = stranger.post("/v1/organisations", body).try_send();
                        if stop.load(std::sync::atomic::Ordering::Acquire) || answered.is_none() {
                            return;
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(900));
            served.kill();
            stop.store(true, std::sync::atomic::Ordering::Release);
        });
        let server = TestServer::on(place, |_| {});
        let head = sealed(&server);
        assert!(head.seq > 10, "{head:?}");
        let verified = server.look(verify).unwrap();
        assert_eq!((verified.entries, verified.waiting), (head.seq, 0));
    }
}

#[test]
fn two_nodes_seal_one_chain() {
    if !postgres::is_there("audit::seals::two_nodes_seal_one_chain") {
        return;
    }
    let world = World::start(Engine::Postgres);
    let other = TestServer::on(Arc::clone(&world.server.place), |_| {});
    let nodes = [&world.server.url, &other.url];
    std::thread::scope(|scope| {
        for n in 0..8 {
            let by = world.a.contributor.at(nodes[n % 2]).blind();
            scope.spawn(move || {
                for m in 0..25 {
                    by.post(
                        "/v1/communities",
                        json!({"name": ar(&format!("قرية {n} {m}")), "country": "SD"}),
                    )
                    .expect(201);
                }
            });
        }
    });
    let head = sealed(&world.server);
    assert_eq!(head.seq, 200);
    let verified = world.server.look(verify).unwrap();
    assert_eq!((verified.entries, verified.head, verified.waiting), (200, head, 0));
    assert_eq!(world.a.admin.at(&other.url).get("/v1/audit/head").expect(200).json()["link"], head.hex());
}

#[test]
fn a_copy_is_verified_as_the_database_is() {
    let world = World::start(Engine::Sqlite);
    write_some(&world, 6);
    sealed(&world.server);
    let place = &world.server.place;
    let copy = place.folder.path().join("copy.db");
    assert!(process::run(place, &["backup", copy.to_str().unwrap()]).status.success());
    let url = format!("sqlite://{}", copy.display());
    let output = process::run(place, &["audit", "verify", "--database-url", &url]);
    assert!(output.status.success() && said(&output).contains("6 entries"), "{}", said(&output));
    let mut altered = awasir::db::Target::parse(&url).unwrap().connect().unwrap();
    altered.batch_execute("update journal_entries set action = 'community.changed' where seq = 4").unwrap();
    drop(altered);
    let output = process::run(place, &["audit", "verify", "--database-url", &url]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("entry 4 (") && said(&output).contains("was altered"),
        "{}",
        said(&output)
    );
    assert!(process::run(place, &["audit", "verify"]).status.success());
}
