//! Sessions as the network's admin sees them.

use diesel::prelude::*;

use crate::accounts::model::NetworkSession;
use crate::db::Db;
use crate::db::schema::{members, sessions};
use crate::http::call::PageRequest;
use crate::http::problem::Result;
use crate::types::{Instant, OrganisationId, SessionId, UserId};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of people who sign in for this organisation.
    pub organisation: Option<OrganisationId>,
    /// Of this person.
    pub user: Option<UserId>,
    /// Not continued since then.
    pub unused_since: Option<Instant>,
}

type Row = (SessionId, UserId, Instant, Instant, Instant);

/// Sessions of a page that have not ended, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, filter: &Filter, now: Instant, page: &PageRequest) -> Result<Vec<NetworkSession>> {
    let (created_at, id) = page.before();
    let mut query = sessions::table
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::created_at.le(created_at))
        .filter(sessions::created_at.lt(created_at).or(sessions::id.lt(SessionId(id.0))))
        .into_boxed();
    if let Some(organisation) = filter.organisation {
        let people = members::table
            .filter(members::organisation_id.eq(organisation))
            .filter(members::user_id.is_not_null())
            .filter(members::left_on.is_null())
            .select(members::user_id.assume_not_null());
        query = query.filter(sessions::user_id.eq_any(people));
    }
    if let Some(user) = filter.user {
        query = query.filter(sessions::user_id.eq(user));
    }
    if let Some(since) = filter.unused_since {
        query = query.filter(sessions::last_used_at.lt(since));
    }
    let rows: Vec<Row> = query
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .limit(page.rows())
        .select((
            sessions::id,
            sessions::user_id,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
        ))
        .load(db)?;
    let public = |(id, user_id, created_at, last_used_at, expires_at): Row| NetworkSession {
        id,
        user_id,
        created_at,
        last_used_at,
        expires_at,
    };
    Ok(rows.into_iter().map(public).collect())
}
