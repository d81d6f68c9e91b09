//! Entries in the order of `seq`: what audit, and later sync, live stream and webhooks read.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{journal_entries, journal_values};
use crate::http::problem::Result;
use crate::types::{AnyId, Instant, Json, OrganisationId, UserId};

/// An entry as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = journal_entries)]
pub struct JournalEntry {
    /// Its id.
    pub id: AnyId,
    /// Its place in the one order of all entries.
    pub seq: Option<i64>,
    /// When.
    pub at: Instant,
    /// What happened.
    pub action: String,
    /// To what kind of thing.
    pub thing_kind: String,
    /// To which.
    pub thing_id: AnyId,
    /// The thing's version afterwards.
    pub thing_version: i64,
    /// Who did it.
    pub user_id: Option<UserId>,
    /// On whose behalf.
    pub organisation_id: Option<OrganisationId>,
    /// Through which request.
    pub request_id: String,
    /// Name of each changed field and the digest of its values (null: recorded by name only).
    pub digests: Json<serde_json::Value>,
}

/// Up to `limit` entries after `seq`, in order.
///
/// # Errors
/// The engine's.
pub fn after(db: &mut Db, seq: i64, limit: i64) -> Result<Vec<JournalEntry>> {
    Ok(journal_entries::table
        .filter(journal_entries::seq.gt(seq))
        .order(journal_entries::seq.asc())
        .limit(limit)
        .select(JournalEntry::as_select())
        .load(db)?)
}

/// Names of the fields that changed in a thing after a version, for a caller whose version is stale.
///
/// # Errors
/// The engine's.
pub fn changed_since(db: &mut Db, thing_id: AnyId, version: i64) -> Result<Vec<String>> {
    let digests: Vec<Json<serde_json::Value>> = journal_entries::table
        .filter(journal_entries::thing_id.eq(thing_id))
        .filter(journal_entries::thing_version.gt(version))
        .order(journal_entries::thing_version.asc())
        .select(journal_entries::digests)
        .limit(200)
        .load(db)?;
    let mut names = std::collections::BTreeSet::new();
    for one in digests {
        if let serde_json::Value::Object(fields) = one.get()? {
            names.extend(fields.into_iter().map(|(name, _)| name));
        }
    }
    Ok(names.into_iter().collect())
}

/// The values kept of an entry, if they were not erased.
///
/// # Errors
/// The engine's.
pub fn values(db: &mut Db, entry: AnyId) -> Result<Option<serde_json::Value>> {
    let kept: Option<Json<serde_json::Value>> = journal_values::table
        .filter(journal_values::entry_id.eq(entry))
        .select(journal_values::field_values)
        .first(db)
        .optional()?;
    kept.map(|kept| kept.get()).transpose()
}

/// Whether a thing was deleted: under its id there is never another.
///
/// # Errors
/// The engine's.
pub fn is_deleted(db: &mut Db, thing_id: AnyId) -> Result<bool> {
    // Not the last of its entries always: what the journal kept of it may be erased afterwards.
    let deleted: Option<AnyId> = journal_entries::table
        .filter(journal_entries::thing_id.eq(thing_id))
        .filter(journal_entries::action.like("%.deleted"))
        .select(journal_entries::id)
        .first(db)
        .optional()?;
    Ok(deleted.is_some())
}

/// Whether anything was ever written of a thing.
///
/// # Errors
/// The engine's.
pub fn knows(db: &mut Db, thing_id: AnyId) -> Result<bool> {
    let entry: Option<AnyId> = journal_entries::table
        .filter(journal_entries::thing_id.eq(thing_id))
        .select(journal_entries::id)
        .first(db)
        .optional()?;
    Ok(entry.is_some())
}
