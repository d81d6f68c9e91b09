//! `/v1/me/totp` and the second step of signing in.

use std::sync::Arc;

use actix_web::http::StatusCode;

use super::model::{BothFactors, RecoveryCodes, SecondFactorAnswer, TotpConfirmation, TotpSecret};
use super::totp::Match;
use super::{challenge, proving, store, totp};
use crate::access::{Caller, SelfPermit};
use crate::accounts::model::SignedIn;
use crate::accounts::store::{self as accounts, Account};
use crate::accounts::{proof, signing};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/auth/second-factor", "answerSecondFactor", answer)
            .summary("Signs in with the second factor")
            .description(
                "After 401 `second-factor-required`. Takes a code of the authenticator app or a recovery code, each once. \
                 After too many wrong codes of the app it is 429 until some have been worked off, or the password is \
                 another; recovery codes are taken all the same.",
            )
            .public()
            .proved_by_body()
            .body::<SecondFactorAnswer>()
            .ok::<SignedIn>("The tokens of a new session.")
            .problem(StatusCode::UNAUTHORIZED),
        Operation::post("/v1/me/totp", "beginTotp", begin)
            .summary("Begins to set up an authenticator app")
            .description(
                "The secret counts once a code of it was confirmed; beginning again replaces it. Where the account has \
                 a second factor already, 409.",
            )
            .own_account()
            .ok::<TotpSecret>("What the app has to know, in this answer only.")
            .problem(StatusCode::CONFLICT),
        Operation::post("/v1/me/totp/confirm", "confirmTotp", confirm)
            .summary("Has my account ask for a second factor from now on")
            .description("The other sessions end: they were begun by the password alone.")
            .own_account()
            .body::<TotpConfirmation>()
            .ok::<RecoveryCodes>("Recovery codes, in this answer only.")
            .problem(StatusCode::CONFLICT),
        Operation::post("/v1/me/totp/recovery-codes", "replaceRecoveryCodes", replace_codes)
            .summary("New recovery codes in place of all others")
            .own_account()
            .body::<BothFactors>()
            .ok::<RecoveryCodes>("The new ones, in this answer only.")
            .problem(StatusCode::CONFLICT),
        Operation::delete("/v1/me/totp", "removeTotp", remove)
            .summary("Removes my second factor and its recovery codes")
            .description(
                "Also the way to another app: remove the one there is, then set up the other. Where there is none, \
                 204 too.",
            )
            .own_account()
            .body::<BothFactors>(),
    ]
}

async fn answer(call: Arc<Call>) -> Result<Answer> {
    let body: SecondFactorAnswer = call.decode()?;
    let key = call.app().keys.refresh().clone();
    let challenge = challenge::parse(&key, &body.challenge, call.now())?;
    let user = challenge.user;
    proof::slow(&call.app().limits, &format!("second factor of {user}"), call.address())?;
    let author = call.author_proved(user);
    let signing = Arc::clone(&call);
    let wrong = || Problem::new(Code::SecondFactorInvalid);
    let signed_in = call
        .app()
        .database
        .write(author, move |w| {
            let account = match accounts::lock(w, user) {
                Err(problem) if problem.code() == Code::InvalidToken => return Err(wrong()),
                locked => locked?,
            };
            if !challenge.stands(&key, &account) {
                return Err(wrong());
            }
            // Refused only after the commit: that one more was wrong has to be counted.
            match proving::take(w, &signing, user, &body.code)? {
                true => Ok(Some(signing::begin(w, &signing, user)?)),
                false => Ok(None),
            }
        })
        .await?;
    signing::answer(&signed_in.ok_or_else(wrong)?)
}

/// One's own account, locked.
fn admitted(w: &mut Writer<'_>, caller: &Caller) -> Result<Admitted<(Account, SelfPermit)>> {
    let account = accounts::lock(w, caller.user)?;
    let permit = caller.permit_self()?;
    Ok(Admitted::by_self(&permit, account).with(permit))
}

async fn begin(call: Arc<Call>) -> Result<Answer> {
    let caller = Arc::clone(call.caller()?);
    caller.require_own_password()?;
    let beginning = Arc::clone(&call);
    call.write(
        move |w| admitted(w, &caller),
        move |w, (account, permit): (Account, SelfPermit)| {
            if store::confirmed(w.db(), account.id)?.is_some() {
                return Err(stands());
            }
            let app = beginning.app();
            let secret = totp::new_secret()?;
            store::begin(w, &permit, &app.keys, &secret)?;
            let login = account.logins().first().copied().unwrap_or_default().to_owned();
            let shown = TotpSecret {
                secret: totp::base32(&secret).into(),
                otpauth_url: totp::url(&secret, &app.settings.network_name, &login).into(),
            };
            Ok(Answer::json(&shown)?.with_secrets(&["/secret", "/otpauth_url"]))
        },
    )
    .await
}

async fn confirm(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<TotpConfirmation>();
    let caller = Arc::clone(call.caller()?);
    caller.require_own_password()?;
    let session = caller.person()?;
    let confirming = Arc::clone(&call);
    call.write(
        move |w| admitted(w, &caller),
        move |w, (account, permit): (Account, SelfPermit)| {
            let code = &input.get()?.code;
            let factor = store::find(w.db(), account.id)?.ok_or_else(store::none)?;
            if factor.confirmed_at.is_some() {
                return Err(stands());
            }
            let secret = factor.secret(w.db(), &confirming.app().keys)?;
            let digits = crate::access::codes::digits(code, totp::DIGITS).unwrap_or_default();
            let Match::Step(step) = totp::find(&secret, &digits, w.now(), factor.last_step)? else {
                return Err(Problem::new(Code::SecondFactorInvalid));
            };
            store::confirm(w, &permit, step)?;
            accounts::end_sessions_of(w, account.id, Some(session))?;
            holds_other_tokens(w, &confirming, &account)?;
            hand_out(w, &confirming, &permit)
        },
    )
    .await
}

async fn replace_codes(call: Arc<Call>) -> Result<Answer> {
    let body: BothFactors = call.decode()?;
    let caller = Arc::clone(call.caller()?);
    caller.require_own_password()?;
    let shown = proving::again(&call, &body).await?;
    let replacing = Arc::clone(&call);
    call.write(
        move |w| admitted(w, &caller),
        move |w, (account, permit): (Account, SelfPermit)| {
            store::confirmed(w.db(), account.id)?.ok_or_else(store::none)?;
            shown.require(&account)?;
            hand_out(w, &replacing, &permit)
        },
    )
    .await
}

async fn remove(call: Arc<Call>) -> Result<Answer> {
    let body: BothFactors = call.decode()?;
    let caller = Arc::clone(call.caller()?);
    caller.require_own_password()?;
    let shown = proving::again(&call, &body).await?;
    let removing = Arc::clone(&call);
    call.write(
        move |w| admitted(w, &caller),
        move |w, (account, _): (Account, SelfPermit)| {
            // Asked for again, where the first answer was lost.
            if store::confirmed(w.db(), account.id)?.is_none() {
                return Ok(Answer::none());
            }
            shown.require(&account)?;
            store::remove(w, account.id)?;
            holds_other_tokens(w, &removing, &account)?;
            Ok(Answer::none())
        },
    )
    .await
}

fn stands() -> Problem {
    Problem::new(Code::StateConflict)
        .detail("the account has a second factor; remove it before another is set up")
}

/// Where tokens say whether there is a second factor, those that were handed out are no longer true.
fn holds_other_tokens(w: &mut Writer<'_>, call: &Call, account: &Account) -> Result<()> {
    if signing::second_factor_asked(&call.app().settings, account.network_admin) {
        accounts::raise_epoch(w, account.id)?;
    }
    Ok(())
}

/// New recovery codes, kept as digests and shown this once.
fn hand_out(w: &mut Writer<'_>, call: &Call, permit: &SelfPermit) -> Result<Answer> {
    let (codes, digests) = proving::new_recovery_codes(call.app().keys.refresh(), permit.user())?;
    store::set_recovery_codes(w, permit, &digests)?;
    let recovery_codes: Vec<String> = codes.iter().map(|code| code.expose().to_owned()).collect();
    let shown = RecoveryCodes { recovery_codes: recovery_codes.into() };
    Ok(Answer::json(&shown)?.with_secrets(&["/recovery_codes"]))
}
