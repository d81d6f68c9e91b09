//! Pages of visits: what each audience of the caller has of them, merged newest first.

use std::collections::HashSet;

use diesel::prelude::*;
use uuid::Uuid;

use super::streams::{self, Streams};
use super::visits::with_parties;
use crate::access::Sight;
use crate::db::dialect::facets::Place;
use crate::db::schema::{audience, visit_discussions, visit_parties, visits};
use crate::db::{Db, MultiBackend, search};
use crate::http::call::PageRequest;
use crate::http::cursor::Cursor;
use crate::http::page::merge_newest;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::types::{AnyId, CalendarDate, Instant, OrganisationId, VisitId};
use crate::visits::codes::{Response, Side, Topic, VisitState};
use crate::visits::model::{Loaded, VisitRow};

/// So many rows are read at the least where there are several conditions.
const LEAST: usize = 32;
/// Of fewer rows the visits themselves are asked.
const FEW: usize = 16;
/// A stream that has so many times as many rows as another is not read beside it.
const DENSER: usize = 4;
/// So many at once at the most.
const MOST: usize = 1024;

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
    for one in Audience::all_of(sight) {
        lists.push(through(db, one, filter, page)?);
    }
    let place = |row: &VisitRow| Cursor { created_at: row.created_at.micros(), id: row.id.uuid() };
    let rows = merge_newest(lists, page.limit.plus_one(), place);
    with_parties(db, rows)
}

/// What one audience of the caller has.
///
/// Each condition is a stream of its own; a row that all let pass is in all of them. The one that is thinnest
/// here, whose next rows reach furthest back, is gone through, and the others are asked of its rows.
fn through(db: &mut Db, who: Audience, filter: &Filter, page: &PageRequest) -> Result<Vec<VisitRow>> {
    let wanted = page.limit.plus_one();
    let conditions = streams::conditions(db, who, filter)?;
    // What one condition finds, fits but for a few; of several, one finds what the others don't.
    let mut step = if conditions.len() == 1 { wanted } else { wanted.max(LEAST) };
    let mut before = page.before();
    let (mut thin, mut places) = thinnest(db, who, &conditions, before, step)?;
    let mut rows: Vec<VisitRow> = Vec::new();
    let mut read = 0;
    loop {
        let last = reach(&places, step);
        read += places.len();
        let gone_through = thin;
        for (i, other) in conditions.iter().enumerate().filter(|(i, _)| *i != gone_through) {
            if in_both(db, who, other, &mut places)? {
                thin = i;
            }
        }
        rows.extend(fitting(db, who, filter, &places, wanted - rows.len())?);
        match last {
            Some(last) if rows.len() < wanted => before = last,
            _ => return Ok(rows),
        }
        step = next_step(step, wanted - rows.len(), (rows.len(), read));
        places = streams::newest(db, who, &conditions[thin], (before, Instant::EARLIEST), step)?;
    }
}

/// Which condition's next rows reach furthest back, and those rows.
fn thinnest(
    db: &mut Db,
    who: Audience,
    conditions: &[Streams],
    before: Place,
    step: usize,
) -> Result<(usize, Vec<Place>)> {
    let mut thinnest: (usize, Vec<Place>) = (0, Vec::new());
    for (i, condition) in conditions.iter().enumerate() {
        let places = streams::newest(db, who, condition, (before, Instant::EARLIEST), step)?;
        if i == 0 || reach(&places, step) < reach(&thinnest.1, step) {
            thinnest = (i, places);
        }
    }
    Ok(thinnest)
}

/// How many are read next: as many as will hold what is still wanted, if as many of them fit as of those before.
fn next_step(step: usize, wanted: usize, (fitted, read): (usize, usize)) -> usize {
    let likely = wanted * read * 5 / 4 / fitted.max(1);
    likely.min(step * 4).clamp(LEAST, MOST)
}

/// Leaves those places that are in these streams too, unless far more are to be read for it than it spares. Whether
/// the streams have fewer in the same stretch: then they are better gone through themselves.
fn in_both(db: &mut Db, who: Audience, streams: &Streams, places: &mut Vec<Place>) -> Result<bool> {
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(false) };
    if places.len() < FEW {
        return Ok(false);
    }
    let most = places.len() * DENSER;
    // Nothing newer than the first is looked at, however much there is.
    let before = (Instant::from_micros(first.0.micros() + 1), AnyId(Uuid::nil()));
    let theirs = streams::newest(db, who, streams, (before, last.0), most)?;
    let thinner = theirs.len() < places.len();
    if theirs.len() < most {
        let theirs: HashSet<Place> = theirs.into_iter().collect();
        places.retain(|place| theirs.contains(place));
    }
    Ok(thinner)
}

/// The oldest of these places; none, which is older than any, when there are no more after them.
fn reach(places: &[Place], asked: usize) -> Option<Place> {
    places.last().filter(|_| places.len() >= asked).copied()
}

/// Which of these visits the audience is shown and all conditions let pass, newest first.
fn fitting(
    db: &mut Db,
    who: Audience,
    filter: &Filter,
    places: &[Place],
    limit: usize,
) -> Result<Vec<VisitRow>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<VisitId> = places.iter().map(|(_, id)| VisitId(id.0)).collect();
    let shown = audience::table
        .filter(audience::thing_id.eq(visits::id))
        .filter(audience::organisation_id.eq(who.column()));
    let mut query = visits::table
        .filter(visits::id.eq_any(ids))
        .filter(diesel::dsl::exists(shown))
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
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(query.order((visits::created_at.desc(), visits::id.desc())).limit(limit).load(db)?)
}
