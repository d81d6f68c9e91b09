//! Shared programmes: agreed by every partner, carried out, counted.
//!
//! - [`codes`]: the closed lists of words;
//! - [`model`]: the public types, the terms that are signed, and what others than the partners see;
//! - [`rules`]: who may do what in which state, as one table, and what comes of it; no I/O;
//! - [`store`]: the tables; [`routes`]: `/v1/programmes`, by verb.

pub mod codes;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
