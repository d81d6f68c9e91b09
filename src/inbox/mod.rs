//! The inbox of an organisation: what waits for it, derived at each reading and never stored.
//!
//! - [`codes`]: the closed lists of words; [`model`]: what is answered, and what waits before it is told;
//! - [`rules`]: what waits when, and by when; [`sentences`]: how it is told, in Arabic and English; no I/O;
//! - [`store`]: the sources, one for each kind of thing; [`routes`]: `/v1/organisations/{id}/inbox`.
//!
//! A further kind of thing joins as a source of its own: a line in [`store::SOURCES`], a [`model::Matter`]
//! and its sentence.

pub mod codes;
pub mod model;
pub mod routes;
pub mod rules;
pub mod sentences;
pub mod store;

pub use routes::operations;
