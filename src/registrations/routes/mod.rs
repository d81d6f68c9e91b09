//! `/v1/registrations`, and the list below an organisation.
//!
//! - [`read`]: one and lists; [`create`], [`change`]: begun and corrected;
//! - [`act`]: the actions; [`items`]: requirements, obligations and what is done of them, notes; [`shares`]: who helps.

pub mod act;
pub mod change;
pub mod create;
pub mod items;
pub mod read;
pub mod shares;

use super::model::{Loaded, Looker, Registration};
use super::store::dossiers as store;
use crate::access::{Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Versioned};
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::RegistrationId;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    [
        read::operations(),
        create::operations(),
        change::operations(),
        act::operations(),
        items::operations(),
        shares::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn answer(dossier: &Registration) -> Result<Answer> {
    Answer::thing(dossier, dossier.version)
}

fn versioned(dossier: &Registration) -> Versioned<'_, Registration> {
    Versioned { id: dossier.id.uuid(), version: dossier.version, thing: dossier }
}

/// Leave to write to a dossier: its own organisation's. Who helps with it sees it and may not: 403.
fn permit(looker: &Looker, dossier: &Loaded) -> Result<Permit> {
    looker.caller.permit(Right::RegistrationsWrite, &[dossier.row.organisation_id])
}

/// Locks a dossier that the caller sees, and asks the guard for leave to write to it.
fn admit(looker: &Looker, w: &mut Writer<'_>, id: RegistrationId) -> Result<Admitted<(Loaded, Permit)>> {
    let dossier = store::lock(w, looker, id)?;
    let permit = permit(looker, &dossier)?;
    Ok(Admitted::by(&permit, dossier).with(permit))
}
