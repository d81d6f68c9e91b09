//! Changing a project by merge patch, and removing one on which nothing hangs.

use std::sync::Arc;

use super::{answer_seen, versioned};
use crate::access::{Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::Result;
use crate::items::Findings;
use crate::journal::Writer;
use crate::projects::model::bodies::Stamp;
use crate::projects::model::{Looker, Project, ProjectChanges, ProjectRow};
use crate::projects::store::checks::{self, BudgetDay, Found};
use crate::projects::store::{projects as store, writing};
use crate::types::ProjectId;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::patch("/v1/projects/{id}", "changeProject", change)
            .summary("Changes a project of the caller's organisation")
            .description(
                "`place` and `budget` are replaced whole. A budget that changes is of today unless `budget_as_of` is \
                 given with it; one that is cleared takes its day along. Another organisation's project: 403.",
            )
            .needs(Right::ProjectsWrite)
            .body::<ProjectChanges>()
            .ok::<Project>("The project as it is now."),
        Operation::delete("/v1/projects/{id}", "deleteProject", delete)
            .summary("Removes a project")
            .description(
                "One that has receipts or donor links, or that an agenda item of a visit names that its organisation \
                 sees, can't be removed: 409 `in-use`.",
            )
            .needs(Right::ProjectsWrite)
            .version(VersionNeed::Required),
    ]
}

/// Locks a project that the caller sees, and asks the guard for leave to write to it.
fn admit(looker: &Looker, w: &mut Writer<'_>, id: ProjectId) -> Result<Admitted<(ProjectRow, Permit)>> {
    let row = store::lock(w, &looker.sight, id)?;
    let permit = looker.caller.permit(Right::ProjectsWrite, &[row.organisation_id])?;
    Ok(Admitted::by(&permit, row).with(permit))
}

async fn change(call: Arc<Call>) -> Result<Answer> {
    let id: ProjectId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let (admitting, patching) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit(&admitting, w, id),
        move |w, (before, permit): (ProjectRow, Permit)| patched(&patching, &looker, w, &before, &permit),
    )
    .await
}

fn patched(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &ProjectRow,
    permit: &Permit,
) -> Result<Answer> {
    let seen = store::seen_by(w.db(), looker, before)?;
    call.require_version(w.db(), versioned(&seen))?;
    let mut details: ProjectChanges = patch::apply(&seen, call.body(), &["place", "budget"])?;
    let is_said = call.body().get("budget_as_of").is_some();
    details.date_budget(Some(before), BudgetDay { is_said, today: looker.today })?;
    let mut found = Found::default();
    checks::project(&mut found, w.db(), &details, Some(before))?;
    found.settle()?;
    let after = details.row(Stamp {
        id: before.id,
        organisation: before.organisation_id,
        version: before.version + 1,
        created_at: before.created_at,
        updated_at: w.now(),
    })?;
    let changed = writing::save(w, permit, before, &after)?;
    answer_seen(w.db(), looker, if changed { &after } else { before })
}

async fn delete(call: Arc<Call>) -> Result<Answer> {
    let id: ProjectId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let (admitting, deleting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit(&admitting, w, id),
        move |w, (row, permit): (ProjectRow, Permit)| {
            let seen = store::seen_by(w.db(), &looker, &row)?;
            deleting.require_version(w.db(), versioned(&seen))?;
            writing::delete(w, &permit, &row)?;
            Ok(Answer::none())
        },
    )
    .await
}
