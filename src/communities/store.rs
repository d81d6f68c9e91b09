//! The table of communities.

use diesel::prelude::*;

use super::model::{Community, CommunityChanges};
use super::rules::may_be_same_place;
use crate::access::{Permit, Sight};
use crate::db::schema::communities::dsl;
use crate::db::{Db, MultiBackend, Root, dialect, search};
use crate::http::call::PageRequest;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::natively;
use crate::text::{Name, folded};
use crate::types::{CommunityId, Json};

/// What the journal calls it.
pub const KIND: &str = "community";

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A P-code's beginning.
    pub place: Option<String>,
    /// Folded words, all of which the names have.
    pub words: Vec<String>,
}

/// Only what the caller may see: everything in the network, for those who are in it.
fn seen<'a>(sight: &Sight) -> diesel::helper_types::IntoBoxed<'a, dsl::communities, MultiBackend> {
    let query = dsl::communities.into_boxed();
    if sight.network() || sight.all_organisations() {
        return query;
    }
    let own: Vec<_> = sight.organisations().iter().map(|seen| Some(seen.organisation)).collect();
    query.filter(dsl::created_by_organisation_id.eq_any(own))
}

/// One community.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn find(db: &mut Db, sight: &Sight, id: CommunityId) -> Result<Community> {
    seen(sight)
        .filter(dsl::id.eq(id))
        .select(Community::as_select())
        .first(db)
        .optional()?
        .ok_or_else(|| Problem::new(Code::NotFound))
}

/// Rows of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, sight: &Sight, filter: &Filter, page: &PageRequest) -> Result<Vec<Community>> {
    let (created_at, id) = page.before();
    let id = CommunityId(id.0);
    let mut query = seen(sight)
        .filter(dsl::created_at.le(created_at))
        .filter(dsl::created_at.lt(created_at).or(dsl::id.lt(id)));
    if let Some(place) = &filter.place {
        query = query.filter(dsl::pcode.ge(place.clone())).filter(dsl::pcode.lt(search::after_prefix(place)));
    }
    for word in &filter.words {
        query = query.filter(dsl::folded.like(search::containing(word)).escape('\\'));
    }
    Ok(query
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(page.rows())
        .select(Community::as_select())
        .load(db)?)
}

/// What is wrong with ids, the list at `pointer`, that are to be communities' of the network.
///
/// # Errors
/// The engine's.
pub fn check_exist(db: &mut Db, ids: &[CommunityId], pointer: &str) -> Result<Vec<FieldError>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<CommunityId> =
        dsl::communities.filter(dsl::id.eq_any(ids.to_vec())).select(dsl::id).load(db)?;
    let unknown = ids.iter().enumerate().filter(|(_, id)| !known.contains(id));
    let error =
        |i| FieldError::new(format!("{pointer}/{i}"), "unknown-reference", "there is no such community");
    Ok(unknown.map(|(i, _)| error(i)).collect())
}

/// Communities whose folded name is the same, where the place may be the same too.
///
/// # Errors
/// The engine's.
pub fn possible_duplicates(w: &mut Writer<'_>, details: &CommunityChanges) -> Result<Vec<Community>> {
    let folded_name = folded(details.name.texts());
    // Two that add the same village at once: the second one sees the first.
    dialect::lock_key(w.db(), search::lock_of(&format!("community {folded_name}")))?;
    let same_name: Vec<Community> = dsl::communities
        .filter(dsl::folded_name.eq(&folded_name))
        .filter(dsl::country.eq(details.country.as_str()))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(20)
        .select(Community::as_select())
        .load(w.db())?;
    let place_of =
        |one: &Community| one.admin2_pcode.clone().or_else(|| one.admin1_pcode.clone()).unwrap_or_default();
    Ok(same_name.into_iter().filter(|one| may_be_same_place(&place_of(one), details.pcode())).collect())
}

/// What of a community is written from a body.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = crate::db::schema::communities, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns {
    name: Json<Name>,
    other_names: Json<Vec<Name>>,
    country: &'static str,
    admin1_pcode: Option<&'static str>,
    admin2_pcode: Option<&'static str>,
    pcode: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    folded_name: String,
    folded: String,
}

fn columns(details: &CommunityChanges) -> Result<Columns> {
    let other_names: Vec<Name> = details.other_names.iter().cloned().collect();
    let folded_name = folded(details.name.texts());
    let folded = match other_names.as_slice() {
        [] => folded_name.clone(),
        others => folded(details.name.texts().chain(others.iter().flat_map(Name::texts))),
    };
    Ok(Columns {
        folded,
        folded_name,
        name: Json::new(&details.name)?,
        other_names: Json::new(&other_names)?,
        country: details.country.as_str(),
        admin1_pcode: details.admin1_pcode.map(|code| code.as_str()),
        admin2_pcode: details.admin2_pcode.map(|code| code.as_str()),
        pcode: details.pcode().to_owned(),
        latitude: details.latitude.map(|latitude| latitude.degrees()),
        longitude: details.longitude.map(|longitude| longitude.degrees()),
    })
}

/// Adds a community.
///
/// # Errors
/// The engine's.
pub fn insert(
    w: &mut Writer<'_>,
    permit: &Permit,
    id: CommunityId,
    details: &CommunityChanges,
) -> Result<Community> {
    let now = w.now();
    let row = (
        (dsl::id.eq(id), dsl::version.eq(1), columns(details)?),
        dsl::created_by_organisation_id.eq(Some(permit.organisation())),
        dsl::created_at.eq(now),
        dsl::updated_at.eq(now),
    );
    let community: Community = natively!(w.db(), connection => {
        diesel::insert_into(dsl::communities)
            .values(row)
            .returning(Community::as_returning())
            .get_result(connection)?
    });
    w.record(Entry {
        action: "community.created",
        thing: Thing::new(KIND, id),
        version: 1,
        changes: Changes::between(None, Some(&community))?,
    })?;
    Ok(community)
}

/// Locks a community and reads it.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: CommunityId) -> Result<Community> {
    dialect::lock(w.db(), Root::Community, id.uuid())?;
    find(w.db(), sight, id)
}

/// Changes a community.
///
/// # Errors
/// The engine's.
pub fn update(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Community,
    details: &CommunityChanges,
) -> Result<Community> {
    let now = w.now();
    let version = before.version + 1;
    diesel::update(dsl::communities.find(before.id))
        .set((dsl::version.eq(version), columns(details)?, dsl::updated_at.eq(now)))
        .execute(w.db())?;
    let after: Community = dsl::communities.find(before.id).select(Community::as_select()).first(w.db())?;
    w.record(Entry {
        action: "community.changed",
        thing: Thing::new(KIND, before.id),
        version,
        changes: Changes::between(Some(before), Some(&after))?,
    })?;
    Ok(after)
}
