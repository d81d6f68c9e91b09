//! Donors ranked for a project, by one statement.

use std::fmt::Write as _;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text};

use crate::db::Db;
use crate::db::sql_types::Id;
use crate::donors::model::DonorRow;
use crate::http::problem::{Problem, Result};
use crate::types::OrganisationId;

/// What a donor is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Places of the bits of fields of work.
    pub sectors: Vec<u32>,
    /// The bits of the states in which the places lie.
    pub states: i64,
    /// P-codes of which one of the donor's is to be one.
    pub pcodes: Vec<&'static str>,
    /// A currency and an amount in its minor units that is to lie in the donor's range.
    pub gap: Option<(&'static str, i64)>,
}

/// Whose donors are looked at.
#[derive(Debug, Clone)]
pub struct Known {
    /// All of these organisations'.
    pub own: Vec<OrganisationId>,
    /// Also those of others that the network sees.
    pub network: bool,
}

/// How donors come: those that agree in most respects first.
const RANKED: &str = "case when in_sectors > 0 then 1 else 0 end + case when in_places > 0 then 1 else 0 end + fits desc, \
                      in_sectors desc, in_places desc, created_at desc, id desc";

/// The statement. Of every donor that may be looked at, it reads what an index has. Numbers stand in it as they are: they
/// are the code's own.
fn statement(wanted: &Wanted, known: &Known, pcodes: &str, own: &str, at_most: usize) -> String {
    let mut sectors = "0".to_owned();
    for place in &wanted.sectors {
        // Writing to a string can't fail.
        let _ = write!(sectors, " + ((sector_bits >> {place}) & 1)");
    }
    let any_sector = wanted.sectors.iter().fold(0_i64, |bits, place| bits | 1 << place);
    let states = wanted.states;
    // What is said of one arm of the union is said of both: above it, it would be reckoned once for each place where it is used.
    let arm = |whose: &str| {
        format!(
            "select id, created_at, {sectors} as in_sectors, coalesce(near.places, 0) as in_places, \
               case when range_currency = $2 and (minimum_minor is null or minimum_minor <= $3) \
                 and (maximum_minor is null or maximum_minor >= $3) then 1 else 0 end as fits \
             from donors left join near on near.donor_id = donors.id \
             where {whose} and ((sector_bits & {any_sector}) <> 0 or (state_bits & {states}) <> 0)"
        )
    };
    let arms = if known.network {
        let of_own = format!("organisation_id {own} and visibility = 'owner'");
        format!("{} union all {}", arm("visibility = 'network'"), arm(&of_own))
    } else {
        arm(&format!("organisation_id {own} and visibility in ('owner', 'network')"))
    };
    format!(
        "with near as materialized ( \
           select donor_id, count(*) as places from donor_places where pcode {pcodes} group by donor_id \
         ), looked_at as materialized ({arms}) \
         select d.* from ( \
           select * from looked_at where in_sectors > 0 or in_places > 0 order by {RANKED} limit {at_most} \
         ) r join donors d on d.id = r.id order by {ranked_again}",
        ranked_again = RANKED.replace("created_at", "r.created_at").replace(", id", ", r.id"),
    )
}

/// The best of the donors that a caller may know of.
///
/// # Errors
/// The engine's.
pub fn ranked(db: &mut Db, wanted: &Wanted, known: &Known, at_most: usize) -> Result<Vec<DonorRow>> {
    let (currency, gap) = wanted.gap.unzip();
    match db {
        Db::Sqlite(connection) => {
            let pcodes = "in (select value from json_each($1))";
            let own = "in (select unhex(value) from json_each($4))";
            let ids: Vec<String> = known.own.iter().map(|id| id.0.simple().to_string()).collect();
            let json = |list: serde_json::Result<String>| list.map_err(Problem::internal);
            Ok(diesel::sql_query(statement(wanted, known, pcodes, own, at_most))
                .bind::<Text, _>(json(serde_json::to_string(&wanted.pcodes))?)
                .bind::<Nullable<Text>, _>(currency)
                .bind::<Nullable<BigInt>, _>(gap)
                .bind::<Text, _>(json(serde_json::to_string(&ids))?)
                .load(connection)?)
        }
        Db::Postgres(connection) => {
            let (pcodes, own) = ("= any(cast($1 as text[]))", "= any(cast($4 as uuid[]))");
            Ok(diesel::sql_query(statement(wanted, known, pcodes, own, at_most))
                .bind::<Array<Text>, _>(&wanted.pcodes)
                .bind::<Nullable<Text>, _>(currency)
                .bind::<Nullable<BigInt>, _>(gap)
                .bind::<Array<Id>, _>(&known.own)
                .load(connection)?)
        }
    }
}
