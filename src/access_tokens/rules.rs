//! Where an access token stands, what it may do, and what narrowing is; no I/O.

use std::time::Duration;

use super::codes::AccessTokenState;
use crate::access::{Right, Rights, Role};
use crate::http::problem::FieldError;
use crate::types::Instant;
use crate::types::network::Network;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long one may be made to work: a year, and the day that a leap year has more.
pub const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);
/// How many that still work an organisation may have.
pub const MOST: i64 = 100;

/// What a row says of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// Until when it was made to work.
    pub expires_at: Instant,
    /// When who answered for it left.
    pub orphaned_at: Option<Instant>,
    /// When it was withdrawn.
    pub revoked_at: Option<Instant>,
}

/// For how long a token works whose owner has left.
pub fn grace(days: u32) -> Duration {
    DAY * days
}

impl Marks {
    /// Until when it works, if nothing else happens.
    pub fn works_until(&self, grace: Duration) -> Instant {
        self.orphaned_at.map_or(self.expires_at, |since| since.plus(grace).min(self.expires_at))
    }

    /// Where it stands now.
    pub fn state(&self, grace: Duration, now: Instant) -> AccessTokenState {
        if self.revoked_at.is_some() {
            AccessTokenState::Revoked
        } else if self.works_until(grace) <= now {
            AccessTokenState::Expired
        } else if self.orphaned_at.is_some() {
            AccessTokenState::Orphaned
        } else {
            AccessTokenState::Active
        }
    }
}

/// What machines may be given of a role: all but to sign, which a person does with their name.
pub fn given_by(role: Role) -> Rights {
    role.rights().without(Right::ProgrammesSign)
}

/// What a token may do: never more than its role, its own list, and the role of who answers for it.
pub fn in_force(role: Role, permissions: Rights, owner_role: Role) -> Rights {
    given_by(role.min(owner_role)).intersection(permissions)
}

/// What is asked of a token, new or narrowed.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its role.
    pub role: Role,
    /// Its own list of rights.
    pub permissions: Rights,
    /// From where it may be used.
    pub networks: &'a [Network],
    /// Until when it works.
    pub expires_at: Instant,
}

/// What is wrong with a new token, made by who holds `held`.
pub fn check_new(asked: &Asked<'_>, maker: Role, held: Rights, now: Instant) -> Vec<FieldError> {
    let mut errors = check_itself(asked, now);
    if asked.role > maker {
        errors.push(FieldError::new("/role", "not-held", "is above the role of who makes it"));
    }
    errors.extend(beyond(asked.permissions, held, "is not held by who makes it"));
    errors
}

/// What is wrong with a token that is to be narrowed.
pub fn check_narrower(asked: &Asked<'_>, before: &Asked<'_>, now: Instant) -> Vec<FieldError> {
    let mut errors = if asked.expires_at == before.expires_at { Vec::new() } else { check_time(asked, now) };
    let mut wider = |pointer: &str| {
        errors.push(FieldError::new(
            pointer,
            "not-narrower",
            "an access token can only be narrowed; make another one",
        ))
    };
    if asked.role > before.role {
        wider("/role");
    }
    if asked.expires_at > before.expires_at {
        wider("/expires_at");
    }
    let is_within = |one: &Network| before.networks.iter().any(|network| network.contains(*one));
    let is_narrower = asked.networks.iter().all(is_within) && !asked.networks.is_empty();
    if !before.networks.is_empty() && !is_narrower {
        wider("/allowed_networks");
    }
    if !before.permissions.contains_all(asked.permissions) {
        wider("/permissions");
    }
    errors.extend(check_rights(asked));
    errors
}

fn check_itself(asked: &Asked<'_>, now: Instant) -> Vec<FieldError> {
    let mut errors = check_time(asked, now);
    errors.extend(check_rights(asked));
    errors
}

/// What is wrong with the end of a token.
pub fn check_time(asked: &Asked<'_>, now: Instant) -> Vec<FieldError> {
    if asked.expires_at <= now {
        vec![FieldError::new("/expires_at", "out-of-range", "must be later than now")]
    } else if asked.expires_at > now.plus(LONGEST) {
        vec![FieldError::new("/expires_at", "out-of-range", "an access token works for a year at the most")]
    } else {
        Vec::new()
    }
}

fn check_rights(asked: &Asked<'_>) -> Vec<FieldError> {
    if asked.permissions.is_empty() {
        return vec![FieldError::new("/permissions", "too-few", "a token without a right is of no use")];
    }
    beyond(asked.permissions, given_by(asked.role), "is not of its role, or is for persons alone")
}

fn beyond(asked: Rights, held: Rights, why: &str) -> Vec<FieldError> {
    let over: Vec<&str> = asked.iter().filter(|right| !held.contains(*right)).map(Right::as_str).collect();
    if over.is_empty() {
        return Vec::new();
    }
    vec![FieldError::new("/permissions", "not-held", format!("{} {why}", over.join(", ")))]
}

#[cfg(test)]
mod tests;
