//! Invitations: how somebody becomes a user and a member, by a token or by a code to read out.
//!
//! - [`model`]: the public types; [`rules`]: in which state one is;
//! - [`store`]: issued, looked up, accepted, withdrawn; [`accepting`]: who may accept one;
//! - [`routes`]: `/v1/organisations/{id}/invitations` and `/v1/auth/invitations`.

pub mod accepting;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
