//! A limit on failures alone: an attempt is charged before it is known how it ends, so that many at once
//! can't slip through together, and given back when it ended well.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::http::limits::Decision;

/// How many keys are kept apart; beyond it they share [`SHARED_KEYS`].
const MAX_KEYS: usize = 200_000;
const SHARED_KEYS: u64 = 65_536;
/// How often what was worked off is forgotten, once there are so many keys.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// So many failures in a window, counted for each key by itself, in bounded memory.
pub struct Failures {
    policy: &'static str,
    limit: u32,
    window: Duration,
    hasher: RandomState,
    debts: Mutex<Debts>,
}

#[derive(Default)]
struct Debts {
    /// When what each key was charged will have been worked off.
    until: HashMap<u64, Instant>,
    swept: Option<Instant>,
}

impl Failures {
    /// A limit of so many failures in this window. A limit of none is one.
    pub fn new(policy: &'static str, limit: u32, window: Duration) -> Self {
        let (hasher, debts) = (RandomState::new(), Mutex::default());
        Self { policy, limit: limit.max(1), window, hasher, debts }
    }

    /// Charges an attempt, unless the key has none left.
    pub fn charge<K: Hash + ?Sized>(&self, key: &K) -> Decision {
        self.charge_at(key, Instant::now())
    }

    fn charge_at<K: Hash + ?Sized>(&self, key: &K, now: Instant) -> Decision {
        let mut debts = self.debts();
        let slot = debts.slot(self.hasher.hash_one(key), now);
        let owed =
            debts.until.get(&slot).map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        let after = owed + self.each();
        if after > self.window {
            return self.decision(true, 0, after.saturating_sub(self.window));
        }
        debts.until.insert(slot, now + after);
        let left = (self.window - after).as_nanos() / self.each().as_nanos().max(1);
        self.decision(false, u32::try_from(left).unwrap_or(u32::MAX), after)
    }

    /// Gives back what one attempt was charged.
    pub fn give_back<K: Hash + ?Sized>(&self, key: &K) {
        let now = Instant::now();
        let mut debts = self.debts();
        let slot = debts.slot(self.hasher.hash_one(key), now);
        let each = self.each();
        if let Some(until) = debts.until.get_mut(&slot) {
            *until = until.checked_sub(each).unwrap_or(now);
        }
    }

    /// What one failure costs: the time in which it is worked off.
    fn each(&self) -> Duration {
        self.window / self.limit
    }

    fn debts(&self) -> MutexGuard<'_, Debts> {
        self.debts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn decision(&self, limited: bool, remaining: u32, reset: Duration) -> Decision {
        let seconds = reset.as_secs() + u64::from(reset.subsec_nanos() > 0);
        Decision {
            policy: self.policy,
            limited,
            remaining,
            reset_seconds: seconds.max(u64::from(limited)),
            limit: self.limit,
            window: self.window.as_secs(),
        }
    }
}

impl Debts {
    /// A key is its hash under a secret seed: short, and nobody can aim at another's.
    fn slot(&mut self, hash: u64, now: Instant) -> u64 {
        if self.until.len() < MAX_KEYS || self.until.contains_key(&hash) {
            return hash;
        }
        if self.swept.is_none_or(|swept| now.saturating_duration_since(swept) >= SWEEP_EVERY) {
            self.until.retain(|_, until| *until > now);
            self.swept = Some(now);
        }
        if self.until.len() < MAX_KEYS { hash } else { hash % SHARED_KEYS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn only_what_is_not_given_back_counts() {
        let failures = Failures::new("f", 3, HOUR);
        for _ in 0..10 {
            assert!(!failures.charge("a").limited);
            failures.give_back("a");
        }
        let left: Vec<u32> = (0..3).map(|_| failures.charge("a").remaining).collect();
        assert_eq!(left.first(), Some(&2));
        let refused = failures.charge("a");
        assert!(refused.limited && (1..=1200).contains(&refused.reset_seconds), "{refused:?}");
        assert!(!failures.charge("b").limited);
    }

    #[test]
    fn failures_are_worked_off() {
        let (failures, now) = (Failures::new("f", 2, HOUR), Instant::now());
        let limited = |after: Duration| failures.charge_at("a", now + after).limited;
        assert_eq!(
            [limited(Duration::ZERO), limited(Duration::ZERO), limited(Duration::ZERO)],
            [false, false, true]
        );
        assert_eq!([limited(HOUR / 2), limited(HOUR / 2)], [false, true]);
    }

    #[test]
    fn memory_is_bounded() {
        let failures = Failures::new("f", 1, HOUR);
        for key in 0..MAX_KEYS + 100_000 {
            failures.charge(&key);
        }
        assert!(failures.debts().until.len() <= MAX_KEYS + SHARED_KEYS as usize);
    }
}
