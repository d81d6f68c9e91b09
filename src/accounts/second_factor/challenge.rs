//! What somebody gets who knew the password of an account with a second factor: `awasir_sf_` and base64url of
//! user id (16) ‖ instant (8) ‖ state (16) ‖ MAC (16), to be shown again with a code within five minutes.
//!
//! Nothing of it is kept: the MAC says that this network issued it, so strangers fill no table and ask no database.
//! The state stands for the password that was known; once that is another one, the challenge is void.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::access::mac::MacKey;
use crate::accounts::store::Account;
use crate::http::problem::{Code, Problem, Result};
use crate::types::{Instant, UserId};

/// How long a challenge can be answered.
pub const LASTS: Duration = Duration::from_secs(5 * 60);
/// How far another node's clock may be ahead of ours.
const CLOCK_GRACE: Duration = Duration::from_secs(5);

const PREFIX: &str = "awasir_sf_";
const ID: usize = 16;
const INSTANT: usize = 8;
const MAC: usize = 16;
const ALL: usize = ID + INSTANT + MAC + MAC;

/// A challenge that this network issued and whose time is not over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Challenge {
    /// Who knew the password.
    pub user: UserId,
    state: [u8; MAC],
}

/// A challenge for an account whose password was known right now.
pub fn make(key: &MacKey, account: &Account, now: Instant) -> String {
    let (id, at) = (*account.id.uuid().as_bytes(), now.micros().to_be_bytes());
    let state = state(key, account);
    let mac = sign(key, &id, &at, &state);
    PREFIX.to_owned() + &URL_SAFE_NO_PAD.encode([&id[..], &at, &state, &mac].concat())
}

/// The problem that asks for the second factor.
pub fn asked(key: &MacKey, account: &Account, now: Instant) -> Problem {
    Problem::new(Code::SecondFactorRequired)
        .with("challenge", make(key, account, now))
        .with("expires_at", now.plus(LASTS))
}

/// Reads a challenge. 401 `second-factor-invalid` when it isn't one of ours, `challenge-expired` when it was.
///
/// # Errors
/// As said.
pub fn parse(key: &MacKey, text: &str, now: Instant) -> Result<Challenge> {
    let (challenge, issued_at) =
        authenticate(key, text.trim()).ok_or_else(|| Problem::new(Code::SecondFactorInvalid))?;
    if issued_at.plus(LASTS) <= now || issued_at > now.plus(CLOCK_GRACE) {
        return Err(Problem::new(Code::ChallengeExpired));
    }
    Ok(challenge)
}

fn authenticate(key: &MacKey, text: &str) -> Option<(Challenge, Instant)> {
    let encoded = text.strip_prefix(PREFIX).filter(|encoded| encoded.len() < 2 * ALL)?;
    let bytes: [u8; ALL] = URL_SAFE_NO_PAD.decode(encoded).ok()?.try_into().ok()?;
    let (id, rest) = bytes.split_first_chunk::<ID>()?;
    let (at, rest) = rest.split_first_chunk::<INSTANT>()?;
    let (state, rest) = rest.split_first_chunk::<MAC>()?;
    let mac: &[u8; MAC] = rest.try_into().ok()?;
    let parts: [&[u8]; 4] = [b"second-factor", id, at, state];
    key.verify(&parts, mac).then(|| {
        let user = UserId(Uuid::from_bytes(*id));
        (Challenge { user, state: *state }, Instant::from_micros(i64::from_be_bytes(*at)))
    })
}

fn sign(key: &MacKey, id: &[u8], at: &[u8], state: &[u8]) -> [u8; MAC] {
    key.sign(&[b"second-factor", id, at, state])
}

/// What stands for an account's password.
fn state(key: &MacKey, account: &Account) -> [u8; MAC] {
    key.sign(&state_parts(account))
}

fn state_parts(account: &Account) -> [&[u8]; 3] {
    let hash = account.password_hash.as_deref().unwrap_or_default();
    [b"second-factor password", account.id.0.as_bytes(), hash.as_bytes()]
}

impl Challenge {
    /// Whether the account's password is still the one that was known.
    pub fn stands(&self, key: &MacKey, account: &Account) -> bool {
        self.user == account.id && key.verify(&state_parts(account), &self.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Locale, Name};
    use crate::types::Json;

    fn key() -> MacKey {
        MacKey::new(&MacKey::generate().unwrap()).unwrap()
    }

    fn account(hash: &str) -> Account {
        Account {
            id: UserId(Uuid::now_v7()),
            name: Json::new(&Name::of([("en", "Amna")]).unwrap()).unwrap(),
            locale: Locale::default().as_str().to_owned(),
            email: None,
            phone: None,
            password_hash: Some(hash.to_owned()),
            password_temporary: false,
            network_admin: false,
            epoch: 1,
            version: 1,
            created_at: Instant::from_seconds(0),
            updated_at: Instant::from_seconds(0),
            email_since: None,
            email_before: None,
        }
    }

    fn refused(key: &MacKey, text: &str, now: Instant) -> Code {
        parse(key, text, now).unwrap_err().code()
    }

    #[test]
    fn it_names_the_account_and_stands_while_the_password_does() {
        let (key, account, now) = (key(), account("one"), Instant::from_seconds(1_000_000));
        let text = make(&key, &account, now);
        let read = parse(&key, &format!(" {text}\n"), now.plus(Duration::from_secs(299))).unwrap();
        assert!(read.user == account.id && read.stands(&key, &account));
        let changed = Account { password_hash: Some("two".to_owned()), ..account.clone() };
        let other = Account { id: UserId(Uuid::now_v7()), ..account.clone() };
        assert!(!read.stands(&key, &changed) && !read.stands(&key, &other));
        assert_eq!(refused(&key, &text, now.plus(LASTS)), Code::ChallengeExpired);
        assert_eq!(refused(&key, &text, now.minus(Duration::from_secs(6))), Code::ChallengeExpired);
    }

    #[test]
    fn what_was_altered_or_made_up_is_refused() {
        let (key, account, now) = (key(), account("one"), Instant::from_seconds(1_000_000));
        let text = make(&key, &account, now);
        let encoded = text.strip_prefix(PREFIX).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap();
        let mut bad: Vec<String> = (0..ALL)
            .map(|index| {
                let mut bytes = bytes.clone();
                bytes[index] ^= 1;
                PREFIX.to_owned() + &URL_SAFE_NO_PAD.encode(bytes)
            })
            .collect();
        bad.extend([String::new(), PREFIX.to_owned(), encoded.to_owned(), format!("{text}A")]);
        for bad in bad {
            assert_eq!(refused(&key, &bad, now), Code::SecondFactorInvalid, "{bad}");
        }
        assert_eq!(refused(&super::tests::key(), &text, now), Code::SecondFactorInvalid, "another network's");
    }
}
