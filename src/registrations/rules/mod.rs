//! The states of a dossier: one table of what can be done when and what comes of it; what its days make of them; what
//! may be changed in which. No I/O.

#[cfg(test)]
mod tests;

use super::codes::{RegistrationAction, RegistrationStatus, Repeats};
use crate::commitments::fulfilment::Stage;
use crate::states::{self, edge};
use crate::types::{CalendarDate, OrganisationId};
use crate::visits::rules::due::later;

/// A registration that expires within so many days is due for renewal.
pub const RENEWAL_AHEAD: i32 = 60;

/// For whom an edge is: the organisation whose dossier it is. Who helps with it reads and notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner;

/// What has to hold besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    None,
    /// No requirement is missing or in progress.
    Ready,
}

/// A dossier as far as the rules ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// As it reads today.
    pub status: RegistrationStatus,
    /// Whose it is.
    pub owner: OrganisationId,
    /// Whether a requirement is missing or in progress.
    pub lacks: bool,
}

/// Why an action can't be taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not in this state, or not by this organisation.
    NotNow,
    /// A requirement is missing or in progress.
    RequirementsMissing,
}

/// The kind of thing whose table this is.
#[derive(Debug)]
pub enum Registrations {}

/// One thing that can be done in one state.
pub type Edge = states::Edge<Registrations>;

use RegistrationAction as A;
use RegistrationStatus as S;

/// The table. What is not in it can't be done. An authority may stop what is about to expire or has: that is recorded
/// as it happens.
pub const EDGES: &[Edge] = &[
    edge(S::Preparing, A::Submit, Owner, Guard::None, S::Submitted),
    edge(S::Submitted, A::Review, Owner, Guard::None, S::UnderReview),
    edge(S::UnderReview, A::Register, Owner, Guard::Ready, S::Registered),
    edge(S::UnderReview, A::Reject, Owner, Guard::None, S::Rejected),
    edge(S::Rejected, A::Reopen, Owner, Guard::None, S::Preparing),
    edge(S::Registered, A::Suspend, Owner, Guard::None, S::Suspended),
    edge(S::RenewalDue, A::Suspend, Owner, Guard::None, S::Suspended),
    edge(S::Expired, A::Suspend, Owner, Guard::None, S::Suspended),
    edge(S::Suspended, A::Reinstate, Owner, Guard::None, S::Registered),
    edge(S::Registered, A::Renew, Owner, Guard::None, S::Registered),
    edge(S::RenewalDue, A::Renew, Owner, Guard::None, S::Registered),
    edge(S::Expired, A::Renew, Owner, Guard::None, S::Registered),
    edge(S::Preparing, A::Cancel, Owner, Guard::None, S::Cancelled),
    edge(S::Submitted, A::Cancel, Owner, Guard::None, S::Cancelled),
    edge(S::UnderReview, A::Cancel, Owner, Guard::None, S::Cancelled),
    edge(S::Registered, A::Cancel, Owner, Guard::None, S::Cancelled),
    edge(S::RenewalDue, A::Cancel, Owner, Guard::None, S::Cancelled),
    edge(S::Expired, A::Cancel, Owner, Guard::None, S::Cancelled),
    edge(S::Rejected, A::Cancel, Owner, Guard::None, S::Cancelled),
    edge(S::Suspended, A::Cancel, Owner, Guard::None, S::Cancelled),
];

impl states::Machine for Registrations {
    type State = S;
    type Action = A;
    type Who = Owner;
    type Guard = Guard;
    type Next = S;
    type Standing = Standing;
    type Actor = OrganisationId;
    type Refusal = Refusal;
    const EDGES: &'static [Edge] = EDGES;
    const NOT_NOW: Refusal = Refusal::NotNow;

    fn state(dossier: &Standing) -> S {
        dossier.status
    }

    fn admits(edge: &Edge, dossier: &Standing, actor: OrganisationId) -> Result<(), Refusal> {
        if actor != dossier.owner {
            return Err(Refusal::NotNow);
        }
        match edge.guard {
            Guard::Ready if dossier.lacks => Err(Refusal::RequirementsMissing),
            Guard::Ready | Guard::None => Ok(()),
        }
    }
}

/// A sentence for the document: from where an action leads where.
pub fn describe(action: A) -> String {
    states::describe::<Registrations>(action, |edge: &Edge| {
        let guard = match edge.guard {
            Guard::None => "",
            Guard::Ready => ", once no requirement is missing or in progress (409 `requirements-missing`)",
        };
        format!("by the organisation whose it is{guard}: to `{}`", edge.next)
    })
}

/// Everything that may be done now for this organisation, in the order of the table.
pub fn allowed(dossier: &Standing, own: OrganisationId) -> Vec<A> {
    states::allowed::<Registrations>(dossier, own)
}

/// Where an action leads, from wherever it can be taken.
pub fn leads_to(action: A) -> Option<S> {
    EDGES.iter().find(|edge| edge.action == action).map(|edge| edge.next)
}

/// How a status that is stored reads on a day.
pub fn reads(stored: S, expires_on: Option<CalendarDate>, today: CalendarDate) -> S {
    match expires_on {
        Some(day) if stored == S::Registered && day < today => S::Expired,
        Some(day) if stored == S::Registered && day <= renewal_until(today) => S::RenewalDue,
        _ => stored,
    }
}

/// Until which day a registration that expires is due for renewal.
pub fn renewal_until(today: CalendarDate) -> CalendarDate {
    later(today, RENEWAL_AHEAD)
}

/// How far a dossier of this stored status has fulfilled the commitment that it arises from.
pub fn fulfils(stored: S) -> Option<Stage> {
    match stored {
        S::Preparing | S::Rejected | S::Cancelled => None,
        S::Submitted | S::UnderReview => Some(Stage::UnderWay),
        S::Registered | S::RenewalDue | S::Expired | S::Suspended => Some(Stage::Done),
    }
}

/// Whether the authority has registered the organisation, whatever came then.
pub fn was_registered(stored: S) -> bool {
    matches!(stored, S::Registered | S::RenewalDue | S::Expired | S::Suspended)
}

/// Whether it was handed in, and is so still.
pub fn was_submitted(stored: S) -> bool {
    was_registered(stored) || matches!(stored, S::Submitted | S::UnderReview | S::Rejected)
}

/// Whether a member of a dossier of this stored status may be changed: what was asked for, until it is granted; the
/// days of a step, once that was taken, to correct them; the number always; of one that is cancelled, nothing.
pub fn may_change(stored: S, member: &str) -> bool {
    match member {
        "number" => stored != S::Cancelled,
        "authority" | "level" | "legal_form" => stored != S::Cancelled && !was_registered(stored),
        "submitted_on" => was_submitted(stored),
        "registered_on" | "expires_on" => was_registered(stored),
        "arises_from_commitment_id" => stored == S::Preparing,
        _ => false,
    }
}

/// Whether requirements, obligations and notes may be added and changed, and others be asked to help.
pub fn is_open(stored: S) -> bool {
    stored != S::Cancelled
}

/// The days of a dossier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    /// When it was handed in.
    pub submitted_on: Option<CalendarDate>,
    /// When the organisation was registered.
    pub registered_on: Option<CalendarDate>,
    /// The last day for which it is good.
    pub expires_on: Option<CalendarDate>,
}

/// Something wrong with a day: the member, and in words.
pub type Mistake = (&'static str, &'static str);

impl Days {
    /// The days that are out of their order, or have not come.
    pub fn mistakes(&self, today: CalendarDate) -> Vec<Mistake> {
        let mut found = Vec::new();
        let is_future = |day: Option<CalendarDate>| day.is_some_and(|day| day > today);
        if is_future(self.submitted_on) {
            found.push(("submitted_on", "is in the future"));
        }
        if is_future(self.registered_on) {
            found.push(("registered_on", "is in the future"));
        } else if self.registered_on.zip(self.submitted_on).is_some_and(|(is, was)| is < was) {
            found.push(("registered_on", "is before the day on which it was submitted"));
        }
        if self.expires_on.zip(self.registered_on).is_some_and(|(until, since)| until <= since) {
            found.push(("expires_on", "is not after the day of the registration"));
        }
        found
    }
}

/// What is wrong with a renewal until a day.
pub fn renewal_mistake(
    until: CalendarDate,
    expires_on: Option<CalendarDate>,
    today: CalendarDate,
) -> Option<&'static str> {
    if until <= today {
        Some("is not after today")
    } else if expires_on.is_some_and(|before| until <= before) {
        Some("is not after the day until which it is good already")
    } else {
        None
    }
}

/// When an obligation comes again; none where it doesn't, or beyond the calendar. `before` are the days of those that
/// it follows: who began on 29 February comes back to that day in the years that have it.
pub fn due_again(
    repeats: Repeats,
    due_on: CalendarDate,
    before: impl IntoIterator<Item = CalendarDate>,
) -> Option<CalendarDate> {
    if repeats == Repeats::None {
        return None;
    }
    let month_and_day = |day: CalendarDate| (day.civil().month(), day.civil().day());
    let leaps =
        month_and_day(due_on) == (2, 28) && before.into_iter().any(|day| month_and_day(day) == (2, 29));
    let year = due_on.civil().year() + 1;
    let (month, day) = if leaps { (2, 29) } else { month_and_day(due_on) };
    // Only 29 February is not in every year.
    CalendarDate::new(year, month, day).or_else(|_| CalendarDate::new(year, month, 28)).ok()
}
