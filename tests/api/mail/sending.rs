//! Sending: once, again where that helps, by one node of several.

use super::*;
use crate::plans::scans;
use crate::races::at_once_by;
use crate::support::process::Served;
use crate::support::server::Place;
use crate::support::stored::Overheard;
use awasir::access::keys::{NewMaster, Source, rotate_master};
use awasir::mail::outbox::LEASE;
use std::collections::BTreeMap;
use std::sync::Arc;

const POSTPONED: Step = Step::Postponed { all: false };

fn tokens(posted: &Posted, count: usize) -> Vec<String> {
    (0..count)
        .map(|n| posted.invite(&format!("guest{n}@example.org"))["token"].as_str().unwrap().to_owned())
        .collect()
}

/// Each of so many mails arrived once, with its own token.
#[track_caller]
fn assert_each_once(posted: &Posted, tokens: &[String]) {
    let mut arrived: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in posted.smtp.mails() {
        arrived.entry(mail.to.join(",")).or_default().push(mail.token());
    }
    let expected: BTreeMap<String, Vec<String>> = tokens
        .iter()
        .enumerate()
        .map(|(n, token)| (format!("guest{n}@example.org"), vec![token.clone()]))
        .collect();
    assert_eq!(arrived, expected);
    let rows = posted.rows();
    assert!(
        rows.iter().all(|left| left.sent_at.is_some() && left.attempts == 1 && left.sealed.is_none()),
        "{rows:?}"
    );
}

on_both_engines! {
    fn what_is_not_taken_now_is_tried_again(posted: Posted) {
        posted.invite("busy@example.org");
        for (odd, said) in [
            (Oddity::Answer("RCPT", 450), "delivery 450"),
            (Oddity::Answer("DATA", 451), "delivery 451"),
            (Oddity::Answer(".", 452), "delivery 452"),
            (Oddity::Break("MAIL"), "delivery"),
            (Oddity::Break("."), "delivery"),
        ] {
            posted.smtp.once(odd);
            assert_eq!(posted.step(), POSTPONED, "{odd:?}");
            let left = posted.rows().remove(0);
            assert_eq!(left.last_error.as_deref(), Some(said));
            assert!(left.sealed.is_some() && left.failed_at.is_none() && left.next_attempt_at.is_some());
            assert_eq!(posted.step(), Step::Idle, "not at once");
            posted.world.server.advance(20 * MINUTE);
        }
        for (odd, said) in [
            (Oddity::Answer("greeting", 554), "connection 554"),
            (Oddity::Break("EHLO"), "connection"),
        ] {
            posted.smtp.once(odd);
            assert_eq!(posted.step(), Step::Postponed { all: true }, "{odd:?}");
            assert_eq!(posted.rows().remove(0).last_error.as_deref(), Some(said));
            posted.world.server.advance(2 * 60 * MINUTE);
        }
        assert_eq!(posted.step(), Step::Sent);
        assert_eq!((posted.smtp.mails().len(), posted.rows()[0].attempts), (1, 8));
    }

    fn what_is_refused_for_good_is_not(posted: Posted) {
        posted.invite("gone@example.org");
        posted.smtp.once(Oddity::Answer("RCPT", 550));
        assert_eq!(posted.step(), Step::Failed);
        let left = posted.rows().remove(0);
        assert_eq!((left.last_error.as_deref(), left.sealed, left.next_attempt_at), (Some("delivery 550"), None, None));
        assert!(left.failed_at.is_some() && left.sent_at.is_none());
        posted.world.server.advance(24 * 60 * MINUTE);
        assert_eq!((posted.step(), posted.smtp.connections()), (Step::Idle, 1));
        // The next is not held up by it.
        posted.invite("here@example.org");
        assert_eq!(posted.send_all(), [Step::Sent]);
    }

    fn every_attempt_has_the_same_message_id(posted: Posted) {
        posted.invite("twice@example.org");
        posted.smtp.once(Oddity::TakeAndBreak);
        assert_eq!(posted.step(), POSTPONED);
        posted.world.server.advance(2 * MINUTE);
        assert_eq!(posted.step(), Step::Sent);
        let letters: Vec<_> = posted.smtp.mails().iter().map(Received::letter).collect();
        assert_eq!(letters.len(), 2, "whether it was taken could not be known");
        assert_eq!(letters[0].header("message-id"), letters[1].header("message-id"));
        assert_eq!(letters[0].text, letters[1].text);
        assert!(letters[0].header("date") != letters[1].header("date"));
    }

    fn it_is_given_up_after_three_days(posted: Posted) {
        posted.invite("never@example.org");
        for attempt in 1..=worker::ATTEMPTS {
            posted.smtp.once(Oddity::Answer("RCPT", 450));
            let came = posted.step();
            assert_eq!(came, if attempt < worker::ATTEMPTS { POSTPONED } else { Step::Failed }, "{attempt}");
            posted.world.server.app.clock.advance(Duration::from_secs(5 * 3600));
        }
        assert_eq!(posted.step(), Step::Idle);
        let left = posted.rows().remove(0);
        assert_eq!((left.last_error.as_deref(), left.sealed), (Some("delivery 450"), None));
        assert!(left.failed_at.is_some());
    }

    /// Several threads of one node, and of two nodes, each taking whatever it can.
    fn many_workers_send_each_mail_once(posted: Posted) {
        let other = TestServer::on(Arc::clone(&posted.world.server.place), |settings| posted.smtp.settings(settings));
        let tokens = tokens(&posted, 50);
        let steps = at_once_by(8, |n| send_all(if n % 2 == 0 { &posted.world.server } else { &other }));
        assert_eq!(steps.iter().map(Vec::len).sum::<usize>(), 50);
        assert!(steps.iter().flatten().all(|step| *step == Step::Sent));
        assert_each_once(&posted, &tokens);
    }

    /// The workers that servers start.
    fn the_servers_own_workers_send(engine: Engine) {
        let smtp = Smtp::start(SmtpSecurity::None);
        let posted = Posted::with(engine, smtp, |settings| settings.mail_worker = true);
        let other = TestServer::on(Arc::clone(&posted.world.server.place), |settings| {
            posted.smtp.settings(settings);
            settings.mail_worker = true;
        });
        let tokens = tokens(&posted, 20);
        posted.smtp.await_mails(20);
        eventually("all are settled", Duration::from_secs(5), || posted.rows().iter().all(|left| left.sent_at.is_some()));
        assert_each_once(&posted, &tokens);
        drop(other);
    }

    fn what_a_killed_worker_held_is_sent_when_its_lease_is_over(posted: Posted) {
        let server = &posted.world.server;
        let other = TestServer::on(Arc::clone(&server.place), |settings| posted.smtp.settings(settings));
        let tokens = tokens(&posted, 1);
        let held = actix_web::rt::System::new().block_on(worker::take(&server.app)).unwrap().unwrap();
        assert_eq!((step(&other), posted.step()), (Step::Idle, Step::Idle));
        for node in [&other, server] {
            node.advance(LEASE - MINUTE);
            assert_eq!(step(node), Step::Idle);
            node.advance(2 * MINUTE);
        }
        assert_eq!(step(&other), Step::Sent);
        // The one that was thought dead comes back: it finds that the mail is not its own any more.
        let late = actix_web::rt::System::new().block_on(worker::work(&server.app, held)).unwrap();
        assert_eq!(late, Step::Needless);
        assert_eq!(posted.smtp.only_mail().token(), tokens[0]);
        assert_eq!(posted.rows()[0].attempts, 2);
    }

    fn a_slow_server_does_not_hold_a_mail_for_long(engine: Engine) {
        let posted = Posted::with(engine, Smtp::start(SmtpSecurity::None), |settings| settings.smtp_timeout_seconds = 1);
        posted.invite("slow@example.org");
        posted.smtp.once(Oddity::Wait("RCPT", 1500));
        let began = std::time::Instant::now();
        assert_eq!(posted.step(), Step::Postponed { all: true });
        assert!(began.elapsed() < Duration::from_millis(1400), "{:?}", began.elapsed());
        assert_eq!(posted.rows()[0].last_error.as_deref(), Some("time"));
        posted.world.server.advance(2 * MINUTE);
        assert_eq!(posted.step(), Step::Sent);
    }

    fn nobody_is_there(engine: Engine) {
        let smtp = Smtp::start(SmtpSecurity::None);
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let posted = Posted::with(engine, smtp, |settings| settings.smtp_port = closed);
        posted.invite("x@example.org");
        assert_eq!(posted.step(), Step::Postponed { all: true });
        assert_eq!(posted.rows()[0].last_error.as_deref(), Some("connection"));
    }

    /// Another master key: what waits is sealed anew, and is sent.
    fn what_waits_survives_another_master_key(posted: Posted) {
        let server = &posted.world.server;
        posted.ask("viewer@wadi.example");
        posted.smtp.once(Oddity::Answer("RCPT", 450));
        assert_eq!(posted.step(), POSTPONED, "so that it has its token already");
        let tokens = tokens(&posted, 3);
        let sealed = || -> Vec<Vec<u8>> { posted.rows().into_iter().map(|left| left.sealed.unwrap()).collect() };
        let before = sealed();
        let source = Source::File { path: server.place.folder.path().join("awasir.key"), named: false };
        let rotated = rotate_master(&server.place.target(), source, &NewMaster::SameFile, server.app.clock.now()).unwrap();
        assert_eq!(rotated.sealed, 4);
        let key = |blob: &Vec<u8>| blob[2..2 + usize::from(blob[1])].to_vec();
        assert!(before.iter().zip(&sealed()).all(|(old, new)| key(old) != key(new)));
        server.advance(2 * MINUTE);
        assert_eq!(posted.send_all(), [Step::Sent; 4]);
        let code = posted.smtp.mails_to("viewer@wadi.example").remove(0).token();
        posted.world.stranger.post(RESET, json!({"code": code, "password": NEW})).expect(204);
        for (n, token) in tokens.iter().enumerate() {
            assert_eq!(posted.smtp.mails_to(&format!("guest{n}@example.org")).remove(0).token(), *token);
        }
    }

    /// A row whose content was tampered with harms no other.
    fn what_cannot_be_opened_holds_nothing_up(posted: Posted) {
        posted.invite("first@example.org");
        posted.world.server.look(|db| {
            diesel::update(outbox::table).set(outbox::sealed.eq(Some(vec![1_u8; 80]))).execute(db).unwrap()
        });
        posted.invite("second@example.org");
        assert_eq!(posted.send_all(), [POSTPONED, Step::Sent]);
        let left = posted.rows().remove(0);
        assert_eq!((left.last_error.as_deref(), left.attempts), (Some("preparing"), 1));
    }

    fn what_is_asked_of_the_tables_goes_by_an_index(server: TestServer) {
        for statement in [
            "select id from outbox where next_attempt_at <= $1 order by next_attempt_at limit 8",
            "select next_attempt_at from outbox where next_attempt_at is not null order by next_attempt_at limit 1",
            "select count(*) from outbox where next_attempt_at is not null",
            "delete from outbox where invitation_id = $1 and next_attempt_at is not null",
            "select id from outbox where created_at < $1 and next_attempt_at is null limit 1000",
            "select requested_at from mailed_resets where user_id = $1 and requested_at > $2",
            "update mailed_resets set used_at = $1 where user_id = $2 and used_at is null",
            "select digest from mailed_resets where expires_at < $1 limit 1000",
            "select id from outbox where expires_at < $1 and next_attempt_at is not null limit 1000",
            "select count(*) from outbox where next_attempt_at < $1",
            "select id from users where email_before is not null and email_since <= $1 limit 1000",
            "select id from invitations where email = $1 and created_at > $2 and id <> $3 limit 5",
        ] {
            assert_eq!(server.look(|db| scans(db, statement)), [""; 0], "{statement}");
        }
    }

    fn nothing_of_a_mail_stands_in_clear(posted: Posted) {
        let issued = posted.invite("amna.bashir@example.org");
        let token = issued["token"].as_str().unwrap();
        // The address itself stands in the invitation, where it belongs.
        let overheard = Overheard::listen_for(&[token, issued["code"].as_str().unwrap()]);
        overheard.assert_nothing_in_clear(&posted.world.server);
        posted.ask("somebody.else@example.org");
        Overheard::listen_for(&["somebody.else@example.org"]).assert_nothing_in_clear(&posted.world.server);
    }
}

#[test]
fn what_came_of_mails_is_counted() {
    let posted = Posted::with(Engine::Sqlite, Smtp::start(SmtpSecurity::None), |settings| {
        settings.metrics_token = Some(awasir::config::Secret::new("a token for the metrics"));
    });
    posted.invite("a@example.org");
    posted.invite("b@example.org");
    posted.ask("nobody@example.org");
    posted.smtp.once(Oddity::Answer("RCPT", 550));
    assert_eq!(posted.send_all(), [Step::Failed, Step::Sent, Step::Needless]);
    let metrics =
        posted.world.stranger.with_token("a token for the metrics").get("/metrics").expect(200).text();
    for (outcome, count) in [("failed", 1), ("sent", 1), ("needless", 1)] {
        let line = format!("awasir_mails_total{{outcome=\"{outcome}\"}} {count}\n");
        assert!(metrics.contains(&line), "{metrics}");
    }
    assert!(metrics.contains("awasir_mails_waiting "), "{metrics}");
}

/// For development: the links stand in the log. The server itself, with its own worker.
#[test]
fn the_log_transport_writes_mails_down() {
    let place = Place::migrated(Engine::Sqlite);
    let mut made = crate::support::process::command(
        &place,
        &["create-admin", "--email", "amna@example.org", "--password-stdin"],
    )
    .stdin(std::process::Stdio::piped())
    .stdout(std::process::Stdio::null())
    .spawn()
    .unwrap();
    std::io::Write::write_all(&mut made.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
    assert!(made.wait().unwrap().success());
    let served = Served::start_with(&place, &[("AWASIR_MAIL_TRANSPORT", "log")]);
    let stranger = Client::stranger(&served.url, None);
    stranger.post(ASK, json!({"email": "amna@example.org"})).expect(202);
    stranger.post(ASK, json!({"email": "nobody@example.org"})).expect(202);
    let link = "/password-reset#code=";
    eventually("the mail stands in the log", Duration::from_secs(10), || served.said().contains(link));
    let said = served.said();
    assert!(said.contains("mail_transport (from AWASIR_MAIL_TRANSPORT) is log"), "it warns: {said}");
    assert!(said.contains("to amna@example.org: كلمة مرور جديدة") && !said.contains("nobody@"), "{said}");
    let code: String = said
        .split(link)
        .nth(1)
        .unwrap()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    stranger.post(RESET, json!({"code": code, "password": NEW})).expect(204);
    stranger.post("/v1/auth/login", json!({"email": "amna@example.org", "password": NEW})).expect(200);
}
