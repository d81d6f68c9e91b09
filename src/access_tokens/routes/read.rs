//! One access token, and those of the whole network.

use std::sync::Arc;

use super::{answer, look, sight};
use crate::access::Right;
use crate::access_tokens::codes::AccessTokenState;
use crate::access_tokens::model::AccessToken;
use crate::access_tokens::store::reading::{self, Filter};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::Result;
use crate::types::{AccessTokenId, CalendarDate, OrganisationId};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/access-tokens", "listNetworkAccessTokens", list)
            .summary("The access tokens of the whole network, newest first")
            .description("For the network's admin: what was made where, and what nobody uses. From where each was used is its own admins' alone.")
            .needs(Right::NetworkTokens)
            .filter::<OrganisationId>("organisation_id", "Whose it is.")
            .filter_many::<AccessTokenState>("state", "Where it stands.")
            .filter::<CalendarDate>("unused_since", "Neither used nor made on that day or later.")
            .filter::<CalendarDate>("expires_before", "Made to work until before that day.")
            .pages::<AccessToken>("A page of access tokens."),
        Operation::get("/v1/access-tokens/{id}", "readAccessToken", read)
            .summary("One access token")
            .needs_any_of(&[Right::TokensRead, Right::NetworkTokens])
            .ok::<AccessToken>("The access token."),
    ]
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let caller = call.caller()?;
    caller.permit_network(Right::NetworkTokens)?;
    let (sight, look, page, limit) =
        (sight(caller), look(&call), call.page_request()?, call.page_request()?.limit);
    let query = call.query();
    let filter = Filter {
        organisation: query.one("organisation_id")?,
        states: query.many("state")?,
        unused_since: call.beginning_of("unused_since")?,
        expires_before: call.beginning_of("expires_before")?,
    };
    let rows = call.app().database.read(move |db| reading::list(db, &sight, &filter, look, &page)).await?;
    call.page(rows, limit, AccessToken::place_in_list)
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: AccessTokenId = call.id("id")?;
    let (sight, look) = (sight(call.caller()?), look(&call));
    call.app()
        .database
        .read(move |db| {
            let row = reading::find(db, &sight, id)?;
            answer(&row, &sight, look)
        })
        .await
}
