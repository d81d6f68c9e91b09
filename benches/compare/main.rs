//! What Awasir does in a second, beside what it is compared with, in one run on one machine:
//!
//! ```text
//! cargo bench --bench compare             # some four minutes
//! cargo bench --bench compare -- --quick  # half a minute: does it run, roughly how fast
//! cargo bench --bench compare -- --beside /tmp/awasir-before
//! ```
//!
//! prints a table in Markdown; `--sqlite` or `--postgres` measures on that engine only. Every server is a process of its own, the load generator shares the
//! machine with all of them, and the rounds of those compared take turns, so that noise meets both.
//!
//! `--beside BINARY` measures this build and an earlier one against each other instead, with nothing else.
//!
//! - [`awasir`]: the released binary on SQLite and on PostgreSQL, with its default settings but the
//!   rate limits, which are off, and the life of its tokens; a line in the log for every request.
//! - [`bare`]: actix-web answering, from memory, the very bytes that Awasir answered.
//! - [`pgbench`]: the same SQL, prepared, as many clients, the same server, a copy of the database.
//! - [`pocketbase`]: the same things in its collections, with its default settings.

mod awasir;
mod bare;
mod beside;
#[allow(dead_code, reason = "benches/size uses the rest of it")]
mod load;
mod machine;
mod pgbench;
mod pocketbase;
mod process;
#[allow(dead_code, reason = "as above")]
mod seed;
mod table;

#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../../tests/api/support/postgres.rs"]
mod postgres;

use std::time::Duration;

use awasir::Awasir;
use bare::Bare;
use load::{Request, Target};
use pgbench::{Pgbench, Script};
use pocketbase::PocketBase;
use table::{Bar, Table};

/// As the binary has it, and for all alike.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long and how often each is measured.
#[derive(Clone, Copy)]
pub struct Pace {
    /// Before the first round, unmeasured.
    warm_up: Duration,
    /// One round.
    round: Duration,
    /// How many rounds; the median counts.
    rounds: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "bare") {
        return bare::serve(&arguments[1..]);
    }
    let pace = if arguments.iter().any(|argument| argument == "--quick") {
        Pace { warm_up: Duration::from_millis(500), round: Duration::from_secs(1), rounds: 1 }
    } else {
        Pace { warm_up: Duration::from_secs(2), round: Duration::from_secs(2), rounds: 3 }
    };
    load::stop_on_interrupt();
    let only = |engine: &str| arguments.iter().any(|argument| argument == engine);
    let (sqlite, postgres) = (!only("--postgres"), !only("--sqlite"));
    let before = arguments.iter().position(|argument| argument == "--beside").map(|at| {
        let binary = arguments.get(at + 1).map(std::path::PathBuf::from).filter(|binary| binary.is_file());
        binary.expect("--beside takes the path of a binary")
    });
    let mut table = Table::default();
    let folder = tempfile::Builder::new().prefix("awasir-compare-").tempdir().expect("a temporary folder");
    if let Some(before) = &before {
        if sqlite {
            beside::on_sqlite(&mut table, pace, folder.path(), before);
        }
        if postgres {
            beside::on_postgres(&mut table, pace, folder.path(), before);
        }
        return println!("{}\n{table}", machine::described());
    }
    if sqlite {
        let pocketbase = PocketBase::start(folder.path());
        if let Err(why) = &pocketbase {
            eprintln!("PocketBase is not measured: {why}");
        }
        on_sqlite(&mut table, pace, folder.path(), pocketbase.as_ref().ok());
    }
    if postgres {
        on_postgres(&mut table, pace, folder.path());
    }
    println!("{}\n{table}", machine::described());
}

fn on_sqlite(table: &mut Table, pace: Pace, folder: &std::path::Path, pocketbase: Option<&PocketBase>) {
    let place = folder.join("sqlite");
    let url = format!("sqlite://{}", place.join("awasir.db").display());
    let seed = seed::plant(&url, &place);
    // Once, so that what the first start makes (keys) is there.
    drop(Awasir::start(&url, &place));
    let mut starts: Vec<Duration> = Vec::new();
    let mut memory = Vec::new();
    for _ in 0..if pace.rounds > 1 { 10 } else { 3 } {
        let server = Awasir::start(&url, &place);
        starts.push(server.started_in);
        memory.push(server.resident());
    }
    starts.sort();
    memory.sort_unstable();
    table.at_most("start to `/readyz`", "SQLite", starts[starts.len() / 2].as_secs_f64() * 1e3, 100.0, "ms");
    table.at_most("resident after start", "SQLite", mebibytes(memory[memory.len() / 2]), 40.0, "MiB");

    let server = Awasir::start(&url, &place);
    let token = server.sign_in();
    let requests = Requests::to(&server, &token, &seed);
    let (one, list) = (load::once(&requests.one), load::once(&requests.list));
    assert_eq!((one.status, list.status), (200, 200), "the answers to be compared");
    tell_sizes("SQLite", &one, &list);
    let bare = Bare::start(folder, &one, &list);
    let bare_one = bare.target(&requests.one);
    let bare_list = bare.target(&requests.list);
    let them = |pick: fn(&PocketBase) -> Target| pocketbase.map(pick);

    let [ours, actix, other] =
        compare(pace, [Some(&requests.one), Some(&bare_one), them(PocketBase::one).as_ref()]);
    table.row("read one organisation", "SQLite", ours, "bare actix, same bytes", actix, Bar::Times(0.40));
    table.row("read one organisation", "SQLite", ours, pocketbase::NAME, other, Bar::Times(4.0));
    by_access_token(table, pace, "SQLite", &server, &token, &seed);
    let [ours, actix, other] =
        compare(pace, [Some(&requests.list), Some(&bare_list), them(PocketBase::list).as_ref()]);
    table.row("list of 50", "SQLite", ours, "bare actix, same bytes", actix, Bar::Times(0.12));
    table.row("list of 50", "SQLite", ours, pocketbase::NAME, other, Bar::Times(8.0));
    let [ours, other, _] = compare(pace, [Some(&requests.create), them(PocketBase::create).as_ref(), None]);
    table.row("create, durable, journaled", "SQLite", ours, pocketbase::NAME, other, Bar::Times(5.0));
    table.at_most("resident after the load", "SQLite", mebibytes(server.resident()), 80.0, "MiB");
}

/// jsonb is written with spaces, which SQLite's text has not: the same answers, near enough.
fn tell_sizes(engine: &str, one: &load::Response, list: &load::Response) {
    eprintln!("bytes of one and of 50 on {engine}: {} and {}", one.body.len(), list.body.len());
}

fn on_postgres(table: &mut Table, pace: Pace, folder: &std::path::Path) {
    let Some(cluster) = postgres::Cluster::private(true) else {
        eprintln!("PostgreSQL is not installed: not measured");
        return;
    };
    let place = folder.join("postgres");
    postgres::execute(&cluster.url("postgres"), "create database awasir template template0 encoding 'UTF8'");
    let url = cluster.url("awasir");
    let seed = seed::plant(&url, &place);
    // A copy of the rows without a server behind it: pgbench's entries are nobody's to number.
    postgres::execute(&cluster.url("postgres"), "create database pgbench template awasir");
    let pgbench = Pgbench::new(folder, cluster.url("pgbench"));
    let server = Awasir::start(&url, &place);
    let token = server.sign_in();
    let requests = Requests::to(&server, &token, &seed);
    tell_sizes("PostgreSQL", &load::once(&requests.one), &load::once(&requests.list));
    by_access_token(table, pace, "PostgreSQL", &server, &token, &seed);
    let scripts = [Script::one(&seed), Script::list(), Script::create()];
    let works = [&requests.one, &requests.list, &requests.create];
    let names = ["read one organisation", "list of 50", "create, durable, journaled"];
    let bars = [0.60, 0.45, 0.50];
    for (((work, script), name), bar) in works.into_iter().zip(scripts).zip(names).zip(bars) {
        load::run(work, pace.warm_up);
        let mut rounds = (Vec::new(), Vec::new());
        for _ in 0..pace.rounds {
            rounds.0.push(load::run(work, pace.round));
            server.settle(&url);
            rounds.1.push(pgbench.run(&script, pace.round));
        }
        let (ours, theirs) = (median(rounds.0), pgbench.is_there().then(|| median(rounds.1)));
        table.row(name, "PostgreSQL", Some(ours), script.described, theirs, Bar::Times(bar));
    }
}

/// The same read with an access token and with a JWT, in turn.
fn by_access_token(
    table: &mut Table,
    pace: Pace,
    engine: &str,
    server: &Awasir,
    jwt: &str,
    seed: &seed::Seed,
) {
    let secret = server.access_token(jwt, &seed.organisations[0].to_string());
    let (token, jwt) = (Requests::to(server, &secret, seed), Requests::to(server, jwt, seed));
    let [token, jwt, _] = compare(pace, [Some(&token.one), Some(&jwt.one), None]);
    table.row("read one, with an access token", engine, token, "the same with a JWT", jwt, Bar::Times(0.90));
}

/// What is asked of Awasir.
struct Requests {
    one: Target,
    list: Target,
    create: Target,
}

impl Requests {
    fn to(server: &Awasir, token: &str, seed: &seed::Seed) -> Self {
        let request = |method: &str, path: &str, body: Option<&str>| Target {
            address: server.address,
            request: Request::new(method, path, Some(&format!("Bearer {token}")), body),
            expected: if body.is_some() { 201 } else { 200 },
        };
        Self {
            one: request("GET", &format!("/v1/{}/{}", seed::THINGS, seed.one), None),
            list: request("GET", &format!("/v1/{}?limit=50", seed::THINGS), None),
            create: request("POST", "/v1/communities", Some(seed::NEW_COMMUNITY)),
        }
    }
}

/// Rounds of each in turn; the median of each.
fn compare<const N: usize>(pace: Pace, targets: [Option<&Target>; N]) -> [Option<f64>; N] {
    for target in targets.into_iter().flatten() {
        load::run(target, pace.warm_up);
    }
    let mut rates: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..pace.rounds {
        for (target, rates) in targets.iter().zip(&mut rates) {
            rates.extend(target.map(|target| load::run(target, pace.round)));
        }
    }
    rates.map(|rates| (!rates.is_empty()).then(|| median(rates)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
