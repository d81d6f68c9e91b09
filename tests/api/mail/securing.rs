//! The way to the mail server: encrypted, with the right one, or not gone.

use super::*;
use crate::support::smtp::{CREDENTIALS, Shows};
use awasir::config::Secret;

fn posted(security: SmtpSecurity, offers: bool, shows: Shows) -> Posted {
    Posted::with(Engine::Sqlite, Smtp::with(security, offers, shows), |_| {})
}

/// What was refused, and that nothing of the mail or the password was said.
#[track_caller]
fn refused(posted: &Posted, said: &str) {
    let issued = posted.invite("amna@example.org");
    assert_eq!(posted.step(), Step::Postponed { all: true });
    assert_eq!(posted.rows()[0].last_error.as_deref(), Some(said));
    assert!(posted.rows()[0].sealed.is_some(), "it waits until the operator has put it right");
    assert_eq!(posted.smtp.mails().len(), 0);
    let clear = posted.smtp.said_in_clear();
    for secret in ["amna", "MAIL", "AUTH", issued["token"].as_str().unwrap()] {
        assert!(!clear.contains(secret), "{clear}");
    }
}

on_both_engines! {
    fn starttls(engine: Engine) {
        let posted = Posted::with(engine, Smtp::start(SmtpSecurity::StartTls), |_| {});
        let issued = posted.invite("amna@example.org");
        assert_eq!(posted.send_all(), [Step::Sent]);
        let mail = posted.smtp.only_mail();
        assert!(mail.encrypted && mail.user.as_deref() == Some(CREDENTIALS.0));
        assert_eq!(issued["token"], mail.token().as_str());
        assert_eq!(posted.smtp.said_in_clear(), "EHLO awasir.example\nSTARTTLS\n");
    }
}

#[test]
fn tls_from_the_first_byte() {
    let posted = posted(SmtpSecurity::Tls, false, Shows::ItsOwn);
    posted.invite("amna@example.org");
    assert_eq!(posted.send_all(), [Step::Sent]);
    let mail = posted.smtp.only_mail();
    assert!(mail.encrypted && mail.user.is_some());
    assert_eq!(posted.smtp.said_in_clear(), "");
}

#[test]
fn what_cannot_be_encrypted_is_not_sent() {
    refused(&posted(SmtpSecurity::StartTls, false, Shows::ItsOwn), "encryption");
    let told_off = posted(SmtpSecurity::StartTls, true, Shows::ItsOwn);
    told_off.smtp.once(Oddity::Answer("STARTTLS", 454));
    refused(&told_off, "encryption 454");
    told_off.world.server.advance(2 * MINUTE);
    assert_eq!(told_off.send_all(), [Step::Sent]);
}

#[test]
fn the_wrong_server_gets_nothing() {
    for shows in [Shows::AnothersName, Shows::AnUnknownAuthoritys] {
        refused(&posted(SmtpSecurity::StartTls, true, shows), "encryption");
        refused(&posted(SmtpSecurity::Tls, false, shows), "encryption");
    }
    // One that the system does not trust, without the file that names its authority.
    let smtp = Smtp::start(SmtpSecurity::StartTls);
    refused(&Posted::with(Engine::Sqlite, smtp, |settings| settings.smtp_ca_file = None), "encryption");
}

#[test]
fn who_is_not_let_in_keeps_the_mail() {
    let smtp = Smtp::start(SmtpSecurity::StartTls);
    let posted =
        Posted::with(Engine::Sqlite, smtp, |settings| settings.smtp_password = Some(Secret::new("another")));
    posted.invite("amna@example.org");
    assert_eq!(posted.step(), Step::Postponed { all: true });
    let left = posted.rows().remove(0);
    assert_eq!(left.last_error.as_deref(), Some("sign-in 535"));
    assert!(left.sealed.is_some() && left.failed_at.is_none(), "it is the operator's to put right");
}

#[test]
fn authorities_that_cannot_be_read_are_told_at_the_start() {
    let smtp = Smtp::start(SmtpSecurity::StartTls);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let refusal = |file: &std::path::Path| {
        let mut settings = Settings::for_tests(folder.path(), "sqlite://unused");
        smtp.settings(&mut settings);
        settings.smtp_ca_file = Some(file.to_path_buf());
        awasir::mail::check(&settings).unwrap_err()
    };
    assert!(refusal(&file).starts_with("smtp_ca_file: ") && refusal(&file).contains("ca.pem is of no use: "));
    for content in ["", "notes", "-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----\n"] {
        std::fs::write(&file, content).unwrap();
        assert!(refusal(&file).contains("ca.pem is of no use: "), "{content}");
    }
    let mut settings = Settings::for_tests(folder.path(), "sqlite://unused");
    smtp.settings(&mut settings);
    assert_eq!(awasir::mail::check(&settings), Ok(()));
}
