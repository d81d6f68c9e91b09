//! In which state an invitation is.

use std::time::Duration;

use super::model::InvitationState;
use crate::http::problem::{Code, Problem, Result};
use crate::types::Instant;

/// How long an invitation works.
pub const LASTS: Duration = Duration::from_secs(7 * 24 * 3600);

/// What a row says of an invitation.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    /// Until when it works.
    pub expires_at: Instant,
    /// When it was accepted.
    pub accepted_at: Option<Instant>,
    /// When it was withdrawn.
    pub revoked_at: Option<Instant>,
    /// Whether a member objected to it.
    pub objected: bool,
}

/// The state of an invitation now.
pub fn state(marks: &Marks, now: Instant) -> InvitationState {
    match marks {
        Marks { accepted_at: Some(_), .. } => InvitationState::Accepted,
        Marks { revoked_at: Some(_), .. } => InvitationState::Revoked,
        Marks { objected: true, .. } => InvitationState::Objected,
        Marks { expires_at, .. } if *expires_at <= now => InvitationState::Expired,
        _ => InvitationState::Pending,
    }
}

/// Refuses an invitation that waits for objections.
///
/// # Errors
/// `too-early` with the instant from which it works.
pub fn check_usable(usable_from: Instant, now: Instant) -> Result<()> {
    if usable_from <= now {
        return Ok(());
    }
    Err(Problem::new(Code::TooEarly).with("usable_from", usable_from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_works_once_and_for_a_time() {
        let now = Instant::from_seconds(1_000);
        let open =
            Marks { expires_at: now.plus(LASTS), accepted_at: None, revoked_at: None, objected: false };
        let states = [
            (open, InvitationState::Pending),
            (Marks { expires_at: now, ..open }, InvitationState::Expired),
            (Marks { objected: true, ..open }, InvitationState::Objected),
            (Marks { revoked_at: Some(now), objected: true, ..open }, InvitationState::Revoked),
            (Marks { accepted_at: Some(now), expires_at: now, ..open }, InvitationState::Accepted),
        ];
        for (marks, expected) in states {
            assert_eq!(state(&marks, now), expected, "{marks:?}");
        }
    }

    #[test]
    fn one_that_waits_for_objections_is_too_early() {
        let now = Instant::from_seconds(1_000);
        assert!(check_usable(now, now).is_ok());
        let later = now.plus(Duration::from_secs(1));
        assert_eq!(check_usable(later, now).err().map(|problem| problem.code()), Some(Code::TooEarly));
    }
}
