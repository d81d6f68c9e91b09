//! Projects: what one organisation does or wants to do, and what came in for it.
//!
//! - [`codes`]: the closed lists of words;
//! - [`model`]: the public types, and what others than the own organisation see;
//! - [`rules`]: what was promised and what came, added up; no I/O;
//! - [`store`]: the tables; [`routes`]: `/v1/projects`, by verb.

pub mod codes;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
