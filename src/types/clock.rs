//! The clock and the maker of ids, handed in wherever one is needed so that tests are exact.

use super::instant::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;
use uuid::{Builder, Uuid};

/// Tells the time: the system's, or one that a test sets.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Set(Arc<AtomicI64>),
    Shifted(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until it is moved; its clones move with it.
    pub fn fixed(at: Instant) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.micros()))))
    }

    /// A clock that runs like the system's and can be moved away from it; its clones move with it. For
    /// tests of a running server, whose threads go on looking at the time, and for a past that is made up.
    pub fn shifted() -> Self {
        Self(Source::Shifted(Arc::new(AtomicI64::new(0))))
    }

    /// The moment it is now.
    pub fn now(&self) -> Instant {
        match &self.0 {
            Source::System => Instant::system_now(),
            Source::Set(micros) => Instant::from_micros(micros.load(Ordering::SeqCst)),
            Source::Shifted(by) => {
                Instant::from_micros(Instant::system_now().micros() + by.load(Ordering::SeqCst))
            }
        }
    }

    /// Sets a fixed or shifted clock to a moment; the system's clock is not moved.
    pub fn set(&self, to: Instant) {
        match &self.0 {
            Source::System => {}
            Source::Set(micros) => micros.store(to.micros(), Ordering::SeqCst),
            Source::Shifted(by) => by.store(to.micros() - Instant::system_now().micros(), Ordering::SeqCst),
        }
    }

    /// Moves a fixed or shifted clock forward; the system's clock is not moved.
    pub fn advance(&self, by: Duration) {
        if let Source::Set(micros) | Source::Shifted(micros) = &self.0 {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// Makes ids: UUIDs of version 7, whose order is that of the clock to a quarter of a microsecond.
#[derive(Debug, Clone)]
pub struct IdMaker {
    clock: Clock,
    chance: Chance,
}

#[derive(Debug, Clone)]
enum Chance {
    System,
    Seeded(Arc<AtomicU64>),
}

impl IdMaker {
    /// Ids from this clock and the system's generator.
    pub fn system(clock: Clock) -> Self {
        Self { clock, chance: Chance::System }
    }

    /// Ids that are the same on every run with the same clock and seed: for tests and the demonstration only.
    pub fn seeded(clock: Clock, seed: u64) -> Self {
        Self { clock, chance: Chance::Seeded(Arc::new(AtomicU64::new(seed))) }
    }

    /// A new UUID.
    pub fn uuid(&self) -> Uuid {
        let micros = self.clock.now().micros().max(0).unsigned_abs();
        let mut tail = self.chance.bytes();
        // RFC 9562, method 3: the twelve bits after the milliseconds hold the fraction of the millisecond.
        let fraction = ((micros % 1_000) * 4_096 / 1_000).to_be_bytes();
        tail[0] = fraction[6];
        tail[1] = fraction[7];
        Builder::from_unix_timestamp_millis(micros / 1_000, &tail).into_uuid()
    }

    /// A new id of a thing: `let id: VisitId = ids.id();`
    pub fn id<T: From<Uuid>>(&self) -> T {
        self.uuid().into()
    }
}

impl Chance {
    fn bytes(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        match self {
            Self::System => {
                // A version-4 UUID is the system's generator but for six bits; those are not taken.
                let random = *Uuid::new_v4().as_bytes();
                bytes[2..8].copy_from_slice(&random[..6]);
                bytes[8..].copy_from_slice(&random[9..11]);
            }
            Self::Seeded(state) => {
                let step = state.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
                bytes[2..].copy_from_slice(&split_mix(step).to_be_bytes());
            }
        }
        bytes
    }
}

/// SplitMix64: spreads a counter over all sixty-four bits.
fn split_mix(counter: u64) -> u64 {
    let mut mixed = counter.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::id::{VisitId, is_client_made};

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(Instant::from_seconds(1_751_623_200));
        let other = clock.clone();
        assert_eq!(clock.now(), other.now());
        other.advance(Duration::from_secs(60));
        assert_eq!(clock.now().seconds(), 1_751_623_260);
        clock.set(Instant::from_seconds(5));
        assert_eq!(other.now().seconds(), 5);
    }

    #[test]
    fn ids_are_of_version_seven_and_in_the_order_of_the_clock() {
        let clock = Clock::fixed(Instant::from_micros(1_751_623_200_000_001));
        let ids = IdMaker::system(clock.clone());
        let mut last: VisitId = ids.id();
        for _ in 0..2_500 {
            clock.advance(Duration::from_micros(1));
            let next: VisitId = ids.id();
            assert!(last < next, "{last} {next}");
            assert!(is_client_made(next.uuid()));
            assert_eq!(next.uuid().get_version_num(), 7);
            last = next;
        }
    }

    #[test]
    fn seeded_ids_repeat_and_differ() {
        let clock = Clock::fixed(Instant::from_seconds(1_751_623_200));
        let first = IdMaker::seeded(clock.clone(), 7);
        let second = IdMaker::seeded(clock, 7);
        let ids: Vec<Uuid> = (0..100).map(|_| first.uuid()).collect();
        assert_eq!(ids, (0..100).map(|_| second.uuid()).collect::<Vec<_>>());
        let mut distinct = ids.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), ids.len());
    }
}
