//! Rate limits: how much one key may ask for in a window, and the headers that say so.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::header::{HeaderName, RETRY_AFTER};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::problem::{Code, Problem};

/// `RateLimit-Policy`
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// `RateLimit`
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// How many keys are kept apart; beyond it they share [`SHARED_KEYS`] until some have rested.
const MAX_KEYS: usize = 200_000;
const SHARED_KEYS: u64 = 65_536;
/// After how many checks the number of keys is looked at.
const SWEEP_EVERY: u64 = 1_024;
/// Fewer keys than these are not worth a sweep.
const SWEEP_FROM: usize = 4_096;

type Keyed = RateLimiter<u64, DefaultKeyedStateStore<u64>, DefaultClock, StateInformationMiddleware>;

/// A limit with a name, counted for each key by itself, in bounded memory.
pub struct Limiter {
    policy: &'static str,
    limit: u32,
    window: Duration,
    keyed: Keyed,
    clock: DefaultClock,
    hasher: RandomState,
    checks: AtomicU64,
    sweep_at: AtomicUsize,
    full: AtomicBool,
}

/// What came of asking a [`Limiter`].
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Decision {
    pub policy: &'static str,
    /// Whether the request is refused.
    pub limited: bool,
    /// How many more requests are taken at once.
    pub remaining: u32,
    /// In how many seconds the next is taken, or, when this one was, all of them again.
    pub reset_seconds: u64,
    /// How many requests the window takes.
    pub limit: u32,
    /// The window in seconds.
    pub window: u64,
}

impl Limiter {
    /// A limit of so many requests in this window. A limit of none is one, an empty window a second.
    pub fn new(policy: &'static str, limit: u32, window: Duration) -> Self {
        let limit = NonZeroU32::new(limit).unwrap_or(NonZeroU32::MIN);
        let window = window.max(Duration::from_secs(1));
        let quota =
            Quota::with_period(window / limit.get()).unwrap_or(Quota::per_second(limit)).allow_burst(limit);
        Self {
            policy,
            limit: limit.get(),
            window,
            keyed: RateLimiter::keyed(quota).with_middleware::<StateInformationMiddleware>(),
            clock: DefaultClock::default(),
            hasher: RandomState::new(),
            checks: AtomicU64::new(0),
            sweep_at: AtomicUsize::new(SWEEP_FROM),
            full: AtomicBool::new(false),
        }
    }

    /// Counts one request of this key.
    pub fn check<K: Hash + ?Sized>(&self, key: &K) -> Decision {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep();
        }
        // A key is its hash under a secret seed: short, and nobody can aim at another's.
        let hash = self.hasher.hash_one(key);
        let slot = if self.full.load(Ordering::Relaxed) { hash % SHARED_KEYS } else { hash };
        match self.keyed.check_key(&slot) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = self.limit.saturating_sub(remaining);
                self.decision(false, remaining, self.window.mul_f64(f64::from(used) / f64::from(self.limit)))
            }
            Err(refused) => self.decision(true, 0, refused.wait_time_from(self.clock.now())),
        }
    }

    fn decision(&self, limited: bool, remaining: u32, reset: Duration) -> Decision {
        let reset_seconds = reset.as_secs() + u64::from(reset.subsec_nanos() > 0);
        Decision {
            policy: self.policy,
            limited,
            remaining,
            reset_seconds: reset_seconds.max(u64::from(limited)),
            limit: self.limit,
            window: self.window.as_secs(),
        }
    }

    /// Forgets keys that have rested so long that they are as new, once there are many.
    fn sweep(&self) {
        if self.keyed.len() < self.sweep_at.load(Ordering::Relaxed) {
            return;
        }
        self.keyed.retain_recent();
        self.keyed.shrink_to_fit();
        let left = self.keyed.len();
        self.full.store(left >= MAX_KEYS, Ordering::Relaxed);
        self.sweep_at.store((left * 2).clamp(SWEEP_FROM, MAX_KEYS), Ordering::Relaxed);
    }
}

impl Decision {
    /// The value of `RateLimit-Policy`: `"default";q=100;w=60`.
    pub fn policy_header(&self) -> String {
        format!("\"{}\";q={};w={}", self.policy, self.limit, self.window)
    }

    /// The value of `RateLimit`: `"default";r=50;t=30`.
    pub fn limit_header(&self) -> String {
        format!("\"{}\";r={};t={}", self.policy, self.remaining, self.reset_seconds)
    }

    /// 429 with `Retry-After` when the request is refused.
    pub fn problem(&self) -> Option<Problem> {
        self.limited.then(|| {
            Problem::new(Code::RateLimited)
                .header(RETRY_AFTER, self.reset_seconds.to_string())
                .header(RATE_LIMIT_POLICY, self.policy_header())
                .header(RATE_LIMIT, self.limit_header())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_by_itself() {
        let limiter = Limiter::new("default", 3, Duration::from_secs(60));
        let left: Vec<u32> = (0..3).map(|_| limiter.check("a").remaining).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = limiter.check("a");
        assert!(refused.limited && (1..=20).contains(&refused.reset_seconds), "{refused:?}");
        assert_eq!(refused.problem().map(|p| p.code()), Some(Code::RateLimited));
        let other = limiter.check("b");
        assert!(!other.limited && other.problem().is_none());
        assert_eq!(other.policy_header(), "\"default\";q=3;w=60");
        assert_eq!(other.limit_header(), "\"default\";r=2;t=20");
    }

    #[test]
    fn a_window_passes() {
        let limiter = Limiter::new("short", 1, Duration::from_secs(1));
        assert!(!limiter.check(&1).limited);
        assert!(limiter.check(&1).limited);
        std::thread::sleep(Duration::from_millis(1_050));
        assert!(!limiter.check(&1).limited);
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::new("flood", 1, Duration::from_secs(3_600));
        for key in 0..(MAX_KEYS as u64 + 150_000) {
            limiter.check(&key);
        }
        assert!(limiter.keyed.len() <= MAX_KEYS + SWEEP_EVERY as usize + SHARED_KEYS as usize);
    }

    #[test]
    fn nothing_is_a_limit_of_one() {
        let limiter = Limiter::new("odd", 0, Duration::ZERO);
        assert_eq!((limiter.check("").limit, limiter.check("").window), (1, 1));
    }
}
