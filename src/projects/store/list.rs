//! Pages of projects: what each audience of the caller has of them, merged newest first.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::KIND;
use crate::access::Sight;
use crate::db::schema::{audience, communities, project_communities, project_sectors, projects};
use crate::db::{Db, MultiBackend, search};
use crate::http::call::PageRequest;
use crate::http::page::merge_newest;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::projects::codes::{ProjectStatus, ProjectVisibility};
use crate::projects::model::ProjectRow;
use crate::types::{CommunityId, OrganisationId, ProjectId, Sector};

/// What a list is narrowed to: only by what everybody sees of a project that they see.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whose it is.
    pub organisation: Option<OrganisationId>,
    /// Any of these.
    pub statuses: Vec<ProjectStatus>,
    /// Any of these fields of work.
    pub sectors: Vec<Sector>,
    /// One of the communities that it serves.
    pub community: Option<CommunityId>,
    /// The beginning of the P-code of its place, or of one of these communities.
    pub place: Option<String>,
    /// Folded words, all of which the title has.
    pub words: Vec<String>,
}

/// Projects of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, sight: &Sight, filter: &Filter, page: &PageRequest) -> Result<Vec<ProjectRow>> {
    if let Some(organisation) = filter.organisation {
        return of_organisation(db, sight, organisation, filter, page);
    }
    let mut lists = Vec::new();
    for one in Audience::all_of(sight) {
        lists.push(through(db, one, filter, page)?);
    }
    Ok(merge_newest(lists, page.limit.plus_one(), ProjectRow::place_in_list))
}

/// What the filter asks of the project itself, in a query that has its table: each a look by a key.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let (mut query, filter) = ($query, $filter);
        if !filter.statuses.is_empty() {
            query = query.filter(projects::status.eq_any(filter.statuses.clone()));
        }
        if !filter.sectors.is_empty() {
            let in_sector = project_sectors::table
                .filter(project_sectors::project_id.eq(projects::id))
                .filter(project_sectors::sector.eq_any(filter.sectors.clone()));
            query = query.filter(exists(in_sector));
        }
        if let Some(community) = filter.community {
            let serves = project_communities::table
                .filter(project_communities::project_id.eq(projects::id))
                .filter(project_communities::community_id.eq(community));
            query = query.filter(exists(serves));
        }
        if let Some(place) = &filter.place {
            let end = search::after_prefix(place);
            let pcode = projects::pcode.assume_not_null();
            let is_there = pcode.ge(place.clone()).and(pcode.lt(end.clone()));
            let serves_there = project_communities::table
                .inner_join(communities::table.on(communities::id.eq(project_communities::community_id)))
                .filter(project_communities::project_id.eq(projects::id))
                .filter(communities::pcode.ge(place.clone()))
                .filter(communities::pcode.lt(end));
            query = query.filter(projects::pcode.is_not_null().and(is_there).or(exists(serves_there)));
        }
        for word in &filter.words {
            query = query.filter(projects::folded.like(search::containing(word)).escape('\\'));
        }
        query
    }};
}

/// What one audience of the caller has.
fn through(db: &mut Db, who: Audience, filter: &Filter, page: &PageRequest) -> Result<Vec<ProjectRow>> {
    let (created_at, id) = page.before();
    let query = audience::table
        .inner_join(projects::table.on(projects::id.eq(audience::thing_id)))
        .filter(audience::thing_kind.eq(KIND))
        .filter(audience::organisation_id.eq(who.column()))
        .filter(audience::created_at.le(created_at))
        .filter(audience::created_at.lt(created_at).or(audience::thing_id.lt(id)))
        .select(ProjectRow::as_select())
        .into_boxed::<MultiBackend>();
    let newest = (audience::created_at.desc(), audience::thing_id.desc());
    Ok(narrowed!(query, filter).order(newest).limit(page.rows()).load(db)?)
}

/// Those of one organisation that the caller sees: all of it as one of its people, else what is open to the network.
fn of_organisation(
    db: &mut Db,
    sight: &Sight,
    organisation: OrganisationId,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<ProjectRow>> {
    let own = sight.sees_own(organisation);
    if !own && !sight.network() {
        return Ok(Vec::new());
    }
    let (created_at, id) = page.before();
    let mut query = projects::table
        .filter(projects::organisation_id.eq(organisation))
        .filter(projects::created_at.le(created_at))
        .filter(projects::created_at.lt(created_at).or(projects::id.lt(ProjectId(id.0))))
        .select(ProjectRow::as_select())
        .into_boxed::<MultiBackend>();
    if !own {
        query = query.filter(projects::visibility.eq(ProjectVisibility::Network));
    }
    let newest = (projects::created_at.desc(), projects::id.desc());
    Ok(narrowed!(query, filter).order(newest).limit(page.rows()).load(db)?)
}
