//! The sequencer: gives committed entries their dense `seq`.
//!
//! On SQLite the writer numbers as it appends. On PostgreSQL transactions commit in any order, so one
//! node at a time numbers what has settled: entries of transactions below the oldest one still
//! running, in the order of `(transaction, position)`. Writers never wait for each other or for this.

use std::time::Duration;

use crate::db::{Db, Engine, Target, dialect};
use crate::http::problem::Result;

/// How long the sequencer rests when it has numbered all that waited: what comes meanwhile shares a commit.
const REST: Duration = Duration::from_millis(100);
/// How long it rests when the database is out of reach.
const RETRY: Duration = Duration::from_secs(1);

/// Starts the sequencer's thread; it ends when `stopped` says so. On SQLite there is none.
///
/// # Errors
/// `internal` when the system gives no thread.
pub fn start(target: Target, stopped: impl Fn() -> bool + Send + 'static) -> Result<()> {
    if target.engine() == Engine::Sqlite {
        return Ok(());
    }
    std::thread::Builder::new()
        .name("journal-sequencer".to_owned())
        .spawn(move || run(&target, stopped))
        .map(|_| ())
        .map_err(crate::http::problem::Problem::internal)
}

fn run(target: &Target, stopped: impl Fn() -> bool) {
    let mut connection: Option<Db> = None;
    while !stopped() {
        let rest = match step(target, &mut connection) {
            Ok(numbered) if numbered < dialect::SEQUENCED_AT_ONCE => REST,
            Ok(_) => Duration::ZERO,
            Err(problem) => {
                log::warn!("the journal's sequencer waits: {}", problem.cause().unwrap_or("?"));
                connection = None;
                RETRY
            }
        };
        std::thread::sleep(rest);
    }
}

fn step(target: &Target, connection: &mut Option<Db>) -> Result<i64> {
    let db = match connection {
        Some(db) => db,
        None => connection.insert(target.connect()?),
    };
    dialect::sequence(db)
}
