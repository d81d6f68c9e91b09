//! The one SQLite writer: group commit.
//!
//! It takes what is waiting, runs each job in a savepoint of one transaction, commits once, then
//! answers all. A refused job rolls back alone. The trap: when the disk is full, or on I/O and memory
//! errors, SQLite may roll back the *whole* transaction, and the next savepoint would be a
//! transaction of its own. So each job ends by naming its savepoint: if that is gone, the batch is
//! gone with it; the earlier ones are told 503 and the rest run in a new batch. It may also roll back
//! the one statement only (so for one with `returning`), and the savepoint stands: the batch goes on, but
//! a connection that met such an error is not used for another.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::Receiver;
use diesel::connection::SimpleConnection;
use diesel::{QueryResult, RunQueryDsl as _};

use super::WriteJob;
use super::keeper::Keeper;
use super::work::Ran;
use crate::db::{Db, Verbatim};
use crate::http::problem::Problem;
use crate::natively;

/// How many writes share a commit at the most.
const BATCH: usize = 256;
/// How often a job whose unique value another job of the moment took is tried again.
const TRIES: usize = 3;

/// Takes jobs until the last handle on the database is gone.
pub(super) fn run(jobs: &Receiver<WriteJob>, mut keeper: Keeper) {
    while let Ok(first) = jobs.recv() {
        let mut waiting: VecDeque<WriteJob> = VecDeque::with_capacity(BATCH);
        waiting.push_back(first);
        waiting.extend(jobs.try_iter().take(BATCH - 1));
        waiting.retain(|job| job.is_wanted());
        while !waiting.is_empty() {
            match keeper.connection() {
                Ok(db) => {
                    if run_batch(db, &mut waiting) == Connection::Rebuild {
                        keeper.forget();
                    }
                }
                Err(problem) => {
                    let cause = problem.cause().unwrap_or("no connection").to_owned();
                    tell_all_unavailable(waiting.drain(..), &cause);
                }
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Connection {
    Keep,
    Rebuild,
}

enum Job {
    /// Rolled back or kept within the batch.
    Settled,
    /// The batch's transaction is gone.
    BatchLost,
    /// Settled, but its panic, or what the engine met, may have left the connection in any state.
    Doubtful,
}

/// Runs what waits in one transaction. Jobs left in `waiting` belong to a new batch.
fn run_batch(db: &mut Db, waiting: &mut VecDeque<WriteJob>) -> Connection {
    if let Err(error) = db.batch_execute("begin immediate") {
        tell_all_unavailable(waiting.drain(..), &error.to_string());
        // A transaction that an earlier fault left open would refuse every later one.
        let _ = db.batch_execute("rollback");
        return Connection::Rebuild;
    }
    let mut settled: Vec<WriteJob> = Vec::with_capacity(waiting.len());
    let mut connection = Connection::Keep;
    while let Some(mut job) = waiting.pop_front() {
        match run_job(db, &mut job) {
            Job::Settled => settled.push(job),
            Job::Doubtful => {
                settled.push(job);
                connection = Connection::Rebuild;
            }
            Job::BatchLost => {
                let _ = db.batch_execute("rollback");
                settled.push(job);
                tell_all_unavailable(settled.into_iter(), "SQLite rolled the transaction back");
                return Connection::Rebuild;
            }
        }
    }
    match db.batch_execute("commit") {
        Ok(()) => settled.into_iter().for_each(|job| job.answer(None)),
        Err(error) => {
            let _ = db.batch_execute("rollback");
            tell_all_unavailable(settled.into_iter(), &error.to_string());
            connection = Connection::Rebuild;
        }
    }
    connection
}

fn run_job(db: &mut Db, job: &mut WriteJob) -> Job {
    for _ in 0..TRIES {
        if say(db, "savepoint job").is_err() {
            return Job::BatchLost;
        }
        let ran = catch_unwind(AssertUnwindSafe(|| job.run(db)));
        let kept = matches!(ran, Ok(Ran::Done)) || say(db, "rollback to job").is_ok();
        if !kept || say(db, "release job").is_err() {
            return Job::BatchLost;
        }
        match ran {
            Ok(Ran::Rerun) => {}
            Ok(Ran::Unavailable) => return Job::Doubtful,
            Ok(Ran::Done | Ran::Refused) => return Job::Settled,
            Err(_) => {
                log::error!("a write panicked; its connection is opened anew");
                return Job::Doubtful;
            }
        }
    }
    Job::Settled
}

/// Prepared once, where `batch_execute` would have it read anew for each job.
fn say(db: &mut Db, words: &'static str) -> QueryResult<usize> {
    natively!(db, connection => Verbatim(words).execute(connection))
}

fn tell_all_unavailable(jobs: impl Iterator<Item = WriteJob>, cause: &str) {
    jobs.for_each(|job| job.answer(Some(Problem::unavailable(cause))));
}
