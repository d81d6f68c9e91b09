//! New passwords: by a reset code, for people without e-mail, through an admin whom they know; or by mail.

use std::sync::Arc;

use actix_web::http::StatusCode;

use crate::access::codes::{self, Digest};
use crate::access::{Permit, Right};
use crate::accounts::model::{PasswordReset, PasswordResetRequest};
use crate::accounts::rules::{MAILED_RESET_LASTS, check_new_password};
use crate::accounts::store;
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::mail::content::{Content, Kind};
use crate::mail::outbox::{self, NewMail};
use crate::types::{Instant, MemberId, OrganisationId, UserId};

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

/// Asks for a mail. What is done, and how long it takes, is the same for every address: whose it is, if anybody's, is
/// looked at when the mail is sent.
pub(super) async fn ask(call: Arc<Call>) -> Result<Answer> {
    let PasswordResetRequest { email } = call.decode()?;
    let app = Arc::clone(call.app());
    if !app.mail.is_on() {
        return Err(Problem::new(Code::MailOff));
    }
    call.app()
        .database
        .write(call.author(), move |w| {
            let now = w.now();
            let content = Content { to: email.clone(), token: None };
            let (from, until) = (now, now.plus(MAILED_RESET_LASTS));
            outbox::put(
                w,
                &app,
                &NewMail { kind: Kind::PasswordReset, invitation: None, content, from, until },
            )
        })
        .await?;
    Ok(Answer::none().with_status(StatusCode::ACCEPTED))
}

/// What is held by whoever chooses a new password.
#[derive(Clone, Copy)]
enum Held {
    /// The code that was read out.
    ReadOut(Digest),
    /// The code that was mailed.
    Mailed(Digest),
}

impl Held {
    fn read(text: &str) -> Result<Self> {
        let mailed = codes::reset_digest(text).map(Self::Mailed);
        let held = mailed.or_else(|| codes::read_out_digest(text).map(Self::ReadOut));
        held.ok_or_else(|| Problem::new(Code::ResetCodeInvalid))
    }

    fn find(&self, db: &mut Db, now: Instant) -> Result<UserId> {
        match self {
            Self::ReadOut(digest) => store::find_reset(db, digest, now),
            Self::Mailed(digest) => store::find_mailed(db, digest, now),
        }
    }

    fn redeem(&self, w: &mut Writer<'_>) -> Result<UserId> {
        match self {
            Self::ReadOut(digest) => store::redeem(w, digest),
            Self::Mailed(digest) => store::redeem_mailed(w, digest),
        }
    }
}

pub(super) async fn redeem(call: Arc<Call>) -> Result<Answer> {
    let body: PasswordReset = call.decode()?;
    let app = call.app();
    let held = Held::read(&body.code)?;
    let now = call.now();
    let account = app
        .database
        .snapshot(move |db| {
            let user = held.find(db, now)?;
            store::find(db, user)
        })
        .await?;
    check_new_password(body.password.expose(), &account.logins(), "/password")?;
    let hash = app.passwords.hash(body.password.expose()).await?;
    let author = call.author_proved(account.id);
    app.database
        .write(author, move |w| {
            let user = held.redeem(w)?;
            store::set_password(w, user, &hash, false, Some("user.password_reset"))?;
            store::end_sessions_of(w, user, None)
        })
        .await?;
    Ok(Answer::none())
}
