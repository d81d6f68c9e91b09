//! Looking for a person in all that a database holds, byte by byte.

use crate::support::stored::{everything_kept, find, letters};
use crate::support::*;

/// Expects all of it somewhere: what is looked for can be found.
#[track_caller]
pub fn assert_there(server: &TestServer, texts: &[&str]) {
    let everything = letters(&everything_kept(server));
    for text in texts {
        assert!(find(&everything, text).is_some(), "{text} is nowhere: there is nothing to erase");
    }
}

/// Expects nothing of it anywhere.
#[track_caller]
pub fn assert_gone(server: &TestServer, texts: &[&str]) {
    let everything = letters(&everything_kept(server));
    for text in texts {
        if let Some(around) = find(&everything, text) {
            panic!("{text} is still there: …{around}…");
        }
    }
}

/// Every value that is still kept has the digest in its entry, and erasures account for those that are not; how many fields have
/// lost theirs.
pub fn assert_digests_hold(server: &TestServer) -> usize {
    use awasir::journal::{entry::KeptValues, reader};
    let mut erased = 0;
    crate::audit::sealed(server);
    let outcome = server.look(crate::audit::verify);
    assert!(outcome.is_ok(), "{outcome:?}");
    for entry in server.journal() {
        let digests = entry.digests.get().unwrap();
        let kept = server.look(|db| reader::values(db, entry.id).unwrap()).unwrap_or_else(|| json!({}));
        for (field, values) in kept.as_object().unwrap() {
            let values: KeptValues = serde_json::from_value(values.clone()).unwrap();
            assert_eq!(digests[field], values.digest(), "{} {field}", entry.action);
        }
        let lost = digests
            .as_object()
            .unwrap()
            .iter()
            .filter(|(field, digest)| digest.is_string() && kept.get(field).is_none());
        erased += lost.count();
    }
    erased
}
