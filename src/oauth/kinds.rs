//! What a text is that a client asks about or is done with: an access token, or a JWT that was made of one.

use std::sync::Arc;

use crate::access::jwt::Claims;
use crate::access_tokens::authentication::{self, Presented};
use crate::access_tokens::secret;
use crate::app::App;
use crate::http::problem::{Code, Result};
use crate::types::OrganisationId;

/// A token that works now.
pub enum Token {
    /// An access token.
    Access(Box<Presented>),
    /// A JWT that was given for one.
    Jwt(Arc<Claims>),
}

/// The token that a text is, if it works now and is one of this organisation's. Of all else nothing is known: what is
/// malformed, unknown, over, a person's, or another organisation's is the same.
///
/// # Errors
/// `unavailable` while this node can't know what was revoked; the engine's.
pub async fn of_organisation(app: &App, text: &str, own: OrganisationId) -> Result<Option<Token>> {
    if secret::is_meant(text) {
        let found = authentication::present(app, text).await?.ok();
        let found = found.filter(|token| token.organisation == own);
        return Ok(found.map(|token| Token::Access(Box::new(token))));
    }
    let Ok(claims) = app.verifier.verify(text, app.clock.now()) else { return Ok(None) };
    app.revocations.until_fresh(&app.clock).await;
    match app.revocations.check(&claims, app.clock.now()) {
        Err(problem) if problem.code() == Code::InvalidToken => return Ok(None),
        checked => checked?,
    }
    let is_machine_s = claims.owner.is_some();
    let is_own = claims.roles.keys().eq([&own]);
    Ok((is_machine_s && is_own).then_some(Token::Jwt(claims)))
}
