//! OAuth 2.0: clients of it, their tokens, what is refused, where everything is.

use std::time::Duration;

use crate::support;
use crate::support::world::Organisation;
use crate::support::*;

mod ending;
mod forms;
mod limits;
mod metadata;
mod tokens;

const TOKEN: &str = "/v1/oauth/token";
const REVOKE: &str = "/v1/oauth/revoke";
const INTROSPECT: &str = "/v1/oauth/introspect";
const FORM: &str = "application/x-www-form-urlencoded";
/// An id that is no client's.
const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const SECOND: Duration = Duration::from_secs(1);

/// An access token, as a client of OAuth 2.0.
#[derive(Clone)]
struct Machine {
    id: String,
    secret: String,
    stranger: Client,
}

impl Machine {
    /// An organisation's, made by its admin: a viewer's with these rights, or as the body says otherwise.
    fn of(world: &World, organisation: &Organisation, rights: &[&str], otherwise: Value) -> Self {
        let day = Duration::from_secs(24 * 3600);
        let mut body = json!({
            "name": "مزامنة", "role": "viewer", "permissions": rights,
            "expires_at": world.server.app.clock.now().plus(30 * day),
        });
        for (name, value) in otherwise.as_object().unwrap() {
            body[name] = value.clone();
        }
        let made = organisation.admin.post(&organisation.path("/access-tokens"), body).expect(201);
        let secret = made.json()["secret"].as_str().unwrap().to_owned();
        Self { id: made.id(), secret, stranger: world.stranger.clone() }
    }

    /// One that reads organisations and projects.
    fn reader(world: &World, organisation: &Organisation) -> Self {
        Self::of(world, organisation, &["organisations:read", "projects:read"], json!({}))
    }

    /// Its path.
    fn path(&self) -> String {
        format!("/v1/access-tokens/{}", self.id)
    }

    /// The same with another secret.
    fn with(&self, secret: &str) -> Self {
        Self { secret: secret.to_owned(), ..self.clone() }
    }

    /// A form, the client in HTTP Basic.
    fn post(&self, path: &str, form: &[(&str, &str)]) -> support::client::Request {
        self.stranger.request(reqwest::Method::POST, path).basic(&self.id, &self.secret).form(form)
    }

    /// Asks for a JWT.
    fn ask(&self, scope: Option<&str>) -> support::client::Request {
        let scope = scope.map(|scope| ("scope", scope));
        let form: Vec<_> = [("grant_type", "client_credentials")].into_iter().chain(scope).collect();
        self.post(TOKEN, &form)
    }

    /// Somebody who calls with a JWT of it.
    #[track_caller]
    fn caller(&self, scope: Option<&str>) -> Client {
        let given = self.ask(scope).expect(200).json();
        self.stranger.with_token(given["access_token"].as_str().unwrap())
    }

    /// What it is told of a token.
    #[track_caller]
    fn told(&self, token: &str) -> Value {
        self.post(INTROSPECT, &[("token", token)]).expect(200).json()
    }

    /// Ends a token.
    #[track_caller]
    fn end(&self, token: &str) -> Reply {
        let reply = self.post(REVOKE, &[("token", token)]).expect(200);
        assert!(reply.body.is_empty(), "{reply}");
        reply
    }
}

fn inactive() -> Value {
    json!({"active": false})
}
