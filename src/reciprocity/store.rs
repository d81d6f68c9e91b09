//! The counting, done by the database: a page costs two statements, whatever the number of visits.

use std::collections::HashMap;

use diesel::dsl::{count_star, first_value, max};
use diesel::prelude::*;

use super::model::{LastVisit, Reciprocity};
use super::rules::{TOOK_PLACE, turn};
use crate::access::Sight;
use crate::db::Db;
use crate::db::schema::{visit_parties, visits};
use crate::http::call::PageRequest;
use crate::http::problem::{Problem, Result};
use crate::members::store::check_seen;
use crate::organisations::store::names;
use crate::types::{CalendarDate, OrganisationId, VisitId};
use crate::visits::codes::{Response, Side};

diesel::alias!(visit_parties as ours: Ours, visit_parties as theirs: Theirs);

/// A direction: the other organisation, and the side on which one's own stood.
type Direction = (OrganisationId, Side);

/// The visits of one organisation that count, with the others' rows across from its own: `pairs!(own)`.
macro_rules! pairs {
    ($own:expr) => {{
        let silent_or_more = theirs
            .field(visit_parties::response)
            .ne(Response::Declined)
            .and(theirs.field(visit_parties::objection).is_null());
        let drew_it_up = visits::created_by_organisation_id
            .eq(ours.field(visit_parties::organisation_id))
            .and(ours.field(visit_parties::response).ne(Response::Declined))
            .and(ours.field(visit_parties::objection).is_null());
        ours.inner_join(visits::table.on(visits::id.eq(ours.field(visit_parties::visit_id))))
            .inner_join(
                theirs.on(theirs
                    .field(visit_parties::visit_id)
                    .eq(ours.field(visit_parties::visit_id))
                    .and(theirs.field(visit_parties::side).ne(ours.field(visit_parties::side)))),
            )
            .filter(ours.field(visit_parties::organisation_id).eq($own))
            .filter(ours.field(visit_parties::state).eq_any(TOOK_PLACE.to_vec()))
            .filter(visits::held_on.is_not_null())
            .filter(ours.field(visit_parties::response).eq(Response::Accepted).or(drew_it_up))
            .filter(theirs.field(visit_parties::response).eq(Response::Accepted).or(silent_or_more))
    }};
}

/// Rows of a page, with whom one met last first, one more than its limit.
///
/// # Errors
/// `not-found` when the caller may not see what is the organisation's own.
pub fn list(db: &mut Db, sight: &Sight, own: OrganisationId, page: &PageRequest) -> Result<Vec<Reciprocity>> {
    check_seen(sight, own)?;
    let others = met(db, own, page)?;
    let mut lasts = lasts(db, own, &others)?;
    let names = names::of(db, others.clone())?;
    let rows = others.into_iter().filter_map(|organisation_id| {
        let mut take = |side| lasts.remove(&(organisation_id, side));
        let (made, received) = (take(Side::Visitor), take(Side::Host));
        let counts = (made.as_ref().map_or(0, |(n, _)| *n), received.as_ref().map_or(0, |(n, _)| *n));
        Some(Reciprocity {
            organisation_id,
            organisation_name: names.get(&organisation_id)?.clone(),
            made: counts.0,
            received: counts.1,
            last_made: made.map(|(_, last)| last),
            last_received: received.map(|(_, last)| last),
            turn: turn(counts.0, counts.1),
        })
    });
    Ok(rows.collect())
}

/// The organisations of a page, in order.
fn met(db: &mut Db, own: OrganisationId, page: &PageRequest) -> Result<Vec<OrganisationId>> {
    let after = page.after.as_ref().map(|cursor| {
        let day = i32::try_from(cursor.created_at).ok().and_then(CalendarDate::from_days_since_2000);
        (day, OrganisationId(cursor.id))
    });
    let last = max(visits::held_on);
    let other = theirs.field(visit_parties::organisation_id);
    let grouped = pairs!(own).group_by(other).select(other).order((last.desc(), other.desc()));
    let rows = page.rows();
    Ok(match after {
        None => crate::natively!(db, connection => grouped.limit(rows).load(connection))?,
        Some((day, id)) => {
            let later = grouped.having(last.lt(day).or(last.eq(day).and(other.lt(id)))).limit(rows);
            crate::natively!(db, connection => later.load(connection))?
        }
    })
}

/// How many visits there were in each direction with these organisations, and the last of each.
fn lasts(
    db: &mut Db,
    own: OrganisationId,
    others: &[OrganisationId],
) -> Result<HashMap<Direction, (i64, LastVisit)>> {
    let other = theirs.field(visit_parties::organisation_id);
    let side = ours.field(visit_parties::side);
    let newest = (visits::held_on.desc(), visits::created_at.desc(), visits::id.desc());
    let query = pairs!(own)
        .filter(other.eq_any(others.to_vec()))
        .select((
            other,
            side,
            count_star().partition_by((other, side)),
            first_value(visits::id).partition_by((other, side)).window_order(newest),
            first_value(visits::held_on).partition_by((other, side)).window_order(newest),
        ))
        .distinct();
    type Row = (OrganisationId, Side, i64, VisitId, Option<CalendarDate>);
    let rows: Vec<Row> = crate::natively!(db, connection => query.load(connection))?;
    rows.into_iter()
        .map(|(other, side, count, visit_id, held_on)| {
            let held_on = held_on.ok_or_else(|| Problem::internal("a visit held on no day"))?;
            Ok(((other, side), (count, LastVisit { visit_id, held_on })))
        })
        .collect()
}
