//! What was promised for projects and what came, from the tables: in three statements, however many projects.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::db::Db;
use crate::db::schema::{donor_disbursements, donor_links, donor_pledges, project_receipts};
use crate::http::problem::Result;
use crate::natively;
use crate::projects::rules::{Given, Pledged};
use crate::types::given::{currency_of, money_of};
use crate::types::{Money, PledgeId, ProjectId};

/// A pledge that is called off.
const CANCELLED: &str = "cancelled";

/// A sum of whole numbers, which PostgreSQL gives as a numeric.
fn sum(of: &str) -> diesel::expression::SqlLiteral<Nullable<BigInt>> {
    sql(&format!("cast(sum({of}) as bigint)"))
}

/// What was promised for these projects and what came; of those of which there is nothing, nothing.
///
/// # Errors
/// The engine's.
pub fn given(db: &mut Db, ids: Vec<ProjectId>) -> Result<HashMap<ProjectId, Given>> {
    let mut given: HashMap<ProjectId, Given> = HashMap::new();
    if ids.is_empty() {
        return Ok(given);
    }
    for (project, money) in receipts(db, ids.clone())? {
        given.entry(project).or_default().receipts.push(money);
    }
    let mut counted: HashMap<PledgeId, i64> = HashMap::new();
    for (project, currency, pledge, minor, counts) in disbursements(db, ids.clone())? {
        let of_project = given.entry(project).or_default();
        let came = money_of(minor, currency.as_deref())?;
        match pledge {
            Some(pledge) => {
                of_project.kept.extend(came);
                *counted.entry(pledge).or_default() += counts.unwrap_or_default();
            }
            None => of_project.unpromised.extend(came),
        }
    }
    for (project, id, currency, minor, status) in pledges(db, ids)? {
        let pledge = |money: Money| Pledged {
            money,
            counted: counted.get(&id).copied().unwrap_or_default(),
            cancelled: status == CANCELLED,
        };
        let promised = money_of(minor, currency.as_deref())?.map(pledge);
        given.entry(project).or_default().pledges.extend(promised);
    }
    Ok(given)
}

fn receipts(db: &mut Db, ids: Vec<ProjectId>) -> Result<Vec<(ProjectId, Money)>> {
    use project_receipts as receipts;
    let grouped = receipts::table
        .filter(receipts::project_id.eq_any(ids))
        .filter(receipts::currency.is_not_null())
        .group_by((receipts::project_id, receipts::currency))
        .select((receipts::project_id, receipts::currency.assume_not_null(), sum("amount_minor")));
    let rows: Vec<(ProjectId, String, Option<i64>)> = natively!(db, connection => grouped.load(connection))?;
    let money = |(project, currency, minor): (ProjectId, String, Option<i64>)| {
        Ok((project, Money::from_minor(currency_of(&currency)?, minor.unwrap_or_default())))
    };
    rows.into_iter().map(money).collect()
}

/// What came through a project's links, by the currency in which it came and the pledge that it counts against: the
/// sum of what came, and of what it counts for in the pledge's currency.
type Disbursed = (ProjectId, Option<String>, Option<PledgeId>, Option<i64>, Option<i64>);

fn disbursements(db: &mut Db, ids: Vec<ProjectId>) -> Result<Vec<Disbursed>> {
    use donor_disbursements as disbursements;
    let by = (donor_links::project_id, disbursements::currency, disbursements::pledge_id);
    let grouped = donor_links::table
        .inner_join(disbursements::table.on(disbursements::donor_link_id.eq(donor_links::id)))
        .filter(donor_links::project_id.eq_any(ids))
        .group_by(by)
        .select((
            donor_links::project_id.assume_not_null(),
            disbursements::currency,
            disbursements::pledge_id,
            sum("donor_disbursements.amount_minor"),
            sum("donor_disbursements.counted"),
        ));
    Ok(natively!(db, connection => grouped.load(connection))?)
}

type Promised = (ProjectId, PledgeId, Option<String>, Option<i64>, String);

fn pledges(db: &mut Db, ids: Vec<ProjectId>) -> Result<Vec<Promised>> {
    Ok(donor_links::table
        .inner_join(donor_pledges::table.on(donor_pledges::donor_link_id.eq(donor_links::id)))
        .filter(donor_links::project_id.eq_any(ids))
        .filter(donor_pledges::currency.is_not_null())
        .select((
            donor_links::project_id.assume_not_null(),
            donor_pledges::id,
            donor_pledges::currency,
            donor_pledges::amount_minor,
            donor_pledges::status,
        ))
        .load(db)?)
}
