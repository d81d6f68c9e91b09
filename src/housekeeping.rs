//! Housekeeping: what has expired is removed, a little at a time.

use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel::prelude::*;

use crate::access::{follower, keys};
use crate::app::App;
use crate::db::schema::{idempotency_keys, invitations, reset_codes, revocations, sessions};
use crate::http::idempotency;
use crate::http::problem::{Problem, Result};
use crate::journal::{Author, Writer};
use crate::types::Instant;

/// How often it looks.
const INTERVAL: Duration = Duration::from_secs(600);
/// How long an ended session is remembered: an address that signed in within these days is known.
const SESSIONS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long an invitation or reset code can still be looked up after it expired.
const CODES_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// What one round removed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Sessions that ended or expired.
    pub sessions: usize,
    /// Revocations that no living token needs.
    pub revocations: usize,
    /// Kept answers.
    pub idempotency_keys: usize,
    /// Invitations that expired and made no member.
    pub invitations: usize,
    /// Reset codes.
    pub reset_codes: usize,
    /// Signing keys retired long ago.
    pub signing_keys: usize,
}

/// Starts the thread that keeps house until the server stops.
///
/// # Errors
/// `internal` when the system gives no thread.
pub fn start(app: &Arc<App>, stopped: impl Fn() -> bool + Send + 'static) -> Result<()> {
    let app = Arc::downgrade(app);
    std::thread::Builder::new()
        .name("housekeeping".to_owned())
        .spawn(move || keep(&app, stopped))
        .map(|_| ())
        .map_err(Problem::internal)
}

fn keep(app: &Weak<App>, stopped: impl Fn() -> bool) {
    let mut rested = INTERVAL / 2;
    loop {
        std::thread::sleep(Duration::from_millis(500));
        rested += Duration::from_millis(500);
        if stopped() {
            return;
        }
        let Some(app) = app.upgrade() else { return };
        if rested >= INTERVAL {
            rested = Duration::ZERO;
            match block(round(&app)) {
                Ok(removed) if removed != Removed::default() => log::info!("housekeeping: {removed:?}"),
                Ok(_) => {}
                Err(problem) => log::warn!("housekeeping waits: {}", problem.cause().unwrap_or("?")),
            }
        }
    }
}

fn block<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().build().map_err(Problem::internal)?.block_on(future)
}

/// One round.
///
/// # Errors
/// `unavailable` when the database can't be written to now.
pub async fn round(app: &Arc<App>) -> Result<Removed> {
    let lifetime = follower::lifetime(app);
    app.database.write(Author::command("housekeeping"), move |writer| remove(writer, lifetime)).await
}

fn remove(writer: &mut Writer<'_>, lifetime: Duration) -> Result<Removed> {
    let now: Instant = writer.now();
    let db = writer.db();
    let sessions_before = now.minus(SESSIONS_KEPT);
    let codes_before = now.minus(CODES_KEPT);
    Ok(Removed {
        sessions: diesel::delete(
            sessions::table
                .filter(sessions::expires_at.lt(now))
                .filter(sessions::last_used_at.lt(sessions_before)),
        )
        .execute(db)?,
        revocations: diesel::delete(revocations::table.filter(revocations::at.lt(now.minus(lifetime))))
            .execute(db)?,
        idempotency_keys: diesel::delete(
            idempotency_keys::table.filter(idempotency_keys::created_at.lt(now.minus(idempotency::KEPT))),
        )
        .execute(db)?,
        invitations: diesel::delete(
            invitations::table
                .filter(invitations::expires_at.lt(codes_before))
                .filter(invitations::accepted_at.is_null()),
        )
        .execute(db)?,
        reset_codes: diesel::delete(reset_codes::table.filter(reset_codes::expires_at.lt(codes_before)))
            .execute(db)?,
        signing_keys: keys::forget_retired(db, now)?,
    })
}
