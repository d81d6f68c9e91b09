//! Sessions begun and continued, and the tokens handed out for them.

use crate::access::jwt::Claims;
use crate::access::refresh;
use crate::access::secret::SecretText;
use crate::accounts::model::SignedIn;
use crate::accounts::second_factor::model::SecondFactor;
use crate::accounts::store;
use crate::config::{SecondFactorRule, Settings};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::{SessionId, UserId};

/// Through which client people sign in; access tokens will name themselves here.
const CLIENT: &str = "awasir";

/// What becomes of the refresh token that a new one replaces.
#[derive(Debug, Clone, Copy)]
pub enum Replaced<'a> {
    /// It still works while its successor is unused.
    By(&'a [u8]),
    /// It was the successor's predecessor already and stays so.
    Predecessor,
}

/// Begins a session for somebody who has proved who they are.
///
/// # Errors
/// The engine's.
pub fn begin(w: &mut Writer<'_>, call: &Call, user: UserId) -> Result<SignedIn> {
    let session: SessionId = w.new_id();
    let (text, token) = refresh::make(call.app().keys.refresh(), session)?;
    store::start(w, user, &token, call.address(), call.user_agent())?;
    tokens(w, call, user, session, &text)
}

/// A new pair of tokens for a session.
///
/// # Errors
/// The engine's.
pub fn renew(
    w: &mut Writer<'_>,
    call: &Call,
    user: UserId,
    session: SessionId,
    replaced: Replaced<'_>,
) -> Result<SignedIn> {
    let (text, token) = refresh::make(call.app().keys.refresh(), session)?;
    let replaced = match replaced {
        Replaced::By(digest) => Some(digest),
        Replaced::Predecessor => None,
    };
    store::rotate(w, &token, replaced)?;
    tokens(w, call, user, session, &text)
}

fn tokens(
    w: &mut Writer<'_>,
    call: &Call,
    user: UserId,
    session: SessionId,
    refresh: &SecretText,
) -> Result<SignedIn> {
    let settings = &call.app().settings;
    let expires_in = i64::from(settings.access_token_seconds);
    let issued_at = w.now().micros() / 1_000_000;
    let standing = store::claims_of(w.db(), user)?;
    let network_admin = standing.network_role.is_some();
    let enrol =
        second_factor_asked(settings, network_admin) && standing.user.second_factor == SecondFactor::None;
    let claims = Claims {
        iss: settings.public_url.clone(),
        aud: settings.public_url.clone(),
        sub: user.uuid(),
        owner: None,
        exp: issued_at + expires_in,
        iat: issued_at,
        nbf: None,
        jti: w.new_id(),
        client_id: CLIENT.to_owned(),
        sid: session,
        roles: standing.roles.into_iter().collect(),
        epoch: standing.epoch,
        suspended: standing.inactive,
        permissions: None,
        scope: None,
        networks: Vec::new(),
        network_role: standing.network_role,
        pwd: standing.user.password_change_required,
        enrol,
        locale: standing.user.locale,
    };
    Ok(SignedIn {
        access_token: call.app().keys.sign(&claims)?,
        token_type: "Bearer",
        expires_in,
        refresh_token: refresh.expose().to_owned(),
        second_factor_setup_required: enrol,
        user: standing.user,
    })
}

/// Whether people of this standing do nothing without a second factor: then what they hold changes with it.
pub fn second_factor_asked(settings: &Settings, network_admin: bool) -> bool {
    network_admin && settings.network_admin_second_factor == SecondFactorRule::Required
}

/// The answer to a sign-in: kept by nobody.
///
/// # Errors
/// `internal`.
pub fn answer(signed_in: &SignedIn) -> Result<Answer> {
    Ok(Answer::json(signed_in)?.with_secrets(&["/access_token", "/refresh_token"]))
}
