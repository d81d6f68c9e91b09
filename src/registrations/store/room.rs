//! Where the body of something in a dossier is checked.

use crate::access::Permit;
use crate::db::Db;
use crate::http::problem::{FieldError, Result};
use crate::items::Findings;
use crate::members::store::acting_member;
use crate::types::MemberId;

/// Who writes, and what was found wrong.
pub struct Room {
    /// As which member of the organisation for which they write.
    pub member: MemberId,
    errors: Vec<FieldError>,
}

impl Room {
    /// Where nothing was found wrong yet.
    ///
    /// # Errors
    /// `not-a-member`; the engine's.
    pub fn new(db: &mut Db, permit: &Permit) -> Result<Self> {
        Ok(Self { member: acting_member(db, permit)?, errors: Vec::new() })
    }
}

impl Findings for Room {
    fn errors(&mut self) -> &mut Vec<FieldError> {
        &mut self.errors
    }
}
