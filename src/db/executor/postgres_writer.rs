//! A PostgreSQL writer: a transaction for each job, run again when another was in the way.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use diesel::connection::SimpleConnection;

use super::WriteJob;
use super::keeper::{Keeper, Meaning, meaning};
use super::work::Ran;
use crate::db::Db;
use crate::http::problem::Problem;

/// How often a job that met a deadlock or a unique value just taken is tried.
const TRIES: u64 = 5;
/// From when on a job that is still in somebody's way is given up. A lock is waited for two seconds, so one that
/// was held while the machine stood still is waited for twice.
const PATIENCE: Duration = Duration::from_secs(3);

/// Takes jobs until the last handle on the database is gone.
pub(super) fn run(jobs: &Receiver<WriteJob>, mut keeper: Keeper) {
    for mut job in jobs {
        if !job.is_wanted() {
            continue;
        }
        let ended = match keeper.connection() {
            Ok(db) => catch_unwind(AssertUnwindSafe(|| run_job(db, &mut job))),
            Err(problem) => Ok(Err(problem)),
        };
        match ended {
            Ok(Ok(())) => job.answer(None),
            Ok(Err(lost)) => {
                keeper.forget_if_broken();
                job.answer(Some(lost));
            }
            Err(_) => {
                log::error!("a write panicked; its connection is opened anew");
                keeper.forget();
                job.answer(Some(Problem::internal("a write panicked")));
            }
        }
    }
}

/// `Err` when the work came to nothing; refusals are the job's own answer.
fn run_job(db: &mut Db, job: &mut WriteJob) -> Result<(), Problem> {
    let mut commit_failed = None;
    let began = Instant::now();
    for attempt in 1..=TRIES {
        commit_failed = None;
        db.batch_execute("begin").map_err(Problem::unavailable)?;
        match job.run(db) {
            Ran::Done => match db.batch_execute("commit") {
                Ok(()) => return Ok(()),
                Err(error) if meaning(&error) == Meaning::Rerun => commit_failed = Some(error),
                Err(error) => return Err(Problem::unavailable(error)),
            },
            Ran::Refused => return db.batch_execute("rollback").map_err(Problem::unavailable),
            Ran::Unavailable => {
                let _ = db.batch_execute("rollback");
                return Err(Problem::unavailable("the database could not do it now"));
            }
            Ran::Rerun => db.batch_execute("rollback").map_err(Problem::unavailable)?,
        }
        if began.elapsed() >= PATIENCE {
            break;
        }
        std::thread::sleep(Duration::from_millis(attempt * attempt));
    }
    // Otherwise the last run's own problem is the answer.
    commit_failed.map_or(Ok(()), |error| Err(Problem::unavailable(error)))
}
