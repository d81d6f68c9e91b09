//! Security, shown: the OWASP API Security Top 10 (2023), a file for each item; forged JWTs; what sign-in and resets tell
//! about who has an account; a flood of wrong tokens; what was cut off while a node lost its database.
//!
//! Much of it is shown elsewhere already, derived from the OpenAPI document (`access`, `bad_input`, `manners`); each file
//! says what, and tries what is not tried there: above all with access tokens as callers.

mod api10_unsafe_consumption_of_apis;
mod api1_broken_object_level_authorization;
mod api2_broken_authentication;
mod api3_broken_object_property_level_authorization;
mod api4_unrestricted_resource_consumption;
mod api5_broken_function_level_authorization;
mod api6_unrestricted_access_to_sensitive_business_flows;
mod api7_server_side_request_forgery;
mod api8_security_misconfiguration;
mod api9_improper_inventory_management;
mod cut_connection;
mod jwt;
mod login_timing;
pub mod relay;
mod who_has_an_account;
mod wrong_tokens;

use std::sync::Arc;
use std::time::Duration;

use awasir::access_tokens::authentication::present;
use awasir::types::SessionId;

use crate::support::document::Described;
use crate::support::world::Organisation;
use crate::support::*;

/// What any role may read, from the database.
const READ: &str = "/v1/communities";
/// An id of the right form that names nothing.
const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// An access token that the organisation's admin makes, with its secret.
fn token_of(world: &World, organisation: &Organisation, role: &str, change: Value) -> Value {
    let day = Duration::from_secs(24 * 3600);
    let mut body =
        json!({"name": "آلة", "role": role, "expires_at": world.server.app.clock.now().plus(day * 100)});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    organisation.admin.post(&organisation.path("/access-tokens"), body).expect(201).json()
}

/// A machine of the organisation with all that its role may have.
fn machine_of(world: &World, organisation: &Organisation, role: &str) -> Client {
    machine(world, &token_of(world, organisation, role, json!({})))
}

/// Who calls with a token's secret.
fn machine(world: &World, token: &Value) -> Client {
    world.stranger.with_token(token["secret"].as_str().unwrap())
}

/// The path of a token.
fn path_of(token: &Value) -> String {
    format!("/v1/access-tokens/{}", token["id"].as_str().unwrap())
}

/// A JWT made of an access token, as an exchange makes it.
fn jwt_of(server: &TestServer, token: &Value) -> String {
    let app = Arc::clone(&server.app);
    let secret = token["secret"].as_str().unwrap();
    let presented = actix_web::rt::System::new().block_on(present(&app, secret)).unwrap().unwrap();
    let claims = presented.claims(&app, app.clock.now(), SessionId(app.ids.uuid()), app.ids.uuid());
    app.keys.sign(&claims).unwrap()
}

/// What an answer says, but for what differs from request to request.
fn told(reply: &Reply) -> Value {
    let mut body = if reply.body.is_empty() { Value::Null } else { reply.json() };
    for member in ["request_id", "instance"] {
        if let Some(value) = body.get_mut(member) {
            *value = Value::Null;
        }
    }
    body
}

/// Sends bytes as they are, and reads until the connection ends: the status (0 where none came) and all of the answer.
fn raw(url: &str, request: &[u8]) -> (u16, String) {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    // A server that has read enough may end the connection while this still writes.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    (text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0), text)
}

/// Whether the operation is a person's own: their account, their sessions.
fn is_a_persons(operation: &Described) -> bool {
    operation.rights.iter().any(|right| right == "self") && operation.opened_by().is_empty()
}

/// Gathers what is not as it should be, so that one run shows all of it.
#[derive(Default)]
struct Findings(Vec<String>, usize);

impl Findings {
    /// Notes what is wrong unless it holds.
    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.1 += 1;
        if !holds {
            self.0.push(what().chars().take(1_000).collect());
        }
    }

    /// Fails with what was found; also where fewer than so many things were tried.
    #[track_caller]
    fn settle(self, least: usize) {
        let shown = self.0.iter().take(25).cloned().collect::<Vec<_>>().join("\n\n");
        assert!(self.0.is_empty(), "{} of {}:\n\n{shown}", self.0.len(), self.1);
        assert!(self.1 >= least, "only {} were tried", self.1);
    }
}
