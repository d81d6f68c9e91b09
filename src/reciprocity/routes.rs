//! `/v1/organisations/{id}/reciprocity`.

use std::sync::Arc;

use super::model::Reciprocity;
use super::store;
use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::types::OrganisationId;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/organisations/{id}/reciprocity", "listReciprocity", list)
            .summary("Visits made and received, by the other organisation, the last met first")
            .description(
                "Of one's own organisation only. Visits that took place (`held`, `reported`, `concluded`) count once for \
                 each visitor and host; a party that declined doesn't count. A visit stands in the account of an \
                 organisation that accepted it, or drew it up; not in that of one which never answered, and not where \
                 the other objected to it without having accepted. In the order of the last visit's day, newest \
                 first, then of the organisations' ids.",
            )
            .needs(Right::VisitsRead)
            .pages::<Reciprocity>("A page of organisations."),
    ]
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let sight = call.sight(Right::VisitsRead)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let rows = call.app().database.heavy(move |db| store::list(db, &sight, organisation, &page)).await?;
    Ok(call.page(rows, limit, Reciprocity::place_in_list)?.with_content_etag())
}
