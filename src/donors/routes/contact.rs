//! How a donor is reached: for its own organisation.

use std::sync::Arc;

use super::{admit, keys, versioned};
use crate::access::{Permit, Right, Sight};
use crate::db::Db;
use crate::donors::contact::{DonorContact, NewDonorContact, ShownDonorContact};
use crate::donors::model::DonorRow;
use crate::donors::store::{self, writing};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::patch;
use crate::http::problem::{Code, Problem, Result};
use crate::types::DonorId;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/donors/{id}/contact", "readDonorContact", read)
            .summary("How a donor is reached")
            .description(
                "For its own organisation alone; others read it through a donor link, as long as it is granted there. \
                 Never kept, no ETag.",
            )
            .needs(Right::DonorsRead)
            .without_head()
            .ok::<ShownDonorContact>("The contact, empty where nothing is known."),
        Operation::patch("/v1/donors/{id}/contact", "changeDonorContact", change)
            .summary("Changes how a donor is reached")
            .description("`If-Match` names the version of the donor, which is raised. `persons` is replaced whole.")
            .needs(Right::DonorsWrite)
            .body::<NewDonorContact>()
            .ok::<ShownDonorContact>("The contact as it is now."),
    ]
}

/// A donor whose contact the caller may read: to others than its organisation there is none.
fn find_own(db: &mut Db, sight: &Sight, id: DonorId) -> Result<DonorRow> {
    let row = store::find(db, sight, id)?;
    if sight.sees_own(row.organisation_id) { Ok(row) } else { Err(Problem::new(Code::NotFound)) }
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: DonorId = call.id("id")?;
    let sight = call.sight(Right::DonorsRead)?;
    let reading = Arc::clone(&call);
    call.app()
        .database
        .snapshot(move |db| {
            let row = find_own(db, &sight, id)?;
            store::contact_of(db, keys(&reading), row.id)?.answer()
        })
        .await
}

async fn change(call: Arc<Call>) -> Result<Answer> {
    let id: DonorId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    let patching = Arc::clone(&call);
    call.write(
        move |w| {
            find_own(w.db(), &caller.sight(Right::DonorsRead), id)?;
            admit(&caller, w, id)
        },
        move |w, (before, permit): (DonorRow, Permit)| {
            let (keys, sight) = (keys(&patching), patching.sight(Right::DonorsRead)?);
            let seen = store::shown(w.db(), keys, &sight, &before)?;
            patching.require_version(w.db(), versioned(&seen))?;
            let held = store::contact_of(w.db(), keys, id)?;
            let details: NewDonorContact = patch::apply(&held.shown(), patching.body(), &[])?;
            let contact = DonorContact::from(&details);
            if contact != held {
                writing::change_contact(w, keys, &permit, &before, &contact)?;
            }
            contact.answer()
        },
    )
    .await
}
