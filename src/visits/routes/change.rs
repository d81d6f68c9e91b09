//! Changing a visit by merge patch, and removing a draft.

use super::{about_weekday, answer, seen, versioned, write_to, zone};
use crate::access::{Permit, Right};
use crate::acting::conflict;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::{Code, Problem, Result};
use crate::items::Findings;
use crate::journal::Writer;
use crate::organisations::codes::OrganisationStatus;
use crate::visits::codes::VisitState;
use crate::visits::model::{Known, Loaded, Looker, PartyRow, Visit, VisitChanges, VisitRow};
use crate::visits::rules::{Actor, editing, effects};
use crate::visits::store::checks::{New, Room};
use crate::visits::store::{named, visits as store};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::patch("/v1/visits/{id}", "changeVisit", |call| {
            write_to(call, Right::VisitsWrite, patched)
        })
            .summary("Changes a visit")
            .description(
                "A draft as a whole. Once proposed, and until it is held: title, summary, purposes, place and \
                 communities, which puts the other parties back to pending and needs `visits:decide`; the date moves by \
                 `reschedule`. Anything else: 409 `state-conflict`. `schedule` and `place` are replaced whole.",
            )
            .needs(Right::VisitsWrite)
            .body::<VisitChanges>()
            .ok::<Visit>("The visit as it is now."),
        Operation::delete("/v1/visits/{id}", "deleteVisit", |call| {
            write_to(call, Right::VisitsWrite, removed)
        })
            .summary("Removes a draft with its record")
            .description("Once proposed it can't be removed: 409 `state-conflict`.")
            .needs(Right::VisitsWrite)
            .version(VersionNeed::Required),
    ]
}

fn patched(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    permit: &Permit,
) -> Result<Answer> {
    if before.row.state != VisitState::Draft {
        // It asks the others again, as `reschedule` does: a decision, not a draft's edit.
        looker.caller.permit(Right::VisitsDecide, &[permit.organisation()])?;
    }
    let record = store::record_seen_by(w.db(), looker, before.row.id)?;
    let known = named::known(w.db(), &looker.sight, std::slice::from_ref(before))?;
    let seen = looker.whole(before, record.clone(), &known)?;
    call.require_version(w.db(), versioned(&seen))?;
    let mut details: VisitChanges = patch::apply(&seen, call.body(), &["schedule", "place"])
        .map_err(|problem| about_weekday(call, problem))?;
    let named = newly_named(&mut details, &before.row, &seen);
    let mut after = before.clone();
    store::fill(&mut after.row, &details, &zone(call)?)?;
    if before.row.state == VisitState::Draft {
        let rows = store::party_rows(before.row.id, before.row.created_at, &details);
        after.parties = rows.into_iter().map(|party| with_old(before, party)).collect();
    }
    let changed = changed_members(looker, before, &after, &details, &named)?;
    check(looker, w, before, permit, &details, &changed)?;
    if changed.is_empty() {
        return answer(&seen);
    }
    if changed.iter().any(|name| !editing::may_change(name, before.row.state)) {
        let detail = format!("can't be changed in this state: {}", changed.join(", "));
        return Err(conflict(before, looker, Code::StateConflict)?.detail(detail));
    }
    if before.row.state != VisitState::Draft {
        let mut parties = after.standing(looker.now)?.parties;
        let actor = Actor { organisation: permit.organisation(), user: permit.user() };
        effects::ask_others_again(&mut parties, actor);
        after.take(&parties);
        after.row.state = effects::answers_so_far(&parties);
    }
    store::save(w, permit, before, &mut after, ("visit.changed", &[]))?;
    after.parties = store::parties_of(w.db(), &[after.row.id])?;
    answer(&looker.whole(&after, record, &known)?)
}

/// Which things the body names anew. What it leaves as the caller sees it stays as it is, seen or not.
fn newly_named(details: &mut VisitChanges, stored: &VisitRow, seen: &Visit) -> Vec<&'static str> {
    let mut new = Vec::new();
    if details.returns_visit_id == seen.returns_visit_id {
        details.returns_visit_id = stored.returns_visit_id;
    } else {
        new.push("returns_visit_id");
    }
    if details.arises_from_commitment_id == seen.arises_from_commitment_id {
        details.arises_from_commitment_id = stored.arises_from_commitment_id;
    } else {
        new.push("arises_from_commitment_id");
    }
    new
}

/// A draft's parties have answered nothing yet: what they were is kept where they stay.
fn with_old(before: &Loaded, party: PartyRow) -> (PartyRow, OrganisationStatus) {
    let status = before.parties.iter().find(|(old, _)| old.organisation_id == party.organisation_id);
    (party, status.map_or(OrganisationStatus::Active, |(_, status)| *status))
}

/// The names of the public members that differ; `named` are those of them that name something anew.
fn changed_members(
    looker: &Looker,
    before: &Loaded,
    after: &Loaded,
    details: &VisitChanges,
    named: &[&'static str],
) -> Result<Vec<String>> {
    let known = Known::default();
    let json =
        |visit: &Loaded| serde_json::to_value(looker.listed(visit, &known)?).map_err(Problem::internal);
    let mut changed = patch::changed(&json(before)?, &json(after)?);
    changed.retain(|name| VisitChanges::MEMBERS.contains(&name.as_str()));
    changed.retain(|name| !named.contains(&name.as_str()));
    changed.extend(named.iter().map(|name| (*name).to_owned()));
    // Beyond the draft the parties are left as they are, so what the body says of them is compared here.
    let same = before.parties.len() == details.parties.len()
        && before
            .parties
            .iter()
            .zip(details.parties.iter())
            .all(|((old, _), new)| old.organisation_id == new.organisation_id && old.side == new.side);
    if !same && !changed.iter().any(|name| name == "parties") {
        changed.push("parties".to_owned());
    }
    Ok(changed)
}

fn check(
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    permit: &Permit,
    details: &VisitChanges,
    changed: &[String],
) -> Result<()> {
    let is_new = |name: &str| changed.iter().any(|changed| changed == name);
    let mut room = Room {
        own: permit.organisation(),
        sides: details.parties.iter().map(|party| (party.organisation_id, party.side)).collect(),
        delegates: Vec::new(),
        last_position: 0,
        projects: Vec::new(),
        errors: Vec::new(),
    };
    let new = New {
        parties: is_new("parties"),
        returns: is_new("returns_visit_id"),
        arises: is_new("arises_from_commitment_id"),
    };
    room.visit(w.db(), &looker.sight, details, new)?;
    if new.parties && before.row.state == VisitState::Draft {
        room.record_fits(&store::record_seen_by(w.db(), looker, before.row.id)?)?;
    }
    room.settle()
}

fn removed(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    permit: &Permit,
) -> Result<Answer> {
    let current = seen(w.db(), looker, before)?;
    call.require_version(w.db(), versioned(&current))?;
    if before.row.state != VisitState::Draft {
        return Err(conflict(before, looker, Code::StateConflict)?);
    }
    store::delete(w, permit, before)?;
    Ok(Answer::none())
}
