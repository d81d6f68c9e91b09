//! Access tokens: what machines call with, and the admins who answer for them.
//!
//! - [`secret`]: how one is written, and what is kept of it;
//! - [`codes`], [`model`]: the public types; [`rules`]: its states, and what narrowing is;
//! - [`authentication`]: who calls with one; [`uses`]: when it was used and refused, gathered and written once a minute;
//! - [`store`]: the table, and what moves with its owner's standing;
//! - [`routes`]: `/v1/organisations/{id}/access-tokens`, `/v1/access-tokens`, what the network admin cuts off.

pub mod authentication;
pub mod codes;
pub mod model;
pub mod routes;
pub mod rules;
pub mod secret;
pub mod store;
pub mod uses;

pub use authentication::AccessTokens;
pub use routes::operations;
