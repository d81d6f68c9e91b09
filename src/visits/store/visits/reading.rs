//! A visit with its parties and its record, found, locked and loaded.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::Sight;
use crate::commitments::model::Commitment;
use crate::db::schema::{journal_entries, organisations, visit_parties, visits};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Around, Whole};
use crate::journal::{Writer, audience};
use crate::organisations::codes::OrganisationStatus;
use crate::types::{AnyId, Json, OrganisationId, VisitId};
use crate::visits::codes::VisitState;
use crate::visits::model::{
    AgendaItem, Delegate, Discussion, Loaded, Looker, PartyRow, Record, Visit, VisitRow,
};

/// One visit that the caller may see as it goes on.
///
/// # Errors
/// `not-found`, also when they may not.
pub fn find(db: &mut Db, sight: &Sight, id: VisitId) -> Result<Loaded> {
    let row: Option<VisitRow> = visits::table
        .filter(visits::id.eq(id))
        .filter(visits::id.eq_any(audience::seen(vec![AnyId(id.0)], sight)))
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
pub fn record_seen_by(db: &mut Db, looker: &Looker, id: VisitId) -> Result<Record> {
    let mut record = record_of(db, id)?;
    AgendaItem::veil(&mut record.agenda, db, looker)?;
    Commitment::veil(&mut record.commitments, db, looker)?;
    Ok(record)
}

/// Locks a visit and reads it.
///
/// # Errors
/// `not-found`, also when the caller may not see it as it goes on.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: VisitId) -> Result<Loaded> {
    dialect::lock(w.db(), Root::Visit, id.uuid())?;
    let visit = find(w.db(), sight, id)?;
    w.of_draft(visit.row.state == VisitState::Draft);
    Ok(visit)
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
