//! Pages of donors: what each audience of the caller has of them, merged newest first.
//!
//! Words are looked for in the folded names of those that the network sees. The names of the caller's own others
//! are opened and folded here, and nothing of that is kept.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::reading::named;
use crate::access::Sight;
use crate::access::keys::Keys;
use crate::db::schema::{audience, donor_places, donor_sectors, donors};
use crate::db::{Db, MultiBackend, search};
use crate::donors::KIND;
use crate::donors::codes::{DonorKind, DonorVisibility};
use crate::donors::model::{Donor, DonorRow};
use crate::http::call::PageRequest;
use crate::http::page::merge_newest;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::text::folded;
use crate::types::{DonorId, OrganisationId, Sector};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Any of these kinds.
    pub kinds: Vec<DonorKind>,
    /// Any of these fields of work.
    pub sectors: Vec<Sector>,
    /// The beginning of the P-code of one of the places of its interests.
    pub place: Option<String>,
    /// Folded words, all of which the name has.
    pub words: Vec<String>,
    /// The caller's organisations' own, or others'.
    pub mine: Option<bool>,
}

/// Donors of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's; as [`Keys::unseal`].
pub fn list(
    db: &mut Db,
    keys: &Keys,
    sight: &Sight,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<Donor>> {
    let mut lists = Vec::new();
    for one in Audience::all_of(sight) {
        let own = matches!(one, Audience::Organisation(_));
        if filter.mine.is_none_or(|mine| mine == own) {
            lists.push(through(db, one, sight, filter, page)?);
        }
    }
    if !filter.words.is_empty() && filter.mine != Some(false) {
        for seen in sight.organisations() {
            lists.push(among_sealed(db, keys, seen.organisation, filter, page)?);
        }
    }
    let rows = merge_newest(lists, page.limit.plus_one(), DonorRow::place_in_list);
    rows.iter().map(|row| super::shown(db, keys, sight, row)).collect()
}

/// What is asked of a donor whichever way its name is looked for.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if !$filter.kinds.is_empty() {
            query = query.filter(donors::kind.eq_any($filter.kinds.clone()));
        }
        if !$filter.sectors.is_empty() {
            let in_sector = donor_sectors::table
                .filter(donor_sectors::donor_id.eq(donors::id))
                .filter(donor_sectors::sector.eq_any($filter.sectors.clone()));
            query = query.filter(exists(in_sector));
        }
        if let Some(place) = &$filter.place {
            let lies_there = donor_places::table
                .filter(donor_places::donor_id.eq(donors::id))
                .filter(donor_places::pcode.ge(place.clone()))
                .filter(donor_places::pcode.lt(search::after_prefix(place)));
            query = query.filter(exists(lies_there));
        }
        query
    }};
}

/// What one audience of the caller has; where there are words, of those whose name stands open.
fn through(
    db: &mut Db,
    who: Audience,
    sight: &Sight,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<DonorRow>> {
    let (created_at, id) = page.before();
    let query = audience::table
        .inner_join(donors::table.on(donors::id.eq(audience::thing_id)))
        .filter(audience::thing_kind.eq(KIND))
        .filter(audience::organisation_id.eq(who.column()))
        .filter(audience::created_at.le(created_at))
        .filter(audience::created_at.lt(created_at).or(audience::thing_id.lt(id)))
        .select(DonorRow::as_select())
        .into_boxed::<MultiBackend>();
    let mut query = narrowed!(query, filter);
    if filter.mine == Some(false) {
        let own: Vec<OrganisationId> = sight.organisations().iter().map(|seen| seen.organisation).collect();
        query = query.filter(donors::organisation_id.ne_all(own));
    }
    for word in &filter.words {
        query = query.filter(donors::folded.like(search::containing(word)).escape('\\'));
    }
    let newest = (audience::created_at.desc(), audience::thing_id.desc());
    Ok(query.order(newest).limit(page.rows()).load(db)?)
}

/// How many names are opened before it is seen whether there are enough.
const OPENED_AT_ONCE: i64 = 500;

/// An organisation's own donors that nobody else knows of, whose names have the words.
fn among_sealed(
    db: &mut Db,
    keys: &Keys,
    own: OrganisationId,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<DonorRow>> {
    let (mut created_at, id) = page.before();
    let mut id = DonorId(id.0);
    let mut found: Vec<DonorRow> = Vec::new();
    loop {
        let query = donors::table
            .filter(donors::organisation_id.eq(own))
            .filter(donors::visibility.eq(DonorVisibility::Owner))
            .filter(donors::created_at.le(created_at))
            .filter(donors::created_at.lt(created_at).or(donors::id.lt(id)))
            .select(DonorRow::as_select())
            .into_boxed::<MultiBackend>();
        let newest = (donors::created_at.desc(), donors::id.desc());
        let rows: Vec<DonorRow> = narrowed!(query, filter).order(newest).limit(OPENED_AT_ONCE).load(db)?;
        let more = rows.len() as i64 == OPENED_AT_ONCE;
        if let Some(last) = rows.last() {
            (created_at, id) = (last.created_at, last.id);
        }
        for row in rows {
            let name = named(db, keys, row.id, row.name.as_ref(), row.sealed_name.as_deref())?;
            let text = folded(name.texts());
            if filter.words.iter().all(|word| text.contains(word.as_str())) {
                found.push(row);
            }
        }
        if !more || found.len() >= page.limit.plus_one() {
            return Ok(found);
        }
    }
}
