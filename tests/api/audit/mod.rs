//! The audit trail: who is told what, the export, the chain.

mod envelope;
mod erased;
mod export;
mod gone;
mod seals;
mod tampering;
mod trail;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use awasir::db::Db;
use awasir::journal::sealing;
use awasir::journal::verifying::{self, Fault, Finding, Outcome};
use awasir::types::{Instant, Json};

use crate::support::*;

pub const AUDIT: &str = "/v1/audit";

/// Waits until all that was written has its number and its link.
#[track_caller]
pub fn sealed(server: &TestServer) -> sealing::Seal {
    let last = server.journal().last().and_then(|entry| entry.seq).unwrap_or(0);
    let mut head = sealing::Seal::NONE;
    eventually("the journal is sealed", Duration::from_secs(10), || {
        head = server.look(|db| sealing::head(db).unwrap());
        head.seq >= last
    });
    head
}

/// Goes through the chain.
pub fn verify(db: &mut Db) -> Outcome {
    verifying::verify(db, None, Instant::system_now()).unwrap()
}

/// All pages of the trail as somebody is told it, newest first.
#[track_caller]
pub fn all(client: &Client, query: &str) -> Vec<Value> {
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{AUDIT}?limit=7&{query}{cursor}")).expect(200);
        entries.extend(page.data());
        match page.json()["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return entries,
        }
    }
}

/// The export as somebody is told it.
#[track_caller]
pub fn exported(client: &Client, query: &str) -> Vec<Value> {
    let reply = client.get(&format!("{AUDIT}.ndjson?{query}")).expect(200);
    assert_eq!(reply.header("content-type"), Some("application/x-ndjson"), "{reply}");
    reply.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Some entries with values, by the API.
pub fn write_some(world: &World, count: usize) {
    static WRITTEN: AtomicU32 = AtomicU32::new(0);
    for _ in 0..count {
        let n = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let body = json!({"name": {"ar": format!("قرية {n}")}, "country": "SD", "latitude": -0.0, "longitude": 1e-7});
        world.a.contributor.post("/v1/communities", body).expect(201);
    }
}

/// What was done, in the order answered.
pub fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

/// The number and the fault of what is found.
#[track_caller]
pub fn found(db: &mut Db) -> (i64, Fault) {
    let Finding { seq, fault, .. } = verify(db).unwrap_err();
    (seq, fault)
}

/// Seven entries, each with values and an address, all sealed.
pub fn chain(world: &World) {
    write_some(world, 7);
    let head = sealed(&world.server);
    assert_eq!(head.seq, 7);
}
