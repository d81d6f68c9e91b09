//! Contributions: their rows, what they add up to, and what is checked of them.

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::access::Right;
use crate::db::schema::{audience, donors, programme_contributions};
use crate::db::{Db, MultiBackend};
use crate::donor_links::model::{Disbursement, LinkRow};
use crate::donors::codes::DonorVisibility;
use crate::http::call::PageRequest;
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Around, Checked, Edit, Findings, Item, Rowed, Stored};
use crate::journal::audience::seen_among;
use crate::journal::{Audience, Changes, Entry, Thing, Writer};
use crate::programmes::codes::{ContributionKind, ContributionStatus};
use crate::programmes::model::Looker;
use crate::programmes::model::contribution::{ByMember, Contribution, ContributionRow, NewContribution};
use crate::programmes::rules::summing::Given;
use crate::programmes::store::room::Room;
use crate::stored;
use crate::types::given::currency_of;
use crate::types::{
    AnyId, CalendarDate, ContributionId, DisbursementId, DonorId, DonorLinkId, Money, OrganisationId,
    ProgrammeId,
};

stored!(Contribution as ContributionRow, programme_contributions, below programme_id: ProgrammeId);

/// A page of a programme's contributions in any of these statuses, newest first, one more than its limit; without those
/// that this partner is not shown singly.
///
/// # Errors
/// The engine's.
pub fn page_in(
    db: &mut Db,
    looker: &Looker,
    programme: ProgrammeId,
    statuses: &[ContributionStatus],
    page: &PageRequest,
) -> Result<Vec<Contribution>> {
    use programme_contributions as contributions;
    let (created_at, id) = page.before();
    let known = donors::table
        .filter(donors::id.nullable().eq(contributions::donor_id))
        .filter(donors::visibility.eq(DonorVisibility::Network));
    let shared = audience::table
        .filter(audience::thing_id.nullable().eq(contributions::donor_link_id))
        .filter(audience::organisation_id.eq_any(through(looker)));
    let mut query = contributions::table
        .filter(contributions::programme_id.eq(programme))
        .filter(contributions::created_at.le(created_at))
        .filter(contributions::created_at.lt(created_at).or(contributions::id.lt(id)))
        .filter(contributions::donor_link_id.is_null().or(exists(known)).or(exists(shared)))
        .order((contributions::created_at.desc(), contributions::id.desc()))
        .limit(page.rows())
        .select(ContributionRow::as_select())
        .into_boxed::<MultiBackend>();
    if !statuses.is_empty() {
        query = query.filter(contributions::status.eq_any(statuses.to_vec()));
    }
    let rows: Vec<ContributionRow> = query.load(db)?;
    let mut found = Contribution::of_rows(db, rows)?;
    Contribution::veil(&mut found, db, looker)?;
    Ok(found)
}

/// The audiences by which the caller shares donor links.
fn through(looker: &Looker) -> Vec<AnyId> {
    Audience::all_of(&looker.caller.sight(Right::DonorsRead)).into_iter().map(Audience::column).collect()
}

/// Which of these contributions' links the caller shares.
fn shared_links(db: &mut Db, looker: &Looker, links: Vec<DonorLinkId>) -> Result<Vec<AnyId>> {
    let sight = looker.caller.sight(Right::DonorsRead);
    seen_among(db, &sight, links.into_iter().map(|link| AnyId(link.0)).collect())
}

/// Which of these donors the network knows, and the caller with it.
fn known_donors(db: &mut Db, looker: &Looker, ids: Vec<DonorId>) -> Result<Vec<DonorId>> {
    if ids.is_empty() || !looker.caller.sight(Right::DonorsRead).network() {
        return Ok(Vec::new());
    }
    Ok(donors::table
        .filter(donors::id.eq_any(ids))
        .filter(donors::visibility.eq(DonorVisibility::Network))
        .select(donors::id)
        .load(db)?)
}

/// A contribution that another takes back, wherever it is in the programme; what came from a donor is taken back where
/// it came.
///
/// # Errors
/// The engine's.
pub fn find(db: &mut Db, programme: ProgrammeId, id: ContributionId) -> Result<Option<Contribution>> {
    match Contribution::one(db, programme, id.uuid()) {
        Ok(found) if found.donor_link_id.is_some() => Ok(None),
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

fn conflict(status: ContributionStatus) -> Problem {
    Problem::new(Code::StateConflict).with("state", status)
}

impl Around for Contribution {
    /// What a donor gives whom the network doesn't know is shown singly to those alone who share the link.
    fn is_shown(&self, db: &mut Db, looker: &Looker) -> Result<bool> {
        let (Some(donor), Some(link)) = (self.donor_id, self.donor_link_id) else { return Ok(true) };
        let known = donors::table
            .filter(donors::id.eq(donor))
            .filter(donors::visibility.eq(DonorVisibility::Network));
        Ok(diesel::select(exists(known)).get_result(db)? || !shared_links(db, looker, vec![link])?.is_empty())
    }

    /// Through which link it came is told to those alone who share that; from which donor also to those who may see
    /// them.
    fn veil(items: &mut [Self], db: &mut Db, looker: &Looker) -> Result<()> {
        let links: Vec<DonorLinkId> = items.iter().filter_map(|one| one.donor_link_id).collect();
        let shared = shared_links(db, looker, links)?;
        let hidden = |one: &&mut Self| one.donor_link_id.is_some_and(|link| !shared.contains(&AnyId(link.0)));
        let hidden: Vec<&mut Self> = items.iter_mut().filter(hidden).collect();
        let known = known_donors(db, looker, hidden.iter().filter_map(|one| one.donor_id).collect())?;
        for one in hidden {
            (one.donor_link_id, one.disbursement_id) = (None, None);
            one.donor_id = one.donor_id.filter(|donor| known.contains(donor));
        }
        Ok(())
    }

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

/// Writes what came through a donor link for a programme as a contribution that the beneficiary brings in, or what takes
/// it back. The programme is locked with the link.
///
/// # Errors
/// The engine's; `internal` where what is taken back is not there.
pub(crate) fn come_from_donor(
    w: &mut Writer<'_>,
    programme: ProgrammeId,
    link: &LinkRow,
    came: &Disbursement,
) -> Result<()> {
    let reverses = came.reverses.map(|reversed| of_disbursement(w.db(), link.id, reversed)).transpose()?;
    let by =
        ByMember { organisation_id: link.beneficiary_organisation_id, member_id: came.recorded_by_member_id };
    let contribution = Contribution {
        id: w.new_id(),
        version: 1,
        programme_id: programme,
        organisation_id: link.beneficiary_organisation_id,
        kind: if came.money.is_some() { ContributionKind::Cash } else { ContributionKind::InKind },
        money: came.money,
        quantity: came.quantity,
        unit: came.unit.clone(),
        description: came.description.clone(),
        channel: came.channel,
        receipt_number: came.receipt_number.clone(),
        status: ContributionStatus::Received,
        pledged_on: came.received_on,
        received_on: Some(came.received_on),
        confirmed_by: Some(by),
        confirmed_at: Some(w.now()),
        reverses,
        donor_id: Some(link.donor_id),
        donor_link_id: Some(link.id),
        disbursement_id: Some(came.id),
        created_at: w.now(),
        updated_at: w.now(),
    };
    contribution.add_row(w.db())?;
    w.record(Entry {
        action: Contribution::PART.actions[0],
        thing: Thing::new(Contribution::PART.kind, contribution.id),
        version: 1,
        changes: Changes::between(None, Some(&contribution))?,
    })
}

/// The contribution that a disbursement made.
fn of_disbursement(db: &mut Db, link: DonorLinkId, came: DisbursementId) -> Result<ContributionId> {
    use programme_contributions as contributions;
    let id: Option<ContributionId> = contributions::table
        .filter(contributions::donor_link_id.eq(link))
        .filter(contributions::disbursement_id.eq(came))
        .select(contributions::id)
        .first(db)
        .optional()?;
    id.ok_or_else(|| Problem::internal("a disbursement for a programme without its contribution"))
}

/// What was pledged and received to a programme in money, by the partner that gives it and currency; without what came
/// from donors.
///
/// # Errors
/// The engine's.
pub fn added_up(db: &mut Db, programme: ProgrammeId) -> Result<Vec<Given>> {
    use programme_contributions as contributions;
    let by = (contributions::organisation_id, contributions::currency, contributions::status);
    let grouped = contributions::table
        .filter(contributions::programme_id.eq(programme))
        .filter(contributions::donor_link_id.is_null())
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
        Ok(Given {
            organisation: Some(organisation),
            money,
            received: status == ContributionStatus::Received,
        })
    };
    rows.into_iter().map(given).collect()
}

/// What came from donors in money, by the day on which it came and currency. What was taken back is taken from its own
/// day.
///
/// # Errors
/// The engine's.
pub fn from_donors(db: &mut Db, programme: ProgrammeId) -> Result<Vec<(CalendarDate, Money)>> {
    use programme_contributions as contributions;
    let grouped = contributions::table
        .filter(contributions::programme_id.eq(programme))
        .filter(contributions::donor_link_id.is_not_null())
        .filter(contributions::received_on.is_not_null())
        .filter(contributions::currency.is_not_null())
        .group_by((contributions::received_on, contributions::currency))
        .select((
            contributions::received_on.assume_not_null(),
            contributions::currency.assume_not_null(),
            sql::<Nullable<BigInt>>("cast(sum(amount_minor) as bigint)"),
        ));
    type Row = (CalendarDate, String, Option<i64>);
    let rows: Vec<Row> = crate::natively!(db, connection => grouped.load(connection))?;
    let came = |(day, currency, minor): Row| {
        Ok((day, Money::from_minor(currency_of(&currency)?, minor.unwrap_or_default())))
    };
    rows.into_iter().map(came).collect()
}
