//! Donors: outside bodies and persons that may support, known to one organisation.

use crate::http::operation::Operation;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    Vec::new()
}
