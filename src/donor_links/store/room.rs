//! Where what is promised and what came is checked.

use crate::access::Permit;
use crate::db::Db;
use crate::donor_links::model::{Disbursement, Loaded};
use crate::http::problem::{FieldError, Result};
use crate::items::Findings;
use crate::members::store::acting_member;
use crate::types::{CalendarDate, DonorLinkId, MemberId, OrganisationId};

/// What is known of the link and of who writes, what the body takes back, and what was found wrong.
pub struct Room {
    /// Through which link.
    pub link: DonorLinkId,
    /// To whom the donor is introduced.
    pub beneficiary: OrganisationId,
    /// As which member the caller writes.
    pub member: MemberId,
    /// The day that it is.
    pub today: CalendarDate,
    /// What the body takes back.
    pub reversed: Option<Disbursement>,
    errors: Vec<FieldError>,
}

impl Room {
    /// Where nothing was found wrong yet.
    ///
    /// # Errors
    /// `not-a-member`; the engine's.
    pub fn new(db: &mut Db, link: &Loaded, permit: &Permit, today: CalendarDate) -> Result<Self> {
        Ok(Self {
            link: link.row.id,
            beneficiary: link.row.beneficiary_organisation_id,
            member: acting_member(db, permit)?,
            today,
            reversed: None,
            errors: Vec::new(),
        })
    }

    /// Reports a day that has not come.
    pub fn day_has_come(&mut self, day: CalendarDate, pointer: String) {
        if day > self.today {
            self.report(pointer, "out-of-range", "is in the future");
        }
    }
}

impl Findings for Room {
    fn errors(&mut self) -> &mut Vec<FieldError> {
        &mut self.errors
    }
}
