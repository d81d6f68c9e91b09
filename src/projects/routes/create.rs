//! Entering a project.

use std::sync::Arc;

use super::answer_seen;
use crate::access::{Permit, Right};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::items::Findings;
use crate::journal::Writer;
use crate::projects::model::bodies::Stamp;
use crate::projects::model::{Looker, NewProject, Project};
use crate::projects::store::checks::{self, BudgetDay, Found};
use crate::projects::store::{projects as store, writing};
use crate::types::OrganisationId;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/projects", "createProject", create)
            .summary("Enters a project of the caller's organisation")
            .description(
                "Seen by its own organisation only, unless `visibility` opens it to the network; its amounts likewise, \
                 by `amounts_visibility`. A `budget` without `budget_as_of` is of today.",
            )
            .needs(Right::ProjectsWrite)
            .body::<NewProject>()
            .creates::<Project>("The project."),
    ]
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<NewProject>();
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    let named: Vec<OrganisationId> =
        input.get().ok().and_then(|input| input.organisation_id).into_iter().collect();
    call.write(
        move |_| {
            let permit = admitting.caller.permit_among(Right::ProjectsWrite, &named)?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let input = input.get()?;
            if let Some(id) = input.id
                && idempotency::choose(&acting, w, id.uuid())? == Chosen::Repeated
            {
                let row = store::find(w.db(), &looker.sight, id)?;
                return answer_seen(w.db(), &looker, &row);
            }
            enter(&looker, w, &permit, input)
        },
    )
    .await
}

fn enter(looker: &Looker, w: &mut Writer<'_>, permit: &Permit, input: &NewProject) -> Result<Answer> {
    let organisation = permit.organisation();
    let mut details = input.details();
    details.date_budget(None, BudgetDay { is_said: true, today: looker.today })?;
    let mut found = Found::default();
    if input.organisation_id.is_some_and(|named| named != organisation) {
        let detail = "is no organisation for which you may enter projects";
        found.report("/organisation_id".to_owned(), "not-yours", detail);
    }
    checks::project(&mut found, w.db(), &details, None)?;
    found.settle()?;
    let id = input.id.unwrap_or_else(|| w.new_id());
    let (created_at, updated_at) = (w.now(), w.now());
    let row = details.row(Stamp { id, organisation, version: 1, created_at, updated_at })?;
    writing::insert(w, permit, &row)?;
    let project = store::seen_by(w.db(), looker, &row)?;
    Answer::created(&project, project.version, format!("/v1/projects/{id}"))
}
