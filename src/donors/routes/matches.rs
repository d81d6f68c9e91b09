//! Donors that may support a project.

use std::str::FromStr;
use std::sync::Arc;

use actix_web::http::StatusCode;

use super::keys;
use crate::access::Right;
use crate::donors::model::DonorMatches;
use crate::donors::store::matches;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::decode::Described;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::projects::codes::ProjectStatus;
use crate::projects::model::Looker;
use crate::projects::store::projects;
use crate::types::ProjectId;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/projects/{id}/donor-matches", "matchDonors", match_donors)
            .summary("Donors that may support a project, the best match first")
            .description(
                "Of a project that seeks support; else 409 `state-conflict`. Among the caller's organisations' donors and \
                 those that others show to the network, with the reasons in words and numbers. What the project lacks \
                 counts only where the caller sees its amounts. `limit` is 20 by default, above 50 it is taken as 50; \
                 there are no further pages.",
            )
            .needs(Right::DonorsRead)
            .filter::<MatchLimit>("limit", "How many at the most.")
            .problem(StatusCode::CONFLICT)
            .ok::<DonorMatches>("The matches."),
    ]
}

/// How many matches are asked for.
struct MatchLimit(usize);

impl MatchLimit {
    const DEFAULT: usize = 20;
    const MOST: usize = 50;
}

impl FromStr for MatchLimit {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // More digits than fit are more than there are.
        let number = digits.then(|| text.parse::<usize>().unwrap_or(Self::MOST));
        number
            .filter(|number| *number > 0)
            .map(|number| Self(number.min(Self::MOST)))
            .ok_or("expected a whole number from 1 to 50")
    }
}

impl utoipa::PartialSchema for MatchLimit {
    fn schema() -> Described {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let default = serde_json::Value::from(Self::DEFAULT);
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).default(Some(default)).into()
    }
}

async fn match_donors(call: Arc<Call>) -> Result<Answer> {
    let id: ProjectId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let limit = call.query().one::<MatchLimit>("limit")?.map_or(MatchLimit::DEFAULT, |limit| limit.0);
    let reading = Arc::clone(&call);
    let data = call.app().database.heavy(move |db| {
        let row = projects::find(db, &looker.sight, id)?;
        if row.status != ProjectStatus::SeekingSupport {
            return Err(Problem::new(Code::StateConflict)
                .with("state", row.status)
                .with("allowed_actions", [""; 0])
                .detail("donors are matched with a project that seeks support"));
        }
        let seen = projects::seen_by(db, &looker, &row)?;
        let seeking = matches::seeking(db, &row, &seen)?;
        matches::matches(db, keys(&reading), &looker.donors, &seeking, limit)
    });
    Ok(Answer::json(&DonorMatches { data: data.await? })?.with_content_etag())
}
