//! The writer: a write's transaction, and the proof that it is journaled.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use diesel::prelude::*;

use super::entry::Entry;
use crate::access::revocations::{Revocation, Revocations};
use crate::db::schema::{journal_entries, journal_values};
use crate::db::{Db, Engine, dialect};
use crate::http::problem::Result;
use crate::natively;
use crate::types::{AccessTokenId, AnyId, IdMaker, Instant, Json, OrganisationId, SessionId, UserId};

/// Who writes, as the journal keeps it.
#[derive(Debug, Clone)]
pub struct Author {
    /// The signed-in user; none for strangers and the command line.
    pub user: Option<UserId>,
    /// Their session.
    pub session: Option<SessionId>,
    /// The access token through which a machine wrote; `user` is who answers for it.
    pub token: Option<AccessTokenId>,
    /// From which address; none for the command line and the server's own threads.
    pub address: Option<IpAddr>,
    /// The request's id; of the command line, the command's name.
    pub request_id: String,
}

impl Author {
    /// The operator, through a command.
    pub fn command(name: &str) -> Self {
        let request_id = format!("command:{name}");
        Self { user: None, session: None, token: None, address: None, request_id }
    }
}

/// What has to happen on this node once the transaction is durable.
pub type Effect = Box<dyn FnOnce() + Send>;

/// A write's transaction. Stores take it instead of a bare connection, so that no write function
/// can be called where nothing could be journaled.
pub struct Writer<'a> {
    db: &'a mut Db,
    author: &'a Author,
    now: Instant,
    ids: &'a IdMaker,
    revocations: &'a Arc<Revocations>,
    on_behalf_of: Option<OrganisationId>,
    entries: i64,
    next_seq: Option<i64>,
    effects: Vec<Effect>,
}

#[derive(Insertable)]
// None is null: with `default` in its place the statement would be read and planned anew each time.
#[diesel(table_name = journal_entries, treat_none_as_default_value = false)]
struct EntryRow<'a> {
    id: AnyId,
    seq: Option<i64>,
    position: i64,
    at: Instant,
    action: &'a str,
    thing_kind: &'a str,
    thing_id: AnyId,
    thing_version: i64,
    user_id: Option<UserId>,
    session_id: Option<SessionId>,
    token_id: Option<AccessTokenId>,
    organisation_id: Option<OrganisationId>,
    request_id: &'a str,
    digests: Json<serde_json::Value>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        db: &'a mut Db,
        author: &'a Author,
        now: Instant,
        ids: &'a IdMaker,
        revocations: &'a Arc<Revocations>,
    ) -> Self {
        let (on_behalf_of, entries, next_seq, effects) = (None, 0, None, Vec::new());
        Self { db, author, now, ids, revocations, on_behalf_of, entries, next_seq, effects }
    }

    /// The connection, inside the transaction.
    pub fn db(&mut self) -> &mut Db {
        self.db
    }

    /// Which engine is written to.
    pub fn engine(&self) -> Engine {
        match self.db {
            Db::Sqlite(_) => Engine::Sqlite,
            Db::Postgres(_) => Engine::Postgres,
        }
    }

    /// The write's instant: one for all that it does.
    pub fn now(&self) -> Instant {
        self.now
    }

    /// Who writes.
    pub fn author(&self) -> &Author {
        self.author
    }

    /// A new id, of the time.
    pub fn new_id<T: From<Uuid>>(&self) -> T {
        self.ids.id()
    }

    /// Says for which organisation the rest of this write acts: the guard's permit knows.
    pub fn act_for(&mut self, organisation: Option<OrganisationId>) {
        self.on_behalf_of = organisation;
    }

    /// For which organisation the write acts.
    pub fn on_behalf_of(&self) -> Option<OrganisationId> {
        self.on_behalf_of
    }

    /// Has something happen on this node after the commit, and only then.
    pub fn after_commit(&mut self, effect: impl FnOnce() + Send + 'static) {
        self.effects.push(Box::new(effect));
    }

    /// Has this node know of a revocation as soon as it is durable, without waiting for its next poll.
    pub(crate) fn note_after_commit(&mut self, revocation: Revocation) {
        let revocations = Arc::clone(self.revocations);
        self.after_commit(move || revocations.note(revocation));
    }

    pub(crate) fn into_effects(self) -> Vec<Effect> {
        self.effects
    }

    /// Appends an entry.
    ///
    /// # Errors
    /// The engine's.
    pub fn record(&mut self, entry: Entry) -> Result<()> {
        let id: AnyId = self.new_id();
        let (digests, kept) = entry.changes.split()?;
        let row = EntryRow {
            id,
            seq: self.take_seq()?,
            position: self.entries,
            at: self.now,
            action: entry.action,
            thing_kind: entry.thing.kind,
            thing_id: AnyId(entry.thing.id),
            thing_version: entry.version,
            user_id: self.author.user,
            session_id: self.author.session,
            token_id: self.author.token,
            organisation_id: self.on_behalf_of,
            request_id: &self.author.request_id,
            digests: Json::new(&digests)?.cast(),
        };
        self.entries += 1;
        let entry = diesel::insert_into(journal_entries::table).values(&row);
        if kept.is_empty() {
            natively!(self.db, connection => entry.execute(connection)?);
            return Ok(());
        }
        let values: Json<serde_json::Value> = Json::new(&kept)?.cast();
        let values = (journal_values::entry_id.eq(id), journal_values::field_values.eq(values));
        dialect::insert_both(self.db, entry, diesel::insert_into(journal_values::table).values(values))
    }

    /// SQLite's writer is its own sequencer; on PostgreSQL entries are numbered once committed.
    fn take_seq(&mut self) -> Result<Option<i64>> {
        if self.engine() == Engine::Postgres {
            return Ok(None);
        }
        let seq = match self.next_seq {
            Some(seq) => seq,
            None => {
                let last = journal_entries::table
                    .select(journal_entries::seq)
                    .filter(journal_entries::seq.is_not_null())
                    .order(journal_entries::seq.desc());
                let last: Option<Option<i64>> =
                    natively!(self.db, connection => last.first(connection).optional()?);
                let last = last.flatten();
                last.unwrap_or(0) + 1
            }
        };
        self.next_seq = Some(seq + 1);
        Ok(Some(seq))
    }
}
