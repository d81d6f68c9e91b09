//! Who helps with a dossier.

use std::sync::Arc;

use super::{admit, permit};
use crate::access::{Permit, Right};
use crate::acting;
use crate::db::{Root, dialect};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::Writer;
use crate::organisations::store::names::active_among;
use crate::registrations::model::{Loaded, Looker, Share};
use crate::registrations::rules;
use crate::registrations::store::{dossiers as store, writing};
use crate::types::{OrganisationId, RegistrationId};

/// Organisations that help with one dossier, at the most.
const MOST: usize = 20;
const PATH: &str = "/v1/registrations/{id}/shares/{organisation_id}";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::put(PATH, "shareRegistration", share)
            .summary("Shares a dossier with an organisation that helps with it")
            .description(
                "An active organisation of the network (422), whose people with `registrations:read` then see the dossier \
                 and may add notes, nothing else; until it is taken back, or while their organisation is active. Not of a \
                 dossier that is cancelled (409 `state-conflict`). Twenty at the most (409 `limit-reached`).",
            )
            .needs(Right::RegistrationsWrite)
            .ok::<Share>("Since when it is shared; the same again when it was already."),
        Operation::delete(PATH, "unshareRegistration", take_back)
            .summary("Takes a dossier back from an organisation that helped with it")
            .description("It sees the dossier no more, from its next request on. 204 again when repeated.")
            .needs(Right::RegistrationsWrite),
    ]
}

async fn share(call: Arc<Call>) -> Result<Answer> {
    let (id, helper): (RegistrationId, OrganisationId) = (call.id("id")?, call.id("organisation_id")?);
    let looker = Looker::of(&call)?;
    let admitting = looker.clone();
    call.write(
        move |w| {
            permit(&admitting, &store::find(w.db(), &admitting, id)?)?;
            // Who helps is active to the end of the write.
            dialect::lock(w.db(), Root::Organisation, helper.uuid())?;
            admit(&admitting, w, id)
        },
        move |w, (dossier, permit): (Loaded, Permit)| shared(&looker, w, &dossier, &permit, helper),
    )
    .await
}

fn shared(
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    permit: &Permit,
    helper: OrganisationId,
) -> Result<Answer> {
    if before.is_shared_with(helper) {
        return answered(before, helper);
    }
    let wrong = |code, detail| Err(Problem::errors(vec![FieldError::new("organisation_id", code, detail)]));
    if helper == before.row.organisation_id {
        return wrong("own-organisation", "is the organisation whose dossier it is");
    }
    if active_among(w.db(), &[helper])?.is_empty() {
        return wrong("unknown-reference", "is no active organisation of the network");
    }
    if !rules::is_open(before.row.status) {
        return Err(acting::conflict(before, looker, Code::StateConflict)?);
    }
    if before.shares.len() >= MOST {
        return Err(Problem::new(Code::LimitReached).with("limit", MOST));
    }
    answered(&writing::share(w, permit, before, helper)?, helper)
}

fn answered(dossier: &Loaded, helper: OrganisationId) -> Result<Answer> {
    let mut shares = dossier.shares.iter().map(|(share, _)| share);
    let share = shares.find(|share| share.organisation_id == helper);
    let share = share.ok_or_else(|| Problem::internal("a share that is not there"))?;
    Ok(Answer::json(&Share::from(share))?.parent_version(dossier.row.version))
}

async fn take_back(call: Arc<Call>) -> Result<Answer> {
    let (id, helper): (RegistrationId, OrganisationId) = (call.id("id")?, call.id("organisation_id")?);
    let looker = Looker::of(&call)?;
    call.write(
        move |w| admit(&looker, w, id),
        move |w, (before, permit): (Loaded, Permit)| {
            let dossier = if before.is_shared_with(helper) {
                writing::take_back(w, &permit, &before, helper)?
            } else {
                before
            };
            Ok(Answer::none().parent_version(dossier.row.version))
        },
    )
    .await
}
