//! `/v1/visits`, by verb.
//!
//! - [`read`]: one and lists; [`calendar`]: one for calendars;
//! - [`create`], [`change`]: drafts and what may be changed later;
//! - [`act`]: the actions, `said`: their bodies, `attendance`: who was there; [`items`]: delegates, agenda, discussions, commitments;
//!   [`record`]: all of them at once; `touch`: what an edit of the record does to the visit.

pub mod act;
mod attendance;
pub mod calendar;
pub mod change;
pub mod create;
pub mod items;
pub mod read;
pub mod record;
mod said;
pub(crate) mod touch;

use std::sync::Arc;

use super::codes::VisitState;
use super::model::{Loaded, Looker, Visit};
use super::store::{named, visits as store};
use crate::access::{Permit, Right};
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::decode::Value;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::{CalendarDate, TimeZoneName, VisitId, Weekday};

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    [
        read::operations(),
        calendar::operations(),
        create::operations(),
        change::operations(),
        act::operations(),
        items::operations(),
        record::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn answer(visit: &Visit) -> Result<Answer> {
    Answer::thing(visit, visit.version)
}

/// A visit that the caller sees, with its record, as they see it.
fn seen(db: &mut Db, looker: &Looker, visit: &Loaded) -> Result<Visit> {
    let record = store::record_seen_by(db, looker, visit.row.id)?;
    let known = named::known(db, &looker.sight, std::slice::from_ref(visit))?;
    looker.whole(visit, record, &known)
}

fn versioned(visit: &Visit) -> Versioned<'_, Visit> {
    Versioned { id: visit.id.uuid(), version: visit.version, thing: visit }
}

/// What is done with a visit that was found and is locked, by whoever has leave to.
type Doing = fn(&Call, &Looker, &mut Writer<'_>, &Loaded, &Permit) -> Result<Answer>;

/// Writes to the visit of the path: admits the caller, then does it.
async fn write_to(call: Arc<Call>, right: Right, act: Doing) -> Result<Answer> {
    let id: VisitId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit(&admitting, w, id, right),
        move |w, (visit, permit): (Loaded, Permit)| act(&acting, &looker, w, &visit, &permit),
    )
    .await
}

/// Locks a visit that the caller sees, and asks the guard for leave to do something with it.
pub(crate) fn admit(
    looker: &Looker,
    w: &mut Writer<'_>,
    id: VisitId,
    right: Right,
) -> Result<Admitted<(Loaded, Permit)>> {
    let visit = store::lock(w, &looker.sight, id)?;
    let permit = permit(looker, &visit, right)?;
    Ok(Admitted::by(&permit, visit).with(permit))
}

/// For a party that remains; else, so that its refusal is answered again, for one that declined.
fn permit(looker: &Looker, visit: &Loaded, right: Right) -> Result<Permit> {
    match looker.caller.permit(right, &visit.concerned()) {
        Err(problem) if problem.code() == Code::Forbidden && visit.row.state != VisitState::Draft => {
            let all: Vec<_> = visit.parties.iter().map(|(party, _)| party.organisation_id).collect();
            looker.caller.permit(right, &all)
        }
        other => other,
    }
}

/// The network's time zone.
fn zone(call: &Call) -> Result<TimeZoneName> {
    call.app().settings.time_zone.parse().map_err(Problem::internal)
}

/// Where a weekday that does not go with its date is all that is wrong, the problem says so itself and
/// offers the date with day and month exchanged, should that one fit.
fn about_weekday(call: &Call, problem: Problem) -> Problem {
    let errors = problem.field_errors();
    let [only] = errors else { return problem };
    if only.code != "weekday-mismatch" {
        return problem;
    }
    let text = |name: &str| match call.body().get("schedule").and_then(|schedule| schedule.get(name)) {
        Some(Value::String(text)) => Some(text.trim().to_owned()),
        _ => None,
    };
    let date = text("date").and_then(|date| date.parse::<CalendarDate>().ok());
    let weekday = text("weekday").and_then(|weekday| Weekday::parse(&weekday));
    let swapped =
        date.and_then(CalendarDate::day_month_swapped).filter(|date| Some(date.weekday()) == weekday);
    Problem::new(Code::WeekdayMismatch).with("suggested_date", swapped).with_errors(errors.to_vec())
}
