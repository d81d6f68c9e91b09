//! A write that waits for its turn: the job, and whom to tell.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::keeper::{Meaning, as_answer, meaning};
use crate::access::revocations::Revocations;
use crate::db::Db;
use crate::http::problem::{Problem, Result};
use crate::journal::{Author, Effect, Writer};
use crate::types::{Clock, IdMaker};

/// How a run ended, for the writer to commit or roll back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ran {
    /// Commit it.
    Done,
    /// Roll it back; its answer is a refusal.
    Refused,
    /// Roll it back and run it again.
    Rerun,
    /// Roll it back; the engine couldn't.
    Unavailable,
}

/// A write of any answer type.
pub(super) trait Work: Send {
    /// Whether somebody still waits for the answer.
    fn is_wanted(&self) -> bool;
    /// Runs the job inside the transaction that the writer opened.
    fn run(&mut self, db: &mut Db) -> Ran;
    /// Tells the caller: what the last run answered, or that it came to nothing.
    fn answer(self: Box<Self>, lost: Option<Problem>);
}

/// What every writer is handed.
pub(super) struct Context {
    pub(super) clock: Clock,
    pub(super) ids: IdMaker,
    pub(super) revocations: Arc<Revocations>,
}

pub(super) struct Pending<T, F> {
    job: F,
    author: Author,
    context: Context,
    outcome: Option<Result<T>>,
    effects: Vec<Effect>,
    sender: oneshot::Sender<Result<T>>,
}

impl<T, F> Pending<T, F> {
    pub(super) fn new(job: F, author: Author, context: Context, sender: oneshot::Sender<Result<T>>) -> Self {
        Self { job, author, context, outcome: None, effects: Vec::new(), sender }
    }
}

impl<T, F> Work for Pending<T, F>
where
    T: Send,
    F: Fn(&mut Writer<'_>) -> Result<T> + Send,
{
    fn is_wanted(&self) -> bool {
        !self.sender.is_closed()
    }

    fn run(&mut self, db: &mut Db) -> Ran {
        self.outcome = None;
        let context = &self.context;
        let mut writer =
            Writer::new(db, &self.author, context.clock.now(), &context.ids, &context.revocations);
        let outcome = (self.job)(&mut writer);
        self.effects = writer.into_effects();
        let ran = match &outcome {
            Ok(_) => Ran::Done,
            Err(problem) => match problem.database().map(meaning) {
                Some(Meaning::Rerun) => Ran::Rerun,
                Some(Meaning::Unavailable) => Ran::Unavailable,
                Some(Meaning::Refused) | None => Ran::Refused,
            },
        };
        self.outcome = Some(outcome);
        ran
    }

    fn answer(self: Box<Self>, lost: Option<Problem>) {
        let answer = match (lost, self.outcome) {
            (None, Some(Ok(value))) => {
                self.effects.into_iter().for_each(|effect| effect());
                Ok(value)
            }
            (None, Some(Err(problem))) => Err(as_answer(problem)),
            (Some(problem), _) => Err(problem),
            (None, None) => Err(Problem::internal("a write panicked")),
        };
        // Nobody listens when the caller has gone away; the write stands all the same.
        let _ = self.sender.send(answer);
    }
}
