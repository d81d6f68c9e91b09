//! What is mailed to people about their account without their asking.

use super::rules::EMAIL_TRUSTED_AFTER;
use super::store::Account;
use crate::app::App;
use crate::http::problem::{Problem, Result};
use crate::journal::Writer;
use crate::mail::content::{Content, Kind};
use crate::mail::outbox::{self, NewMail};
use crate::types::Email;

/// Tells the addresses that an account has, and had, that it gets another in this transaction, or none. Where no mail
/// is sent nobody is told; where its address stays there is nothing to tell.
///
/// # Errors
/// `rate-limited` for the change itself when there were as many within the hour as mails to one address may be: every
/// change is told, and nobody's mailbox is flooded. As [`outbox::put`].
pub fn tell_of_change(w: &mut Writer<'_>, app: &App, account: &Account, after: Option<&Email>) -> Result<()> {
    let (now, after) = (w.now(), after.map(Email::folded));
    if !app.mail.is_on() || after == account.email {
        return Ok(());
    }
    let refused = app.limits.email_change(account.id.uuid()).and_then(|decision| decision.problem());
    refused.map_or(Ok(()), Err)?;
    for address in account.emails_to_tell(after.as_deref(), now) {
        let to = address.parse().map_err(|_| Problem::internal("an account had an address that is none"))?;
        let content = Content { to, token: None };
        let (from, until) = (now, now.plus(EMAIL_TRUSTED_AFTER));
        outbox::put(w, app, &NewMail { kind: Kind::EmailChanged, invitation: None, content, from, until })?;
    }
    Ok(())
}
