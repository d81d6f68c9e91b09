//! Mail: what is sent to whom, once and no more, and what is not.

mod inviting;
mod moving;
mod resetting;
mod securing;
mod sending;
mod settling;

use std::time::Duration;

use awasir::config::{Settings, SmtpSecurity};
use awasir::db::schema::outbox;
use awasir::mail::worker::{self, Step};
use diesel::prelude::*;

use crate::support::smtp::{Oddity, Received, Smtp};
use crate::support::world::PASSWORD;
use crate::support::*;

const MINUTE: Duration = Duration::from_secs(60);
const ASK: &str = "/v1/auth/password-reset";
const RESET: &str = "/v1/auth/reset";
const ACCEPT: &str = "/v1/auth/invitations/accept";
const NEW: &str = "نخيل على ضفة النيل";

/// A small network that sends mail, and the server that takes it.
struct Posted {
    world: World,
    smtp: Smtp,
}

impl Posted {
    fn with(engine: Engine, smtp: Smtp, change: impl FnOnce(&mut Settings)) -> Self {
        let server = TestServer::with(engine, |settings| {
            smtp.settings(settings);
            change(settings);
        });
        Self { world: World::on(server), smtp }
    }

    fn invite(&self, email: &str) -> Value {
        let body =
            json!({"email": email, "role": "contributor", "name": {"ar": "آمنة بشير", "en": "Amna Bashir"}});
        self.world.a.admin.post(&self.world.a.path("/invitations"), body).expect(201).json()
    }

    fn ask(&self, email: &str) -> Reply {
        self.world.stranger.post(ASK, json!({"email": email})).expect(202)
    }

    fn step(&self) -> Step {
        step(&self.world.server)
    }

    fn send_all(&self) -> Vec<Step> {
        send_all(&self.world.server)
    }

    /// What is left of the mails.
    fn rows(&self) -> Vec<Left> {
        rows(&self.world.server)
    }
}

impl OnEngine for Posted {
    /// In clear, which is what takes the least time.
    fn on(engine: Engine) -> Self {
        Self::with(engine, Smtp::start(SmtpSecurity::None), |_| {})
    }
}

fn step(server: &TestServer) -> Step {
    actix_web::rt::System::new().block_on(worker::step(&server.app)).unwrap()
}

/// Takes steps until nothing is left to do; what they came to.
fn send_all(server: &TestServer) -> Vec<Step> {
    actix_web::rt::System::new().block_on(async {
        let mut steps = Vec::new();
        loop {
            match worker::step(&server.app).await.unwrap() {
                Step::Idle => return steps,
                step => steps.push(step),
            }
        }
    })
}

/// What is left of a mail in the table.
#[derive(Debug, Queryable)]
struct Left {
    kind: String,
    attempts: i64,
    next_attempt_at: Option<awasir::types::Instant>,
    sealed: Option<Vec<u8>>,
    sent_at: Option<awasir::types::Instant>,
    failed_at: Option<awasir::types::Instant>,
    last_error: Option<String>,
}

fn rows(server: &TestServer) -> Vec<Left> {
    server.look(|db| {
        outbox::table
            .order(outbox::created_at)
            .select((
                outbox::kind,
                outbox::attempts,
                outbox::next_attempt_at,
                outbox::sealed,
                outbox::sent_at,
                outbox::failed_at,
                outbox::last_error,
            ))
            .load(db)
            .unwrap()
    })
}

/// Signs in; the status.
fn sign_in(world: &World, email: &str, password: &str) -> u16 {
    world.stranger.post("/v1/auth/login", json!({"email": email, "password": password})).send().status
}
