//! What of a visit, commitment or programme waits for an organisation, and by when. No I/O.
//!
//! What can be done to a visit is not repeated here: it is asked of the visits' own rules.

use uuid::Uuid;

use super::codes::InboxAction;
use super::model::{Ask, Given, Introduction, Matter, Stage, Trip, Waiting};
use crate::donor_links::codes::LinkStage;
use crate::donor_links::model::LinkRow;
use crate::http::problem::Result;
use crate::organisations::codes::LegalForm;
use crate::programmes::codes::{ProgrammeAction, TermsKind};
use crate::programmes::rules::{self as programmes, carrying};
use crate::text::Name;
use crate::types::{CalendarDate, Json, OrganisationId, UserId};
use crate::visits::codes::{ReportApproval, Response, Side, VisitAction as A, VisitState as S};
use crate::visits::rules::due::{Days, Step, later};
use crate::visits::rules::{Actor, Party, Standing, allowed};

/// How many things of one kind are looked at: those due first.
pub const MOST: u16 = 1_000;
/// A commitment waits from so many days before it is due.
const COMMITMENT_AHEAD: i32 = 14;
/// A next step with a donor waits from so many days before it is due.
const STEP_AHEAD: i32 = 14;
/// What is owed to an authority waits from so many days before it is due.
const OBLIGATION_AHEAD: i32 = 30;
/// An access token waits from so many days before it ends.
const TOKEN_AHEAD: i32 = 14;
/// A signature is due so many days after it was asked for.
const SIGNATURE_WITHIN: i32 = 30;

/// What of that which can be done to a visit waits to be done, in the order in which it is done, and in
/// which states (everywhere, where none is named).
const WAITING: &[(A, Option<S>, InboxAction)] = &[
    (A::Accept, None, InboxAction::Accept),
    (A::Hold, None, InboxAction::Hold),
    // It can be submitted anew while it waits for approval; that waits for nobody.
    (A::SubmitReport, Some(S::Held), InboxAction::SubmitReport),
    (A::ApproveReport, Some(S::Reported), InboxAction::ApproveReport),
    (A::Conclude, Some(S::Reported), InboxAction::Conclude),
    (A::ApproveReport, Some(S::Concluded), InboxAction::ApproveReport),
];

/// What of a visit waits for an organisation. `asked_by` is the organisation whose word on its day was the
/// last: the one that moved it, else the one that drew it up.
pub fn of_visit(
    id: Uuid,
    visit: &Standing,
    own: OrganisationId,
    days: &Days,
    asked_by: OrganisationId,
) -> Option<Waiting> {
    // It waits for the organisation, whoever of its people comes: so nobody in particular is asked about.
    let actor = Actor { organisation: own, user: UserId(Uuid::nil()) };
    let action = first_of(visit.state, &allowed(visit, actor))?;
    // Over its silence alone: who objected has answered.
    let silent = visit.party(own)?.approval == ReportApproval::NoAnswer;
    if visit.state == S::Concluded && action == InboxAction::ApproveReport && !silent {
        return None;
    }
    let (trip, they_ask) = trip(visit, own, asked_by)?;
    let (due_on, stage) = due(action, visit.state, days, they_ask)?;
    Some(Waiting { action, id, due_on, matter: Matter::Visit(trip, stage) })
}

/// What is to be done first, of what can be done in a state.
fn first_of(state: S, can: &[A]) -> Option<InboxAction> {
    let here = |only: Option<S>| only.is_none_or(|only| only == state);
    let first = WAITING.iter().find(|(action, only, _)| here(*only) && can.contains(action));
    first.map(|(.., action)| *action)
}

/// By when, if by any day, and where the visit stands for that.
fn due(action: InboxAction, state: S, days: &Days, they_ask: bool) -> Option<(Option<CalendarDate>, Stage)> {
    let (on, held_on, since) = (days.starts_on, days.held_on, days.asked_on);
    let (step, stage) = match action {
        InboxAction::Accept => {
            let stage = match state {
                S::Held | S::Reported | S::Concluded => Stage::HeldUnanswered { on: held_on },
                _ if they_ask => Stage::AskedFor { on },
                _ => Stage::Unanswered { on },
            };
            (Step::Answer, stage)
        }
        InboxAction::Hold => (Step::Hold, Stage::Come),
        InboxAction::SubmitReport => (Step::Report, Stage::Unreported { on: held_on }),
        InboxAction::ApproveReport if state == S::Concluded => {
            return Some((None, Stage::ConcludedUnapproved));
        }
        InboxAction::ApproveReport => (Step::Approve, Stage::Unapproved { since }),
        InboxAction::Conclude => (Step::Approve, Stage::Silent { since }),
        InboxAction::Fulfil
        | InboxAction::Sign
        | InboxAction::AcceptLead
        | InboxAction::Confirm
        | InboxAction::Introduce
        | InboxAction::TakeNextStep
        | InboxAction::Acknowledge
        | InboxAction::Renew
        | InboxAction::Done
        | InboxAction::Adopt
        | InboxAction::Rotate => return None,
    };
    Some((Some(step.due_on(days)), stage))
}

/// The visit from this organisation's side, and whether the other side asks for it; none when nobody is left
/// across. Who asks is named first where they are across and stand by it, else the first as they were given.
fn trip(visit: &Standing, own: OrganisationId, asked_by: OrganisationId) -> Option<(Trip, bool)> {
    let side = visit.party(own)?.side;
    let across: Vec<&Party> =
        visit.parties.iter().filter(|party| party.side != side && party.remains()).collect();
    let stands_by_it =
        |party: &&&Party| party.organisation == asked_by && party.response == Response::Accepted;
    let asks = across.iter().find(stands_by_it);
    let first = asks.or_else(|| across.first())?.organisation;
    let others = u64::try_from(across.len() - 1).unwrap_or_default();
    Some((Trip { receives: side == Side::Host, first, others }, asks.is_some()))
}

/// What of a programme waits for an organisation: since `asked_on` where its signature is asked.
pub fn of_programme(
    id: Uuid,
    title: Json<Name>,
    programme: &programmes::Standing,
    own: OrganisationId,
    (asked_on, notice_until): (CalendarDate, Option<CalendarDate>),
) -> Option<Waiting> {
    let can = programmes::allowed(programme, own);
    let asked = programme.partner(own).filter(|partner| programme.has_to_sign_pending(partner));
    let pending = asked.filter(|partner| !partner.signed_pending).and(programme.pending);
    let (action, due_on, ask) = if can.contains(&ProgrammeAction::Sign) {
        let within = later(asked_on, SIGNATURE_WITHIN);
        let (due_on, ask) = match (pending.map(|pending| pending.kind), notice_until) {
            (Some(TermsKind::Removal), Some(until)) => (until, Ask::Removal { until }),
            (Some(_), _) => (within, Ask::Amendment { since: asked_on }),
            (None, _) => (within, Ask::Terms { since: asked_on }),
        };
        (InboxAction::Sign, Some(due_on), ask)
    } else if can.contains(&ProgrammeAction::AcceptLead) {
        (InboxAction::AcceptLead, None, Ask::Lead)
    } else {
        return None;
    };
    Some(Waiting { action, id, due_on, matter: Matter::Programme(title, ask) })
}

/// What of a pledge waits for an organisation: to say that it arrived, where it may and another gave it. That is on no day.
pub fn of_contribution(
    id: Uuid,
    given: Given,
    title: Json<Name>,
    programme: &programmes::Standing,
    own: OrganisationId,
) -> Option<Waiting> {
    let open = carrying::confirming_is_open(programme.state);
    let may = open && carrying::may_confirm(programme, given.by).contains(&own);
    let (action, matter) = (InboxAction::Confirm, Matter::Contribution(given, title));
    may.then_some(Waiting { action, id, due_on: None, matter })
}

/// What of a donor link waits for an organisation: its answer, its introduction, else the next step; the first two on no
/// day. `purpose` is what it is for, and whether that is a project.
///
/// # Errors
/// `internal` when what is stored can't be read.
pub fn of_donor_link(
    link: &LinkRow,
    purpose: Option<(Json<Name>, bool)>,
    own: OrganisationId,
    today: CalendarDate,
) -> Result<Option<Waiting>> {
    let introduces = link.introduced_by_organisation_id == own;
    let other =
        if introduces { link.beneficiary_organisation_id } else { link.introduced_by_organisation_id };
    let waits = |action, due_on, asks| {
        Some(Waiting { action, id: link.id.uuid(), due_on, matter: Matter::Introduction(other, asks) })
    };
    match link.stage {
        LinkStage::Offered if !introduces => {
            let offered = purpose.map(|(title, project)| Introduction::Offered(title, project));
            return Ok(offered.and_then(|asks| waits(InboxAction::Accept, None, asks)));
        }
        LinkStage::Accepted if introduces => {
            return Ok(waits(InboxAction::Introduce, None, Introduction::Accepted));
        }
        _ => {}
    }
    let step = link.next_step.as_ref().map(Json::get).transpose()?;
    let due = step.and_then(|step| Some((step.what, step.due_on?)));
    let soon = due.filter(|(_, due_on)| *due_on <= steps_until(today));
    Ok(soon.and_then(|(what, due_on)| {
        let asks = Introduction::Step(what, due_on, other == own);
        waits(InboxAction::TakeNextStep, Some(due_on), asks)
    }))
}

/// Until which day commitments are looked at.
pub fn commitments_until(today: CalendarDate) -> CalendarDate {
    later(today, COMMITMENT_AHEAD)
}

/// Until which day next steps with donors are looked at.
pub fn steps_until(today: CalendarDate) -> CalendarDate {
    later(today, STEP_AHEAD)
}

/// Until which day obligations are looked at.
pub fn obligations_until(today: CalendarDate) -> CalendarDate {
    later(today, OBLIGATION_AHEAD)
}

/// Before which day access tokens that end are looked at.
pub fn tokens_until(today: CalendarDate) -> CalendarDate {
    later(today, TOKEN_AHEAD + 1)
}

/// Whether words that agree with an organisation of this form are masculine: وقف is, all other forms are
/// feminine, and what is none of them is a جهة.
pub fn is_masculine(form: LegalForm) -> bool {
    form == LegalForm::Endowment
}

#[cfg(test)]
#[path = "rules/tests.rs"]
mod tests;
