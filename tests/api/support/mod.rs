//! What the tests share: databases, servers, clients, and a small network of people.
//!
//! - [`postgres`]: the PostgreSQL of the run, and private ones for tests that break theirs;
//! - [`server`]: [`TestServer`](server::TestServer), in this process;
//! - [`process`]: the binary, as a process of its own;
//! - [`client`], [`reply`]: requests and what came back;
//! - [`document`], [`examples`]: the operations as the OpenAPI document has them, and things to call them for;
//! - [`smtp`], [`authority`], [`letter`]: a mail server, its certificates, and the mails that it was given, read;
//! - [`stored`]: what stands in a database, looked through for secrets;
//! - [`world`]: two organisations with a person in every role, and the network's admin.

#![allow(dead_code, reason = "not every test file needs every helper")]

pub mod authority;
pub mod client;
pub mod document;
pub mod examples;
pub mod letter;
pub mod postgres;
pub mod process;
pub mod reply;
pub mod server;
pub mod smtp;
pub mod stored;
pub mod world;

use std::time::{Duration, Instant};

pub use awasir::db::Engine;
#[allow(unused_imports, reason = "as the helpers")]
pub use client::Client;
#[allow(unused_imports, reason = "as the helpers")]
pub use reply::Reply;
pub use serde_json::{Value, json};
pub use server::TestServer;
pub use world::World;

/// Two tests of one body, `name::sqlite` and `name::postgres`. The argument is an [`Engine`], or what
/// can be started on one: a [`TestServer`], a [`World`].
macro_rules! on_both_engines {
    ($( $(#[$meta:meta])* fn $name:ident($subject:ident: $type:ty) $body:block )+) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "a body may need none of them")]
            use super::*;

            #[allow(unused_mut, reason = "a body may leave it as it is")]
            fn run(mut $subject: $type) $body

            #[test]
            fn sqlite() {
                run(<$type as $crate::support::OnEngine>::on($crate::support::Engine::Sqlite));
            }

            #[test]
            fn postgres() {
                if $crate::support::postgres::is_there(concat!(module_path!(), "::postgres")) {
                    run(<$type as $crate::support::OnEngine>::on($crate::support::Engine::Postgres));
                }
            }
        }
    )+ };
}

/// What a test can be handed for an engine.
pub trait OnEngine {
    /// Makes it.
    fn on(engine: Engine) -> Self;
}

impl OnEngine for Engine {
    fn on(engine: Engine) -> Self {
        engine
    }
}

impl OnEngine for TestServer {
    fn on(engine: Engine) -> Self {
        Self::start(engine)
    }
}

impl OnEngine for World {
    fn on(engine: Engine) -> Self {
        Self::start(engine)
    }
}

/// Waits until something holds, and says for what it waited when it does not come.
#[track_caller]
pub fn eventually(what: &str, within: Duration, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < within, "{what}: not within {within:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A text in Arabic alone: `{"ar": …}`.
pub fn ar(text: &str) -> Value {
    json!({ "ar": text })
}
