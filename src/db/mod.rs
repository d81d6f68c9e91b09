//! The database: one schema, two engines, one binary.
//!
//! - [`alone`]: work that one process at a time does;
//! - [`connection`]: [`Db`], SQLite or PostgreSQL, chosen by the URL's scheme;
//! - [`sql_types`]: the columns' own types, native on PostgreSQL and compact on SQLite;
//! - [`schema`]: the tables;
//! - [`dialect`]: the only code that differs by engine;
//! - [`search`]: patterns for searching;
//! - [`verbatim`]: conditions and statements word for word;
//! - [`migrations`]: three sources merged by version;
//! - [`executor`]: the threads that own the connections.

pub mod alone;
pub mod connection;
pub mod dialect;
pub mod executor;
pub mod migrations;
pub mod schema;
pub mod search;
pub mod sql_types;
pub mod verbatim;

pub use alone::{Alone, Work};
pub use connection::{Db, Engine, MultiBackend, Target};
pub use dialect::Root;
pub use executor::{Database, block};
pub use verbatim::Verbatim;
