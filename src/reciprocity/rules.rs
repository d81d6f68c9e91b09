//! Which visits count, and whose turn it is; no I/O.
//!
//! A visit that took place counts once for each visitor and host of it, in an organisation's own account when that
//! organisation stands by it, and the other doesn't contradict:
//!
//! - who has accepted it stands by it; so does who drew it up and has neither declined nor objected;
//! - who declined, or objected without ever accepting, contradicts; who is merely silent does not.

use super::model::Turn;
use crate::visits::codes::VisitState;

/// The states of visits that took place.
pub const TOOK_PLACE: [VisitState; 3] = [VisitState::Held, VisitState::Reported, VisitState::Concluded];

/// Whose turn it is, after so many visits.
pub fn turn(made: i64, received: i64) -> Turn {
    match made.cmp(&received) {
        std::cmp::Ordering::Less => Turn::Ours,
        std::cmp::Ordering::Greater => Turn::Theirs,
        std::cmp::Ordering::Equal => Turn::Even,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_received_more_makes_the_next() {
        assert_eq!(turn(2, 1), Turn::Theirs);
        assert_eq!(turn(0, 1), Turn::Ours);
        assert_eq!(turn(3, 3), Turn::Even);
    }
}
