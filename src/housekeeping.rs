//! Housekeeping: what has expired is removed, and who is silent is reminded, a little at a time.

use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel::prelude::*;

use crate::access::{follower, keys};
use crate::access_tokens::uses;
use crate::app::App;
use crate::db::schema::{
    idempotency_keys, invitations, mailed_resets, outbox, reset_codes, revocations, sessions,
};
use crate::db::{self, Db};
use crate::http::idempotency;
use crate::http::problem::{Problem, Result};
use crate::journal::Author;
use crate::mail::outbox as mails;
use crate::types::{AnyId, Instant};
use crate::{accounts, programmes, visits};

/// How often it looks.
const INTERVAL: Duration = Duration::from_secs(600);
/// How often the thread wakes.
const TICK: Duration = Duration::from_millis(500);
/// For how long the uses of access tokens are gathered before they are written down.
const GATHERED: Duration = Duration::from_secs(60);
/// How long an ended session is remembered: an address that signed in within these days is known.
const SESSIONS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long an invitation or reset code can still be looked up after it expired, and what became of a mail.
const CODES_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long a mail waits that nobody needs any more, for a worker to write down that it came too late. Where none runs
/// it is removed, and with it whom it was for.
const EXPIRED_MAILS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long after its time a mail is overdue: a worker takes them up within seconds.
const OVERDUE: Duration = Duration::from_secs(600);

/// How long after an account was erased all is written that was being written meanwhile: no write takes longer.
const ERASED_BEFORE: Duration = Duration::from_secs(60);

/// How many rows one write removes at the most.
const BATCH: usize = 1000;
/// Of how many visits one write records reminders.
const REMINDERS: i64 = 50;
/// In how many programmes one write has removals take effect.
const REMOVALS: i64 = 20;

/// Removes the first rows of a table, by its key, of which a condition holds.
macro_rules! remove {
    ($db:expr, $table:ident, $key:ident: $type:ty, $condition:expr) => {{
        let keys =
            $table::table.filter($condition).select($table::$key).limit(BATCH as i64).load::<$type>($db)?;
        let found = keys.len();
        // On PostgreSQL a row may have changed since it was found.
        let removed = diesel::delete($table::table.filter($table::$key.eq_any(keys)).filter($condition))
            .execute($db)?;
        Ok(Batch { found, removed })
    }};
}

/// What one round did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Sessions that ended or expired.
    pub sessions: usize,
    /// Revocations that no living token needs.
    pub revocations: usize,
    /// Kept answers.
    pub idempotency_keys: usize,
    /// Invitations that expired and made no member.
    pub invitations: usize,
    /// Reset codes, and what was mailed for a new password.
    pub reset_codes: usize,
    /// Mails that were sent or given up, or wait although they are of no use any more.
    pub mails: usize,
    /// Mails that wait and should have left by now: none is removed for that.
    pub mails_overdue: i64,
    /// E-mail addresses that accounts had before.
    pub emails: usize,
    /// Signing keys retired long ago.
    pub signing_keys: usize,
    /// Visits of whose report somebody was reminded.
    pub reminders: usize,
    /// Programmes in which the removal of a partner took effect.
    pub removals: usize,
    /// Accounts erased lately of which something was written down while they were being erased.
    pub erasures: usize,
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
    let (mut rested, mut gathered) = (INTERVAL / 2, Duration::ZERO);
    loop {
        std::thread::sleep(TICK);
        rested += TICK;
        gathered += TICK;
        if stopped() {
            return;
        }
        let Some(app) = app.upgrade() else { return };
        if gathered >= GATHERED {
            gathered = Duration::ZERO;
            if let Err(problem) = db::block(uses::write_down(&app)) {
                log::warn!("the uses of access tokens wait: {}", problem.cause().unwrap_or("?"));
            }
        }
        if rested >= INTERVAL {
            rested = Duration::ZERO;
            match db::block(round(&app)) {
                Ok(done) if done != Round::default() => tell(&done),
                Ok(_) => {}
                Err(problem) => log::warn!("housekeeping waits: {}", problem.cause().unwrap_or("?")),
            }
        }
    }
}

fn tell(done: &Round) {
    log::info!("housekeeping: {done:?}");
    if done.mails_overdue > 0 {
        log::warn!(
            "{} mails should have left {} minutes ago or earlier: does a node send them (mail_transport, mail_worker)?",
            done.mails_overdue,
            OVERDUE.as_secs() / 60
        );
    }
}

/// One round: batches of rows, a write each, so that what people write never waits long.
///
/// # Errors
/// `unavailable` when the database can't be written to now.
pub async fn round(app: &Arc<App>) -> Result<Round> {
    let (now, lifetime) = (app.clock.now(), follower::lifetime(app));
    let codes_before = now.minus(CODES_KEPT);
    Ok(Round {
        // Before all that may fail.
        erasures: finish_erasures(app, now.minus(ERASED_BEFORE)).await?,
        sessions: until_done(app, move |db| {
            remove!(
                db,
                sessions,
                id: AnyId,
                sessions::expires_at.lt(now).and(sessions::last_used_at.lt(now.minus(SESSIONS_KEPT)))
            )
        })
        .await?,
        revocations: until_done(
            app,
            move |db| remove!(db, revocations, id: AnyId, revocations::at.lt(now.minus(lifetime))),
        )
        .await?,
        idempotency_keys: until_done(app, move |db| {
            remove!(
                db,
                idempotency_keys,
                digest: Vec<u8>,
                idempotency_keys::created_at.lt(now.minus(idempotency::KEPT))
            )
        })
        .await?,
        invitations: until_done(app, move |db| {
            remove!(
                db,
                invitations,
                id: AnyId,
                invitations::expires_at.lt(codes_before).and(invitations::accepted_at.is_null())
            )
        })
        .await?,
        reset_codes: remove_reset_codes(app, codes_before).await?,
        mails: remove_mails(app, now, codes_before).await?,
        // Counted after what is of no use is gone.
        mails_overdue: app.database.read(move |db| mails::overdue(db, now.minus(OVERDUE))).await?,
        emails: until_done(app, move |db| {
            let (found, removed) = accounts::store::forget_earlier_emails(db, now, BATCH as i64)?;
            Ok(Batch { found, removed })
        })
        .await?,
        signing_keys: app
            .database
            .write(Author::command("housekeeping"), move |writer| keys::forget_retired(writer.db(), now))
            .await?,
        reminders: remind(app).await?,
        removals: remove_partners(app).await?,
    })
}

/// Removes reset codes, and what was mailed for a new password, that expired before then.
async fn remove_reset_codes(app: &App, before: Instant) -> Result<usize> {
    let codes =
        until_done(app, move |db| remove!(db, reset_codes, id: AnyId, reset_codes::expires_at.lt(before)))
            .await?;
    let mailed =
        move |db: &mut Db| remove!(db, mailed_resets, digest: Vec<u8>, mailed_resets::expires_at.lt(before));
    Ok(codes + until_done(app, mailed).await?)
}

/// Removes mails of before then of which all is done, and those that wait and are of no use any more.
async fn remove_mails(app: &App, now: Instant, before: Instant) -> Result<usize> {
    let done = until_done(
        app,
        move |db| remove!(db, outbox, id: AnyId, outbox::created_at.lt(before).and(outbox::next_attempt_at.is_null())),
    );
    let useless = until_done(app, move |db| {
        remove!(
            db,
            outbox,
            id: AnyId,
            outbox::expires_at.lt(now.minus(EXPIRED_MAILS_KEPT)).and(outbox::next_attempt_at.is_not_null())
        )
    });
    Ok(done.await? + useless.await?)
}

/// Records the reminders that are due.
async fn remind(app: &App) -> Result<usize> {
    let mut reminded = 0;
    loop {
        let write = app.database.write(Author::command("housekeeping"), |writer| {
            visits::store::reminders::record_due(writer, REMINDERS)
        });
        let visits = write.await?;
        reminded += visits;
        if (visits as i64) < REMINDERS {
            return Ok(reminded);
        }
    }
}

/// Has the removals take effect that were announced long enough.
async fn remove_partners(app: &App) -> Result<usize> {
    let (mut removed, mut after) = (0, None);
    loop {
        let write = app.database.write(Author::command("housekeeping"), move |writer| {
            programmes::store::due::take_effect(writer, after, REMOVALS)
        });
        let (moved, last) = write.await?;
        removed += moved;
        if last.is_none() {
            return Ok(removed);
        }
        after = last;
    }
}

/// Erases what was written of people while they were being erased; of how many there was something.
async fn finish_erasures(app: &App, erased_before: Instant) -> Result<usize> {
    let mut finished = 0;
    loop {
        let found = move |db: &mut Db| accounts::store::being_erased(db, erased_before, BATCH as i64);
        let users = app.database.read(found).await?;
        for user in &users {
            let user = *user;
            let write = app.database.write(Author::command("housekeeping"), move |writer| {
                accounts::store::finish_erasing(writer, user)
            });
            finished += usize::from(write.await?);
        }
        if users.len() < BATCH {
            return Ok(finished);
        }
    }
}

/// How many rows a write removed of those it found.
struct Batch {
    found: usize,
    removed: usize,
}

async fn until_done(
    app: &App,
    remove: impl Fn(&mut Db) -> Result<Batch> + Clone + Send + 'static,
) -> Result<usize> {
    let mut removed = 0;
    loop {
        let remove = remove.clone();
        let write = app.database.write(Author::command("housekeeping"), move |writer| remove(writer.db()));
        let batch = write.await?;
        removed += batch.removed;
        if batch.found < BATCH {
            return Ok(removed);
        }
    }
}
