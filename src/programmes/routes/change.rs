//! Changing a programme by merge patch, and removing a draft.

use std::sync::Arc;

use super::{admit, versioned};
use crate::access::{Permit, Right};
use crate::acting::{Acted, answered, conflict};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::{Code, Problem, Result};
use crate::items::Findings;
use crate::journal::Writer;
use crate::programmes::codes::{PartnerRole, ProgrammeState, ProgrammeVisibility};
use crate::programmes::model::{Loaded, Looker, Programme, ProgrammeChanges};
use crate::programmes::rules::effects::{self, Amended};
use crate::programmes::store::checks::{self, Room};
use crate::programmes::store::{programmes as store, writing};
use crate::types::ProgrammeId;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::patch("/v1/programmes/{id}", "changeProgramme", change)
            .summary("Changes a programme that is not agreed yet")
            .description(
                "A draft as a whole, by its own organisation. While it is proposed, by that organisation or the lead, \
                 all but the commitment: under a new revision that nobody has signed; that needs `programmes:decide`. \
                 Once agreed, terms change by `amend`; visibility can be narrowed here by the lead. Anything else: 409 \
                 `state-conflict`. `period` is replaced whole.",
            )
            .needs(Right::ProgrammesWrite)
            .body::<ProgrammeChanges>()
            .ok::<Programme>("The programme as it is now."),
        Operation::delete("/v1/programmes/{id}", "deleteProgramme", delete)
            .summary("Removes a draft")
            .description("One that was ever proposed can't be removed: 409 `state-conflict`.")
            .needs(Right::ProgrammesWrite)
            .version(VersionNeed::Required),
    ]
}

async fn change(call: Arc<Call>) -> Result<Answer> {
    let id: ProgrammeId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let (admitting, patching) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit(&admitting, w, id, Right::ProgrammesWrite),
        move |w, (stored, permit): (Loaded, Permit)| patched(&patching, &looker, w, &stored, &permit),
    )
    .await
}

fn patched(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    stored: &Loaded,
    permit: &Permit,
) -> Result<Answer> {
    // What follows by itself is written with what comes of the change.
    let before = &stored.settled(looker)?;
    let (state, own) = (before.row.state, permit.organisation());
    let leads = before.partner(own).is_some_and(|partner| partner.role == PartnerRole::Lead);
    if state != ProgrammeState::Draft {
        // It asks the others to sign anew: a decision, not a draft's edit.
        looker.caller.permit(Right::ProgrammesDecide, &[own])?;
        if !leads && (state != ProgrammeState::Proposed || before.row.created_by_organisation_id != own) {
            return Err(Problem::new(Code::Forbidden).detail("the lead alone changes it now"));
        }
    }
    let seen = store::seen_by(w.db(), looker, before)?;
    call.require_version(w.db(), versioned(&seen))?;
    // Who left stands among the partners as they are read, not as they are written.
    let mut current = seen.clone();
    current.partners.retain(|partner| partner.left_on.is_none());
    let mut details: ProgrammeChanges = patch::apply(&current, call.body(), &["period"])?;
    if details.arises_from_commitment_id == seen.arises_from_commitment_id {
        // What the caller may not see is not what they leave out.
        details.arises_from_commitment_id = before.row.arises_from_commitment_id;
    }
    let amended = details.terms();
    check(looker, w, before, permit, &details, &amended)?;
    let mut after = before.clone();
    let changed = changed_members(looker, w, before, &details)?;
    if changed.is_empty() {
        return answered(&stored.move_on(w)?, w.db(), looker);
    }
    if !may_change(&changed, before, &amended) {
        let detail = format!("can't be changed in this state: {}", changed.join(", "));
        return Err(conflict(before, looker, Code::StateConflict)?.detail(detail));
    }
    if crate::programmes::rules::is_in_force(state) {
        effects::narrow(&mut after, amended.visibility, amended.amounts_visibility);
    } else {
        after.row.arises_from_commitment_id = details.arises_from_commitment_id;
        effects::redraft(&mut after, &amended, own, w.now())?;
    }
    let now = Loaded::save(w, permit, stored, after, "programme.changed")?;
    answered(&now, w.db(), looker)
}

/// Whether these members may be changed in its state.
fn may_change(changed: &[String], before: &Loaded, amended: &Amended) -> bool {
    let narrows = |was: ProgrammeVisibility, is: ProgrammeVisibility| is <= was;
    match before.row.state {
        ProgrammeState::Draft => true,
        ProgrammeState::Proposed => changed.iter().all(|name| name != "arises_from_commitment_id"),
        ProgrammeState::Agreed | ProgrammeState::Active | ProgrammeState::Suspended => {
            changed.iter().all(|name| name == "visibility" || name == "amounts_visibility")
                && narrows(before.row.visibility, amended.visibility)
                && narrows(before.row.amounts_visibility, amended.amounts_visibility)
        }
        _ => false,
    }
}

/// The names of the public members that differ.
fn changed_members(
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    details: &ProgrammeChanges,
) -> Result<Vec<String>> {
    let mut after = before.clone();
    let amended = details.terms();
    after.row.arises_from_commitment_id = details.arises_from_commitment_id;
    after.row.visibility = amended.visibility;
    after.row.amounts_visibility = amended.amounts_visibility;
    after.take_terms(&amended.terms)?;
    let json = |w: &mut Writer<'_>, one: &Loaded| {
        serde_json::to_value(store::seen_by(w.db(), looker, one)?).map_err(Problem::internal)
    };
    let mut changed = patch::changed(&json(w, before)?, &json(w, &after)?);
    changed.retain(|name| ProgrammeChanges::MEMBERS.contains(&name.as_str()));
    if !before.terms_of_today()?.has_partners_of(&amended.terms) {
        changed.push("partners".to_owned());
    }
    let moved = before.row.arises_from_commitment_id != details.arises_from_commitment_id;
    if moved && !changed.iter().any(|name| name == "arises_from_commitment_id") {
        changed.push("arises_from_commitment_id".to_owned());
    }
    Ok(changed)
}

fn check(
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    permit: &Permit,
    details: &ProgrammeChanges,
    amended: &Amended,
) -> Result<()> {
    let mut found = Room::new(permit.organisation());
    checks::partners(&mut found, w.db(), &amended.terms, &before.current())?;
    checks::communities(&mut found, w.db(), &amended.terms.community_ids)?;
    let drawn_up = matches!(before.row.state, ProgrammeState::Draft | ProgrammeState::Proposed);
    if drawn_up && !amended.terms.names(before.row.created_by_organisation_id) {
        let detail = "the organisation that drew it up stays a partner until it is agreed";
        found.report("/partners".to_owned(), "own-organisation-missing", detail);
    }
    let new = details.arises_from_commitment_id;
    if let Some(commitment) = new.filter(|_| new != before.row.arises_from_commitment_id) {
        checks::arises(&mut found, w.db(), looker, commitment)?;
    }
    found.settle()
}

async fn delete(call: Arc<Call>) -> Result<Answer> {
    let id: ProgrammeId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let (admitting, deleting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit(&admitting, w, id, Right::ProgrammesWrite),
        move |w, (before, permit): (Loaded, Permit)| {
            let seen = store::seen_by(w.db(), &looker, &before)?;
            deleting.require_version(w.db(), versioned(&seen))?;
            // What partners have read, and perhaps signed, is not made undone.
            if before.row.state != ProgrammeState::Draft || before.row.last_revision > 1 {
                return Err(conflict(&before, &looker, Code::StateConflict)?);
            }
            writing::delete(w, &permit, &before)?;
            Ok(Answer::none())
        },
    )
    .await
}
