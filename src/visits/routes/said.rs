//! What the body of an action says, whether that stands already, and what of it goes into the visit.

use super::{about_weekday, attendance, zone};
use crate::acting::conflict;
use crate::db::Db;
use crate::http::call::Call;
use crate::http::decode::Decode;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::items::Whole;
use crate::text::LocalizedText;
use crate::types::{Instant, Json, TimeZoneName};
use crate::visits::codes::{ReasonCode, ReportApproval, VisitAction as A, VisitState, VisitVisibility};
use crate::visits::model::bodies::{
    ClosingNotes, GivenReason, Hold, Reschedule, SeenVersion, SubmitReport, UndoHold, WithReason,
};
use crate::visits::model::visit::ClosingNoteView;
use crate::visits::model::{Delegate, LastReason, Loaded, Looker, Objection, Report};
use crate::visits::rules::{Actor, Edge};
use crate::visits::store::visits as store;

/// What an action's body says.
pub enum Said {
    /// Nothing but, perhaps, the version seen.
    Nothing,
    /// Why, perhaps.
    Why(Option<LocalizedText>, Option<ReasonCode>),
    /// Why a report is sent back.
    SentBack(LocalizedText),
    /// Another date; and the network's time zone.
    Moved(Box<Reschedule>, TimeZoneName),
    /// On which day it took place, and who was there.
    Held(Hold),
    /// The report.
    Told(Box<SubmitReport>),
    /// An objection.
    Objected(LocalizedText),
}

impl Said {
    /// Reads the body of an action.
    pub(super) fn read(call: &Call, action: A) -> Result<Self> {
        fn body<T: Decode>(call: &Call) -> Result<T> {
            call.decode::<T>().map_err(|problem| about_weekday(call, problem))
        }
        Ok(match action {
            A::Decline | A::Cancel => {
                let WithReason { reason, reason_code, .. } = body(call)?;
                Self::Why(reason, reason_code)
            }
            A::UndoHold => Self::Why(body::<UndoHold>(call)?.reason, None),
            A::ReturnReport => Self::SentBack(body::<GivenReason>(call)?.reason),
            A::Object => Self::Objected(body::<GivenReason>(call)?.reason),
            A::Reschedule => Self::Moved(Box::new(body(call)?), zone(call)?),
            A::Hold | A::RecordHeld => Self::Held(body(call)?),
            A::SubmitReport => Self::Told(Box::new(body(call)?)),
            A::Propose | A::Accept | A::ApproveReport | A::Conclude => {
                body::<SeenVersion>(call)?;
                Self::Nothing
            }
        })
    }

    /// Whether this is what stands already, by this party's own doing. `effect` tells whether the action's effect
    /// does, as far as the rules know: of what has a content (a day, a reason, a report) that has to be the same too.
    pub(super) fn stands(&self, effect: bool, visit: &Loaded, actor: Actor) -> Result<bool> {
        let row = &visit.row;
        match self {
            Self::Nothing | Self::Why(..) => Ok(effect),
            Self::SentBack(reason) if effect => {
                let given = row.last_reason.as_ref().map(Json::get).transpose()?;
                Ok(given.and_then(|given: LastReason| given.reason).as_ref() == Some(reason))
            }
            Self::Held(hold) if effect => {
                // What it leaves out it does not gainsay.
                let day = hold.held_on.is_none_or(|day| row.held_on == Some(day));
                Ok(day && attendance::is_as_marked(hold, row)?)
            }
            Self::Moved(moved, zone) if row.state == VisitState::Proposed => {
                let by_own = visit.last_reason()?.is_some_and(|given| {
                    given.action == A::Reschedule && given.organisation_id == actor.organisation
                });
                let mut new = row.clone();
                store::schedule(&mut new, &moved.schedule, zone);
                Ok(by_own && same(&new.schedule(), &row.schedule(), &[]))
            }
            Self::Told(told) if matches!(row.state, VisitState::Reported | VisitState::Concluded) => {
                // What another's edit has cleared since stands no more.
                let approves = visit.party(actor.organisation);
                let approves = approves.is_some_and(|own| own.report_approval == ReportApproval::Approved);
                let by_own =
                    approves && visit.submitted()?.is_some_and(|report| report.by == actor.organisation);
                let stored = row.report.as_ref().map(Json::get).transpose()?;
                let new = report(told, stored.clone(), actor, row.updated_at);
                Ok(by_own && same(&new, &stored, &["summary", "closing_notes", "visibility"]))
            }
            Self::Objected(reason) => {
                let own = visit.party(actor.organisation);
                let own = own.filter(|party| party.report_approval == ReportApproval::Objected);
                let stands = own.and_then(|party| party.objection.as_ref()).map(Json::get).transpose()?;
                Ok(stands.is_some_and(|objection| objection.reason == *reason))
            }
            _ => Ok(false),
        }
    }

    /// What only the visit knows to be wrong.
    pub(super) fn check(&self, visit: &Loaded, db: &mut Db) -> Result<()> {
        match self {
            Self::Held(hold) => attendance::check(hold, &Delegate::load(db, visit.row.id)?),
            Self::Told(told) if told.summary.is_none() && visit.row.report.is_none() => {
                let detail = "is required where the report has no draft";
                Err(Problem::errors(vec![FieldError::new("/summary", "required", detail)]))
            }
            _ => Ok(()),
        }
    }

    /// Writes it into the visit, on which the action has had its effect.
    pub(super) fn apply(
        &self,
        looker: &Looker,
        db: &mut Db,
        edge: &Edge,
        after: &mut Loaded,
        actor: Actor,
    ) -> Result<()> {
        let given = |reason: &Option<LocalizedText>, reason_code: Option<ReasonCode>| {
            Json::new(&LastReason {
                action: edge.action,
                reason: reason.clone(),
                reason_code,
                organisation_id: actor.organisation,
                at: looker.now,
            })
        };
        match self {
            Self::Nothing => {}
            Self::Why(reason, reason_code) => after.row.last_reason = Some(given(reason, *reason_code)?),
            Self::SentBack(reason) => after.row.last_reason = Some(given(&Some(reason.clone()), None)?),
            Self::Moved(moved, zone) => {
                store::schedule(&mut after.row, &moved.schedule, zone);
                after.row.last_reason = Some(given(&moved.reason, moved.reason_code)?);
            }
            Self::Held(hold) => {
                held(looker, hold, edge, after, actor)?;
                after.row.held_marked =
                    Some(Json::new(&attendance::marked(hold, &Delegate::load(db, after.row.id)?))?);
            }
            Self::Told(told) => {
                let draft = after.row.report.as_ref().map(Json::get).transpose()?;
                after.row.report =
                    report(told, draft, actor, looker.now).as_ref().map(Json::new).transpose()?;
                after.ask_for_approval(looker.now)?;
            }
            Self::Objected(reason) => {
                let objection = Json::new(&Objection { reason: reason.clone(), at: looker.now })?;
                for own in after.own_party(actor.organisation) {
                    own.objection = Some(objection.clone());
                }
            }
        }
        match edge.action {
            A::UndoHold => after.forget_held(),
            // Who approves has nothing against it any more.
            A::ApproveReport => after.own_party(actor.organisation).for_each(|own| own.objection = None),
            _ => {}
        }
        Ok(())
    }
}

fn held(looker: &Looker, hold: &Hold, edge: &Edge, after: &mut Loaded, actor: Actor) -> Result<()> {
    let held_on = hold.held_on.unwrap_or(after.row.starts_on);
    if held_on > after.row.day_of(looker.now) {
        let mut before = after.clone();
        before.row.state = edge.state;
        return Err(conflict(&before, looker, Code::TooEarly)?.detail("held_on has not come yet"));
    }
    let row = &mut after.row;
    row.held_on = Some(held_on);
    row.held_by_organisation_id = Some(actor.organisation);
    row.held_from = Some(edge.state);
    row.held_at = Some(looker.now);
    Ok(())
}

/// The report as submitted: what the body leaves out is the draft's. None where nobody wrote what happened.
fn report(told: &SubmitReport, draft: Option<Report>, actor: Actor, now: Instant) -> Option<Report> {
    let (summary, notes, visibility) = match draft {
        Some(draft) => (Some(draft.summary), draft.closing_notes, draft.visibility),
        None => (None, Vec::new(), VisitVisibility::Parties),
    };
    Some(Report {
        summary: told.summary.clone().or(summary)?,
        closing_notes: told.closing_notes.as_ref().map_or(notes, closing_notes),
        visibility: told.visibility.unwrap_or(visibility),
        submitted_by_organisation_id: Some(actor.organisation),
        submitted_at: Some(now),
    })
}

/// The sides' words as they are answered.
pub(super) fn closing_notes(notes: &ClosingNotes) -> Vec<ClosingNoteView> {
    notes.iter().map(|note| ClosingNoteView { side: note.side, text: note.text.clone() }).collect()
}

/// Whether two things are the same in these members; in all of them where none is named.
fn same<A: serde::Serialize, B: serde::Serialize>(one: &A, other: &B, members: &[&str]) -> bool {
    let (Ok(one), Ok(other)) = (serde_json::to_value(one), serde_json::to_value(other)) else { return false };
    if members.is_empty() { one == other } else { members.iter().all(|name| one[*name] == other[*name]) }
}
