//! Contributions: their rows, what they add up to, and what is checked of them.

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::db::schema::programme_contributions;
use crate::db::{Db, MultiBackend};
use crate::http::call::PageRequest;
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Around, Checked, Edit, Findings, Rowed, Stored};
use crate::programmes::codes::ContributionStatus;
use crate::programmes::model::contribution::{Contribution, ContributionRow, NewContribution};
use crate::programmes::rules::summing::Given;
use crate::programmes::store::room::Room;
use crate::stored;
use crate::types::given::currency_of;
use crate::types::{ContributionId, Money, OrganisationId, ProgrammeId};

stored!(Contribution as ContributionRow, programme_contributions, below programme_id: ProgrammeId);

/// A page of a programme's contributions in any of these statuses, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn page_in(
    db: &mut Db,
    programme: ProgrammeId,
    statuses: &[ContributionStatus],
    page: &PageRequest,
) -> Result<Vec<Contribution>> {
    use programme_contributions as contributions;
    if statuses.is_empty() {
        return Contribution::page(db, programme, page);
    }
    let (created_at, id) = page.before();
    let rows: Vec<ContributionRow> = contributions::table
        .filter(contributions::programme_id.eq(programme))
        .filter(contributions::status.eq_any(statuses.to_vec()))
        .filter(contributions::created_at.le(created_at))
        .filter(contributions::created_at.lt(created_at).or(contributions::id.lt(id)))
        .order((contributions::created_at.desc(), contributions::id.desc()))
        .limit(page.rows())
        .select(ContributionRow::as_select())
        .into_boxed::<MultiBackend>()
        .load(db)?;
    Contribution::of_rows(db, rows)
}

/// A contribution that another takes back, wherever it is in the programme.
///
/// # Errors
/// The engine's.
pub fn find(db: &mut Db, programme: ProgrammeId, id: ContributionId) -> Result<Option<Contribution>> {
    match Contribution::one(db, programme, id.uuid()) {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.code() == Code::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

impl Checked for Contribution {
    fn check(
        new: &mut NewContribution,
        before: Option<&Self>,
        room: &mut Room,
        db: &mut Db,
        at: &str,
    ) -> Result<()> {
        match (before, new.reverses) {
            (None, Some(reversed)) => return check_reversal(new, reversed, room, db, at),
            (Some(before), reverses) if before.reverses != reverses => {
                room.report(format!("{at}/reverses"), "read-only", "cannot be changed this way");
            }
            _ => {}
        }
        if new.reverses.is_none() {
            for (name, code, detail) in new.mistakes() {
                room.report(format!("{at}/{name}"), code, detail);
            }
        }
        let promised = new.pledged_on.filter(|day| before.is_none_or(|before| before.pledged_on != *day));
        if let Some(day) = promised {
            room.day_has_come(day, format!("{at}/pledged_on"));
        }
        let stood = before.map_or(ContributionStatus::Pledged, |before| before.status);
        let status = new.status.unwrap_or(stood);
        if status != stood && (before.is_none() || status != ContributionStatus::Cancelled) {
            let detail = "that it was received is confirmed; what is pledged can be cancelled";
            room.report(format!("{at}/status"), "read-only", detail);
        }
        if before.is_some_and(|before| before.organisation_id != room.own)
            && status != ContributionStatus::Cancelled
        {
            let detail = "what a partner that left has pledged is cancelled, and not changed";
            room.report(format!("{at}/status"), "not-yours", detail);
        }
        if let Some(money) = new.money.filter(|_| status == ContributionStatus::Pledged)
            && !fits(db, room.programme, before.map(|before| before.id), money)?
        {
            let detail = format!("all contributions in {} together would be too large", money.currency());
            room.report(format!("{at}/money/amount"), "too-large", &detail);
        }
        Ok(())
    }
}

fn check_reversal(
    new: &NewContribution,
    reversed: ContributionId,
    room: &mut Room,
    db: &mut Db,
    at: &str,
) -> Result<()> {
    for (name, _) in new.given().into_iter().filter(|(_, given)| *given) {
        let detail = "is that of the contribution that it takes back";
        room.report(format!("{at}/{name}"), "not-both", detail);
    }
    match find(db, room.programme, reversed)? {
        None => room.report(format!("{at}/reverses"), "unknown-reference", "is no contribution to it"),
        Some(found) if found.reverses.is_some() => {
            room.report(format!("{at}/reverses"), "is-a-reversal", "takes another back itself");
        }
        found => room.reversed = found,
    }
    Ok(())
}

/// Whether an amount fits beside the others of its currency: all that was ever pledged or received, without what was
/// taken back, so that no sum of some of them, in whatever order, is more than 64 bits hold.
fn fits(db: &mut Db, programme: ProgrammeId, own: Option<ContributionId>, money: Money) -> Result<bool> {
    use programme_contributions as contributions;
    let others: Option<i64> = contributions::table
        .filter(contributions::programme_id.eq(programme))
        .filter(contributions::currency.eq(money.currency().as_str()))
        .filter(contributions::status.ne(ContributionStatus::Cancelled))
        .filter(contributions::reverses.is_null())
        .filter(contributions::id.ne(own.unwrap_or(ContributionId(uuid::Uuid::nil()))))
        .select(sql::<Nullable<BigInt>>("cast(sum(amount_minor) as bigint)"))
        .first(db)?;
    Ok(others.unwrap_or_default().checked_add(money.minor()).is_some())
}

fn conflict(status: ContributionStatus) -> Problem {
    Problem::new(Code::StateConflict).with("state", status)
}

impl Around for Contribution {
    /// Only what is pledged is changed.
    fn require_open(&self, _edit: Edit) -> Result<()> {
        if self.status == ContributionStatus::Pledged { Ok(()) } else { Err(conflict(self.status)) }
    }

    /// What was received is taken back once.
    fn before_adding(&self, db: &mut Db) -> Result<()> {
        use programme_contributions as contributions;
        let Some(reversed) = self.reverses else { return Ok(()) };
        let status: ContributionStatus =
            contributions::table.find(reversed).select(contributions::status).first(db)?;
        if status != ContributionStatus::Received {
            return Err(conflict(status));
        }
        let by_another = contributions::table.filter(contributions::reverses.eq(reversed));
        if diesel::select(exists(by_another)).get_result(db)? {
            return Err(Problem::new(Code::AlreadyReversed));
        }
        Ok(())
    }
}

/// What was pledged and received to a programme in money, by giver and currency.
///
/// # Errors
/// The engine's.
pub fn added_up(db: &mut Db, programme: ProgrammeId) -> Result<Vec<Given>> {
    use programme_contributions as contributions;
    let by = (contributions::organisation_id, contributions::currency, contributions::status);
    let grouped = contributions::table
        .filter(contributions::programme_id.eq(programme))
        .filter(contributions::status.ne(ContributionStatus::Cancelled))
        .filter(contributions::currency.is_not_null())
        .group_by(by)
        .select((
            contributions::organisation_id,
            contributions::currency.assume_not_null(),
            contributions::status,
            sql::<Nullable<BigInt>>("cast(sum(amount_minor) as bigint)"),
        ));
    type Row = (OrganisationId, String, ContributionStatus, Option<i64>);
    let rows: Vec<Row> = crate::natively!(db, connection => grouped.load(connection))?;
    let given = |(organisation, currency, status, minor): Row| {
        let money = Money::from_minor(currency_of(&currency)?, minor.unwrap_or_default());
        Ok(Given { organisation, money, received: status == ContributionStatus::Received })
    };
    rows.into_iter().map(given).collect()
}
