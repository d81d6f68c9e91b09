//! Pledges: their rows, what was counted against them, and what is checked of them.

use std::collections::HashMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::room::Room;
use crate::access::Permit;
use crate::db::Db;
use crate::db::schema::{donor_disbursements, donor_pledges};
use crate::donor_links::codes::PledgeStatus;
use crate::donor_links::model::Pledge;
use crate::donor_links::model::pledge::{NewPledge, PledgeRow};
use crate::donor_links::rules::counting;
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Around, Checked, Edit, Findings, Item, Rowed, Stored};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::stored;
use crate::types::{DonorLinkId, PledgeId};

impl Rowed for Pledge {
    type Row = PledgeRow;

    fn of_rows(db: &mut Db, rows: Vec<PledgeRow>) -> Result<Vec<Self>> {
        let counted = counted(db, rows.iter().map(|row| row.id).collect())?;
        let of = |row: PledgeRow| {
            let counted = counted.get(&row.id).copied().unwrap_or_default();
            Self::of_row(row, counted)
        };
        rows.into_iter().map(of).collect()
    }

    fn row(&self) -> Result<PledgeRow> {
        Ok(self.to_row())
    }
}

stored!(Pledge as PledgeRow, donor_pledges, below donor_link_id: DonorLinkId);

/// What was counted against these pledges, from the index alone.
fn counted(db: &mut Db, pledges: Vec<PledgeId>) -> Result<HashMap<PledgeId, i64>> {
    use donor_disbursements as disbursements;
    if pledges.is_empty() {
        return Ok(HashMap::new());
    }
    let grouped = disbursements::table
        .filter(disbursements::pledge_id.eq_any(pledges))
        .group_by(disbursements::pledge_id)
        .select((
            disbursements::pledge_id.assume_not_null(),
            sql::<Nullable<BigInt>>("cast(sum(counted) as bigint)"),
        ));
    let rows: Vec<(PledgeId, Option<i64>)> = crate::natively!(db, connection => grouped.load(connection))?;
    Ok(rows.into_iter().filter_map(|(id, sum)| Some((id, sum?))).collect())
}

/// One below a link; none where it is not there.
///
/// # Errors
/// The engine's.
pub fn find(db: &mut Db, link: DonorLinkId, id: PledgeId) -> Result<Option<Pledge>> {
    match Pledge::one(db, link, id.uuid()) {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.code() == Code::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Whether something is still promised through a link.
///
/// # Errors
/// The engine's.
pub fn any_open(db: &mut Db, link: DonorLinkId) -> Result<bool> {
    let open = donor_pledges::table
        .filter(donor_pledges::donor_link_id.eq(link))
        .filter(donor_pledges::status.eq(PledgeStatus::Open));
    Ok(diesel::select(exists(open)).get_result(db)?)
}

impl Checked for Pledge {
    fn check(
        new: &mut NewPledge,
        _before: Option<&Self>,
        room: &mut Room,
        _db: &mut Db,
        at: &str,
    ) -> Result<()> {
        for (name, code, detail) in new.mistakes() {
            room.report(format!("{at}/{name}"), code, detail);
        }
        room.day_has_come(new.pledged_on, format!("{at}/pledged_on"));
        if new.expected_on.is_some_and(|day| day < new.pledged_on) {
            room.report(format!("{at}/expected_on"), "out-of-range", "is before it was pledged");
        }
        Ok(())
    }
}

fn conflict(status: PledgeStatus) -> Problem {
    Problem::new(Code::StateConflict).with("state", status)
}

impl Around for Pledge {
    /// While it is open; what was promised itself only as long as nothing counts against it.
    fn require_open(&self, edit: Edit) -> Result<()> {
        if self.status != PledgeStatus::Open {
            return Err(conflict(self.status));
        }
        if edit != Edit::Progress && self.counted() != 0 {
            let detail = "something came already: only the day and the conditions can be changed";
            return Err(conflict(self.status).detail(detail));
        }
        Ok(())
    }
}

/// Has no more of a pledge to come; answers it as it is then.
///
/// # Errors
/// The engine's.
pub fn cancel(w: &mut Writer<'_>, _permit: &Permit, before: &Pledge) -> Result<Pledge> {
    set_status(w, before, PledgeStatus::Cancelled)
}

/// Has no more of all that is promised through a link to come.
///
/// # Errors
/// The engine's.
pub fn drop_open(w: &mut Writer<'_>, link: DonorLinkId) -> Result<()> {
    let rows: Vec<PledgeRow> = donor_pledges::table
        .filter(donor_pledges::donor_link_id.eq(link))
        .filter(donor_pledges::status.eq(PledgeStatus::Open))
        .order((donor_pledges::created_at.asc(), donor_pledges::id.asc()))
        .select(PledgeRow::as_select())
        .load(w.db())?;
    for open in Pledge::of_rows(w.db(), rows)? {
        set_status(w, &open, PledgeStatus::Cancelled)?;
    }
    Ok(())
}

/// Moves a pledge to where it stands by what is counted against it now; `goes_on` says whether its link does.
///
/// # Errors
/// The engine's.
pub fn follow(w: &mut Writer<'_>, link: DonorLinkId, id: PledgeId, goes_on: bool) -> Result<()> {
    let Some(pledge) = find(w.db(), link, id)? else { return Ok(()) };
    let pledged = pledge.measured()?.units();
    let status = counting::status(pledge.status, pledged, pledge.counted(), goes_on);
    if status != pledge.status {
        set_status(w, &pledge, status)?;
    }
    Ok(())
}

fn set_status(w: &mut Writer<'_>, before: &Pledge, status: PledgeStatus) -> Result<Pledge> {
    let after = Pledge { status, version: before.version + 1, updated_at: w.now(), ..before.clone() };
    after.set_row(w.db())?;
    let action = match status {
        PledgeStatus::Open => "donor_link.pledge.reopened",
        PledgeStatus::Fulfilled => "donor_link.pledge.fulfilled",
        PledgeStatus::Cancelled => "donor_link.pledge.cancelled",
    };
    w.record(Entry {
        action,
        thing: Thing::new(Pledge::PART.kind, after.id),
        version: after.version,
        changes: Changes::between(Some(before), Some(&after))?.without(Pledge::DERIVED),
    })?;
    Ok(after)
}
