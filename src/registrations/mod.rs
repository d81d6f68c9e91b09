//! Registration dossiers: an organisation's way to a legal status, and what follows from it.
//!
//! - [`codes`]: the closed lists of words; [`model`]: the dossier, its requirements, obligations and notes;
//! - [`rules`]: the table of states, what the days make of them, what may be changed when; no I/O;
//! - [`store`]: the tables; [`routes`]: `/v1/registrations` and the list below an organisation.

pub mod codes;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
