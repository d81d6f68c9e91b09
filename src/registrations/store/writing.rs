//! A dossier written: inserted, saved, shared, and what follows from that.

use diesel::prelude::*;
use serde::Serialize;

use super::KIND;
use super::dossiers::load;
use crate::access::Permit;
use crate::commitments::fulfilment;
use crate::commitments::model::Fulfilment;
use crate::db::schema::{registration_shares, registrations};
use crate::db::{Root, dialect};
use crate::http::problem::Result;
use crate::items;
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::organisations::codes::OrganisationStatus;
use crate::registrations::model::dossier::ShareRow;
use crate::registrations::model::{Loaded, RegistrationRow, Requirement};
use crate::registrations::rules;
use crate::types::{OrganisationId, RegistrationId};

/// What the journal keeps of a dossier itself, by the names that the API has for it; what is in it is kept as things
/// of their own.
#[derive(Serialize)]
struct Journaled<'a> {
    #[serde(flatten)]
    row: &'a RegistrationRow,
    shared_with: Vec<&'a ShareRow>,
}

impl<'a> Journaled<'a> {
    fn of(dossier: &'a Loaded) -> Self {
        Self { row: &dossier.row, shared_with: dossier.shares.iter().map(|(share, _)| share).collect() }
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

/// Writes a changed dossier: raises its version, journals what changed, and moves on the commitment that it arises from.
///
/// # Errors
/// `commitment-taken`, `state-conflict` of that commitment; the engine's.
pub fn save(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Loaded,
    mut after: Loaded,
    action: &'static str,
) -> Result<Loaded> {
    write(w, before, &mut after, action, Changes::none())?;
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

/// Has an organisation help with a dossier: an active one, which stays so to the end of the write.
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
    after.shares.push((share, OrganisationStatus::Active));
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
    after.shares.retain(|(share, _)| share.organisation_id != helper);
    write(w, before, &mut after, "registration.share_taken_back", Changes::none())?;
    Ok(after)
}

/// Shows or hides what an organisation helps with: it has just left `active`, or come back to it.
///
/// # Errors
/// The engine's.
pub fn helper_standing_changed(w: &mut Writer<'_>, organisation: OrganisationId) -> Result<()> {
    let ids: Vec<RegistrationId> = registration_shares::table
        .filter(registration_shares::organisation_id.eq(organisation))
        .order(registration_shares::registration_id.asc())
        .select(registration_shares::registration_id)
        .load(w.db())?;
    for id in ids {
        dialect::lock(w.db(), Root::Registration, id.uuid())?;
        if let Some(dossier) = load(w.db(), id)? {
            w.show_to(Thing::new(KIND, id), dossier.row.created_at, &dossier.audiences())?;
        }
    }
    Ok(())
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
