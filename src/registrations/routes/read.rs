//! One dossier, and lists.

use std::sync::Arc;

use super::answer;
use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::registrations::codes::RegistrationStatus;
use crate::registrations::model::{ListedRegistration, Looker, Registration};
use crate::registrations::store::dossiers as store;
use crate::registrations::store::list;
use crate::types::{OrganisationId, RegistrationId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/organisations/{id}/registrations", "listRegistrations", list_registrations)
            .summary("The registration dossiers of one's own organisation, newest first")
            .description("Those that others share with it too. Without requirements, obligations and notes.")
            .needs(Right::RegistrationsRead)
            .filter_many::<RegistrationStatus>("status", "Its status, as it reads today.")
            .pages::<ListedRegistration>("A page of dossiers."),
        Operation::get("/v1/registrations/{id}", "readRegistration", read)
            .summary("One registration dossier")
            .description("Seen by its organisation and by those that it is shared with.")
            .needs(Right::RegistrationsRead)
            .ok::<Registration>("The dossier."),
    ]
}

async fn list_registrations(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let looker = Looker::of(&call)?;
    if !looker.sight.sees_own(organisation) {
        return Err(Problem::new(Code::NotFound));
    }
    let page = call.page_request()?;
    let limit = page.limit;
    let statuses: Vec<RegistrationStatus> = call.query().many("status")?;
    let rows = call
        .app()
        .database
        .snapshot(move |db| {
            let dossiers = list::list(db, organisation, &statuses, looker.today, &page)?;
            let commitments = store::seen_commitments(db, &looker, &dossiers)?;
            Ok(dossiers.iter().map(|one| looker.dossier(one, &commitments)).collect::<Vec<_>>())
        })
        .await?;
    call.page(rows, limit, ListedRegistration::place_in_list)
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: RegistrationId = call.id("id")?;
    let looker = Looker::of(&call)?;
    call.app()
        .database
        .snapshot(move |db| {
            let dossier = store::find(db, &looker, id)?;
            answer(&store::seen_by(db, &looker, &dossier)?)
        })
        .await
}
