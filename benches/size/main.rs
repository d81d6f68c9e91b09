//! Whether what is asked of visits takes as long in a network of a million of them as in one of ten thousand:
//!
//! ```text
//! cargo bench --bench size             # some twelve minutes and five gigabytes in a temporary folder
//! cargo bench --bench size -- --quick  # 1,000 and 20,000 visits, in two minutes: does it run
//! ```
//! (`--sqlite`, `--postgres`: that engine alone; `--stay`: the servers stay up, to be looked at, until Enter)
//!
//! prints a table in Markdown. Each request is put to the released binary at either size in turn, one at a time on
//! one connection, by an organisation with three visits and by one with a tenth of all; medians count.

#[allow(dead_code, reason = "the comparison uses the rest of it")]
#[path = "../compare/awasir.rs"]
mod awasir;
mod fill;
#[allow(dead_code, reason = "as above")]
#[path = "../compare/load.rs"]
mod load;
#[allow(dead_code, reason = "as above")]
#[path = "../compare/machine.rs"]
mod machine;
mod network;
#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../../tests/api/support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "as above")]
#[path = "../compare/process.rs"]
mod process;
#[allow(dead_code, reason = "as above")]
#[path = "../compare/seed.rs"]
mod seed;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use ::awasir::types::OrganisationId;
use awasir::Awasir;
use load::{Request, Target};
use network::{COMMON_TOPIC, COMMON_WORD, NO_WORD, Network, RARE_TOPIC, RARE_WORD, TWO_LETTERS};

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many organisations.
const ORGANISATIONS: usize = 3_000;
/// The admins of the first two.
const ADMINS: [(&str, &str); 2] = [("few@size.example", "three"), ("many@size.example", "a tenth")];
/// How much longer it may take.
const BAR: f64 = 1.3;

/// How large, and how often each is asked.
struct Pace {
    sizes: [usize; 2],
    rounds: usize,
    requests: usize,
}

fn main() {
    let pace = if std::env::args().any(|argument| argument == "--quick") {
        Pace { sizes: [1_000, 20_000], rounds: 5, requests: 5 }
    } else {
        Pace { sizes: [10_000, 1_000_000], rounds: 40, requests: 5 }
    };
    load::stop_on_interrupt();
    let folder = tempfile::Builder::new().prefix("awasir-size-").tempdir().expect("a temporary folder");
    let mut table = String::new();
    let only = |engine: &str| std::env::args().any(|argument| argument == engine);
    if !only("--postgres") {
        let places = pace.sizes.map(|size| {
            let place = folder.path().join(format!("sqlite-{size}"));
            Place::filled(format!("sqlite://{}", place.join("awasir.db").display()), &place, "SQLite", size)
        });
        measure("SQLite", &places, &pace, &mut table);
        stay(folder.path());
    }
    if !only("--sqlite") {
        on_postgres(folder.path(), &pace, &mut table);
    }
    println!("{}; medians of {} requests\n", machine::machine(), pace.rounds * pace.requests);
    println!(
        "| engine | visits of the caller | asked | {0}, ms | {1}, ms | ratio | ≤ {BAR} |",
        pace.sizes[0], pace.sizes[1]
    );
    println!("| --- | --- | --- | --- | --- | --- | --- |\n{table}");
}

fn on_postgres(folder: &Path, pace: &Pace, table: &mut String) {
    let Some(mut cluster) = postgres::Cluster::private(false) else {
        eprintln!("PostgreSQL is not installed: not measured");
        return;
    };
    // As a server is set up that has a million visits to keep.
    cluster.restart_with(&["shared_buffers=1GB", "max_wal_size=8GB"]);
    let places = pace.sizes.map(|size| {
        let create = format!("create database size{size} template template0 encoding 'UTF8'");
        postgres::execute(&cluster.url("postgres"), &create);
        let place = folder.join(format!("postgres-{size}"));
        Place::filled(cluster.url(&format!("size{size}")), &place, "PostgreSQL", size)
    });
    measure("PostgreSQL", &places, pace, table);
    stay(Path::new(&cluster.url("")));
}

/// With `--stay`: says where it is, and waits.
fn stay(place: &Path) {
    if std::env::args().any(|argument| argument == "--stay") {
        eprintln!("{} stays until Enter", place.display());
        std::io::stdin().read_line(&mut String::new()).expect("a line");
    }
}

/// A server on a network of some size.
struct Place {
    server: Awasir,
    organisations: Vec<OrganisationId>,
}

impl Place {
    fn filled(url: String, folder: &Path, engine: &str, size: usize) -> Self {
        let began = Instant::now();
        let seed = seed::plant_so_many(&url, folder, ORGANISATIONS, &ADMINS.map(|(email, _)| email));
        let network = Network::new(seed.organisations, size);
        fill::fill(&url, &network);
        let took = began.elapsed();
        println!(
            "{engine}: {size} visits in {:.0} s; {}; load {}",
            took.as_secs_f64(),
            sized(&url),
            load_average()
        );
        Self { server: Awasir::start(&url, folder), organisations: network.organisations }
    }

    /// The request of this path, as the admin of one of the first two organisations.
    fn target(&self, token: &str, path: &str) -> Target {
        let request = Request::new("GET", path, Some(&format!("Bearer {token}")), None);
        Target { address: self.server.address, request, expected: 200 }
    }
}

/// How many processes ran or wanted to, this one's among them, on average of the last minute.
fn load_average() -> String {
    let averages = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split(' ').next().unwrap_or_default().to_owned()
}

/// How large the database is.
fn sized(url: &str) -> String {
    use ::awasir::db::{Db, Target};
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Bytes {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        bytes: i64,
    }
    let mut db = Target::parse(url).and_then(|target| target.connect().ok()).expect("a connection");
    let found: QueryResult<Bytes> = match &mut db {
        Db::Sqlite(connection) => diesel::sql_query(
            "select page_count * page_size as bytes from pragma_page_count, pragma_page_size",
        )
        .get_result(connection),
        Db::Postgres(connection) => {
            diesel::sql_query("select pg_database_size(current_database()) as bytes").get_result(connection)
        }
    };
    found.map_or_else(|error| error.to_string(), |found| format!("{} MB", found.bytes / 1_000_000))
}

/// What is asked, by what it is called.
fn asked(own: OrganisationId, other: OrganisationId, one: &str) -> Vec<(&'static str, String)> {
    let list = |query: String| format!("/v1/visits?{query}");
    let day = |ago: i64| {
        let micros = Instant_::system_now().micros() - ago * 86_400_000_000;
        let text = Instant_::from_micros(micros).to_string();
        text.chars().take(10).collect::<String>()
    };
    let q = |word: &str| word.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let word = |word: &str| list(format!("q={}", q(word)));
    let (year_ago, two_months, four_months, half_a_year) = (day(400), day(340), day(280), day(220));
    // Where the smaller of two networks has less than a page of them, fewer are asked for.
    let dates = |to: &str| format!("from={year_ago}&to={to}");
    let (common, place) = (q(COMMON_WORD), q("كوستي"));
    vec![
        ("read one", format!("/v1/visits/{one}")),
        ("list", list(String::new())),
        ("organisation_id, one's own", list(format!("organisation_id={own}"))),
        ("organisation_id, the other's", list(format!("organisation_id={other}"))),
        ("organisation_id, side", list(format!("organisation_id={other}&side=host"))),
        ("one's own, side", list(format!("organisation_id={own}&side=host"))),
        ("state=concluded", list("state=concluded".to_owned())),
        ("state=held", list("state=held".to_owned())),
        ("state, two", list("state=proposed&state=cancelled".to_owned())),
        ("from, to: two months, limit=20", list(format!("{}&limit=20", dates(&two_months)))),
        ("from, to: four months", list(dates(&four_months))),
        ("from a year ago", list(format!("from={year_ago}"))),
        ("to four years ago", list(format!("to={}", day(1400)))),
        ("one day, limit=1", list(format!("from={year_ago}&to={year_ago}&limit=1"))),
        ("topic, common", list(format!("topic={COMMON_TOPIC}"))),
        ("topic, rare", list(format!("topic={RARE_TOPIC}"))),
        ("q, a rare word", word(RARE_WORD)),
        ("q, a common word", word(COMMON_WORD)),
        ("q, two letters", word(TWO_LETTERS)),
        ("q, two letters of many words", word("ال")),
        ("q, a word that nothing has", word(NO_WORD)),
        ("q; two months; limit=10", list(format!("q={common}&{}&limit=10", dates(&two_months)))),
        ("q; half a year", list(format!("q={common}&{}", dates(&half_a_year)))),
        (
            "state; a common topic; q, rarer; limit=5",
            list(format!("state=concluded&topic={COMMON_TOPIC}&q={place}&limit=5")),
        ),
        (
            "state; a common topic; q, common",
            list(format!("state=concluded&topic={COMMON_TOPIC}&q={common}")),
        ),
    ]
}

use ::awasir::types::Instant as Instant_;

fn measure(engine: &str, places: &[Place; 2], pace: &Pace, table: &mut String) {
    let before = load_average();
    for (caller, (email, visits)) in ADMINS.iter().enumerate() {
        let of_each: Vec<Vec<(&str, Target)>> = places
            .iter()
            .map(|place| {
                let token = place.server.sign_in_as(email);
                let own = place.organisations[caller];
                let first =
                    load::once(&place.target(&token, &format!("/v1/visits?organisation_id={own}&limit=1")));
                let page: serde_json::Value = serde_json::from_slice(&first.body).expect("a page");
                let one = page["data"][0]["id"].as_str().expect("a visit").to_owned();
                let asked = asked(own, place.organisations[1 - caller], &one);
                asked.into_iter().map(|(name, path)| (name, place.target(&token, &path))).collect()
            })
            .collect();
        for ((name, small), (_, large)) in of_each[0].iter().zip(&of_each[1]) {
            let rows = [small, large].map(rows_of);
            let mut times: [Vec<Duration>; 2] = Default::default();
            for _ in 0..pace.rounds {
                times[0].extend(load::times(small, pace.requests));
                times[1].extend(load::times(large, pace.requests));
            }
            let [small, large] = times.map(median);
            let ratio = large / small;
            let met = if ratio <= BAR { "yes" } else { "**no**" };
            let rows = if rows[0] == rows[1] {
                String::new()
            } else {
                format!(" ({} and {} rows)", rows[0], rows[1])
            };
            let row = format!(
                "| {engine} | {visits} | {name}{rows} | {small:.2} | {large:.2} | {ratio:.2} | {met} |"
            );
            eprintln!("{row}");
            writeln!(table, "{row}").expect("to write");
        }
    }
    println!("{engine}: asked at a load of {before} before, {} after", load_average());
}

/// How many things an answer has.
fn rows_of(target: &Target) -> usize {
    let answer: serde_json::Value = serde_json::from_slice(&load::once(target).body).expect("JSON");
    answer["data"].as_array().map_or(1, Vec::len)
}

/// In milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}
