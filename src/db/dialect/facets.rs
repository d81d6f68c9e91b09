//! Facets of visits: many rows written at once, and the newest of many streams.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};

use crate::db::Db;
use crate::db::schema::{title_words, visit_facets};
use crate::db::sql_types::{Id, Moment};
use crate::http::problem::Result;
use crate::natively;
use crate::types::{AnyId, Instant};

/// Where something stands in lists: when it was made, and its id.
pub type Place = (Instant, AnyId);

/// An audience and what it is told of a visit.
pub type FacetRow = (AnyId, String);

/// Adds rows of one visit; those that are there stay.
///
/// # Errors
/// The engine's.
pub fn add(db: &mut Db, (created_at, visit): Place, rows: &[&FacetRow]) -> Result<()> {
    match db {
        Db::Sqlite(connection) => {
            for (who, facet) in rows {
                diesel::insert_or_ignore_into(visit_facets::table)
                    .values((
                        visit_facets::organisation_id.eq(who),
                        visit_facets::facet.eq(facet),
                        visit_facets::created_at.eq(created_at),
                        visit_facets::visit_id.eq(visit),
                    ))
                    .execute(connection)?;
            }
        }
        Db::Postgres(_) if rows.is_empty() => {}
        Db::Postgres(connection) => {
            let (who, facets) = columns(rows);
            diesel::sql_query(
                "insert into visit_facets (organisation_id, facet, created_at, visit_id) \
                 select one.who, one.facet, $3, $4 from unnest($1::uuid[], $2::text[]) one (who, facet) on conflict do nothing",
            )
            .bind::<Array<Id>, _>(who)
            .bind::<Array<Text>, _>(facets)
            .bind::<Moment, _>(created_at)
            .bind::<Id, _>(visit)
            .execute(connection)?;
        }
    }
    Ok(())
}

/// Removes rows of one visit.
///
/// # Errors
/// The engine's.
pub fn remove(db: &mut Db, (created_at, visit): Place, rows: &[&FacetRow]) -> Result<()> {
    match db {
        Db::Sqlite(connection) => {
            for (who, facet) in rows {
                let key = (who, facet, created_at, visit);
                diesel::delete(visit_facets::table.find(key)).execute(connection)?;
            }
        }
        Db::Postgres(_) if rows.is_empty() => {}
        Db::Postgres(connection) => {
            let (who, facets) = columns(rows);
            diesel::sql_query(
                "delete from visit_facets f using unnest($1::uuid[], $2::text[]) one (who, facet) \
                 where f.organisation_id = one.who and f.facet = one.facet collate \"C\" \
                   and f.created_at = $3 and f.visit_id = $4",
            )
            .bind::<Array<Id>, _>(who)
            .bind::<Array<Text>, _>(facets)
            .bind::<Moment, _>(created_at)
            .bind::<Id, _>(visit)
            .execute(connection)?;
        }
    }
    Ok(())
}

fn columns(rows: &[&FacetRow]) -> (Vec<AnyId>, Vec<String>) {
    rows.iter().map(|(who, facet)| (*who, facet.clone())).unzip()
}

/// Adds `(ending, word)`; those that are there stay. In their order, so that two writers never wait for each other.
///
/// # Errors
/// The engine's.
pub fn add_words(db: &mut Db, words: &std::collections::BTreeSet<(String, String)>) -> Result<()> {
    match db {
        Db::Sqlite(connection) => {
            for (ending, word) in words {
                diesel::insert_or_ignore_into(title_words::table)
                    .values((title_words::ending.eq(ending), title_words::word.eq(word)))
                    .execute(connection)?;
            }
        }
        Db::Postgres(_) if words.is_empty() => {}
        Db::Postgres(connection) => {
            let (endings, words): (Vec<&str>, Vec<&str>) =
                words.iter().map(|(ending, word)| (ending.as_str(), word.as_str())).unzip();
            diesel::sql_query(
                "insert into title_words (ending, word) select * from unnest($1::text[], $2::text[]) on conflict do nothing",
            )
            .bind::<Array<Text>, _>(endings)
            .bind::<Array<Text>, _>(words)
            .execute(connection)?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Placed {
    #[diesel(sql_type = Moment)]
    created_at: Instant,
    #[diesel(sql_type = Id)]
    visit_id: AnyId,
}

/// The newest places of many streams of one audience, by one statement; none on SQLite, where a statement for
/// each is no journey.
///
/// The first rows of each stream come first, so many of each: of all of them together those that are wanted are no
/// older than the last of so many, and no more is read of any stream.
///
/// # Errors
/// The engine's.
pub fn newest_of_many(
    db: &mut Db,
    who: AnyId,
    facets: &[&str],
    (before, oldest): (Place, Instant),
    (first_rows, at_most): (i64, i64),
) -> Result<Option<Vec<Place>>> {
    let Db::Postgres(connection) = db else { return Ok(None) };
    let found: Vec<Placed> = diesel::sql_query(
        "with heads as materialized ( \
           select one.facet, head.created_at, head.visit_id \
           from unnest($1::text[]) one (facet) cross join lateral ( \
             select f.created_at, f.visit_id from visit_facets f \
             where f.organisation_id = $2 and f.facet = one.facet collate \"C\" \
               and (f.created_at, f.visit_id) < ($3, $4) and f.created_at >= $5 \
             order by f.created_at desc, f.visit_id desc limit $7) head \
         ), least as materialized ( \
           select coalesce((select created_at from (select distinct created_at, visit_id from heads) one \
                            order by created_at desc, visit_id desc offset $6 - 1 limit 1), $5) as at \
         ) \
         select distinct f.created_at, f.visit_id \
         from least cross join lateral ( \
           select distinct heads.facet from heads where heads.created_at >= least.at) one \
         cross join lateral ( \
           select f.created_at, f.visit_id from visit_facets f \
           where f.organisation_id = $2 and f.facet = one.facet collate \"C\" \
             and (f.created_at, f.visit_id) < ($3, $4) and f.created_at >= least.at \
           order by f.created_at desc, f.visit_id desc limit $6) f \
         order by f.created_at desc, f.visit_id desc limit $6",
    )
    .bind::<Array<Text>, _>(facets)
    .bind::<Id, _>(who)
    .bind::<Moment, _>(before.0)
    .bind::<Id, _>(before.1)
    .bind::<Moment, _>(oldest)
    .bind::<BigInt, _>(at_most)
    .bind::<BigInt, _>(first_rows)
    .load(connection)?;
    Ok(Some(found.into_iter().map(|one| (one.created_at, one.visit_id)).collect()))
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    facet: String,
}

/// The facets of an audience between two, both included: one look for each that there is, however often.
///
/// # Errors
/// The engine's.
pub fn between(db: &mut Db, who: AnyId, first: &str, last: &str) -> Result<Vec<String>> {
    let query = diesel::sql_query(
        "with recursive found (facet) as ( \
           select (select facet from visit_facets where organisation_id = $1 and facet >= $2 and facet <= $3 \
                   order by facet limit 1) \
           union all \
           select (select f.facet from visit_facets f where f.organisation_id = $1 and f.facet > found.facet \
                     and f.facet <= $3 order by f.facet limit 1) \
           from found where found.facet is not null \
         ) select facet from found where facet is not null",
    )
    .bind::<Id, _>(who)
    .bind::<Text, _>(first)
    .bind::<Text, _>(last);
    let found: Vec<Named> = natively!(db, connection => query.load(connection))?;
    Ok(found.into_iter().map(|one| one.facet).collect())
}
