//! The master key, had at the start and held against the database.
//!
//! The table `master_keys` says under which key the database is sealed and holds a proof that only this key opens. What
//! is had is held against it before anything is written: a wrong key, or none, ends the start and leaves
//! everything as it was.

use diesel::prelude::*;

use super::KEYS_LOCK;
use super::source::{Source, file_for};
use crate::access::keyring::MasterKeys;
use crate::access::passphrase::Derivation;
use crate::accounts::second_factor;
use crate::config::Settings;
use crate::db::Db;
use crate::db::dialect::{self, in_transaction};
use crate::db::schema::{donor_contacts, donors, master_keys, sealed_secrets, second_factors, signing_keys};
use crate::donors::sealing::Part;
use crate::http::problem::{Problem, Result};
use crate::types::{DonorId, Instant, UserId};

const PROOF: &str = "proof";
pub(super) const FILE: &str = "file";
pub(super) const PASSPHRASE: &str = "passphrase";

/// The master keys and where they came from.
pub struct Master {
    /// The keys; the current one seals.
    pub keys: MasterKeys,
    /// Where they came from.
    pub source: Source,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = master_keys, treat_none_as_default_value = false)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) is_current: bool,
    pub(super) source: String,
    salt: Option<Vec<u8>>,
    memory_kib: Option<i64>,
    passes: Option<i64>,
    lanes: Option<i64>,
    proof: Vec<u8>,
    pub(super) sealed_key: Option<Vec<u8>>,
    created_at: Instant,
}

impl Row {
    /// Of a key that seals from now on.
    pub(super) fn current(
        keys: &MasterKeys,
        id: &str,
        derivation: Option<&Derivation>,
        now: Instant,
    ) -> Result<Self> {
        Ok(Self {
            id: id.to_owned(),
            is_current: true,
            source: if derivation.is_some() { PASSPHRASE } else { FILE }.to_owned(),
            salt: derivation.map(|one| one.salt.clone()),
            memory_kib: derivation.map(|one| i64::from(one.memory_kib)),
            passes: derivation.map(|one| i64::from(one.passes)),
            lanes: derivation.map(|one| i64::from(one.lanes)),
            proof: keys.seal(PROOF, id.as_bytes())?,
            sealed_key: None,
            created_at: now,
        })
    }

    /// Whether the key is the one that it calls itself.
    pub(super) fn is_proven_by(&self, keys: &MasterKeys) -> bool {
        keys.open(PROOF, &self.proof).is_ok_and(|id| id.expose() == self.id.as_bytes())
    }

    /// How the key is made of a passphrase.
    pub(super) fn derivation(&self) -> Result<Derivation> {
        let number = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
        match (&self.salt, number(self.memory_kib), number(self.passes), number(self.lanes)) {
            (Some(salt), Some(memory_kib), Some(passes), Some(lanes)) => {
                Ok(Derivation { salt: salt.clone(), memory_kib, passes, lanes })
            }
            _ => Err(Problem::internal("the database does not say how its key is made of a passphrase")),
        }
    }
}

/// All keys that something may be sealed under, the current one among them.
pub(super) fn rows(db: &mut Db) -> Result<Vec<Row>> {
    Ok(master_keys::table.order(master_keys::created_at.desc()).select(Row::as_select()).load(db)?)
}

/// What a database is sealed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealedUnder {
    /// The key of a key file, with this id.
    File(String),
    /// A passphrase.
    Passphrase,
}

/// What the database itself says of its key; none where nothing is sealed yet.
///
/// # Errors
/// The engine's, also of a database from before keys were listed.
pub fn sealed_under(db: &mut Db) -> Result<Option<SealedUnder>> {
    let current = rows(db)?.into_iter().find(|row| row.is_current);
    Ok(current.map(|row| match row.source.as_str() {
        PASSPHRASE => SealedUnder::Passphrase,
        _ => SealedUnder::File(row.id),
    }))
}

/// The id of the key that seals.
pub(super) fn current_id(db: &mut Db) -> Result<String> {
    Ok(master_keys::table.filter(master_keys::is_current.eq(true)).select(master_keys::id).first(db)?)
}

/// With the keys of a change that was begun and is not done: what they sealed is still read.
pub(super) fn with_unfinished(mut keys: MasterKeys, rows: &[Row]) -> Result<MasterKeys> {
    for row in rows.iter().filter(|row| !row.is_current) {
        if let Some(sealed) = &row.sealed_key {
            let secret = keys.open(&purpose_of_key(&row.id), sealed)?;
            keys = keys.with_older(&row.id, secret);
        }
    }
    Ok(keys)
}

/// What an older key is sealed for.
pub(super) fn purpose_of_key(id: &str) -> String {
    format!("master-key {id}")
}

impl Master {
    /// The master key that the settings name, held against what the database says of it. On a database in which nothing
    /// is sealed it is taken into use; without a setting a new one is made in `awasir.key` in the data folder.
    ///
    /// # Errors
    /// `internal`, in words for the operator, when it can't be had, is not the database's, or is missing though
    /// something is sealed: then nothing was written anywhere.
    pub fn open(settings: &Settings, db: &mut Db, now: Instant) -> Result<Self> {
        Self::from(Source::of(settings), db, now)
    }

    pub(super) fn from(source: Source, db: &mut Db, now: Instant) -> Result<Self> {
        let keys = in_transaction(db, |db| {
            // Of two nodes that start at once the second one finds what the first has taken into use.
            dialect::lock_key(db, KEYS_LOCK)?;
            let rows = rows(db)?;
            if rows.is_empty() { take_into_use(&source, db, now) } else { source.keys_for(&rows) }
        })?;
        check_entered(db, &keys)?;
        if keys.ids().count() > 1 && rows(db)?.len() > 1 {
            log::warn!(
                "a change of the master key was begun and is not done: run `awasir keys rotate --master` again"
            );
        }
        Ok(Self { keys, source })
    }
}

/// The first start, or the first one since keys are listed.
fn take_into_use(source: &Source, db: &mut Db, now: Instant) -> Result<MasterKeys> {
    let before = sealed_before(db)?;
    let (keys, derivation) = match source {
        Source::File { path, named } => (file_for(path, *named, before.is_some())?, None),
        _ if before.is_some() => {
            return Err(Problem::internal(
                "a passphrase is given, and the database is sealed under a key file. Nothing was changed; `awasir keys \
                 rotate --master --new-passphrase-file FILE` goes from the file to a passphrase",
            ));
        }
        _ => {
            let (id, derivation) = (MasterKeys::new_id().map_err(Problem::internal)?, Derivation::new()?);
            (MasterKeys::of(&id, derivation.key(&source.passphrase()?)?), Some(derivation))
        }
    };
    if let Some((purpose, sealed)) = before {
        keys.open(&purpose, &sealed).map_err(|problem| {
            Problem::internal(format!(
                "{source} is not the one that the database is sealed under: {}. Nothing was changed",
                problem.cause().unwrap_or_default()
            ))
        })?;
    }
    let id = keys.ids().next().unwrap_or_default();
    diesel::insert_into(master_keys::table)
        .values(Row::current(&keys, id, derivation.as_ref(), now)?)
        .execute(db)?;
    Ok(keys)
}

/// Something that was sealed before keys were listed.
fn sealed_before(db: &mut Db) -> Result<Option<(String, Vec<u8>)>> {
    let key: Option<Vec<u8>> = signing_keys::table.select(signing_keys::sealed).first(db).optional()?;
    if let Some(sealed) = key {
        return Ok(Some((super::SIGNING.to_owned(), sealed)));
    }
    let secret = sealed_secrets::table.select((sealed_secrets::purpose, sealed_secrets::sealed));
    Ok(secret.first(db).optional()?)
}

/// Whether what people entered is sealed under these keys: rows of another network may have been laid into this
/// database. One of each kind is looked at. A row that was altered is its own misfortune and not the whole server's.
fn check_entered(db: &mut Db, keys: &MasterKeys) -> Result<()> {
    let contact: Option<(DonorId, Vec<u8>)> = donor_contacts::table
        .select((donor_contacts::donor_id, donor_contacts::sealed))
        .first(db)
        .optional()?;
    let name: Option<(DonorId, Option<Vec<u8>>)> = donors::table
        .filter(donors::sealed_name.is_not_null())
        .select((donors::id, donors::sealed_name))
        .first(db)
        .optional()?;
    let factor: Option<(UserId, Vec<u8>)> = second_factors::table
        .select((second_factors::user_id, second_factors::sealed))
        .first(db)
        .optional()?;
    let factor = factor.map(|(user, sealed)| (second_factor::store::purpose(user), sealed));
    let name = name.and_then(|(id, sealed)| Some((Part::Name.purpose(id), sealed?)));
    let contact = contact.map(|(id, sealed)| (Part::Contact.purpose(id), sealed));
    for (purpose, sealed) in contact.into_iter().chain(name).chain(factor) {
        if let Err(problem) = keys.open(&purpose, &sealed) {
            if !keys.may_open(&sealed) {
                return Err(problem);
            }
            log::error!("{}", problem.cause().unwrap_or_default());
        }
    }
    Ok(())
}
