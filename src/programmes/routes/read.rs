//! One programme, and lists.

use std::sync::Arc;

use crate::access::Right;
use crate::acting::{answered, answered_kept};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Result};
use crate::http::query::PcodeBeginning;
use crate::programmes::codes::ProgrammeState;
use crate::programmes::model::{Level, Looker, Programme};
use crate::programmes::store::list::{self, Filter};
use crate::programmes::store::programmes as store;
use crate::text::fold_words;
use crate::types::{CommunityId, OrganisationId, ProgrammeId, Sector};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/programmes", "listProgrammes", list_programmes)
            .summary("Shared programmes, newest first")
            .description(
                "Those in which the caller's organisations are partners, or are asked to become one; and those that \
                 were agreed and are open to the network.",
            )
            .needs(Right::ProgrammesRead)
            .filter::<OrganisationId>("organisation_id", "A partner.")
            .filter_many::<ProgrammeState>("state", "Its state.")
            .filter_many::<Sector>("sector", "One of its fields of work.")
            .filter::<CommunityId>("community_id", "A community that it serves.")
            .filter::<PcodeBeginning>("place", "A P-code or its beginning, of a community that it serves.")
            .filter::<String>("q", "Words of the title, folded.")
            .pages::<Programme>("A page of programmes."),
        Operation::get("/v1/programmes/{id}", "readProgramme", read)
            .summary("One shared programme")
            .description(
                "Its partners see all of it; a draft its own organisation only; others what is agreed and open to the \
                 network, without amounts, responsibilities and signatures; who left it, as it was then.",
            )
            .needs(Right::ProgrammesRead)
            .ok::<Programme>("The programme."),
    ]
}

async fn list_programmes(call: Arc<Call>) -> Result<Answer> {
    let looker = Looker::of(&call)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let query = call.query();
    let filter = Filter {
        organisation: query.one("organisation_id")?,
        states: query.many("state")?,
        sectors: query.many("sector")?,
        community: query.one("community_id")?,
        place: query.pcode("place")?,
        words: query.text("q").map(fold_words).unwrap_or_default(),
    };
    let rows = call
        .app()
        .database
        .snapshot(move |db| {
            let rows = list::list(db, &looker.sight, &filter, &page)?;
            store::seen_all_by(db, &looker, &rows)
        })
        .await?;
    call.page(rows, limit, Programme::place_in_list)
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: ProgrammeId = call.id("id")?;
    let looker = Looker::of(&call)?;
    call.app()
        .database
        .snapshot(move |db| {
            let found = store::find(db, &looker.sight, id);
            if let Ok(programme) = &found
                && looker.level(programme) > Level::Outside
            {
                return answered(programme, db, &looker);
            }
            // Who left one that is open to the network keeps more than others see.
            match store::find_last_seen(db, &looker.sight, id) {
                Ok((_, last)) => answered_kept(&last),
                Err(problem) if problem.code() == Code::NotFound => answered(&found?, db, &looker),
                Err(problem) => Err(problem),
            }
        })
        .await
}
