//! The second factor: an authenticator app (TOTP, RFC 6238), and recovery codes for who has lost it.
//!
//! - [`model`]: the public types;
//! - [`totp`]: the secret that app and server share, and which codes follow from it;
//! - [`challenge`]: what stands between password and code, kept by nobody;
//! - [`proving`]: whether a code is good, and how often one may guess;
//! - [`store`]: the tables;
//! - [`routes`]: `/v1/me/totp` and `/v1/auth/second-factor`.

pub mod challenge;
pub mod model;
pub mod proving;
pub mod routes;
pub mod store;
pub mod totp;
