//! The demonstration: a small network, among it the visit of the source document, made by the calls in
//! `data/demo/network.json` through the API itself.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::http::Method;
use diesel::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::Caller;
use crate::app::App;
use crate::db::Db;
use crate::db::schema::{database_marks, organisations, users};
use crate::http::internal::Internal;
use crate::http::problem::{Problem, Result};
use crate::journal::Author;
use crate::types::{Instant, TimeZoneName};

const NETWORK: &str = include_str!("../data/demo/network.json");
/// From where the demonstration calls itself.
const LOOPBACK: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// The demonstration's only password. It is public, so such a server listens on loopback alone.
const PASSWORD: &str = "awasir-demo";
const MARK: &str = "demonstration";
const LOADING: &str = "loading";
const LOADED: &str = "loaded";
const NETWORK_ADMIN: &str = "network-admin";
/// When the demonstration's network began.
const BEGINNING: &str = "today-80";

#[derive(Deserialize)]
struct Network {
    ids: HashMap<String, String>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    note: String,
    /// The day to which the clock is moved first.
    on: Option<String>,
    #[serde(rename = "as")]
    who: Option<String>,
    get: Option<String>,
    post: Option<String>,
    put: Option<String>,
    patch: Option<String>,
    #[serde(default)]
    housekeeping: bool,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    keep: HashMap<String, String>,
}

impl Step {
    /// Its one call: the method, and the path as it is written.
    fn call(&self) -> Option<(Method, &str)> {
        let calls = [
            (Method::GET, &self.get),
            (Method::POST, &self.post),
            (Method::PUT, &self.put),
            (Method::PATCH, &self.patch),
        ];
        let mut calls = calls.into_iter().filter_map(|(method, path)| Some((method, path.as_deref()?)));
        calls.next().filter(|_| calls.next().is_none())
    }
}

/// What a database is to the demonstration.
#[derive(PartialEq, Eq)]
enum Standing {
    Empty,
    Interrupted,
    Demonstration,
    Other,
}

/// Loads the demonstration into an empty database, and tells who can sign in. A database that the
/// demonstration itself filled is left as it is.
///
/// # Errors
/// `internal` when the database holds something else, or a step fails: then with the step's note.
pub async fn load(app: &Arc<App>) -> Result<Vec<String>> {
    match app.database.snapshot(standing).await? {
        Standing::Demonstration => return Ok(greeting()),
        Standing::Interrupted => {
            return Err(Problem::internal(
                "the demonstration was interrupted while it was being loaded: delete the database (the file \
                 and what lies beside it under the same name, or the PostgreSQL database) and start again",
            ));
        }
        Standing::Other => {
            return Err(Problem::internal(
                "the database holds something already, and the demonstration is for an empty one: \
                 name another with --database-url sqlite://…",
            ));
        }
        Standing::Empty => {}
    }
    mark(app, LOADING).await?;
    // Who signs in on eighty days within a minute would be taken for a guesser.
    let limited = app.limits.switch(false);
    let loaded = fill(app).await;
    app.limits.switch(limited);
    // Whatever came of it, the server goes on in the present.
    go_to(app, Instant::system_now()).await?;
    loaded?;
    mark(app, LOADED).await?;
    Ok(greeting())
}

/// Makes the calls, the first of them some months ago: what takes weeks has taken them.
async fn fill(app: &Arc<App>) -> Result<()> {
    let network: Network = serde_json::from_str(NETWORK).map_err(Problem::internal)?;
    let email = address(NETWORK_ADMIN);
    crate::accounts::create_network_admin(app, &email, PASSWORD).await?;
    let mut loader = Loader::new(app, network.ids)?;
    loader.move_to(BEGINNING).await?;
    for step in network.steps {
        loader.run(&step).await.map_err(|problem| told(&step, &problem))?;
    }
    Ok(())
}

/// Writes down how far the loading has come.
async fn mark(app: &App, value: &'static str) -> Result<()> {
    app.database
        .write(Author::command("demo"), move |writer| {
            let db = writer.db();
            diesel::delete(database_marks::table.find(MARK)).execute(db)?;
            diesel::insert_into(database_marks::table)
                .values((database_marks::name.eq(MARK), database_marks::value.eq(value)))
                .execute(db)?;
            Ok(())
        })
        .await
}

fn told(step: &Step, problem: &Problem) -> Problem {
    let path = step.call().map_or("", |(_, path)| path);
    Problem::internal(format!(
        "the demonstration stopped at “{}” ({}): {} {:?} {}",
        step.note,
        path,
        problem.code().as_str(),
        problem.field_errors(),
        problem.cause().unwrap_or_default()
    ))
}

fn standing(db: &mut Db) -> Result<Standing> {
    let marked: Option<String> =
        database_marks::table.find(MARK).select(database_marks::value).first(db).optional()?;
    match marked.as_deref() {
        Some(LOADED) => return Ok(Standing::Demonstration),
        Some(_) => return Ok(Standing::Interrupted),
        None => {}
    }
    let anyone: i64 = users::table.limit(1).count().get_result(db)?;
    let anything: i64 = organisations::table.limit(1).count().get_result(db)?;
    Ok(if anyone + anything == 0 { Standing::Empty } else { Standing::Other })
}

fn address(who: &str) -> String {
    format!("{who}@demo.example")
}

fn greeting() -> Vec<String> {
    let who = |email: &str, what: &str| format!("  {:<40} {what}", address(email));
    vec![
        format!("شبكة العرض التجريبي · the demonstration network. Everybody's password: {PASSWORD}"),
        who(NETWORK_ADMIN, "مشرف الشبكة · the network's admin"),
        who("idaid", "منظمة عِديد البشاقرة · admin (the source's visitor)"),
        who("kasambar", "جمعية الكسمبر الخيرية · admin (the source's host)"),
        who("bir-alsalam", "جمعية بئر السلام الخيرية · admin (fictional)"),
        who("bir-alsalam.coordinator", "جمعية بئر السلام الخيرية · coordinator"),
        who("bir-alsalam.viewer", "جمعية بئر السلام الخيرية · viewer"),
        who("jusoor", "مبادرة جسور الخير الشبابية · admin (fictional)"),
        who("jusoor.contributor", "مبادرة جسور الخير الشبابية · contributor"),
        who("jasmine", "غرفة طوارئ حي الياسمين · admin (fictional)"),
        who("sanabil", "مؤسسة سنابل الغد · admin (fictional)"),
    ]
}

struct Loader {
    app: Arc<App>,
    internal: Internal,
    values: HashMap<String, Value>,
    tokens: HashMap<String, String>,
    zone: TimeZoneName,
    /// The moment of the loading, which "today" means.
    present: Instant,
}

impl Loader {
    fn new(app: &Arc<App>, ids: HashMap<String, String>) -> Result<Self> {
        let mut values: HashMap<String, Value> =
            ids.into_iter().map(|(name, id)| (name, Value::String(id))).collect();
        values.insert("password".to_owned(), json!(PASSWORD));
        let zone = app.settings.time_zone.parse().map_err(Problem::internal)?;
        let internal = Internal::new(app);
        Ok(Self {
            app: Arc::clone(app),
            internal,
            values,
            tokens: HashMap::new(),
            zone,
            present: app.clock.now(),
        })
    }

    async fn run(&mut self, step: &Step) -> Result<()> {
        if let Some(day) = &step.on {
            self.move_to(day).await?;
        }
        if step.housekeeping {
            return crate::housekeeping::round(&self.app).await.map(drop);
        }
        let call = step.call();
        let (method, path) = call.ok_or_else(|| Problem::internal("a step is one call, or housekeeping"))?;
        let path = self.in_text(path)?;
        let caller = match &step.who {
            Some(who) => Some(self.caller(who).await?),
            None => None,
        };
        if let Some((thing, _)) = path.rsplit_once('/').filter(|_| mentions(&step.body, "$seen")) {
            let seen = self.internal.call(caller.clone(), &Method::GET, thing, &json!({})).await?;
            let seen: Value = serde_json::from_slice(seen.bytes()).map_err(Problem::internal)?;
            self.values.insert("seen".to_owned(), seen["version"].clone());
            for (name, value) in seen.as_object().into_iter().flatten() {
                self.values.insert(format!("seen.{name}"), value.clone());
            }
        }
        let body = self.filled(&step.body)?;
        let answer = self.internal.call(caller, &method, &path, &body).await?;
        if !step.keep.is_empty() {
            let answer: Value = serde_json::from_slice(answer.bytes()).map_err(Problem::internal)?;
            for (name, pointer) in &step.keep {
                let value = answer.pointer(pointer).cloned().unwrap_or_default();
                self.values.insert(name.clone(), value);
            }
        }
        Ok(())
    }

    /// Signs in, or stays signed in while the token is good: a new membership makes it stale.
    async fn caller(&mut self, who: &str) -> Result<Arc<Caller>> {
        if let Some(token) = self.tokens.get(who)
            && let Ok(caller) = self.app.authenticate(token, LOOPBACK).await
        {
            return Ok(caller);
        }
        let body = json!({"email": address(who), "password": PASSWORD});
        let answer = self.internal.call(None, &Method::POST, "/v1/auth/login", &body).await?;
        let answer: Value = serde_json::from_slice(answer.bytes()).map_err(Problem::internal)?;
        let token = answer["access_token"].as_str().unwrap_or_default().to_owned();
        let caller = self.app.authenticate(&token, LOOPBACK).await?;
        self.tokens.insert(who.to_owned(), token);
        Ok(caller)
    }

    fn filled(&self, body: &Value) -> Result<Value> {
        Ok(match body {
            Value::String(text) => self.value(text)?,
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect::<Result<_>>()?,
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| Ok((name.clone(), self.filled(member)?)))
                .collect::<Result<_>>()?,
            other => other.clone(),
        })
    }

    /// Moves the clock to a day, at this time of day; never ahead of the present.
    async fn move_to(&self, day: &str) -> Result<()> {
        let back = days(day)?.filter(|days| *days <= 0).unwrap_or(0).unsigned_abs();
        let past = std::time::Duration::from_secs(u64::from(back) * 24 * 3600);
        go_to(&self.app, Instant::system_now().minus(past)).await
    }

    fn value(&self, text: &str) -> Result<Value> {
        if let Some(name) = text.strip_prefix('$') {
            let unknown = || Problem::internal(format!("the demonstration has no value ${name}"));
            return self.values.get(name).cloned().ok_or_else(unknown);
        }
        if let Some(days) = days(text)? {
            let today = self.zone.today_in_zone(self.present);
            let day = today.plus_days(days).ok_or_else(|| Problem::internal("a date out of range"))?;
            return Ok(json!(day.to_string()));
        }
        Ok(json!(text))
    }

    /// `/v1/visits/$visit.source/propose` with its ids.
    fn in_text(&self, path: &str) -> Result<String> {
        let mut parts = Vec::new();
        for part in path.split('/') {
            parts.push(match part.strip_prefix('$') {
                Some(_) => self.value(part)?.as_str().unwrap_or_default().to_owned(),
                None => part.to_owned(),
            });
        }
        Ok(parts.join("/"))
    }
}

/// Sets the clock, and waits until it is known what was revoked by that time.
async fn go_to(app: &App, moment: Instant) -> Result<()> {
    app.clock.set(moment);
    app.revocations.until_fresh(&app.clock).await;
    if app.revocations.is_fresh(app.clock.now()) {
        return Ok(());
    }
    Err(Problem::unavailable("the revocations are not followed"))
}

/// How many days from today a text names; none where it names no day.
fn days(text: &str) -> Result<Option<i32>> {
    match text.strip_prefix("today") {
        None => Ok(None),
        Some("") => Ok(Some(0)),
        Some(days) => days.parse().map(Some).map_err(Problem::internal),
    }
}

/// Whether a value of this name, or a member of it, is asked for.
fn mentions(body: &Value, text: &str) -> bool {
    match body {
        Value::String(found) => {
            found.strip_prefix(text).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
        Value::Array(items) => items.iter().any(|item| mentions(item, text)),
        Value::Object(members) => members.values().any(|member| mentions(member, text)),
        _ => false,
    }
}
