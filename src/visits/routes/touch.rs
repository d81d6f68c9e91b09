//! What an edit of a visit's record does to the visit itself.

use crate::access::{Permit, Right};
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::visits::codes::VisitState;
use crate::visits::model::{Loaded, Looker};
use crate::visits::rules::{Actor, effects};
use crate::visits::store::visits as store;

/// Raises the visit's version for an edit of its record. In `reported` the edit is the editor's
/// approval, where that person may decide, their organisation has accepted and they have not answered for
/// the other side, and clears the others', who are asked anew. `part` is the list that was edited.
pub(crate) fn touched(
    looker: &Looker,
    w: &mut Writer<'_>,
    permit: &Permit,
    before: &Loaded,
    part: &'static str,
) -> Result<Loaded> {
    let mut after = before.clone();
    edited(looker, permit, before, &mut after)?;
    store::save(w, permit, before, &mut after, ("visit.record_changed", &[part]))?;
    Ok(after)
}

/// What an edit of the record does to the approvals; `after` is the visit with what else it changes.
pub(super) fn edited(looker: &Looker, permit: &Permit, before: &Loaded, after: &mut Loaded) -> Result<()> {
    if before.row.state != VisitState::Reported {
        return Ok(());
    }
    let actor = Actor { organisation: permit.organisation(), user: permit.user() };
    let mut standing = before.standing(looker.now)?;
    effects::approve_alone(&mut standing.parties, None, 0);
    let decides = looker.caller.rights_in(actor.organisation).contains(Right::VisitsDecide);
    let bound = standing.party(actor.organisation).is_some_and(|party| standing.binds(party));
    if decides && bound && !standing.answered_for_other_side(actor) {
        effects::approve_alone(&mut standing.parties, Some(actor), before.row.version + 1);
    }
    after.row.state = effects::approvals_so_far(&standing.parties);
    after.take(&standing.parties);
    after.ask_for_approval(looker.now)?;
    after.take_effect(looker.now)
}
