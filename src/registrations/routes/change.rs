//! Correcting a dossier by merge patch.

use std::sync::Arc;

use super::create::check_arises;
use super::{admit, answer, versioned};
use crate::access::{Permit, Right};
use crate::acting;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::decode::Text;
use crate::http::operation::Operation;
use crate::http::patch;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::Writer;
use crate::registrations::model::{Loaded, Looker, Registration, RegistrationChanges, RegistrationRow};
use crate::registrations::rules;
use crate::registrations::store::dossiers as store;
use crate::registrations::store::writing;
use crate::types::{Json, RegistrationId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::patch("/v1/registrations/{id}", "changeRegistration", change)
            .summary("Corrects a registration dossier")
            .description(
                "Each member in its time, else 409 `state-conflict`: `authority`, `level` and `legal_form` until it is \
                 registered; `submitted_on` once it was handed in, `registered_on` and `expires_on` once it was \
                 registered, to correct them; `arises_from_commitment_id` while it is in preparation; `number` until it is \
                 cancelled. What happens to it is recorded by the actions.",
            )
            .needs(Right::RegistrationsWrite)
            .body::<RegistrationChanges>()
            .ok::<Registration>("The dossier as it is now."),
    ]
}

async fn change(call: Arc<Call>) -> Result<Answer> {
    let id: RegistrationId = call.id("id")?;
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
    let seen = store::seen_by(w.db(), looker, before)?;
    call.require_version(w.db(), versioned(&seen))?;
    let mut details: RegistrationChanges = patch::apply(&seen, call.body(), &[])?;
    if details.arises_from_commitment_id == seen.arises_from_commitment_id {
        // What the caller may not see is not what they leave out.
        details.arises_from_commitment_id = before.row.arises_from_commitment_id;
    }
    let moved = details.arises_from_commitment_id != before.row.arises_from_commitment_id;
    if let Some(commitment) = details.arises_from_commitment_id.filter(|_| moved) {
        check_arises(w.db(), looker, permit.organisation(), commitment)?;
    }
    let mut after = before.clone();
    take(&mut after.row, details)?;
    let changed = changed_members(&before.row, &after.row)?;
    if changed.is_empty() {
        return answer(&seen);
    }
    let closed: Vec<&str> = changed
        .iter()
        .map(String::as_str)
        .filter(|name| !rules::may_change(before.row.status, name))
        .collect();
    if closed.is_empty() {
        check_days(looker, &after.row)?;
    } else {
        let detail = format!("can't be changed in this state: {}", closed.join(", "));
        return Err(acting::conflict(before, looker, Code::StateConflict)?.detail(detail));
    }
    let now = writing::save(w, permit, before, after, "registration.changed")?;
    answer(&store::seen_by(w.db(), looker, &now)?)
}

fn take(row: &mut RegistrationRow, details: RegistrationChanges) -> Result<()> {
    row.authority = Json::new(&details.authority)?;
    row.level = details.level;
    row.legal_form = details.legal_form;
    row.number = details.number.map(Text::into_inner);
    row.submitted_on = details.submitted_on;
    row.registered_on = details.registered_on;
    row.expires_on = details.expires_on;
    row.arises_from_commitment_id = details.arises_from_commitment_id;
    Ok(())
}

fn changed_members(before: &RegistrationRow, after: &RegistrationRow) -> Result<Vec<String>> {
    let json = |row: &RegistrationRow| serde_json::to_value(row).map_err(Problem::internal);
    Ok(patch::changed(&json(before)?, &json(after)?))
}

/// The days of what has happened are there, in their order, and not in the future.
fn check_days(looker: &Looker, row: &RegistrationRow) -> Result<()> {
    let mut errors = Vec::new();
    for (name, missing) in [
        ("submitted_on", rules::was_submitted(row.status) && row.submitted_on.is_none()),
        ("registered_on", rules::was_registered(row.status) && row.registered_on.is_none()),
    ] {
        if missing {
            errors.push(FieldError::new(format!("/{name}"), "required", "is the day of what has happened"));
        }
    }
    errors.extend(out_of_order(&row.days(), looker));
    if errors.is_empty() { Ok(()) } else { Err(Problem::errors(errors)) }
}

/// What is wrong with the days of a dossier.
pub(super) fn out_of_order(days: &rules::Days, looker: &Looker) -> Vec<FieldError> {
    let wrong = days.mistakes(looker.today).into_iter();
    wrong.map(|(name, detail)| FieldError::new(format!("/{name}"), "out-of-range", detail)).collect()
}
