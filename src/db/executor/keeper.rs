//! One thread's connection: opened when needed, dropped when broken.

use crate::db::{Db, Target};
use crate::http::problem::{Problem, Result};
use diesel::result::{DatabaseErrorKind, Error};

pub(super) struct Keeper {
    target: Target,
    connection: Option<Db>,
}

impl Keeper {
    pub(super) fn new(target: Target) -> Self {
        Self { target, connection: None }
    }

    /// The connection, opened if there is none.
    pub(super) fn connection(&mut self) -> Result<&mut Db> {
        if self.connection.is_none() {
            self.connection = Some(self.target.connect()?);
        }
        self.connection.as_mut().ok_or_else(|| Problem::unavailable("no connection"))
    }

    /// Forgets the connection: the next job gets a new one.
    pub(super) fn forget(&mut self) {
        self.connection = None;
    }

    /// Forgets the connection when it no longer works.
    pub(super) fn forget_if_broken(&mut self) {
        if self.connection.as_mut().is_some_and(is_broken) {
            self.forget();
        }
    }
}

fn is_broken(db: &mut Db) -> bool {
    use diesel::connection::SimpleConnection;
    match db {
        Db::Sqlite(_) => false,
        // An empty statement costs a round trip, and is asked only after an error.
        Db::Postgres(connection) => connection.batch_execute("").is_err(),
    }
}

/// What a database error means for the work that met it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The work is refused or wrong; the transaction rolls back.
    Refused,
    /// Another transaction was in the way: the same work may succeed now.
    Rerun,
    /// The engine can't write or read now: the caller should come back.
    Unavailable,
}

/// Reads the meaning from kind and message: diesel names few kinds, SQLite's codes come as text.
pub(super) fn meaning(error: &Error) -> Meaning {
    match error {
        Error::DatabaseError(
            DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::SerializationFailure,
            _,
        ) => Meaning::Rerun,
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ReadOnlyTransaction,
            _,
        )
        | Error::BrokenTransactionManager => Meaning::Unavailable,
        Error::DatabaseError(_, information) => meaning_of_message(information.message()),
        _ => Meaning::Refused,
    }
}

fn meaning_of_message(message: &str) -> Meaning {
    const RERUN: [&str; 3] = ["deadlock detected", "could not serialize access", "lock timeout"];
    const UNAVAILABLE: [&str; 14] = [
        "database or disk is full",
        "disk I/O error",
        "out of memory",
        "database is locked",
        "database table is locked",
        "unable to open database file",
        "attempt to write a readonly database",
        "statement timeout",
        "terminating connection",
        "server closed the connection",
        "the database system is",
        "no connection to the server",
        "No space left on device",
        "SSL connection has been closed",
    ];
    if RERUN.iter().any(|part| message.contains(part)) {
        Meaning::Rerun
    } else if UNAVAILABLE.iter().any(|part| message.contains(part)) {
        Meaning::Unavailable
    } else {
        Meaning::Refused
    }
}

/// A problem whose cause is that the engine can't work now is 503, not 500. A unique value that is still
/// taken after the reruns is a check that the job lacks: 500, and coming back would not help.
pub(super) fn as_answer(problem: Problem) -> Problem {
    match problem.database().map(meaning) {
        _ if is_unique_violation(&problem) => problem,
        Some(Meaning::Unavailable | Meaning::Rerun) => {
            Problem::unavailable(problem.cause().unwrap_or("the database can't work now"))
        }
        _ => problem,
    }
}

fn is_unique_violation(problem: &Problem) -> bool {
    matches!(problem.database(), Some(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
}
