//! The second factor: set up, signed in with, guessed at, lost, required, removed.

mod challenges;
mod guessing;
mod invited;
mod kept;
mod required;
mod road;

use std::time::Duration;

use totp_rs::{Builder, Secret};

use crate::support::world::PASSWORD;
use crate::support::*;

const TOTP: &str = "/v1/me/totp";
const CONFIRM: &str = "/v1/me/totp/confirm";
const CODES: &str = "/v1/me/totp/recovery-codes";
const ANSWER: &str = "/v1/auth/second-factor";
const LOGIN: &str = "/v1/auth/login";
const STEP: Duration = Duration::from_secs(30);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn text(reply: &Reply, member: &str) -> String {
    reply.json()[member].as_str().unwrap_or_else(|| panic!("no {member}: {reply}")).to_owned()
}

/// An authenticator app, and the codes on paper.
struct App {
    email: String,
    secret: String,
    recovery: Vec<String>,
}

impl App {
    /// Set up by somebody signed in, who signs in with this address.
    #[track_caller]
    fn of(server: &TestServer, client: &Client, email: &str) -> Self {
        let secret = text(&client.post(TOTP, json!({})).expect(200), "secret");
        let mut app = Self { email: email.to_owned(), secret, recovery: Vec::new() };
        let confirmed = client.post(CONFIRM, json!({"code": app.code(server)})).expect(200).json();
        app.recovery = serde_json::from_value(confirmed["recovery_codes"].clone()).unwrap();
        // The next code is a new one.
        server.advance(STEP);
        app
    }

    /// The code that is shown now.
    fn code(&self, server: &TestServer) -> String {
        self.code_at(server, 0)
    }

    /// The code that is shown so many seconds from now.
    fn code_at(&self, server: &TestServer, seconds: i64) -> String {
        let at = server.app.clock.now().micros() / 1_000_000 + seconds;
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        totp.generate(at.unsigned_abs()).to_string()
    }

    /// A code that is none of those near now.
    fn wrong(&self, server: &TestServer) -> String {
        let near: Vec<String> = (-5..=5).map(|step| self.code_at(server, step * 30)).collect();
        (0..100).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }

    fn sign_in(&self, server: &TestServer) -> Reply {
        server.stranger().post(LOGIN, json!({"email": self.email, "password": PASSWORD})).send()
    }

    /// What the right password gets.
    #[track_caller]
    fn challenge(&self, server: &TestServer) -> String {
        text(&self.sign_in(server).problem("second-factor-required").expect(401), "challenge")
    }

    /// A challenge answered with a code.
    #[track_caller]
    fn answer(&self, server: &TestServer, code: &str) -> Reply {
        answer(server, &self.challenge(server), code)
    }
}

fn answer(server: &TestServer, challenge: &str, code: &str) -> Reply {
    server.stranger().post(ANSWER, json!({"challenge": challenge, "code": code})).send()
}

/// A client with the tokens of a sign-in.
#[track_caller]
fn with(server: &TestServer, reply: &Reply) -> Client {
    server.stranger().with_token(&text(reply, "access_token"))
}

fn both(password: &str, code: &str) -> Value {
    json!({"password": password, "code": code})
}

/// How many recovery codes are left, as the person is told.
fn left(client: &Client) -> i64 {
    client.get("/v1/me").expect(200).json()["recovery_codes_left"].as_i64().unwrap()
}
