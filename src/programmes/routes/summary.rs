//! `/v1/programmes/{id}/summary`.

use std::sync::Arc;

use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::programmes::model::Looker;
use crate::programmes::model::summary::Summary;
use crate::programmes::store::summary;
use crate::types::ProgrammeId;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/programmes/{id}/summary", "readProgrammeSummary", read)
            .summary("A programme as a whole: target against reached, what was given, its indicators")
            .description(
                "Derived at each reading, never stored. Partners see all of it. Others who see the programme, and who \
                 is asked to become a partner, see no amounts unless the terms open them to the network, no number \
                 of people under 5 nor any by which it could be computed, no activity's community, and of indicators \
                 numbers alone. The ETag is the content's.",
            )
            .needs(Right::ProgrammesRead)
            .ok::<Summary>("The summary."),
    ]
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: ProgrammeId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let summary = call.app().database.heavy(move |db| summary::read(db, &looker, id)).await?;
    Ok(Answer::json(&summary)?.with_content_etag())
}
