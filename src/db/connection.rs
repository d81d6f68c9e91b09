//! Connections: where the database is, and how one is opened.

use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::http::problem::{Problem, Result};

/// A connection to either engine. Built by [`Target::connect`] only: the derived `establish` tries
/// its variants in order, and SQLite takes any string.
#[derive(diesel::MultiConnection)]
pub enum Db {
    /// The embedded engine: one file.
    Sqlite(SqliteConnection),
    /// The server, when there are several nodes.
    Postgres(PgConnection),
}

/// Runs a query on the engine's own connection: `natively!(db, connection => query.first(connection))`.
/// Through the enum a query's text is made three times for each run; natively it is known by its type.
/// For the few that are run for every request: the query is compiled once for each engine.
#[macro_export]
macro_rules! natively {
    ($db:expr, $connection:ident => $query:expr) => {
        match $db {
            $crate::db::Db::Sqlite($connection) => $query,
            $crate::db::Db::Postgres($connection) => $query,
        }
    };
}

/// Which engine a URL names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// `sqlite://path`
    Sqlite,
    /// `postgres://…` or `postgresql://…`
    Postgres,
}

/// Where the database is: what `database_url` says.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// The file of an SQLite database.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database; it may hold a password and is never printed.
    Postgres(String),
}

impl std::fmt::Debug for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "sqlite://{}", path.display()),
            Self::Postgres(_) => write!(out, "postgres://…"),
        }
    }
}

impl Target {
    /// Reads a URL; `None` when its scheme is neither engine's.
    pub fn parse(url: &str) -> Option<Self> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return (!path.is_empty()).then(|| Self::Sqlite(PathBuf::from(path)));
        }
        (url.starts_with("postgres://") || url.starts_with("postgresql://"))
            .then(|| Self::Postgres(url.to_owned()))
    }

    /// The engine behind the URL.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Opens a connection, set up for the work: time-outs, durability, foreign keys.
    ///
    /// # Errors
    /// `unavailable` when the database can't be opened or reached.
    pub fn connect(&self) -> Result<Db> {
        match self {
            Self::Sqlite(path) => open_sqlite(path).map(Db::Sqlite),
            Self::Postgres(url) => open_postgres(url).map(Db::Postgres),
        }
    }
}

/// A new file is for its owner alone, and so are those that SQLite lays beside it: password hashes and people's
/// addresses are in it. One that is there keeps what it has.
fn make_own(path: &std::path::Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(Problem::unavailable(error)),
        _ => Ok(()),
    }
}

fn open_sqlite(path: &std::path::Path) -> Result<SqliteConnection> {
    let name = path.to_str().ok_or_else(|| Problem::internal("the database's path is not UTF-8"))?;
    make_own(path)?;
    let mut connection = SqliteConnection::establish(name).map_err(Problem::unavailable)?;
    // The busy time-out comes first: switching to WAL may have to wait for another process. What is deleted
    // is overwritten, so that what was erased does not stand in the file until its place is needed.
    connection
        .batch_execute(
            "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full; \
             pragma foreign_keys = on; pragma temp_store = memory; pragma cache_size = -8192; \
             pragma mmap_size = 268435456; pragma journal_size_limit = 67108864; \
             pragma secure_delete = on;",
        )
        .map_err(Problem::unavailable)?;
    Ok(connection)
}

fn open_postgres(url: &str) -> Result<PgConnection> {
    let mut connection = PgConnection::establish(&with_defaults(url)).map_err(Problem::unavailable)?;
    connection
        .batch_execute(
            "set time zone 'UTC'; set lock_timeout = '2s'; set statement_timeout = '5s'; \
             set idle_in_transaction_session_timeout = '30s'; set client_min_messages = warning;",
        )
        .map_err(Problem::unavailable)?;
    Ok(connection)
}

/// What notices a server that is gone without a word, unless the URL says otherwise.
const POSTGRES_DEFAULTS: [(&str, &str); 6] = [
    ("connect_timeout", "3"),
    ("keepalives", "1"),
    ("keepalives_idle", "5"),
    ("keepalives_interval", "2"),
    ("keepalives_count", "2"),
    ("tcp_user_timeout", "6000"),
];

fn with_defaults(url: &str) -> String {
    let (_, query) = url.split_once('?').unwrap_or((url, ""));
    let said = |name: &str| query.split('&').any(|part| part.split('=').next() == Some(name));
    let mut full = url.to_owned();
    for (name, value) in POSTGRES_DEFAULTS.iter().filter(|(name, _)| !said(name)) {
        let joint = match full.find('?') {
            None => "?",
            Some(at) if at + 1 == full.len() => "",
            Some(_) => "&",
        };
        full.push_str(&format!("{joint}{name}={value}"));
    }
    full
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::prelude::*;

    #[test]
    fn what_the_url_says_goes_before_the_defaults() {
        let full = with_defaults("postgres://u:p@h/d?connect_timeout=9&sslmode=require");
        assert!(
            full.starts_with("postgres://u:p@h/d?connect_timeout=9&sslmode=require&keepalives=1&"),
            "{full}"
        );
        assert_eq!(full.matches("connect_timeout").count(), 1);
        assert!(full.ends_with("&tcp_user_timeout=6000"));
        let full = with_defaults("postgres://h/d");
        assert!(full.starts_with("postgres://h/d?connect_timeout=3&keepalives=1"), "{full}");
        assert!(with_defaults("postgres://h/d?").starts_with("postgres://h/d?connect_timeout=3&"));
    }

    #[derive(QueryableByName)]
    struct Used {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        used: bool,
    }

    #[test]
    fn sqlite_is_built_as_the_configuration_says() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        for option in ["ENABLE_QPSG", "THREADSAFE=2", "DEFAULT_MEMSTATUS=0"] {
            let asked = format!("select sqlite_compileoption_used('{option}') as used");
            let found: Used = diesel::sql_query(asked).get_result(&mut connection).unwrap();
            assert!(found.used, "{option}: see .cargo/config.toml");
        }
    }
}
