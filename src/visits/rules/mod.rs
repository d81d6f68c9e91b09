//! The states of a visit: one table of what can be done when, by whom, and what comes of it. No I/O.
//!
//! `allowed_actions`, the 409s, the descriptions in the OpenAPI document and the tests all read
//! [`EDGES`]. What an action does to the parties is in [`effects`], what may be edited when and by
//! whom in [`editing`], by when what is waited for in [`due`].

mod described;
pub mod due;
pub mod editing;
pub mod effects;
#[cfg(test)]
mod tests;

pub use described::describe;

use std::time::Duration;

use super::codes::{ReportApproval, Response, Side, VisitAction, VisitState};
use crate::commitments::fulfilment::Stage;
use crate::states::{self, edge};
use crate::types::{CalendarDate, Instant, OrganisationId, UserId};

/// A party, as far as the rules ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// On which side.
    pub side: Side,
    /// What it answered.
    pub response: Response,
    /// The version that it accepted.
    pub accepted_version: Option<i64>,
    /// The person who answered.
    pub responded_by: Option<UserId>,
    /// Its word on the report.
    pub approval: ReportApproval,
    /// The version that it approved.
    pub approved_version: Option<i64>,
    /// The person who gave its word on the report.
    pub approved_by: Option<UserId>,
    /// Whether it ever answered, however often it was asked again since.
    pub has_answered: bool,
    /// Whether the organisation is active; one that isn't is not waited for.
    pub active: bool,
}

impl Party {
    /// Whether it still counts: a party that declined doesn't.
    pub fn remains(&self) -> bool {
        self.response != Response::Declined
    }

    /// Whether its answer or approval is waited for.
    pub fn waited_for(&self) -> bool {
        self.remains() && self.active
    }
}

/// A visit, as far as the rules ask.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its state.
    pub state: VisitState,
    /// Who drew it up.
    pub author: OrganisationId,
    /// Its (first) day.
    pub date: CalendarDate,
    /// The day that it is in the visit's zone.
    pub today: CalendarDate,
    /// The moment that it is.
    pub now: Instant,
    /// What was last done with a reason, and by whom.
    pub last: Option<(VisitAction, OrganisationId)>,
    /// That it took place, where that is recorded.
    pub held: Option<Held>,
    /// Since when the approvals that are missing are waited for; of a report that was submitted.
    pub asked_at: Option<Instant>,
    /// Whether a report was ever submitted.
    pub submitted: bool,
    /// How often the silent were reminded since then.
    pub reminders: usize,
    /// Its parties.
    pub parties: Vec<Party>,
}

/// The record that a visit took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Who recorded it.
    pub by: OrganisationId,
    /// When.
    pub at: Instant,
    /// In which state the visit was before.
    pub from: VisitState,
}

/// Who acts: a person, for an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// For which organisation.
    pub organisation: OrganisationId,
    /// The person.
    pub user: UserId,
}

/// Which parties an edge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The organisation that drew up the draft.
    Author,
    /// A party that has not answered.
    Asked,
    /// Any party that has not declined.
    Remaining,
    /// A party that has accepted, and the one that drew it up.
    Bound,
    /// The same, when its approval is not given.
    Approving,
    /// A party that has approved the report.
    Approved,
    /// A party that has not answered; once concluded, any whose approval is not given.
    Objecting,
    /// The organisation that recorded that it took place.
    Recorder,
}

/// What has to hold besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    None,
    /// The visit's day has come, in its zone.
    DateHasCome,
    /// It was recorded as held at most [`UNDONE_WITHIN`] ago, and no report was submitted.
    Fresh,
    /// [`SILENCE`] has passed since approval was asked for, and the silent were reminded [`REMINDERS`] times.
    Silence,
}

const DAY: u64 = 24 * 3600;
/// How long the record that a visit took place can be taken back.
pub const UNDONE_WITHIN: Duration = Duration::from_secs(7 * DAY);
/// How long an approval is waited for.
pub const SILENCE: Duration = Duration::from_secs(30 * DAY);
/// How often the silent are reminded in that time.
pub const REMINDERS: usize = 2;
/// When they are reminded first, and how long after that again.
pub const REMINDED_AFTER: Duration = Duration::from_secs(10 * DAY);

/// Where an edge leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To this state.
    To(VisitState),
    /// To `accepted` when all that are waited for have accepted, else it stays.
    AcceptedWhenAll,
    /// To `declined` when a side has nobody left, to `accepted` when all that remain have accepted, else it stays.
    DeclinedWhenNoneLeft,
    /// To `concluded` when all that are waited for have approved, else to `reported`.
    ConcludedWhenAll,
    /// To the state before it was recorded as held, as the answers given since make it.
    Back,
}

/// The kind of thing whose table this is.
#[derive(Debug)]
pub enum Visits {}

/// One thing that can be done in one state.
pub type Edge = states::Edge<Visits>;

use VisitAction as A;
use VisitState as S;

/// The table. What is not in it can't be done.
pub const EDGES: &[Edge] = &[
    edge(S::Draft, A::Propose, Who::Author, Guard::None, Next::To(S::Proposed)),
    edge(S::Draft, A::RecordHeld, Who::Author, Guard::DateHasCome, Next::To(S::Held)),
    edge(S::Proposed, A::Accept, Who::Asked, Guard::None, Next::AcceptedWhenAll),
    edge(S::Proposed, A::Decline, Who::Asked, Guard::None, Next::DeclinedWhenNoneLeft),
    edge(S::Proposed, A::Reschedule, Who::Remaining, Guard::None, Next::To(S::Proposed)),
    edge(S::Proposed, A::Cancel, Who::Remaining, Guard::None, Next::To(S::Cancelled)),
    // Who was asked answers first: to record what others proposed is no answer.
    edge(S::Proposed, A::RecordHeld, Who::Bound, Guard::DateHasCome, Next::To(S::Held)),
    // Who could not answer (suspended, then reinstated) may still, and is not bound before.
    edge(S::Accepted, A::Accept, Who::Asked, Guard::None, Next::To(S::Accepted)),
    edge(S::Accepted, A::Decline, Who::Asked, Guard::None, Next::DeclinedWhenNoneLeft),
    edge(S::Accepted, A::Reschedule, Who::Bound, Guard::None, Next::To(S::Proposed)),
    edge(S::Accepted, A::Cancel, Who::Bound, Guard::None, Next::To(S::Cancelled)),
    edge(S::Accepted, A::Hold, Who::Bound, Guard::DateHasCome, Next::To(S::Held)),
    edge(S::Accepted, A::RecordHeld, Who::Bound, Guard::DateHasCome, Next::To(S::Held)),
    // Who has not answered by now can no longer decline: it took place, with them or without.
    edge(S::Held, A::Accept, Who::Asked, Guard::None, Next::To(S::Held)),
    edge(S::Held, A::UndoHold, Who::Recorder, Guard::Fresh, Next::Back),
    edge(S::Held, A::SubmitReport, Who::Bound, Guard::None, Next::ConcludedWhenAll),
    edge(S::Held, A::Object, Who::Objecting, Guard::None, Next::To(S::Held)),
    edge(S::Reported, A::Accept, Who::Asked, Guard::None, Next::To(S::Reported)),
    edge(S::Reported, A::SubmitReport, Who::Bound, Guard::None, Next::ConcludedWhenAll),
    edge(S::Reported, A::ApproveReport, Who::Approving, Guard::None, Next::ConcludedWhenAll),
    edge(S::Reported, A::ReturnReport, Who::Bound, Guard::None, Next::To(S::Held)),
    edge(S::Reported, A::Conclude, Who::Approved, Guard::Silence, Next::To(S::Concluded)),
    edge(S::Reported, A::Object, Who::Objecting, Guard::None, Next::To(S::Reported)),
    // Late words stand beside the report.
    edge(S::Concluded, A::Accept, Who::Asked, Guard::None, Next::To(S::Concluded)),
    edge(S::Concluded, A::ApproveReport, Who::Approving, Guard::None, Next::To(S::Concluded)),
    edge(S::Concluded, A::Object, Who::Objecting, Guard::None, Next::To(S::Concluded)),
];

/// Why an action can't be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not in this state, or not by this party.
    NotNow,
    /// The person has answered for the other side.
    BothSides,
    /// The day has not come.
    TooEarly,
    /// The time for it has passed.
    TooLate,
}

/// Whether an action is an answer that one person never gives for both sides.
pub fn is_answer(action: VisitAction) -> bool {
    matches!(
        action,
        A::Propose
            | A::Accept
            | A::Decline
            | A::Reschedule
            | A::RecordHeld
            | A::SubmitReport
            | A::ApproveReport
            | A::ReturnReport
            | A::Object
    )
}

impl states::Machine for Visits {
    type State = S;
    type Action = A;
    type Who = Who;
    type Guard = Guard;
    type Next = Next;
    type Standing = Standing;
    type Actor = Actor;
    type Refusal = Refusal;
    const EDGES: &'static [Edge] = EDGES;
    const NOT_NOW: Refusal = Refusal::NotNow;

    fn state(visit: &Standing) -> S {
        visit.state
    }

    fn admits(edge: &Edge, visit: &Standing, actor: Actor) -> Result<(), Refusal> {
        let party = visit.party(actor.organisation).ok_or(Refusal::NotNow)?;
        if !is_for(edge.who, visit, party) {
            return Err(Refusal::NotNow);
        }
        if is_answer(edge.action) && visit.answered_for_other_side(actor) {
            return Err(Refusal::BothSides);
        }
        holds(edge.guard, visit)
    }
}

/// The edge by which an action can be done now by this actor.
///
/// # Errors
/// Why it can't.
pub fn find(action: VisitAction, visit: &Standing, actor: Actor) -> Result<&'static Edge, Refusal> {
    states::find::<Visits>(action, visit, actor)
}

fn holds(guard: Guard, visit: &Standing) -> Result<(), Refusal> {
    match guard {
        Guard::None => Ok(()),
        Guard::DateHasCome if visit.today < visit.date => Err(Refusal::TooEarly),
        Guard::DateHasCome => Ok(()),
        Guard::Fresh if visit.submitted => Err(Refusal::NotNow),
        Guard::Fresh => match visit.held {
            Some(held) if visit.now <= held.at.plus(UNDONE_WITHIN) => Ok(()),
            _ => Err(Refusal::TooLate),
        },
        Guard::Silence => match visit.asked_at {
            Some(asked) if visit.now >= asked.plus(SILENCE) && visit.reminders >= REMINDERS => Ok(()),
            _ => Err(Refusal::TooEarly),
        },
    }
}

/// Everything that this actor may do now, in the order of the table.
pub fn allowed(visit: &Standing, actor: Actor) -> Vec<VisitAction> {
    states::allowed::<Visits>(visit, actor)
}

/// Whether what an action would bring about stands already by this party's own doing, so that it is
/// answered once more instead of refused.
pub fn stands(action: VisitAction, visit: &Standing, organisation: OrganisationId) -> bool {
    let Some(party) = visit.party(organisation) else { return false };
    let over = matches!(visit.state, S::Cancelled | S::Declined);
    match action {
        A::Propose => visit.author == organisation && matches!(visit.state, S::Proposed | S::Accepted),
        A::Accept => party.response == Response::Accepted && visit.state != S::Draft && !over,
        A::Decline => party.response == Response::Declined,
        A::Cancel => visit.state == S::Cancelled && visit.last == Some((action, organisation)),
        A::Hold | A::RecordHeld => {
            matches!(visit.state, S::Held | S::Reported | S::Concluded)
                && visit.held.is_some_and(|held| held.by == organisation)
        }
        A::UndoHold => {
            matches!(visit.state, S::Draft | S::Proposed | S::Accepted)
                && visit.last == Some((action, organisation))
        }
        A::ReturnReport => visit.state == S::Held && visit.last == Some((action, organisation)),
        A::Conclude => {
            let silent = |party: &Party| party.approval == ReportApproval::NoAnswer;
            visit.state == S::Concluded
                && party.approval == ReportApproval::Approved
                && visit.parties.iter().any(silent)
        }
        A::ApproveReport => {
            party.approval == ReportApproval::Approved && matches!(visit.state, S::Reported | S::Concluded)
        }
        _ => false,
    }
}

fn is_for(who: Who, visit: &Standing, party: &Party) -> bool {
    match who {
        Who::Author => visit.author == party.organisation,
        Who::Asked => party.response == Response::Pending,
        Who::Remaining => party.remains(),
        Who::Bound => visit.binds(party),
        Who::Approving => visit.binds(party) && party.approval != ReportApproval::Approved,
        Who::Approved => visit.binds(party) && party.approval == ReportApproval::Approved,
        Who::Objecting => {
            let late = visit.state == S::Concluded && party.approval != ReportApproval::Approved;
            party.response == Response::Pending || (late && party.remains())
        }
        Who::Recorder => visit.held.is_some_and(|held| held.by == party.organisation),
    }
}

impl Standing {
    /// The party that an organisation is.
    pub fn party(&self, organisation: OrganisationId) -> Option<&Party> {
        self.parties.iter().find(|party| party.organisation == organisation)
    }

    /// Whether a party is in it by its own word: it accepted, or drew it up and has not declined since.
    pub fn binds(&self, party: &Party) -> bool {
        party.response == Response::Accepted || (party.organisation == self.author && party.remains())
    }

    /// Whether the person has answered for the side across from the one they now act for.
    pub fn answered_for_other_side(&self, actor: Actor) -> bool {
        let Some(own) = self.party(actor.organisation) else { return false };
        self.parties.iter().any(|party| {
            party.side != own.side
                && (party.responded_by == Some(actor.user) || party.approved_by == Some(actor.user))
        })
    }
}

/// How far a visit in this state has fulfilled the commitment that it arises from.
pub fn fulfils(state: VisitState) -> Option<Stage> {
    match state {
        S::Draft | S::Declined | S::Cancelled => None,
        S::Proposed | S::Accepted | S::Held | S::Reported => Some(Stage::UnderWay),
        S::Concluded => Some(Stage::Done),
    }
}
