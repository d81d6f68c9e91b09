//! The database: one schema, two engines, one binary.
//!
//! - [`connection`]: [`Db`], SQLite or PostgreSQL, chosen by the URL's scheme;
//! - [`sql_types`]: the columns' own types, native on PostgreSQL and compact on SQLite;
//! - [`schema`]: the tables;
//! - [`dialect`]: the only code that differs by engine;
//! - [`migrations`]: three sources merged by version;
//! - [`executor`]: the threads that own the connections.

pub mod connection;
pub mod dialect;
pub mod executor;
pub mod migrations;
pub mod schema;
pub mod sql_types;

pub use connection::{Db, Engine, Target};
pub use executor::Database;
