//! Where a client finds everything (RFC 8414).

use serde_json::{Value, json};

use super::routes::{INTROSPECT, REVOKE, TOKEN};
use super::rules::{GRANT, grantable};

/// How clients authenticate themselves.
const METHODS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// The document at `/.well-known/oauth-authorization-server` of the server that is reached at `issuer`.
pub fn document(issuer: &str) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "issuer": issuer,
        "token_endpoint": at(TOKEN),
        "token_endpoint_auth_methods_supported": METHODS,
        "jwks_uri": at("/.well-known/jwks.json"),
        "scopes_supported": grantable().codes(),
        // There is no authorisation endpoint, and so none of its answers; but the member is required, and an array
        // without elements must not stand in the document (RFC 8414, section 3.2).
        "response_types_supported": ["none"],
        "grant_types_supported": [GRANT],
        "revocation_endpoint": at(REVOKE),
        "revocation_endpoint_auth_methods_supported": METHODS,
        "introspection_endpoint": at(INTROSPECT),
        "introspection_endpoint_auth_methods_supported": METHODS,
        "service_documentation": at("/docs"),
        "ui_locales_supported": ["ar", "en"],
    })
}
