//! Work on a database that one process at a time does, however many transactions it takes.

use std::fs::File;

use diesel::connection::SimpleConnection;

use super::{Db, Target};
use crate::http::problem::{Problem, Result};

/// What is done alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The migrations.
    Migrating,
    /// Another master key.
    ChangingMaster,
}

impl Work {
    /// What is put behind the name of an SQLite database, for the file that is locked.
    fn suffix(self) -> &'static str {
        match self {
            Self::Migrating => ".migrating",
            Self::ChangingMaster => ".changing-key",
        }
    }

    /// The number of PostgreSQL's lock.
    fn key(self) -> i64 {
        match self {
            Self::Migrating => 7_017_280_452_245_743_465,
            Self::ChangingMaster => 7_017_280_452_245_743_467,
        }
    }
}

/// A connection of whoever does the work alone. With it the lock is given back, also by a process that is killed.
pub struct Alone {
    /// The connection.
    pub db: Db,
    _lock: Option<File>,
}

impl Alone {
    /// Waits until nobody else does it: on PostgreSQL for two minutes. There must be a folder for an SQLite database.
    ///
    /// # Errors
    /// `unavailable` when it took too long, or there is no connection; `internal` when there can be no file to lock.
    pub fn wait(target: &Target, work: Work) -> Result<Self> {
        match target {
            Target::Sqlite(path) => {
                let mut name = path.clone().into_os_string();
                name.push(work.suffix());
                let lock = File::create(&name).map_err(Problem::internal)?;
                lock.lock().map_err(Problem::internal)?;
                Ok(Self { db: target.connect()?, _lock: Some(lock) })
            }
            Target::Postgres(_) => {
                let mut db = target.connect()?;
                // The connection's own time-outs are for requests; the lock outlasts the transaction.
                db.batch_execute(&format!(
                    "begin; set local statement_timeout = '120s'; set local lock_timeout = '120s'; \
                     select pg_advisory_lock({}); commit",
                    work.key()
                ))
                .map_err(Problem::unavailable)?;
                Ok(Self { db, _lock: None })
            }
        }
    }
}
