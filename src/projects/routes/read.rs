//! One project, and lists.

use std::sync::Arc;

use super::answer_seen;
use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::http::query::PcodeBeginning;
use crate::projects::codes::ProjectStatus;
use crate::projects::model::{Looker, Project};
use crate::projects::store::list::{self, Filter};
use crate::projects::store::projects as store;
use crate::text::fold_words;
use crate::types::{CommunityId, OrganisationId, ProjectId, Sector};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/projects", "listProjects", list_projects)
            .summary("Projects, newest first")
            .description("Those of the caller's organisations, and those that are open to the network.")
            .needs(Right::ProjectsRead)
            .filter::<OrganisationId>("organisation_id", "Whose it is.")
            .filter_many::<ProjectStatus>("status", "How far it is.")
            .filter_many::<Sector>("sector", "One of its fields of work.")
            .filter::<CommunityId>("community_id", "A community that it serves.")
            .filter::<PcodeBeginning>(
                "place",
                "A P-code or its beginning, of its place or of a community that it serves.",
            )
            .filter::<String>("q", "Words of the title, folded.")
            .pages::<Project>("A page of projects."),
        Operation::get("/v1/projects/{id}", "readProject", read)
            .summary("One project")
            .description(
                "Its own organisation sees all of it. Others see one that is open to the network: its place as far as \
                 the locality, no number of people under 5, and amounts (null else) if these are open too.",
            )
            .needs(Right::ProjectsRead)
            .ok::<Project>("The project."),
    ]
}

async fn list_projects(call: Arc<Call>) -> Result<Answer> {
    let looker = Looker::of(&call)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let query = call.query();
    let filter = Filter {
        organisation: query.one("organisation_id")?,
        statuses: query.many("status")?,
        sectors: query.many("sector")?,
        community: query.one("community_id")?,
        place: query.pcode("place")?,
        words: query.text("q").map(fold_words).unwrap_or_default(),
    };
    let read = move |db: &mut crate::db::Db| {
        let rows = list::list(db, &looker.sight, &filter, &page)?;
        store::seen(db, &looker, &rows)
    };
    call.page(call.app().database.snapshot(read).await?, limit, Project::place_in_list)
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: ProjectId = call.id("id")?;
    let looker = Looker::of(&call)?;
    call.app()
        .database
        .snapshot(move |db| {
            let row = store::find(db, &looker.sight, id)?;
            answer_seen(db, &looker, &row)
        })
        .await
}
