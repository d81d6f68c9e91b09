//! `/v1/me`: one's own account, password and sessions.

use std::sync::Arc;

use super::auth::end;
use crate::access::SelfPermit;
use crate::accounts::model::{Login, PasswordChange, Session, User, UserChanges};
use crate::accounts::rules::check_new_password;
use crate::accounts::second_factor::store as second_factors;
use crate::accounts::signing::{self, Replaced};
use crate::accounts::store::Account;
use crate::accounts::{leaving, notices, proof, store};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::patch;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::Writer;
use crate::types::{SessionId, TimeZoneName};

pub(super) async fn read(call: Arc<Call>) -> Result<Answer> {
    let caller = call.caller()?;
    caller.require_own_password()?;
    let user = caller.user;
    let me = call
        .app()
        .database
        .snapshot(move |db| {
            let account = store::find(db, user)?;
            store::public(db, account)
        })
        .await?;
    answer(&me)
}

fn answer(user: &User) -> Result<Answer> {
    Answer::thing(user, user.version)
}

pub(super) async fn change(call: Arc<Call>) -> Result<Answer> {
    let caller = Arc::clone(call.caller()?);
    caller.require_own_password()?;
    let patching = Arc::clone(&call);
    call.write(
        move |w| {
            let account = store::lock(w, caller.user)?;
            let before = store::public(w.db(), account.clone())?;
            let permit = caller.permit_self()?;
            Ok(Admitted::by_self(&permit, (account, before)).with(permit))
        },
        move |w, ((account, before), permit): ((Account, User), SelfPermit)| {
            let versioned = Versioned { id: before.id.uuid(), version: before.version, thing: &before };
            patching.require_version(w.db(), versioned)?;
            let changes: UserChanges = patch::apply(&before, patching.body(), &[])?;
            check_logins(w, &patching, &permit, &before, &changes)?;
            notices::tell_of_change(w, patching.app(), &account, changes.email.as_ref())?;
            answer(&store::update(w, &account, &before, &changes)?)
        },
    )
    .await
}

pub(super) async fn erase(call: Arc<Call>) -> Result<Answer> {
    let caller = Arc::clone(call.caller()?);
    caller.require_own_password()?;
    let zone: TimeZoneName = call.app().settings.time_zone.parse().map_err(Problem::internal)?;
    let checking = Arc::clone(&call);
    let answered = call
        .write(
            move |w| {
                let account = leaving::lock(w, caller.user)?;
                let permit = caller.permit_self()?;
                Ok(Admitted::by_self(&permit, account).with(permit))
            },
            move |w, (account, permit): (Account, SelfPermit)| {
                let me = store::public(w.db(), account.clone())?;
                let versioned = Versioned { id: me.id.uuid(), version: me.version, thing: &me };
                checking.require_version(w.db(), versioned)?;
                let today = zone.today_in_zone(w.now());
                leaving::erase(w, &permit, &account, today)?;
                Ok(Answer::none())
            },
        )
        .await?;
    call.app().database.forget_log().await;
    Ok(answered)
}

/// Refuses a login that is another's. Of one's own organisations' people one may know it; of others
/// the answer doesn't say why, and asking is slow: nobody learns here who has an account.
fn check_logins(
    w: &mut Writer<'_>,
    call: &Call,
    permit: &SelfPermit,
    before: &User,
    changes: &UserChanges,
) -> Result<()> {
    let email = changes.email.clone().map(Login::Email);
    let phone = changes.phone.clone().map(Login::Phone);
    let asked = [
        (email, &before.email, "/email", Code::EmailTaken),
        (phone, &before.phone, "/phone", Code::PhoneTaken),
    ];
    for (login, held, pointer, code) in asked {
        let Some(login) = login.filter(|login| Some(login.key()) != *held) else { continue };
        let asking = format!("login of {}", permit.user());
        proof::slow(&call.app().limits, &asking, std::net::Ipv4Addr::UNSPECIFIED.into())?;
        let Some(other) = store::taken_by(w.db(), &login, permit.user())? else { continue };
        if store::share_an_organisation(w.db(), permit.user(), other)? {
            return Err(Problem::new(code));
        }
        let detail = "this one cannot be used here; choose another";
        return Err(Problem::errors(vec![FieldError::new(pointer, "invalid-value", detail)]));
    }
    Ok(())
}

pub(super) async fn password(call: Arc<Call>) -> Result<Answer> {
    let body: PasswordChange = call.decode()?;
    let caller = Arc::clone(call.caller()?);
    let app = call.app();
    let (user, session) = (caller.user, caller.person()?);
    let account = app.database.read(move |db| store::find(db, user)).await?;
    proof::slow(&app.limits, &format!("password of {user}"), call.address())?;
    let right = app.passwords.verify(body.old_password.expose(), account.password_hash.as_deref()).await?;
    let hash = match right && check_change(&body, &account).is_ok() {
        true => Some(app.passwords.hash(body.password.expose()).await?),
        false => None,
    };
    let signing = Arc::clone(&call);
    call.write(
        move |w| {
            let now = store::lock(w, user)?;
            Ok(Admitted::by_self(&caller.permit_self()?, now))
        },
        // Refused only here: a repeated request, whose old password is wrong by now, has had its answer.
        move |w, now: Account| {
            let unchanged = now.password_hash == account.password_hash;
            let Some(hash) = hash.as_deref().filter(|_| unchanged) else {
                if right && unchanged {
                    check_change(&body, &account)?;
                }
                return Err(proof::wrong());
            };
            store::set_password(w, user, hash, false, Some("user.password_changed"))?;
            second_factors::forgive(w, user)?;
            store::end_sessions_of(w, user, Some(session))?;
            let Some((_, held)) = store::lock_session(w, session)? else {
                return Err(Problem::new(Code::InvalidToken));
            };
            signing::answer(&signing::renew(w, &signing, user, session, Replaced::By(&held.current))?)
        },
    )
    .await
}

/// Refuses a new password that is none.
fn check_change(body: &PasswordChange, account: &Account) -> Result<()> {
    check_new_password(body.password.expose(), &account.logins(), "/password")?;
    if body.password.expose() == body.old_password.expose() {
        let detail = "the new password is the old one";
        return Err(Problem::errors(vec![FieldError::new("/password", "invalid-value", detail)]));
    }
    Ok(())
}

pub(super) async fn sessions(call: Arc<Call>) -> Result<Answer> {
    let caller = Arc::clone(call.caller()?);
    caller.require_own_password()?;
    let page = call.page_request()?;
    let (limit, now, session) = (page.limit, call.now(), caller.person()?);
    let rows = call
        .app()
        .database
        .read(move |db| store::list_sessions(db, caller.user, session, &page, now))
        .await?;
    call.page(rows, limit, Session::place_in_list)
}

pub(super) async fn end_session(call: Arc<Call>) -> Result<Answer> {
    let session: SessionId = call.id("session_id")?;
    let caller = Arc::clone(call.caller()?);
    caller.require_own_password()?;
    call.write(
        move |w| {
            store::own_session(w.db(), caller.user, session)?;
            store::lock(w, caller.user)?;
            Ok(Admitted::by_self(&caller.permit_self()?, ()))
        },
        move |w, ()| {
            let ended = store::lock_session(w, session)?.is_none_or(|(_, held)| held.revoked_at.is_some());
            if !ended {
                end(w, session, "session.ended")?;
            }
            Ok(Answer::none())
        },
    )
    .await
}
