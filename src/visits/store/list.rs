//! Pages of visits: one keyset query for each audience of the caller, merged newest first.

use diesel::prelude::*;

use super::visits::{audiences, with_parties};
use crate::access::Sight;
use crate::db::schema::{audience, visit_discussions, visit_parties, visits};
use crate::db::{Db, MultiBackend, search};
use crate::http::call::PageRequest;
use crate::http::cursor::Cursor;
use crate::http::page::merge_newest;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::types::{AnyId, CalendarDate, OrganisationId};
use crate::visits::codes::{Response, Side, Topic, VisitState};
use crate::visits::model::{Loaded, VisitRow};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// A party.
    pub organisation: Option<OrganisationId>,
    /// That party's side.
    pub side: Option<Side>,
    /// Any of these states.
    pub states: Vec<VisitState>,
    /// Not over before this day.
    pub from: Option<CalendarDate>,
    /// Not begun after this day.
    pub to: Option<CalendarDate>,
    /// Any of these was discussed.
    pub topics: Vec<Topic>,
    /// Folded words, all of which the title has.
    pub words: Vec<String>,
}

/// Visits of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, sight: &Sight, filter: &Filter, page: &PageRequest) -> Result<Vec<Loaded>> {
    let mut lists = Vec::new();
    for one in audiences(sight) {
        lists.push(through(db, one, filter, page)?);
    }
    let place = |row: &VisitRow| Cursor { created_at: row.created_at.micros(), id: row.id.uuid() };
    let rows = merge_newest(lists, page.limit.plus_one(), place);
    with_parties(db, rows)
}

/// What one audience of the caller has.
fn through(db: &mut Db, who: Audience, filter: &Filter, page: &PageRequest) -> Result<Vec<VisitRow>> {
    let (created_at, id) = page.before();
    let mut query = audience::table
        .inner_join(visits::table.on(visits::id.eq(audience::thing_id)))
        .filter(audience::thing_kind.eq(super::KIND))
        .filter(audience::organisation_id.eq(who.column()))
        .filter(audience::created_at.le(created_at))
        .filter(audience::created_at.lt(created_at).or(audience::thing_id.lt(AnyId(id.0))))
        .select(VisitRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(organisation) = filter.organisation {
        let sides = filter.side.map_or_else(|| Side::ALL.to_vec(), |side| vec![side]);
        // Who declined is not told beyond the parties, by a filter neither.
        let hidden = if who == Audience::Network { vec![Response::Declined] } else { Vec::new() };
        let party = visit_parties::table
            .filter(visit_parties::visit_id.eq(visits::id))
            .filter(visit_parties::organisation_id.eq(organisation))
            .filter(visit_parties::side.eq_any(sides))
            .filter(visit_parties::response.ne_all(hidden));
        query = query.filter(diesel::dsl::exists(party));
    }
    if !filter.states.is_empty() {
        query = query.filter(visits::state.eq_any(filter.states.clone()));
    }
    if let Some(from) = filter.from {
        query = query.filter(visits::starts_on.ge(from).or(visits::ends_on.assume_not_null().ge(from)));
    }
    if let Some(to) = filter.to {
        query = query.filter(visits::starts_on.le(to));
    }
    if !filter.topics.is_empty() {
        let discussed = visit_discussions::table
            .filter(visit_discussions::visit_id.eq(visits::id))
            .filter(visit_discussions::topic.eq_any(filter.topics.clone()));
        query = query.filter(diesel::dsl::exists(discussed));
    }
    for word in &filter.words {
        query = query.filter(visits::folded.like(search::containing(word)).escape('\\'));
    }
    Ok(query.order((audience::created_at.desc(), audience::thing_id.desc())).limit(page.rows()).load(db)?)
}
