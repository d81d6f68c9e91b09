//! Another e-mail address for an account: whom a new password is mailed to then, and who is told.

use super::*;
use awasir::db::schema::users;

const OWN: &str = "viewer@wadi.example";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Whoever holds the viewer's session sets an address, or none.
fn change(posted: &Posted, email: Option<&str>) -> crate::support::client::Request {
    let me = posted.world.a.viewer.renew().get("/v1/me").expect(200);
    posted.world.a.viewer.patch("/v1/me", json!({"email": email})).if_match(me.header("etag").unwrap())
}

fn moved(posted: &Posted, email: Option<&str>) {
    change(posted, email).expect(200);
}

/// Sends what waits: to whom something went, in order of their addresses.
fn told(posted: &Posted) -> Vec<String> {
    let before = posted.smtp.mails().len();
    send_all(&posted.world.server);
    let mut to: Vec<String> = posted.smtp.mails()[before..].iter().map(|mail| mail.to.join(",")).collect();
    to.sort();
    to
}

/// Whom a new password is mailed to when it is asked for at this address; the answer tells nothing.
fn asked(posted: &Posted, email: &str) -> Vec<String> {
    let reply = posted.ask(email);
    assert_eq!((reply.status, reply.body.len()), (202, 0));
    told(posted)
}

on_both_engines! {
    fn a_stolen_session_has_no_password_mailed(posted: Posted) {
        assert_eq!(asked(&posted, OWN), [OWN], "it came by the operator");
        moved(&posted, Some("Thief@Example.org"));
        assert_eq!(told(&posted), [OWN]);
        assert_eq!(asked(&posted, "thief@example.org"), [""; 0]);
        assert_eq!(asked(&posted, OWN), [""; 0], "it is the account's no more");
        assert_eq!(posted.rows().iter().filter(|left| left.kind == "password_reset").count(), 1, "as if it were nobody's");
        // What was asked for before the address was the account's is of no use either.
        posted.ask("another@example.org");
        moved(&posted, Some("another@example.org"));
        assert_eq!(told(&posted), ["thief@example.org", OWN]);
        posted.world.server.advance(7 * DAY - MINUTE);
        assert_eq!(asked(&posted, "another@example.org"), [""; 0]);
        posted.world.server.advance(MINUTE);
        assert_eq!(asked(&posted, "another@example.org"), ["another@example.org"]);
    }

    fn an_invited_address_is_mailed_at_once(posted: Posted) {
        let issued = posted.invite("new@example.org");
        posted.send_all();
        posted.world.stranger.post(ACCEPT, json!({"token": issued["token"], "password": PASSWORD})).expect(200);
        assert_eq!(asked(&posted, "new@example.org"), ["new@example.org"]);
    }

    /// However often it is changed: who had the account's trust is told each time, and whoever had the address.
    fn every_address_it_had_is_told(posted: Posted) {
        let world = &posted.world;
        world.a.viewer.patch("/v1/me", json!({"phone": "0912345678"})).if_match("*").expect(200);
        assert_eq!(told(&posted), [""; 0], "nothing was changed of the address");
        for (email, to) in [
            (Some("b@example.org"), &[OWN][..]),
            (Some("B@example.org"), &[]),
            (Some("c@example.org"), &["b@example.org", OWN]),
            (None, &["c@example.org", OWN]),
            (Some("d@example.org"), &[OWN]),
            (Some(OWN), &["d@example.org"]),
            (Some("e@example.org"), &[OWN]),
        ] {
            world.server.advance(DAY);
            moved(&posted, email);
            assert_eq!(told(&posted), to, "{email:?}");
        }
        // Once it is the account's for long it takes the place of the one before, which is forgotten.
        let before = || world.server.look(|db| {
            users::table.find(world.a.viewer.user()).select(users::email_before).first::<Option<String>>(db).unwrap()
        });
        let round = || actix_web::rt::System::new().block_on(awasir::housekeeping::round(&world.server.app)).unwrap();
        world.server.advance(6 * DAY);
        assert_eq!((round().emails, before().as_deref()), (0, Some(OWN)));
        world.server.advance(DAY);
        assert_eq!((round().emails, before()), (1, None));
        moved(&posted, Some("f@example.org"));
        assert_eq!(told(&posted), ["e@example.org"]);
    }

    /// In both languages, for the session could change the account's, and with nothing of the new address.
    fn the_notice_says_what_to_do(posted: Posted) {
        let name = json!({"ar": "اكسب مالًا", "en": "Win at https://evil.example"});
        let me = posted.world.a.viewer.get("/v1/me").expect(200);
        let body = json!({"email": "thief@example.org", "locale": "en", "name": name});
        posted.world.a.viewer.patch("/v1/me", body).if_match(me.header("etag").unwrap()).expect(200);
        assert_eq!(posted.send_all(), [Step::Sent]);
        let mail = posted.smtp.only_mail();
        let letter = mail.letter();
        assert_eq!(mail.to, [OWN]);
        assert!(letter.header("subject").starts_with("تغيّر عنوان البريد الإلكتروني لحسابك في "), "{}", letter.header("subject"));
        for said in ["مشرف الجهة", "change your password", "end the other sessions", "a reset code"] {
            assert!(letter.text.contains(said) && letter.html.contains(said), "{said}: {}", letter.text);
        }
        for unsaid in ["thief", "evil", "https://", "اكسب"] {
            assert!(!letter.text.contains(unsaid) && !letter.html.contains(unsaid), "{unsaid}: {}", letter.text);
        }
        assert_eq!(posted.rows()[0].sealed, None);
    }

    /// What is refused is not told, nor what is asked twice told twice.
    fn it_is_told_when_it_happens(posted: Posted) {
        change(&posted, Some("admin@wadi.example")).problem("email-taken");
        posted.world.a.viewer.patch("/v1/me", json!({"email": "x@example.org"})).version(99).problem("version-mismatch");
        assert_eq!(posted.rows().len(), 0);
        let tag = posted.world.a.viewer.get("/v1/me").expect(200).etag();
        let again = || posted.world.a.viewer.patch("/v1/me", json!({"email": "x@example.org"})).if_match(&tag).send();
        again().expect(200);
        again().problem("version-mismatch").expect(412);
        assert_eq!(posted.rows().len(), 1);
    }

    fn without_mail_nobody_is_told_and_trust_counts_all_the_same(world: World) {
        world.a.viewer.patch("/v1/me", json!({"email": "thief@example.org"})).if_match("*").expect(200);
        assert_eq!(rows(&world.server).len(), 0);
        let kept: (Option<awasir::types::Instant>, Option<String>) = world.server.look(|db| {
            users::table.find(world.a.viewer.user()).select((users::email_since, users::email_before)).first(db).unwrap()
        });
        assert!(kept.0.is_some() && kept.1.as_deref() == Some(OWN), "{kept:?}");
        // Erased with the account.
        world.a.viewer.renew().delete("/v1/me").if_match("*").expect(204);
        let kept: (Option<awasir::types::Instant>, Option<String>) = world.server.look(|db| {
            users::table.find(world.a.viewer.user()).select((users::email_since, users::email_before)).first(db).unwrap()
        });
        assert_eq!(kept, (None, None));
    }
}

/// Nobody's mailbox is flooded by an account that goes to and fro: the change is refused, so that each is told.
#[test]
fn an_account_changes_its_address_a_few_times_an_hour() {
    let posted = Posted::with(Engine::Sqlite, Smtp::start(SmtpSecurity::None), |settings| {
        settings.rate_limit = true;
        settings.rate_mails_per_hour = 2;
    });
    moved(&posted, Some("b@example.org"));
    moved(&posted, Some("c@example.org"));
    change(&posted, Some("d@example.org")).problem("rate-limited").expect(429);
    // Other changes are as they were.
    posted.world.a.viewer.patch("/v1/me", json!({"locale": "en"})).if_match("*").expect(200);
    assert_eq!(told(&posted), ["b@example.org", OWN, OWN]);
}
