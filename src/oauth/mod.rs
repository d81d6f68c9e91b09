//! OAuth 2.0 for machines: an access token's id and the access token itself are a client's credentials.
//!
//! - [`model`]: what the forms say and what is answered; [`rules`]: which rights a scope names;
//! - [`client`]: whether a client is who it says (RFC 6749, section 2.3);
//! - [`kinds`]: what a text is that a client shows;
//! - [`metadata`]: where all of it is (RFC 8414);
//! - [`routes`]: `/v1/oauth/token` (RFC 6749, RFC 9068), `…/revoke` (RFC 7009), `…/introspect` (RFC 7662).

pub mod client;
pub mod kinds;
pub mod metadata;
pub mod model;
pub mod routes;
pub mod rules;

pub use routes::operations;
