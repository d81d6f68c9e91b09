//! What each strength asks of a commitment, and who may tell its progress. No I/O.

use std::collections::HashSet;

use super::codes::{CommitmentStatus, Strength};
use super::model::{Commitment, NewCommitment};
use crate::http::decode::At;
use crate::types::id::check_client_made;
use crate::types::{CalendarDate, CommitmentId, OrganisationId};
use crate::visits::codes::VisitState;

/// What does not go together within one commitment.
pub fn goes_together(new: &NewCommitment, at: &mut At<'_>) {
    check_client_made(new.id.map(CommitmentId::uuid), at);
    let committed = new.strength == Strength::Committed;
    if committed && new.responsible_organisation_ids.is_empty() {
        at.member("responsible_organisation_ids", |at| {
            at.report("required", "what is committed has somebody responsible");
        });
    }
    if !committed && new.due_on.is_some() {
        at.member("due_on", |at| at.report("not-both", "only what is committed has a day to be due"));
    }
    let mut seen = HashSet::new();
    for (i, organisation) in new.responsible_organisation_ids.iter().enumerate() {
        if !seen.insert(*organisation) {
            at.member("responsible_organisation_ids", |at| {
                at.index(i, |at| at.report("duplicate-value", "stands here twice"));
            });
        }
    }
    if new.status == Some(CommitmentStatus::Dropped) && new.note.is_none() {
        at.member("note", |at| at.report("required", "say why it is dropped"));
    }
}

/// What comes of a party's taking something upon itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taking {
    /// It has done so already.
    Stands,
    /// These are responsible then.
    Taken(Vec<OrganisationId>),
    /// It is committed for another day.
    OtherDay,
}

/// Takes upon an organisation what was said. Who was only named beside weaker words has promised nothing,
/// and is not bound by another's promise.
pub fn take_upon(
    said: &Commitment,
    responsible: &[OrganisationId],
    own: OrganisationId,
    due_on: CalendarDate,
) -> Taking {
    if said.strength != Strength::Committed {
        return Taking::Taken(vec![own]);
    }
    match (said.due_on == Some(due_on), responsible.contains(&own)) {
        (true, true) => Taking::Stands,
        (true, false) => Taking::Taken(responsible.iter().copied().chain([own]).collect()),
        (false, _) => Taking::OtherDay,
    }
}

/// The day by which a commitment is waited for: of what was committed in a visit that is concluded, until it
/// is done or dropped. Talk is never waited for, nor what somebody alone says was promised.
pub fn waits_until(
    strength: Strength,
    due_on: Option<CalendarDate>,
    status: CommitmentStatus,
    visit: VisitState,
) -> Option<CalendarDate> {
    let unfinished = matches!(status, CommitmentStatus::Open | CommitmentStatus::InProgress);
    let promised = strength == Strength::Committed && visit == VisitState::Concluded;
    due_on.filter(|_| promised && unfinished)
}

/// Whether commitments of a visit in this state are listed across visits.
pub fn is_listed(visit: VisitState) -> bool {
    matches!(visit, VisitState::Held | VisitState::Reported | VisitState::Concluded)
}

/// Whether an organisation may tell how far a commitment has come.
pub fn may_tell_progress(responsible: &[OrganisationId], own: OrganisationId) -> bool {
    responsible.contains(&own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn talk_is_never_waited_for() {
        let day = CalendarDate::new(2025, 12, 1).unwrap();
        for strength in Strength::ALL.iter().copied() {
            for status in CommitmentStatus::ALL.iter().copied() {
                for visit in VisitState::ALL.iter().copied() {
                    let waited = waits_until(strength, Some(day), status, visit);
                    let expected = strength == Strength::Committed
                        && visit == VisitState::Concluded
                        && [CommitmentStatus::Open, CommitmentStatus::InProgress].contains(&status);
                    assert_eq!(waited, expected.then_some(day), "{strength} {status} {visit}");
                    assert_eq!(waits_until(strength, None, status, visit), None);
                }
            }
        }
    }
}
