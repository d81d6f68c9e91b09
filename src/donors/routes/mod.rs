//! `/v1/donors`.
//!
//! - [`read`]: one donor and lists; [`write`]: entered, changed, removed; [`contact`]: how it is reached;
//! - [`matches`]: those that may support a project.

pub mod contact;
pub mod matches;
pub mod read;
pub mod write;

use std::sync::Arc;

use super::model::{Donor, DonorRow};
use super::store;
use crate::access::keys::Keys;
use crate::access::{Caller, Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::DonorId;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    [read::operations(), write::operations(), contact::operations(), matches::operations()].concat()
}

/// What seals and opens.
fn keys(call: &Arc<Call>) -> &Keys {
    &call.app().keys
}

fn answer(donor: &Donor) -> Result<Answer> {
    Answer::thing(donor, donor.version)
}

fn versioned(donor: &Donor) -> Versioned<'_, Donor> {
    Versioned { id: donor.id.uuid(), version: donor.version, thing: donor }
}

/// Locks a donor that the caller may know of, and asks the guard for leave to write to it.
fn admit(caller: &Caller, w: &mut Writer<'_>, id: DonorId) -> Result<Admitted<(DonorRow, Permit)>> {
    let row = store::lock(w, &caller.sight(Right::DonorsRead), id)?;
    let permit = caller.permit(Right::DonorsWrite, &[row.organisation_id])?;
    Ok(Admitted::by(&permit, row).with(permit))
}
