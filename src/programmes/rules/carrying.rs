//! What is carried out, counted and given in a programme: when, and by whom. No I/O.

use super::{ProgrammeState as S, Standing, is_in_force};
use crate::items::Edit;
use crate::types::OrganisationId;

/// Whether activities and indicators may be added, changed and removed.
pub fn plans_are_open(state: S) -> bool {
    matches!(state, S::Draft | S::Proposed) || is_in_force(state)
}

/// Whether progress may be recorded and taken back: while it is carried out, and while it rests.
pub fn progress_is_open(state: S) -> bool {
    matches!(state, S::Active | S::Suspended)
}

/// Whether contributions may be pledged, or, also once all is done, changed, cancelled and taken back.
pub fn contributions_are_open(state: S, edit: Edit) -> bool {
    is_in_force(state) || (edit != Edit::Added && state == S::Completed)
}

/// Whether an organisation may change a pledge: its giver; the lead cancels those of who is a partner no more.
pub fn may_change_pledge(programme: &Standing, own: OrganisationId, giver: OrganisationId) -> bool {
    let is_in = programme.partner(giver).is_some_and(|partner| partner.current);
    let leads = programme.lead().is_some_and(|lead| lead.organisation == own);
    own == giver || (leads && !is_in)
}

/// Whether it may be confirmed that a contribution arrived.
pub fn confirming_is_open(state: S) -> bool {
    is_in_force(state) || state == S::Completed
}

/// Whether an organisation may change and remove an activity: the partner that carries it out, and the lead; in a
/// draft, which nobody else sees, its author.
pub fn may_edit_activity(programme: &Standing, own: OrganisationId, led_by: OrganisationId) -> bool {
    let drafts = programme.state == S::Draft && programme.author == own;
    drafts || may_record(programme, led_by).contains(&own)
}

/// Who may record an activity's progress: the partner that carries it out, as long as it is one, and the lead.
pub fn may_record(programme: &Standing, led_by: OrganisationId) -> Vec<OrganisationId> {
    let leads = programme.lead().map(|lead| lead.organisation);
    let current = programme.partners.iter().filter(|one| one.current).map(|one| one.organisation);
    current.filter(|one| *one == led_by || Some(*one) == leads).collect()
}

/// Who may confirm that a contribution arrived, and take it back: the lead; what the lead gives, any other partner.
/// Never the giver.
pub fn may_confirm(programme: &Standing, giver: OrganisationId) -> Vec<OrganisationId> {
    let leads = programme.lead().map(|lead| lead.organisation);
    let current = programme.partners.iter().filter(|one| one.current).map(|one| one.organisation);
    current.filter(|one| *one != giver && (leads == Some(giver) || leads == Some(*one))).collect()
}
