//! Reset codes: for people without e-mail, through an admin whom they know.

use std::sync::Arc;

use actix_web::http::StatusCode;

use crate::access::{Permit, Right, codes};
use crate::accounts::model::PasswordReset;
use crate::accounts::rules::check_new_password;
use crate::accounts::store;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::problem::{Code, Problem, Result};
use crate::types::{MemberId, OrganisationId, UserId};

pub(super) async fn issue(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let member: MemberId = call.id("member_id")?;
    let caller = Arc::clone(call.caller()?);
    call.write(
        move |w| {
            if !caller.is_member_of(organisation) {
                return Err(Problem::new(Code::NotFound));
            }
            let user = store::members_account(w, organisation, member)?;
            let permit = caller.permit(Right::MembersWrite, &[organisation])?;
            // A machine that opened accounts would be whoever it likes.
            caller.person()?;
            Ok(Admitted::by(&permit, user).with(permit))
        },
        move |w, (user, permit): (Option<UserId>, Permit)| {
            let code = store::issue_reset(w, &permit, member, user)?;
            Ok(Answer::json(&code)?.with_status(StatusCode::CREATED).with_secrets(&["/code"]))
        },
    )
    .await
}

pub(super) async fn redeem(call: Arc<Call>) -> Result<Answer> {
    let body: PasswordReset = call.decode()?;
    let app = call.app();
    let digest = codes::read_out_digest(&body.code).ok_or_else(|| Problem::new(Code::ResetCodeInvalid))?;
    let now = call.now();
    let account = app
        .database
        .snapshot(move |db| {
            let user = store::find_reset(db, &digest, now)?;
            store::find(db, user)
        })
        .await?;
    check_new_password(body.password.expose(), &account.logins(), "/password")?;
    let hash = app.passwords.hash(body.password.expose()).await?;
    let author = call.author_proved(account.id);
    app.database
        .write(author, move |w| {
            let user = store::redeem(w, &digest)?;
            store::set_password(w, user, &hash, false, Some("user.password_reset"))?;
            store::end_sessions_of(w, user, None)
        })
        .await?;
    Ok(Answer::none())
}
