//! Donor links: a donor introduced to an organisation for a purpose, and what came of it.

use crate::http::operation::Operation;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    Vec::new()
}
