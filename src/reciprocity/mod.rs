//! Reciprocity: who has visited whom how often, and whose turn it is. Nothing of it is stored.
//!
//! - [`model`]: the public types; [`rules`]: which visits count, and whose turn it is;
//! - [`store`]: the counting; [`routes`]: `/v1/organisations/{id}/reciprocity`.

pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
