//! The only code that differs by engine.

pub mod facets;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::Db;
use super::sql_types::Id;
use crate::http::problem::{Problem, Result};

/// Runs several reads on one state of the database.
pub(super) fn snapshot<T>(db: &mut Db, job: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    let begin = match db {
        Db::Sqlite(_) => "begin",
        Db::Postgres(_) => "begin isolation level repeatable read read only",
    };
    db.batch_execute(begin)?;
    let result = job(db);
    match db.batch_execute("rollback") {
        Ok(()) => result,
        Err(error) => result.and(Err(error.into())),
    }
}

/// A root of an aggregate: the row that every write to the aggregate locks first, in the order of
/// the variants. Writes that refer to the row from elsewhere (foreign keys) don't wait for the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// An organisation and its people.
    Organisation,
    /// A user's account: after the organisation, whose every step touches those who sign in for it.
    User,
    /// A community.
    Community,
    /// A visit, its parties and its record.
    Visit,
}

impl Root {
    fn statement(self) -> &'static str {
        match self {
            Self::Organisation => "select 1 as found from organisations where id = $1 for no key update",
            Self::User => "select 1 as found from users where id = $1 for no key update",
            Self::Community => "select 1 as found from communities where id = $1 for no key update",
            Self::Visit => "select 1 as found from visits where id = $1 for no key update",
        }
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    #[expect(dead_code, reason = "only that there is a row counts")]
    found: i32,
}

/// Locks an aggregate's root row to the end of the transaction. SQLite has one writer: nothing to do.
///
/// # Errors
/// The engine's: a lock waited for too long is 503.
pub fn lock(db: &mut Db, root: Root, id: uuid::Uuid) -> Result<()> {
    if let Db::Postgres(connection) = db {
        diesel::sql_query(root.statement())
            .bind::<Id, _>(crate::types::AnyId(id))
            .load::<Found>(connection)?;
    }
    Ok(())
}

/// Has a member's entry stay as it is to the end of the transaction; others may have it stay as well.
///
/// # Errors
/// The engine's.
pub fn hold_member(db: &mut Db, id: uuid::Uuid) -> Result<()> {
    if let Db::Postgres(connection) = db {
        diesel::sql_query("select 1 as found from members where id = $1 for share")
            .bind::<Id, _>(crate::types::AnyId(id))
            .load::<Found>(connection)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Takes the lock that stands for a repeated request, to the end of the transaction; false when
/// another transaction holds it. SQLite has one writer: always true.
///
/// # Errors
/// The engine's.
pub fn try_lock_key(db: &mut Db, key: i64) -> Result<bool> {
    match db {
        Db::Sqlite(_) => Ok(true),
        Db::Postgres(connection) => {
            let row: Locked = diesel::sql_query("select pg_try_advisory_xact_lock($1) as locked")
                .bind::<BigInt, _>(key)
                .get_result(connection)?;
            Ok(row.locked)
        }
    }
}

/// Waits for a lock that one transaction at a time holds, to its end. SQLite has one writer.
///
/// # Errors
/// The engine's.
pub fn lock_key(db: &mut Db, key: i64) -> Result<()> {
    if let Db::Postgres(connection) = db {
        diesel::sql_query("select pg_advisory_xact_lock($1)::text")
            .bind::<BigInt, _>(key)
            .execute(connection)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Sequenced {
    #[diesel(sql_type = BigInt)]
    sequenced: i64,
}

/// Gives the committed entries that have none their `seq`, in the order of their transactions; how
/// many it gave. One node at a time; on SQLite the writer itself numbers and this has nothing to do.
///
/// # Errors
/// The engine's.
pub fn sequence(db: &mut Db) -> Result<i64> {
    let Db::Postgres(connection) = db else { return Ok(0) };
    connection
        .transaction(|connection| {
            let row: Locked =
                diesel::sql_query("select pg_try_advisory_xact_lock(7017280452245743464) as locked")
                    .get_result(connection)?;
            if !row.locked {
                return Ok(0);
            }
            // Everything below the oldest transaction still running has ended; what it committed can
            // be seen, and nothing with a lower number will ever appear.
            let done: Sequenced = diesel::sql_query(
                "with waiting as ( \
                   select id, row_number() over (order by xact, position) as place \
                   from journal_entries \
                   where seq is null and xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint \
                   order by xact, position limit 5000 \
                 ), last as (select coalesce(max(seq), 0) as seq from journal_entries), \
                 numbered as ( \
                   update journal_entries e set seq = last.seq + waiting.place \
                   from waiting, last where e.id = waiting.id returning 1 \
                 ) select count(*) as sequenced from numbered",
            )
            .get_result(connection)?;
            Ok(done.sequenced)
        })
        .map_err(|error: diesel::result::Error| Problem::from(error))
}

/// Copies the database, as of one instant, into a new file. SQLite only: PostgreSQL has `pg_dump`.
///
/// # Errors
/// `internal` with the engine's words.
pub fn copy_to_file(db: &mut Db, path: &str) -> Result<()> {
    match db {
        Db::Sqlite(connection) => {
            diesel::sql_query("vacuum into ?1")
                .bind::<diesel::sql_types::Text, _>(path)
                .execute(connection)?;
            Ok(())
        }
        Db::Postgres(_) => Err(Problem::internal("a PostgreSQL database is backed up with pg_dump")),
    }
}

#[derive(QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

/// Has no log keep what was overwritten: SQLite's is taken into the file and emptied. Of PostgreSQL's the
/// server disposes by itself, as of the rows that nobody sees any more.
///
/// # Errors
/// `unavailable` while readers or writers are in the way.
pub fn empty_log(db: &mut Db) -> Result<()> {
    let Db::Sqlite(connection) = db else { return Ok(()) };
    let checkpoint: Checkpoint =
        diesel::sql_query("pragma wal_checkpoint(truncate)").get_result(connection)?;
    if checkpoint.busy == 0 { Ok(()) } else { Err(Problem::unavailable("the log is in use")) }
}

#[derive(QueryableByName)]
struct Micros {
    #[diesel(sql_type = BigInt)]
    micros: i64,
}

/// The database server's own clock; none on SQLite, where the node's is the only one.
///
/// # Errors
/// The engine's.
pub fn clock(db: &mut Db) -> Result<Option<crate::types::Instant>> {
    let Db::Postgres(connection) = db else { return Ok(None) };
    let row: Micros =
        diesel::sql_query("select (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros")
            .get_result(connection)?;
    Ok(Some(crate::types::Instant::from_micros(row.micros)))
}
