//! The actions: what is proposed, answered, held, reported and approved.

use uuid::Uuid;

use super::said::Said;
use super::{attendance, permit, seen};
use crate::access::{Caller, Permit, Right};
use crate::acting::{self, Acted, Scene, conflict};
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::{Json, OrganisationId, VisitId};
use crate::visits::codes::{VisitAction as A, VisitState};
use crate::visits::model::bodies::{
    GivenReason, Hold, Reschedule, SeenVersion, SubmitReport, UndoHold, WithReason,
};
use crate::visits::model::{Loaded, Looker, Visit, VisitRow};
use crate::visits::rules::effects::{self, Versions};
use crate::visits::rules::{self, Actor, Edge, Refusal, Standing, Visits};
use crate::visits::store::{KIND, named, visits as store};

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

fn action(path: &'static str, id: &'static str, action: A) -> Operation {
    acting::operation::<Loaded>(path, id, action, rules::describe(action))
}

impl Acted for Loaded {
    type Machine = Visits;
    type Id = VisitId;
    type Looker = Looker;
    type View = Visit;
    type Said = Said;
    type Kept = Json<Visit>;
    const KIND: &'static str = KIND;

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn caller(looker: &Looker) -> &Caller {
        &looker.caller
    }

    fn needed(_action: A) -> Right {
        Right::VisitsDecide
    }

    fn names_version(action: A) -> bool {
        matches!(action, A::Accept | A::ApproveReport)
    }

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

    fn scene(w: &mut Writer<'_>, looker: &Looker, id: VisitId, _action: A) -> Result<Scene<Self>> {
        match store::lock(w, &looker.sight, id) {
            Ok(visit) => Ok(Scene::On(Box::new(visit))),
            Err(problem) if problem.code() == Code::NotFound => {
                let (organisation, last) = store::find_last_seen_by(w.db(), &looker.sight, id)?;
                Ok(Scene::Left(organisation, last))
            }
            Err(problem) => Err(problem),
        }
    }

    fn kept(&self, own: OrganisationId, _action: A) -> Option<Json<Visit>> {
        self.party(own)?.seen_last.clone()
    }

    fn answer_left(
        call: &Call,
        looker: &Looker,
        w: &mut Writer<'_>,
        kept: &Json<Visit>,
        action: A,
    ) -> Result<Answer> {
        match action {
            A::Decline => last_seen(w.db(), looker, kept),
            _ => Err(acting::refused_left::<Self>(call, action, kept)?),
        }
    }

    fn concerned(&self) -> Vec<OrganisationId> {
        self.concerned()
    }

    fn permit(&self, looker: &Looker, action: A) -> Result<Permit> {
        permit(looker, self, Self::needed(action))
    }

    fn actor(permit: &Permit) -> Actor {
        Actor { organisation: permit.organisation(), user: permit.user() }
    }

    /// Nobody waits for a party that can't answer.
    fn settled(&self, looker: &Looker) -> Result<Self> {
        self.settled(looker.now)
    }

    fn move_on(&self, w: &mut Writer<'_>) -> Result<Self> {
        store::move_on(w, self)
    }

    fn standing(&self, looker: &Looker) -> Result<Standing> {
        self.standing(looker.now)
    }

    fn key(&self) -> (Uuid, i64) {
        (self.row.id.uuid(), self.row.version)
    }

    fn seen(&self, db: &mut Db, looker: &Looker) -> Result<Visit> {
        seen(db, looker, self)
    }

    fn allowed(&self, looker: &Looker) -> Result<Vec<A>> {
        looker.allowed_actions(self)
    }

    fn read(call: &Call, action: A) -> Result<Said> {
        Said::read(call, action)
    }

    fn stands(&self, action: A, said: Option<&Said>, looker: &Looker, permit: &Permit) -> Result<bool> {
        let actor = Self::actor(permit);
        let effect = rules::stands(action, &self.standing(looker.now)?, actor.organisation);
        match said {
            Some(said) => said.stands(effect, self, actor),
            // Whatever is wrong with its body: but what has a content has to say that.
            None => Ok(effect && !matches!(action, A::Hold | A::RecordHeld | A::ReturnReport)),
        }
    }

    fn check(&self, said: &Said, _looker: &Looker, w: &mut Writer<'_>, _permit: &Permit) -> Result<()> {
        said.check(self, w.db())
    }

    fn refused(&self, looker: &Looker, _action: A, refusal: Refusal) -> Result<Problem> {
        let code = match refusal {
            Refusal::NotNow => Code::StateConflict,
            Refusal::BothSides => Code::BothSides,
            Refusal::TooEarly => Code::TooEarly,
            Refusal::TooLate => Code::TooLate,
        };
        conflict(self, looker, code)
    }

    fn carried_out(
        &self,
        edge: &'static Edge,
        said: Said,
        looker: &Looker,
        w: &mut Writer<'_>,
        permit: &Permit,
    ) -> Result<Self> {
        let actor = Self::actor(permit);
        let mut after = self.clone();
        let mut parties = self.standing(looker.now)?.parties;
        let versions = Versions { seen: self.row.version, next: self.row.version + 1 };
        let held_from = held_from(w.db(), &self.row, edge.action, actor)?;
        after.row.state = effects::carry_out(edge, &mut parties, actor, versions, held_from);
        after.take(&parties);
        said.apply(looker, w.db(), edge, &mut after, actor)?;
        after.take_effect(looker.now)?;
        attendance::follow(w, permit, &self.row, edge.action, &said)?;
        if edge.action == A::Decline && after.row.state != VisitState::Declined {
            keep_for_leaver(w, looker, actor.organisation, &mut after)?;
        }
        Ok(after)
    }

    fn save(
        w: &mut Writer<'_>,
        permit: &Permit,
        before: &Self,
        mut after: Self,
        action: &'static str,
    ) -> Result<Self> {
        store::save(w, permit, before, &mut after, (action, &[]))?;
        Ok(after)
    }
}

/// The visit as it was when the caller's organisation declined, as far as the caller sees that.
pub(super) fn last_seen(db: &mut Db, looker: &Looker, last: &Json<Visit>) -> Result<Answer> {
    acting::answered_kept(&named::veiled(db, looker, last)?)
}

/// It goes on without this party, which keeps it as it is now and sees no more of it.
fn keep_for_leaver(
    w: &mut Writer<'_>,
    looker: &Looker,
    own: OrganisationId,
    after: &mut Loaded,
) -> Result<()> {
    let mut kept = after.clone();
    kept.row.version += 1;
    kept.row.updated_at = w.now();
    let mut seen = seen(w.db(), looker, &kept)?;
    seen.allowed_actions.clear();
    let kept = Json::new(&seen)?;
    after.own_party(own).for_each(|party| party.seen_last = Some(kept.clone()));
    Ok(())
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
