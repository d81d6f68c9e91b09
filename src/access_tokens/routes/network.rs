//! What the network's admin cuts off.

use std::sync::Arc;

use crate::access::Right;
use crate::access_tokens::model::CutOff;
use crate::access_tokens::store::writing::{self, Leave};
use crate::accounts::store as accounts;
use crate::db::{Root, dialect};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::organisations::store::reading;
use crate::types::{OrganisationId, UserId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/organisations/{id}/revoke-tokens", "revokeTokensOfOrganisation", of_organisation)
            .summary("Withdraws every access token of an organisation")
            .description("At once, on every node. Again it withdraws what was made since.")
            .needs(Right::NetworkTokens)
            .ok::<CutOff>("How many there were."),
        Operation::post("/v1/users/{id}/revoke", "revokeUser", of_user)
            .summary("Ends every session of a person, and withdraws every access token that they answer for")
            .description("At once, on every node. They may sign in again: a person is kept out by their organisations, or a new password.")
            .needs(Right::NetworkTokens)
            .ok::<CutOff>("How many there were."),
    ]
}

async fn of_organisation(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    call.write(
        move |w| {
            let permit = caller.permit_network(Right::NetworkTokens)?;
            dialect::lock(w.db(), Root::Organisation, organisation.uuid())?;
            reading::find(w.db(), &caller.sight(Right::OrganisationsRead), organisation)?;
            Ok(Admitted::by_network(&permit, ()).with(Arc::new(Leave::Network(permit))))
        },
        move |w, ((), leave)| {
            let access_tokens = writing::revoke_of_organisation(w, &leave, organisation)?;
            Answer::json(&CutOff { access_tokens, sessions: 0 })
        },
    )
    .await
}

async fn of_user(call: Arc<Call>) -> Result<Answer> {
    let user: UserId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    call.write(
        move |w| {
            let permit = caller.permit_network(Right::NetworkTokens)?;
            accounts::lock(w, user).map_err(nobody)?;
            Ok(Admitted::by_network(&permit, ()).with(Arc::new(Leave::Network(permit))))
        },
        move |w, ((), leave)| {
            let sessions = accounts::cut_off(w, user)?;
            let access_tokens = writing::revoke_of_owner(w, &leave, user)?;
            Answer::json(&CutOff { access_tokens, sessions })
        },
    )
    .await
}

/// There is no such account; a caller's own that is gone is another matter.
fn nobody(problem: Problem) -> Problem {
    if problem.code() == Code::InvalidToken { Problem::new(Code::NotFound) } else { problem }
}
