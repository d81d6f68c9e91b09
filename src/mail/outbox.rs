//! The table of mails that wait.
//!
//! A worker takes a row up by moving its `next_attempt_at` to the end of a lease, on the condition that it still
//! stands where the worker saw it: of any number of nodes one succeeds. Whoever takes it up makes a new mark
//! (`leased_by`), and only who holds the mark settles what came of it. A worker that is killed settles nothing, and the row
//! is taken up again when the lease is over. Nothing asks how long somebody may hold a row but the lease itself,
//! which is longer than any attempt ([`LEASE`]).

use std::time::Duration;

use diesel::prelude::*;

use super::content::{self, Content, Kind};
use crate::app::App;
use crate::db::Db;
use crate::db::schema::outbox;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::{AnyId, Instant, InvitationId};

/// How long a worker has a mail to itself: longer than `smtp_timeout_seconds` can be, and than clocks of nodes differ.
pub const LEASE: Duration = Duration::from_secs(300);
/// How many rows a worker looks at to find one that it can take up.
const LOOKED_AT: i64 = 8;

/// A mail to be sent.
pub struct NewMail {
    /// What it is.
    pub kind: Kind,
    /// The invitation that it carries.
    pub invitation: Option<InvitationId>,
    /// What is sealed of it.
    pub content: Content,
    /// From when it may be sent.
    pub from: Instant,
    /// Until when it is of use.
    pub until: Instant,
}

/// Has a mail wait to be sent, in the transaction of what it tells of.
///
/// # Errors
/// As [`crate::access::keys::Keys::seal`]; the engine's.
pub fn put(w: &mut Writer<'_>, app: &App, new: &NewMail) -> Result<AnyId> {
    let (id, now): (AnyId, Instant) = (w.new_id(), w.now());
    let sealed = content::seal(&app.keys, w, id, &new.content)?;
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(id),
            outbox::kind.eq(new.kind.as_str()),
            outbox::invitation_id.eq(new.invitation),
            outbox::created_at.eq(now),
            outbox::expires_at.eq(new.until),
            outbox::attempts.eq(0),
            outbox::next_attempt_at.eq(Some(new.from)),
            outbox::sealed.eq(Some(sealed)),
        ))
        .execute(w.db())?;
    let bell = app.mail.bell();
    w.after_commit(move || {
        // It rings already: that is enough.
        let _ = bell.try_send(());
    });
    Ok(id)
}

/// Takes back the mail of an invitation that is no longer to be sent, and forgets whom it was for.
///
/// # Errors
/// The engine's.
pub fn withdraw(w: &mut Writer<'_>, invitation: InvitationId) -> Result<()> {
    let waiting = outbox::table
        .filter(outbox::invitation_id.eq(Some(invitation)))
        .filter(outbox::next_attempt_at.is_not_null());
    diesel::delete(waiting).execute(w.db())?;
    Ok(())
}

/// A mail that a worker has to itself until its lease is over.
#[derive(Debug, Clone, Copy)]
pub struct Leased {
    /// Which.
    pub id: AnyId,
    mark: AnyId,
    /// The how-manieth attempt it is, from 1.
    pub attempt: i64,
    /// When the lease is over.
    pub until: Instant,
}

/// When the first of the waiting mails may be sent.
///
/// # Errors
/// The engine's.
pub fn next(db: &mut Db) -> Result<Option<Instant>> {
    let first: Option<Option<Instant>> = outbox::table
        .filter(outbox::next_attempt_at.is_not_null())
        .order(outbox::next_attempt_at)
        .select(outbox::next_attempt_at)
        .first(db)
        .optional()?;
    Ok(first.flatten())
}

/// How many mails wait, those that are being sent included.
///
/// # Errors
/// The engine's.
pub fn waiting(db: &mut Db) -> Result<i64> {
    Ok(outbox::table.filter(outbox::next_attempt_at.is_not_null()).count().get_result(db)?)
}

/// How many mails could have left before that moment, and wait all the same.
///
/// # Errors
/// The engine's.
pub fn overdue(db: &mut Db, before: Instant) -> Result<i64> {
    Ok(outbox::table.filter(outbox::next_attempt_at.lt(Some(before))).count().get_result(db)?)
}

/// Takes up a mail whose time has come, if there is one.
///
/// # Errors
/// The engine's.
pub fn take(w: &mut Writer<'_>) -> Result<Option<Leased>> {
    let now = w.now();
    let due: Vec<(AnyId, Option<Instant>, i64)> = outbox::table
        .filter(outbox::next_attempt_at.le(Some(now)))
        .order(outbox::next_attempt_at)
        .limit(LOOKED_AT)
        .select((outbox::id, outbox::next_attempt_at, outbox::attempts))
        .load(w.db())?;
    for (id, seen, attempts) in due {
        let leased = Leased { id, mark: w.new_id(), attempt: attempts + 1, until: now.plus(LEASE) };
        // Another may have taken it up since it was read.
        let taken = diesel::update(outbox::table.find(id).filter(outbox::next_attempt_at.eq(seen)))
            .set((
                outbox::next_attempt_at.eq(Some(leased.until)),
                outbox::leased_by.eq(Some(leased.mark)),
                outbox::attempts.eq(leased.attempt),
            ))
            .execute(w.db())?;
        if taken == 1 {
            return Ok(Some(leased));
        }
    }
    Ok(None)
}

/// A mail as it waits.
pub struct Waiting {
    /// What it is.
    pub kind: Kind,
    /// The invitation that it carries.
    pub invitation: Option<InvitationId>,
    /// What is sealed of it.
    pub content: Content,
    /// When it was put in.
    pub created_at: Instant,
    /// Until when it is of use.
    pub expires_at: Instant,
}

type Row = (String, Option<InvitationId>, Option<Vec<u8>>, Instant, Instant);

/// The mail that was taken up; none when it is another's by now, or was withdrawn.
///
/// # Errors
/// As [`content::open`].
pub fn read(w: &mut Writer<'_>, app: &App, leased: &Leased) -> Result<Option<Waiting>> {
    let row: Option<Row> = outbox::table
        .find(leased.id)
        .filter(outbox::leased_by.eq(Some(leased.mark)))
        .filter(outbox::next_attempt_at.is_not_null())
        .select((outbox::kind, outbox::invitation_id, outbox::sealed, outbox::created_at, outbox::expires_at))
        .first(w.db())
        .optional()?;
    let Some((kind, invitation, Some(sealed), created_at, expires_at)) = row else { return Ok(None) };
    let content = content::open(&app.keys, w.db(), leased.id, &sealed)?;
    Ok(Some(Waiting { kind: Kind::parse(&kind)?, invitation, content, created_at, expires_at }))
}

/// Keeps what was added to a mail's content.
///
/// # Errors
/// As [`crate::access::keys::Keys::seal`]; the engine's.
pub fn seal_anew(w: &mut Writer<'_>, app: &App, leased: &Leased, content: &Content) -> Result<()> {
    let sealed = content::seal(&app.keys, w, leased.id, content)?;
    diesel::update(outbox::table.find(leased.id)).set(outbox::sealed.eq(Some(sealed))).execute(w.db())?;
    Ok(())
}

/// What came of a mail that was taken up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server took it.
    Sent,
    /// It is not needed any more: nothing is left of it.
    Needless,
    /// It was not taken, and is tried again at that moment.
    Again(Instant, String),
    /// It was not taken, and is not tried again.
    Failed(String),
}

/// Writes down what came of a mail; false when it is another's by now, or was withdrawn meanwhile.
///
/// # Errors
/// The engine's.
pub fn settle(w: &mut Writer<'_>, leased: &Leased, outcome: &Outcome) -> Result<bool> {
    let now = w.now();
    let row = outbox::table.find(leased.id).filter(outbox::leased_by.eq(Some(leased.mark)));
    let settled = match outcome {
        Outcome::Needless => diesel::delete(row).execute(w.db())?,
        Outcome::Again(at, error) => diesel::update(row)
            .set((
                outbox::next_attempt_at.eq(Some(*at)),
                outbox::leased_by.eq(None::<AnyId>),
                outbox::last_error.eq(Some(error)),
            ))
            .execute(w.db())?,
        Outcome::Sent => diesel::update(row)
            .set((
                outbox::next_attempt_at.eq(None::<Instant>),
                outbox::leased_by.eq(None::<AnyId>),
                outbox::sealed.eq(None::<Vec<u8>>),
                outbox::sent_at.eq(Some(now)),
            ))
            .execute(w.db())?,
        Outcome::Failed(error) => diesel::update(row)
            .set((
                outbox::next_attempt_at.eq(None::<Instant>),
                outbox::leased_by.eq(None::<AnyId>),
                outbox::sealed.eq(None::<Vec<u8>>),
                outbox::failed_at.eq(Some(now)),
                outbox::last_error.eq(Some(error)),
            ))
            .execute(w.db())?,
    };
    Ok(settled == 1)
}
