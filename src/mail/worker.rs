//! The worker: takes up the mails that wait, one after the other, and sends them.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant as Ticks};

use super::content::Kind;
use super::outbox::{self, Leased, Outcome};
use super::preparing::{self, Prepared};
use super::transport::Refusal;
use crate::access::random;
use crate::app::App;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Author;

/// How often it looks whether it is to stop.
const TICK: Duration = Duration::from_millis(250);
/// How often it looks for mails that another node put in, or whose time has come.
const ROUND: Duration = Duration::from_secs(2);
/// How long it rests when the mail server, or the database, can't be had.
const REST: Duration = Duration::from_secs(15);
/// How long it waits before it tries again to write down what came of a mail.
const SETTLING_PAUSE: Duration = Duration::from_secs(1);
/// So long before the end of the lease it stops trying: a write that was begun ends before another node takes the mail up,
/// whose clock may differ.
const SETTLED_BEFORE: Duration = Duration::from_secs(30);
/// How long a mail waits after its first failure; twice as long after each further one.
const PAUSE: Duration = Duration::from_secs(30);
/// The longest that a mail waits.
const LONGEST_PAUSE: Duration = Duration::from_secs(4 * 3600);
/// After so many attempts, in some three days, a mail is given up.
pub const ATTEMPTS: i64 = 24;

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There was nothing to do.
    Idle,
    /// The mail server took a mail.
    Sent,
    /// A mail was not needed any more.
    Needless,
    /// A mail was not taken, and will be tried again.
    Postponed {
        /// Whether the next would fare alike.
        all: bool,
    },
    /// A mail was given up.
    Failed,
}

/// Takes up one mail, if there is one whose time has come, and sends it.
///
/// # Errors
/// `unavailable` when the database can't be had: the mail is taken up again once its lease is over.
pub async fn step(app: &Arc<App>) -> Result<Step> {
    match take(app).await? {
        Some(leased) => work(app, leased).await,
        None => Ok(Step::Idle),
    }
}

/// Takes up one mail: it is this worker's until its lease is over.
///
/// # Errors
/// `unavailable`.
pub async fn take(app: &Arc<App>) -> Result<Option<Leased>> {
    let now = app.clock.now();
    // Asked of a reader first: most of the time nothing waits, and no write is needed to know that.
    if app.database.read(outbox::next).await?.is_none_or(|at| at > now) {
        return Ok(None);
    }
    app.database.write(author(), outbox::take).await
}

fn author() -> Author {
    Author::command("mail")
}

/// Prepares and sends a mail that was taken up, and settles what came of it.
///
/// # Errors
/// `unavailable`: nothing was sent, or what came of it can't be written down until shortly before the lease ends.
pub async fn work(app: &Arc<App>, leased: Leased) -> Result<Step> {
    let preparing = Arc::clone(app);
    let prepared = app.database.write(author(), move |w| preparing::prepare(w, &preparing, &leased)).await;
    let (outcome, kind, step) = match prepared {
        Ok(None) => return Ok(Step::Needless),
        Ok(Some(Prepared::Needless)) => (Outcome::Needless, None, Step::Needless),
        Ok(Some(Prepared::Late(kind))) => (Outcome::Failed("expired".to_owned()), Some(kind), Step::Failed),
        Ok(Some(Prepared::Ready(mail))) => match app.mail.transport().send(&mail, app.clock.now()).await {
            Ok(()) => (Outcome::Sent, Some(mail.kind), Step::Sent),
            Err(refusal) => not_taken(app, &leased, Some(mail.kind), refusal)?,
        },
        Err(problem) if problem.code() != Code::Unavailable => {
            log::error!("mail {} can't be prepared: {}", leased.id, problem.cause().unwrap_or("?"));
            again(app, &leased, None, "preparing", false)?
        }
        Err(problem) => return Err(problem),
    };
    if !settle(app, leased, &outcome).await? {
        log::warn!("mail {} was withdrawn, or its lease ran out, while it was on its way", leased.id);
    }
    tell(leased, kind, &outcome);
    app.metrics.mail(&outcome);
    Ok(step)
}

/// Writes down what came of a mail; while that can't be done it is tried again, for a mail that was sent and isn't settled
/// is sent once more by whoever takes it up next.
async fn settle(app: &App, leased: Leased, outcome: &Outcome) -> Result<bool> {
    let mut waits = false;
    loop {
        let settling = outcome.clone();
        let written = app.database.write(author(), move |w| outbox::settle(w, &leased, &settling)).await;
        let problem = match written {
            // What was answered with a failure may have been written down all the same.
            Ok(settled) => return Ok(settled || waits),
            Err(problem) => problem,
        };
        let cause = problem.cause().unwrap_or("?");
        if app.clock.now().plus(SETTLING_PAUSE + SETTLED_BEFORE) >= leased.until {
            if *outcome == Outcome::Sent {
                log::error!("mail {} was sent, may be sent again: it can't be settled ({cause})", leased.id);
            }
            return Err(problem);
        }
        if !waits {
            log::warn!("mail {} waits to be settled: {cause}", leased.id);
        }
        waits = true;
        tokio::time::sleep(SETTLING_PAUSE).await;
    }
}

type Came = (Outcome, Option<Kind>, Step);

fn not_taken(app: &App, leased: &Leased, kind: Option<Kind>, refusal: Refusal) -> Result<Came> {
    let said = refusal.to_string();
    if refusal.is_final() {
        return Ok((Outcome::Failed(said), kind, Step::Failed));
    }
    again(app, leased, kind, &said, refusal.concerns_all())
}

/// Tried again later, unless it was tried often enough.
fn again(app: &App, leased: &Leased, kind: Option<Kind>, said: &str, all: bool) -> Result<Came> {
    if leased.attempt >= ATTEMPTS {
        return Ok((Outcome::Failed(said.to_owned()), kind, Step::Failed));
    }
    let chance = u64::from_be_bytes(random::bytes()?);
    let at = app.clock.now().plus(pause(leased.attempt, chance));
    Ok((Outcome::Again(at, said.to_owned()), kind, Step::Postponed { all }))
}

/// How long a mail waits after its so manieth attempt failed, from 1: twice as long each time, a fifth more or less as
/// chance has it, so that mails that failed together don't come back together.
fn pause(attempt: i64, chance: u64) -> Duration {
    let doublings = u32::try_from(attempt - 1).unwrap_or_default().min(16);
    let whole = PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    let thousandths = 800 + u32::try_from(chance % 401).unwrap_or_default();
    whole * thousandths / 1000
}

fn tell(leased: Leased, kind: Option<Kind>, outcome: &Outcome) {
    let (id, kind) = (leased.id, kind.map_or("unread", Kind::as_str));
    match outcome {
        Outcome::Sent => log::info!("mail {id} ({kind}) was sent"),
        // Of what nobody needs nothing is told: for whom there is no account is nobody's to know.
        Outcome::Needless => {}
        Outcome::Again(at, said) => log::warn!("mail {id} ({kind}) was not taken ({said}); again at {at}"),
        Outcome::Failed(said) => log::error!("mail {id} ({kind}) was given up ({said})"),
    }
}

/// Starts the thread that sends mail until the server stops. Where no mail is sent there is none.
///
/// # Errors
/// `internal` when the system gives no thread.
pub fn start(app: &Arc<App>, stopped: impl Fn() -> bool + Send + 'static) -> Result<()> {
    if !app.mail.is_on() || !app.settings.mail_worker {
        return Ok(());
    }
    let rung = app.mail.rung.clone();
    let app = Arc::downgrade(app);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::internal)?;
    let send = move || {
        let mut look_at = Ticks::now();
        while !stopped() {
            let woken = rung.recv_timeout(TICK).is_ok();
            if woken || Ticks::now() >= look_at {
                let Some(rest) = runtime.block_on(round(&app, &stopped)) else { return };
                look_at = Ticks::now() + rest;
            }
        }
    };
    std::thread::Builder::new().name("mail".to_owned()).spawn(send).map(|_| ()).map_err(Problem::internal)
}

/// Sends what waits; how long to rest after it. None when the server is gone.
async fn round(app: &Weak<App>, stopped: &impl Fn() -> bool) -> Option<Duration> {
    let app = app.upgrade()?;
    loop {
        let rest = match step(&app).await {
            Ok(Step::Idle) => ROUND,
            Ok(Step::Postponed { all: true }) => REST,
            Ok(_) if stopped() => ROUND,
            Ok(_) => continue,
            Err(problem) => {
                log::warn!("mail waits: {}", problem.cause().unwrap_or("?"));
                REST
            }
        };
        match app.database.read(outbox::waiting).await {
            Ok(waiting) => app.metrics.mails_waiting(waiting),
            Err(problem) => log::debug!("mails are not counted: {}", problem.cause().unwrap_or("?")),
        }
        return Some(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_four_hours_and_keep_apart() {
        let seconds = |attempt, chance| pause(attempt, chance).as_secs();
        assert_eq!([1, 2, 3, 9].map(|attempt| seconds(attempt, 200)), [30, 60, 120, 7680]);
        assert_eq!([10, 23, 1000].map(|attempt| seconds(attempt, 200)), [14_400; 3]);
        assert_eq!([0, 200, 400, 401, u64::MAX].map(|chance| seconds(3, chance)), [96, 120, 144, 96, 103]);
        let all: u64 = (1..ATTEMPTS).map(|attempt| seconds(attempt, 200)).sum();
        assert!((2 * 24 * 3600..3 * 24 * 3600).contains(&all), "{all}");
    }
}
