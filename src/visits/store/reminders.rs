//! Reminders of reports that wait for approval: recorded here, to be sent one day.

use diesel::prelude::*;

use super::KIND;
use super::visits::load;
use crate::db::schema::visits;
use crate::db::{Root, dialect};
use crate::http::problem::Result;
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{Json, VisitId};
use crate::visits::codes::{ReportApproval, VisitState};
use crate::visits::model::{Loaded, Reminder};
use crate::visits::rules::{REMINDED_AFTER, REMINDERS};

/// Records the reminders that are due, of so many visits at the most; of how many visits it was.
///
/// # Errors
/// The engine's.
pub fn record_due(w: &mut Writer<'_>, at_most: i64) -> Result<usize> {
    let now = w.now();
    let due: Vec<VisitId> = visits::table
        .filter(visits::remind_at.le(now))
        .order(visits::remind_at.asc())
        .select(visits::id)
        .limit(at_most)
        .load(w.db())?;
    for id in &due {
        dialect::lock(w.db(), Root::Visit, id.uuid())?;
        if let Some(visit) = load(w.db(), *id)? {
            remind(w, visit)?;
        }
    }
    Ok(due.len())
}

/// The version stays: nothing changes of what the parties are asked to approve.
fn remind(w: &mut Writer<'_>, mut visit: Loaded) -> Result<()> {
    let now = w.now();
    if visit.row.remind_at.is_none_or(|at| at > now) {
        return Ok(());
    }
    let before = visit.row.reminders.clone();
    let mut reminders = before.get()?;
    let silent = visit.standing(now)?.parties.into_iter().filter(|party| {
        party.waited_for() && matches!(party.approval, ReportApproval::Pending | ReportApproval::Objected)
    });
    let organisation_ids: Vec<_> = silent.map(|party| party.organisation).collect();
    let waits = visit.row.state == VisitState::Reported && !organisation_ids.is_empty();
    if waits {
        reminders.push(Reminder { at: now, organisation_ids });
    }
    let more = waits && reminders.len() < REMINDERS;
    visit.row.remind_at = more.then(|| now.plus(REMINDED_AFTER));
    visit.row.reminders = Json::new(&reminders)?;
    diesel::update(visits::table.find(visit.row.id))
        .set((visits::remind_at.eq(visit.row.remind_at), visits::reminders.eq(&visit.row.reminders)))
        .execute(w.db())?;
    if !waits {
        return Ok(());
    }
    let values = |list: &Json<Vec<Reminder>>| list.clone().cast::<serde_json::Value>().get();
    w.of_draft(false);
    w.record(Entry {
        action: "visit.reminded",
        thing: Thing::new(KIND, visit.row.id),
        version: visit.row.version,
        changes: Changes::none().with("reminders", values(&before)?, values(&visit.row.reminders)?),
    })
}
