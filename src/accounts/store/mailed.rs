//! The table of what was mailed to people who asked for a new password.

use std::time::Duration;

use diesel::prelude::*;

use crate::access::codes::{self, Digest};
use crate::access::secret::SecretText;
use crate::db::schema::{mailed_resets, users};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::{Instant, UserId};

/// The time over which mails to one account are counted.
const HOUR: Duration = Duration::from_secs(3600);

/// A new token for somebody who asked at this moment. The account is locked. None when they asked again since, or when
/// as many as these were mailed to them within the hour. An earlier one no longer works.
///
/// # Errors
/// The engine's.
pub fn make_mailed(
    w: &mut Writer<'_>,
    user: UserId,
    (asked_at, until): (Instant, Instant),
    at_most: Option<u32>,
) -> Result<Option<SecretText>> {
    let within = mailed_resets::table
        .filter(mailed_resets::user_id.eq(user))
        .filter(mailed_resets::requested_at.gt(asked_at.minus(HOUR)));
    let asked: Vec<Instant> = within.select(mailed_resets::requested_at).load(w.db())?;
    let newer = asked.iter().any(|at| *at > asked_at);
    if newer || at_most.is_some_and(|most| asked.len() >= most as usize) {
        return Ok(None);
    }
    end_mailed(w, user)?;
    let token = codes::reset_token()?;
    let digest = codes::reset_digest(token.expose())
        .ok_or_else(|| Problem::internal("a token that was just made can't be read"))?;
    diesel::insert_into(mailed_resets::table)
        .values((
            mailed_resets::digest.eq(&digest[..]),
            mailed_resets::user_id.eq(user),
            mailed_resets::requested_at.eq(asked_at),
            mailed_resets::expires_at.eq(until),
        ))
        .execute(w.db())?;
    Ok(Some(token))
}

/// Has no mailed token of this account work any more.
///
/// # Errors
/// The engine's.
pub fn end_mailed(w: &mut Writer<'_>, user: UserId) -> Result<()> {
    let now = w.now();
    let open =
        mailed_resets::table.filter(mailed_resets::user_id.eq(user)).filter(mailed_resets::used_at.is_null());
    diesel::update(open).set(mailed_resets::used_at.eq(Some(now))).execute(w.db())?;
    Ok(())
}

/// Whose mailed token it is, while it works.
///
/// # Errors
/// `reset-code-invalid`.
pub fn find_mailed(db: &mut Db, digest: &Digest, now: Instant) -> Result<UserId> {
    let found: Option<UserId> = mailed_resets::table
        .inner_join(users::table.on(users::id.eq(mailed_resets::user_id)))
        .filter(mailed_resets::digest.eq(&digest[..]))
        .filter(mailed_resets::used_at.is_null())
        .filter(mailed_resets::expires_at.gt(now))
        .filter(users::erased_at.is_null())
        .select(mailed_resets::user_id)
        .first(db)
        .optional()?;
    found.ok_or_else(|| Problem::new(Code::ResetCodeInvalid))
}

/// The address at which a new password is chosen. Behind the fragment the token stays in the browser and out of every log.
pub fn reset_link(public_url: &str, token: &str) -> String {
    format!("{}/password-reset#code={token}", public_url.trim_end_matches('/'))
}

/// Uses a mailed token up; whose it was.
///
/// # Errors
/// `reset-code-invalid`, also when another used it in this very moment.
pub fn redeem_mailed(w: &mut Writer<'_>, digest: &Digest) -> Result<UserId> {
    let now = w.now();
    let user = find_mailed(w.db(), digest, now)?;
    dialect::lock(w.db(), Root::User, user.uuid())?;
    let open = mailed_resets::table.find(&digest[..]).filter(mailed_resets::used_at.is_null());
    let used = diesel::update(open).set(mailed_resets::used_at.eq(Some(now))).execute(w.db())?;
    if used == 1 { Ok(user) } else { Err(Problem::new(Code::ResetCodeInvalid)) }
}
