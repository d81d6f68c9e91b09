//! Cutting off: sessions that end, and tokens that no longer say what is true.
//!
//! Each is a row in `revocations`, which every node follows; this node is told at once, after the commit.

use std::time::Duration;

use diesel::prelude::*;

use crate::access::revocations::Revocation;
use crate::access_tokens::store::standing as access_tokens;
use crate::db::schema::{members, revocations, sessions, users};
use crate::http::problem::Result;
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{AnyId, Instant, OrganisationId, SessionId, UserId};

/// How long this node remembers what it cut off itself: longer than any access token may live.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(2 * 3600);

/// Makes every JWT of a user stale: a refresh brings the roles that are true now. The access tokens that they answer for
/// follow. To be called
/// by whatever changes a membership, a role or the standing of an organisation.
///
/// # Errors
/// The engine's.
pub fn raise_epoch(w: &mut Writer<'_>, user: UserId) -> Result<()> {
    diesel::update(users::table.find(user)).set(users::epoch.eq(users::epoch + 1)).execute(w.db())?;
    let epoch: Option<i64> = users::table.find(user).select(users::epoch).first(w.db()).optional()?;
    let Some(epoch) = epoch else { return Ok(()) };
    let (id, now): (AnyId, Instant) = (w.new_id(), w.now());
    diesel::insert_into(revocations::table)
        .values((
            revocations::id.eq(id),
            revocations::user_id.eq(Some(user)),
            revocations::epoch.eq(Some(epoch)),
            revocations::at.eq(now),
        ))
        .execute(w.db())?;
    w.note_after_commit(Revocation::Epoch {
        subject: user.uuid(),
        minimum: epoch,
        until: now.plus(REMEMBERED),
    });
    access_tokens::follow_owner(w, user)
}

/// As [`raise_epoch`], for everybody who signs in for an organisation: its standing changed.
///
/// # Errors
/// The engine's.
pub fn raise_epochs_of_members(w: &mut Writer<'_>, organisation: OrganisationId) -> Result<()> {
    // In one order everywhere, so that two organisations with the same people don't wait for each other.
    let people: Vec<Option<UserId>> = members::table
        .filter(members::organisation_id.eq(organisation))
        .filter(members::user_id.is_not_null())
        .filter(members::left_on.is_null())
        .select(members::user_id)
        .order(members::user_id)
        .load(w.db())?;
    people.into_iter().flatten().try_for_each(|user| raise_epoch(w, user))?;
    access_tokens::raise_of_organisation(w, organisation)
}

/// Ends a session, at once and on every node; one that ended already stays as it is.
///
/// # Errors
/// The engine's.
pub fn end_session(w: &mut Writer<'_>, session: SessionId) -> Result<()> {
    let now = w.now();
    let open = sessions::table.filter(sessions::id.eq(session)).filter(sessions::revoked_at.is_null());
    let ended = diesel::update(open).set(sessions::revoked_at.eq(Some(now))).execute(w.db())?;
    if ended == 0 {
        return Ok(());
    }
    end_jwts(w, session)
}

/// Has every JWT of a session refused, at once and on every node. What a client of OAuth 2.0 is given is a session of its own,
/// which has no row.
///
/// # Errors
/// The engine's.
pub fn end_jwts(w: &mut Writer<'_>, session: SessionId) -> Result<()> {
    let (id, now): (AnyId, Instant) = (w.new_id(), w.now());
    diesel::insert_into(revocations::table)
        .values((revocations::id.eq(id), revocations::session_id.eq(Some(session)), revocations::at.eq(now)))
        .execute(w.db())?;
    w.note_after_commit(Revocation::Session { session, until: now.plus(REMEMBERED) });
    Ok(())
}

/// Ends every session of a user; how many there were.
///
/// # Errors
/// The engine's.
pub fn cut_off(w: &mut Writer<'_>, user: UserId) -> Result<i64> {
    let now = w.now();
    let open = sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now));
    let open: i64 = open.count().get_result(w.db())?;
    end_sessions_of(w, user, None)?;
    let version: i64 = users::table.find(user).select(users::version).first(w.db())?;
    let (action, thing) = ("user.cut_off", Thing::new(super::KIND, user));
    w.record(Entry { action, thing, version, changes: Changes::none() })?;
    Ok(open)
}

/// Ends the sessions of a user, all but `except`.
///
/// # Errors
/// The engine's.
pub fn end_sessions_of(w: &mut Writer<'_>, user: UserId, except: Option<SessionId>) -> Result<()> {
    let open: Vec<SessionId> = sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::revoked_at.is_null())
        .select(sessions::id)
        .load(w.db())?;
    open.into_iter()
        .filter(|session| Some(*session) != except)
        .try_for_each(|session| end_session(w, session))
}
