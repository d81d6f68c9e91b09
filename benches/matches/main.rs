//! How long the matches of a project take among twenty thousand donors, for its own organisation and for an outsider:
//!
//! ```text
//! cargo bench --bench matches   # under a minute
//! ```
//!
//! The project is made through the API of the released binary, the donors are written into their tables; each request
//! is put one at a time on one connection, and medians count.

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

use ::awasir::db::schema::{audience, donor_places, donor_sectors, donors};
use ::awasir::db::{Db, Target};
use ::awasir::donors::matching;
use ::awasir::reference::tables::tables;
use ::awasir::types::{AnyId, DonorId, Json, OrganisationId, Sector};
use awasir::Awasir;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use load::Request;
use serde_json::{Value, json};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many donors.
const DONORS: usize = 20_000;
/// How often it is asked.
const REQUESTS: usize = 40;
/// How long it may take, in milliseconds, on SQLite.
const BAR: f64 = 20.0;
/// The project's organisation, and an outsider.
const ADMINS: [&str; 2] = ["own@matches.example", "outsider@matches.example"];
/// Organisations whose the donors are.
const ORGANISATIONS: usize = 40;

fn main() {
    load::stop_on_interrupt();
    let folder = tempfile::Builder::new().prefix("awasir-matches-").tempdir().expect("a temporary folder");
    println!("{}; {DONORS} donors, medians of {REQUESTS} requests\n", machine::machine());
    println!("| engine | as | ms | ≤ {BAR} |\n| --- | --- | --- | --- |");
    let place = folder.path().join("sqlite");
    measure("SQLite", &format!("sqlite://{}", place.join("awasir.db").display()), &place);
    match postgres::Cluster::private(false) {
        Some(cluster) => {
            let create = "create database matches template template0 encoding 'UTF8'";
            postgres::execute(&cluster.url("postgres"), create);
            measure("PostgreSQL", &cluster.url("matches"), &folder.path().join("postgres"));
        }
        None => eprintln!("PostgreSQL is not installed: not measured"),
    }
}

fn measure(engine: &str, url: &str, folder: &Path) {
    let began = Instant::now();
    let seed = seed::plant_so_many(url, folder, ORGANISATIONS, &ADMINS);
    let server = Awasir::start(url, folder);
    let tokens = ADMINS.map(|email| server.sign_in_as(email));
    let project = project(&server, &tokens[0]);
    fill(url, &seed.organisations);
    eprintln!("{engine}: made in {:.0} s", began.elapsed().as_secs_f64());
    for (who, token) in [("its organisation", &tokens[0]), ("an outsider", &tokens[1])] {
        let path = format!("/v1/projects/{project}/donor-matches");
        let request = Request::new("GET", &path, Some(&format!("Bearer {token}")), None);
        let target = load::Target { address: server.address, request, expected: 200 };
        check(&load::once(&target).body);
        let median = median(load::times(&target, REQUESTS));
        let met = if median <= BAR { "yes" } else { "**no**" };
        println!("| {engine} | {who} | {median:.1} | {met} |");
    }
}

/// What is measured is a full list of good matches.
fn check(body: &[u8]) {
    let matches: Value = serde_json::from_slice(body).expect("JSON");
    assert_eq!(matches["data"].as_array().map(Vec::len), Some(20));
    let best = &matches["data"][0];
    assert!(best["shared_sectors"] != json!([]) && best["shared_places"] != json!([]), "{best}");
}

fn project(server: &Awasir, token: &str) -> String {
    let client = reqwest::blocking::Client::new();
    let body = json!({
        "title": {"ar": "مدرسة القرية"}, "status": "seeking_support", "visibility": "network", "amounts_visibility": "network",
        "sectors": ["education", "health", "water_sanitation"], "budget": {"amount": "2500000", "currency": "SDG"},
        "place": {"name": {"ar": "الجزيرة"}, "country": "SD", "admin1_pcode": "SD15"},
    });
    let sent =
        client.post(format!("http://{}/v1/projects", server.address)).bearer_auth(token).json(&body).send();
    let made: Value = sent.and_then(|answer| answer.error_for_status()?.json()).expect("an answer");
    made["id"].as_str().expect("an id").to_owned()
}

/// Writes the donors: of one to six fields of work, in none to three places, half of them with a range in SDG. All are
/// known to the network, so that all are looked at.
fn fill(url: &str, organisations: &[OrganisationId]) {
    let mut db = Target::parse(url).and_then(|target| target.connect().ok()).expect("a connection");
    let now = ::awasir::types::Instant::system_now();
    let places = tables();
    let pcodes: Vec<&str> = places.states.keys().chain(places.localities.keys()).copied().collect();
    db.batch_execute("begin").expect("a transaction");
    for n in 0..DONORS {
        let id = DonorId(uuid::Uuid::now_v7());
        // Spread without a generator: the same at every run.
        let at = |step: usize, of: usize| (n * step + n / 7) % of;
        let sectors: Vec<Sector> =
            (0..=at(3, 6)).map(|k| Sector::ALL[at(5 + 2 * k, Sector::ALL.len())]).collect();
        let own_places: Vec<&str> = (0..at(11, 4)).map(|k| pcodes[at(13 + 4 * k, pcodes.len())]).collect();
        let listed = |pcode: &&str| {
            let (state, locality) = if pcode.len() == 4 { (Some(pcode), None) } else { (None, Some(pcode)) };
            json!({"name": {"ar": "مكان"}, "country": "SD", "admin1_pcode": state, "admin2_pcode": locality,
                   "latitude": null, "longitude": null})
        };
        let kept: Json<Value> = Json::new(&own_places.iter().map(listed).collect()).expect("JSON");
        let minimum = i64::try_from(at(17, 50)).unwrap_or(0) * 10_000_000;
        let range = (n % 2 == 0).then_some("SDG");
        let name = json!({"ar": format!("مؤسسة رقم {n} الخيرية"), "en": format!("Foundation {n}")});
        diesel::insert_into(donors::table)
            .values((
                (donors::id.eq(id), donors::organisation_id.eq(organisations[n % organisations.len()])),
                (donors::kind.eq("foundation"), donors::visibility.eq("network")),
                donors::name.eq(Some(Json::new(&name).expect("JSON"))),
                (donors::sectors.eq(Json::new(&json!(sectors)).expect("JSON")), donors::places.eq(kept)),
                donors::minimum_minor.eq(range.map(|_| minimum)),
                donors::maximum_minor.eq(range.map(|_| minimum * 10)),
                donors::range_currency.eq(range),
                donors::folded.eq(format!("مؤسسه رقم {n} الخيريه")),
                donors::sector_bits.eq(matching::sector_bits(&sectors)),
                donors::state_bits.eq(matching::state_bits(own_places.iter().copied())),
                (donors::version.eq(1), donors::created_at.eq(now), donors::updated_at.eq(now)),
            ))
            .execute(&mut db)
            .expect("a donor");
        for sector in unique(&sectors) {
            diesel::insert_into(donor_sectors::table)
                .values((donor_sectors::donor_id.eq(id), donor_sectors::sector.eq(sector.as_str())))
                .execute(&mut db)
                .expect("a field");
        }
        for pcode in unique(&own_places) {
            diesel::insert_into(donor_places::table)
                .values((donor_places::donor_id.eq(id), donor_places::pcode.eq(pcode)))
                .execute(&mut db)
                .expect("a place");
        }
        diesel::insert_into(audience::table)
            .values((
                audience::thing_kind.eq("donor"),
                audience::organisation_id.eq(AnyId(uuid::Uuid::nil())),
                audience::created_at.eq(now),
                audience::thing_id.eq(AnyId(id.0)),
            ))
            .execute(&mut db)
            .expect("an audience");
    }
    db.batch_execute("commit").expect("to commit");
    if let Db::Postgres(_) = db {
        // As the server itself would after a while.
        db.batch_execute("vacuum analyze").expect("to settle");
    }
}

fn unique<T: Ord + Copy>(list: &[T]) -> Vec<T> {
    let mut list = list.to_vec();
    list.sort_unstable();
    list.dedup();
    list
}

/// In milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}
