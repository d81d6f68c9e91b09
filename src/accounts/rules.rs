//! What a refresh token is worth, and what a password may be.

use std::time::Duration;

use super::model::Login;
use crate::access::codes::Digest;
use crate::access::passwords;
use crate::http::problem::{Problem, Result};
use crate::types::Instant;

/// How long a session lasts after it was last used.
pub const SESSION_LASTS: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long a refresh token that was replaced still works while its successor is unused.
pub const PREDECESSOR_LASTS: Duration = Duration::from_secs(72 * 3600);
/// How long an address from which somebody signed in is known.
pub const ADDRESS_KNOWN: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a reset code works.
pub const RESET_CODE_LASTS: Duration = Duration::from_secs(24 * 3600);

/// For how long an e-mail address that its owner set must be the account's before a new password is mailed to it. Setting it
/// takes a session, and no proof that the address is one's own: who holds a stolen session would set an address of
/// theirs, have a new password mailed there, and keep the account when the session is ended. The address before is told at
/// once ([`super::notices`]); these days are for whoever reads that, also one who travels, to end the sessions.
pub const EMAIL_TRUSTED_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long what was mailed for a new password works.
pub const MAILED_RESET_LASTS: Duration = Duration::from_secs(30 * 60);

/// What a session's row says of its tokens.
#[derive(Debug, Clone)]
pub struct Held {
    /// The digest of the token that is good.
    pub current: Vec<u8>,
    /// That of the one before it.
    pub previous: Option<Vec<u8>>,
    /// When the one before it was replaced first.
    pub rotated_at: Instant,
    /// When the session ends by itself.
    pub expires_at: Instant,
    /// When it was ended.
    pub revoked_at: Option<Instant>,
}

/// What a refresh token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// It is the good one: a successor replaces it.
    Current,
    /// Its successor was lost on the way: that one dies, another takes its place.
    Predecessor,
    /// It was replaced before: a copy of it is in other hands.
    Reused,
    /// The session has ended.
    Ended,
}

/// Judges a refresh token of this session.
pub fn judge(held: &Held, presented: &Digest, now: Instant) -> Worth {
    if held.revoked_at.is_some() || held.expires_at <= now {
        return Worth::Ended;
    }
    if held.current == presented {
        return Worth::Current;
    }
    let is_predecessor = held.previous.as_deref() == Some(&presented[..]);
    if is_predecessor && now <= held.rotated_at.plus(PREDECESSOR_LASTS) {
        Worth::Predecessor
    } else {
        Worth::Reused
    }
}

/// Refuses a password that is too short, too long, too common or one's own login.
///
/// # Errors
/// `validation-failed` at the pointer.
pub fn check_new_password(password: &str, logins: &[&str], pointer: &str) -> Result<()> {
    passwords::check(password, logins).map_err(|weakness| Problem::errors(vec![weakness.at(pointer)]))
}

/// The login that a body names: the e-mail where both are given.
pub fn login_of(email: Option<&crate::types::Email>, phone: Option<&crate::types::Phone>) -> Option<Login> {
    match (email, phone) {
        (Some(email), _) => Some(Login::Email(email.clone())),
        (None, Some(phone)) => Some(Login::Phone(phone.clone())),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn held(now: Instant) -> Held {
        Held {
            current: vec![2; 32],
            previous: Some(vec![1; 32]),
            rotated_at: now,
            expires_at: now.plus(SESSION_LASTS),
            revoked_at: None,
        }
    }

    #[test]
    fn a_refresh_token_forgives_one_lost_answer() {
        let now = Instant::from_seconds(1_000_000);
        let (old, before, current) = ([0; 32], [1; 32], [2; 32]);
        let held = held(now);
        assert_eq!(judge(&held, &current, now), Worth::Current);
        assert_eq!(judge(&held, &before, now), Worth::Predecessor);
        assert_eq!(judge(&held, &before, now.plus(72 * HOUR)), Worth::Predecessor);
        assert_eq!(judge(&held, &before, now.plus(73 * HOUR)), Worth::Reused);
        assert_eq!(judge(&held, &old, now), Worth::Reused);
        assert_eq!(judge(&held, &current, now.plus(SESSION_LASTS)), Worth::Ended);
    }

    #[test]
    fn an_ended_session_is_ended_for_every_token() {
        let now = Instant::from_seconds(1_000_000);
        let held = Held { revoked_at: Some(now), ..held(now) };
        for token in [[0; 32], [1; 32], [2; 32]] {
            assert_eq!(judge(&held, &token, now), Worth::Ended);
        }
    }

    #[test]
    fn without_a_predecessor_every_other_token_is_reused() {
        let now = Instant::from_seconds(1_000_000);
        let held = Held { previous: None, ..held(now) };
        assert_eq!(judge(&held, &[1; 32], now), Worth::Reused);
    }
}
