//! Changing a donor link by merge patch.

use std::sync::Arc;

use super::{admit, answer, versioned};
use crate::access::{Permit, Right};
use crate::acting;
use crate::donor_links::codes::LinkStage;
use crate::donor_links::model::bodies::DonorLinkChanges;
use crate::donor_links::model::link::{Approval, NextStep};
use crate::donor_links::model::{DonorLink, Loaded, Looker};
use crate::donor_links::rules;
use crate::donor_links::store::checks::{self, Found};
use crate::donor_links::store::{links, writing};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::patch;
use crate::http::problem::{Code, Problem, Result};
use crate::items::Findings;
use crate::journal::Writer;
use crate::types::{DonorLinkId, Json};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::patch("/v1/donor-links/{id}", "changeDonorLink", change)
            .summary("Changes what is said and what is next")
            .description(
                "`message`: the organisation whose donor it is (422 `not-yours`), while it is offered; `approvals` and \
                 `next_step`: either organisation, until it is declined, closed or ended (409 `state-conflict`). `next_step` \
                 is replaced whole.",
            )
            .needs(Right::DonorsWrite)
            .body::<DonorLinkChanges>()
            .ok::<DonorLink>("The donor link as it is now."),
    ]
}

async fn change(call: Arc<Call>) -> Result<Answer> {
    let id: DonorLinkId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let (admitting, patching) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit(&admitting, w, id),
        move |w, (before, permit): (Loaded, Permit)| patched(&patching, &looker, w, &before, &permit),
    )
    .await
}

fn patched(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    before: &Loaded,
    permit: &Permit,
) -> Result<Answer> {
    let seen = links::seen_by(w.db(), looker, before)?;
    call.require_version(w.db(), versioned(&seen))?;
    let changes: DonorLinkChanges = patch::apply(&seen, call.body(), &["next_step"])?;
    let after = changed(before, &changes)?;
    let names = changed_members(looker, w, &seen, &after)?;
    let mut found = Found::new(permit.organisation());
    let says = names.iter().any(|name| name == "message");
    if says && before.row.introduced_by_organisation_id != permit.organisation() {
        let detail = "the organisation whose donor it is says it";
        found.report("/message".to_owned(), "not-yours", detail);
    }
    checks::approvals(&mut found, &changes, looker.today);
    found.refuse()?;
    if names.is_empty() {
        return answer(&seen);
    }
    let stage = before.row.stage;
    if !rules::is_open(stage) || (says && stage != LinkStage::Offered) {
        let detail = format!("can't be changed in this stage: {}", names.join(", "));
        return Err(acting::conflict(before, looker, Code::StateConflict)?.detail(detail));
    }
    let now = writing::save(w, permit, before, after, "donor_link.changed")?;
    answer(&links::seen_by(w.db(), looker, &now)?)
}

fn changed(before: &Loaded, changes: &DonorLinkChanges) -> Result<Loaded> {
    let approvals = changes.approvals.iter().map(|one| Approval {
        authority: one.authority.clone(),
        state: one.state,
        on: one.on,
    });
    let next_step =
        changes.next_step.as_ref().map(|step| NextStep { what: step.what.clone(), due_on: step.due_on });
    let mut after = before.clone();
    after.row.message = changes.message.as_ref().map(Json::new).transpose()?;
    after.row.approvals = Json::new(&approvals.collect())?;
    after.row.next_step = next_step.as_ref().map(Json::new).transpose()?;
    Ok(after)
}

/// The names of the public members that differ.
fn changed_members(
    looker: &Looker,
    w: &mut Writer<'_>,
    seen: &DonorLink,
    after: &Loaded,
) -> Result<Vec<String>> {
    let json = |link: &DonorLink| serde_json::to_value(link).map_err(Problem::internal);
    let mut names = patch::changed(&json(seen)?, &json(&links::seen_by(w.db(), looker, after)?)?);
    names.retain(|name| DonorLinkChanges::MEMBERS.contains(&name.as_str()));
    Ok(names)
}
