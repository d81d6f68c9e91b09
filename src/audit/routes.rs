//! `/v1/audit`.

use std::str::FromStr;
use std::sync::Arc;

use actix_web::web::Bytes;

use super::model::{AuditEntry, AuditHead};
use super::rules::{self, Filter, Reader};
use super::store::{self, Order, Place, Range};
use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::page::Cut;
use crate::http::parts::Parts;
use crate::http::problem::{Problem, Result};
use crate::journal::sealing;
use crate::types::{AnyId, CalendarDate, Instant, TimeZoneName};

/// How many entries an export reads at a time.
const EXPORTED_AT_ONCE: usize = 500;
/// How many actors, or things, may be named in one question.
const MOST_NAMED: usize = 20;
const NDJSON: &str = "application/x-ndjson";
const RIGHTS: [Right; 2] = [Right::AuditRead, Right::NetworkAudit];

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        filters(Operation::get("/v1/audit", "listAudit", list))
            .summary("The audit trail, newest first")
            .description(
                "With `audit:read`: what was done on behalf of one's organisation, and what others did that concerns it, each kind of \
                 thing by the right with which such things are read. With `network:audit`: the envelope over all, that is who, when, \
                 which action, for which organisation; the values of things of the network itself alone; nothing of donors, donor links \
                 and drafts. By `at`, then `seq`. At most 10,000 entries are looked at for one page: it may be short, or empty, while \
                 `next_cursor` says that there is more. On PostgreSQL an entry is told a moment after it was written, once it has its \
                 number.",
            )
            .pages::<AuditEntry>("A page of the trail."),
        filters(Operation::get("/v1/audit.ndjson", "exportAudit", export))
            .summary("The audit trail as a whole, oldest first, an entry a line")
            .description(
                "All that `GET /v1/audit` would tell up to now, as JSON with a line for each entry, sent as fast as it is taken. Where it \
                 can't be finished, also because the token was revoked or has expired meanwhile, the connection is broken off before the end: \
                 check that the answer is complete.",
            )
            .content(NDJSON, "The entries."),
        Operation::get("/v1/audit/head", "readAuditHead", head)
            .summary("The newest link of the chain over all entries")
            .description("Keep it elsewhere: `awasir audit verify --head SEQ:LINK` tells whether the chain up to it is still the same.")
            .needs_any_of(&RIGHTS)
            .ok::<AuditHead>("The newest link."),
    ]
}

fn filters(operation: Operation) -> Operation {
    operation
        .needs_any_of(&RIGHTS)
        .filter_many::<AnyId>("actor", "Done by this person, or through this access token.")
        .filter_many::<String>("type", "Done to things of this kind: `visit`, `visit.delegate`, `member` …")
        .filter_many::<AnyId>("id", "Done to this thing.")
        .filter_many::<String>("action", "This action: `visit.accepted`.")
        .filter::<CalendarDate>("from", "Not before this day, in the network's time zone.")
        .filter::<CalendarDate>("to", "Not after this day, in the network's time zone.")
}

/// A kind of thing that is asked for.
struct KindName(&'static str);

impl FromStr for KindName {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        rules::kind_of(text).map(|kind| Self(kind.name)).ok_or_else(|| {
            let known: Vec<&str> = rules::KINDS.iter().map(|kind| kind.name).collect();
            format!("there is no such kind of thing; known are: {}", known.join(", "))
        })
    }
}

/// What is asked for, and between which moments.
fn asked(call: &Call) -> Result<(Filter, Option<Instant>, Option<Instant>)> {
    let (filter, from, to) = call.query().read(|reader| {
        let kinds: Vec<KindName> = reader.many("type");
        let filter = Filter {
            actors: reader.many("actor"),
            kinds: kinds.into_iter().map(|kind| kind.0).collect(),
            things: reader.many("id"),
            actions: reader.many("action"),
        };
        // Each is a stream of its own to be read.
        for (name, values) in [("actor", filter.actors.len()), ("id", filter.things.len())] {
            if values > MOST_NAMED {
                reader.report(name, "too-many", format!("is given {values} times; {MOST_NAMED} are taken"));
            }
        }
        (filter, reader.one::<CalendarDate>("from"), reader.one::<CalendarDate>("to"))
    })?;
    let zone: TimeZoneName = call.app().settings.time_zone.parse().map_err(Problem::internal)?;
    let until = to.and_then(|day| day.plus_days(1)).map(|day| zone.beginning_of(day));
    Ok((filter, from.map(|day| zone.beginning_of(day)), until))
}

fn reader(call: &Call) -> Result<Reader> {
    Ok(Reader::of(call.caller()?, &call.sight(Right::AuditRead)?))
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let (filter, from, until) = asked(&call)?;
    let (reader, page) = (reader(&call)?, call.page_request()?);
    let range = Range {
        order: Order::NewestFirst,
        after: page.after.as_ref().map(Place::of),
        from,
        until,
        up_to: None,
        wanted: page.limit.get(),
    };
    let listed = Arc::clone(&call);
    // Where few entries are meant, many are looked at.
    call.app().database.heavy(move |db| listed.page_of(store::list(db, &reader, &filter, &range)?)).await
}

async fn head(call: Arc<Call>) -> Result<Answer> {
    let head = call.app().database.snapshot(store::head).await?;
    Ok(Answer::json(&head)?.with_content_etag())
}

/// What an export is of, and how far it is.
struct Export {
    call: Arc<Call>,
    reader: Arc<Reader>,
    filter: Arc<Filter>,
    /// From where the next page is read; none when there is none.
    range: Option<Range>,
}

async fn export(call: Arc<Call>) -> Result<Answer> {
    let (filter, from, until) = asked(&call)?;
    let reader = Arc::new(reader(&call)?);
    // What is written from now on is another export's: this one ends.
    let up_to = call.app().database.read(sealing::last_seq).await?;
    let range = Range {
        order: Order::OldestFirst,
        after: None,
        from,
        until,
        up_to: Some(up_to),
        wanted: EXPORTED_AT_ONCE,
    };
    let export = Export { call, reader, filter: Arc::new(filter), range: Some(range) };
    Ok(Answer::parts(NDJSON, Parts::unfold(export, next_part)))
}

async fn next_part(export: Export) -> Result<Option<(Bytes, Export)>> {
    let Export { call, reader, filter, range } = export;
    let Some(range) = range else { return Ok(None) };
    let (reading, asked) = (Arc::clone(&reader), Arc::clone(&filter));
    let read = async {
        call.authenticate_again().await?;
        let read = call.app().database.heavy(move |db| {
            let Cut { data, next } = store::list(db, &reading, &asked, &range)?;
            Ok((lines(&data)?, next))
        });
        read.await
    };
    match read.await {
        Ok((lines, next)) => {
            let range = next.map(|next| Range { after: Some(Place::of(&next)), ..range });
            Ok(Some((lines, Export { call, reader, filter, range })))
        }
        Err(problem) => {
            let why = problem.cause().unwrap_or(problem.code().as_str());
            log::warn!("{} export broken off: {why}", call.request_id());
            Err(problem)
        }
    }
}

fn lines(entries: &[AuditEntry]) -> Result<Bytes> {
    let mut bytes = Vec::with_capacity(entries.len() * 1024);
    for entry in entries {
        serde_json::to_writer(&mut bytes, entry).map_err(Problem::internal)?;
        bytes.push(b'\n');
    }
    Ok(bytes.into())
}
