//! Organisations: who belongs to the network, who asks to, and what they are.
//!
//! - [`codes`]: the closed lists of words; [`model`]: the public types; [`bodies`]: what is sent;
//!   [`contact`]: how an organisation is reached, and by whom that is seen;
//! - [`rules`]: the standing of an organisation as one table; who sees what;
//! - [`store`]: the tables; [`routes`]: `/v1/organisations`.

pub mod bodies;
pub mod codes;
pub mod contact;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
