//! An account erased: its row stays for the ids that name it, and says nothing of anybody.

use diesel::prelude::*;

use super::users::{Account, KIND, LoginColumns};
use super::{end_sessions_of, raise_epoch};
use crate::access::SelfPermit;
use crate::accounts::second_factor::store as second_factors;
use crate::db::schema::{mailed_resets, reset_codes, sessions, users};
use crate::db::{Db, dialect, search};
use crate::http::idempotency;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Erasure, Thing, Writer};
use crate::text::Locale;
use crate::types::people::former;
use crate::types::{Instant, Json, UserId};

/// What a user signs in with; nothing where there is no user.
///
/// # Errors
/// The engine's.
pub fn logins_of(db: &mut Db, user: Option<UserId>) -> Result<LoginColumns> {
    let Some(user) = user else { return Ok(LoginColumns::default()) };
    let found: Option<(Option<String>, Option<String>)> = users::table
        .find(user)
        .filter(users::erased_at.is_null())
        .select((users::email, users::phone))
        .first(db)
        .optional()?;
    Ok(found.map(|(email, phone)| LoginColumns { email, phone }).unwrap_or_default())
}

/// Refuses to leave the network without an admin who can sign in; two who leave at once wait for each other.
///
/// # Errors
/// `last-network-admin`.
pub fn check_network_keeps_an_admin(w: &mut Writer<'_>, account: &Account) -> Result<()> {
    if !account.network_admin {
        return Ok(());
    }
    dialect::lock_key(w.db(), search::lock_of("network admins"))?;
    let other: Option<UserId> = users::table
        .filter(users::network_admin.eq(true))
        .filter(users::id.ne(account.id))
        .filter(users::password_hash.is_not_null())
        .select(users::id)
        .first(w.db())
        .optional()?;
    if other.is_some() { Ok(()) } else { Err(Problem::new(Code::LastNetworkAdmin)) }
}

/// Erases an account: nobody signs in with it, its sessions end, and what it was found by is free again.
///
/// # Errors
/// The engine's.
pub fn erase(w: &mut Writer<'_>, by: &SelfPermit, before: &Account) -> Result<()> {
    let (id, now, version) = (by.user(), w.now(), before.version + 1);
    end_sessions_of(w, id, None)?;
    diesel::update(sessions::table.filter(sessions::user_id.eq(id)))
        .set((sessions::address.eq(None::<String>), sessions::user_agent.eq(None::<String>)))
        .execute(w.db())?;
    diesel::delete(reset_codes::table.filter(reset_codes::user_id.eq(id))).execute(w.db())?;
    let second_factor = second_factors::confirmed(w.db(), id)?.is_some();
    second_factors::forget(w, id)?;
    diesel::delete(mailed_resets::table.filter(mailed_resets::user_id.eq(id))).execute(w.db())?;
    diesel::update(users::table.find(id))
        .set((
            users::name.eq(Json::new(&former()?)?),
            users::locale.eq(Locale::default().as_str()),
            users::email.eq(Some(format!("erased:{}", id.uuid()))),
            (users::email_since.eq(None::<Instant>), users::email_before.eq(None::<String>)),
            users::phone.eq(None::<String>),
            users::password_hash.eq(None::<String>),
            users::password_temporary.eq(false),
            users::network_admin.eq(false),
            users::version.eq(version),
            users::updated_at.eq(now),
            users::erased_at.eq(Some(now)),
        ))
        .execute(w.db())?;
    raise_epoch(w, id)?;
    idempotency::erase_person(w, id.uuid())?;
    let held = [
        ("name", true),
        ("password", true),
        ("email", before.email.is_some()),
        ("phone", before.phone.is_some()),
        ("network_role", before.network_admin),
        ("second_factor", second_factor),
    ];
    let changes = held.iter().filter(|(_, held)| *held);
    let changes = changes.fold(Changes::none(), |all, (name, _)| all.with_name(name));
    w.erase(Erasure::User, Thing::new(KIND, id), version, changes)
}

/// The first accounts that were erased before then and are still to be finished.
///
/// # Errors
/// The engine's.
pub fn being_erased(db: &mut Db, before: Instant, limit: i64) -> Result<Vec<UserId>> {
    Ok(users::table
        .filter(users::erased_at.is_not_null().and(users::erasure_finished_at.is_null()))
        .filter(users::erased_at.lt(Some(before)))
        .order(users::erased_at)
        .limit(limit)
        .select(users::id)
        .load(db)?)
}

/// Erases what the journal keeps still of an erased account: a write of the person's that was under way may be recorded after the
/// erasure looked. Whether there was anything; on one node, once.
///
/// # Errors
/// The engine's.
pub fn finish_erasing(w: &mut Writer<'_>, user: UserId) -> Result<bool> {
    let now = w.now();
    let unfinished = users::table.find(user).filter(users::erasure_finished_at.is_null());
    let mine = diesel::update(unfinished).set(users::erasure_finished_at.eq(Some(now))).execute(w.db())?;
    if mine == 0 {
        return Ok(false);
    }
    w.erase_kept(Erasure::User, Thing::new(KIND, user))
}
