//! The audit trail: the journal, read by those who answer for an organisation, and its envelope by the network's admin.
//!
//! - [`routes`]: the list, the export, the newest link of the chain;
//! - [`model`]: an entry as it is told;
//! - [`rules`]: who is told what of which kind of thing; no I/O;
//! - [`store`]: entries found by their indexes, and what is told beside them.
//!
//! How the journal is sealed, and the chain gone through, is [`crate::journal::sealing`]'s.

pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
