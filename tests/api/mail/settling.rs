//! A mail that was sent, while what came of it can't be written down.

use super::*;
use crate::security::relay::{Relay, Way};
use crate::support::postgres::Cluster;
use crate::support::server::Place;
use awasir::config::DatabaseUrl;
use awasir::mail::outbox::LEASE;
use diesel::connection::SimpleConnection as _;

/// SQLite can't write down that a mail was sent: its disk is full.
fn full(server: &TestServer) {
    let trigger = "create trigger full before update on outbox when new.sent_at is not null \
                   begin select raise(abort, 'database or disk is full'); end";
    server.look(|db| db.batch_execute(trigger).unwrap());
}

fn emptied(server: &TestServer) {
    server.look(|db| db.batch_execute("drop trigger full").unwrap());
}

/// Takes a step of its own thread, while which something is done.
fn step_while(server: &TestServer, during: impl FnOnce()) -> awasir::http::problem::Result<Step> {
    let app = &server.app;
    std::thread::scope(|scope| {
        let stepping = scope.spawn(|| actix_web::rt::System::new().block_on(worker::step(app)));
        during();
        stepping.join().unwrap()
    })
}

#[track_caller]
fn assert_sent_once(posted: &Posted) {
    posted.world.server.advance(LEASE + MINUTE);
    assert_eq!((posted.step(), posted.smtp.mails().len()), (Step::Idle, 1));
    let left = posted.rows().remove(0);
    assert!(left.sent_at.is_some() && left.sealed.is_none() && left.attempts == 1, "{left:?}");
}

#[test]
fn it_is_written_down_when_the_disk_has_room_again() {
    let posted = Posted::on(Engine::Sqlite);
    posted.invite("once@example.org");
    full(&posted.world.server);
    let came = step_while(&posted.world.server, || {
        posted.smtp.await_mails(1);
        std::thread::sleep(Duration::from_millis(300));
        assert!(posted.rows()[0].sent_at.is_none());
        emptied(&posted.world.server);
    });
    assert_eq!(came.ok(), Some(Step::Sent));
    assert_sent_once(&posted);
}

/// It gives up before another node takes the mail up.
#[test]
fn it_is_tried_until_shortly_before_the_lease_ends() {
    let posted = Posted::on(Engine::Sqlite);
    posted.invite("twice@example.org");
    full(&posted.world.server);
    let came = step_while(&posted.world.server, || {
        posted.smtp.await_mails(1);
        posted.world.server.app.clock.advance(LEASE - MINUTE / 2);
    });
    assert_eq!(came.err().map(|problem| problem.code().as_str()), Some("unavailable"));
    emptied(&posted.world.server);
    assert_eq!(posted.step(), Step::Idle, "the lease lasts");
    posted.world.server.advance(MINUTE);
    assert_eq!((posted.step(), posted.smtp.mails().len()), (Step::Sent, 2));
}

#[test]
fn it_is_written_down_when_the_database_is_back() {
    let Some(cluster) = Cluster::private(false) else {
        return postgres::skipped("mail::settling");
    };
    let url = cluster.url("postgres");
    let place = Place::at(&url);
    awasir::db::migrations::migrate(&place.target()).unwrap();
    let sockets = url.split("host=").nth(1).unwrap().split('&').next().unwrap();
    let relay = Relay::before(sockets.as_ref());
    let smtp = Smtp::start(SmtpSecurity::None);
    let server = TestServer::on(place, |settings| {
        smtp.settings(settings);
        settings.database_url = DatabaseUrl::new(&relay.url("postgres"));
    });
    let posted = Posted { world: World::on(server), smtp };
    posted.invite("once@example.org");
    posted.smtp.once(Oddity::Wait(".", 200));
    let came = step_while(&posted.world.server, || {
        posted.smtp.await_mails(1);
        relay.set(Way::Cut);
        std::thread::sleep(Duration::from_millis(900));
        assert!(posted.rows()[0].sent_at.is_none(), "it looks by another way");
        relay.set(Way::Open);
    });
    assert_eq!(came.ok(), Some(Step::Sent));
    assert_sent_once(&posted);
    drop((posted, relay));
    drop(cluster);
}
