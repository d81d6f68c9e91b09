//! Who signs in: accounts, sessions, passwords.
//!
//! - [`model`]: the public types; [`password`]: a password in a body;
//! - [`rules`]: what a refresh token is worth, what a password may be;
//! - [`proof`]: whether somebody is who they say; [`signing`]: sessions begun and tokens handed out;
//! - [`second_factor`]: the authenticator app and the recovery codes;
//! - [`notices`]: what is mailed to people about their account without their asking;
//! - [`leaving`]: an account erased, with all that its owner was anywhere;
//! - [`operating`]: what the operator does to accounts;
//! - [`store`]: users, sessions, reset codes, and what cuts people off;
//! - [`routes`]: `/v1/auth/login`, `/v1/me` and the like.

pub mod leaving;
pub mod model;
pub mod notices;
pub mod operating;
pub mod password;
pub mod proof;
pub mod routes;
pub mod rules;
pub mod second_factor;
pub mod signing;
pub mod store;

pub use operating::create_network_admin;
pub use routes::operations;
