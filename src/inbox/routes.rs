//! `/v1/organisations/{id}/inbox`.

use std::sync::Arc;

use super::model::{Asked, InboxItem};
use super::store;
use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::types::OrganisationId;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/organisations/{id}/inbox", "readInbox", list)
            .summary("What waits for one's own organisation, most urgent first")
            .description(
                "Derived at each reading, never stored: visits to answer (`accept`), to record as held (`hold`), to \
                 report on (`submit-report`), whose report is to be approved (`approve-report`) or can be concluded \
                 over the others' silence (`conclude`), those that were concluded over one's own (`approve-report`, on no \
                 day: `due_on` is null), and commitments that are due within 14 days or overdue \
                 (`fulfil`); programmes to sign (`sign`) or whose lead is offered (`accept-lead`, on no day), \
                 what was pledged to them and is to be confirmed (`confirm`, on no day), where they may be read; \
                 registrations that expire within 60 days or have expired (`renew`), and what is owed by them within 30 \
                 days or since (`done`), where these may be read; donors who are offered (`accept`) or were accepted \
                 and are to be introduced (`introduce`), next steps with them that are due within 14 days or overdue \
                 (`take-next-step`, by a patch of the link), what came from them and is to be acknowledged \
                 (`acknowledge`); access tokens whose owner has left (`adopt`) or that end within 14 days (`rotate`), where \
                 they may be read; all but the steps on no day, where donors may be read. It is the organisation that \
                 they wait for: which of its people may do it, the thing's own `allowed_actions` says. One thing is \
                 listed once, with what is to be done first, by `due_on` and `id`, what has no day last; of each kind a \
                 thousand at the most, those due first. For the people of an organisation that is not active \
                 there is nothing in it. The ETag is the content's.",
            )
            .needs(Right::VisitsRead)
            .pages::<InboxItem>("A page of what waits."),
    ]
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let sight = call.sight(Right::VisitsRead)?;
    let own = sight.organisations().iter().find(|seen| seen.organisation == organisation);
    let active = own.ok_or_else(|| Problem::new(Code::NotFound))?.active;
    let page = call.page_request()?;
    let limit = page.limit;
    let zone = call.app().settings.time_zone.parse().map_err(Problem::internal)?;
    let programmes = call.sight(Right::ProgrammesRead)?.sees_own(organisation);
    let registrations = call.sight(Right::RegistrationsRead)?.sees_own(organisation);
    let donors = call.sight(Right::DonorsRead)?.sees_own(organisation);
    let tokens = call.sight(Right::TokensRead)?.sees_own(organisation);
    let orphaned_token_days = call.app().settings.orphaned_access_token_days;
    let now = call.now();
    let asked =
        Asked { organisation, now, programmes, registrations, donors, tokens, orphaned_token_days, zone };
    let rows = if active {
        call.app().database.snapshot(move |db| store::list(db, &asked, &page)).await?
    } else {
        // They can do nothing, so nothing waits for them.
        Vec::new()
    };
    Ok(call.page(rows, limit, InboxItem::place_in_list)?.with_content_etag().squeezed())
}
