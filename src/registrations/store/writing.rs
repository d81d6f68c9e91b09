//! A dossier written: inserted, saved, shared, and what follows from that.

use diesel::prelude::*;
use serde::Serialize;

use super::KIND;
use crate::access::Permit;
use crate::commitments::fulfilment;
use crate::commitments::model::Fulfilment;
use crate::db::schema::{registration_shares, registrations};
use crate::http::problem::Result;
use crate::items;
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::organisations::store::writing::{By, set_legal_form};
use crate::registrations::model::dossier::ShareRow;
use crate::registrations::model::{Loaded, RegistrationRow, Requirement};
use crate::registrations::rules;
use crate::types::OrganisationId;

/// What the journal keeps of a dossier itself, by the names that the API has for it; what is in it is kept as things
/// of their own.
#[derive(Serialize)]
struct Journaled<'a> {
    #[serde(flatten)]
    row: &'a RegistrationRow,
    shared_with: &'a [ShareRow],
}

impl<'a> Journaled<'a> {
    fn of(dossier: &'a Loaded) -> Self {
        Self { row: &dossier.row, shared_with: &dossier.shares }
    }
}

/// Adds a dossier with what the authority asks for, seen by its own organisation only.
///
/// # Errors
/// The engine's.
pub fn insert(
    w: &mut Writer<'_>,
    permit: &Permit,
    dossier: &Loaded,
    requirements: &[Requirement],
) -> Result<()> {
    let row = &dossier.row;
    diesel::insert_into(registrations::table).values(row).execute(w.db())?;
    let thing = Thing::new(KIND, row.id);
    w.record(Entry {
        action: "registration.created",
        thing,
        version: row.version,
        changes: Changes::between(None, Some(&Journaled::of(dossier)))?,
    })?;
    for requirement in requirements {
        items::store::insert(w, permit, requirement)?;
    }
    w.show_new_to(thing, &dossier.audiences())
}

/// Writes a changed dossier: raises its version, journals what changed, and moves on the commitment that it arises from
/// and, where it was so said, what its organisation, which is locked, is.
///
/// # Errors
/// `commitment-taken`, `state-conflict` of that commitment; the engine's.
pub fn save(
    w: &mut Writer<'_>,
    permit: &Permit,
    before: &Loaded,
    mut after: Loaded,
    action: &'static str,
) -> Result<Loaded> {
    write(w, before, &mut after, action, Changes::none())?;
    if after.own_form != before.own_form {
        set_legal_form(w, By::Own(permit), after.row.organisation_id, after.own_form)?;
    }
    if let Some(commitment) = after.row.arises_from_commitment_id {
        let by = Fulfilment::Registration.by(after.row.id.uuid());
        let (was, is) = (rules::fulfils(before.row.status), rules::fulfils(after.row.status));
        fulfilment::move_on(w, commitment, by, was, is)?;
    }
    Ok(after)
}

/// Raises the version of a dossier in whose list `part` something changed; answers it as it is then.
///
/// # Errors
/// The engine's.
pub fn touch(w: &mut Writer<'_>, dossier: Loaded, part: &'static str) -> Result<Loaded> {
    let mut after = dossier.clone();
    write(w, &dossier, &mut after, "registration.record_changed", Changes::none().with_name(part))?;
    Ok(after)
}

/// Has an organisation help with a dossier.
///
/// # Errors
/// The engine's.
pub fn share(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Loaded,
    helper: OrganisationId,
) -> Result<Loaded> {
    let share = ShareRow { registration_id: before.row.id, organisation_id: helper, shared_at: w.now() };
    diesel::insert_into(registration_shares::table).values(&share).execute(w.db())?;
    let mut after = before.clone();
    after.shares.push(share);
    write(w, before, &mut after, "registration.shared", Changes::none())?;
    Ok(after)
}

/// Takes that back: it sees no more of it from here on.
///
/// # Errors
/// The engine's.
pub fn take_back(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Loaded,
    helper: OrganisationId,
) -> Result<Loaded> {
    diesel::delete(registration_shares::table.find((before.row.id, helper))).execute(w.db())?;
    let mut after = before.clone();
    after.shares.retain(|share| share.organisation_id != helper);
    write(w, before, &mut after, "registration.share_taken_back", Changes::none())?;
    Ok(after)
}

fn write(
    w: &mut Writer<'_>,
    before: &Loaded,
    after: &mut Loaded,
    action: &'static str,
    named: Changes,
) -> Result<()> {
    after.row.version = before.row.version + 1;
    after.row.updated_at = w.now();
    diesel::update(registrations::table.find(after.row.id)).set(&after.row).execute(w.db())?;
    let changes = Changes::between(Some(&Journaled::of(before)), Some(&Journaled::of(after)))?;
    let changes = if changes.is_empty() { named } else { changes };
    let thing = Thing::new(KIND, after.row.id);
    w.record(Entry { action, thing, version: after.row.version, changes })?;
    w.show_to(thing, after.row.created_at, &after.audiences())
}
