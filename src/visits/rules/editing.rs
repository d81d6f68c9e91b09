//! What of a visit may be edited when, and by which party. No I/O.

use super::Standing;
use crate::types::OrganisationId;
use crate::visits::codes::{AgendaKind, VisitState as S};

/// Whether a member of the visit itself may be changed by PATCH in a state.
pub fn may_change(member: &str, state: S) -> bool {
    match member {
        "parties" | "returns_visit_id" | "arises_from_commitment_id" | "schedule" => state == S::Draft,
        "title" | "summary" | "purposes" | "place" | "community_ids" => {
            matches!(state, S::Draft | S::Proposed | S::Accepted)
        }
        _ => false,
    }
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
