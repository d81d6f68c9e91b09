//! Projects: what one organisation does or wants to do, and what came in for it.

use crate::http::operation::Operation;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    Vec::new()
}
