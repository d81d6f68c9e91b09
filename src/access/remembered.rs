//! What is remembered of tokens, by the digest of their text: in bounded number, each until it expires.

use std::time::{Duration, Instant as Monotonic};

use moka::Expiry;
use moka::sync::Cache;

use super::codes::Digest;

/// How many are remembered; beyond that the least used are forgotten.
const MOST: u64 = 100_000;

/// Something that is good for a time.
pub trait Expires {
    /// For how long, from when it is remembered.
    fn lives(&self) -> Duration;
}

struct UntilItExpires;

impl<V: Expires> Expiry<Digest, V> for UntilItExpires {
    fn expire_after_create(&self, _: &Digest, remembered: &V, _: Monotonic) -> Option<Duration> {
        Some(remembered.lives())
    }

    fn expire_after_update(
        &self,
        _: &Digest,
        new: &V,
        _: Monotonic,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(new.lives())
    }
}

/// Remembers nothing yet.
pub fn cache<V: Expires + Clone + Send + Sync + 'static>() -> Cache<Digest, V> {
    Cache::builder().max_capacity(MOST).expire_after(UntilItExpires).build()
}
