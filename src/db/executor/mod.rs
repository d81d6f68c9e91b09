//! The threads that own the connections.
//!
//! No pool and no blocking threads of the web server: each thread here owns one connection and takes
//! closures from a bounded channel; the answer comes back through a oneshot. A full channel is 503.
//!
//! - reads: a few threads ([`Database::read`], [`Database::snapshot`]), and a lane of its own for
//!   what is expensive ([`Database::heavy`]);
//! - writes on SQLite: one thread that gathers what waits and commits once ([`sqlite_writer`]);
//! - writes on PostgreSQL: several threads, a transaction each ([`postgres_writer`]).

mod keeper;
mod postgres_writer;
mod reader;
mod sqlite_writer;
mod work;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::{Db, Engine, Target};
use crate::access::revocations::Revocations;
use crate::http::problem::{Problem, Result};
use crate::journal::{Author, Writer};
use crate::types::{Clock, IdMaker};
use keeper::Keeper;
use work::{Context, Pending, Work};

/// How long a caller waits for its turn and its answer: an engine that hangs is not to hang its callers.
const DEADLINE: Duration = Duration::from_secs(10);
/// The same for what is expensive.
const HEAVY_DEADLINE: Duration = Duration::from_secs(60);

/// How many threads and how long their queues are.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Threads that read.
    pub readers: usize,
    /// Threads that write, on PostgreSQL; SQLite has one.
    pub writers: usize,
    /// How many jobs may wait in each lane before callers are told to come back.
    pub queue: usize,
}

/// A handle on the database's threads; cloning it is cheap.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

/// Whether a job left its connection in doubt.
enum Health {
    Fine,
    Doubtful,
}

type ReadJob = Box<dyn FnOnce(Result<&mut Db>) -> Health + Send>;
type WriteJob = Box<dyn Work>;

struct Inner {
    target: Target,
    reads: Sender<ReadJob>,
    heavy: Sender<ReadJob>,
    writes: Sender<WriteJob>,
    clock: Clock,
    ids: IdMaker,
    revocations: Arc<Revocations>,
}

impl Database {
    /// Starts the threads. They open their connections when the first job comes, and again after a
    /// connection broke, so that a server starts and recovers by itself.
    ///
    /// # Errors
    /// `internal` when the system gives no thread.
    pub fn start(target: Target, sizes: Sizes, clock: Clock, ids: IdMaker) -> Result<Self> {
        let (reads, read_jobs) = bounded::<ReadJob>(sizes.queue);
        let (heavy, heavy_jobs) = bounded::<ReadJob>(sizes.queue.div_ceil(8));
        let (writes, write_jobs) = bounded::<WriteJob>(sizes.queue);
        for n in 0..sizes.readers.max(1) {
            let (jobs, keeper) = (read_jobs.clone(), Keeper::new(target.clone()));
            spawn(&format!("db-read-{n}"), move || reader::run(&jobs, keeper))?;
        }
        let keeper = Keeper::new(target.clone());
        spawn("db-heavy", move || reader::run(&heavy_jobs, keeper))?;
        match target.engine() {
            Engine::Sqlite => {
                let keeper = Keeper::new(target.clone());
                spawn("db-write", move || sqlite_writer::run(&write_jobs, keeper))?;
            }
            Engine::Postgres => {
                for n in 0..sizes.writers.max(1) {
                    let (jobs, keeper) = (write_jobs.clone(), Keeper::new(target.clone()));
                    spawn(&format!("db-write-{n}"), move || postgres_writer::run(&jobs, keeper))?;
                }
            }
        }
        let revocations = Arc::new(Revocations::new());
        Ok(Self { inner: Arc::new(Inner { target, reads, heavy, writes, clock, ids, revocations }) })
    }

    /// Where the database is.
    pub fn target(&self) -> &Target {
        &self.inner.target
    }

    /// The engine behind it.
    pub fn engine(&self) -> Engine {
        self.inner.target.engine()
    }

    /// The clock that dates every write.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// What was cut off, as this node knows it: a write that cuts off notes it here once it is durable.
    pub fn revocations(&self) -> &Arc<Revocations> {
        &self.inner.revocations
    }

    /// How many jobs wait to be read, to be read slowly, and to be written.
    pub fn waiting(&self) -> [usize; 3] {
        [self.inner.reads.len(), self.inner.heavy.len(), self.inner.writes.len()]
    }

    /// Runs a job of one statement on a reading thread.
    ///
    /// # Errors
    /// The job's own; `unavailable` when the queue is full or the database is out of reach.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        run_read(&self.inner.reads, DEADLINE, job).await
    }

    /// Runs a job of several statements that have to see one state of the database.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub async fn snapshot<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        run_read(&self.inner.reads, DEADLINE, move |db| super::dialect::snapshot(db, job)).await
    }

    /// As [`Database::snapshot`], in the lane of what is expensive.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub async fn heavy<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        run_read(&self.inner.heavy, HEAVY_DEADLINE, move |db| super::dialect::snapshot(db, job)).await
    }

    /// After an erasure: sees to it that what was erased is not in the engine's log either. The erasure stands
    /// whatever comes of it; the log is used anew sooner or later.
    pub async fn forget_log(&self) {
        let emptied = run_read(&self.inner.heavy, HEAVY_DEADLINE, super::dialect::empty_log).await;
        if let Err(problem) = emptied {
            log::warn!("what was erased may be in the log still: {}", problem.cause().unwrap_or("?"));
        }
    }

    /// Runs a job in a transaction of its own (on SQLite: in a savepoint of the batch's) and answers
    /// when it is durable. A job may run several times (deadlocks), so it has no effect but through
    /// its [`Writer`].
    ///
    /// # Errors
    /// The job's own, rolled back; `unavailable` when the queue is full, the database is out of
    /// reach or hangs, or the write can't be said to have happened. A job whose caller has gone away
    /// before its turn came is not done.
    pub async fn write<T: Send + 'static>(
        &self,
        author: Author,
        job: impl Fn(&mut Writer<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (sender, receiver) = oneshot::channel();
        let Inner { clock, ids, revocations, .. } = &*self.inner;
        let context =
            Context { clock: clock.clone(), ids: ids.clone(), revocations: Arc::clone(revocations) };
        let work: WriteJob = Box::new(Pending::new(job, author, context, sender));
        self.inner.writes.try_send(work).map_err(queue_full)?;
        answer_of(receiver, DEADLINE).await?.ok_or_else(|| Problem::internal("a write's thread is gone"))?
    }
}

/// The answer; none when nobody is left to give it.
async fn answer_of<T>(receiver: oneshot::Receiver<T>, within: Duration) -> Result<Option<T>> {
    match tokio::time::timeout(within, receiver).await {
        Ok(answer) => Ok(answer.ok()),
        Err(_) => Err(Problem::unavailable("the database gives no answer")),
    }
}

async fn run_read<T: Send + 'static>(
    lane: &Sender<ReadJob>,
    within: Duration,
    job: impl FnOnce(&mut Db) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = oneshot::channel();
    let job: ReadJob = Box::new(move |connection| {
        // Nobody waits for it any more.
        if sender.is_closed() {
            return Health::Fine;
        }
        let result = connection.and_then(job).map_err(keeper::as_answer);
        let health = match &result {
            Err(problem) if problem.status().is_server_error() => Health::Doubtful,
            _ => Health::Fine,
        };
        // The caller may have gone away: then nobody listens, and that is all.
        let _ = sender.send(result);
        health
    });
    lane.try_send(job).map_err(queue_full)?;
    // The sender is dropped unanswered when the job panics; the reader has logged it.
    answer_of(receiver, within).await?.ok_or_else(|| Problem::internal("a read panicked"))?
}

/// Waits for what the database's threads answer, on a thread of one's own that is not the web server's.
///
/// # Errors
/// The job's own; `internal` when there can be no waiting.
pub fn block<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(Problem::internal)?
        .block_on(future)
}

fn queue_full<T>(refused: TrySendError<T>) -> Problem {
    match refused {
        TrySendError::Full(_) => Problem::unavailable("the database's queue is full"),
        TrySendError::Disconnected(_) => Problem::unavailable("the database's threads are gone"),
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).map_err(Problem::internal)
}
