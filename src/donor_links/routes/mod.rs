//! `/v1/donor-links`, by verb.
//!
//! - [`read`]: one and lists; [`create`], [`change`]: offered and changed; [`act`]: the actions;
//! - [`items`]: pledges and disbursements; [`grant`]: the donor's contact, and leave to read it.

pub mod act;
pub mod change;
pub mod create;
pub mod grant;
pub mod items;
pub mod read;

use super::model::{DonorLink, Loaded, Looker};
use super::store::links;
use crate::access::{Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Versioned};
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::DonorLinkId;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    [
        read::operations(),
        create::operations(),
        change::operations(),
        act::operations(),
        grant::operations(),
        items::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A donor's name is not kept for repeats, whoever may know of it: it may be sealed, now or later.
const NEVER_KEPT: &[&str] = &["/donor_name"];

fn answer(link: &DonorLink) -> Result<Answer> {
    Ok(Answer::thing(link, link.version)?.kept_without(NEVER_KEPT))
}

fn versioned(link: &DonorLink) -> Versioned<'_, DonorLink> {
    Versioned { id: link.id.uuid(), version: link.version, thing: link }
}

/// Locks a link that the caller sees, and asks the guard for leave to write to it.
fn admit(looker: &Looker, w: &mut Writer<'_>, id: DonorLinkId) -> Result<Admitted<(Loaded, Permit)>> {
    let link = links::lock(w, &looker.sight, id)?;
    let permit = looker.caller.permit(Right::DonorsWrite, &link.parties())?;
    Ok(Admitted::by(&permit, link).with(permit))
}
