//! This build beside an earlier one: what a change costs or gains, in one run.

use std::path::Path;
use std::time::Duration;

use crate::awasir::Awasir;
use crate::table::{Bar, Table};
use crate::{Pace, Requests, load, median, postgres, seed};

/// How often each takes its turn: differences of a few hundredths are looked for.
const ROUNDS: usize = 9;
/// Before each turn: what a round left to be done behind it (numbering, sealing, checkpoints) is not the other's.
const REST: Duration = Duration::from_secs(1);

/// A server of one build, on a database of its own.
struct Build {
    server: Awasir,
    requests: Requests,
}

impl Build {
    fn start(binary: &Path, url: &str, place: &Path) -> Self {
        // Each its own: what the one added, the other wouldn't know.
        std::fs::create_dir_all(place).expect("a folder");
        Awasir::migrate(binary, url, place);
        let seed = seed::plant_rows(url, seed::COUNT, &[seed::EMAIL]);
        let server = Awasir::start_build(binary, url, place);
        let requests = Requests::to(&server, &server.sign_in(), &seed);
        Self { server, requests }
    }
}

/// Both on SQLite.
pub fn on_sqlite(table: &mut Table, pace: Pace, folder: &Path, before: &Path) {
    let start = |name: &str, binary: &Path| {
        let place = folder.join(name);
        Build::start(binary, &format!("sqlite://{}", place.join("awasir.db").display()), &place)
    };
    let builds = [start("sqlite-now", this_build()), start("sqlite-before", before)];
    in_turn(table, pace, "SQLite", &builds);
}

/// Both on one PostgreSQL server.
pub fn on_postgres(table: &mut Table, pace: Pace, folder: &Path, before: &Path) {
    let Some(cluster) = postgres::Cluster::private(true) else {
        return eprintln!("PostgreSQL is not installed: not measured");
    };
    let start = |name: &str, binary: &Path| {
        let create = format!("create database {name} template template0 encoding 'UTF8'");
        postgres::execute(&cluster.url("postgres"), &create);
        Build::start(binary, &cluster.url(name), &folder.join(name))
    };
    let builds = [start("postgres_now", this_build()), start("postgres_before", before)];
    in_turn(table, pace, "PostgreSQL", &builds);
}

fn this_build() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_awasir"))
}

fn in_turn(table: &mut Table, pace: Pace, engine: &str, [now, before]: &[Build; 2]) {
    let rounds = if pace.rounds > 1 { ROUNDS } else { 1 };
    let [now_asked, before_asked] = [&now.requests, &before.requests];
    let works = [
        ("read one organisation", [&now_asked.one, &before_asked.one]),
        ("list of 50", [&now_asked.list, &before_asked.list]),
        ("create, durable, journaled", [&now_asked.create, &before_asked.create]),
    ];
    for (name, targets) in works {
        for target in targets {
            load::run(target, pace.warm_up);
        }
        let mut rates = [Vec::new(), Vec::new()];
        for _ in 0..rounds {
            for (target, rates) in targets.iter().zip(&mut rates) {
                std::thread::sleep(REST);
                rates.push(load::run(target, pace.round));
            }
        }
        let [ours, theirs] = rates.map(|rates| Some(median(rates)));
        table.row(name, engine, ours, "the build before", theirs, Bar::Times(0.95));
    }
    for (name, build) in [("this build", now), ("the build before", before)] {
        eprintln!("resident after the load, {engine}, {name}: {} MiB", build.server.resident() >> 20);
    }
}
