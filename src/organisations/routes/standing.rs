//! The steps from one status to another.

use std::sync::Arc;

use super::entering::{INVITATION, patched, versioned};
use super::reading::answer;
use crate::access::codes::status_digest;
use crate::access::{Caller, NetworkPermit, Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Open};
use crate::http::decode::Decode;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::organisations::bodies::{MaybeReasoned, Reasoned};
use crate::organisations::codes::{OrganisationAction as Action, OrganisationStatus};
use crate::organisations::model::{Applicant, WithSecrets};
use crate::organisations::rules::Eyes;
use crate::organisations::store::writing::By;
use crate::organisations::store::{Row, admins, reading, standing};
use crate::programmes::store::writing::led_by;
use crate::text::LocalizedText;
use crate::types::OrganisationId;

/// A body with a reason in it.
trait Reason: Decode + Send + Sync + 'static {
    fn reason(&self) -> Option<LocalizedText>;
}

impl Reason for Reasoned {
    fn reason(&self) -> Option<LocalizedText> {
        Some(self.reason.clone())
    }
}

impl Reason for MaybeReasoned {
    fn reason(&self) -> Option<LocalizedText> {
        self.reason.clone()
    }
}

pub(super) async fn hand_back(call: Arc<Call>) -> Result<Answer> {
    decide::<Reasoned>(call, Action::Return).await
}

pub(super) async fn reject(call: Arc<Call>) -> Result<Answer> {
    decide::<Reasoned>(call, Action::Reject).await
}

pub(super) async fn suspend(call: Arc<Call>) -> Result<Answer> {
    decide::<Reasoned>(call, Action::Suspend).await
}

pub(super) async fn reinstate(call: Arc<Call>) -> Result<Answer> {
    decide::<MaybeReasoned>(call, Action::Reinstate).await
}

pub(super) async fn dissolve(call: Arc<Call>) -> Result<Answer> {
    decide::<Reasoned>(call, Action::Dissolve).await
}

/// A decision of the network's admin.
async fn decide<B: Reason>(call: Arc<Call>, action: Action) -> Result<Answer> {
    by_network::<B>(call, move |w, permit, before, reason| {
        let row = standing::step(w, &By::Network(permit), &before, action, reason)?;
        answer(&reading::show(w.db(), row, Eyes::NetworkAdmin)?)
    })
    .await
}

pub(super) async fn approve(call: Arc<Call>) -> Result<Answer> {
    let app = Arc::clone(call.app());
    by_network::<MaybeReasoned>(call, move |w, permit, before, reason| {
        let row = standing::step(w, &By::Network(permit), &before, Action::Approve, reason)?;
        let invitation = match before.applicant {
            Some(applicant) => {
                let Applicant { name, email, phone } = applicant.get()?;
                Some(admins::invite_first(w, permit, &app, before.id, (name, email, phone))?)
            }
            // It was a member before, and its admins are still there.
            None => None,
        };
        let made = WithSecrets { organisation: row.show(Eyes::NetworkAdmin), invitation, status_token: None };
        let answered = Answer::thing(&made, made.organisation.version)?;
        Ok(if made.invitation.is_some() { answered.with_secrets(INVITATION) } else { answered })
    })
    .await
}

async fn by_network<B: Reason>(
    call: Arc<Call>,
    act: impl Fn(&mut Writer<'_>, &NetworkPermit, Row, Option<LocalizedText>) -> Result<Answer> + Send + 'static,
) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    let input = call.input::<B>();
    let caller = Arc::clone(call.caller()?);
    let checking = Arc::clone(&call);
    call.write(
        move |w| {
            let (before, _) = reading::lock(w, &caller.sight(Right::OrganisationsRead), id)?;
            let permit = caller.permit_network(Right::NetworkOrganisations)?;
            Ok(Admitted::by_network(&permit, before).with(permit))
        },
        move |w, (before, permit)| {
            checking.check_version(w.db(), versioned(&before.clone().show(Eyes::NetworkAdmin)))?;
            act(w, &permit, before, input.get()?.reason())
        },
    )
    .await
}

pub(super) async fn leave(call: Arc<Call>) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    let input = call.input::<MaybeReasoned>();
    let caller = Arc::clone(call.caller()?);
    let checking = Arc::clone(&call);
    call.write(
        move |w| {
            let (before, _) = reading::lock(w, &caller.sight(Right::OrganisationsRead), id)?;
            let permit = caller.permit(Right::OrganisationsWrite, &[id])?;
            Ok(Admitted::by(&permit, before).with(permit))
        },
        move |w, (before, permit)| {
            checking.check_version(w.db(), versioned(&before.clone().show(Eyes::Own)))?;
            let reason = input.get()?.reason();
            // What an organisation has to hand over first is asked here, after the organisation is locked and
            // before it takes the step.
            let leads = if before.status == OrganisationStatus::Active { led_by(w, id)? } else { Vec::new() };
            if !leads.is_empty() {
                return Err(Problem::new(Code::LeadsActiveProgramme).with("programme_ids", leads));
            }
            let row = standing::step(w, &By::Own(&permit), &before, Action::Leave, reason)?;
            answer(&row.show(Eyes::Own))
        },
    )
    .await
}

/// Who applies again: an applicant by their token, or an organisation's own admin.
enum Again {
    Applicant,
    Own(Permit),
}

pub(super) async fn resubmit(call: Arc<Call>) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    if call.signed_in().is_none() && call.status_token().is_none() {
        return Err(Problem::new(Code::Unauthenticated));
    }
    let token = call.status_token().map(ToOwned::to_owned);
    let caller = call.signed_in().map(Arc::clone);
    let checking = Arc::clone(&call);
    call.write(
        move |w| match (&token, &caller) {
            (Some(token), _) => {
                let digest = status_digest(token).ok_or_else(|| Problem::new(Code::NotFound))?;
                let before = reading::lock_by_token(w, id, &digest)?;
                Ok(Admitted::by_holding(&Open, before).with(Again::Applicant))
            }
            (None, Some(caller)) => again_by_own(w, caller, id),
            (None, None) => Err(Problem::new(Code::Unauthenticated)),
        },
        move |w, (before, again)| {
            let (by, eyes) = match &again {
                Again::Applicant => (By::Applicant(&Open), Eyes::Applicant),
                Again::Own(permit) => (By::Own(permit), Eyes::Own),
            };
            let shown = before.clone().show(eyes);
            checking.check_version(w.db(), versioned(&shown))?;
            let details = patched(&shown, reading::contact(w.db(), id)?, checking.body())?;
            answer(&standing::resubmit(w, &by, &before, &details)?.show(eyes))
        },
    )
    .await
}

fn again_by_own(w: &mut Writer<'_>, caller: &Caller, id: OrganisationId) -> Result<Admitted<(Row, Again)>> {
    caller.require_settled()?;
    let (before, _) = reading::lock(w, &caller.sight(Right::OrganisationsRead), id)?;
    let permit = caller.permit_even_inactive(Right::OrganisationsWrite, id)?;
    Ok(Admitted::by(&permit, before).with(Again::Own(permit)))
}
