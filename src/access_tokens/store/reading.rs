//! Access tokens read.

use diesel::dsl::IntoBoxed;
use diesel::prelude::*;

use crate::access::Sight;
use crate::access::codes::Digest;
use crate::access_tokens::codes::AccessTokenState as State;
use crate::access_tokens::model::{AccessToken, Look, Row};
use crate::db::schema::access_tokens::dsl;
use crate::db::schema::organisations;
use crate::db::{Db, MultiBackend, Root, dialect};
use crate::http::call::PageRequest;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::organisations::codes::OrganisationStatus;
use crate::types::{AccessTokenId, Instant, OrganisationId, UserId};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this organisation.
    pub organisation: Option<OrganisationId>,
    /// Any of these.
    pub states: Vec<State>,
    /// Not used since then, nor made.
    pub unused_since: Option<Instant>,
    /// Ends before then.
    pub expires_before: Option<Instant>,
}

/// Only what the caller may see: those of the own organisations, or all of the network.
fn seen<'a>(sight: &Sight) -> IntoBoxed<'a, dsl::access_tokens, MultiBackend> {
    let query = dsl::access_tokens.into_boxed();
    if sight.all_organisations() {
        return query;
    }
    let own: Vec<_> = sight.organisations().iter().map(|seen| seen.organisation).collect();
    query.filter(dsl::organisation_id.eq_any(own))
}

/// One access token as kept.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn find(db: &mut Db, sight: &Sight, id: AccessTokenId) -> Result<Row> {
    let row = seen(sight).filter(dsl::id.eq(id)).select(Row::as_select()).first(db).optional()?;
    row.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Access tokens of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(
    db: &mut Db,
    sight: &Sight,
    filter: &Filter,
    look: Look,
    page: &PageRequest,
) -> Result<Vec<AccessToken>> {
    let (created_at, id) = page.before();
    let mut query = seen(sight)
        .filter(dsl::created_at.le(created_at))
        .filter(dsl::created_at.lt(created_at).or(dsl::id.lt(AccessTokenId(id.0))));
    if let Some(organisation) = filter.organisation {
        query = query.filter(dsl::organisation_id.eq(organisation));
    }
    if let Some(since) = filter.unused_since {
        let last_used_at = dsl::last_used_at.assume_not_null();
        let unused = dsl::last_used_at.is_null().and(dsl::created_at.lt(since));
        query = query.filter(unused.or(dsl::last_used_at.is_not_null().and(last_used_at.lt(since))));
    }
    if let Some(before) = filter.expires_before {
        query = query.filter(dsl::expires_at.lt(before));
    }
    if !filter.states.is_empty() {
        let asked = |state: State| filter.states.contains(&state);
        let orphaned_at = dsl::orphaned_at.assume_not_null();
        let oldest = look.now.minus(look.grace);
        let is_withdrawn = dsl::revoked_at.is_not_null();
        let is_orphan = dsl::orphaned_at.is_not_null();
        let is_over = dsl::expires_at.le(look.now).or(is_orphan.and(orphaned_at.le(oldest)));
        let works = dsl::revoked_at.is_null().and(diesel::dsl::not(is_over));
        let holds = |state: State| {
            diesel::dsl::sql::<diesel::sql_types::Bool>(if asked(state) { "1=1" } else { "1=0" })
        };
        query = query.filter(
            holds(State::Revoked)
                .and(is_withdrawn)
                .or(holds(State::Expired).and(dsl::revoked_at.is_null()).and(is_over))
                .or(holds(State::Active).and(works).and(dsl::orphaned_at.is_null()))
                .or(holds(State::Orphaned).and(works).and(is_orphan)),
        );
    }
    let rows: Vec<Row> = query
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.rows())
        .select(Row::as_select())
        .load(db)?;
    rows.iter().map(|row| row.public(look, sight.sees_own(row.organisation_id))).collect()
}

/// Locks an access token, after its organisation, and reads it.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: AccessTokenId) -> Result<Row> {
    let organisation = find(w.db(), sight, id)?.organisation_id;
    dialect::lock(w.db(), Root::Organisation, organisation.uuid())?;
    dialect::lock(w.db(), Root::AccessToken, id.uuid())?;
    find(w.db(), sight, id)
}

/// An access token by a secret of it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The token.
    pub row: Row,
    /// Whether its organisation is active.
    pub active: bool,
    /// Whether the secret is the one before.
    pub is_previous: bool,
}

/// The access token that a secret opens or once opened, whatever its state.
///
/// # Errors
/// The engine's.
pub fn by_secret(db: &mut Db, digest: &Digest) -> Result<Option<Held>> {
    let tokens = dsl::access_tokens
        .inner_join(organisations::table.on(organisations::id.eq(dsl::organisation_id)))
        .select((Row::as_select(), organisations::status));
    let current: Option<(Row, OrganisationStatus)> =
        tokens.filter(dsl::digest.eq(&digest[..])).first(db).optional()?;
    let (found, is_previous) = match current {
        Some(found) => (Some(found), false),
        None => (tokens.filter(dsl::previous_digest.eq(Some(&digest[..]))).first(db).optional()?, true),
    };
    Ok(found.map(|(row, status)| Held { row, active: status == OrganisationStatus::Active, is_previous }))
}

/// How many of an organisation still work.
///
/// # Errors
/// The engine's.
pub fn count_working(db: &mut Db, organisation: OrganisationId, look: Look) -> Result<i64> {
    let orphaned_at = dsl::orphaned_at.assume_not_null();
    Ok(dsl::access_tokens
        .filter(dsl::organisation_id.eq(organisation))
        .filter(dsl::revoked_at.is_null())
        .filter(dsl::expires_at.gt(look.now))
        .filter(dsl::orphaned_at.is_null().or(orphaned_at.gt(look.now.minus(look.grace))))
        .count()
        .get_result(db)?)
}

/// Whose access tokens are meant.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// This organisation's.
    Organisation(OrganisationId),
    /// Those for which this person answers.
    Owner(UserId),
}

/// Those that were not withdrawn and have not come to their end, in the one order in which they are locked.
///
/// # Errors
/// The engine's.
pub fn unended(db: &mut Db, whose: Whose, now: Instant) -> Result<Vec<AccessTokenId>> {
    let query =
        dsl::access_tokens.filter(dsl::revoked_at.is_null()).filter(dsl::expires_at.gt(now)).into_boxed();
    let query = match whose {
        Whose::Organisation(organisation) => query.filter(dsl::organisation_id.eq(organisation)),
        Whose::Owner(owner) => query.filter(dsl::owner_id.eq(owner)),
    };
    Ok(query.order(dsl::id.asc()).select(dsl::id).load(db)?)
}
