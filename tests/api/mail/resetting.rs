//! New passwords by mail.

use super::*;
use crate::races::{at_once_by, tally};
use crate::support::stored::Overheard;
use awasir::db::schema::{journal_entries, mailed_resets};

fn reset(posted: &Posted, code: &str, password: &str) -> Reply {
    posted.world.stranger.post(RESET, json!({"code": code, "password": password})).send()
}

/// Asks, has it sent, and reads the code.
fn code(posted: &Posted, email: &str) -> String {
    posted.ask(email);
    assert_eq!(posted.send_all(), [Step::Sent]);
    posted.smtp.mails_to(email).last().unwrap().token()
}

on_both_engines! {
    fn a_new_password(posted: Posted) {
        let world = &posted.world;
        let email = "coordinator@wadi.example";
        let reply = posted.ask("Coordinator@Wadi.example");
        assert_eq!(reply.body, b"");
        let entries: i64 = world.server.look(|db| journal_entries::table.count().get_result(db).unwrap());
        assert_eq!(entries, 0, "that a mail was asked for is nobody's to know");
        assert_eq!(posted.send_all(), [Step::Sent]);
        let mail = posted.smtp.only_mail();
        assert_eq!(mail.to, [email], "the address as the account has it, not as it was typed");
        assert_eq!(mail.letter().header("subject"), "كلمة مرور جديدة لحسابك في \u{2068}Awasir\u{2069}");
        assert!(mail.letter().text.starts_with("السلام عليكم يا \u{2068}coordinator@wadi.example\u{2069}،\n"), "{}", mail.letter().text);
        let token = mail.token();
        assert!(token.starts_with("awasir_pr_"));
        world.a.coordinator.get("/v1/me").expect(200);
        reset(&posted, &token, "short").expect(422).error("/password", "too-short");
        reset(&posted, &token, NEW).expect(204);
        assert_eq!((sign_in(world, email, PASSWORD), sign_in(world, email, NEW)), (401, 200));
        let old = world.stranger.with_token(&world.a.coordinator.token().unwrap());
        eventually("the session ends", Duration::from_secs(1), || old.get("/v1/me").send().status == 401);
        reset(&posted, &token, PASSWORD).problem("reset-code-invalid");
        let journal = world.server.journal();
        let entry = journal.iter().find(|entry| entry.action == "user.password_reset").unwrap();
        assert_eq!(entry.thing_id.0, world.a.coordinator.user().0);
    }

    fn it_works_for_thirty_minutes_from_the_request(posted: Posted) {
        let email = "viewer@wadi.example";
        posted.ask(email);
        posted.world.server.advance(10 * MINUTE);
        assert_eq!(posted.send_all(), [Step::Sent]);
        let token = posted.smtp.only_mail().token();
        posted.world.server.advance(19 * MINUTE);
        reset(&posted, &token, "short").expect(422);
        posted.world.server.advance(MINUTE);
        reset(&posted, &token, NEW).problem("reset-code-invalid");
        // And is not sent any more after that.
        posted.ask(email);
        posted.world.server.advance(31 * MINUTE);
        assert_eq!((posted.send_all(), posted.smtp.mails().len()), (vec![Step::Failed], 1));
    }

    /// The answer is the same, so is what is written, and of an address that is nobody's nothing is left.
    fn it_does_not_tell_who_has_an_account(posted: Posted) {
        let mut overheard = Overheard::listen_for(&["nobody@example.org", "0912345678"]);
        let known = posted.ask("admin@wadi.example");
        let unknown = overheard.hear(posted.ask("nobody@example.org"));
        let told = |reply: &Reply| {
            let mut headers = reply.headers.clone();
            for differs in ["x-request-id", "date"] {
                headers.remove(differs);
            }
            (reply.status, headers, reply.body.clone())
        };
        assert_eq!(told(&known), told(&unknown));
        let rows = posted.rows();
        let shape = |left: &Left| (left.kind.clone(), left.attempts, left.sealed.as_ref().map(Vec::len), left.last_error.clone());
        assert_eq!(shape(&rows[0]), shape(&rows[1]));
        assert_eq!(posted.send_all(), [Step::Sent, Step::Needless]);
        assert_eq!(posted.smtp.only_mail().to, ["admin@wadi.example"]);
        assert_eq!(posted.rows().len(), 1);
        overheard.assert_nothing_in_clear(&posted.world.server);
    }

    fn what_is_wrong_is_told_before_anything_is_looked_up(posted: Posted) {
        let ask = |body: Value| posted.world.stranger.post(ASK, body);
        ask(json!({})).expect(422).error("/email", "required");
        ask(json!({"email": "nobody"})).expect(422).error("/email", "invalid-email");
        ask(json!({"email": "a@b.example", "phone": "0912345678"})).expect(422).error("/phone", "unknown-field");
        assert_eq!(posted.rows().len(), 0);
        reset(&posted, "awasir_pr_short", NEW).problem("reset-code-invalid");
        reset(&posted, &format!("awasir_pr_{}", "a".repeat(28)), NEW).problem("reset-code-invalid");
        // One of another kind opens nothing here.
        let issued = posted.invite("x@example.org");
        reset(&posted, issued["token"].as_str().unwrap(), NEW).problem("reset-code-invalid");
    }

    fn asking_again_kills_what_came_before(posted: Posted) {
        let email = "viewer@wadi.example";
        let first = code(&posted, email);
        let second = code(&posted, email);
        reset(&posted, &first, NEW).problem("reset-code-invalid");
        reset(&posted, &second, NEW).expect(204);
        // Two at once: the later one is good, in whatever order they are sent.
        posted.ask(email);
        posted.world.server.advance(MINUTE);
        posted.smtp.once(Oddity::Answer("RCPT", 451));
        assert_eq!(posted.step(), Step::Postponed { all: false });
        let third = code(&posted, email);
        posted.world.server.advance(MINUTE);
        assert_eq!(posted.send_all(), [Step::Needless], "the earlier one is not sent after the later one");
        reset(&posted, &third, PASSWORD).expect(204);
    }

    fn another_way_to_a_password_kills_it(posted: Posted) {
        let world = &posted.world;
        let mailed = code(&posted, "viewer@wadi.example");
        world.a.viewer.post("/v1/me/password", json!({"old_password": PASSWORD, "password": NEW})).expect(200);
        reset(&posted, &mailed, PASSWORD).problem("reset-code-invalid");
        // So does another address: the old one may be another's by now.
        let mailed = code(&posted, "contributor@wadi.example");
        let me = world.a.contributor.get("/v1/me").expect(200);
        let change = world.a.contributor.patch("/v1/me", json!({"email": "elsewhere@example.org"}));
        change.if_match(me.header("etag").unwrap()).expect(200);
        reset(&posted, &mailed, NEW).problem("reset-code-invalid");
        // And an address changed before it was sent is written to no more.
        posted.ask("contributor@wadi.example");
        // The first is the notice of the change.
        assert_eq!(posted.send_all(), [Step::Sent, Step::Needless]);
    }

    fn a_code_is_redeemed_once(posted: Posted) {
        let token = code(&posted, "viewer@wadi.example");
        let replies = at_once_by(16, |n| reset(&posted, &token, &format!("{NEW} {n}")));
        let won: Vec<usize> = replies.iter().enumerate().filter(|(_, reply)| reply.status == 204).map(|(n, _)| n).collect();
        assert_eq!(won.len(), 1, "{:?}", tally(&replies));
        assert_eq!(sign_in(&posted.world, "viewer@wadi.example", &format!("{NEW} {}", won[0])), 200);
        let open: i64 = posted.world.server.look(|db| {
            mailed_resets::table.filter(mailed_resets::used_at.is_null()).count().get_result(db).unwrap()
        });
        assert_eq!(open, 0);
    }

    fn housekeeping_removes_what_is_over(posted: Posted) {
        let server = &posted.world.server;
        code(&posted, "viewer@wadi.example");
        posted.invite("waits@example.org");
        let round = || actix_web::rt::System::new().block_on(awasir::housekeeping::round(&server.app)).unwrap();
        let done = round();
        assert_eq!((done.mails, done.reset_codes), (0, 0));
        // What waits in vain, where no node sends mail, is told of and goes when it is long of no use.
        assert_eq!(done.mails_overdue, 0);
        server.advance(11 * MINUTE);
        assert_eq!(round().mails_overdue, 1);
        posted.ask("viewer@wadi.example");
        server.advance(24 * 60 * MINUTE);
        assert_eq!((round().mails, posted.rows().len()), (0, 3));
        server.advance(31 * MINUTE);
        let done = round();
        assert_eq!((done.mails, done.mails_overdue, posted.rows().len()), (1, 1, 2), "the request is over, the invitation isn't");
        server.advance(Duration::from_secs(7 * 24 * 3600));
        assert_eq!((round().mails, posted.rows().len()), (1, 1));
        server.advance(Duration::from_secs(23 * 24 * 3600));
        posted.invite("waits@example.org");
        let done = round();
        assert_eq!((done.mails, done.reset_codes, done.mails_overdue), (1, 1, 0));
        assert_eq!(posted.rows().len(), 1, "what waits and is of use stays");
    }
}

/// Who asks for another's mail again and again floods nobody, and is told nothing.
#[test]
fn one_account_is_mailed_a_few_an_hour() {
    let posted = Posted::with(Engine::Sqlite, Smtp::start(SmtpSecurity::None), |settings| {
        settings.rate_limit = true;
        settings.rate_mails_per_hour = 2;
        settings.rate_application_per_hour = 4;
    });
    for _ in 0..3 {
        posted.ask("viewer@wadi.example");
        posted.world.server.advance(Duration::from_secs(1));
    }
    assert_eq!(posted.send_all(), [Step::Sent, Step::Sent, Step::Needless]);
    // The last that was sent is the one that works.
    let last = posted.smtp.mails().pop().unwrap().token();
    posted.ask("admin@wadi.example");
    assert_eq!(posted.send_all(), [Step::Sent]);
    posted
        .world
        .stranger
        .post(ASK, json!({"email": "nobody@example.org"}))
        .problem("rate-limited")
        .expect(429);
    posted.world.server.advance(20 * MINUTE);
    let user = posted.world.a.viewer.user();
    let whose = posted.world.server.look(|db| {
        let digest = awasir::access::codes::reset_digest(&last).unwrap();
        awasir::accounts::store::find_mailed(db, &digest, posted.world.server.app.clock.now()).unwrap()
    });
    assert_eq!(whose, user);
}
