//! Sessions, as the network's admin sees them and ends them.

use std::sync::Arc;

use super::auth::end;
use crate::access::Right;
use crate::accounts::model::NetworkSession;
use crate::accounts::store;
use crate::accounts::store::network_sessions::{self, Filter};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::types::{CalendarDate, OrganisationId, SessionId, UserId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/sessions", "listSessions", list)
            .summary("Where people of the network are signed in, newest first")
            .needs(Right::NetworkTokens)
            .filter::<OrganisationId>("organisation_id", "Of people who sign in for it.")
            .filter::<UserId>("user_id", "Of this person.")
            .filter::<CalendarDate>("unused_since", "Not continued on that day or later.")
            .pages::<NetworkSession>("A page of sessions."),
        Operation::delete("/v1/sessions/{session_id}", "endSession", end_session)
            .summary("Ends somebody's session")
            .description("At once, on every node. One that ended already stays so.")
            .needs(Right::NetworkTokens),
    ]
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    call.caller()?.permit_network(Right::NetworkTokens)?;
    let filter = Filter {
        organisation: call.query().one("organisation_id")?,
        user: call.query().one("user_id")?,
        unused_since: call.beginning_of("unused_since")?,
    };
    let page = call.page_request()?;
    let (limit, now) = (page.limit, call.now());
    let rows = call.app().database.read(move |db| network_sessions::list(db, &filter, now, &page)).await?;
    call.page(rows, limit, NetworkSession::place_in_list)
}

async fn end_session(call: Arc<Call>) -> Result<Answer> {
    let session: SessionId = call.id("session_id")?;
    let caller = Arc::clone(call.caller()?);
    call.write(
        move |w| {
            let permit = caller.permit_network(Right::NetworkTokens)?;
            let (_, held) = store::lock_session(w, session)?.ok_or_else(|| Problem::new(Code::NotFound))?;
            Ok(Admitted::by_network(&permit, held.revoked_at.is_some()))
        },
        move |w, is_ended| {
            if !is_ended {
                end(w, session, "session.ended")?;
            }
            Ok(Answer::none())
        },
    )
    .await
}
