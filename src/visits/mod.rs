//! Visits: one organisation comes to another, both record it, both approve the record.
//!
//! - [`codes`]: the closed lists of words;
//! - [`model`]: the public types, the bodies, and what others than the parties see;
//! - [`rules`]: who may do what in which state, as one table, and what comes of it; no I/O;
//! - [`calendar`]: a visit as an event of a calendar;
//! - [`store`]: the tables; [`routes`]: `/v1/visits`, by verb.

pub mod calendar;
pub mod codes;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
