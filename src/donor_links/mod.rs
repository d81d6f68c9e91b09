//! Donor links: a donor introduced to an organisation for a purpose, and what came of it.
//!
//! - [`codes`]: the closed lists of words;
//! - [`model`]: the public types, and what of a link a caller sees;
//! - [`rules`]: who may do what in which stage, as one table, and how what came is counted; no I/O;
//! - [`store`]: the tables; [`routes`]: `/v1/donor-links`, by verb.

pub mod codes;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
