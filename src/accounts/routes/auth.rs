//! Signing in, staying so, signing out.

use std::sync::Arc;

use crate::access::refresh::{self, RefreshToken};
use crate::accounts::model::{Refresh, SignIn, SignedIn};
use crate::accounts::proof::Reach;
use crate::accounts::rules::{Worth, judge, login_of};
use crate::accounts::signing::{self, Replaced};
use crate::accounts::{proof, store};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{SessionId, UserId};

pub(super) async fn login(call: Arc<Call>) -> Result<Answer> {
    let body: SignIn = call.decode()?;
    let login = login_of(body.email.as_ref(), body.phone.as_ref()).ok_or_else(proof::wrong)?;
    let proved = proof::by_password(&call, login, &body.password).await?;
    let author = proved.author(&call);
    let signing = Arc::clone(&call);
    let signed_in = call
        .app()
        .database
        .write(author, move |w| match proved.lock(w, &signing)? {
            Reach::SignedIn(account) => Ok(Ok(signing::begin(w, &signing, account.id)?)),
            Reach::HalfWay(asked) => Ok(Err(asked)),
        })
        .await?;
    signing::answer(&signed_in?)
}

/// What came of a refresh token.
enum Outcome {
    Renewed(Box<SignedIn>),
    Refused(Code),
}

pub(super) async fn refresh(call: Arc<Call>) -> Result<Answer> {
    let body: Refresh = call.decode()?;
    let token = refresh::parse(call.app().keys.refresh(), &body.refresh_token)?;
    let renewing = Arc::clone(&call);
    let outcome =
        call.app().database.write(call.author(), move |w| continue_session(w, &renewing, &token)).await?;
    match outcome {
        Outcome::Renewed(signed_in) => signing::answer(&signed_in),
        // Refused only now: that the session ended had to be committed.
        Outcome::Refused(code) => Err(Problem::new(code)),
    }
}

fn continue_session(w: &mut Writer<'_>, call: &Call, token: &RefreshToken) -> Result<Outcome> {
    let Some((user, held)) = store::lock_session(w, token.session)? else {
        return Ok(Outcome::Refused(Code::InvalidToken));
    };
    let replaced = match judge(&held, &token.digest, w.now()) {
        Worth::Current => Replaced::By(&token.digest),
        Worth::Predecessor => Replaced::Predecessor,
        Worth::Ended => return Ok(Outcome::Refused(Code::InvalidToken)),
        Worth::Reused => {
            log::warn!("a refresh token of session {} was used again; the session is ended", token.session);
            end(w, token.session, "session.refresh_reused")?;
            return Ok(Outcome::Refused(Code::RefreshReused));
        }
    };
    let signed_in = signing::renew(w, call, user, token.session, replaced)?;
    Ok(Outcome::Renewed(Box::new(signed_in)))
}

pub(super) async fn logout(call: Arc<Call>) -> Result<Answer> {
    let caller = Arc::clone(call.caller()?);
    let (user, session): (UserId, SessionId) = (caller.user, caller.person()?);
    call.write(
        move |w| {
            store::lock(w, user)?;
            Ok(Admitted::by_self(&caller.permit_self()?, ()))
        },
        move |w, ()| {
            end(w, session, "session.ended")?;
            Ok(Answer::none())
        },
    )
    .await
}

/// Ends a session and journals it.
pub(super) fn end(w: &mut Writer<'_>, session: SessionId, action: &'static str) -> Result<()> {
    store::end_session(w, session)?;
    let thing = Thing::new(store::SESSION_KIND, session);
    w.record(Entry { action, thing, version: 2, changes: Changes::none() })
}
