//! `awasir migrate`, `awasir backup`, `awasir keys rotate`.

use std::path::Path;

use super::{CommandError, KeyKind, print};
use crate::access::keys::{self, Master, NewMaster, Rotated, SealedUnder, Source};
use crate::app;
use crate::config::Settings;
use crate::db::{Db, Engine, Target, dialect, migrations};
use crate::types::Instant;

/// Applies the pending migrations, creating the database's file if need be.
///
/// # Errors
/// When the database cannot be reached, or a newer Awasir has migrated it.
pub fn migrate(settings: &Settings) -> Result<(), CommandError> {
    let applied = migrations::migrate(&app::target(settings)?)?;
    match applied.as_slice() {
        [] => print("The database is up to date.\n"),
        versions => print(&format!("Applied {}: {}\n", versions.len(), versions.join(", "))),
    }
}

/// A connection to a database that is there; SQLite would make a new one of any name.
fn connect(settings: &Settings) -> Result<Db, CommandError> {
    let target = app::target(settings)?;
    if let Target::Sqlite(path) = &target
        && !path.exists()
    {
        return Err(CommandError::new(format!("there is no database at {}", path.display())));
    }
    Ok(target.connect()?)
}

/// Refuses a database that isn't as this binary expects it.
///
/// # Errors
/// When something is pending, or a newer Awasir has migrated it.
pub(super) fn require_migrated(settings: &Settings) -> Result<Db, CommandError> {
    let mut db = connect(settings)?;
    let standing = migrations::standing(&mut db)?;
    migrations::refuse_unknown(&standing)?;
    if !standing.pending.is_empty() {
        return Err(CommandError::new(format!(
            "the database lacks {} migration(s) ({}): run `awasir migrate` first",
            standing.pending.len(),
            standing.pending.join(", ")
        )));
    }
    Ok(db)
}

/// Whether the database is sealed under a key already, as far as can be told now: a passphrase for one that isn't is new.
#[must_use]
pub fn is_sealed(settings: &Settings) -> bool {
    connect(settings).is_ok_and(|mut db| matches!(keys::sealed_under(&mut db), Ok(Some(_))))
}

/// Writes a consistent copy of the database to `file` while the server runs.
///
/// # Errors
/// When `file` exists or cannot be written, or the database cannot be reached.
pub fn backup(settings: &Settings, file: &Path) -> Result<(), CommandError> {
    if app::target(settings)?.engine() == Engine::Postgres {
        return Err(CommandError::new(
            "a PostgreSQL database is backed up with its own tool: pg_dump --format=custom --file FILE URL",
        ));
    }
    let name = file.to_str().ok_or_else(|| CommandError::new("the file's name is not UTF-8"))?;
    let mut db = connect(settings)?;
    make_empty(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            CommandError::new(format!("{name} is there already; name a new file"))
        }
        _ => CommandError::new(format!("{name} cannot be written: {error}")),
    })?;
    if let Err(problem) = dialect::copy_to_file(&mut db, name) {
        // Half a copy would be taken for a whole one.
        let _ = std::fs::remove_file(file);
        return Err(problem.into());
    }
    std::fs::File::open(file)?.sync_all()?;
    // What the database says of itself; the settings may name something else.
    let under = keys::sealed_under(&mut db).ok().flatten();
    print(&format!("The database is copied to {name}. {}\n", what_opens(settings, under.as_ref())))
}

/// Without what a copy can't be opened.
fn what_opens(settings: &Settings, under: Option<&SealedUnder>) -> String {
    let file = match Source::of(settings) {
        source @ Source::File { .. } => source.to_string(),
        _ => "the master key file".to_owned(),
    };
    match under {
        Some(SealedUnder::Passphrase) => {
            "It is sealed under the passphrase: without it this copy can't be opened.".to_owned()
        }
        Some(SealedUnder::File(id)) => {
            format!("The master key is not in it: keep {file} with the key {id} apart from it, and safe.")
        }
        None => format!("The master key is not in it: keep {file} apart from it, and safe."),
    }
}

/// For its owner alone: password hashes and people's addresses are in it.
fn make_empty(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(|_| ())
}

/// Changes keys.
///
/// # Errors
/// When the database or the master key cannot be reached.
pub fn keys_rotate(settings: &Settings, kind: &KeyKind) -> Result<(), CommandError> {
    let mut db = require_migrated(settings)?;
    let now = Instant::system_now();
    match kind {
        KeyKind::Signing => {
            let master = Master::open(settings, &mut db, now)?;
            keys::rotate_signing(&mut db, &master.keys, now)?;
            print("The next signing key signs from now on; running servers follow within seconds.\n")
        }
        KeyKind::Master(new) => {
            let source = Source::of(settings);
            drop(db);
            let Rotated { sealed, kept } =
                keys::rotate_master(&app::target(settings)?, source.clone(), new, now)?;
            print(&format!(
                "Everything is sealed under the new master key, {sealed} sealed values of donors and of second factors among it. "
            ))?;
            print(&told(new, source.path(), kept.as_deref()))
        }
    }
}

/// What is to be done with the new key, and with the old one.
fn told(new: &NewMaster, path: Option<&Path>, kept: Option<&Path>) -> String {
    let shown = |path: Option<&Path>| path.unwrap_or(Path::new("its file")).display().to_string();
    match new {
        NewMaster::SameFile => format!(
            "It is in {}: copy that file to every node, running servers read it within seconds. The old key is kept in {}: \
             backups from before open with that file alone (AWASIR_MASTER_KEY_FILE). Keep it as long as you keep them, \
             apart from the database.\n",
            shown(path),
            shown(kept)
        ),
        NewMaster::File(path) => format!(
            "It is in {}: name that file with AWASIR_MASTER_KEY_FILE and start the servers again. Keep what there was \
             before as long as you keep backups from before.\n",
            path.display()
        ),
        NewMaster::PassphraseFile(_) | NewMaster::Passphrase(_) => {
            "Start the servers again with the new passphrase. Keep what there was before as long as you keep backups from \
             before.\n"
                .to_owned()
        }
    }
}
