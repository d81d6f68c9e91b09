//! Refresh tokens: `awasir_rt_` and base64url of session id (16) ‖ random (20) ‖ MAC (16).
//!
//! The MAC lets a made-up token be refused without asking the database; the session's row holds the SHA-256
//! digests of the token that is good and of its immediate predecessor. Which is which, and what a reused
//! one means, is the session store's to say.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::codes::{Digest, sha256};
use super::mac::MacKey;
use super::random;
use super::secret::SecretText;
use crate::Result;
use crate::http::problem::{Code, Problem};
use crate::types::id::SessionId;

const PREFIX: &str = "awasir_rt_";
const ID: usize = 16;
const RANDOM: usize = 20;
const MAC: usize = 16;
const ALL: usize = ID + RANDOM + MAC;

/// A refresh token that this network issued.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RefreshToken {
    /// The session that it continues.
    pub session: SessionId,
    /// What the session's row knows it by.
    pub digest: Digest,
}

/// A new token of the session: its text, for its holder alone, and what to keep of it.
pub fn make(key: &MacKey, session: SessionId) -> Result<(SecretText, RefreshToken)> {
    let id = *session.uuid().as_bytes();
    let random = random::bytes::<RANDOM>()?;
    let mac: [u8; MAC] = key.sign(&[&id, &random]);
    let text = PREFIX.to_owned() + &URL_SAFE_NO_PAD.encode([&id[..], &random, &mac].concat());
    let token = RefreshToken { session, digest: sha256(&text) };
    Ok((SecretText::new(text), token))
}

/// Reads a token and checks its MAC. 401 `invalid-token` when it isn't one of ours.
pub fn parse(key: &MacKey, text: &str) -> Result<RefreshToken> {
    authenticate(key, text.trim()).ok_or_else(|| Problem::new(Code::InvalidToken))
}

fn authenticate(key: &MacKey, text: &str) -> Option<RefreshToken> {
    let encoded = text.strip_prefix(PREFIX).filter(|encoded| encoded.len() < 2 * ALL)?;
    let bytes: [u8; ALL] = URL_SAFE_NO_PAD.decode(encoded).ok()?.try_into().ok()?;
    let (id, rest) = bytes.split_first_chunk::<ID>()?;
    let (random, rest) = rest.split_first_chunk::<RANDOM>()?;
    let mac: &[u8; MAC] = rest.try_into().ok()?;
    key.verify(&[id, random], mac)
        .then(|| RefreshToken { session: SessionId::from(Uuid::from_bytes(*id)), digest: sha256(text) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> MacKey {
        MacKey::new(&MacKey::generate().unwrap()).unwrap()
    }

    #[test]
    fn made_and_read_again() {
        let (key, session) = (key(), SessionId::from(Uuid::now_v7()));
        let (text, token) = make(&key, session).unwrap();
        assert!(text.expose().starts_with("awasir_rt_"));
        assert_eq!(parse(&key, text.expose()).unwrap(), token);
        assert_eq!(parse(&key, &format!(" {}\n", text.expose())).unwrap(), token);
        assert_eq!(token.session, session);
        assert_ne!(make(&key, session).unwrap().1.digest, token.digest);
    }

    #[test]
    fn what_was_altered_or_made_up_is_refused() {
        let (key, session) = (key(), SessionId::from(Uuid::now_v7()));
        let (text, _) = make(&key, session).unwrap();
        let text = text.expose();
        let encoded = text.strip_prefix(PREFIX).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap();
        let mut bad: Vec<String> = (0..ALL)
            .map(|index| {
                let mut bytes = bytes.clone();
                bytes[index] ^= 1;
                PREFIX.to_owned() + &URL_SAFE_NO_PAD.encode(bytes)
            })
            .collect();
        bad.extend([
            String::new(),
            PREFIX.to_owned(),
            encoded.to_owned(),
            format!("{text}A"),
            text[..text.len() - 1].to_owned(),
        ]);
        bad.push(text.replace(PREFIX, "awasir_it_"));
        for bad in bad {
            assert_eq!(parse(&key, &bad).unwrap_err().code(), Code::InvalidToken, "{bad}");
        }
        assert!(parse(&super::tests::key(), text).is_err(), "another network's");
    }
}
