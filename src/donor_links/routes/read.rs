//! One donor link, and lists.

use std::sync::Arc;

use super::answer;
use crate::access::Right;
use crate::donor_links::codes::LinkStage;
use crate::donor_links::model::{DonorLink, Looker};
use crate::donor_links::store::links::{self, Filter};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::types::{DonorId, DonorLinkId, OrganisationId, ProgrammeId, ProjectId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/donor-links", "listDonorLinks", list)
            .summary("Donor links, newest first")
            .description("Those that the caller's organisations introduced or were offered; nobody else's.")
            .needs(Right::DonorsRead)
            .filter::<DonorId>("donor_id", "Of this donor.")
            .filter::<OrganisationId>("organisation_id", "Shared by this organisation, on either side.")
            .filter::<ProjectId>("project_id", "For this project.")
            .filter::<ProgrammeId>("programme_id", "For this programme.")
            .filter_many::<LinkStage>("stage", "Its stage.")
            .pages::<DonorLink>("A page of donor links."),
        Operation::get("/v1/donor-links/{id}", "readDonorLink", read)
            .summary("One donor link")
            .description(
                "Seen by the organisation whose donor it is and by the beneficiary. To anybody else, the programme's other \
                 partners among them, there is nothing here.",
            )
            .needs(Right::DonorsRead)
            .ok::<DonorLink>("The donor link."),
    ]
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let looker = Looker::of(&call)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let filter = call.query().read(|reader| Filter {
        donor: reader.one("donor_id"),
        organisation: reader.one("organisation_id"),
        project: reader.one("project_id"),
        programme: reader.one("programme_id"),
        stages: reader.many("stage"),
    })?;
    let rows = call
        .app()
        .database
        .snapshot(move |db| {
            let rows = links::list(db, &looker.sight, &filter, &page)?;
            let besides = links::besides(db, &looker, &rows)?;
            rows.iter().map(|row| looker.link(row, &besides)).collect::<Result<Vec<_>>>()
        })
        .await?;
    call.page(rows, limit, DonorLink::place_in_list)
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: DonorLinkId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let seen = call.app().database.snapshot(move |db| {
        let link = links::find(db, &looker.sight, id)?;
        links::seen_by(db, &looker, &link)
    });
    answer(&seen.await?)
}
