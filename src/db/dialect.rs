//! The only code that differs by engine.

pub mod facets;
pub mod journal;
pub mod matches;

use std::marker::PhantomData;

use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType};
use diesel::sqlite::Sqlite;

use super::Db;
use super::sql_types::Id;
use crate::http::problem::{Problem, Result};

/// Runs several reads on one state of the database.
///
/// # Errors
/// The job's own; the engine's.
pub fn snapshot<T>(db: &mut Db, job: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
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

/// Runs a write to its end or not at all. Of SQLite's one writer it takes the place at once: a transaction that begins by
/// reading could not always become one.
///
/// # Errors
/// The write's own; the engine's.
pub fn in_transaction<T>(db: &mut Db, work: impl FnOnce(&mut Db) -> Result<T>) -> Result<T> {
    db.batch_execute(match db {
        Db::Sqlite(_) => "begin immediate",
        Db::Postgres(_) => "begin",
    })?;
    match work(db) {
        Ok(value) => {
            db.batch_execute("commit")?;
            Ok(value)
        }
        Err(problem) => {
            // The first problem is the one to tell.
            let _ = db.batch_execute("rollback");
            Err(problem)
        }
    }
}

/// Has a connection wait two minutes for a statement, or for a lock, and not only as long as a request may.
///
/// # Errors
/// The engine's.
pub fn be_patient(db: &mut Db) -> Result<()> {
    if let Db::Postgres(_) = db {
        db.batch_execute("set statement_timeout = '120s'; set lock_timeout = '120s'")?;
    }
    Ok(())
}

/// A root of an aggregate: the row that every write to the aggregate locks first, in the order of
/// the variants. Writes that refer to the row from elsewhere (foreign keys) don't wait for the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Root {
    /// An organisation and its people.
    Organisation,
    /// A user's account: after the organisation, whose every step touches those who sign in for it.
    User,
    /// An access token: after the user who answers for it.
    AccessToken,
    /// A community.
    Community,
    /// A visit, its parties and its record.
    Visit,
    /// A programme, its partners, its terms and what is counted in it.
    Programme,
    /// A project and its receipts.
    Project,
    /// A registration dossier and what is in it.
    Registration,
    /// A donor and how it is reached.
    Donor,
    /// A donor link, its pledges and disbursements.
    DonorLink,
}

impl Root {
    fn statement(self) -> [&'static str; 2] {
        let table = match self {
            Self::Organisation => "select 1 from organisations where id = ",
            Self::User => "select 1 from users where id = ",
            Self::AccessToken => "select 1 from access_tokens where id = ",
            Self::Community => "select 1 from communities where id = ",
            Self::Visit => "select 1 from visits where id = ",
            Self::Programme => "select 1 from programmes where id = ",
            Self::Project => "select 1 from projects where id = ",
            Self::Registration => "select 1 from registrations where id = ",
            Self::Donor => "select 1 from donors where id = ",
            Self::DonorLink => "select 1 from donor_links where id = ",
        };
        [table, " for no key update"]
    }
}

/// A statement with one value among words of the code's own. Unlike `diesel::sql_query`, it stays prepared.
struct Around<S, V> {
    words: [&'static str; 2],
    value: V,
    sql_type: PhantomData<S>,
}

impl<S, V> Around<S, V> {
    fn new(words: [&'static str; 2], value: V) -> Self {
        Self { words, value, sql_type: PhantomData }
    }
}

impl<S, V> QueryId for Around<S, V> {
    type QueryId = ();
    /// Told apart by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S, V> QueryFragment<Pg> for Around<S, V>
where
    Pg: HasSqlType<S>,
    V: ToSql<S, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let [before, after] = self.words;
        out.push_sql(before);
        out.push_bind_param::<S, V>(&self.value)?;
        out.push_sql(after);
        Ok(())
    }
}

/// Locks an aggregate's root row to the end of the transaction. SQLite has one writer: nothing to do.
///
/// # Errors
/// The engine's: a lock waited for too long is 503.
pub fn lock(db: &mut Db, root: Root, id: uuid::Uuid) -> Result<()> {
    if let Db::Postgres(connection) = db {
        let row = Around::<Id, _>::new(root.statement(), crate::types::AnyId(id));
        connection.execute_returning_count(&row)?;
    }
    Ok(())
}

/// Has a member's entry stay as it is to the end of the transaction; others may have it stay as well.
///
/// # Errors
/// The engine's.
pub fn hold_member(db: &mut Db, id: uuid::Uuid) -> Result<()> {
    if let Db::Postgres(connection) = db {
        let words = ["select 1 from members where id = ", " for share"];
        connection.execute_returning_count(&Around::<Id, _>::new(words, crate::types::AnyId(id)))?;
    }
    Ok(())
}

diesel::define_sql_function! {
    /// Takes a lock to the end of the transaction, if nobody holds it.
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
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
            Ok(diesel::select(pg_try_advisory_xact_lock(key)).get_result(connection)?)
        }
    }
}

/// Waits for a lock that one transaction at a time holds, to its end. SQLite has one writer.
///
/// # Errors
/// The engine's.
pub fn lock_key(db: &mut Db, key: i64) -> Result<()> {
    if let Db::Postgres(connection) = db {
        let lock = Around::<BigInt, _>::new(["select pg_advisory_xact_lock(", ")::text"], key);
        connection.execute_returning_count(&lock)?;
    }
    Ok(())
}

/// As [`lock_key`], for those that may hold it beside each other: who takes it alone waits for all of them.
///
/// # Errors
/// The engine's.
pub fn lock_key_shared(db: &mut Db, key: i64) -> Result<()> {
    if let Db::Postgres(connection) = db {
        let lock = Around::<BigInt, _>::new(["select pg_advisory_xact_lock_shared(", ")::text"], key);
        connection.execute_returning_count(&lock)?;
    }
    Ok(())
}

/// Two inserts in one statement.
#[derive(QueryId)]
struct Both<A, B>(A, B);

impl<A: QueryFragment<Pg>, B: QueryFragment<Pg>> QueryFragment<Pg> for Both<A, B> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("with first as (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") ");
        self.1.walk_ast(out.reborrow())
    }
}

/// Inserts two rows, of which the second may refer to the first: on PostgreSQL, where each statement is
/// a journey, in one.
///
/// # Errors
/// The engine's.
pub fn insert_both<A, B>(db: &mut Db, first: A, second: B) -> Result<()>
where
    A: QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId,
    B: QueryFragment<Sqlite> + QueryFragment<Pg> + QueryId,
{
    match db {
        Db::Sqlite(connection) => {
            connection.execute_returning_count(&first)?;
            connection.execute_returning_count(&second)?;
        }
        Db::Postgres(connection) => {
            connection.execute_returning_count(&Both(first, second))?;
        }
    }
    Ok(())
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
