//! What a mail is to say, looked up when it is about to be sent: the names as they are by then, and whether it is still of use.

use super::content::{Content, Kind};
use super::letters::{self, Greeting, Letter, Network};
use super::outbox::{self, Leased, Waiting};
use crate::access::codes;
use crate::accounts::model::Login;
use crate::accounts::store::{self as accounts, Account};
use crate::app::App;
use crate::http::problem::{Code, Problem, Result};
use crate::invitations::store::{self as invitations, Key};
use crate::journal::Writer;
use crate::text::{Locale, Name};
use crate::types::{AnyId, Email, Json, TimeZoneName};

/// A mail that is ready to leave.
pub struct Ready {
    /// Its id.
    pub id: AnyId,
    /// What it is.
    pub kind: Kind,
    /// Whom it goes to.
    pub to: Email,
    /// What it says.
    pub letter: Letter,
}

/// What preparing a mail came to.
pub enum Prepared {
    /// It can leave.
    Ready(Box<Ready>),
    /// Nobody needs it any more.
    Needless,
    /// Its time was over before it could be sent.
    Late(Kind),
}

/// Prepares a mail that was taken up; none when it is another worker's by now, or was withdrawn.
///
/// # Errors
/// `internal` when what is sealed can't be opened; the engine's.
pub fn prepare(w: &mut Writer<'_>, app: &App, leased: &Leased) -> Result<Option<Prepared>> {
    let Some(waiting) = outbox::read(w, app, leased)? else { return Ok(None) };
    if waiting.expires_at <= w.now() {
        return Ok(Some(Prepared::Late(waiting.kind)));
    }
    let ready = match waiting.kind {
        Kind::Invitation => invitation(w, app, &waiting)?.map(|letter| (waiting.content.to.clone(), letter)),
        Kind::PasswordReset => password_reset(w, app, leased, &waiting)?,
        Kind::EmailChanged => {
            let letter = letters::email_changed(&network(app)?, waiting.created_at);
            Some((waiting.content.to.clone(), letter))
        }
    };
    let kind = waiting.kind;
    Ok(Some(match ready {
        Some((to, letter)) => Prepared::Ready(Box::new(Ready { id: leased.id, kind, to, letter })),
        None => Prepared::Needless,
    }))
}

fn network(app: &App) -> Result<Network<'_>> {
    let zone: TimeZoneName = app.settings.time_zone.parse().map_err(Problem::internal)?;
    Ok(Network { name: &app.settings.network_name, zone })
}

fn account_at(w: &mut Writer<'_>, email: &Email) -> Result<Option<Account>> {
    accounts::find_by_login(w.db(), &Login::Email(email.clone()))
}

fn invitation(w: &mut Writer<'_>, app: &App, waiting: &Waiting) -> Result<Option<Letter>> {
    let Some(token) = &waiting.content.token else { return Ok(None) };
    let now = w.now();
    let kept = match invitations::find(w.db(), &Key::read(Some(token), None)?, now) {
        Ok(kept) => kept,
        // Withdrawn, accepted, objected to, or its organisation is active no more.
        Err(problem) if problem.code() == Code::InvitationInvalid => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let account = account_at(w, &waiting.content.to)?;
    let inviter = match kept.invited_by() {
        Some(user) => accounts::name_of(w.db(), user)?,
        None => None,
    };
    let names = |name: Option<&Json<Name>>| name.map(Json::get).transpose();
    let letter = letters::invitation(
        &network(app)?,
        &letters::Invited {
            greeting: Greeting { name: names(kept.name())?, locale: account.as_ref().map(Account::locale) },
            organisation: names(kept.organisation_name())?,
            inviter: names(inviter.as_ref())?,
            role: kept.role(),
            has_account: account.is_some(),
            link: invitations::link(&app.settings.public_url, token),
            until: waiting.expires_at,
        },
    );
    Ok(Some(letter))
}

fn password_reset(
    w: &mut Writer<'_>,
    app: &App,
    leased: &Leased,
    waiting: &Waiting,
) -> Result<Option<(Email, Letter)>> {
    let Some(account) = account_at(w, &waiting.content.to)? else { return Ok(None) };
    let account = accounts::lock(w, account.id)?;
    if !account.email_is_trusted(w.now()) {
        return Ok(None);
    }
    let token = match &waiting.content.token {
        // Tried before. It may have been replaced by a newer one since, or the password changed.
        Some(token) => {
            let now = w.now();
            let digest = codes::reset_digest(token);
            let works = digest.is_some_and(|digest| accounts::find_mailed(w.db(), &digest, now).is_ok());
            works.then(|| token.clone())
        }
        None => {
            let asked = (waiting.created_at, waiting.expires_at);
            let at_most = app.settings.rate_limit.then_some(app.settings.rate_mails_per_hour);
            let made = accounts::make_mailed(w, account.id, asked, at_most)?;
            if let Some(token) = &made {
                let content = Content::with_token(&waiting.content.to, token);
                outbox::seal_anew(w, app, leased, &content)?;
            }
            made.map(|token| token.expose().to_owned())
        }
    };
    let Some(token) = token else { return Ok(None) };
    let locale: Locale = account.locale();
    // To the address as the account has it: how somebody typed it may be another's.
    let email = account.email.as_deref().unwrap_or_default();
    let to: Email = email.parse().map_err(|_| Problem::internal("an account has an address that is none"))?;
    let letter = letters::password_reset(
        &network(app)?,
        &letters::Reset {
            greeting: Greeting { name: Some(account.name.get()?), locale: Some(locale) },
            link: accounts::reset_link(&app.settings.public_url, &token),
            until: waiting.expires_at,
        },
    );
    Ok(Some((to, letter)))
}
