//! Entries found: newest first or oldest first, by time and number, each list by the index that suits what is asked.
//!
//! What is not told to the reader, or not asked for, is passed over: no more than [`LOOKED_AT`] entries for one page, which
//! may therefore be short and go on all the same.

mod shown;

use std::collections::VecDeque;

use diesel::prelude::*;
use uuid::Uuid;

use super::model::{AuditEntry, AuditHead};
use super::rules::{Filter, Head, Known, Look, Reader};
use crate::db::schema::journal_entries::{self, dsl};
use crate::db::{Db, MultiBackend};
use crate::http::cursor::Cursor;
use crate::http::page::Cut;
use crate::http::problem::Result;
use crate::journal::sealing;
use crate::types::{AccessTokenId, AnyId, Instant, Json, OrganisationId, SessionId, UserId};

/// How many entries are looked at for one page at the most.
const LOOKED_AT: usize = 10_000;
/// How many are read at once.
const CHUNK: i64 = 1000;

/// Where an entry stands: by time, then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(pub Instant, pub i64);

impl Place {
    /// The same for a list's cursor.
    pub fn cursor(self) -> Cursor {
        Cursor { created_at: self.0.micros(), id: Uuid::from_u64_pair(0, self.1.unsigned_abs()) }
    }

    /// The place that a cursor names.
    pub fn of(cursor: &Cursor) -> Self {
        let (_, seq) = cursor.id.as_u64_pair();
        Self(Instant::from_micros(cursor.created_at), i64::try_from(seq).unwrap_or(i64::MAX))
    }
}

/// In which order entries are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As lists are.
    NewestFirst,
    /// As an export is.
    OldestFirst,
}

/// Which entries, from where on.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// In which order.
    pub order: Order,
    /// After which one; none: from the beginning.
    pub after: Option<Place>,
    /// Not before this moment.
    pub from: Option<Instant>,
    /// Before this moment.
    pub until: Option<Instant>,
    /// None with a greater number.
    pub up_to: Option<i64>,
    /// How many.
    pub wanted: usize,
}

/// An entry as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = journal_entries)]
struct Row {
    id: AnyId,
    seq: Option<i64>,
    at: Instant,
    action: String,
    thing_kind: String,
    thing_id: AnyId,
    thing_version: i64,
    user_id: Option<UserId>,
    session_id: Option<SessionId>,
    token_id: Option<AccessTokenId>,
    organisation_id: Option<OrganisationId>,
    about_organisation_id: Option<OrganisationId>,
    reserved: Option<String>,
    address: Option<Json<serde_json::Value>>,
    address_digest: Option<String>,
    request_id: String,
    digests: Json<serde_json::Value>,
}

impl Row {
    fn place(&self) -> Place {
        Place(self.at, self.seq.unwrap_or_default())
    }

    fn head(&self) -> Head<'_> {
        Head {
            kind: &self.thing_kind,
            on_behalf_of: self.organisation_id,
            about: self.about_organisation_id,
            reserved: self.reserved.as_deref(),
        }
    }

    fn told(&self, look: Look) -> Known<'_> {
        let tells_person = look.tells_person(self.organisation_id);
        Known {
            kind: &self.thing_kind,
            action: &self.action,
            thing: Some(self.thing_id).filter(|_| look.tells_thing()),
            user: self.user_id.filter(|_| tells_person).map(|user| AnyId(user.0)),
            token: self.token_id.filter(|_| tells_person).map(|token| AnyId(token.0)),
        }
    }
}

/// By which index entries are found.
#[derive(Debug, Clone, Copy)]
enum Lead {
    Thing(AnyId),
    User(AnyId),
    Token(AnyId),
    OnBehalfOf(OrganisationId),
    About(OrganisationId),
    All,
}

/// By which indexes what is asked for is found: those that lead to the fewest.
fn leads(reader: &Reader, filter: &Filter) -> Vec<Lead> {
    if !filter.things.is_empty() {
        return filter.things.iter().copied().map(Lead::Thing).collect();
    }
    if !filter.actors.is_empty() {
        return filter.actors.iter().flat_map(|actor| [Lead::User(*actor), Lead::Token(*actor)]).collect();
    }
    if reader.reads_all() {
        return vec![Lead::All];
    }
    reader.own().flat_map(|own| [Lead::OnBehalfOf(own), Lead::About(own)]).collect()
}

type Query = diesel::helper_types::IntoBoxed<'static, journal_entries::table, MultiBackend>;

fn query(lead: Lead, range: &Range, after: Option<Place>, limit: i64) -> Query {
    let query = dsl::journal_entries.into_boxed().filter(dsl::seq.is_not_null()).limit(limit);
    let mut query = match lead {
        Lead::Thing(thing) => query.filter(dsl::thing_id.eq(thing)),
        Lead::User(user) => query.filter(dsl::user_id.eq(Some(user))),
        Lead::Token(token) => query.filter(dsl::token_id.eq(Some(token))),
        Lead::OnBehalfOf(organisation) => query.filter(dsl::organisation_id.eq(Some(organisation))),
        Lead::About(organisation) => query.filter(dsl::about_organisation_id.eq(Some(organisation))),
        Lead::All => query,
    };
    if let Some(from) = range.from {
        query = query.filter(dsl::at.ge(from));
    }
    if let Some(until) = range.until {
        query = query.filter(dsl::at.lt(until));
    }
    match (range.order, after) {
        (Order::NewestFirst, after) => {
            if let Some(Place(at, seq)) = after {
                query = query.filter(dsl::at.le(at)).filter(dsl::at.lt(at).or(dsl::seq.lt(seq)));
            }
            query.order((dsl::at.desc(), dsl::seq.desc()))
        }
        (Order::OldestFirst, after) => {
            if let Some(Place(at, seq)) = after {
                query = query.filter(dsl::at.ge(at)).filter(dsl::at.gt(at).or(dsl::seq.gt(seq)));
            }
            query.order((dsl::at.asc(), dsl::seq.asc()))
        }
    }
}

/// What one index leads to, read a chunk at a time.
struct Stream {
    lead: Lead,
    after: Option<Place>,
    chunk: i64,
    ended: bool,
    rows: VecDeque<Row>,
}

impl Stream {
    fn fill(&mut self, db: &mut Db, range: &Range) -> Result<()> {
        if !self.rows.is_empty() || self.ended {
            return Ok(());
        }
        let rows: Vec<Row> =
            query(self.lead, range, self.after, self.chunk).select(Row::as_select()).load(db)?;
        self.ended = (rows.len() as i64) < self.chunk;
        self.after = rows.last().map(Row::place).or(self.after);
        self.chunk = (self.chunk * 4).min(CHUNK);
        self.rows = rows.into();
        Ok(())
    }
}

/// What was found, and where to go on looking; nowhere when there is no more.
struct Found {
    rows: Vec<(Row, Look)>,
    next: Option<Place>,
}

fn find(db: &mut Db, reader: &Reader, filter: &Filter, range: &Range) -> Result<Found> {
    let chunk = i64::try_from(range.wanted + 1).unwrap_or(CHUNK).min(CHUNK);
    let stream = |lead| Stream { lead, after: range.after, chunk, ended: false, rows: VecDeque::new() };
    let mut streams: Vec<Stream> = leads(reader, filter).into_iter().map(stream).collect();
    let (mut rows, mut last, mut looked_at) = (Vec::new(), range.after, 0);
    loop {
        for stream in &mut streams {
            stream.fill(db, range)?;
        }
        let heads = streams.iter_mut().filter_map(|stream| Some((stream.rows.front()?.place(), stream)));
        let first = match range.order {
            Order::NewestFirst => heads.max_by_key(|(place, _)| *place),
            Order::OldestFirst => heads.min_by_key(|(place, _)| *place),
        };
        let Some(row) = first.and_then(|(_, stream)| stream.rows.pop_front()) else {
            return Ok(Found { rows, next: None });
        };
        // Two indexes may lead to the same.
        if last == Some(row.place()) {
            continue;
        }
        if rows.len() == range.wanted || looked_at == LOOKED_AT {
            return Ok(Found { rows, next: last });
        }
        last = Some(row.place());
        looked_at += 1;
        let numbered = range.up_to.is_none_or(|up_to| row.seq.is_some_and(|seq| seq <= up_to));
        if let Some(look) = reader.look(row.head()).filter(|look| numbered && filter.takes(&row.told(*look)))
        {
            rows.push((row, look));
        }
    }
}

/// Entries that the reader is told of and that are asked for, with where to go on.
///
/// # Errors
/// The engine's; `internal` when what is stored can't be read.
pub fn list(db: &mut Db, reader: &Reader, filter: &Filter, range: &Range) -> Result<Cut<AuditEntry>> {
    let found = find(db, reader, filter, range)?;
    let data = shown::entries(db, reader, found.rows)?;
    Ok(Cut { data, next: found.next.map(Place::cursor) })
}

/// The newest link, and how many entries wait for theirs.
///
/// # Errors
/// As [`list`].
pub fn head(db: &mut Db) -> Result<AuditHead> {
    let (head, last) = (sealing::head(db)?, sealing::last_seq(db)?);
    let at = dsl::journal_entries.filter(dsl::seq.eq(head.seq)).select(dsl::at).first(db).optional()?;
    Ok(AuditHead { seq: head.seq, link: head.hex(), at, waiting: (last - head.seq).max(0) })
}
