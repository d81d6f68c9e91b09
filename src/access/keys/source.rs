//! Where the master key is had from: a file, or a passphrase.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::master::{FILE, PASSPHRASE, Row, rows, with_unfinished};
use crate::access::codes::sha256;
use crate::access::keyring::{self, MasterKeys};
use crate::access::secret::SecretText;
use crate::config::{self, Settings};
use crate::db::{Db, Target};
use crate::http::problem::{Problem, Result};

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

    /// The passphrase, without the blanks around it, wherever it is from.
    pub(super) fn passphrase(&self) -> Result<SecretText> {
        match self {
            Self::Passphrase(passphrase) => check_passphrase(passphrase.expose()),
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
    pub(super) fn keys_for(&self, rows: &[Row]) -> Result<MasterKeys> {
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
        if !current.is_proven_by(&keys) {
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
fn read_passphrase(path: &Path) -> Result<SecretText> {
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
fn check_passphrase(text: &str) -> Result<SecretText> {
    let text = text.trim();
    if config::is_passphrase(text) {
        return Ok(SecretText::new(text));
    }
    Err(Problem::internal(format!(
        "the passphrase has fewer than {} characters, or such as can't be typed",
        config::LEAST_PASSPHRASE
    )))
}

/// The key file, made where the settings name none and nothing is sealed.
pub(super) fn file_for(path: &Path, named: bool, sealed: bool) -> Result<MasterKeys> {
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
    let there = if key.exists() { "" } else { " (not there)" };
    let named = match source {
        Source::PassphraseFile { .. } => "AWASIR_MASTER_PASSPHRASE_FILE",
        _ => "AWASIR_MASTER_KEY_FILE",
    };
    (folder(&database)? == folder(key)?).then(|| {
        format!(
            "{source}{there} lies in the folder of the database: whoever copies that folder has both. Keep it on another \
             disk and name it with {named}, or give a passphrase with --master-passphrase-stdin"
        )
    })
}

/// What is to be noted of the settings' key before anything is started: that it is not there where one is named, or
/// where it lies.
pub fn noted(settings: &Settings) -> Option<String> {
    match Source::of(settings) {
        Source::File { path, named: true } | Source::PassphraseFile { path, .. } if !path.exists() => {
            Some(format!("{} is not there", Source::of(settings)))
        }
        _ => shares_folder(settings),
    }
}
