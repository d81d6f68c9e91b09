//! The streams that a list is merged of: places of visits, newest first, all by an index.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::facets;
use super::list::Filter;
use crate::db::Db;
use crate::db::dialect::facets::{self as rows, Place};
use crate::db::schema::{audience, visit_facets, visit_parties};
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::natively;
use crate::types::{CalendarDate, Instant, OrganisationId};
use crate::visits::codes::{Side, VisitState};

/// Where some of an audience's visits stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stream {
    /// All of them.
    All,
    /// The visits of an organisation in a state; also some that it is not shown.
    State(OrganisationId, VisitState),
    /// Those that have a facet.
    Facet(String),
}

/// Streams in at least one of which every visit is that a condition lets pass.
pub type Streams = Vec<Stream>;

/// So many streams are read one by one.
const FEW: usize = 4;
/// So many words of a query are read as streams, those that the fewest words contain; the others are asked for in
/// what these find.
const WORDS: usize = 3;

/// The conditions of a filter that streams are to be had for.
///
/// # Errors
/// The engine's.
pub fn conditions(db: &mut Db, who: Audience, filter: &Filter) -> Result<Vec<Streams>> {
    let mut all: Vec<Streams> = Vec::new();
    let of = |facets: Vec<String>| -> Streams { facets.into_iter().map(Stream::Facet).collect() };
    if let Some(organisation) = filter.organisation {
        let sides = filter.side.map_or_else(|| Side::ALL.to_vec(), |side| vec![side]);
        all.push(of(sides.into_iter().map(|side| facets::party(organisation, side)).collect()));
    }
    if !filter.states.is_empty() {
        let state = |state: &VisitState| match who {
            Audience::Organisation(own) => Stream::State(own, *state),
            Audience::Network => Stream::Facet(facets::state(*state)),
        };
        all.push(filter.states.iter().map(state).collect());
    }
    if !filter.topics.is_empty() {
        all.push(of(filter.topics.iter().map(|topic| facets::topic(*topic)).collect()));
    }
    if filter.from.is_some() || filter.to.is_some() {
        all.push(of(days(db, who, filter.from, filter.to)?));
    }
    let mut words = Vec::new();
    for word in &filter.words {
        words.extend(facets::with_part(db, word)?.map(of));
    }
    words.sort_by_key(Streams::len);
    all.extend(words.into_iter().take(WORDS));
    if all.is_empty() {
        all.push(vec![Stream::All]);
    }
    Ok(all)
}

/// The days and, where they are whole, the months in which what is wanted begins; and those that were under
/// way on the first day.
fn days(
    db: &mut Db,
    who: Audience,
    from: Option<CalendarDate>,
    to: Option<CalendarDate>,
) -> Result<Vec<String>> {
    let mut all = Vec::new();
    // A month that is not whole is read by its days; whole ones are from `first` to `last`.
    let (mut first, mut last) = (None, None);
    if let Some(from) = from {
        all.push(facets::later_day(from));
        let mut day = Some(from);
        while let Some(one) = day.filter(|one| one.civil().day() > 1 && to.is_none_or(|to| *one <= to)) {
            all.push(facets::day(one));
            day = one.plus_days(1);
        }
        first = day;
    }
    if let Some(to) = to {
        // The day after, where whole months end.
        let mut after = to.plus_days(1);
        while let Some(end) = after.filter(|end| end.civil().day() > 1) {
            let Some(one) = end.plus_days(-1).filter(|one| first.is_none_or(|first| *one >= first)) else {
                break;
            };
            all.push(facets::day(one));
            after = Some(one);
        }
        last = after.and_then(|after| after.plus_days(-1)).or(Some(to));
    }
    let earliest = first.map_or_else(|| "m".to_owned(), facets::month);
    let latest = last.map_or_else(|| "n".to_owned(), facets::month);
    let whole = match first {
        Some(first) => first.civil().day() == 1 && last.is_none_or(|last| first <= last),
        None => from.is_none(),
    };
    if whole {
        all.extend(rows::between(db, who.column(), &earliest, &latest)?);
    }
    // The last days first: what is newest is mostly among them, and little of the others is read then.
    all.sort_by(|a, b| b.get(1..).cmp(&a.get(1..)));
    Ok(all)
}

/// The newest places of several streams, before a place and not older than a moment, newest first; fewer than
/// `at_most` only when there are no more.
///
/// # Errors
/// The engine's.
pub fn newest(
    db: &mut Db,
    who: Audience,
    streams: &Streams,
    (before, oldest): (Place, Instant),
    at_most: usize,
) -> Result<Vec<Place>> {
    let facets: Vec<&str> = streams.iter().filter_map(Stream::facet).collect();
    let many = streams.len() > FEW && facets.len() == streams.len();
    if many
        && let Some(places) = rows::newest_of_many(
            db,
            who.column(),
            &facets,
            (before, oldest),
            // Fewer than one by one, where what is read already bounds the others' first rows.
            (rows_of(first_rows(facets.len(), at_most).div_ceil(2)), rows_of(at_most)),
        )?
    {
        return Ok(places);
    }
    merged(db, who, streams, (before, oldest), at_most)
}

/// The same, stream by stream: of many the first rows of each come first, so that of most no more is read.
fn merged(
    db: &mut Db,
    who: Audience,
    streams: &Streams,
    (before, oldest): (Place, Instant),
    at_most: usize,
) -> Result<Vec<Place>> {
    let mut newest: BTreeSet<Place> = BTreeSet::new();
    // Which may have more, and from where on.
    let mut open: Vec<(&Stream, Place)> = streams.iter().map(|stream| (stream, before)).collect();
    let mut step = if streams.len() > FEW { first_rows(streams.len(), at_most) } else { at_most };
    while !open.is_empty() {
        let mut left = Vec::new();
        for (stream, from) in open {
            // What is older than all that are wanted is not read.
            let last = newest.first().filter(|_| newest.len() >= at_most).copied();
            if last.is_some_and(|last| from <= last) {
                continue;
            }
            let least = last.map_or(oldest, |last| last.0);
            let places = stream.newest(db, who, from, least, rows_of(step))?;
            left.extend(places.last().filter(|_| places.len() >= step).map(|place| (stream, *place)));
            newest.extend(places);
            while newest.len() > at_most {
                newest.pop_first();
            }
        }
        open = left;
        step = (step * 4).min(at_most);
    }
    Ok(newest.into_iter().rev().collect())
}

/// How many rows of each of so many streams are read first. Then some `at_most / first` of them are read on, about as
/// far as is wanted: the fewest rows in all are read when the first are as many as those.
fn first_rows(streams: usize, at_most: usize) -> usize {
    (at_most / streams.isqrt().max(1)).max(1)
}

fn rows_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The places of a table's rows between two, newest first.
macro_rules! places {
    ($db:expr, $table:ident.$id:ident, $key:expr, $before:expr, $least:expr, $limit:expr) => {{
        let (created_at, id) = $before;
        let query = $table::table
            .filter($key)
            .filter($table::created_at.le(created_at))
            .filter($table::created_at.ge($least))
            .filter($table::created_at.lt(created_at).or($table::$id.lt(id)))
            .order(($table::created_at.desc(), $table::$id.desc()))
            .select(($table::created_at, $table::$id))
            .limit($limit);
        Ok(natively!($db, connection => query.load(connection))?)
    }};
}

impl Stream {
    fn facet(&self) -> Option<&str> {
        match self {
            Self::Facet(facet) => Some(facet),
            Self::All | Self::State(..) => None,
        }
    }

    fn newest(
        &self,
        db: &mut Db,
        who: Audience,
        before: Place,
        least: Instant,
        limit: i64,
    ) -> Result<Vec<Place>> {
        match self {
            Self::All => {
                let kind = audience::thing_kind.eq(super::KIND);
                let key = kind.and(audience::organisation_id.eq(who.column()));
                places!(db, audience.thing_id, key, before, least, limit)
            }
            Self::State(organisation, state) => {
                let own = visit_parties::organisation_id.eq(organisation);
                let key = own.and(visit_parties::state.eq(state));
                places!(db, visit_parties.visit_id, key, before, least, limit)
            }
            Self::Facet(facet) => {
                let key = visit_facets::organisation_id.eq(who.column()).and(visit_facets::facet.eq(facet));
                places!(db, visit_facets.visit_id, key, before, least, limit)
            }
        }
    }
}
