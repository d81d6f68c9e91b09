//! A visit and its parties.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::Serialize;

use super::items::{self, Around, Stored};
use super::{KIND, facets};
use crate::access::{Permit, Sight};
use crate::commitments::model::{Commitment, Fulfilment};
use crate::commitments::{fulfilment, store as commitments};
use crate::db::schema::{audience, journal_entries, organisations, visit_parties, visits};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Audience, Changes, Entry, Thing, Writer};
use crate::organisations::codes::OrganisationStatus;
use crate::text::{Name, folded};
use crate::types::{AnyId, Instant, Json, OrganisationId, TimeZoneName, VisitId};
use crate::visits::codes::{VisitState, VisitVisibility};
use crate::visits::model::{
    AgendaItem, Delegate, Discussion, Item, Loaded, NewSchedule, PartyRow, Record, Schedule, Visit,
    VisitChanges, VisitRow,
};
use crate::visits::rules::fulfils;

/// The audiences through which a caller sees visits.
pub fn audiences(sight: &Sight) -> Vec<Audience> {
    let own = sight.organisations().iter().map(|seen| Audience::Organisation(seen.organisation));
    own.chain(sight.network().then_some(Audience::Network)).collect()
}

/// One visit that the caller may see as it goes on.
///
/// # Errors
/// `not-found`, also when they may not.
pub fn find(db: &mut Db, sight: &Sight, id: VisitId) -> Result<Loaded> {
    let through: Vec<AnyId> = audiences(sight).into_iter().map(Audience::column).collect();
    let shown = audience::table
        .filter(audience::thing_id.eq(AnyId(id.0)))
        .filter(audience::organisation_id.eq_any(through))
        .select(audience::thing_id);
    let row: Option<VisitRow> = visits::table
        .filter(visits::id.eq(id))
        .filter(visits::id.eq_any(shown))
        .select(VisitRow::as_select())
        .first(db)
        .optional()?;
    let row = row.ok_or_else(|| Problem::new(Code::NotFound))?;
    let parties = parties_of(db, &[id])?;
    Ok(Loaded { row, parties })
}

/// The visit as the caller's organisation saw it last, when it declined and the visit went on without it.
///
/// # Errors
/// `not-found`: there is no such visit, or it was not so.
pub fn find_last_seen(db: &mut Db, sight: &Sight, id: VisitId) -> Result<Json<Visit>> {
    find_last_seen_by(db, sight, id).map(|(_, last)| last)
}

/// The same, with which organisation it was.
///
/// # Errors
/// `not-found`.
pub fn find_last_seen_by(db: &mut Db, sight: &Sight, id: VisitId) -> Result<(OrganisationId, Json<Visit>)> {
    let own: Vec<_> = sight.organisations().iter().map(|seen| seen.organisation).collect();
    let last: Option<(OrganisationId, Option<Json<Visit>>)> = visit_parties::table
        .filter(visit_parties::visit_id.eq(id))
        .filter(visit_parties::organisation_id.eq_any(own))
        .filter(visit_parties::seen_last.is_not_null())
        .select((visit_parties::organisation_id, visit_parties::seen_last))
        .first(db)
        .optional()?;
    match last {
        Some((organisation, Some(last))) => Ok((organisation, last)),
        _ => Err(Problem::new(Code::NotFound)),
    }
}

/// The parties of several visits, each visit's in the order they were given.
///
/// # Errors
/// The engine's.
pub fn parties_of(db: &mut Db, ids: &[VisitId]) -> Result<Vec<(PartyRow, OrganisationStatus)>> {
    // Looked up for each, not joined: PostgreSQL would read all organisations where a page has many parties.
    let status = organisations::table
        .filter(organisations::id.eq(visit_parties::organisation_id))
        .select(organisations::status)
        .single_value();
    let found: Vec<(PartyRow, Option<OrganisationStatus>)> = visit_parties::table
        .filter(visit_parties::visit_id.eq_any(ids.to_vec()))
        .order((visit_parties::visit_id.asc(), visit_parties::place_in_list.asc()))
        .select((PartyRow::as_select(), status))
        .load(db)?;
    Ok(found.into_iter().filter_map(|(party, status)| Some((party, status?))).collect())
}

/// What is recorded of a visit.
///
/// # Errors
/// The engine's.
pub fn record_of(db: &mut Db, id: VisitId) -> Result<Record> {
    Ok(Record {
        delegates: Delegate::load(db, id)?,
        agenda: AgendaItem::load(db, id)?,
        discussions: Discussion::load(db, id)?,
        commitments: Commitment::load(db, id)?,
    })
}

/// The same, without what this caller may not see of it.
///
/// # Errors
/// The engine's.
pub fn record_seen_by(db: &mut Db, sight: &Sight, id: VisitId) -> Result<Record> {
    let mut record = record_of(db, id)?;
    Commitment::veil(&mut record.commitments, db, sight)?;
    Ok(record)
}

/// Locks a visit and reads it.
///
/// # Errors
/// `not-found`, also when the caller may not see it as it goes on.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: VisitId) -> Result<Loaded> {
    dialect::lock(w.db(), Root::Visit, id.uuid())?;
    find(w.db(), sight, id)
}

/// Writes into a row what a body says, but for the parties.
///
/// # Errors
/// `internal` when a part can't be written as JSON.
pub fn fill(row: &mut VisitRow, details: &VisitChanges, zone: &TimeZoneName) -> Result<()> {
    row.title = details.title.as_ref().map(Json::new).transpose()?;
    row.summary = details.summary.as_ref().map(Json::new).transpose()?;
    row.purposes = Json::new(&details.purposes.to_vec())?;
    schedule(row, &details.schedule, zone);
    row.place = details.place.as_ref().map(Json::new).transpose()?;
    row.community_ids = Json::new(&details.community_ids.to_vec())?;
    row.returns_visit_id = details.returns_visit_id;
    row.arises_from_commitment_id = details.arises_from_commitment_id;
    row.folded = folded(details.title.iter().flat_map(Name::texts));
    Ok(())
}

/// Writes a schedule into a row; `zone` is the network's.
pub fn schedule(row: &mut VisitRow, schedule: &NewSchedule, zone: &TimeZoneName) {
    row.starts_on = schedule.date;
    row.ends_on = schedule.end_date.filter(|last| *last != schedule.date);
    row.start_time = schedule.start_time.map(|time| time.to_string());
    row.end_time = schedule.end_time.map(|time| time.to_string());
    row.time_zone = schedule.time_zone.as_ref().unwrap_or(zone).to_string();
}

/// Makes a draft of what a body says: nothing is written yet.
///
/// # Errors
/// `internal` when a part can't be written as JSON.
pub fn draft(
    w: &Writer<'_>,
    permit: &Permit,
    id: VisitId,
    details: &VisitChanges,
    zone: &TimeZoneName,
) -> Result<VisitRow> {
    let mut row = VisitRow {
        id,
        state: VisitState::Draft,
        visibility: VisitVisibility::Parties,
        title: None,
        summary: None,
        purposes: Json::new(&Vec::new())?,
        starts_on: details.schedule.date,
        ends_on: None,
        start_time: None,
        end_time: None,
        time_zone: zone.to_string(),
        held_on: None,
        held_by_organisation_id: None,
        held_from: None,
        held_at: None,
        place: None,
        community_ids: Json::new(&Vec::new())?,
        returns_visit_id: None,
        arises_from_commitment_id: None,
        last_reason: None,
        report: None,
        asked_at: None,
        reminders: Json::new(&Vec::new())?,
        remind_at: None,
        folded: String::new(),
        created_by_organisation_id: permit.organisation(),
        version: 1,
        created_at: w.now(),
        updated_at: w.now(),
    };
    fill(&mut row, details, zone)?;
    Ok(row)
}

/// The parties of a body as rows.
pub fn party_rows(id: VisitId, created_at: Instant, details: &VisitChanges) -> Vec<PartyRow> {
    let rows = details.parties.iter().enumerate();
    rows.map(|(place, party)| PartyRow::new(id, party.organisation_id, party.side, place, created_at))
        .collect()
}

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

/// One visit, whoever may see it: for what follows from a write elsewhere.
///
/// # Errors
/// The engine's.
pub fn load(db: &mut Db, id: VisitId) -> Result<Option<Loaded>> {
    Ok(load_all(db, &[id])?.pop())
}

/// Several visits, whoever may see them.
///
/// # Errors
/// The engine's.
pub fn load_all(db: &mut Db, ids: &[VisitId]) -> Result<Vec<Loaded>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<VisitRow> =
        visits::table.filter(visits::id.eq_any(ids.to_vec())).select(VisitRow::as_select()).load(db)?;
    with_parties(db, rows)
}

/// Visits with their parties, in the order of their rows.
///
/// # Errors
/// The engine's.
pub fn with_parties(db: &mut Db, rows: Vec<VisitRow>) -> Result<Vec<Loaded>> {
    let ids: Vec<VisitId> = rows.iter().map(|row| row.id).collect();
    let mut parties: HashMap<VisitId, Vec<_>> = HashMap::new();
    for party in if ids.is_empty() { Vec::new() } else { parties_of(db, &ids)? } {
        parties.entry(party.0.visit_id).or_default().push(party);
    }
    let visits = rows.into_iter().map(|row| {
        let parties = parties.remove(&row.id).unwrap_or_default();
        Loaded { row, parties }
    });
    Ok(visits.collect())
}

/// Whether others than this organisation have written to a visit, or drawn up one in return.
///
/// # Errors
/// The engine's.
pub fn is_built_on(db: &mut Db, id: VisitId, but: OrganisationId) -> Result<bool> {
    let by_others = journal_entries::table
        .filter(journal_entries::thing_id.eq(AnyId(id.0)))
        .filter(journal_entries::organisation_id.assume_not_null().ne(but));
    let in_return = visits::table.filter(visits::returns_visit_id.eq(id));
    Ok(diesel::select(diesel::dsl::exists(by_others)).get_result(db)?
        || diesel::select(diesel::dsl::exists(in_return)).get_result(db)?)
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
    for (party, _) in &mut after.parties {
        party.state = after.row.state;
    }
    diesel::update(visits::table.find(after.row.id)).set(&after.row).execute(w.db())?;
    save_parties(w, before, after)?;
    let mut changes = Changes::between(Some(&Journaled::of(before)), Some(&Journaled::of(after)))?;
    for name in touched {
        changes = changes.with_name(name);
    }
    let thing = Thing::new(KIND, after.row.id);
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
