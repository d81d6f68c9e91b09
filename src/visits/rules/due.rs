//! By which day a visit waits for what a party does next. No I/O.

use super::Party;
use crate::types::CalendarDate;
use crate::visits::codes::{Response, VisitState as S};

/// A visit's report is due so many days after the visit.
const REPORT_WITHIN: i32 = 14;
/// An approval is due so many days after it was asked for; then the others may conclude.
const APPROVAL_WITHIN: i32 = 30;

/// What has happened to a visit when, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// Its first day.
    pub starts_on: CalendarDate,
    /// Its last day.
    pub ends_on: CalendarDate,
    /// The day it was held; until then the day for which it is planned.
    pub held_on: CalendarDate,
    /// The day since which approvals are waited for.
    pub asked_on: CalendarDate,
}

/// What a party does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It answers.
    Answer,
    /// It records that the visit took place.
    Hold,
    /// It submits the report.
    Report,
    /// It approves the report; or concludes, where others have not approved for too long.
    Approve,
}

impl Step {
    /// By which day that is due.
    pub fn due_on(self, days: &Days) -> CalendarDate {
        match self {
            Self::Answer => days.starts_on,
            Self::Hold => days.ends_on,
            Self::Report => later(days.held_on, REPORT_WITHIN),
            Self::Approve => later(days.asked_on, APPROVAL_WITHIN),
        }
    }
}

/// The day by which what a party does next is due; none where nothing is waited for by a day. It is told also
/// of what can't be done yet (its day has not come, the silence is not long enough): that is due today or later.
pub fn waits_until(state: S, party: &Party, days: &Days) -> Option<CalendarDate> {
    let step = match (party.response, state) {
        (Response::Pending, S::Proposed | S::Accepted | S::Held | S::Reported | S::Concluded) => Step::Answer,
        (Response::Accepted, S::Accepted) => Step::Hold,
        (Response::Accepted, S::Held) => Step::Report,
        (Response::Accepted, S::Reported) => Step::Approve,
        _ => return None,
    };
    Some(step.due_on(days))
}

/// A day so many days later; at the end of the calendar that day itself.
pub fn later(day: CalendarDate, days: i32) -> CalendarDate {
    day.plus_days(days).unwrap_or(day)
}
