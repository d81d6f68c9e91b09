//! What each strength asks of a commitment, and who may tell its progress. No I/O.

use std::collections::HashSet;

use super::codes::{CommitmentStatus, Strength};
use super::model::NewCommitment;
use crate::http::decode::At;
use crate::types::id::check_client_made;
use crate::types::{CommitmentId, OrganisationId};

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
        at.member("due_on", |at| at.report("not-committed", "only what is committed has a day to be due"));
    }
    let mut seen = HashSet::new();
    for (i, organisation) in new.responsible_organisation_ids.iter().enumerate() {
        if !seen.insert(*organisation) {
            at.member("responsible_organisation_ids", |at| {
                at.index(i, |at| at.report("duplicate", "stands here twice"));
            });
        }
    }
    if new.status == Some(CommitmentStatus::Dropped) && new.note.is_none() {
        at.member("note", |at| at.report("required", "say why it is dropped"));
    }
}

/// Whether an organisation may tell how far a commitment has come.
pub fn may_tell_progress(responsible: &[OrganisationId], own: OrganisationId) -> bool {
    responsible.contains(&own)
}
