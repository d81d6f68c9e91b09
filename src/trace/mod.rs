//! The trace from a handshake to a result: what arose from what, both ways, as far as the caller sees it.
//!
//! - [`codes`]: the kinds of things and of relations; [`model`]: what is answered;
//! - [`rules`]: how far a trace goes, what of it is kept and what is only counted; no I/O;
//! - [`store`]: the things and their relations, a layer at a time; [`routes`]: `/v1/trace`.

pub mod codes;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
