//! Whether a code is good, and how often one may guess.
//!
//! Who gets here knows the password or holds a session. Of an app's codes three are good at any time, of a million: so
//! wrong ones are counted in the account's own row, for all nodes, and worked off slowly. Recovery codes have 60 bits and
//! are not counted: whoever uses the guesses up does not lock the owner out.

use std::sync::Arc;
use std::time::Duration;

use super::model::BothFactors;
use super::store::{self, Factor};
use super::totp::{self, Match};
use crate::access::codes::{self, Digest};
use crate::access::mac::MacKey;
use crate::access::secret::SecretText;
use crate::accounts::proof;
use crate::accounts::store::{self as accounts, Account};
use crate::http::call::Call;
use crate::http::limits::Decision;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::UserId;

/// In what time the wrong codes that the settings allow are worked off.
const WINDOW: Duration = Duration::from_secs(24 * 3600);
/// How many recovery codes are made at once.
const RECOVERY_CODES: usize = 10;

/// Uses up a code of a locked account's app, or one of its recovery codes. What it did is to be committed when it was
/// wrong, too: the guess is counted.
///
/// # Errors
/// `rate-limited` after too many wrong ones.
pub fn take(w: &mut Writer<'_>, call: &Call, user: UserId, typed: &str) -> Result<bool> {
    let Some(factor) = store::confirmed(w.db(), user)? else { return Ok(false) };
    if let Some(digits) = codes::digits(typed, totp::DIGITS) {
        return take_digits(w, call, user, &factor, &digits);
    }
    match recovery_digest(call.app().keys.refresh(), user, typed) {
        Some(digest) => store::use_recovery_code(w, user, &digest),
        None => Ok(false),
    }
}

fn take_digits(w: &mut Writer<'_>, call: &Call, user: UserId, factor: &Factor, digits: &str) -> Result<bool> {
    let now = w.now();
    let limit = call.app().settings.rate_second_factor_failures;
    let owed_until = factor.failing_until.map_or(now, |until| until.max(now));
    let charged_until = owed_until.plus(WINDOW / limit);
    if charged_until > now.plus(WINDOW) {
        let wait = charged_until.micros() - now.plus(WINDOW).micros();
        return Err(exhausted(limit, Duration::from_micros(wait.unsigned_abs())));
    }
    let secret = factor.secret(w.db(), &call.app().keys)?;
    match totp::find(&secret, digits, now, factor.last_step)? {
        Match::Step(step) => store::use_step(w, user, step),
        // No guess: it was right.
        Match::Used => Ok(false),
        Match::None => {
            store::fail(w, user, charged_until)?;
            Ok(false)
        }
    }
}

fn exhausted(limit: u32, wait: Duration) -> Problem {
    let decision = Decision {
        policy: "second-factor",
        limited: true,
        remaining: 0,
        reset_seconds: wait.as_secs() + 1,
        limit,
        window: WINDOW.as_secs(),
    };
    decision.problem().unwrap_or_else(|| Problem::new(Code::RateLimited))
}

/// New recovery codes of an account, and what to keep of them.
///
/// # Errors
/// `internal` when the system gives no random bytes.
pub fn new_recovery_codes(key: &MacKey, user: UserId) -> Result<(Vec<SecretText>, Vec<Digest>)> {
    let mut made = (Vec::new(), Vec::new());
    for _ in 0..RECOVERY_CODES {
        let code = codes::read_out_code()?;
        let digest = recovery_digest(key, user, code.expose())
            .ok_or_else(|| Problem::internal("a code that was just made can't be read"))?;
        made.0.push(code);
        made.1.push(digest);
    }
    Ok(made)
}

/// What is kept of a recovery code. Under a key: they are good for years, and who has the database alone can't try them
/// out. None when it can't be one.
fn recovery_digest(key: &MacKey, user: UserId, typed: &str) -> Option<Digest> {
    let digest = codes::read_out_digest(typed)?;
    Some(key.sign(&[b"recovery-code", user.0.as_bytes(), &digest]))
}

/// Whether somebody signed in has shown both factors just now.
#[derive(Clone)]
pub struct Shown {
    /// The password's hash that was compared; none where something was wrong.
    right: Option<String>,
}

/// Asks somebody signed in for both factors once more: for what a stolen session must not do. What is wrong is told by
/// [`Shown::require`], where a repeated request has had its answer.
///
/// # Errors
/// `rate-limited`.
pub async fn again(call: &Arc<Call>, given: &BothFactors) -> Result<Shown> {
    let (app, user) = (call.app(), call.caller()?.permit_self()?.user());
    let account = app.database.read(move |db| accounts::find(db, user)).await?;
    proof::slow(&app.limits, &format!("password of {user}"), call.address())?;
    let hash = account.password_hash;
    if !app.passwords.verify(given.password.expose(), hash.as_deref()).await? {
        return Ok(Shown { right: None });
    }
    let (taking, known, typed) = (Arc::clone(call), hash.clone(), given.code.clone());
    let right = app
        .database
        .write(call.author(), move |w| {
            let account = accounts::lock(w, user)?;
            Ok(account.password_hash == known && take(w, &taking, user, &typed)?)
        })
        .await?;
    Ok(Shown { right: hash.filter(|_| right) })
}

impl Shown {
    /// Refuses who showed something else, or whose password was changed meanwhile.
    ///
    /// # Errors
    /// `invalid-credentials`, whichever was wrong.
    pub fn require(&self, account: &Account) -> Result<()> {
        if self.right.is_some() && self.right == account.password_hash {
            Ok(())
        } else {
            Err(proof::wrong().detail("the password or the code is wrong, or the code was used already"))
        }
    }
}
