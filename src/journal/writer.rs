//! The writer: a write's transaction, and the proof that it is journaled.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use diesel::prelude::*;

use super::entry::{Entry, Thing};
use super::origin::Origin;
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

/// What an entry tells of that is not told to the network's admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserved {
    /// Nothing: others know of it.
    None,
    /// A draft, which its own organisation alone sees.
    Draft,
    /// What donors and donor links bring about elsewhere.
    Donors,
}

impl Reserved {
    /// As it stands in the column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Draft => "draft",
            Self::Donors => "donors",
        }
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
    about: Option<OrganisationId>,
    draft: Option<bool>,
    of_donors: bool,
    keeps_address: bool,
    origin: Option<Origin>,
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
    about_organisation_id: Option<OrganisationId>,
    reserved: Option<&'static str>,
    address: Option<Json<serde_json::Value>>,
    address_digest: Option<String>,
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
        Self {
            db,
            author,
            now,
            ids,
            revocations,
            on_behalf_of: None,
            about: None,
            draft: None,
            of_donors: false,
            keeps_address: true,
            origin: None,
            entries: 0,
            next_seq: None,
            effects: Vec::new(),
        }
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

    /// Says which organisation the rest of this write concerns where none acts: what the network's admin does to what is
    /// its own. Of the organisation itself it goes without saying.
    pub fn concern(&mut self, organisation: impl Into<Option<OrganisationId>>) {
        self.about = organisation.into();
    }

    /// Says whether what is recorded of visits and programmes from here on is of a draft. While nobody said, or with none,
    /// it is taken for one.
    pub fn of_draft(&mut self, draft: impl Into<Option<bool>>) {
        self.draft = draft.into();
    }

    /// Says that this write comes of a donor or a donor link, whatever else it moves.
    pub fn of_donors(&mut self) {
        self.of_donors = true;
    }

    /// Keeps the address of none of what is recorded from here on.
    pub(super) fn forget_address(&mut self) {
        self.keeps_address = false;
        self.origin = None;
    }

    fn reserved(&self) -> Option<Reserved> {
        match self.draft {
            _ if self.of_donors => Some(Reserved::Donors),
            Some(true) => Some(Reserved::Draft),
            Some(false) => Some(Reserved::None),
            None => None,
        }
    }

    fn about(&self, thing: Thing) -> Option<OrganisationId> {
        let itself = (thing.kind == "organisation").then_some(OrganisationId(thing.id));
        itself.or(self.about).filter(|organisation| Some(*organisation) != self.on_behalf_of)
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
        self.append(entry).map(drop)
    }

    /// As [`Writer::record`]; the entry's id.
    pub(super) fn append(&mut self, entry: Entry) -> Result<AnyId> {
        let id: AnyId = self.new_id();
        let (digests, kept) = entry.changes.split()?;
        if let (None, Some(address), true) = (&self.origin, self.author.address, self.keeps_address) {
            self.origin = Some(Origin::of(address)?);
        }
        let seq = self.take_seq()?;
        let origin = self.origin.as_ref();
        let row = EntryRow {
            id,
            seq,
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
            about_organisation_id: self.about(entry.thing),
            reserved: self.reserved().map(Reserved::as_str),
            address: origin.map(|origin| origin.kept.clone().cast()),
            address_digest: origin.map(|origin| origin.digest.clone()),
            request_id: &self.author.request_id,
            digests: Json::new(&digests)?.cast(),
        };
        self.entries += 1;
        let entry = diesel::insert_into(journal_entries::table).values(&row);
        if kept.is_empty() {
            natively!(self.db, connection => entry.execute(connection)?);
            return Ok(id);
        }
        let values: Json<serde_json::Value> = Json::new(&kept)?.cast();
        let values = (journal_values::entry_id.eq(id), journal_values::field_values.eq(values));
        dialect::insert_both(self.db, entry, diesel::insert_into(journal_values::table).values(values))?;
        Ok(id)
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
