//! Leave to read the donor's contact, and who read it.

use std::sync::Arc;

use super::answer;
use crate::access::{Permit, Right};
use crate::acting;
use crate::donor_links::model::{ContactReading, DonorLink, Loaded, Looker};
use crate::donor_links::rules;
use crate::donor_links::store::{contacts, links, writing};
use crate::donors::contact::LinkedContact;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::DonorLinkId;

pub(super) fn operations() -> Vec<Operation> {
    const GRANT: &str = "/v1/donor-links/{id}/grant";
    vec![
        Operation::put(GRANT, "grantDonorContact", put)
            .summary("Gives the beneficiary leave to read the donor's contact")
            .description(
                "By the organisation whose donor it is (403), from `offered` until the link is declined, closed or ended, while \
                 both organisations are active (409 `state-conflict`). The contact is read only once they are `introduced`. \
                 Given again it stands as it did.",
            )
            .needs(Right::DonorsWrite)
            .ok::<DonorLink>("The donor link as it is now."),
        Operation::delete(GRANT, "revokeDonorContact", delete)
            .summary("Takes that leave back")
            .description(
                "By the organisation whose donor it is (403), at any time; from the next request on nobody reads the contact \
                 through this link. When either organisation is suspended, leaves or is dissolved, and when the link is \
                 declined or ended, it is taken back by itself, and does not come back.",
            )
            .needs(Right::DonorsWrite),
        Operation::get("/v1/donor-links/{id}/contact", "readLinkedContact", contact)
            .summary("How the donor is reached")
            .description(
                "For the organisation whose donor it is, always; for the beneficiary once they are `introduced`, and while leave \
                 is given, else 403 `no-grant`. Each reading by the beneficiary is kept and shown to the organisation whose donor \
                 it is. Never kept, no ETag.",
            )
            .needs(Right::DonorsRead)
            .without_head()
            .ok::<LinkedContact>("The donor's name and contact."),
        Operation::get("/v1/donor-links/{id}/contact-readings", "listContactReadings", readings)
            .summary("When the beneficiary read the donor's contact, newest first")
            .description("For the organisation whose donor it is; to the beneficiary there is nothing here.")
            .needs(Right::DonorsRead)
            .pages::<ContactReading>("A page of readings."),
    ]
}

/// Leave of who introduced the donor; locks the organisations first where they have to stay as they are.
fn admit_introducer(
    looker: &Looker,
    w: &mut Writer<'_>,
    id: DonorLinkId,
    hold: bool,
) -> Result<Admitted<(Loaded, Permit)>> {
    if hold {
        let parties = links::find(w.db(), &looker.sight, id)?.parties();
        links::lock_organisations(w, parties)?;
    }
    let link = links::lock(w, &looker.sight, id)?;
    let permit = looker.caller.permit(Right::DonorsWrite, &[link.row.introduced_by_organisation_id])?;
    Ok(Admitted::by(&permit, link).with(permit))
}

async fn put(call: Arc<Call>) -> Result<Answer> {
    let id: DonorLinkId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let admitting = looker.clone();
    call.write(
        move |w| admit_introducer(&admitting, w, id, true),
        move |w, (before, permit): (Loaded, Permit)| {
            if before.row.granted_at.is_some() {
                return answer(&links::seen_by(w.db(), &looker, &before)?);
            }
            if !rules::is_open(before.row.stage) {
                return Err(acting::conflict(&before, &looker, Code::StateConflict)?);
            }
            if !links::are_active(w.db(), &before.parties())? {
                return Err(acting::conflict(&before, &looker, Code::StateConflict)?
                    .detail("the beneficiary is not active in the network"));
            }
            let mut after = before.clone();
            after.row.granted_at = Some(w.now());
            let now = writing::save(w, &permit, &before, after, "donor_link.contact_granted")?;
            answer(&links::seen_by(w.db(), &looker, &now)?)
        },
    )
    .await
}

async fn delete(call: Arc<Call>) -> Result<Answer> {
    let id: DonorLinkId = call.id("id")?;
    let looker = Looker::of(&call)?;
    call.write(
        move |w| admit_introducer(&looker, w, id, false),
        |w, (before, permit): (Loaded, Permit)| {
            if before.row.granted_at.is_some() {
                let mut after = before.clone();
                after.row.granted_at = None;
                writing::save(w, &permit, &before, after, "donor_link.grant_revoked")?;
            }
            Ok(Answer::none())
        },
    )
    .await
}

async fn contact(call: Arc<Call>) -> Result<Answer> {
    let id: DonorLinkId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let reading = looker.clone();
    // Whose donor it is reads what is its own: nothing is written.
    let own = call.app().database.snapshot(move |db| {
        let link = links::find(db, &reading.sight, id)?;
        if !reading.introduces(&link.row) {
            return Ok(None);
        }
        contacts::read(db, &reading, link.row.donor_id).map(Some)
    });
    if let Some(answer) = own.await? {
        return Ok(answer);
    }
    let admitting = looker.clone();
    call.write(
        move |w| {
            // Held to the end of the write: whoever takes leave back waits for this reading, or it is refused.
            let link = links::lock(w, &admitting.sight, id)?;
            let permit =
                admitting.caller.permit(Right::DonorsRead, &[link.row.beneficiary_organisation_id])?;
            Ok(Admitted::by(&permit, link).with(permit))
        },
        move |w, (link, permit): (Loaded, Permit)| {
            if !rules::is_introduced(link.row.stage) || link.row.granted_at.is_none() {
                return Err(Problem::new(Code::NoGrant));
            }
            contacts::note_read(w, &permit, &link.row)?;
            contacts::read(w.db(), &looker, link.row.donor_id)
        },
    )
    .await
}

async fn readings(call: Arc<Call>) -> Result<Answer> {
    let id: DonorLinkId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let read = move |db: &mut crate::db::Db| {
        let link = links::find(db, &looker.sight, id)?;
        if !looker.introduces(&link.row) {
            return Err(Problem::new(Code::NotFound));
        }
        contacts::readings(db, id, &page)
    };
    call.page(call.app().database.snapshot(read).await?, limit, ContactReading::place_in_list)
}
