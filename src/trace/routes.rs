//! `/v1/trace/{type}/{id}`.

use std::sync::Arc;

use super::codes::NodeType;
use super::model::Trace;
use super::store::{self, Looker};
use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::types::AnyId;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/trace/{type}/{id}", "readTrace", read)
            .summary("What arose from what: from a handshake to its result, and back")
            .description(
                "`type` is `visit`, `commitment`, `programme`, `project`, `donor_link`, `disbursement` or `registration`; \
                 any other, and a thing that the caller does not see, is 404. Goes both ways from the thing along what it \
                 arises from, fulfils, funds, contributes to and returns, through what the caller sees, each thing by \
                 the right of its own kind: twelve steps and 200 things at the most (`truncated`). `hidden` counts the \
                 visits and programmes next to these that the caller does not see. The ETag is the content's.",
            )
            .needs(Right::VisitsRead)
            .ok::<Trace>("The trace."),
    ]
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let kind = NodeType::parse(call.path_text("type")?).ok_or_else(|| Problem::new(Code::NotFound))?;
    let id: AnyId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let trace = call.app().database.heavy(move |db| store::trace(db, &looker, (kind, id.0))).await?;
    Ok(Answer::json(&trace)?.with_content_etag())
}
