//! What of a visit may be edited when, and by which party. No I/O.

use super::Standing;
use crate::types::OrganisationId;
use crate::visits::codes::{AgendaKind, VisitState as S};

/// A member of the visit that `PATCH` may change, and in which states.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// In these states.
    pub states: &'static [S],
}

const DRAFT: &[S] = &[S::Draft];
/// By its author in a draft, later by any party that has not declined: then it puts the others back to pending.
const UNTIL_HELD: &[S] = &[S::Draft, S::Proposed, S::Accepted];

/// The table. `schedule` moves later by `reschedule`, `held_on` by `hold` and `record-held` only.
pub const FIELDS: &[Field] = &[
    Field { name: "title", states: UNTIL_HELD },
    Field { name: "summary", states: UNTIL_HELD },
    Field { name: "purposes", states: UNTIL_HELD },
    Field { name: "schedule", states: DRAFT },
    Field { name: "place", states: UNTIL_HELD },
    Field { name: "community_ids", states: UNTIL_HELD },
    Field { name: "returns_visit_id", states: DRAFT },
    Field { name: "arises_from_commitment_id", states: DRAFT },
    Field { name: "parties", states: DRAFT },
];

/// Whether a member of the visit itself may be changed by PATCH in a state.
pub fn may_change(member: &str, state: S) -> bool {
    FIELDS.iter().any(|field| field.name == member && field.states.contains(&state))
}

/// Whether agenda, delegates, discussions and commitments may be edited in a state.
pub fn record_is_open(state: S) -> bool {
    matches!(state, S::Draft | S::Proposed | S::Accepted | S::Held | S::Reported)
}

/// Whether a commitment's progress (status, note) may be told in a state.
pub fn progress_is_open(state: S) -> bool {
    record_is_open(state) || state == S::Concluded
}

/// Whether this party may edit or remove a delegate of that organisation: any party until that one
/// has first answered, then it alone, also while it is asked again.
pub fn may_edit_delegate(visit: &Standing, own: OrganisationId, named: OrganisationId) -> bool {
    own == named || visit.party(named).is_some_and(|party| !party.has_answered)
}

/// Whether this party may edit or remove an item of the agenda: any party, a presentation its
/// presenter alone once that one has answered.
pub fn may_edit_agenda(
    visit: &Standing,
    own: OrganisationId,
    kind: AgendaKind,
    presenter: Option<OrganisationId>,
) -> bool {
    match presenter {
        Some(presenter) if kind == AgendaKind::Presentation => {
            own == presenter || visit.party(presenter).is_some_and(|party| !party.has_answered)
        }
        _ => true,
    }
}
