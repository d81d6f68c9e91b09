//! A donor offered to an organisation, or one's own donor for one's own purpose.

use std::sync::Arc;

use crate::access::{Permit, Right};
use crate::db::{Root, dialect};
use crate::donor_links::codes::LinkStage;
use crate::donor_links::model::bodies::NewDonorLink;
use crate::donor_links::model::{DonorLink, LinkRow, Loaded, Looker};
use crate::donor_links::store::checks::{self, Found};
use crate::donor_links::store::{links, writing};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::{DonorLinkId, Json, OrganisationId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/donor-links", "createDonorLink", create)
            .summary("Offers to introduce a donor of one's own to an organisation")
            .description(
                "For a project of the beneficiary that the caller's organisation sees and that is neither carried out nor called \
                 off, or for a programme in force of which both are partners (409 `state-conflict`). The beneficiary accepts or \
                 declines before it is told more. Where the beneficiary is the caller's own organisation nothing is offered: \
                 the link begins at `introduced`. Any other donor than one's own is 422 `unknown-reference`, whether it is \
                 there or not.",
            )
            .needs(Right::DonorsWrite)
            .body::<NewDonorLink>()
            .creates::<DonorLink>("The donor link."),
    ]
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<NewDonorLink>();
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    let donor = input.get().ok().map(|input| input.donor_id);
    call.write(
        move |w| {
            // On whose behalf: whose donor it is, where that is told to the caller.
            let owner = donor.map(|donor| links::owner_of(w.db(), donor)).transpose()?.flatten();
            let own: Vec<OrganisationId> =
                owner.into_iter().filter(|owner| admitting.sight.sees_own(*owner)).collect();
            let permit = admitting.caller.permit_among(Right::DonorsWrite, &own)?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let input = input.get()?;
            if let Some(id) = input.id
                && idempotency::choose(&acting, w, id.uuid())? == Chosen::Repeated
            {
                let link = links::lock(w, &looker.sight, id)?;
                return super::answer(&links::seen_by(w.db(), &looker, &link)?);
            }
            offer(&looker, w, &permit, input)
        },
    )
    .await
}

fn offer(looker: &Looker, w: &mut Writer<'_>, permit: &Permit, input: &NewDonorLink) -> Result<Answer> {
    links::lock_purpose(w, input.arises_from_commitment_id, input.programme_id, input.project_id)?;
    // A donor that is there stays to the end of the write.
    dialect::lock(w.db(), Root::Donor, input.donor_id.uuid())?;
    let mut found = Found::new(permit.organisation());
    checks::named(&mut found, w.db(), looker, input)?;
    found.refuse()?;
    let row = offered(w, permit, input)?;
    writing::insert(w, permit, &row)?;
    let link = links::seen_by(w.db(), looker, &Loaded::from(row))?;
    let created = Answer::created(&link, link.version, format!("/v1/donor-links/{}", link.id))?;
    Ok(created.kept_without(super::NEVER_KEPT))
}

/// The link as it begins: nothing is written yet.
fn offered(w: &Writer<'_>, permit: &Permit, input: &NewDonorLink) -> Result<LinkRow> {
    let id: DonorLinkId = input.id.unwrap_or_else(|| w.new_id());
    let own = permit.organisation() == input.beneficiary_organisation_id;
    Ok(LinkRow {
        id,
        donor_id: input.donor_id,
        introduced_by_organisation_id: permit.organisation(),
        beneficiary_organisation_id: input.beneficiary_organisation_id,
        project_id: input.project_id,
        programme_id: input.programme_id,
        stage: if own { LinkStage::Introduced } else { LinkStage::Offered },
        talks_stage: own.then_some(LinkStage::Introduced),
        message: input.message.as_ref().map(Json::new).transpose()?,
        approvals: Json::new(&Vec::new())?,
        next_step: None,
        next_step_due_on: None,
        last_reason: None,
        granted_at: None,
        arises_from_commitment_id: input.arises_from_commitment_id,
        version: 1,
        created_at: w.now(),
        updated_at: w.now(),
    })
}
