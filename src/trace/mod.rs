//! The trace from a handshake to a result.

use crate::http::operation::Operation;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    Vec::new()
}
