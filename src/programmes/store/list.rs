//! Pages of programmes: what each audience of the caller has of them, merged newest first.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::KIND;
use super::programmes::with_parts;
use crate::access::Sight;
use crate::db::schema::{
    audience, communities, programme_communities, programme_partners, programme_sectors, programmes,
};
use crate::db::{Db, MultiBackend, search};
use crate::http::call::PageRequest;
use crate::http::cursor::Cursor;
use crate::http::page::merge_newest;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::programmes::codes::ProgrammeState;
use crate::programmes::model::{Loaded, ProgrammeRow};
use crate::types::{CommunityId, OrganisationId, Sector};

/// What a list is narrowed to: only by what everybody sees of a programme that they see.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A partner that is in it now.
    pub organisation: Option<OrganisationId>,
    /// Any of these states.
    pub states: Vec<ProgrammeState>,
    /// Any of these fields of work.
    pub sectors: Vec<Sector>,
    /// One of the communities that it serves.
    pub community: Option<CommunityId>,
    /// The beginning of the P-code of one of these communities.
    pub place: Option<String>,
    /// Folded words, all of which the title has.
    pub words: Vec<String>,
}

/// Programmes of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, sight: &Sight, filter: &Filter, page: &PageRequest) -> Result<Vec<Loaded>> {
    let mut lists = Vec::new();
    for one in Audience::all_of(sight) {
        lists.push(through(db, one, filter, page)?);
    }
    let place = |row: &ProgrammeRow| Cursor { created_at: row.created_at.micros(), id: row.id.uuid() };
    let rows = merge_newest(lists, page.limit.plus_one(), place);
    with_parts(db, rows)
}

/// What one audience of the caller has. A network has some thousand programmes at the most: its audience's are gone
/// through in their order, and each condition is a look by a key.
fn through(db: &mut Db, who: Audience, filter: &Filter, page: &PageRequest) -> Result<Vec<ProgrammeRow>> {
    let (created_at, id) = page.before();
    let mut query = audience::table
        .inner_join(programmes::table.on(programmes::id.eq(audience::thing_id)))
        .filter(audience::thing_kind.eq(KIND))
        .filter(audience::organisation_id.eq(who.column()))
        .filter(audience::created_at.le(created_at))
        .filter(audience::created_at.lt(created_at).or(audience::thing_id.lt(id)))
        .select(ProgrammeRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(organisation) = filter.organisation {
        let partner = programme_partners::table
            .filter(programme_partners::programme_id.eq(programmes::id))
            .filter(programme_partners::organisation_id.eq(organisation))
            .filter(programme_partners::left_on.is_null());
        // Who never signed is not told to be a partner, by a filter neither.
        query = match who {
            Audience::Network => {
                query.filter(exists(partner.filter(programme_partners::joined_on.is_not_null())))
            }
            Audience::Organisation(_) => query.filter(exists(partner)),
        };
    }
    if !filter.states.is_empty() {
        query = query.filter(programmes::state.eq_any(filter.states.clone()));
    }
    if !filter.sectors.is_empty() {
        let in_sector = programme_sectors::table
            .filter(programme_sectors::programme_id.eq(programmes::id))
            .filter(programme_sectors::sector.eq_any(filter.sectors.clone()));
        query = query.filter(exists(in_sector));
    }
    if let Some(community) = filter.community {
        let serves = programme_communities::table
            .filter(programme_communities::programme_id.eq(programmes::id))
            .filter(programme_communities::community_id.eq(community));
        query = query.filter(exists(serves));
    }
    if let Some(place) = &filter.place {
        let lies_there = programme_communities::table
            .inner_join(communities::table.on(communities::id.eq(programme_communities::community_id)))
            .filter(programme_communities::programme_id.eq(programmes::id))
            .filter(communities::pcode.ge(place.clone()))
            .filter(communities::pcode.lt(search::after_prefix(place)));
        query = query.filter(exists(lies_there));
    }
    for word in &filter.words {
        query = query.filter(programmes::folded.like(search::containing(word)).escape('\\'));
    }
    let newest = (audience::created_at.desc(), audience::thing_id.desc());
    Ok(query.order(newest).limit(page.rows()).load(db)?)
}
