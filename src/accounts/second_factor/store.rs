//! The tables of second factors and recovery codes.

use diesel::prelude::*;

use crate::access::SelfPermit;
use crate::access::codes::Digest;
use crate::access::keys::Keys;
use crate::access::secret::SecretBytes;
use crate::accounts::store::KIND;
use crate::db::Db;
use crate::db::schema::{recovery_codes, second_factors, users};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{Instant, UserId};

/// The second factor of an account, as kept. It has no `Debug`, sealed though it is.
#[derive(Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub struct Factor {
    user_id: UserId,
    sealed: Vec<u8>,
    /// When a code of it was shown first; none while it is being set up.
    pub confirmed_at: Option<Instant>,
    /// The time step of the code used last.
    pub last_step: i64,
    /// When what was guessed wrong will have been worked off.
    pub failing_until: Option<Instant>,
}

/// What the secret of this account is sealed for.
pub fn purpose(user: UserId) -> String {
    format!("second-factor {user}")
}

impl Factor {
    /// The secret that it shares with the app.
    ///
    /// # Errors
    /// As [`Keys::unseal`].
    pub fn secret(&self, db: &mut Db, keys: &Keys) -> Result<SecretBytes> {
        keys.unseal(db, &purpose(self.user_id), &self.sealed)
    }
}

/// The second factor of an account, confirmed or not.
///
/// # Errors
/// The engine's.
pub fn find(db: &mut Db, user: UserId) -> Result<Option<Factor>> {
    Ok(second_factors::table.find(user).select(Factor::as_select()).first(db).optional()?)
}

/// The second factor that an account asks for.
///
/// # Errors
/// The engine's.
pub fn confirmed(db: &mut Db, user: UserId) -> Result<Option<Factor>> {
    Ok(find(db, user)?.filter(|factor| factor.confirmed_at.is_some()))
}

/// How many recovery codes are left.
///
/// # Errors
/// The engine's.
pub fn recovery_codes_left(db: &mut Db, user: UserId) -> Result<i64> {
    let unused = recovery_codes::table
        .filter(recovery_codes::user_id.eq(user))
        .filter(recovery_codes::used_at.is_null());
    Ok(unused.count().get_result(db)?)
}

/// Keeps a new secret, in place of one that was never confirmed.
///
/// # Errors
/// As [`Keys::seal`].
pub fn begin(w: &mut Writer<'_>, by: &SelfPermit, keys: &Keys, secret: &SecretBytes) -> Result<()> {
    let (user, now) = (by.user(), w.now());
    let sealed = keys.seal(w.db(), &purpose(user), secret.expose())?;
    diesel::delete(second_factors::table.find(user)).execute(w.db())?;
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::user_id.eq(user),
            second_factors::sealed.eq(sealed),
            second_factors::last_step.eq(0),
            second_factors::created_at.eq(now),
        ))
        .execute(w.db())?;
    let version: i64 = users::table.find(user).select(users::version).first(w.db())?;
    record(w, user, version, "user.second_factor_begun", Changes::none())
}

/// Has the account ask for its second factor from now on; the code of this step was used for it.
///
/// # Errors
/// The engine's.
pub fn confirm(w: &mut Writer<'_>, by: &SelfPermit, step: i64) -> Result<()> {
    let (user, now) = (by.user(), w.now());
    diesel::update(second_factors::table.find(user))
        .set((second_factors::confirmed_at.eq(Some(now)), second_factors::last_step.eq(step)))
        .execute(w.db())?;
    let version = touch(w, user)?;
    record(w, user, version, "user.second_factor_added", Changes::none().with_name("second_factor"))
}

/// Gives an account these recovery codes in place of all others.
///
/// # Errors
/// The engine's.
pub fn set_recovery_codes(w: &mut Writer<'_>, by: &SelfPermit, digests: &[Digest]) -> Result<()> {
    let (user, now) = (by.user(), w.now());
    forget_recovery_codes(w, user)?;
    for digest in digests {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::user_id.eq(user),
                recovery_codes::digest.eq(&digest[..]),
                recovery_codes::created_at.eq(now),
            ))
            .execute(w.db())?;
    }
    let version = touch(w, user)?;
    record(w, user, version, "user.recovery_codes_made", Changes::none().with_name("recovery_codes"))
}

/// Uses the code of a time step up; whether nobody had.
///
/// # Errors
/// The engine's.
pub fn use_step(w: &mut Writer<'_>, user: UserId, step: i64) -> Result<bool> {
    let unused = second_factors::table.find(user).filter(second_factors::last_step.lt(step));
    Ok(diesel::update(unused).set(second_factors::last_step.eq(step)).execute(w.db())? == 1)
}

/// Uses a recovery code up; whether it was one and nobody had.
///
/// # Errors
/// The engine's.
pub fn use_recovery_code(w: &mut Writer<'_>, user: UserId, digest: &Digest) -> Result<bool> {
    let now = w.now();
    let unused = recovery_codes::table
        .filter(recovery_codes::user_id.eq(user))
        .filter(recovery_codes::digest.eq(&digest[..]))
        .filter(recovery_codes::used_at.is_null());
    if diesel::update(unused).set(recovery_codes::used_at.eq(Some(now))).execute(w.db())? != 1 {
        return Ok(false);
    }
    let version = touch(w, user)?;
    let changes = Changes::none().with_name("recovery_codes");
    record(w, user, version, "user.recovery_code_used", changes)?;
    Ok(true)
}

/// Counts a wrong code, which will have been worked off then.
///
/// # Errors
/// The engine's.
pub fn fail(w: &mut Writer<'_>, user: UserId, until: Instant) -> Result<()> {
    diesel::update(second_factors::table.find(user))
        .set(second_factors::failing_until.eq(Some(until)))
        .execute(w.db())?;
    let version: i64 = users::table.find(user).select(users::version).first(w.db())?;
    record(w, user, version, "user.second_factor_failed", Changes::none())
}

/// Forgets the wrong codes: who guessed them knew a password that is none any more. Not for a password that was reset by
/// a code: whoever can have codes could guess on and on.
///
/// # Errors
/// The engine's.
pub fn forgive(w: &mut Writer<'_>, user: UserId) -> Result<()> {
    diesel::update(second_factors::table.find(user))
        .set(second_factors::failing_until.eq(None::<Instant>))
        .execute(w.db())?;
    Ok(())
}

/// Removes the second factor of a locked account and its recovery codes; whether there was one.
///
/// # Errors
/// The engine's.
pub fn remove(w: &mut Writer<'_>, user: UserId) -> Result<bool> {
    let asked = confirmed(w.db(), user)?.is_some();
    forget(w, user)?;
    if asked {
        let version = touch(w, user)?;
        let changes = Changes::none().with_name("second_factor");
        record(w, user, version, "user.second_factor_removed", changes)?;
    }
    Ok(asked)
}

/// Removes the rows of an account, without a word.
///
/// # Errors
/// The engine's.
pub fn forget(w: &mut Writer<'_>, user: UserId) -> Result<()> {
    forget_recovery_codes(w, user)?;
    diesel::delete(second_factors::table.find(user)).execute(w.db())?;
    Ok(())
}

fn forget_recovery_codes(w: &mut Writer<'_>, user: UserId) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(w.db())?;
    Ok(())
}

/// The account as its owner sees it has changed; its version now.
fn touch(w: &mut Writer<'_>, user: UserId) -> Result<i64> {
    let now = w.now();
    diesel::update(users::table.find(user))
        .set((users::version.eq(users::version + 1), users::updated_at.eq(now)))
        .execute(w.db())?;
    Ok(users::table.find(user).select(users::version).first(w.db())?)
}

fn record(
    w: &mut Writer<'_>,
    user: UserId,
    version: i64,
    action: &'static str,
    changes: Changes,
) -> Result<()> {
    w.record(Entry { action, thing: Thing::new(KIND, user), version, changes })
}

/// Refuses what needs a second factor where there is none.
pub fn none() -> Problem {
    Problem::new(Code::StateConflict).detail("the account has no second factor")
}
