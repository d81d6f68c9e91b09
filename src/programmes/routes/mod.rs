//! `/v1/programmes`, by verb.
//!
//! - [`read`]: one and lists; [`terms`]: what is signed, revision by revision;
//! - [`create`], [`change`]: drafts and what may be changed later;
//! - [`act`]: the actions, `said`: their bodies;
//! - [`items`]: activities and indicators; [`progress`]; [`contributions`]; [`summary`]: all of it added up.

pub mod act;
pub mod change;
pub mod contributions;
pub mod create;
pub mod items;
pub mod progress;
pub mod read;
mod said;
pub mod summary;
pub mod terms;

use super::model::{Loaded, Looker, Programme};
use super::store::programmes as store;
use crate::access::{Permit, Right};
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::operation::Operation;
use crate::http::problem::{Problem, Result};
use crate::journal::Writer;
use crate::types::{ProgrammeId, TimeZoneName};

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    [
        read::operations(),
        terms::operations(),
        create::operations(),
        change::operations(),
        act::operations(),
        items::operations(),
        progress::operations(),
        contributions::operations(),
        summary::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn versioned(programme: &Programme) -> Versioned<'_, Programme> {
    Versioned { id: programme.id.uuid(), version: programme.version, thing: programme }
}

/// Locks a programme that the caller sees, and asks the guard for leave to do something with it.
pub(super) fn admit(
    looker: &Looker,
    w: &mut Writer<'_>,
    id: ProgrammeId,
    right: Right,
) -> Result<Admitted<(Loaded, Permit)>> {
    let programme = store::lock(w, &looker.sight, id)?;
    let permit = looker.caller.permit(right, &programme.concerned())?;
    Ok(Admitted::by(&permit, programme).with(permit))
}

/// The network's time zone.
fn zone(call: &Call) -> Result<TimeZoneName> {
    call.app().settings.time_zone.parse().map_err(Problem::internal)
}
