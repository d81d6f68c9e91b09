//! The master key, had at the start: from a file, or of a passphrase.
//!
//! The table `master_keys` says under which key the database is sealed and holds a proof that only this key opens. What
//! is had is held against it before anything is written: a wrong key, or none, ends the start and leaves
//! everything as it was.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use diesel::prelude::*;

use super::{KEYS_LOCK, in_transaction};
use crate::access::codes::sha256;
use crate::access::keyring::{self, MasterKeys};
use crate::access::passphrase::Derivation;
use crate::access::secret::SecretText;
use crate::config::{self, Settings};
use crate::db::schema::{donor_contacts, donors, master_keys, sealed_secrets, signing_keys};
use crate::db::{Db, Target, dialect};
use crate::donors::sealing::Part;
use crate::http::problem::{Problem, Result};
use crate::types::{DonorId, Instant};

const PROOF: &str = "proof";
const FILE: &str = "file";
const PASSPHRASE: &str = "passphrase";
/// A passphrase's file holds its first line.
const MAX_PASSPHRASE_BYTES: u64 = 4096;

/// Where the master key is had from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A key file.
    File {
        /// Where.
        path: PathBuf,
        /// Whether the settings name it; else it is made on the first start.
        named: bool,
    },
    /// A file with a passphrase.
    PassphraseFile {
        /// Where.
        path: PathBuf,
        /// What was last tried in vain: deriving a key takes its time.
        tried: Arc<Mutex<Option<[u8; 32]>>>,
    },
    /// A passphrase given at the start.
    Passphrase(SecretText),
}

impl std::fmt::Display for Source {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, .. } => write!(out, "the master key file {}", path.display()),
            Self::PassphraseFile { path, .. } => write!(out, "the passphrase in {}", path.display()),
            Self::Passphrase(_) => out.write_str("the passphrase"),
        }
    }
}

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

    fn derivation(&self) -> Result<Derivation> {
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

/// The id of the key that seals.
pub(super) fn current_id(db: &mut Db) -> Result<String> {
    Ok(master_keys::table.filter(master_keys::is_current.eq(true)).select(master_keys::id).first(db)?)
}

impl Source {
    /// What the settings name.
    pub fn of(settings: &Settings) -> Self {
        match (&settings.master_passphrase, &settings.master_passphrase_file, &settings.master_key_file) {
            (Some(passphrase), ..) => Self::Passphrase(SecretText::new(passphrase.expose())),
            (None, Some(path), _) => Self::PassphraseFile { path: path.clone(), tried: Arc::default() },
            (None, None, Some(path)) => Self::File { path: path.clone(), named: true },
            (None, None, None) => {
                Self::File { path: Path::new(&settings.data_dir).join("awasir.key"), named: false }
            }
        }
    }

    /// The file that it is, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } | Self::PassphraseFile { path, .. } => Some(path),
            Self::Passphrase(_) => None,
        }
    }

    fn passphrase(&self) -> Result<SecretText> {
        match self {
            Self::Passphrase(passphrase) => Ok(passphrase.clone()),
            Self::PassphraseFile { path, .. } => read_passphrase(path),
            Self::File { .. } => Err(Problem::internal("a key file has no passphrase")),
        }
    }

    /// The keys under which the database is sealed, had once more after another process changed them. Nothing is
    /// made or written.
    ///
    /// # Errors
    /// `internal` in words for the log; the engine's.
    pub(super) fn again(&self, db: &mut Db) -> Result<MasterKeys> {
        let rows = rows(db)?;
        if let Self::PassphraseFile { path, tried } = self {
            let current: String =
                rows.iter().filter(|row| row.is_current).map(|row| row.id.as_str()).collect();
            let digest = sha256(format!("{current}\n{}", read_passphrase(path)?.expose()));
            let mut tried = tried.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            if tried.replace(digest) == Some(digest) {
                return Err(wrong_passphrase());
            }
            let keys = self.keys_for(&rows)?;
            *tried = None;
            return Ok(keys);
        }
        if let Self::Passphrase(_) = self {
            return Err(Problem::internal("the master key was changed: start again with the new passphrase"));
        }
        self.keys_for(&rows)
    }

    /// The keys that fit what the database says, checked against its proof.
    fn keys_for(&self, rows: &[Row]) -> Result<MasterKeys> {
        let current = rows.iter().find(|row| row.is_current);
        let current = current.ok_or_else(|| Problem::internal("no master key of the database is current"))?;
        let keys = match (self, current.source.as_str()) {
            (Self::File { path, .. }, FILE) => {
                let keys = load(path)?;
                keys.sealing_under(&current.id).ok_or_else(|| {
                    let held: Vec<&str> = keys.ids().collect();
                    Problem::internal(format!(
                        "the master key file {} is another: it holds {}, and the database is sealed under {}. Nothing was \
                         changed; name the right file with AWASIR_MASTER_KEY_FILE",
                        path.display(),
                        held.join(", "),
                        current.id
                    ))
                })?
            }
            (Self::File { .. }, _) => {
                return Err(Problem::internal(
                    "the database is sealed under a passphrase, and none is given: AWASIR_MASTER_PASSPHRASE_FILE, \
                     AWASIR_MASTER_PASSPHRASE or --master-passphrase-stdin. Nothing was changed",
                ));
            }
            (_, PASSPHRASE) => MasterKeys::of(&current.id, current.derivation()?.key(&self.passphrase()?)?),
            (..) => {
                return Err(Problem::internal(format!(
                    "a passphrase is given, and the database is sealed under the key {} of a key file. Nothing was changed; \
                     `awasir keys rotate --master --new-passphrase-file FILE` goes from the file to a passphrase",
                    current.id
                )));
            }
        };
        let proven = keys.open(PROOF, &current.proof).is_ok_and(|id| id.expose() == current.id.as_bytes());
        if !proven {
            return Err(match self {
                Self::File { path, .. } => Problem::internal(format!(
                    "the key {} in the master key file {} is not the one that the database is sealed under. Nothing was \
                     changed",
                    current.id,
                    path.display()
                )),
                _ => wrong_passphrase(),
            });
        }
        with_unfinished(keys, rows)
    }
}

fn wrong_passphrase() -> Problem {
    Problem::internal("the passphrase is not the one that the database is sealed under. Nothing was changed")
}

/// With the keys of a change that was begun and is not done: what they sealed is still read.
fn with_unfinished(mut keys: MasterKeys, rows: &[Row]) -> Result<MasterKeys> {
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

fn load(path: &Path) -> Result<MasterKeys> {
    if !path.exists() {
        return Err(missing(path));
    }
    MasterKeys::load(path).map_err(Problem::internal)
}

fn missing(path: &Path) -> Problem {
    Problem::internal(format!(
        "the master key file {} is not there, and what the database keeps sealed can't be read without it: put \
         it back, or name it with AWASIR_MASTER_KEY_FILE. Nothing was changed",
        path.display()
    ))
}

/// The first line of a file, without the blanks around it.
pub(super) fn read_passphrase(path: &Path) -> Result<SecretText> {
    let failed = |cause: std::io::Error| {
        Problem::internal(format!("the file {} with the passphrase: {cause}", path.display()))
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    keyring::warn_when_open_to_others(path, &file).map_err(failed)?;
    let mut text = String::new();
    file.take(MAX_PASSPHRASE_BYTES).read_to_string(&mut text).map_err(failed)?;
    let text = SecretText::new(text);
    check_passphrase(text.expose().lines().next().unwrap_or_default())
}

/// Refuses what is no passphrase.
pub(super) fn check_passphrase(text: &str) -> Result<SecretText> {
    let text = text.trim();
    if config::is_passphrase(text) {
        return Ok(SecretText::new(text));
    }
    Err(Problem::internal(format!(
        "the passphrase has fewer than {} characters, or such as can't be typed",
        config::LEAST_PASSPHRASE
    )))
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
        check_donors(db, &keys)?;
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

/// The key file, made where the settings name none and nothing is sealed.
fn file_for(path: &Path, named: bool, sealed: bool) -> Result<MasterKeys> {
    if path.exists() {
        return MasterKeys::load(path).map_err(Problem::internal);
    }
    if named || sealed {
        return Err(missing(path));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Problem::internal)?;
    }
    match MasterKeys::create(path) {
        Ok(keys) => {
            log::info!("made the master key {}", path.display());
            Ok(keys)
        }
        // Another process made it in this very moment.
        Err(_) if path.exists() => MasterKeys::load(path).map_err(Problem::internal),
        Err(error) => Err(Problem::internal(error)),
    }
}

/// Whether what is sealed of donors is sealed under these keys: rows of another network may have been laid into this
/// database. One of each kind is looked at. A row that was altered is its own misfortune and not the whole server's.
fn check_donors(db: &mut Db, keys: &MasterKeys) -> Result<()> {
    let contact: Option<(DonorId, Vec<u8>)> = donor_contacts::table
        .select((donor_contacts::donor_id, donor_contacts::sealed))
        .first(db)
        .optional()?;
    let name: Option<(DonorId, Option<Vec<u8>>)> = donors::table
        .filter(donors::sealed_name.is_not_null())
        .select((donors::id, donors::sealed_name))
        .first(db)
        .optional()?;
    let name = name.and_then(|(id, sealed)| Some((Part::Name.purpose(id), sealed?)));
    let contact = contact.map(|(id, sealed)| (Part::Contact.purpose(id), sealed));
    for (purpose, sealed) in contact.into_iter().chain(name) {
        if let Err(problem) = keys.open(&purpose, &sealed) {
            if !keys.may_open(&sealed) {
                return Err(problem);
            }
            log::error!("{}", problem.cause().unwrap_or_default());
        }
    }
    Ok(())
}

/// What is to be said when the key, or the passphrase, lies in the database's folder: whoever copies the folder has both.
pub fn shares_folder(settings: &Settings) -> Option<String> {
    let Some(Target::Sqlite(database)) = Target::parse(&settings.database_url) else { return None };
    let source = Source::of(settings);
    let key = source.path()?;
    // Where a link leads to counts; what isn't there yet will lie in its folder.
    let folder = |path: &Path| -> Option<PathBuf> {
        let whole = path.canonicalize().or_else(|_| std::path::absolute(path)).ok()?;
        let folder = whole.parent()?;
        Some(folder.canonicalize().unwrap_or_else(|_| folder.to_owned()))
    };
    (folder(&database)? == folder(key)?).then(|| {
        format!(
            "{source} lies in the folder of the database: whoever copies that folder has both. Keep it on another disk \
             and name it with AWASIR_MASTER_KEY_FILE, or give a passphrase with --master-passphrase-stdin"
        )
    })
}
