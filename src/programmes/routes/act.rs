//! The actions: what is proposed, signed, carried out and changed.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::read::{last_seen, stub};
use super::said::Spoken;
use super::{answer, conflict, versioned};
use crate::access::Permit;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::programmes::codes::ProgrammeAction as A;
use crate::programmes::model::bodies::{Amendment, Because, HandOverLead, RemovePartner, Sign, Withdraw};
use crate::programmes::model::programme::Missing;
use crate::programmes::model::seen::needed;
use crate::programmes::model::{Loaded, Looker, PartnerRow, Programme};
use crate::programmes::rules::{self, Refusal, effects};
use crate::programmes::store::programmes::{self as store, Scene};
use crate::programmes::store::writing;
use crate::types::ProgrammeId;
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

/// What the document says of each action: from the table.
static DESCRIPTIONS: LazyLock<HashMap<A, String>> = LazyLock::new(|| {
    let described = |action: A| format!("{}{}", rules::describe(action), besides(action));
    A::ALL.iter().map(|action| (*action, described(*action))).collect()
});

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
    let (_, summary) = crate::text::labels::get(&format!("programme.action.{action}")).unwrap_or_default();
    let need = if action == A::Sign { VersionNeed::None } else { VersionNeed::Optional };
    Operation::post(path, id, move |call| act(call, action))
        .summary(summary)
        .description(DESCRIPTIONS.get(&action).map_or("", String::as_str))
        .needs(needed(action))
        .version(need)
        .ok::<Programme>("The whole programme as it is now; the same again when its effect stands already.")
}

/// What the journal calls it.
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

async fn act(call: Arc<Call>, action: A) -> Result<Answer> {
    let id: ProgrammeId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            if matches!(action, A::AcceptLead | A::TakeOverLead) {
                // Nobody leaves the network while it comes to lead.
                store::lock_organisations(w, &admitting.sight)?;
            }
            match store::find_scene(w, &admitting, id)? {
                Scene::On(programme) => {
                    let permit = permit(&admitting, &programme, action)?;
                    Ok(Admitted::by(&permit, Scene::On(programme)).with(permit))
                }
                Scene::Left(organisation, last) => {
                    let permit = admitting.caller.permit(needed(action), &[organisation])?;
                    Ok(Admitted::by(&permit, Scene::Left(organisation, last)).with(permit))
                }
            }
        },
        move |w, (scene, permit)| match scene {
            Scene::On(programme) => perform(&acting, &looker, action, w, &programme, &permit),
            Scene::Left(_, last) if action == A::Withdraw => last_seen(&last),
            Scene::Left(_, last) => {
                Spoken::read(&acting, action)?;
                Err(Problem::new(Code::StateConflict)
                    .with("state", stub(&last)?.state)
                    .with("allowed_actions", Vec::<A>::new()))
            }
        },
    )
    .await
}

/// For one of the organisations that may do something with it. Who sees it from outside may do nothing: 403.
fn permit(looker: &Looker, programme: &Loaded, action: A) -> Result<Permit> {
    looker.caller.permit(needed(action), &programme.concerned())
}

fn perform(
    call: &Call,
    looker: &Looker,
    action: A,
    w: &mut Writer<'_>,
    stored: &Loaded,
    permit: &Permit,
) -> Result<Answer> {
    let own = permit.organisation();
    // What follows by itself is written with what comes of the action.
    let mut before = stored.clone();
    effects::settle(&mut before, looker.now)?;
    let standing = before.standing(looker.now)?;
    let seen = store::seen_by(w.db(), looker, &before)?;
    let spoken = Spoken::read(call, action);
    let repeats = || spoken.as_ref().map_or(Ok(false), |spoken| spoken.stands(&before, own));
    if rules::stands(action, &standing, own) || repeats()? {
        let moved = writing::move_on(w, stored, "programme.partner_standing_changed")?;
        return answer(&store::seen_by(w.db(), looker, &moved)?);
    }
    call.check_version(w.db(), versioned(&seen))?;
    let spoken = spoken?;
    spoken.check(looker, w, &before, own)?;
    let edge = match rules::find(action, &standing, own) {
        Ok(edge) => edge,
        Err(refusal) => return Err(refused(looker, action, &before, refusal)?),
    };
    let said = spoken.said(w, &before, permit)?;
    let mut after = before.clone();
    effects::carry_out(edge, &mut after, &said, own, looker.now)?;
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
    writing::save(w, permit, before, &mut after, journaled(action))?;
    let own = after.partners.iter().find(|(partner, _)| partner.organisation_id == permit.organisation());
    if action == A::Withdraw
        && let Some((PartnerRow { seen_last: Some(last), .. }, _)) = own
    {
        return last_seen(last);
    }
    let now = store::load(w.db(), after.row.id)?.unwrap_or(after);
    answer(&store::seen_by(w.db(), looker, &now)?)
}

fn refused(looker: &Looker, action: A, programme: &Loaded, refusal: Refusal) -> Result<Problem> {
    let code = match refusal {
        Refusal::NotNow => Code::StateConflict,
        Refusal::TooEarly => Code::TooEarly,
        Refusal::SomethingWaits => Code::AmendmentPending,
    };
    let lacks = rules::missing(action, &programme.standing(looker.now)?);
    let problem = conflict(looker, programme, code)?;
    if lacks.is_empty() {
        return Ok(problem);
    }
    let missing: Vec<Missing> = lacks.into_iter().map(Missing::from).collect();
    Ok(problem.with("missing", missing))
}
