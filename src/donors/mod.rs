//! Donors: outside bodies and persons that may support, known to one organisation, which owns the record.
//!
//! - [`codes`]: kinds and who may know of one; [`model`]: the public types;
//! - [`contact`]: how a donor is reached, a type of its own that is written into one answer only;
//! - [`matching`]: what makes a donor fit a project, [`reasons`]: why, in words; no I/O;
//! - [`sealing`]: what of a donor stands in the database sealed;
//! - [`store`]: the tables; [`routes`]: `/v1/donors`.

pub mod codes;
pub mod contact;
pub mod matching;
pub mod model;
pub mod reasons;
pub mod routes;
pub mod sealing;
pub mod store;

pub use routes::operations;

/// What the journal and the audiences call it.
pub const KIND: &str = "donor";
