//! The follower: a thread that keeps this node's view of revocations and keys fresh.
//!
//! It has a connection of its own, so that a full queue of other work can't make tokens unjudgeable.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant as Monotonic};

use diesel::prelude::*;

use super::revocations::Revocation;
use crate::app::App;
use crate::db::schema::revocations;
use crate::db::{Db, dialect};
use crate::http::problem::{Problem, Result};
use crate::types::{AccessTokenId, Instant, SessionId, UserId};

/// How often the revocations are asked for.
const POLL: Duration = Duration::from_millis(250);
/// How often the keys are.
const KEYS: Duration = Duration::from_secs(2);
/// Revocations are dated when their transaction begins and seen when it has ended: how far back a
/// poll looks beyond what it has seen. No transaction lasts that long.
const OVERLAP: Duration = Duration::from_secs(60);

/// How often the clocks are compared.
const CLOCKS: Duration = Duration::from_secs(60);
/// How far this node's clock may be from the database's. Revocations are dated by the node that writes
/// them, so two nodes may differ by twice as much, which [`OVERLAP`] covers.
const SKEW: Duration = Duration::from_secs(10);

/// Starts following; the first look has been taken when this returns. Ends with the application.
///
/// # Errors
/// `unavailable` when the database is out of reach; `internal` when this node's clock is far from the
/// database's, or the system gives no thread.
pub fn start(app: &Arc<App>) -> Result<()> {
    let mut db = app.database.target().connect()?;
    compare_clocks(app, &mut db)?;
    poll(app, &mut db, lifetime(app))?;
    let app = Arc::downgrade(app);
    std::thread::Builder::new()
        .name("revocations".to_owned())
        .spawn(move || follow(&app, Some(db)))
        .map(|_| ())
        .map_err(Problem::internal)
}

/// How long a revocation matters: as long as a token may live, and some for clocks that differ.
pub fn lifetime(app: &App) -> Duration {
    Duration::from_secs(u64::from(app.settings.access_token_seconds)) + OVERLAP
}

fn follow(app: &Weak<App>, mut connection: Option<Db>) {
    let mut seen = Seen { keys: Monotonic::now(), clocks: Monotonic::now() };
    loop {
        std::thread::sleep(POLL);
        let Some(app) = app.upgrade() else { return };
        if let Err(problem) = step(&app, &mut connection, &mut seen) {
            app.revocations.lose();
            log::warn!("revocations can't be followed: {}", problem.cause().unwrap_or("?"));
            connection = None;
        }
    }
}

/// When something that is looked at less often was last looked at.
struct Seen {
    keys: Monotonic,
    clocks: Monotonic,
}

fn step(app: &App, connection: &mut Option<Db>, seen: &mut Seen) -> Result<()> {
    let (db, back) = match connection {
        Some(db) => (db, OVERLAP),
        // After an interruption everything that still matters is read again.
        None => (connection.insert(app.database.target().connect()?), lifetime(app)),
    };
    poll(app, db, back)?;
    // What these meet must not keep the next poll from coming in time.
    if seen.keys.elapsed() >= KEYS {
        seen.keys = Monotonic::now();
        match app.keys.reload(db) {
            Ok(true) => app.verifier.set_keys(app.keys.public_keys()),
            Ok(false) => {}
            Err(problem) if problem.database().is_some() => return Err(problem),
            Err(problem) => log::error!("the keys can't be read: {}", problem.cause().unwrap_or("?")),
        }
    }
    if seen.clocks.elapsed() >= CLOCKS {
        seen.clocks = Monotonic::now();
        match compare_clocks(app, db) {
            Err(problem) if problem.database().is_none() => {
                log::error!("{}", problem.cause().unwrap_or("?"));
            }
            compared => compared?,
        }
    }
    Ok(())
}

/// Refuses a clock that is far from the database's, which all nodes share.
fn compare_clocks(app: &App, db: &mut Db) -> Result<()> {
    let before = app.clock.now();
    let Some(theirs) = dialect::clock(db)? else { return Ok(()) };
    let after = app.clock.now();
    let skew = theirs.since(after).max(before.since(theirs));
    if skew <= SKEW {
        return Ok(());
    }
    Err(Problem::internal(format!(
        "this node's clock differs from the database server's by {} s: revocations would be overlooked; \
         set both by NTP",
        skew.as_secs()
    )))
}

type Row = (Option<SessionId>, Option<UserId>, Option<AccessTokenId>, Option<i64>, Instant);

fn poll(app: &App, db: &mut Db, back: Duration) -> Result<()> {
    let began = app.clock.now();
    let rows: Vec<Row> = revocations::table
        .filter(revocations::at.gt(began.minus(back)))
        .select((
            revocations::session_id,
            revocations::user_id,
            revocations::token_id,
            revocations::epoch,
            revocations::at,
        ))
        .load(db)?;
    let lifetime = lifetime(app);
    let found = rows.into_iter().filter_map(|(session, user, token, epoch, at)| {
        let until = at.plus(lifetime);
        match (session, user.map(UserId::uuid).or(token.map(AccessTokenId::uuid)), epoch) {
            (Some(session), _, _) => Some(Revocation::Session { session, until }),
            (None, Some(subject), Some(minimum)) => Some(Revocation::Epoch { subject, minimum, until }),
            _ => None,
        }
    });
    app.revocations.apply(began, found);
    Ok(())
}
