//! The visits that wait for an organisation: for its answer, its record, its report, its approval.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{visit_parties, visits};
use crate::http::problem::Result;
use crate::inbox::model::{Asked, Waiting};
use crate::inbox::rules::{self, Days, LOOKED_AT, MOST};
use crate::types::{Instant, OrganisationId, VisitId};
use crate::visits::codes::VisitAction;
use crate::visits::model::{Loaded, VisitRow};
use crate::visits::store::visits::parties_of;

/// Those that wait.
///
/// # Errors
/// The engine's; `internal` when what is stored can't be read.
pub(super) fn waiting(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    let ids = looked_at(db, asked)?;
    let mut found = Vec::new();
    for visit in load(db, &ids)? {
        let (standing, days) = (visit.standing(asked.now)?, days(&visit, asked));
        let id = visit.row.id.uuid();
        found.extend(rules::of_visit(id, &standing, asked.organisation, &days, asked_by(&visit)?));
    }
    Ok(found)
}

/// The visits in which something may wait, those drawn up first, by one short range of the index for each
/// state. One that it left is in none: its own answer says so.
fn looked_at(db: &mut Db, asked: &Asked) -> Result<Vec<VisitId>> {
    let mut found: Vec<(Instant, VisitId)> = Vec::new();
    for (response, states) in LOOKED_AT {
        for state in *states {
            let here: Vec<(Instant, VisitId)> = visit_parties::table
                .filter(visit_parties::organisation_id.eq(asked.organisation))
                .filter(visit_parties::response.eq(*response))
                .filter(visit_parties::state.eq(*state))
                .order((visit_parties::created_at.asc(), visit_parties::visit_id.asc()))
                .limit(MOST.into())
                .select((visit_parties::created_at, visit_parties::visit_id))
                .load(db)?;
            found.extend(here);
        }
    }
    found.sort_unstable();
    found.truncate(MOST.into());
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// Several visits with their parties.
fn load(db: &mut Db, ids: &[VisitId]) -> Result<Vec<Loaded>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<VisitRow> =
        visits::table.filter(visits::id.eq_any(ids.to_vec())).select(VisitRow::as_select()).load(db)?;
    let mut parties: HashMap<VisitId, Vec<_>> = HashMap::new();
    for (party, status) in parties_of(db, ids)? {
        parties.entry(party.visit_id).or_default().push((party, status));
    }
    let visit = |row: VisitRow| Loaded { parties: parties.remove(&row.id).unwrap_or_default(), row };
    Ok(rows.into_iter().map(visit).collect())
}

fn days(visit: &Loaded, asked: &Asked) -> Days {
    let row = &visit.row;
    Days {
        starts_on: row.starts_on,
        ends_on: row.ends_on.unwrap_or(row.starts_on),
        held_on: row.held_on,
        // Of a report from before that was remembered, since its last change.
        asked_on: asked.zone.today_in_zone(row.asked_at.unwrap_or(row.updated_at)),
    }
}

/// Who moved it, else who drew it up.
fn asked_by(visit: &Loaded) -> Result<OrganisationId> {
    let moved = visit.last_reason()?.filter(|given| given.action == VisitAction::Reschedule);
    Ok(moved.map_or(visit.row.created_by_organisation_id, |given| given.organisation_id))
}
