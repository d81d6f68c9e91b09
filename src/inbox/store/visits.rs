//! The visits that wait for an organisation: for its answer, its record, its report, its approval.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::visit_parties;
use crate::http::problem::Result;
use crate::inbox::model::{Asked, Waiting};
use crate::inbox::rules::{self, MOST};
use crate::types::{CalendarDate, OrganisationId, VisitId};
use crate::visits::codes::{ReportApproval, VisitAction};
use crate::visits::model::Loaded;
use crate::visits::store::visits::load_all;

/// Those that wait.
///
/// # Errors
/// The engine's; `internal` when what is stored can't be read.
pub(super) fn waiting(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    let ids = looked_at(db, asked.organisation)?;
    let mut found = Vec::new();
    for visit in load_all(db, &ids)? {
        let standing = visit.standing(asked.now)?;
        let days = visit.row.days(asked.zone.today_in_zone(visit.row.waits_since()));
        let id = visit.row.id.uuid();
        found.extend(rules::of_visit(id, &standing, asked.organisation, &days, asked_by(&visit)?));
    }
    Ok(found)
}

/// The visits in which something waits, or will when its day comes: those due first, then those in which a word
/// is missing but waited for no more. What is over, by far the most, is not looked at: it is due on no day.
///
/// A day since which an approval is waited for is the visit's own zone's here, the network's where it is told:
/// where more wait than are looked at, the last of them may be off by that one day.
fn looked_at(db: &mut Db, organisation: OrganisationId) -> Result<Vec<VisitId>> {
    let mut found: Vec<(CalendarDate, VisitId)> = Vec::new();
    for approval in ReportApproval::ALL {
        found.extend(due_first(db, organisation, *approval)?);
    }
    found.sort_unstable();
    found.truncate(MOST.into());
    let left = usize::from(MOST) - found.len();
    let mut found: Vec<VisitId> = found.into_iter().map(|(_, id)| id).collect();
    if left > 0 {
        found.extend(concluded_over_its_silence(db, organisation, left)?);
    }
    Ok(found)
}

/// One short range of the index: with what it said of the report, by day.
fn due_first(
    db: &mut Db,
    organisation: OrganisationId,
    approval: ReportApproval,
) -> Result<Vec<(CalendarDate, VisitId)>> {
    let due_on = visit_parties::waits_until.assume_not_null();
    Ok(visit_parties::table
        .filter(visit_parties::organisation_id.eq(organisation))
        .filter(visit_parties::report_approval.eq(approval))
        // Those that are due on no day stand before all others in SQLite's index.
        .filter(due_on.ge(CalendarDate::FIRST))
        .order((due_on.asc(), visit_parties::visit_id.asc()))
        .limit(MOST.into())
        .select((due_on, visit_parties::visit_id))
        .load(db)?)
}

/// Those that were concluded without its approval, which it may still give, on no day in particular.
fn concluded_over_its_silence(
    db: &mut Db,
    organisation: OrganisationId,
    at_most: usize,
) -> Result<Vec<VisitId>> {
    Ok(visit_parties::table
        .filter(visit_parties::organisation_id.eq(organisation))
        .filter(visit_parties::report_approval.eq(ReportApproval::NoAnswer))
        .filter(visit_parties::waits_until.is_null())
        .order(visit_parties::visit_id.asc())
        .limit(i64::try_from(at_most).unwrap_or(i64::MAX))
        .select(visit_parties::visit_id)
        .load(db)?)
}

/// Who moved it, else who drew it up.
fn asked_by(visit: &Loaded) -> Result<OrganisationId> {
    let moved = visit.last_reason()?.filter(|given| given.action == VisitAction::Reschedule);
    Ok(moved.map_or(visit.row.created_by_organisation_id, |given| given.organisation_id))
}
