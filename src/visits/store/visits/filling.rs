//! What a body says as rows: nothing is written here.

use crate::access::Permit;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::text::{Name, folded};
use crate::types::{Instant, Json, TimeZoneName, VisitId};
use crate::visits::codes::{VisitState, VisitVisibility};
use crate::visits::model::{NewSchedule, PartyRow, VisitChanges, VisitRow};

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
        held_marked: None,
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
