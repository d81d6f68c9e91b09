//! Requests and what came back. Whatever a test is about, every answer is held to what all answers
//! promise: no 500, problems as problems, and a journal entry for everything made.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use awasir::access::jwt::{Claims, NetworkRole};
use awasir::access::{Rights, Role};
use awasir::app::App;
use awasir::db::schema::{members, organisations, users};
use awasir::http::problem::FIELD_CODES;
use awasir::http::query::encode;
use awasir::types::{OrganisationId, SessionId, UserId};
use diesel::prelude::*;
use reqwest::Method;
use reqwest::blocking::{Client as Http, RequestBuilder};
use serde_json::Value;

use super::reply::Reply;
use super::server::Looking;

static HTTP: LazyLock<Http> =
    LazyLock::new(|| Http::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap());

/// Somebody who calls.
#[derive(Clone)]
pub struct Client {
    url: String,
    who: Who,
    looking: Option<Arc<Looking>>,
}

#[derive(Clone)]
enum Who {
    Stranger,
    Token(String),
    Person(Arc<Person>),
}

/// A person whose tokens the test signs as the server would.
pub struct Person {
    app: Arc<App>,
    looking: Arc<Looking>,
    /// Who.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    token: Mutex<Option<(String, i64)>>,
}

/// How the tests' donors are reached: nobody else has these.
pub const DONOR_CONTACT: [&str; 3] = ["hafiza.bashir@tayyib.example", "0912777333", "+249912777333"];

impl Client {
    /// Somebody who is not signed in.
    pub fn stranger(url: &str, looking: Option<Arc<Looking>>) -> Self {
        Self { url: url.to_owned(), who: Who::Stranger, looking }
    }

    /// A person whose tokens are made here, always with the roles that they have now.
    pub fn person(url: &str, app: Arc<App>, looking: Arc<Looking>, user: UserId, session: SessionId) -> Self {
        let shared = Arc::clone(&looking);
        let person = Person { app, looking, user, session, token: Mutex::new(None) };
        Self { url: url.to_owned(), who: Who::Person(Arc::new(person)), looking: Some(shared) }
    }

    /// The same server, with this token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { who: Who::Token(token.to_owned()), ..self.clone() }
    }

    /// The same caller at another server.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The same caller, whose answers are not compared with the tables.
    pub fn blind(&self) -> Self {
        Self { looking: None, ..self.clone() }
    }

    /// The person's user id.
    #[track_caller]
    pub fn user(&self) -> UserId {
        match &self.who {
            Who::Person(person) => person.user,
            _ => panic!("a stranger has no user id"),
        }
    }

    /// The token of the next request; none for strangers.
    pub fn token(&self) -> Option<String> {
        match &self.who {
            Who::Stranger => None,
            Who::Token(token) => Some(token.clone()),
            Who::Person(person) => Some(person.token()),
        }
    }

    /// Has the next request carry a new token, with the roles of that moment: a refresh.
    pub fn renew(&self) -> &Self {
        if let Who::Person(person) = &self.who {
            *person.token.lock().unwrap() = None;
        }
        self
    }

    /// The same person with a token for no more than these rights.
    pub fn narrowed(&self, rights: Rights) -> Self {
        let Who::Person(person) = &self.who else { return self.clone() };
        let now = person.app.clock.now().micros() / 1_000_000;
        let (claims, _) = person.claims(now);
        let claims = Claims { permissions: Some(rights), ..claims };
        self.with_token(&person.app.keys.sign(&claims).unwrap())
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// Reads the headers alone.
    pub fn head(&self, path: &str) -> Request {
        self.request(Method::HEAD, path)
    }

    /// Creates or acts.
    pub fn post(&self, path: &str, body: Value) -> Request {
        self.request(Method::POST, path).json(&body)
    }

    /// Changes with a merge patch.
    pub fn patch(&self, path: &str, body: Value) -> Request {
        self.request(Method::PATCH, path).json(&body)
    }

    /// Replaces.
    pub fn put(&self, path: &str, body: Value) -> Request {
        self.request(Method::PUT, path).json(&body)
    }

    /// Removes.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// Any request.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let builder = HTTP.request(method.clone(), format!("{}{path}", self.url));
        let builder = match self.token() {
            Some(token) => builder.bearer_auth(token),
            None => builder,
        };
        Request { what: format!("{method} {path}"), method, builder, looking: self.looking.clone() }
    }
}

impl Person {
    fn token(&self) -> String {
        let mut held = self.token.lock().unwrap();
        let now = self.app.clock.now().micros() / 1_000_000;
        match &*held {
            Some((token, expires)) if *expires > now + 30 => token.clone(),
            _ => {
                let (claims, expires) = self.claims(now);
                let token = self.app.keys.sign(&claims).unwrap();
                *held = Some((token.clone(), expires));
                token
            }
        }
    }

    fn claims(&self, now: i64) -> (Claims, i64) {
        type Account = (i64, bool, bool, String);
        let (account, memberships): (Account, Vec<(OrganisationId, Option<String>, String)>) =
            self.looking.with(|db| {
                let account = users::table
                    .find(self.user)
                    .select((users::epoch, users::network_admin, users::password_temporary, users::locale))
                    .first(db)
                    .unwrap();
                let memberships = members::table
                    .inner_join(organisations::table.on(organisations::id.eq(members::organisation_id)))
                    .filter(members::user_id.eq(self.user))
                    .filter(members::left_on.is_null())
                    .select((members::organisation_id, members::role, organisations::status))
                    .load(db)
                    .unwrap();
                (account, memberships)
            });
        let (epoch, network_admin, pwd, locale) = account;
        let roles: BTreeMap<OrganisationId, Role> = memberships
            .iter()
            .filter_map(|(organisation, role, _)| Some((*organisation, role.as_ref()?.parse().unwrap())))
            .collect();
        let suspended =
            memberships.iter().filter(|(.., status)| status != "active").map(|(id, ..)| *id).collect();
        let issuer = self.app.settings.public_url.clone();
        let exp = now + i64::from(self.app.settings.access_token_seconds);
        let claims = Claims {
            iss: issuer.clone(),
            aud: issuer,
            sub: self.user.uuid(),
            owner: None,
            exp,
            iat: now,
            nbf: None,
            jti: self.app.ids.uuid(),
            client_id: "awasir".to_owned(),
            sid: self.session,
            roles,
            epoch,
            suspended,
            permissions: None,
            scope: None,
            networks: Vec::new(),
            network_role: network_admin.then_some(NetworkRole::NetworkAdmin),
            pwd,
            enrol: false,
            locale: locale.parse().unwrap_or_default(),
        };
        (claims, exp)
    }
}

/// A request to be sent.
pub struct Request {
    what: String,
    method: Method,
    builder: RequestBuilder,
    looking: Option<Arc<Looking>>,
}

impl Request {
    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// Says which version was seen: an ETag, `"3"`, `*`.
    pub fn if_match(self, tag: &str) -> Self {
        self.header("If-Match", tag)
    }

    /// Says which version was seen, by its number.
    pub fn version(self, version: i64) -> Self {
        self.if_match(&format!("\"{version}\""))
    }

    /// Gives an `Idempotency-Key`.
    pub fn key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// Says for which organisation.
    pub fn acting_for(self, organisation: impl std::fmt::Display) -> Self {
        self.header("Awasir-Organisation", &organisation.to_string())
    }

    /// Gives a JSON body.
    pub fn json(mut self, body: &Value) -> Self {
        self.builder = self.builder.json(body);
        self
    }

    /// Gives a form.
    pub fn form(self, parameters: &[(&str, &str)]) -> Self {
        let one = |(name, value): &(&str, &str)| format!("{}={}", encode(name), encode(value));
        let form = parameters.iter().map(one).collect::<Vec<_>>().join("&");
        self.bytes("application/x-www-form-urlencoded", form)
    }

    /// Authenticates a client of OAuth 2.0 by HTTP Basic.
    pub fn basic(mut self, id: &str, secret: &str) -> Self {
        self.builder = self.builder.basic_auth(id, Some(secret));
        self
    }

    /// Gives a body as it is, with its type.
    pub fn bytes(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.builder = self.builder.header("Content-Type", media_type).body(body.into());
        self
    }

    /// Gives a body as it is, with its type, in chunks: its length is not told beforehand.
    pub fn chunks(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = reqwest::blocking::Body::new(std::io::Cursor::new(body.into()));
        self.builder = self.builder.header("Content-Type", media_type).body(body);
        self
    }

    /// Sends it; `None` when the connection broke.
    pub fn try_send(self) -> Option<Reply> {
        let response = self.builder.send().ok()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().ok()?.to_vec();
        let reply = Reply { what: self.what, status, headers, body };
        let writes = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&self.method);
        if let Some(looking) = self.looking.filter(|_| writes && (200..300).contains(&status)) {
            reply.assert_journaled(&looking);
        }
        Some(reply)
    }

    /// Sends it. The answer is held to what every answer promises.
    #[track_caller]
    pub fn send(self) -> Reply {
        let (what, head) = (self.what.clone(), self.method == Method::HEAD);
        let Some(reply) = self.try_send() else { panic!("{what}: no answer") };
        assert!(reply.status != 500, "{reply}");
        if reply.is_oauth_error() {
            reply.assert_oauth_error();
        } else if reply.status >= 400 && !head {
            assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{reply}");
            let problem = reply.json();
            assert_eq!(problem["status"], reply.status, "{reply}");
            assert_eq!(problem["request_id"].as_str(), reply.header("x-request-id"), "{reply}");
            let kind = format!("/problems/{}", problem["code"].as_str().unwrap_or_default());
            assert_eq!(problem["type"].as_str(), Some(kind.as_str()), "{reply}");
            assert!(problem["title"].is_string() && problem["instance"].is_string(), "{reply}");
            for (_, code) in reply.errors() {
                let known = FIELD_CODES.iter().any(|(known, ..)| *known == code);
                assert!(known, "{code} is not in the catalogue of fields' codes: {reply}");
            }
        }
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{reply}");
        // A donor's contact is answered where it is asked for and nowhere else, whatever the test is about.
        let asked = what.split('?').next().is_some_and(|what| what.ends_with("/contact"));
        let told = |secret: &&str| reply.body.windows(secret.len()).any(|bytes| bytes == secret.as_bytes());
        assert!(asked || !DONOR_CONTACT.iter().any(told), "a donor's contact: {reply}");
        reply
    }

    /// Sends it, and expects this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Reply {
        self.send().expect(status)
    }

    /// Sends it, and expects what is wrong with the body to stand among the errors.
    #[track_caller]
    pub fn error(self, pointer: &str, code: &str) -> Reply {
        self.send().error(pointer, code)
    }

    /// Sends it, and expects the problem of this code.
    #[track_caller]
    pub fn problem(self, code: &str) -> Reply {
        self.send().problem(code)
    }
}
