//! Verified tokens, remembered: a signature costs tens of microseconds, a digest and a look-up less than one.
//!
//! A remembered token is good only under the keys that it was verified with and until it expires; what
//! was revoked meanwhile is the revocations' to say, which are asked each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use moka::sync::Cache;

use super::codes::{Digest, sha256};
use super::jwt::{self, Claims, Expected, PublicKeys};
use super::remembered::{self, Expires};
use crate::Result;
use crate::types::instant::Instant;

#[derive(Clone)]
struct Remembered {
    claims: Arc<Claims>,
    /// Under which set of keys it was verified.
    generation: u64,
    lives: Duration,
}

impl Expires for Remembered {
    fn lives(&self) -> Duration {
        self.lives
    }
}

struct Keys {
    keys: PublicKeys,
    generation: u64,
}

/// Verifies access tokens. Shared by all threads of the server.
pub struct Verifier {
    keys: ArcSwap<Keys>,
    generations: AtomicU64,
    expected: Expected,
    remembered: Cache<Digest, Remembered>,
}

impl Verifier {
    /// A verifier of tokens of this issuer for this audience, signed with these keys.
    pub fn new(keys: PublicKeys, issuer: &str, audience: &str) -> Self {
        Self {
            keys: ArcSwap::from_pointee(Keys { keys, generation: 0 }),
            generations: AtomicU64::new(0),
            expected: Expected::new(issuer, audience),
            remembered: remembered::cache(),
        }
    }

    /// Takes other keys from now on: a token of a key that is no longer among them is refused at once.
    pub fn set_keys(&self, keys: PublicKeys) {
        let generation = self.generations.fetch_add(1, Ordering::AcqRel) + 1;
        self.keys.store(Arc::new(Keys { keys, generation }));
    }

    /// The claims of a token that is ours and good at `now`; else 401 `invalid-token`.
    pub fn verify(&self, token: &str, now: Instant) -> Result<Arc<Claims>> {
        let keys = self.keys.load();
        let digest = sha256(token);
        if let Some(remembered) = self.remembered.get(&digest)
            && remembered.generation == keys.generation
        {
            return if remembered.claims.is_in_time(now) {
                Ok(remembered.claims)
            } else {
                Err(jwt::invalid())
            };
        }
        let claims = Arc::new(jwt::verify(token, &keys.keys, &self.expected, now)?);
        let remains = claims.exp.saturating_mul(1_000_000).saturating_sub(now.micros());
        let lives = Duration::from_micros(u64::try_from(remains).unwrap_or(0));
        self.remembered
            .insert(digest, Remembered { claims: claims.clone(), generation: keys.generation, lives });
        Ok(claims)
    }

    /// How many are remembered (for the metrics; near enough).
    pub fn len(&self) -> u64 {
        self.remembered.entry_count()
    }

    /// Whether none is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant as Monotonic;

    use super::*;
    use crate::access::jwt::SigningKey;
    use crate::access::jwt::tests::{AUDIENCE, ISSUER, NOW, at, claims};

    fn verifier(key: &SigningKey) -> Verifier {
        Verifier::new([key.public()].into_iter().collect(), ISSUER, AUDIENCE)
    }

    #[test]
    fn a_remembered_token_is_the_same_and_ends_in_time() {
        let key = SigningKey::generate().unwrap();
        let verifier = verifier(&key);
        let claims = claims();
        let token = key.sign(&claims).unwrap();
        let first = verifier.verify(&token, at(NOW)).unwrap();
        assert!(Arc::ptr_eq(&first, &verifier.verify(&token, at(NOW + 599)).unwrap()));
        assert_eq!(*first, claims);
        assert!(verifier.verify(&token, at(NOW + 600)).is_err());
        assert!(verifier.verify(&token[..token.len() - 1], at(NOW)).is_err());
    }

    #[test]
    fn a_withdrawn_key_takes_its_remembered_tokens_along() {
        let (old, new) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let verifier = verifier(&old);
        let token = old.sign(&claims()).unwrap();
        verifier.verify(&token, at(NOW)).unwrap();
        verifier.set_keys([old.public(), new.public()].into_iter().collect());
        verifier.verify(&token, at(NOW)).unwrap();
        verifier.verify(&new.sign(&claims()).unwrap(), at(NOW)).unwrap();
        verifier.set_keys([new.public()].into_iter().collect());
        assert!(verifier.verify(&token, at(NOW)).is_err());
    }

    #[test]
    #[ignore = "a measurement: cargo test --release --lib access::verifier -- --ignored --nocapture"]
    fn how_long_a_remembered_token_takes() {
        let key = SigningKey::generate().unwrap();
        let verifier = verifier(&key);
        let token = key.sign(&claims()).unwrap();
        verifier.verify(&token, at(NOW)).unwrap();
        let (rounds, begun) = (1_000_000_u32, Monotonic::now());
        for _ in 0..rounds {
            std::hint::black_box(verifier.verify(std::hint::black_box(&token), at(NOW)).unwrap());
        }
        println!("remembered, {} bytes: {:?}", token.len(), begun.elapsed() / rounds);
    }
}
