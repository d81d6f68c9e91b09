//! What was revoked, as this node knows it.
//!
//! A JWT is verified without the database, so what ends before the token does must be known otherwise: each node
//! polls the revocations (a quarter of a second) into this view, and every request is checked against it.
//! A view that wasn't refreshed for a second is worth nothing: then the answer is 503, not yes. Where the view is
//! only late, because the machine was busy or stood still, a request waits a moment for the next poll.
//! Reading costs two look-ups in maps that nobody locks; a poll that brings something makes new maps.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use uuid::Uuid;

use super::jwt::Claims;
use crate::Result;
use crate::http::problem::{Code, Problem};
use crate::types::clock::Clock;
use crate::types::id::SessionId;
use crate::types::instant::Instant;

/// How old the view may be, in microseconds.
pub const MAX_AGE_MICROSECONDS: i64 = 1_000_000;
/// How long a request waits for a view that is late.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(10);

/// Something that a poll found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Revocation {
    /// The session ended. `until`: when the last token that was issued in it has expired.
    Session {
        /// Which.
        session: SessionId,
        /// How long it must be remembered.
        until: Instant,
    },
    /// What the user or the access token may do changed (a membership, a role, an organisation's standing): tokens with
    /// a smaller epoch are stale.
    Epoch {
        /// Whose: a user's or an access token's.
        subject: Uuid,
        /// The least epoch that is good.
        minimum: i64,
        /// How long it must be remembered.
        until: Instant,
    },
}

#[derive(Clone, Default)]
struct View {
    sessions: HashMap<SessionId, Instant>,
    epochs: HashMap<Uuid, (i64, Instant)>,
}

/// The view. Shared by all threads of the server.
pub struct Revocations {
    view: ArcSwap<View>,
    seen_at: AtomicI64,
    /// Whether the last poll failed: then nothing is to be waited for.
    lost: AtomicBool,
    /// One poll at a time changes the view; readers don't take it.
    changing: Mutex<()>,
}

impl Default for Revocations {
    fn default() -> Self {
        Self::new()
    }
}

impl Revocations {
    /// A view that has seen nothing yet: everybody is told 503 until the first poll.
    pub fn new() -> Self {
        Self {
            view: ArcSwap::default(),
            seen_at: AtomicI64::new(i64::MIN),
            lost: AtomicBool::new(false),
            changing: Mutex::new(()),
        }
    }

    /// Takes in what a poll found. `began` is the instant **before** the database was asked: what was revoked
    /// after it may be missing, and the view's age is counted from it.
    pub fn apply(&self, began: Instant, found: impl IntoIterator<Item = Revocation>) {
        let guard = self.changing.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let view = self.view.load();
        let new: Vec<Revocation> = found.into_iter().filter(|revocation| !view.knows(revocation)).collect();
        if !new.is_empty() || view.has_many_expired(began) {
            let mut next = View::clone(&view);
            next.forget_expired(began);
            new.into_iter().for_each(|revocation| next.take(revocation));
            self.view.store(std::sync::Arc::new(next));
        }
        self.seen_at.fetch_max(began.micros(), Ordering::Release);
        self.lost.store(false, Ordering::Release);
        drop(guard);
    }

    /// Takes note that a poll failed.
    pub fn lose(&self) {
        self.lost.store(true, Ordering::Release);
    }

    /// Waits while the view is late, a second at the most, and not at all while polls fail. Whether it came is
    /// for [`Revocations::check`] to say.
    pub async fn until_fresh(&self, clock: &Clock) {
        let began = std::time::Instant::now();
        while !self.is_fresh(clock.now()) && !self.lost.load(Ordering::Acquire) && began.elapsed() < PATIENCE
        {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Takes in what this node itself just revoked, so that it needn't wait for its own poll.
    pub fn note(&self, revocation: Revocation) {
        let _guard = self.changing.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let view = self.view.load();
        if !view.knows(&revocation) {
            let mut next = View::clone(&view);
            next.take(revocation);
            self.view.store(std::sync::Arc::new(next));
        }
    }

    /// Whether a verified token is still good. 503 `unavailable` when the view is older than a second;
    /// 401 `invalid-token` when the session ended or the roles in it are no longer the person's.
    pub fn check(&self, claims: &Claims, now: Instant) -> Result<()> {
        if !self.is_fresh(now) {
            return Err(Problem::unavailable("the view of the revocations is stale"));
        }
        let view = self.view.load();
        let session_ended = view.sessions.contains_key(&claims.sid);
        let is_stale = view.epochs.get(&claims.sub).is_some_and(|(minimum, _)| claims.epoch < *minimum);
        if session_ended || is_stale { Err(Problem::new(Code::InvalidToken)) } else { Ok(()) }
    }

    /// Whether the last successful poll began less than a second ago (`/readyz` asks too).
    pub fn is_fresh(&self, now: Instant) -> bool {
        now.micros().saturating_sub(self.seen_at.load(Ordering::Acquire)) <= MAX_AGE_MICROSECONDS
    }

    /// How many sessions, users and access tokens are remembered (for the metrics).
    pub fn len(&self) -> usize {
        let view = self.view.load();
        view.sessions.len() + view.epochs.len()
    }

    /// Whether nothing is revoked.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl View {
    fn knows(&self, revocation: &Revocation) -> bool {
        match revocation {
            Revocation::Session { session, until } => {
                self.sessions.get(session).is_some_and(|known| known >= until)
            }
            Revocation::Epoch { subject, minimum, until } => self
                .epochs
                .get(subject)
                .is_some_and(|(known, known_until)| known >= minimum && known_until >= until),
        }
    }

    fn take(&mut self, revocation: Revocation) {
        match revocation {
            Revocation::Session { session, until } => {
                let known = self.sessions.entry(session).or_insert(until);
                *known = (*known).max(until);
            }
            Revocation::Epoch { subject, minimum, until } => {
                let known = self.epochs.entry(subject).or_insert((minimum, until));
                *known = (known.0.max(minimum), known.1.max(until));
            }
        }
    }

    /// Copying the maps to forget a few isn't worth it: from a half on it is.
    fn has_many_expired(&self, now: Instant) -> bool {
        fn expired<K: Eq + Hash, V>(
            map: &HashMap<K, V>,
            until: impl Fn(&V) -> Instant,
            now: Instant,
        ) -> usize {
            map.values().filter(|value| until(value) <= now).count()
        }
        let expired =
            expired(&self.sessions, |until| *until, now) + expired(&self.epochs, |epoch| epoch.1, now);
        expired > 0 && expired * 2 >= self.sessions.len() + self.epochs.len()
    }

    fn forget_expired(&mut self, now: Instant) {
        self.sessions.retain(|_, until| *until > now);
        self.epochs.retain(|_, (_, until)| *until > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::jwt::tests::claims;

    const SECOND: i64 = 1_000_000;

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * SECOND)
    }

    fn code(result: Result<()>) -> Option<Code> {
        result.err().map(|problem| problem.code())
    }

    #[test]
    fn a_stale_view_says_neither_yes_nor_no() {
        let view = Revocations::new();
        let claims = claims();
        assert_eq!(code(view.check(&claims, at(100))), Some(Code::Unavailable), "before the first poll");
        view.apply(at(100), []);
        assert_eq!(code(view.check(&claims, at(100))), None);
        assert_eq!(code(view.check(&claims, at(101))), None);
        let late = Instant::from_micros(101 * SECOND + 1);
        assert_eq!(code(view.check(&claims, late)), Some(Code::Unavailable));
        view.apply(at(99), []);
        assert!(view.is_fresh(at(101)), "a slow poll doesn't make the view older");
        view.note(Revocation::Session { session: claims.sid, until: at(700) });
        assert!(!view.is_fresh(at(103)), "what the node itself did is no poll");
    }

    #[test]
    fn a_late_view_is_waited_for_and_a_lost_one_is_not() {
        let view = Revocations::new();
        let clock = Clock::fixed(at(100));
        let wait = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
            let began = std::time::Instant::now();
            runtime.block_on(view.until_fresh(&clock));
            began.elapsed()
        };
        view.lose();
        assert!(wait() < PATIENCE, "nobody waits for what can't come");
        assert!(!view.is_fresh(clock.now()));
        view.apply(at(98), []);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(LOOK * 5);
                view.apply(at(100), []);
            });
            assert!(wait() >= LOOK * 4);
            assert!(view.is_fresh(clock.now()));
        });
        clock.set(at(200));
        assert!(wait() >= PATIENCE, "not for ever");
        assert!(!view.is_fresh(clock.now()));
    }

    #[test]
    fn an_ended_session_is_refused_and_others_are_not() {
        let view = Revocations::new();
        let (ended, other) = (claims(), claims());
        view.apply(at(100), [Revocation::Session { session: ended.sid, until: at(700) }]);
        assert_eq!(code(view.check(&ended, at(100))), Some(Code::InvalidToken));
        assert_eq!(code(view.check(&other, at(100))), None);
        view.note(Revocation::Session { session: other.sid, until: at(700) });
        assert_eq!(code(view.check(&other, at(100))), Some(Code::InvalidToken));
    }

    #[test]
    fn a_raised_epoch_refuses_the_tokens_before_it() {
        let view = Revocations::new();
        let mut claims = claims();
        let raise = |minimum| Revocation::Epoch { subject: claims.sub, minimum, until: at(700) };
        let (five, four) = (raise(5), raise(4));
        view.apply(at(100), [five]);
        view.apply(at(100), [four]);
        for (epoch, expected) in [(4, Some(Code::InvalidToken)), (5, None), (6, None)] {
            claims.epoch = epoch;
            assert_eq!(code(view.check(&claims, at(100))), expected, "{epoch}");
        }
    }

    #[test]
    fn what_can_no_longer_matter_is_forgotten() {
        let view = Revocations::new();
        let (first, second) = (claims(), claims());
        view.apply(at(100), [Revocation::Session { session: first.sid, until: at(200) }]);
        view.apply(at(150), [Revocation::Epoch { subject: second.sub, minimum: 9, until: at(900) }]);
        assert_eq!(view.len(), 2);
        view.apply(at(300), []);
        assert_eq!(view.len(), 1);
        view.apply(at(901), []);
        assert!(view.is_empty());
    }

    #[test]
    fn read_and_changed_at_once() {
        let view = Revocations::new();
        let tokens: Vec<Claims> = (0..200).map(|_| claims()).collect();
        view.apply(at(100), []);
        std::thread::scope(|scope| {
            for half in tokens.chunks(100) {
                scope.spawn(|| {
                    half.iter().for_each(|token| {
                        view.apply(at(100), [Revocation::Session { session: token.sid, until: at(700) }]);
                        assert_eq!(code(view.check(token, at(100))), Some(Code::InvalidToken));
                    })
                });
            }
        });
        assert!(tokens.iter().all(|token| view.check(token, at(100)).is_err()));
    }
}
