//! The sequencer: gives committed entries their dense `seq`, and seals them.
//!
//! On SQLite the writer numbers as it appends. On PostgreSQL transactions commit in any order, so one
//! node at a time numbers what has settled: entries of transactions below the oldest one still
//! running, in the order of `(transaction, position)`. Writers never wait for each other or for this.
//!
//! Sealing follows behind. What it costs, reading the entries and making the links, happens on this thread; on SQLite the links made
//! are handed to the writer, which adds a batch of them with what else waits.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::{Author, sealing};
use crate::app::App;
use crate::db::{self, Db, Engine, Target, dialect};
use crate::http::problem::{Problem, Result};

/// How long the sequencer rests when it has numbered all that waited: what comes meanwhile shares a commit.
const REST: Duration = Duration::from_millis(100);
/// How long it rests when the database is out of reach.
const RETRY: Duration = Duration::from_secs(1);

/// How many entries are sealed at a time while more than that were written since the last time, on SQLite: the writer
/// has its hands full then.
const WHILE_OTHERS_WRITE: i64 = 200;
/// How old an entry without a link is when the sealer no longer gives way.
const FAR_BEHIND: Duration = Duration::from_secs(60);

/// Starts the sequencer's thread; it ends when `stopped` says so.
///
/// # Errors
/// `internal` when the system gives no thread.
pub fn start(app: &Arc<App>, stopped: impl Fn() -> bool + Send + 'static) -> Result<()> {
    let (target, app) = (app.database.target().clone(), Arc::downgrade(app));
    let step: Step = match target.engine() {
        Engine::Sqlite => {
            let mut sealer = BehindTheWriter { app, seen: 0 };
            Box::new(move |db| sealer.step(db))
        }
        Engine::Postgres => Box::new(number_and_seal),
    };
    std::thread::Builder::new()
        .name("journal-sequencer".to_owned())
        .spawn(move || run(&target, step, stopped))
        .map(|_| ())
        .map_err(Problem::internal)
}

type Step = Box<dyn FnMut(&mut Db) -> Result<Done> + Send>;

/// Whether there is more to do at once.
enum Done {
    All,
    Some,
}

fn run(target: &Target, mut step: Step, stopped: impl Fn() -> bool) {
    let mut connection: Option<Db> = None;
    while !stopped() {
        let done = match &mut connection {
            Some(db) => step(db),
            None => target.connect().and_then(|db| step(connection.insert(db))),
        };
        let rest = match done {
            Ok(Done::All) => REST,
            Ok(Done::Some) => Duration::ZERO,
            Err(problem) => {
                log::warn!("the journal's sequencer waits: {}", problem.cause().unwrap_or("?"));
                connection = None;
                RETRY
            }
        };
        std::thread::sleep(rest);
    }
}

fn number_and_seal(db: &mut Db) -> Result<Done> {
    let numbered = dialect::journal::sequence(db)?;
    let sealed = dialect::journal::seal(db)?;
    let more = numbered >= dialect::journal::SEQUENCED_AT_ONCE || sealed as i64 >= sealing::AT_ONCE;
    Ok(if more { Done::Some } else { Done::All })
}

/// Seals on SQLite, where the writer numbers.
struct BehindTheWriter {
    app: Weak<App>,
    /// Up to which number entries were there when it last looked.
    seen: i64,
}

impl BehindTheWriter {
    /// Where others wrote since it last looked it seals a batch and rests: a small one when they wrote much, unless it is far
    /// behind. When nobody writes it goes on until it is done.
    fn step(&mut self, db: &mut Db) -> Result<Done> {
        let Some(app) = self.app.upgrade() else { return Ok(Done::All) };
        let there = sealing::last_seq(db)?;
        let written = there - std::mem::replace(&mut self.seen, there);
        let far_behind = || sealing::waits_since(db, app.clock.now().minus(FAR_BEHIND));
        let at_once = batch(written, far_behind)?;
        let (last, seals) = sealing::next(db, at_once)?;
        if seals.is_empty() {
            return Ok(Done::All);
        }
        let more = written == 0 && seals.len() as i64 == at_once;
        let seals: Arc<[sealing::Seal]> = seals.into();
        let write = app
            .database
            .write(Author::command("seal"), move |writer| sealing::write(writer.db(), last, &seals));
        db::block(write)?;
        Ok(if more { Done::Some } else { Done::All })
    }
}

/// How many entries are sealed after so many were written.
fn batch(written: i64, far_behind: impl FnOnce() -> Result<bool>) -> Result<i64> {
    let gives_way = written > WHILE_OTHERS_WRITE && !far_behind()?;
    Ok(if gives_way { WHILE_OTHERS_WRITE } else { sealing::AT_ONCE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gives_way_while_much_is_written_and_it_is_not_far_behind() {
        for (written, far_behind, expected) in [
            (0, false, sealing::AT_ONCE),
            (WHILE_OTHERS_WRITE, false, sealing::AT_ONCE),
            (WHILE_OTHERS_WRITE + 1, false, WHILE_OTHERS_WRITE),
            (WHILE_OTHERS_WRITE + 1, true, sealing::AT_ONCE),
        ] {
            let decided = batch(written, || Ok(far_behind)).ok();
            assert_eq!(decided, Some(expected), "{written} written, far behind: {far_behind}");
        }
    }
}
