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

/// Columns that are read of every donor that may be looked at; an index has them all.
const LOOKED_AT: &str =
    "id, created_at, sector_bits, state_bits, range_currency, minimum_minor, maximum_minor";

/// How donors come: those that agree in most respects first.
const RANKED: &str = "case when in_sectors > 0 then 1 else 0 end + case when in_places > 0 then 1 else 0 end + fits desc, \
                      in_sectors desc, in_places desc, created_at desc, id desc";

/// The statement. Numbers stand in it as they are: they are the code's own.
fn statement(wanted: &Wanted, known: &Known, pcodes: &str, own: &str, at_most: usize) -> String {
    let mut sectors = "0".to_owned();
    for place in &wanted.sectors {
        // Writing to a string can't fail.
        let _ = write!(sectors, " + ((n.sector_bits >> {place}) & 1)");
    }
    let any_sector = wanted.sectors.iter().fold(0_i64, |bits, place| bits | 1 << place);
    let states = wanted.states;
    let (of_network, of_own) = if known.network {
        let of_network = format!("select {LOOKED_AT} from donors where visibility = 'network' union all ");
        (of_network, "visibility = 'owner'")
    } else {
        (String::new(), "visibility in ('owner', 'network')")
    };
    format!(
        "select d.* from ( \
           select c.* from ( \
             select n.id, n.created_at, {sectors} as in_sectors, \
               case when (n.state_bits & {states}) <> 0 then ( \
                 select count(*) from donor_places p where p.donor_id = n.id and p.pcode {pcodes}) \
               else 0 end as in_places, \
               case when n.range_currency = $2 \
                 and (n.minimum_minor is null or n.minimum_minor <= $3) \
                 and (n.maximum_minor is null or n.maximum_minor >= $3) then 1 else 0 end as fits \
             from ({of_network}select {LOOKED_AT} from donors where organisation_id {own} and {of_own}) n \
             where (n.sector_bits & {any_sector}) <> 0 or (n.state_bits & {states}) <> 0 \
           ) c where c.in_sectors > 0 or c.in_places > 0 order by {RANKED} limit {at_most} \
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
