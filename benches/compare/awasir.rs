//! The released binary, as it is run in earnest.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use ::awasir::db::Target;
use ::awasir::db::schema::journal_entries;
use ::awasir::types::Clock;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::process::{self, Process};
use crate::seed;

/// A server.
pub struct Awasir {
    process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start until `/readyz` was 200.
    pub started_in: Duration,
}

impl Awasir {
    /// Starts one and waits until it is ready. Its log, with a line for every request, goes to a file.
    pub fn start(url: &str, place: &Path) -> Self {
        Self::start_build(Path::new(env!("CARGO_BIN_EXE_awasir")), url, place)
    }

    /// The same of another build.
    pub fn start_build(binary: &Path, url: &str, place: &Path) -> Self {
        let address = process::free_address();
        let log = std::fs::File::create(place.join("log")).expect("a file for the log");
        let mut command = Command::new(binary);
        command
            .args(["serve", "--listen", &address.to_string()])
            .env_clear()
            .env("AWASIR_DATABASE_URL", url)
            .env("AWASIR_DATA_DIR", place)
            .env("AWASIR_RATE_LIMIT", "off")
            .env("AWASIR_ACCESS_TOKEN_SECONDS", "3600")
            .envs(std::env::vars().filter_map(|(name, value)| {
                // For trying a setting: COMPARE_DATABASE_READERS=4 cargo bench …
                Some((format!("AWASIR_{}", name.strip_prefix("COMPARE_")?), value))
            }))
            .current_dir(place)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let mut process = Process::spawn(&mut command);
        let started_in = process::wait_until_ready(&mut process, address, "/readyz");
        Self { process, address, started_in }
    }

    /// Has a build make its own tables.
    pub fn migrate(binary: &Path, url: &str, place: &Path) {
        let mut command = Command::new(binary);
        command.arg("migrate").env_clear().env("AWASIR_DATABASE_URL", url).env("AWASIR_DATA_DIR", place);
        let status = command.current_dir(place).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.is_ok_and(|status| status.success()), "{} doesn't migrate", binary.display());
    }

    /// An access token, got as anybody gets one.
    pub fn sign_in(&self) -> String {
        self.sign_in_as(seed::EMAIL)
    }

    /// The same for another of those that were planted.
    pub fn sign_in_as(&self, email: &str) -> String {
        let answer: Value = reqwest::blocking::Client::new()
            .post(format!("http://{}/v1/auth/login", self.address))
            .json(&json!({"email": email, "password": seed::PASSWORD}))
            .send()
            .and_then(reqwest::blocking::Response::json)
            .expect("an answer to signing in");
        answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
    }

    /// The secret of an access token of an organisation whose admin's JWT this is.
    pub fn access_token(&self, jwt: &str, organisation: &str) -> String {
        let expires_at = Clock::system().now().plus(Duration::from_secs(24 * 3600));
        let answer: Value = reqwest::blocking::Client::new()
            .post(format!("http://{}/v1/organisations/{organisation}/access-tokens", self.address))
            .bearer_auth(jwt)
            .json(&json!({"name": "compare", "role": "viewer", "expires_at": expires_at}))
            .send()
            .and_then(reqwest::blocking::Response::json)
            .expect("an answer to making a token");
        answer["secret"].as_str().unwrap_or_else(|| panic!("no secret: {answer}")).to_owned()
    }

    /// Its memory that is in RAM, in bytes.
    pub fn resident(&self) -> u64 {
        self.process.resident()
    }

    /// Waits until the journal is numbered: the work that a round left behind is that round's.
    pub fn settle(&self, url: &str) {
        let mut db = Target::parse(url).and_then(|target| target.connect().ok()).expect("a connection");
        for _ in 0..200 {
            let waiting: i64 = journal_entries::table
                .filter(journal_entries::seq.is_null())
                .count()
                .get_result(&mut db)
                .expect("a count");
            if waiting == 0 {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the journal isn't numbered after ten seconds");
    }
}
