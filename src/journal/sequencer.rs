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
    /// While others write much it seals a few and rests, and catches up when they don't, or when it falls far behind.
    fn step(&mut self, db: &mut Db) -> Result<Done> {
        let Some(app) = self.app.upgrade() else { return Ok(Done::All) };
        let there = sealing::last_seq(db)?;
        let written = there - std::mem::replace(&mut self.seen, there);
        let gives_way =
            written > WHILE_OTHERS_WRITE && !sealing::waits_since(db, app.clock.now().minus(FAR_BEHIND))?;
        let at_once = if gives_way { WHILE_OTHERS_WRITE } else { sealing::AT_ONCE };
        let (last, seals) = sealing::next(db, at_once)?;
        if seals.is_empty() {
            return Ok(Done::All);
        }
        let more = !gives_way && seals.len() as i64 == at_once;
        let seals: Arc<[sealing::Seal]> = seals.into();
        let write = app
            .database
            .write(Author::command("seal"), move |writer| sealing::write(writer.db(), last, &seals));
        db::block(write)?;
        Ok(if more { Done::Some } else { Done::All })
    }
}
