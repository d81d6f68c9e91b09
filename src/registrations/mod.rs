//! Registration dossiers: an organisation's way to a legal status, and what follows from it.

use crate::http::operation::Operation;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    Vec::new()
}
