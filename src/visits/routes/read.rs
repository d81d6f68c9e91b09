//! One visit, and lists.

use std::sync::Arc;

use crate::access::Right;
use crate::acting::answered;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Result};
use crate::text::fold_words;
use crate::types::{CalendarDate, OrganisationId, VisitId};
use crate::visits::codes::{Side, Topic, VisitState};
use crate::visits::model::{ListedVisit, Looker, Visit};
use crate::visits::store::list::{self, Filter};
use crate::visits::store::{named, visits as store};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/visits", "listVisits", list_visits)
            .summary("Visits, newest first")
            .description(
                "The caller's organisations' own, and those that are concluded for the whole network. The items have \
                 the visit's own members and its parties, without delegates, agenda, discussions, commitments and \
                 report: `GET /v1/visits/{id}` has these. A visit that went on after its organisation declined is no \
                 longer listed to it.",
            )
            .needs(Right::VisitsRead)
            .filter::<OrganisationId>("organisation_id", "A party.")
            .filter::<Side>("side", "That party's side; needs `organisation_id`.")
            .filter_many::<VisitState>("state", "Its state.")
            .filter::<CalendarDate>("from", "Not over before this day.")
            .filter::<CalendarDate>("to", "Not begun after this day.")
            .filter_many::<Topic>("topic", "What was discussed.")
            .filter::<String>("q", "Words of the title, folded.")
            .pages::<ListedVisit>("A page of visits."),
        Operation::get("/v1/visits/{id}", "readVisit", read)
            .summary("One visit with its record")
            .description(
                "Its parties see all of it; a draft its own organisation only; others what is concluded for the \
                 network, without what is the parties' alone. An organisation that declined, and without which the \
                 visit went on, is answered the visit as it was when it declined.",
            )
            .needs(Right::VisitsRead)
            .ok::<Visit>("The visit."),
    ]
}

async fn list_visits(call: Arc<Call>) -> Result<Answer> {
    let looker = Looker::of(&call)?;
    let filter = filter(&call)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let rows = call
        .app()
        .database
        .snapshot(move |db| {
            let visits = list::list(db, &looker.sight, &filter, &page)?;
            let known = named::known(db, &looker.sight, &visits)?;
            visits.iter().map(|visit| looker.listed(visit, &known)).collect::<Result<Vec<_>>>()
        })
        .await?;
    call.page(rows, limit, ListedVisit::place_in_list)
}

fn filter(call: &Call) -> Result<Filter> {
    let mut filter = call.query().read(|reader| {
        let filter = Filter {
            organisation: reader.one("organisation_id"),
            side: reader.one("side"),
            states: reader.many("state"),
            from: reader.one("from"),
            to: reader.one("to"),
            topics: reader.many("topic"),
            words: Vec::new(),
        };
        if filter.side.is_some() && filter.organisation.is_none() {
            reader.report("organisation_id", "required", "is required with side");
        }
        filter
    })?;
    filter.words = call.query().text("q").map(fold_words).unwrap_or_default();
    Ok(filter)
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: VisitId = call.id("id")?;
    let looker = Looker::of(&call)?;
    call.app()
        .database
        .snapshot(move |db| match store::find(db, &looker.sight, id) {
            Ok(visit) => answered(&visit, db, &looker),
            Err(problem) if problem.code() == Code::NotFound => {
                let last = store::find_last_seen(db, &looker.sight, id)?;
                super::act::last_seen(db, &looker, &last)
            }
            Err(problem) => Err(problem),
        })
        .await
}
