//! The table of sessions.

use diesel::prelude::*;

use crate::access::refresh::RefreshToken;
use crate::accounts::model::{Session, SessionRow};
use crate::accounts::rules::{Held, SESSION_LASTS};
use crate::db::schema::sessions::dsl;
use crate::db::{Db, Root, dialect};
use crate::http::call::PageRequest;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{Instant, SessionId, UserId};

/// What the journal calls it.
pub const KIND: &str = "session";

/// Begins a session.
///
/// # Errors
/// The engine's.
pub fn start(
    w: &mut Writer<'_>,
    user: UserId,
    token: &RefreshToken,
    address: std::net::IpAddr,
    user_agent: Option<&str>,
) -> Result<()> {
    let now = w.now();
    diesel::insert_into(dsl::sessions)
        .values((
            dsl::id.eq(token.session),
            dsl::user_id.eq(user),
            dsl::refresh_digest.eq(&token.digest[..]),
            dsl::rotated_at.eq(now),
            dsl::created_at.eq(now),
            dsl::last_used_at.eq(now),
            dsl::expires_at.eq(now.plus(SESSION_LASTS)),
            dsl::address.eq(Some(address.to_canonical().to_string())),
            dsl::user_agent.eq(user_agent),
        ))
        .execute(w.db())?;
    w.record(Entry {
        action: "session.started",
        thing: Thing::new(KIND, token.session),
        version: 1,
        changes: Changes::none(),
    })
}

/// Gives a session another refresh token. The one `replaced` stays good while its successor is unused;
/// `None` keeps the predecessor there is, and its age.
///
/// # Errors
/// The engine's.
pub fn rotate(w: &mut Writer<'_>, token: &RefreshToken, replaced: Option<&[u8]>) -> Result<()> {
    let now = w.now();
    let row = dsl::sessions.find(token.session);
    diesel::update(row)
        .set((
            dsl::refresh_digest.eq(&token.digest[..]),
            dsl::last_used_at.eq(now),
            dsl::expires_at.eq(now.plus(SESSION_LASTS)),
        ))
        .execute(w.db())?;
    if replaced.is_some() {
        diesel::update(row)
            .set((dsl::previous_digest.eq(replaced), dsl::rotated_at.eq(now)))
            .execute(w.db())?;
    }
    Ok(())
}

type HeldRow = (UserId, Vec<u8>, Option<Vec<u8>>, Instant, Instant, Option<Instant>);

/// Locks the account of a session and reads what the session holds; none when there is no such session.
///
/// # Errors
/// The engine's.
pub fn lock(w: &mut Writer<'_>, session: SessionId) -> Result<Option<(UserId, Held)>> {
    let user: Option<UserId> = dsl::sessions.find(session).select(dsl::user_id).first(w.db()).optional()?;
    let Some(user) = user else { return Ok(None) };
    dialect::lock(w.db(), Root::User, user.uuid())?;
    let columns = (
        dsl::user_id,
        dsl::refresh_digest,
        dsl::previous_digest,
        dsl::rotated_at,
        dsl::expires_at,
        dsl::revoked_at,
    );
    let row: Option<HeldRow> = dsl::sessions.find(session).select(columns).first(w.db()).optional()?;
    Ok(row.map(|(user, current, previous, rotated_at, expires_at, revoked_at)| {
        (user, Held { current, previous, rotated_at, expires_at, revoked_at })
    }))
}

/// The addresses from which somebody signed in since then.
///
/// # Errors
/// The engine's.
pub fn known_addresses(db: &mut Db, user: UserId, since: Instant) -> Result<Vec<String>> {
    let addresses: Vec<Option<String>> = dsl::sessions
        .filter(dsl::user_id.eq(user))
        .filter(dsl::created_at.gt(since))
        .order(dsl::created_at.desc())
        .limit(200)
        .select(dsl::address)
        .load(db)?;
    Ok(addresses.into_iter().flatten().collect())
}

/// The sessions of a person that haven't ended, newest first, one more than the page's limit.
///
/// # Errors
/// The engine's.
pub fn list(
    db: &mut Db,
    user: UserId,
    current: SessionId,
    page: &PageRequest,
    now: Instant,
) -> Result<Vec<Session>> {
    let (created_at, id) = page.before();
    let rows: Vec<SessionRow> = dsl::sessions
        .filter(dsl::user_id.eq(user))
        .filter(dsl::revoked_at.is_null())
        .filter(dsl::expires_at.gt(now))
        .filter(dsl::created_at.le(created_at))
        .filter(dsl::created_at.lt(created_at).or(dsl::id.lt(SessionId(id.0))))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.rows())
        .select(SessionRow::as_select())
        .load(db)?;
    Ok(rows.into_iter().map(|row| row.public(current)).collect())
}

/// Refuses a session that is not this person's.
///
/// # Errors
/// `not-found`.
pub fn own(db: &mut Db, user: UserId, session: SessionId) -> Result<()> {
    let owner: Option<UserId> = dsl::sessions.find(session).select(dsl::user_id).first(db).optional()?;
    if owner == Some(user) { Ok(()) } else { Err(Problem::new(Code::NotFound)) }
}
