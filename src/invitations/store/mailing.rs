//! The way of an invitation to whom it is for.

use std::time::Duration;

use diesel::prelude::*;

use crate::access::secret::SecretText;
use crate::app::App;
use crate::db::schema::invitations;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::mail::content::{Content, Kind};
use crate::mail::outbox::{self, NewMail};
use crate::types::{Email, Instant, InvitationId};

/// The time over which mails to one address are counted.
const HOUR: Duration = Duration::from_secs(3600);

/// Who has an invitation issued.
#[derive(Clone, Copy)]
pub enum Issuer<'a> {
    /// Somebody through the server, which also mails it to whom it is for, where it sends mail.
    Server(&'a App),
    /// The operator, on the command line: it is printed there.
    Operator {
        /// The address under which clients reach the server.
        public_url: &'a str,
    },
}

impl<'a> Issuer<'a> {
    /// The address under which clients reach the server.
    pub(super) fn public_url(self) -> &'a str {
        match self {
            Self::Server(app) => &app.settings.public_url,
            Self::Operator { public_url } => public_url,
        }
    }
}

/// The address at which an invitation is accepted. Behind the fragment the token stays in the browser and out of every log.
pub fn link(public_url: &str, token: &str) -> String {
    format!("{}/invitations/accept#token={token}", public_url.trim_end_matches('/'))
}

/// Has an invitation mailed to whom it is for, unless as many as the settings allow were within the hour: nobody is
/// flooded by being invited again and again.
///
/// # Errors
/// As [`outbox::put`].
pub(super) fn mail(
    w: &mut Writer<'_>,
    app: &App,
    (id, email): (InvitationId, &Email),
    token: &SecretText,
    (from, until): (Instant, Instant),
) -> Result<()> {
    if !app.mail.is_on() {
        return Ok(());
    }
    if app.settings.rate_limit {
        let now = w.now();
        let others: Vec<InvitationId> = invitations::table
            .filter(invitations::email.eq(Some(email.folded())))
            .filter(invitations::created_at.gt(now.minus(HOUR)))
            .filter(invitations::id.ne(id))
            .limit(i64::from(app.settings.rate_mails_per_hour))
            .select(invitations::id)
            .load(w.db())?;
        if others.len() >= app.settings.rate_mails_per_hour as usize {
            return Ok(());
        }
    }
    let content = Content::with_token(email, token);
    let mail = NewMail { kind: Kind::Invitation, invitation: Some(id), content, from, until };
    outbox::put(w, app, &mail).map(|_| ())
}
