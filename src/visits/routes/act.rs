//! The actions: what is proposed, answered, held, reported and approved.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::{about_weekday, answer, conflict, permit, versioned, zone};
use crate::access::{Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::decode::Decode;
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::Writer;
use crate::text::LocalizedText;
use crate::types::{CalendarDate, Instant, Json, VisitId};
use crate::visits::codes::{ReasonCode, VisitAction as A, VisitState, VisitVisibility};
use crate::visits::model::bodies::{Hold, Reschedule, SeenVersion, SubmitReport, WithReason};
use crate::visits::model::visit::ClosingNoteView;
use crate::visits::model::{LastReason, Loaded, Looker, Record, Report, Visit};
use crate::visits::rules::effects::{self, Versions};
use crate::visits::rules::{self, Actor, Refusal};
use crate::visits::store::{items, visits as store};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        action("/v1/visits/{id}/propose", "proposeVisit", A::Propose).optional_body::<SeenVersion>(),
        action("/v1/visits/{id}/accept", "acceptVisit", A::Accept).optional_body::<SeenVersion>(),
        action("/v1/visits/{id}/decline", "declineVisit", A::Decline).optional_body::<WithReason>(),
        action("/v1/visits/{id}/reschedule", "rescheduleVisit", A::Reschedule).body::<Reschedule>(),
        action("/v1/visits/{id}/cancel", "cancelVisit", A::Cancel).optional_body::<WithReason>(),
        action("/v1/visits/{id}/hold", "holdVisit", A::Hold).optional_body::<Hold>(),
        action("/v1/visits/{id}/submit-report", "submitVisitReport", A::SubmitReport).body::<SubmitReport>(),
        action("/v1/visits/{id}/approve-report", "approveVisitReport", A::ApproveReport)
            .optional_body::<SeenVersion>(),
    ]
}

/// What the document says of each action: from the table.
static DESCRIPTIONS: LazyLock<HashMap<A, String>> =
    LazyLock::new(|| A::ALL.iter().map(|action| (*action, rules::describe(*action))).collect());

fn action(path: &'static str, id: &'static str, action: A) -> Operation {
    let (_, summary) = crate::text::labels::get(&format!("visit.action.{action}")).unwrap_or_default();
    let need = if names_version(action) { VersionNeed::Required } else { VersionNeed::Optional };
    Operation::post(path, id, move |call| act(call, action))
        .summary(summary)
        .description(DESCRIPTIONS.get(&action).map_or("", String::as_str))
        .needs(Right::VisitsDecide)
        .version(need)
        .ok::<Visit>("The whole visit as it is now; the same again when its effect stands already.")
}

/// Whether the action consents to a version, which has to be named.
fn names_version(action: A) -> bool {
    matches!(action, A::Accept | A::ApproveReport)
}

/// What the journal calls it.
fn journaled(action: A) -> &'static str {
    match action {
        A::Propose => "visit.proposed",
        A::Accept => "visit.accepted",
        A::Decline => "visit.declined",
        A::Reschedule => "visit.rescheduled",
        A::Cancel => "visit.cancelled",
        A::Hold => "visit.held",
        A::RecordHeld => "visit.record_held",
        A::UndoHold => "visit.hold_undone",
        A::SubmitReport => "visit.report_submitted",
        A::ApproveReport => "visit.report_approved",
        A::ReturnReport => "visit.report_returned",
        A::Conclude => "visit.concluded",
        A::Object => "visit.objected",
    }
}

/// A visit as the caller may act on it: as it goes on, or as they left it when they declined.
enum Scene {
    On(Box<Loaded>),
    Left(Json<Visit>),
}

async fn act(call: Arc<Call>, action: A) -> Result<Answer> {
    let id: VisitId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| match store::lock(w, &admitting.sight, id) {
            Ok(visit) => {
                let permit = permit(&admitting, &visit, Right::VisitsDecide)?;
                Ok(Admitted::by(&permit, Scene::On(Box::new(visit))).with(permit))
            }
            Err(problem) if problem.code() == Code::NotFound => {
                let (organisation, last) = store::find_last_seen_by(w.db(), &admitting.sight, id)?;
                let permit = admitting.caller.permit(Right::VisitsDecide, &[organisation])?;
                Ok(Admitted::by(&permit, Scene::Left(last)).with(permit))
            }
            Err(problem) => Err(problem),
        },
        move |w, (scene, permit)| match scene {
            Scene::On(visit) => perform(&acting, &looker, action, w, &visit, &permit),
            Scene::Left(last) if action == A::Decline => last_seen(&last),
            Scene::Left(last) => {
                Said::read(&acting, action)?;
                Err(Problem::new(Code::StateConflict)
                    .with("state", stub(&last)?.state)
                    .with("allowed_actions", Vec::<A>::new()))
            }
        },
    )
    .await
}

#[derive(serde::Deserialize)]
struct Stub {
    version: i64,
    state: VisitState,
}

fn stub(last: &Json<Visit>) -> Result<Stub> {
    last.clone().cast::<Stub>().get()
}

/// The visit as it was when the caller's organisation declined.
pub(super) fn last_seen(last: &Json<Visit>) -> Result<Answer> {
    Answer::thing(last, stub(last)?.version)
}

/// What an action's body says.
enum Said {
    Nothing,
    Why(WithReason),
    Moved(Box<Reschedule>),
    Held(Hold),
    Told(Box<SubmitReport>),
}

impl Said {
    fn read(call: &Call, action: A) -> Result<Self> {
        fn body<T: Decode>(call: &Call) -> Result<T> {
            call.decode::<T>().map_err(|problem| about_weekday(call, problem))
        }
        Ok(match action {
            A::Decline | A::Cancel => Self::Why(body(call)?),
            A::Reschedule => Self::Moved(Box::new(body(call)?)),
            A::Hold => Self::Held(body(call)?),
            A::SubmitReport => Self::Told(Box::new(body(call)?)),
            _ => {
                body::<SeenVersion>(call)?;
                Self::Nothing
            }
        })
    }
}

fn perform(
    call: &Call,
    looker: &Looker,
    action: A,
    w: &mut Writer<'_>,
    stored: &Loaded,
    permit: &Permit,
) -> Result<Answer> {
    let actor = Actor { organisation: permit.organisation(), user: permit.user() };
    // Nobody waits for a party that can't answer; it is written with what comes of the action.
    let before = &stored.settled(looker.now)?;
    let standing = before.standing(looker.now)?;
    let record = store::record_of(w.db(), before.row.id)?;
    let seen = looker.whole(before, record.clone())?;
    let stands = rules::stands(action, &standing, actor.organisation);
    let repeats = || match Said::read(call, action) {
        Ok(said) => says_the_same(&said, call, before, actor),
        Err(_) => Ok(false),
    };
    if stands || repeats()? {
        let moved = store::move_on(w, stored)?;
        return answer(&looker.whole(&moved, record)?);
    }
    if names_version(action) {
        call.require_version(w.db(), versioned(&seen))?;
    } else {
        call.check_version(w.db(), versioned(&seen))?;
    }
    let said = Said::read(call, action)?;
    if let Said::Held(hold) = &said {
        check_attended(hold, &record)?;
    }
    let edge = match rules::find(action, &standing, actor) {
        Ok(edge) => edge,
        Err(refusal) => return Err(refused(looker, before, refusal)?),
    };
    let mut after = before.clone();
    let mut parties = standing.parties;
    let versions = Versions { seen: before.row.version, next: before.row.version + 1 };
    after.row.state = effects::carry_out(edge, &mut parties, actor, versions);
    after.take(&parties);
    apply(call, looker, &said, action, &mut after, actor)?;
    let asked = after.submitted()?.map(|report| report.visibility);
    after.row.visibility = effects::visibility(after.row.state, asked, &parties);
    if let Said::Held(hold) = &said {
        mark_attended(w, permit, hold, &record)?;
    }
    finish(looker, w, permit, action, stored, after)
}

/// Writes what came of it and answers the whole.
fn finish(
    looker: &Looker,
    w: &mut Writer<'_>,
    permit: &Permit,
    action: A,
    before: &Loaded,
    mut after: Loaded,
) -> Result<Answer> {
    let record = store::record_of(w.db(), after.row.id)?;
    let mut last = None;
    if action == A::Decline && after.row.state != VisitState::Declined {
        // It goes on without this party, which keeps it as it is now and sees no more of it.
        after.row.version = before.row.version + 1;
        after.row.updated_at = w.now();
        let mut seen = looker.whole(&after, record.clone())?;
        seen.allowed_actions.clear();
        let kept = Json::new(&seen)?;
        for (party, _) in
            after.parties.iter_mut().filter(|(party, _)| party.organisation_id == permit.organisation())
        {
            party.seen_last = Some(kept.clone());
        }
        last = Some(kept);
    }
    store::save(w, permit, before, &mut after, (journaled(action), None))?;
    match last {
        Some(last) => last_seen(&last),
        None => answer(&looker.whole(&after, record)?),
    }
}

fn refused(looker: &Looker, visit: &Loaded, refusal: Refusal) -> Result<Problem> {
    let code = match refusal {
        Refusal::NotNow => Code::StateConflict,
        Refusal::BothSides => Code::BothSides,
        Refusal::TooEarly => Code::TooEarly,
    };
    conflict(looker, visit, code)
}

/// Whether a move or a report is the one that stands already, by this party's own doing.
fn says_the_same(said: &Said, call: &Call, visit: &Loaded, actor: Actor) -> Result<bool> {
    match said {
        Said::Moved(moved) if visit.row.state == VisitState::Proposed => {
            let by_own = visit.last_reason()?.is_some_and(|given| {
                given.action == A::Reschedule && given.organisation_id == actor.organisation
            });
            let mut row = visit.row.clone();
            store::schedule(&mut row, &moved.schedule, &zone(call)?);
            let same =
                serde_json::to_value(row.schedule()).ok() == serde_json::to_value(visit.row.schedule()).ok();
            Ok(by_own && same)
        }
        Said::Told(told) if matches!(visit.row.state, VisitState::Reported | VisitState::Concluded) => {
            let by_own = visit
                .submitted()?
                .is_some_and(|report| report.submitted_by_organisation_id == actor.organisation);
            let Some(stored) = visit.row.report.clone().filter(|_| by_own) else { return Ok(false) };
            let stored: serde_json::Value = stored.cast().get()?;
            let new =
                serde_json::to_value(report(told, actor, visit.row.updated_at)).map_err(Problem::internal)?;
            Ok(["summary", "closing_notes", "visibility"].iter().all(|name| stored[*name] == new[*name]))
        }
        _ => Ok(false),
    }
}

/// What the body says goes into the visit.
fn apply(
    call: &Call,
    looker: &Looker,
    said: &Said,
    action: A,
    after: &mut Loaded,
    actor: Actor,
) -> Result<()> {
    let reason = |reason: &Option<LocalizedText>, reason_code: Option<ReasonCode>| {
        Json::new(&LastReason {
            action,
            reason: reason.clone(),
            reason_code,
            organisation_id: actor.organisation,
            at: looker.now,
        })
    };
    match said {
        Said::Nothing => {}
        Said::Why(why) => after.row.last_reason = Some(reason(&why.reason, why.reason_code)?),
        Said::Moved(moved) => {
            store::schedule(&mut after.row, &moved.schedule, &zone(call)?);
            after.row.last_reason = Some(reason(&moved.reason, moved.reason_code)?);
        }
        Said::Held(hold) => {
            let held_on: CalendarDate = hold.held_on.unwrap_or(after.row.starts_on);
            if held_on > after.row.today(looker.now) {
                let mut before = after.clone();
                before.row.state = VisitState::Accepted;
                return Err(conflict(looker, &before, Code::TooEarly)?.detail("held_on has not come yet"));
            }
            after.row.held_on = Some(held_on);
            after.row.held_by_organisation_id = Some(actor.organisation);
        }
        Said::Told(told) => after.row.report = Some(Json::new(&report(told, actor, looker.now))?),
    }
    Ok(())
}

fn report(told: &SubmitReport, actor: Actor, now: Instant) -> Report {
    let notes = told.closing_notes.iter();
    Report {
        summary: told.summary.clone(),
        closing_notes: notes
            .map(|note| ClosingNoteView { side: note.side, text: note.text.clone() })
            .collect(),
        visibility: told.visibility.unwrap_or(VisitVisibility::Parties),
        submitted_by_organisation_id: actor.organisation,
        submitted_at: now,
    }
}

fn check_attended(hold: &Hold, record: &Record) -> Result<()> {
    let unknown = hold
        .attended
        .iter()
        .enumerate()
        .filter(|(_, id)| !record.delegates.iter().any(|delegate| delegate.id == **id));
    let errors: Vec<FieldError> = unknown
        .map(|(i, _)| {
            FieldError::new(format!("/attended/{i}"), "unknown-reference", "is no delegate of the visit")
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::errors(errors)) }
}

fn mark_attended(w: &mut Writer<'_>, permit: &Permit, hold: &Hold, record: &Record) -> Result<()> {
    let there = record.delegates.iter().filter(|delegate| hold.attended.contains(&delegate.id));
    for delegate in there.filter(|delegate| delegate.attended != Some(true)) {
        let mut after = delegate.clone();
        after.attended = Some(true);
        after.version += 1;
        after.updated_at = w.now();
        items::update(w, permit, delegate, &after)?;
    }
    Ok(())
}
