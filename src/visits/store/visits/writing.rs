//! A visit written: added, saved, moved on, removed; with what follows from that elsewhere.

use diesel::prelude::*;
use serde::Serialize;

use super::{load, parties_of, record_of};
use crate::access::Permit;
use crate::commitments::model::{Commitment, Fulfilment};
use crate::commitments::{fulfilment, store as commitments};
use crate::db::schema::{visit_parties, visits};
use crate::db::{Root, dialect};
use crate::http::problem::Result;
use crate::items::store as items;
use crate::items::{Item, Stored};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{OrganisationId, VisitId};
use crate::visits::codes::VisitState;
use crate::visits::model::{Loaded, PartyRow, Record, Schedule, VisitRow};
use crate::visits::rules::{due, fulfils};
use crate::visits::store::{KIND, facets};

/// What the journal keeps of a visit itself, by the names that the API has for it; its items are kept as things of their own.
#[derive(Serialize)]
struct Journaled<'a> {
    #[serde(flatten)]
    row: &'a VisitRow,
    schedule: Schedule,
    parties: Vec<&'a PartyRow>,
}

impl<'a> Journaled<'a> {
    fn of(visit: &'a Loaded) -> Self {
        let parties = visit.parties.iter().map(|(party, _)| party).collect();
        Self { row: &visit.row, schedule: visit.row.schedule(), parties }
    }
}

/// Adds a draft, seen by its own organisation only.
///
/// # Errors
/// The engine's.
pub fn insert(w: &mut Writer<'_>, _permit: &Permit, row: &VisitRow, parties: &[PartyRow]) -> Result<Loaded> {
    diesel::insert_into(visits::table).values(row).execute(w.db())?;
    for party in parties {
        diesel::insert_into(visit_parties::table).values(party).execute(w.db())?;
    }
    let visit = Loaded { row: row.clone(), parties: parties_of(w.db(), &[row.id])? };
    let thing = Thing::new(KIND, row.id);
    w.of_draft(true);
    w.record(Entry {
        action: "visit.created",
        thing,
        version: 1,
        changes: Changes::between(None, Some(&Journaled::of(&visit)))?,
    })?;
    w.show_new_to(thing, &visit.audiences())?;
    facets::keep(w, None, Some(&visit))?;
    Ok(visit)
}

/// Adds the items of a new visit's record.
///
/// # Errors
/// The engine's.
pub fn insert_record(w: &mut Writer<'_>, permit: &Permit, record: &Record) -> Result<()> {
    fn all<I: Stored>(w: &mut Writer<'_>, permit: &Permit, list: &[I]) -> Result<()> {
        list.iter().try_for_each(|item| items::insert(w, permit, item))
    }
    w.of_draft(true);
    all(w, permit, &record.delegates)?;
    all(w, permit, &record.agenda)?;
    all(w, permit, &record.discussions)?;
    all(w, permit, &record.commitments)
}

/// Writes a changed visit: raises its version, journals what changed and shows it to whom it is for now.
///
/// # Errors
/// The engine's.
pub fn save(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Loaded,
    after: &mut Loaded,
    what: (&'static str, &[&'static str]),
) -> Result<()> {
    write(w, before, after, what)
}

/// Raises a visit's version for what changed in one of its lists and touches nothing else of it.
///
/// # Errors
/// The engine's.
pub fn touch(w: &mut Writer<'_>, visit: &Loaded, part: &'static str) -> Result<Loaded> {
    let mut after = visit.clone();
    write(w, visit, &mut after, ("visit.record_changed", &[part]))?;
    Ok(after)
}

/// Moves on what waits for an organisation that can't answer any more: it has just left `active`.
///
/// # Errors
/// The engine's.
pub fn party_unavailable(w: &mut Writer<'_>, organisation: OrganisationId) -> Result<()> {
    // Those held are locked too: one whose report is submitted at this moment is waited for here.
    let waiting = [VisitState::Proposed, VisitState::Held, VisitState::Reported];
    let ids: Vec<VisitId> = visits::table
        .inner_join(visit_parties::table.on(visit_parties::visit_id.eq(visits::id)))
        .filter(visit_parties::organisation_id.eq(organisation))
        .filter(visits::state.eq_any(waiting))
        .order(visits::id.asc())
        .select(visits::id)
        .load(w.db())?;
    for id in ids {
        dialect::lock(w.db(), Root::Visit, id.uuid())?;
        if let Some(visit) = load(w.db(), id)? {
            move_on(w, &visit)?;
        }
    }
    Ok(())
}

/// Writes a visit that is further than it stands, when those that can't answer are left out; answers
/// it as it is then.
///
/// # Errors
/// The engine's.
pub fn move_on(w: &mut Writer<'_>, visit: &Loaded) -> Result<Loaded> {
    let mut after = visit.settled(w.now())?;
    if after.row.state != visit.row.state {
        write(w, visit, &mut after, ("visit.party_unavailable", &[]))?;
    }
    Ok(after)
}

fn write(
    w: &mut Writer<'_>,
    before: &Loaded,
    after: &mut Loaded,
    (action, touched): (&'static str, &[&'static str]),
) -> Result<()> {
    after.row.version = before.row.version + 1;
    after.row.updated_at = w.now();
    let days = after.row.days(after.row.day_of(after.row.waits_since()));
    for (party, status) in &mut after.parties {
        party.state = after.row.state;
        party.waits_until = due::waits_until(after.row.state, &party.for_rules(*status), &days);
    }
    diesel::update(visits::table.find(after.row.id)).set(&after.row).execute(w.db())?;
    save_parties(w, before, after)?;
    let mut changes = Changes::between(Some(&Journaled::of(before)), Some(&Journaled::of(after)))?;
    for name in touched {
        changes = changes.with_name(name);
    }
    let thing = Thing::new(KIND, after.row.id);
    w.of_draft(is_draft(before) && is_draft(after));
    w.record(Entry { action, thing, version: after.row.version, changes })?;
    let audiences = after.audiences();
    let shown_to_others = before.audiences() != audiences;
    if shown_to_others {
        w.show_to(thing, after.row.created_at, &audiences)?;
    }
    let moved = before.row.state != after.row.state;
    if moved || shown_to_others || touched.contains(&Commitment::PART.name) {
        commitments::list_of(w, after.row.id, after.row.state, &audiences)?;
    }
    if let Some(commitment) = after.row.arises_from_commitment_id.filter(|_| moved) {
        let (was, is) = (fulfils(before.row.state), fulfils(after.row.state));
        fulfilment::move_on(w, commitment, Fulfilment::Visit.by(after.row.id), was, is)?;
    }
    facets::keep(w, Some(before), Some(after))
}

fn is_draft(visit: &Loaded) -> bool {
    visit.row.state == VisitState::Draft
}

fn save_parties(w: &mut Writer<'_>, before: &Loaded, after: &Loaded) -> Result<()> {
    let key = |party: &PartyRow| visit_parties::table.find((party.visit_id, party.organisation_id));
    let stays = |party: &PartyRow| after.party(party.organisation_id).is_some();
    for (gone, _) in before.parties.iter().filter(|(party, _)| !stays(party)) {
        diesel::delete(key(gone)).execute(w.db())?;
    }
    for (party, _) in &after.parties {
        match before.party(party.organisation_id) {
            Some(old) if old == party => {}
            Some(_) => {
                diesel::update(key(party)).set(party).execute(w.db())?;
            }
            None => {
                diesel::insert_into(visit_parties::table).values(party).execute(w.db())?;
            }
        }
    }
    Ok(())
}

/// Removes a draft with all that is recorded of it.
///
/// # Errors
/// The engine's.
pub fn delete(w: &mut Writer<'_>, permit: &Permit, visit: &Loaded) -> Result<()> {
    let id = visit.row.id;
    let record = record_of(w.db(), id)?;
    fn all<I: Stored>(w: &mut Writer<'_>, permit: &Permit, list: &[I]) -> Result<()> {
        list.iter().try_for_each(|item| items::delete(w, permit, item))
    }
    w.of_draft(true);
    // Discussions name delegates, so they go first.
    all(w, permit, &record.discussions)?;
    all(w, permit, &record.delegates)?;
    all(w, permit, &record.agenda)?;
    all(w, permit, &record.commitments)?;
    let thing = Thing::new(KIND, id);
    w.show_to(thing, visit.row.created_at, &[])?;
    facets::keep(w, Some(visit), None)?;
    diesel::delete(visit_parties::table.filter(visit_parties::visit_id.eq(id))).execute(w.db())?;
    diesel::delete(visits::table.find(id)).execute(w.db())?;
    w.record(Entry {
        action: "visit.deleted",
        thing,
        version: visit.row.version + 1,
        changes: Changes::between(Some(&Journaled::of(visit)), None)?,
    })
}
