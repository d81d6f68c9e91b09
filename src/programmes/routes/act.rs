//! The actions: what is proposed, signed, carried out and changed.

use uuid::Uuid;

use super::said::Spoken;
use crate::access::{Caller, Permit, Right};
use crate::acting::{self, Acted, Scene, conflict};
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::programmes::codes::ProgrammeAction as A;
use crate::programmes::model::bodies::{Amendment, Because, HandOverLead, RemovePartner, Sign, Withdraw};
use crate::programmes::model::programme::Missing;
use crate::programmes::model::seen::needed;
use crate::programmes::model::{Loaded, Looker, Programme};
use crate::programmes::rules::{self, Edge, Programmes, Refusal, Standing, effects};
use crate::programmes::store::{KIND, programmes as store, writing};
use crate::types::{Json, OrganisationId, ProgrammeId};
use crate::visits::model::bodies::SeenVersion;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        action("/v1/programmes/{id}/propose", "proposeProgramme", A::Propose).optional_body::<SeenVersion>(),
        action("/v1/programmes/{id}/withdraw-proposal", "withdrawProposal", A::WithdrawProposal)
            .optional_body::<Because>(),
        action("/v1/programmes/{id}/decline", "declineProgramme", A::Decline).optional_body::<Because>(),
        action("/v1/programmes/{id}/sign", "signProgramme", A::Sign).body::<Sign>(),
        action("/v1/programmes/{id}/amend", "amendProgramme", A::Amend).body::<Amendment>(),
        action("/v1/programmes/{id}/decline-amendment", "declineAmendment", A::DeclineAmendment)
            .optional_body::<Because>(),
        action("/v1/programmes/{id}/start", "startProgramme", A::Start).optional_body::<SeenVersion>(),
        action("/v1/programmes/{id}/suspend", "suspendProgramme", A::Suspend).optional_body::<Because>(),
        action("/v1/programmes/{id}/resume", "resumeProgramme", A::Resume).optional_body::<SeenVersion>(),
        action("/v1/programmes/{id}/complete", "completeProgramme", A::Complete)
            .optional_body::<SeenVersion>(),
        action("/v1/programmes/{id}/cancel", "cancelProgramme", A::Cancel).optional_body::<Because>(),
        action("/v1/programmes/{id}/withdraw", "withdrawFromProgramme", A::Withdraw).body::<Withdraw>(),
        action("/v1/programmes/{id}/hand-over-lead", "handOverLead", A::HandOverLead).body::<HandOverLead>(),
        action("/v1/programmes/{id}/accept-lead", "acceptLead", A::AcceptLead).optional_body::<SeenVersion>(),
        action("/v1/programmes/{id}/remove-partner", "removePartner", A::RemovePartner)
            .body::<RemovePartner>(),
        action("/v1/programmes/{id}/take-over-lead", "takeOverLead", A::TakeOverLead)
            .optional_body::<SeenVersion>(),
    ]
}

/// What the table does not say.
fn besides(action: A) -> &'static str {
    match action {
        A::Sign => {
            "\n\nNames revision and digest of the terms that were read: other ones are 409 `terms-changed` with those \
             that are to be signed now."
        }
        A::Amend => "\n\nEvery partner signs it, and who would become one; any of them may decline it.",
        A::HandOverLead => {
            "\n\nTakes effect when the other accepts: both exchange their roles. What waits for signatures is dropped then."
        }
        A::RemovePartner => {
            "\n\nTakes effect once all others have signed it, not before 30 days; the partner itself may decline it."
        }
        A::Withdraw => {
            "\n\nAn event, and no change of the terms. The organisation keeps the programme as it is now and sees no \
             more of it. What waits for signatures is dropped."
        }
        A::TakeOverLead => "\n\nBoth exchange their roles. What waits for signatures is dropped.",
        _ => "",
    }
}

fn action(path: &'static str, id: &'static str, action: A) -> Operation {
    acting::operation::<Loaded>(path, id, action, format!("{}{}", rules::describe(action), besides(action)))
}

impl Acted for Loaded {
    type Machine = Programmes;
    type Id = ProgrammeId;
    type Looker = Looker;
    type View = Programme;
    type Said = Spoken;
    type Kept = Json<Programme>;
    const KIND: &'static str = KIND;

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn caller(looker: &Looker) -> &Caller {
        &looker.caller
    }

    fn needed(action: A) -> Right {
        needed(action)
    }

    /// Who signs names what they read.
    fn version_need(action: A) -> VersionNeed {
        if action == A::Sign { VersionNeed::None } else { VersionNeed::Optional }
    }

    fn journaled(action: A) -> &'static str {
        match action {
            A::Propose => "programme.proposed",
            A::WithdrawProposal => "programme.proposal_withdrawn",
            A::Decline => "programme.declined",
            A::Sign => "programme.signed",
            A::Amend => "programme.amendment_proposed",
            A::DeclineAmendment => "programme.amendment_declined",
            A::Start => "programme.started",
            A::Suspend => "programme.suspended",
            A::Resume => "programme.resumed",
            A::Complete => "programme.completed",
            A::Cancel => "programme.cancelled",
            A::Withdraw => "programme.partner_withdrew",
            A::HandOverLead => "programme.lead_offered",
            A::AcceptLead => "programme.lead_accepted",
            A::RemovePartner => "programme.removal_announced",
            A::TakeOverLead => "programme.lead_taken_over",
        }
    }

    fn scene(w: &mut Writer<'_>, looker: &Looker, id: ProgrammeId, action: A) -> Result<Scene<Self>> {
        if matches!(action, A::AcceptLead | A::TakeOverLead) {
            // Nobody leaves the network while it comes to lead.
            store::lock_organisations(w, &looker.sight)?;
        }
        store::find_scene(w, looker, id)
    }

    fn kept(&self, own: OrganisationId, action: A) -> Option<Json<Programme>> {
        let left = self.partners.iter().find(|(partner, _)| partner.organisation_id == own);
        left.filter(|_| action == A::Withdraw)?.0.seen_last.clone()
    }

    fn answer_left(
        call: &Call,
        _looker: &Looker,
        _w: &mut Writer<'_>,
        kept: &Json<Programme>,
        action: A,
    ) -> Result<Answer> {
        match action {
            A::Withdraw => acting::answered_kept(kept),
            _ => Err(acting::refused_left::<Self>(call, action, kept)?),
        }
    }

    /// Who sees it from outside may do nothing.
    fn concerned(&self) -> Vec<OrganisationId> {
        self.concerned()
    }

    fn actor(permit: &Permit) -> OrganisationId {
        permit.organisation()
    }

    fn settled(&self, looker: &Looker) -> Result<Self> {
        let mut settled = self.clone();
        effects::settle(&mut settled, looker.now)?;
        Ok(settled)
    }

    fn move_on(&self, w: &mut Writer<'_>) -> Result<Self> {
        writing::move_on(w, self, "programme.partner_standing_changed")
    }

    fn standing(&self, looker: &Looker) -> Result<Standing> {
        self.standing(looker.now)
    }

    fn key(&self) -> (Uuid, i64) {
        (self.row.id.uuid(), self.row.version)
    }

    fn seen(&self, db: &mut Db, looker: &Looker) -> Result<Programme> {
        store::seen_by(db, looker, self)
    }

    fn allowed(&self, looker: &Looker) -> Result<Vec<A>> {
        looker.allowed_actions(self)
    }

    fn read(call: &Call, action: A) -> Result<Spoken> {
        Spoken::read(call, action)
    }

    fn stands(&self, action: A, spoken: Option<&Spoken>, looker: &Looker, permit: &Permit) -> Result<bool> {
        let own = permit.organisation();
        Ok(rules::stands(action, &self.standing(looker.now)?, own)
            || spoken.map_or(Ok(false), |spoken| spoken.stands(self, own))?)
    }

    fn check(&self, spoken: &Spoken, looker: &Looker, w: &mut Writer<'_>, permit: &Permit) -> Result<()> {
        spoken.check(looker, w, self, permit.organisation())
    }

    fn refused(&self, looker: &Looker, action: A, refusal: Refusal) -> Result<Problem> {
        let code = match refusal {
            Refusal::NotNow => Code::StateConflict,
            Refusal::TooEarly => Code::TooEarly,
            Refusal::SomethingWaits => Code::AmendmentPending,
        };
        let lacks = rules::missing(action, &self.standing(looker.now)?);
        let problem = conflict(self, looker, code)?;
        if lacks.is_empty() {
            return Ok(problem);
        }
        let missing: Vec<Missing> = lacks.into_iter().map(Missing::from).collect();
        Ok(problem.with("missing", missing))
    }

    fn carried_out(
        &self,
        edge: &'static Edge,
        spoken: Spoken,
        looker: &Looker,
        w: &mut Writer<'_>,
        permit: &Permit,
    ) -> Result<Self> {
        let said = spoken.said(w, self, permit)?;
        let mut after = self.clone();
        effects::carry_out(edge, &mut after, &said, permit.organisation(), looker.now)?;
        Ok(after)
    }

    fn save(
        w: &mut Writer<'_>,
        permit: &Permit,
        before: &Self,
        mut after: Self,
        action: &'static str,
    ) -> Result<Self> {
        writing::save(w, permit, before, &mut after, action)?;
        Ok(store::load(w.db(), after.row.id)?.unwrap_or(after))
    }
}
