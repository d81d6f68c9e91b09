//! Migrations: three sources (`common`, `sqlite`, `postgres`) merged by version.

use std::collections::BTreeSet;

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Alone, Db, Target, Work, dialect};
use crate::http::problem::{Problem, Result};

const COMMON: EmbeddedMigrations = embed_migrations!("migrations/common");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Several sources as one, ordered by version.
struct Merged([EmbeddedMigrations; 2]);

impl<B: Backend> MigrationSource<B> for Merged
where
    EmbeddedMigrations: MigrationSource<B>,
{
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<B>>>> {
        let mut all = Vec::new();
        for source in &self.0 {
            all.extend(MigrationSource::<B>::migrations(source)?);
        }
        all.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
        Ok(all)
    }
}

/// What stands between a database and this binary.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Versions that the binary has and the database lacks.
    pub pending: Vec<String>,
    /// Versions that the database has and the binary doesn't know: a newer Awasir made them.
    pub unknown: Vec<String>,
}

/// Compares the database with the binary, changing nothing but diesel's own bookkeeping table.
///
/// # Errors
/// The engine's.
pub fn standing(db: &mut Db) -> Result<Standing> {
    match db {
        Db::Sqlite(connection) => compare(connection, Merged([COMMON, SQLITE])),
        Db::Postgres(connection) => compare(connection, Merged([COMMON, POSTGRES])),
    }
}

fn compare<B, C, S>(connection: &mut C, source: S) -> Result<Standing>
where
    B: Backend,
    C: MigrationHarness<B>,
    S: MigrationSource<B>,
{
    let known: BTreeSet<String> = source
        .migrations()
        .map_err(Problem::internal)?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    let applied: BTreeSet<String> = connection
        .applied_migrations()
        .map_err(Problem::unavailable)?
        .iter()
        .map(ToString::to_string)
        .collect();
    Ok(Standing {
        pending: known.difference(&applied).cloned().collect(),
        unknown: applied.difference(&known).cloned().collect(),
    })
}

/// Refuses a database that a newer Awasir has migrated.
///
/// # Errors
/// `internal` with a sentence that says what to do.
pub fn refuse_unknown(standing: &Standing) -> Result<()> {
    if standing.unknown.is_empty() {
        return Ok(());
    }
    Err(Problem::internal(format!(
        "the database has migrations that this binary does not know ({}): a newer Awasir has used it; \
         start that version or a later one, or restore a backup made before it",
        standing.unknown.join(", ")
    )))
}

/// Applies what is pending, one node or process at a time, and creates an SQLite database that is
/// not there; answers the versions applied.
///
/// # Errors
/// `internal`: a migration failed, or the database is newer than the binary.
pub fn migrate(target: &Target) -> Result<Vec<String>> {
    if let Target::Sqlite(path) = target
        && let Some(folder) = path.parent()
    {
        std::fs::create_dir_all(folder).map_err(Problem::internal)?;
    }
    let mut alone = Alone::wait(target, Work::Migrating)?;
    // An index on a large table takes its time.
    dialect::be_patient(&mut alone.db)?;
    apply(&mut alone.db)
}

fn apply(db: &mut Db) -> Result<Vec<String>> {
    let before = standing(db)?;
    refuse_unknown(&before)?;
    let run = match db {
        Db::Sqlite(connection) => connection
            .run_pending_migrations(Merged([COMMON, SQLITE]))
            .map(|versions| versions.iter().map(ToString::to_string).collect()),
        Db::Postgres(connection) => connection
            .run_pending_migrations(Merged([COMMON, POSTGRES]))
            .map(|versions| versions.iter().map(ToString::to_string).collect()),
    };
    run.map_err(Problem::internal)
}

/// Takes everything back, newest first: for tests of the way down.
///
/// # Errors
/// `internal`: a migration failed.
pub fn revert_all(db: &mut Db) -> Result<Vec<String>> {
    let reverted = match db {
        Db::Sqlite(connection) => connection
            .revert_all_migrations(Merged([COMMON, SQLITE]))
            .map(|versions| versions.iter().map(ToString::to_string).collect()),
        Db::Postgres(connection) => connection
            .revert_all_migrations(Merged([COMMON, POSTGRES]))
            .map(|versions| versions.iter().map(ToString::to_string).collect()),
    };
    reverted.map_err(Problem::internal)
}
