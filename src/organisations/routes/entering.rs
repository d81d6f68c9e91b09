//! Applications, new members, changes.

use std::sync::Arc;

use super::reading::answer;
use crate::access::{Right, codes};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Open, Versioned};
use crate::http::decode::Value;
use crate::http::idempotency::{self, Chosen};
use crate::http::patch;
use crate::http::problem::{FieldError, Problem, Result};
use crate::organisations::bodies::{NewOrganisation, OrganisationChanges};
use crate::organisations::contact::Kept;
use crate::organisations::model::{Applicant, Organisation, WithSecrets};
use crate::organisations::rules::Eyes;
use crate::organisations::store::writing::{self, Asked, By};
use crate::organisations::store::{admins, reading};
use crate::types::OrganisationId;

/// What opens an invitation.
pub(super) const INVITATION: &[&str] = &["/invitation/token", "/invitation/code", "/invitation/link"];

pub(super) async fn create(call: Arc<Call>) -> Result<Answer> {
    match call.signed_in() {
        None => apply(call).await,
        Some(_) => enter(call).await,
    }
}

/// A stranger's: an application.
async fn apply(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<NewOrganisation>();
    call.write(
        |_| Ok(Admitted::by_holding(&Open, ())),
        move |w, ()| {
            let new = input.get()?.clone();
            let applicant = applicant(&new)?;
            let token = codes::status_token()?;
            let digest = codes::status_digest(token.expose())
                .ok_or_else(|| Problem::internal("a token that was just made can't be read"))?;
            let id: OrganisationId = w.new_id();
            let asked = Some(Asked { applicant, token: digest });
            let row = writing::insert(w, By::Applicant(&Open), id, &new.details(), asked)?;
            let organisation = WithSecrets {
                organisation: row.show(Eyes::Applicant),
                invitation: None,
                status_token: Some(token.expose().to_owned()),
            };
            Ok(created(&organisation)?.with_secrets(&["/status_token"]))
        },
    )
    .await
}

fn applicant(new: &NewOrganisation) -> Result<Applicant> {
    let mut errors = Vec::new();
    for (pointer, given) in [("/id", new.id.is_some()), ("/admin", new.admin.is_some())] {
        if given {
            errors.push(FieldError::new(pointer, "read-only", "is the network admin's to give"));
        }
    }
    match &new.applicant {
        Some(applicant) if errors.is_empty() => Ok(Applicant {
            name: applicant.name.clone(),
            email: applicant.email.clone(),
            phone: applicant.phone.clone(),
        }),
        Some(_) => Err(Problem::errors(errors)),
        None => {
            errors.push(FieldError::new("/applicant", "required", "is required of those not signed in"));
            Err(Problem::errors(errors))
        }
    }
}

/// The network admin's: a member.
async fn enter(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<NewOrganisation>();
    let caller = Arc::clone(call.caller()?);
    caller.require_anywhere(Right::NetworkOrganisations)?;
    let repeated = Arc::clone(&call);
    call.write(
        move |_| {
            let permit = caller.permit_network(Right::NetworkOrganisations)?;
            Ok(Admitted::by_network(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let new = input.get()?.clone();
            if new.applicant.is_some() {
                let error = FieldError::new("/applicant", "read-only", "is for those not signed in");
                return Err(Problem::errors(vec![error]));
            }
            if let Some(id) = new.id
                && idempotency::choose(&repeated, w, id.uuid())? == Chosen::Repeated
            {
                let sight = repeated.sight(Right::OrganisationsRead)?;
                let (row, eyes) = reading::find(w.db(), &sight, id)?;
                return answer(&reading::show(w.db(), row, eyes)?);
            }
            let (id, admin) = (new.id.unwrap_or_else(|| w.new_id()), new.admin.clone());
            let row = writing::insert(w, By::Network(&permit), id, &new.details(), None)?;
            let invitation = match admin {
                Some(admin) => {
                    let person = (admin.name, admin.email, admin.phone);
                    Some(admins::invite_first(w, &permit, repeated.app(), id, person)?)
                }
                None => None,
            };
            let organisation = row.show(Eyes::NetworkAdmin);
            let made = WithSecrets { organisation, invitation, status_token: None };
            let answered = created(&made)?;
            Ok(if made.invitation.is_some() { answered.with_secrets(INVITATION) } else { answered })
        },
    )
    .await
}

fn created(made: &WithSecrets) -> Result<Answer> {
    let organisation = &made.organisation;
    Answer::created(made, organisation.version, format!("/v1/organisations/{}", organisation.id))
}

pub(super) async fn change(call: Arc<Call>) -> Result<Answer> {
    let id: OrganisationId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    let patching = Arc::clone(&call);
    call.write(
        move |w| {
            let (before, _) = reading::lock(w, &caller.sight(Right::OrganisationsRead), id)?;
            let permit = caller.permit(Right::OrganisationsWrite, &[id])?;
            Ok(Admitted::by(&permit, before).with(permit))
        },
        move |w, (before, permit)| {
            let shown = before.clone().show(Eyes::Own);
            patching.require_version(w.db(), versioned(&shown))?;
            let details = patched(&shown, reading::contact(w.db(), id)?, patching.body())?;
            answer(&writing::update(w, By::Own(&permit), &before, &details)?.show(Eyes::Own))
        },
    )
    .await
}

/// The particulars with a patch applied. The contact is part of what is patched, though it isn't shown.
pub(super) fn patched(shown: &Organisation, contact: Kept, body: &Value) -> Result<OrganisationChanges> {
    let mut current = serde_json::to_value(shown).map_err(Problem::internal)?;
    if let serde_json::Value::Object(members) = &mut current {
        members.insert("contact".to_owned(), serde_json::to_value(contact).map_err(Problem::internal)?);
    }
    patch::apply(&current, body, &[])
}

pub(super) fn versioned(organisation: &Organisation) -> Versioned<'_, Organisation> {
    Versioned { id: organisation.id.uuid(), version: organisation.version, thing: organisation }
}
