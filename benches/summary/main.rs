//! How long a programme's summary takes with a hundred thousand progress entries, for a partner and for an outsider:
//!
//! ```text
//! cargo bench --bench summary   # under a minute
//! ```
//!
//! The programme and its activities are made through the API of the released binary, the entries are written into its
//! table; each request is put one at a time on one connection, and medians count.

#[allow(dead_code, reason = "the comparison uses the rest of it")]
#[path = "../compare/awasir.rs"]
mod awasir;
#[allow(dead_code, reason = "as above")]
#[path = "../compare/load.rs"]
mod load;
#[allow(dead_code, reason = "as above")]
#[path = "../compare/machine.rs"]
mod machine;
#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../../tests/api/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "as the comparison")]
#[path = "../compare/process.rs"]
mod process;
#[allow(dead_code, reason = "as above")]
#[path = "../compare/seed.rs"]
mod seed;

use std::path::Path;
use std::time::{Duration, Instant};

use ::awasir::db::schema::{members, programme_progress};
use ::awasir::db::{Db, Target};
use ::awasir::types::{ActivityId, AnyId, CalendarDate, MemberId, OrganisationId, ProgrammeId};
use awasir::Awasir;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use load::Request;
use serde_json::{Value, json};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many entries.
const ENTRIES: usize = 100_000;
/// Of how many activities.
const ACTIVITIES: usize = 200;
/// In how many months.
const MONTHS: usize = 24;
/// How often it is asked.
const REQUESTS: usize = 40;
/// How long it may take, in milliseconds, on SQLite.
const BAR: f64 = 50.0;
/// Two partners, and an outsider.
const ADMINS: [&str; 3] = ["lead@summary.example", "partner@summary.example", "outsider@summary.example"];

fn main() {
    load::stop_on_interrupt();
    let folder = tempfile::Builder::new().prefix("awasir-summary-").tempdir().expect("a temporary folder");
    println!(
        "{}; {ENTRIES} entries of {ACTIVITIES} activities, medians of {REQUESTS} requests\n",
        machine::machine()
    );
    println!("| engine | as | ms | ≤ {BAR} |\n| --- | --- | --- | --- |");
    let place = folder.path().join("sqlite");
    measure("SQLite", &format!("sqlite://{}", place.join("awasir.db").display()), &place);
    match postgres::Cluster::private(false) {
        Some(cluster) => {
            let create = "create database summary template template0 encoding 'UTF8'";
            postgres::execute(&cluster.url("postgres"), create);
            measure("PostgreSQL", &cluster.url("summary"), &folder.path().join("postgres"));
        }
        None => eprintln!("PostgreSQL is not installed: not measured"),
    }
}

fn measure(engine: &str, url: &str, folder: &Path) {
    let began = Instant::now();
    let seed = seed::plant_so_many(url, folder, ADMINS.len(), &ADMINS);
    let server = Awasir::start(url, folder);
    let tokens = ADMINS.map(|email| server.sign_in_as(email));
    let (programme, activities) = programme(&server, &tokens, &seed.organisations);
    fill(url, programme, &activities, seed.organisations[1]);
    eprintln!("{engine}: made in {:.0} s", began.elapsed().as_secs_f64());
    for (who, token) in [("a partner", &tokens[1]), ("an outsider", &tokens[2])] {
        let path = format!("/v1/programmes/{programme}/summary");
        let request = Request::new("GET", &path, Some(&format!("Bearer {token}")), None);
        let target = load::Target { address: server.address, request, expected: 200 };
        check(&load::once(&target).body);
        let median = median(load::times(&target, REQUESTS));
        let met = if median <= BAR { "yes" } else { "**no**" };
        println!("| {engine} | {who} | {median:.1} | {met} |");
    }
}

/// What is measured is the summary of all entries.
fn check(body: &[u8]) {
    let summary: Value = serde_json::from_slice(body).expect("JSON");
    let count = |list: &str| summary[list].as_array().map_or(0, Vec::len);
    assert_eq!((count("by_activity"), count("by_month")), (ACTIVITIES, MONTHS));
    assert!(
        summary["overall"]["reached"]["total"].as_i64() > i64::try_from(ENTRIES).ok(),
        "{}",
        summary["overall"]
    );
}

/// A programme under way, open to the network, with its activities.
fn programme(
    server: &Awasir,
    tokens: &[String],
    partners: &[OrganisationId],
) -> (ProgrammeId, Vec<ActivityId>) {
    let client = reqwest::blocking::Client::new();
    let post = |token: &str, path: &str, body: Value| -> Value {
        let sent =
            client.post(format!("http://{}{path}", server.address)).bearer_auth(token).json(&body).send();
        sent.and_then(|answer| answer.error_for_status()?.json()).expect("an answer")
    };
    let made = post(
        &tokens[0],
        "/v1/programmes",
        json!({
            "title": {"ar": "برنامج الصحة"}, "objectives": {"ar": "خدمة القرى"}, "sectors": ["health"], "community_ids": [],
            "period": {"starts_on": "2024-01-01", "ends_on": "2040-12-31"}, "visibility": "network",
            "partners": [{"organisation_id": partners[0], "role": "lead"}, {"organisation_id": partners[1], "role": "implementing"}],
        }),
    );
    let path = format!("/v1/programmes/{}", made["id"].as_str().expect("an id"));
    let terms = post(&tokens[0], &format!("{path}/propose"), json!({}));
    let terms = json!({"revision": terms["terms_revision"], "digest": terms["terms_digest"]});
    for token in &tokens[..2] {
        post(token, &format!("{path}/sign"), terms.clone());
    }
    post(&tokens[0], &format!("{path}/start"), json!({}));
    let communities: Vec<Value> = (0..10)
        .map(|n| {
            let body = json!({"name": {"ar": format!("قرية {n}")}, "country": "SD", "confirm_new": true});
            post(&tokens[0], "/v1/communities", body)["id"].clone()
        })
        .collect();
    let activity = |n: usize| {
        let body = json!({
            "title": {"ar": format!("نشاط {n}")}, "sector": "health", "led_by_organisation_id": partners[1],
            "community_id": communities[n % communities.len()], "target": {"women": 500, "girls": 200},
        });
        id(&post(&tokens[0], &format!("{path}/activities"), body))
    };
    (id(&made), (0..ACTIVITIES).map(activity).collect())
}

fn id<T: std::str::FromStr>(thing: &Value) -> T {
    thing["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

/// Writes the entries.
fn fill(url: &str, programme: ProgrammeId, activities: &[ActivityId], by: OrganisationId) {
    let mut db = Target::parse(url).and_then(|target| target.connect().ok()).expect("a connection");
    let member: MemberId = members::table
        .filter(members::organisation_id.eq(by))
        .select(members::id)
        .first(&mut db)
        .expect("a member");
    let now = ::awasir::types::Instant::system_now();
    db.batch_execute("begin").expect("a transaction");
    for n in 0..ENTRIES {
        let (month, count) = (n % MONTHS, i64::try_from(n % 17).unwrap_or(0));
        let day = format!("{}-{:02}-15", 2024 + month / 12, month % 12 + 1);
        let on: CalendarDate = day.parse().expect("a date");
        let counting = ["new_people", "new_people", "repeat", "not_known"][n % 4];
        diesel::insert_into(programme_progress::table)
            .values((
                programme_progress::id.eq(AnyId(uuid::Uuid::now_v7())),
                programme_progress::programme_id.eq(programme),
                programme_progress::activity_id.eq(activities[n % activities.len()]),
                programme_progress::starts_on.eq(on),
                programme_progress::ends_on.eq(on),
                programme_progress::month.eq(&day[..7]),
                programme_progress::counting.eq(counting),
                programme_progress::women.eq(count),
                programme_progress::girls.eq(1),
                programme_progress::total.eq(count + 1),
                programme_progress::households.eq(1),
                programme_progress::recorded_by_organisation_id.eq(by),
                programme_progress::recorded_by_member_id.eq(member),
                programme_progress::version.eq(1),
                programme_progress::created_at.eq(now),
            ))
            .execute(&mut db)
            .expect("an entry");
    }
    db.batch_execute("commit").expect("to commit");
    if let Db::Postgres(_) = db {
        // As the server itself would after a while.
        db.batch_execute("vacuum analyze").expect("to settle");
    }
}

/// In milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}
