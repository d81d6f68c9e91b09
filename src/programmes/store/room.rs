//! Where the body of an item of a programme is checked.

use crate::access::Permit;
use crate::db::Db;
use crate::http::problem::{FieldError, Result};
use crate::items::Findings;
use crate::members::store::acting_member;
use crate::programmes::model::{Contribution, Loaded, Progress};
use crate::types::{ActivityId, CalendarDate, Instant, MemberId, OrganisationId, Period, ProgrammeId};

/// What is known of the programme and of who writes, what the body takes back, and what was found wrong.
pub struct ItemRoom<Reversed> {
    /// For whom the caller writes.
    pub own: OrganisationId,
    /// As which member.
    pub member: MemberId,
    /// Which programme.
    pub programme: ProgrammeId,
    /// The partners that are in it now.
    pub partners: Vec<OrganisationId>,
    /// From when until when it goes.
    pub period: Period,
    /// The day that it is there.
    pub today: CalendarDate,
    /// Of which activity, where it is one's progress.
    pub activity: Option<ActivityId>,
    /// What the body takes back.
    pub reversed: Option<Reversed>,
    errors: Vec<FieldError>,
}

/// Of what stands right below a programme.
pub type Room = ItemRoom<Contribution>;
/// Of an activity's progress.
pub type ProgressRoom = ItemRoom<Progress>;

impl<Reversed> ItemRoom<Reversed> {
    /// Where nothing was found wrong yet.
    ///
    /// # Errors
    /// `not-a-member`; the engine's.
    pub fn new(db: &mut Db, programme: &Loaded, permit: &Permit, now: Instant) -> Result<Self> {
        Ok(Self {
            own: permit.organisation(),
            member: acting_member(db, permit)?,
            programme: programme.row.id,
            partners: programme.current(),
            period: programme.row.period(),
            today: programme.row.today(now),
            activity: None,
            reversed: None,
            errors: Vec::new(),
        })
    }

    /// Reports a day outside the programme's period.
    pub fn day_in_period(&mut self, day: CalendarDate, pointer: String) {
        let Period { starts_on, ends_on } = self.period;
        if !self.period.contains_day(day) {
            let detail = format!("is outside the programme's period, {starts_on} to {ends_on}");
            self.report(pointer, "outside-period", &detail);
        }
    }

    /// Reports a day that has not come.
    pub fn day_has_come(&mut self, day: CalendarDate, pointer: String) {
        if day > self.today {
            self.report(pointer, "out-of-range", "is in the future");
        }
    }
}

impl<Reversed> Findings for ItemRoom<Reversed> {
    fn errors(&mut self) -> &mut Vec<FieldError> {
        &mut self.errors
    }
}
