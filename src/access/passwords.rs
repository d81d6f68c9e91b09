//! Passwords: what is accepted as one, and argon2id on threads of its own.
//!
//! Hashing takes tens of milliseconds and megabytes on purpose, so it never runs on a request's thread: a few
//! threads take jobs from a bounded queue, and a full queue answers 503 rather than letting strangers fill the memory.
//! When an account doesn't exist, a hash of the same cost is checked in its place: the time tells nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::random;
use super::secret::SecretText;
use crate::Result;
use crate::http::problem::Problem;

mod policy;

use policy::normalise;
pub use policy::{MAX_CHARACTERS, MIN_CHARACTERS, Weakness, check};

const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;

/// What a hash costs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Cost {
    /// Memory of one hash in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes (the threads of one hash are one, whatever this says).
    pub lanes: u32,
}

impl Default for Cost {
    /// OWASP's first choice for argon2id with 19 MiB.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl Cost {
    fn engine(self) -> Result<Argon2<'static>> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(HASH_BYTES))
            .map_err(|error| Problem::internal(format!("argon2 refuses {self:?}: {error}")))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// A hash that no password has, at this cost.
    fn dummy(self) -> Result<String> {
        let salt = STANDARD_NO_PAD.encode(random::bytes::<SALT_BYTES>()?);
        let hash = STANDARD_NO_PAD.encode(random::bytes::<HASH_BYTES>()?);
        let Self { memory_kib, passes, lanes } = self;
        Ok(format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${hash}"))
    }
}

enum Job {
    Hash { password: SecretText, answer: oneshot::Sender<Result<String>> },
    Verify { password: SecretText, hash: Arc<str>, exists: bool, answer: oneshot::Sender<Result<bool>> },
}

/// The service that hashes and checks passwords. Cheap to clone; its threads end with the last clone.
#[derive(Clone)]
pub struct PasswordHasher {
    queue: Sender<Job>,
    cost: Cost,
    dummy: Arc<str>,
}

impl PasswordHasher {
    /// Starts `threads` threads (at least one) behind a queue of `waiting` jobs. Errors when the cost is
    /// out of argon2's bounds or the system gives no thread.
    pub fn start(cost: Cost, threads: usize, waiting: usize) -> Result<Self> {
        let (queue, jobs) = bounded(waiting.max(1));
        for number in 0..threads.max(1) {
            let (engine, jobs) = (cost.engine()?, jobs.clone());
            std::thread::Builder::new()
                .name(format!("passwords-{number}"))
                .spawn(move || work(&engine, &jobs))
                .map_err(Problem::internal)?;
        }
        Ok(Self { queue, cost, dummy: cost.dummy()?.into() })
    }

    /// The PHC string of a new hash with a salt of its own. 503 when the queue is full.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let (answer, waiting) = oneshot::channel();
        self.submit(Job::Hash { password: SecretText::new(normalise(password)), answer })?;
        waiting.await.map_err(|_| Problem::internal("hashing a password panicked"))?
    }

    /// Whether `password` is the one that `hash` was made of. `None` (no such account, or one without a password)
    /// takes as long and is false. 503 when the queue is full.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let (answer, waiting) = oneshot::channel();
        let exists = hash.is_some();
        let hash = hash.map_or_else(|| self.dummy.clone(), Arc::from);
        self.submit(Job::Verify { password: SecretText::new(normalise(password)), hash, exists, answer })?;
        waiting.await.map_err(|_| Problem::internal("checking a password panicked"))?
    }

    /// Whether `hash` was made at another cost than today's (or can't be read): after a successful sign-in it is made anew.
    pub fn needs_rehash(&self, hash: &str) -> bool {
        let today = || -> Option<bool> {
            let hash = PasswordHash::new(hash).ok()?;
            let params = Params::try_from(&hash).ok()?;
            let found = Cost { memory_kib: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() };
            Some(hash.algorithm.as_str() == "argon2id" && hash.version == Some(0x13) && found == self.cost)
        };
        today() != Some(true)
    }

    fn submit(&self, job: Job) -> Result<()> {
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Problem::unavailable("the queue of passwords is full"),
            TrySendError::Disconnected(_) => Problem::internal("the threads for passwords are gone"),
        })
    }
}

fn work(engine: &Argon2<'static>, jobs: &Receiver<Job>) {
    for job in jobs {
        // Whoever waits sees the answer's sender dropped; the thread lives on for the next.
        if catch_unwind(AssertUnwindSafe(|| perform(engine, job))).is_err() {
            log::error!("a password job panicked");
        }
    }
}

fn perform(engine: &Argon2<'static>, job: Job) {
    match job {
        // Nobody waits any more (the client hung up): don't spend the time.
        Job::Hash { answer, .. } if answer.is_closed() => {}
        Job::Verify { answer, .. } if answer.is_closed() => {}
        Job::Hash { password, answer } => {
            let hash = random::bytes::<SALT_BYTES>().and_then(|salt| {
                let hash = engine.hash_password_with_salt(password.expose().as_bytes(), &salt);
                hash.map(|hash| hash.to_string()).map_err(Problem::internal)
            });
            let _ = answer.send(hash);
        }
        Job::Verify { password, hash, exists, answer } => {
            let verdict = match engine.verify_password(password.expose().as_bytes(), hash.as_ref()) {
                Ok(()) => Ok(exists),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => {
                    Err(Problem::internal(format!("a stored password hash can't be checked: {error}")))
                }
            };
            let _ = answer.send(verdict);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::Code;

    const CHEAP: Cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };

    fn run<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
    }

    #[test]
    fn hashed_and_verified_and_the_two_writings_of_a_letter_are_one() {
        run(async {
            let hasher = PasswordHasher::start(CHEAP, 2, 8).unwrap();
            let hash = hasher.hash("caf\u{e9} au lait").await.unwrap();
            assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
            assert_ne!(hash, hasher.hash("caf\u{e9} au lait").await.unwrap());
            assert!(hasher.verify("cafe\u{301} au lait", Some(&hash)).await.unwrap());
            assert!(!hasher.verify("cafe au lait", Some(&hash)).await.unwrap());
            assert!(!hasher.verify("café au lait", None).await.unwrap());
            assert_eq!(hasher.verify("x", Some("no hash")).await.unwrap_err().code(), Code::Internal);
        });
    }

    #[test]
    fn a_changed_cost_asks_for_a_new_hash_and_the_old_one_still_works() {
        run(async {
            let before = PasswordHasher::start(CHEAP, 1, 8).unwrap();
            let after = PasswordHasher::start(Cost { passes: 2, ..CHEAP }, 1, 8).unwrap();
            let hash = before.hash("a good long one").await.unwrap();
            assert!(!before.needs_rehash(&hash));
            assert!(after.needs_rehash(&hash) && after.needs_rehash("rubbish"));
            assert!(after.verify("a good long one", Some(&hash)).await.unwrap());
            assert!(!before.needs_rehash(&before.dummy), "the dummy costs what a hash costs");
        });
    }

    #[test]
    fn a_full_queue_is_refused_at_once() {
        run(async {
            let (queue, _jobs) = bounded(1);
            let hasher = PasswordHasher { queue, cost: CHEAP, dummy: CHEAP.dummy().unwrap().into() };
            let first = hasher.hash("first in line");
            // Nobody takes it: it stands in the queue until the time is up.
            assert!(tokio::time::timeout(std::time::Duration::from_millis(5), first).await.is_err());
            assert_eq!(hasher.hash("second").await.unwrap_err().code(), Code::Unavailable);
        });
    }

    #[test]
    fn an_impossible_cost_is_refused_at_start() {
        assert!(PasswordHasher::start(Cost { memory_kib: 1, passes: 0, lanes: 1 }, 1, 1).is_err());
    }
}
