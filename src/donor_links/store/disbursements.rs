//! Disbursements: their rows, what is checked of them, and what follows from them.

use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::links::load;
use super::pledges;
use super::room::Room;
use crate::db::Db;
use crate::db::schema::{donor_disbursements, members};
use crate::donor_links::model::disbursement::{DisbursementRow, NewDisbursement};
use crate::donor_links::model::{Disbursement, Pledge};
use crate::donor_links::rules::counting::{self, Measured};
use crate::donor_links::rules::is_giving;
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Around, Checked, Findings, Rowed, Stored};
use crate::journal::Writer;
use crate::programmes::store::contributions;
use crate::stored;
use crate::types::{Channel, DisbursementId, DonorLinkId, MemberId, Money, PledgeId, Quantity};

diesel::alias!(donor_disbursements as later: Later);

impl Rowed for Disbursement {
    type Row = DisbursementRow;

    fn of_rows(_db: &mut Db, rows: Vec<DisbursementRow>) -> Result<Vec<Self>> {
        rows.into_iter().map(Self::of_row).collect()
    }

    fn row(&self) -> Result<DisbursementRow> {
        Ok(self.to_row())
    }
}

stored!(Disbursement as DisbursementRow, donor_disbursements, below donor_link_id: DonorLinkId);

/// One below a link; none where it is not there.
fn find(db: &mut Db, link: DonorLinkId, id: DisbursementId) -> Result<Option<Disbursement>> {
    match Disbursement::one(db, link, id.uuid()) {
        Ok(found) => Ok(Some(found)),
        Err(problem) if problem.code() == Code::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// Whether something came through a link that was not taken back.
///
/// # Errors
/// The engine's.
pub fn any_standing(db: &mut Db, link: DonorLinkId) -> Result<bool> {
    use donor_disbursements as disbursements;
    let taken_back = later.filter(later.field(disbursements::reverses).eq(disbursements::id.nullable()));
    let standing = disbursements::table
        .filter(disbursements::donor_link_id.eq(link))
        .filter(disbursements::reverses.is_null())
        .filter(not(exists(taken_back)));
    Ok(diesel::select(exists(standing)).get_result(db)?)
}

/// Whether another took it back.
///
/// # Errors
/// The engine's.
pub fn is_reversed(db: &mut Db, id: DisbursementId) -> Result<bool> {
    let by_another = donor_disbursements::table.filter(donor_disbursements::reverses.eq(id));
    Ok(diesel::select(exists(by_another)).get_result(db)?)
}

impl Checked for Disbursement {
    fn check(
        new: &mut NewDisbursement,
        _before: Option<&Self>,
        room: &mut Room,
        db: &mut Db,
        at: &str,
    ) -> Result<()> {
        if let Some(reversed) = new.reverses {
            return check_reversal(new, reversed, room, db, at);
        }
        let wrong = new.mistakes();
        let goes_together = wrong.is_empty();
        for (name, code, detail) in wrong {
            room.report(format!("{at}/{name}"), code, detail);
        }
        match new.received_on {
            Some(day) => room.day_has_come(day, format!("{at}/received_on")),
            None => room.report(format!("{at}/received_on"), "required", "is required"),
        }
        if let Some(rate) = &new.rate {
            room.day_has_come(rate.on, format!("{at}/rate/on"));
        }
        check_hands(new, room, db, at)?;
        check_counting(new, goes_together, room, db, at)?;
        Ok(())
    }
}

/// What counts against the pledge that is named.
fn check_counting(
    new: &NewDisbursement,
    goes_together: bool,
    room: &mut Room,
    db: &mut Db,
    at: &str,
) -> Result<()> {
    let pledge = match new.pledge_id {
        None => None,
        Some(id) => match pledges::find(db, room.link, id)? {
            None => {
                room.report(format!("{at}/pledge_id"), "unknown-reference", "is no pledge of this link");
                return Ok(());
            }
            found => found,
        },
    };
    let measured = pledge.as_ref().map(Pledge::measured).transpose()?;
    if !goes_together {
        return Ok(());
    }
    match counting::counted(measured.as_ref(), &new.came()) {
        Err(mistakes) => {
            for (name, code, detail) in mistakes {
                room.report(format!("{at}/{name}"), code, detail);
            }
        }
        // What is more than was pledged still has to be a number.
        Ok(Some(units)) => {
            let ever = pledge.as_ref().map_or(Ok(0), |pledge| ever_counted(db, pledge.id))?;
            if ever.checked_add(units).is_none() {
                let detail = "all that counts against the pledge would be too large";
                let member = if new.counts_as.is_some() { "counts_as" } else { "pledge_id" };
                room.report(format!("{at}/{member}"), "too-large", detail);
            }
        }
        Ok(None) => {}
    }
    Ok(())
}

/// All that ever counted against a pledge, without what was taken back: so that no sum of some of it, in whatever
/// order, is more than 64 bits hold.
fn ever_counted(db: &mut Db, pledge: PledgeId) -> Result<i64> {
    let sum: Option<i64> = donor_disbursements::table
        .filter(donor_disbursements::pledge_id.eq(pledge))
        .filter(donor_disbursements::reverses.is_null())
        .select(sql::<Nullable<BigInt>>("cast(sum(counted) as bigint)"))
        .first(db)?;
    Ok(sum.unwrap_or_default())
}

/// Through whose hands it went: members of the beneficiary, and from hand to hand never through one person's alone.
fn check_hands(new: &NewDisbursement, room: &mut Room, db: &mut Db, at: &str) -> Result<()> {
    let named: Vec<MemberId> =
        new.received_by_member_id.into_iter().chain(new.witness_member_ids.iter().copied()).collect();
    let known = members_among(db, room, &named)?;
    let unknown = |id: &MemberId| !known.contains(id);
    if new.received_by_member_id.as_ref().is_some_and(unknown) {
        room.report(
            format!("{at}/received_by_member_id"),
            "unknown-reference",
            "is no member of the beneficiary",
        );
    }
    for (i, witness) in new.witness_member_ids.iter().enumerate() {
        if unknown(witness) {
            room.report(
                format!("{at}/witness_member_ids/{i}"),
                "unknown-reference",
                "is no member of the beneficiary",
            );
        }
    }
    if new.channel != Some(Channel::CashByHand) {
        return Ok(());
    }
    if new.received_by_member_id.is_none() {
        let detail = "from hand to hand: say which member took it";
        room.report(format!("{at}/received_by_member_id"), "required", detail);
    }
    if !new.witness_member_ids.iter().any(|witness| Some(*witness) != new.received_by_member_id) {
        let detail = "from hand to hand: another member than the one who took it has to have seen it";
        room.report(format!("{at}/witness_member_ids"), "too-few", detail);
    }
    Ok(())
}

/// Which of these are members of the beneficiary, those who left too.
fn members_among(db: &mut Db, room: &Room, ids: &[MemberId]) -> Result<Vec<MemberId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(members::table
        .filter(members::id.eq_any(ids.to_vec()))
        .filter(members::organisation_id.eq(room.beneficiary))
        .select(members::id)
        .load(db)?)
}

fn check_reversal(
    new: &NewDisbursement,
    reversed: DisbursementId,
    room: &mut Room,
    db: &mut Db,
    at: &str,
) -> Result<()> {
    for (name, _) in new.given().into_iter().filter(|(_, given)| *given) {
        let detail = "is that of the disbursement that it takes back";
        room.report(format!("{at}/{name}"), "not-both", detail);
    }
    match find(db, room.link, reversed)? {
        None => room.report(format!("{at}/reverses"), "unknown-reference", "is no disbursement of this link"),
        Some(found) if found.reverses.is_some() => {
            room.report(format!("{at}/reverses"), "is-a-reversal", "takes another back itself");
        }
        found => room.reversed = found,
    }
    Ok(())
}

impl Around for Disbursement {
    /// What counts against a pledge fits into what is left of it, unless it is said to be more; and what came is taken
    /// back once. The link is locked: nobody adds meanwhile.
    fn before_adding(&self, db: &mut Db) -> Result<()> {
        if let Some(reversed) = self.reverses {
            return if is_reversed(db, reversed)? {
                Err(Problem::new(Code::AlreadyReversed))
            } else {
                Ok(())
            };
        }
        let Some((id, units)) = self.pledge_id.zip(self.counted()) else { return Ok(()) };
        let pledge = pledges::find(db, self.donor_link_id, id)?;
        let pledge = pledge.ok_or_else(|| Problem::internal("a pledge that was just there"))?;
        pledge.require_counting()?;
        let measured = pledge.measured()?;
        if self.surplus || counting::fits(measured.units(), pledge.counted(), units) {
            return Ok(());
        }
        let left = counting::left(measured.units(), pledge.counted());
        let problem = Problem::new(Code::PledgeExceeded);
        Err(match measured {
            Measured::Money(money) => problem.with("left", Money::from_minor(money.currency(), left)),
            Measured::Goods(_, unit) => {
                problem.with("left", Quantity::from_thousandths(left)).with("unit", unit)
            }
        })
    }

    fn follow(w: &mut Writer<'_>, before: Option<&Self>, after: Option<&Self>) -> Result<()> {
        let (None, Some(came)) = (before, after) else { return Ok(()) };
        let link = load(w.db(), came.donor_link_id)?;
        let link = link.ok_or_else(|| Problem::internal("a disbursement of no link"))?.row;
        if let Some(pledge) = came.pledge_id {
            pledges::follow(w, link.id, pledge, is_giving(link.stage))?;
        }
        match link.programme_id {
            Some(programme) => contributions::come_from_donor(w, programme, &link, came),
            None => Ok(()),
        }
    }
}

impl Pledge {
    /// Refuses to have something count against what was cancelled.
    fn require_counting(&self) -> Result<()> {
        if self.status == crate::donor_links::codes::PledgeStatus::Cancelled {
            return Err(Problem::new(Code::StateConflict)
                .with("state", self.status)
                .detail("the pledge is cancelled"));
        }
        Ok(())
    }
}
