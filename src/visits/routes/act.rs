//! The actions: what is proposed, answered, held, reported and approved.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::attendance;
use super::said::{Said, repeats};
use super::{answer, conflict, permit, versioned};
use crate::access::{Permit, Right};
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::{Json, VisitId};
use crate::visits::codes::{VisitAction as A, VisitState};
use crate::visits::model::bodies::{
    GivenReason, Hold, Reschedule, SeenVersion, SubmitReport, UndoHold, WithReason,
};
use crate::visits::model::{Known, Loaded, Looker, Visit, VisitRow};
use crate::visits::rules::effects::{self, Versions};
use crate::visits::rules::{self, Actor, Refusal};
use crate::visits::store::{named, visits as store};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        action("/v1/visits/{id}/propose", "proposeVisit", A::Propose).optional_body::<SeenVersion>(),
        action("/v1/visits/{id}/accept", "acceptVisit", A::Accept).optional_body::<SeenVersion>(),
        action("/v1/visits/{id}/decline", "declineVisit", A::Decline).optional_body::<WithReason>(),
        action("/v1/visits/{id}/reschedule", "rescheduleVisit", A::Reschedule).body::<Reschedule>(),
        action("/v1/visits/{id}/cancel", "cancelVisit", A::Cancel).optional_body::<WithReason>(),
        action("/v1/visits/{id}/hold", "holdVisit", A::Hold).optional_body::<Hold>(),
        action("/v1/visits/{id}/record-held", "recordVisitHeld", A::RecordHeld).optional_body::<Hold>(),
        action("/v1/visits/{id}/undo-hold", "undoVisitHold", A::UndoHold).optional_body::<UndoHold>(),
        action("/v1/visits/{id}/submit-report", "submitVisitReport", A::SubmitReport)
            .optional_body::<SubmitReport>(),
        action("/v1/visits/{id}/approve-report", "approveVisitReport", A::ApproveReport)
            .optional_body::<SeenVersion>(),
        action("/v1/visits/{id}/return-report", "returnVisitReport", A::ReturnReport).body::<GivenReason>(),
        action("/v1/visits/{id}/conclude", "concludeVisit", A::Conclude).optional_body::<SeenVersion>(),
        action("/v1/visits/{id}/object", "objectToVisit", A::Object).body::<GivenReason>(),
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
            Scene::Left(last) if action == A::Decline => last_seen(w.db(), &looker, &last),
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

/// The visit as it was when the caller's organisation declined, as far as the caller sees that.
pub(super) fn last_seen(db: &mut Db, looker: &Looker, last: &Json<Visit>) -> Result<Answer> {
    Answer::thing(&named::veiled(db, looker, last)?, stub(last)?.version)
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
    let record = store::record_seen_by(w.db(), looker, before.row.id)?;
    let known = named::known(w.db(), &looker.sight, std::slice::from_ref(before))?;
    let seen = looker.whole(before, record.clone(), &known)?;
    let stands = rules::stands(action, &standing, actor.organisation);
    let said = Said::read(call, action);
    if repeats(&said, action, stands, call, before, actor)? {
        let moved = store::move_on(w, stored)?;
        return answer(&looker.whole(&moved, record, &known)?);
    }
    if names_version(action) {
        call.require_version(w.db(), versioned(&seen))?;
    } else {
        call.check_version(w.db(), versioned(&seen))?;
    }
    let said = said?;
    said.check(before, &record)?;
    let edge = match rules::find(action, &standing, actor) {
        Ok(edge) => edge,
        Err(refusal) => return Err(refused(looker, before, refusal)?),
    };
    let mut after = before.clone();
    let mut parties = standing.parties;
    let versions = Versions { seen: before.row.version, next: before.row.version + 1 };
    let held_from = held_from(w.db(), &before.row, action, actor)?;
    after.row.state = effects::carry_out(edge, &mut parties, actor, versions, held_from);
    after.take(&parties);
    said.apply(call, looker, edge, &mut after, (actor, &record))?;
    after.take_effect(looker.now)?;
    match (&said, &before.row.held_marked) {
        (Said::Held(hold), _) => attendance::mark(w, permit, hold, &record)?,
        (_, Some(marked)) if action == A::UndoHold => {
            attendance::put_back(w, permit, &marked.get()?, &record)?
        }
        _ => {}
    }
    finish(looker, w, permit, (action, &known), stored, after)
}

/// The state before the visit was recorded as held, to which taking that back leads.
fn held_from(db: &mut Db, row: &VisitRow, action: A, actor: Actor) -> Result<Option<VisitState>> {
    match row.held_from {
        // A draft is its author's alone: what others have put into it meanwhile is not drawn into that.
        Some(VisitState::Draft)
            if action == A::UndoHold && store::is_built_on(db, row.id, actor.organisation)? =>
        {
            Ok(Some(VisitState::Proposed))
        }
        held_from => Ok(held_from),
    }
}

/// Writes what came of it and answers the whole.
fn finish(
    looker: &Looker,
    w: &mut Writer<'_>,
    permit: &Permit,
    (action, known): (A, &Known),
    before: &Loaded,
    mut after: Loaded,
) -> Result<Answer> {
    let record = store::record_seen_by(w.db(), looker, after.row.id)?;
    let mut last = None;
    if action == A::Decline && after.row.state != VisitState::Declined {
        // It goes on without this party, which keeps it as it is now and sees no more of it.
        after.row.version = before.row.version + 1;
        after.row.updated_at = w.now();
        let mut seen = looker.whole(&after, record.clone(), known)?;
        seen.allowed_actions.clear();
        let kept = Json::new(&seen)?;
        for (party, _) in
            after.parties.iter_mut().filter(|(party, _)| party.organisation_id == permit.organisation())
        {
            party.seen_last = Some(kept.clone());
        }
        last = Some(kept);
    }
    store::save(w, permit, before, &mut after, (journaled(action), &[]))?;
    match last {
        Some(last) => last_seen(w.db(), looker, &last),
        None => answer(&looker.whole(&after, record, known)?),
    }
}

pub(super) fn refused(looker: &Looker, visit: &Loaded, refusal: Refusal) -> Result<Problem> {
    let code = match refusal {
        Refusal::NotNow => Code::StateConflict,
        Refusal::BothSides => Code::BothSides,
        Refusal::TooEarly => Code::TooEarly,
        Refusal::TooLate => Code::TooLate,
    };
    conflict(looker, visit, code)
}
