//! What the journal asks of an engine: entries numbered, sealed, placed.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{in_transaction, pg_try_advisory_xact_lock, try_lock_key};
use crate::db::Db;
use crate::db::sql_types::Id;
use crate::http::problem::{Problem, Result};
use crate::journal::sealing::{self, Seal};
use crate::types::AnyId;

#[derive(QueryableByName)]
struct Sequenced {
    #[diesel(sql_type = BigInt)]
    sequenced: i64,
}

/// The lock of the one node that numbers and seals.
const SEQUENCER: i64 = 7_017_280_452_245_743_464;

/// How many entries are given their `seq` at a time.
pub const SEQUENCED_AT_ONCE: i64 = 5000;

/// Gives the committed entries that have none their `seq`, in the order of their transactions; how
/// many it gave. One node at a time; on SQLite the writer itself numbers and this has nothing to do.
///
/// # Errors
/// The engine's.
pub fn sequence(db: &mut Db) -> Result<i64> {
    let Db::Postgres(connection) = db else { return Ok(0) };
    connection
        .transaction(|connection| {
            let mine: bool = diesel::select(pg_try_advisory_xact_lock(SEQUENCER)).get_result(connection)?;
            if !mine {
                return Ok(0);
            }
            // Everything below the oldest transaction still running has ended; what it committed can
            // be seen, and nothing with a lower number will ever appear. What can be seen and names a transaction
            // that hasn't begun was restored from a server that had begun more, or written by hand: no later
            // one of its order is to come either.
            let done: Sequenced = diesel::sql_query(
                "with waiting as ( \
                   select id, row_number() over (order by xact, position) as place \
                   from journal_entries \
                   where seq is null and (xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
                     or xact >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint) \
                   order by xact, position limit $1 \
                 ), last as (select coalesce(max(seq), 0) as seq from journal_entries), \
                 numbered as ( \
                   update journal_entries e set seq = last.seq + waiting.place \
                   from waiting, last where e.id = waiting.id returning 1 \
                 ) select count(*) as sequenced from numbered",
            )
            .bind::<BigInt, _>(SEQUENCED_AT_ONCE)
            .get_result(connection)?;
            Ok(done.sequenced)
        })
        .map_err(|error: diesel::result::Error| Problem::from(error))
}

/// Seals what is numbered, on the one node that does it at this moment; how many entries. On SQLite the links are
/// written in the writer's lane.
///
/// # Errors
/// The engine's.
pub fn seal(db: &mut Db) -> Result<usize> {
    in_transaction(db, |db| {
        if !try_lock_key(db, SEQUENCER)? {
            return Ok(0);
        }
        let (last, seals) = sealing::next(db, sealing::AT_ONCE)?;
        sealing::write(db, last, &seals)
    })
}

/// Writes links in one statement.
///
/// # Errors
/// The engine's.
pub fn insert_seals(db: &mut Db, seals: &[Seal]) -> Result<()> {
    match db {
        Db::Sqlite(connection) => {
            let rows: Vec<(i64, String)> = seals.iter().map(|seal| (seal.seq, seal.hex())).collect();
            let rows = serde_json::to_string(&rows).map_err(Problem::internal)?;
            diesel::sql_query(
                "insert into journal_seals (seq, link) \
                 select json_extract(value, '$[0]'), unhex(json_extract(value, '$[1]')) from json_each(?1)",
            )
            .bind::<diesel::sql_types::Text, _>(rows)
            .execute(connection)?;
        }
        Db::Postgres(connection) => {
            use diesel::sql_types::{Array, Binary};
            let seqs: Vec<i64> = seals.iter().map(|seal| seal.seq).collect();
            let links: Vec<&[u8]> = seals.iter().map(|seal| seal.link.as_slice()).collect();
            diesel::sql_query("insert into journal_seals (seq, link) select * from unnest($1, $2)")
                .bind::<Array<BigInt>, _>(seqs)
                .bind::<Array<Binary>, _>(links)
                .execute(connection)?;
        }
    }
    Ok(())
}

/// Places an entry of this write after all that others have committed meanwhile of a thing, or of what a person did: on
/// PostgreSQL, where entries are ordered by their transactions' ids, and those whose locks were waited for may have the higher
/// ones. None of them is numbered before this transaction has ended. It shares its place with what the other wrote next of something
/// else, if anything: which of the two comes first is all the same. On SQLite it is the last as it is.
///
/// # Errors
/// The engine's.
pub fn place_after(db: &mut Db, entry: AnyId, of: AnyId) -> Result<()> {
    let Db::Postgres(connection) = db else { return Ok(()) };
    diesel::sql_query(
        "update journal_entries set xact = later.xact, position = later.position + 1 \
         from (select xact, position from journal_entries \
           where seq is null and xact > pg_current_xact_id()::text::bigint \
             and xact < pg_snapshot_xmax(pg_current_snapshot())::text::bigint and (thing_id = $2 or user_id = $2) \
           order by xact desc, position desc limit 1) later \
         where id = $1",
    )
    .bind::<Id, _>(entry)
    .bind::<Id, _>(of)
    .execute(connection)?;
    Ok(())
}
