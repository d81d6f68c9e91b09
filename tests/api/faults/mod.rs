//! Faults: what breaks, breaks alone; what was answered stays; what stopped goes on by itself.

mod batches;
mod kill;
mod nodes;
mod outage;
mod sequence;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::*;

const COMMUNITIES: &str = "/v1/communities";

/// Clients that add communities until told to stop; what came of it.
struct Load<'a> {
    client: &'a Client,
    stop: AtomicBool,
    added: Mutex<Vec<String>>,
    refused: Mutex<Vec<Reply>>,
}

impl<'a> Load<'a> {
    fn new(client: &'a Client) -> Self {
        Self { client, stop: AtomicBool::new(false), added: Mutex::default(), refused: Mutex::default() }
    }

    /// Adds until told to stop. A connection that breaks says nothing of what became of the request.
    fn run(&self) {
        while !self.stop.load(Ordering::Relaxed) {
            let name = uuid::Uuid::new_v4().to_string();
            let body = json!({"name": {"en": name}, "country": "SD", "confirm_new": true});
            match self.client.post(COMMUNITIES, body).try_send() {
                Some(reply) if reply.status == 201 => self.added.lock().unwrap().push(reply.id()),
                Some(reply) => {
                    self.refused.lock().unwrap().push(reply);
                    std::thread::sleep(Duration::from_millis(20));
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Runs so many clients while something happens.
    fn during<T>(&self, clients: usize, act: impl FnOnce() -> T) -> T {
        std::thread::scope(|scope| {
            (0..clients).for_each(|_| drop(scope.spawn(|| self.run())));
            let _stop = StopAtTheEnd(&self.stop);
            act()
        })
    }

    fn count(&self) -> usize {
        self.added.lock().unwrap().len()
    }

    /// Waits for so many more that were answered 201.
    #[track_caller]
    fn wait_for_more(&self, more: usize) {
        let before = self.count();
        eventually("more writes are answered", Duration::from_secs(20), || self.count() >= before + more);
    }

    /// Every refusal so far was 503, with `Retry-After`.
    #[track_caller]
    fn assert_only_unavailable(&self) {
        for reply in self.refused.lock().unwrap().iter() {
            assert!(reply.status == 503 && reply.header("retry-after").is_some(), "{reply}");
        }
    }

    /// Everything that was answered is there, each with its entry.
    #[track_caller]
    fn assert_all_there(&self, server: &TestServer) {
        let kept = kept(server);
        let added = self.added.lock().unwrap();
        let lost: Vec<&String> = added.iter().filter(|id| !kept.contains(*id)).collect();
        assert!(lost.is_empty(), "{} of {} answered writes are lost", lost.len(), added.len());
        let journaled: std::collections::HashSet<String> =
            server.journal().iter().map(|entry| entry.thing_id.0.to_string()).collect();
        assert_eq!(journaled, kept, "rows and journal differ");
    }
}

struct StopAtTheEnd<'a>(&'a AtomicBool);

impl Drop for StopAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The ids of all communities.
fn kept(server: &TestServer) -> std::collections::HashSet<String> {
    use awasir::db::schema::communities::dsl;
    use diesel::prelude::*;
    let ids: Vec<awasir::types::CommunityId> =
        server.look(|db| dsl::communities.select(dsl::id).load(db).unwrap());
    ids.iter().map(ToString::to_string).collect()
}
