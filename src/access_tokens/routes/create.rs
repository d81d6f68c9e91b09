//! Access tokens made, and those of an organisation.

use std::sync::Arc;

use super::look;
use crate::access::{Caller, Permit, Right};
use crate::access_tokens::codes::AccessTokenState;
use crate::access_tokens::model::{AccessToken, IssuedAccessToken, NewAccessToken};
use crate::access_tokens::store::reading::{self, Filter};
use crate::access_tokens::store::writing;
use crate::db::{Root, dialect};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::types::OrganisationId;

const PATH: &str = "/v1/organisations/{id}/access-tokens";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(PATH, "listAccessTokens", list)
            .summary("The access tokens of an organisation, newest first")
            .needs(Right::TokensRead)
            .filter_many::<AccessTokenState>("state", "Where it stands.")
            .pages::<AccessToken>("A page of access tokens."),
        Operation::post(PATH, "createAccessToken", create)
            .summary("Makes an access token, for a machine")
            .description(
                "By a person (403 `person-required` for an access token), who answers for it from then on: it is never above \
                 their role, follows it down, and is `orphaned` when they leave. Without `permissions` it gets all rights \
                 that its role has today, but to sign. The `secret` is in this answer only. An organisation has 100 that \
                 work at the most (409 `limit-reached`).",
            )
            .needs(Right::TokensWrite)
            .body::<NewAccessToken>()
            .creates::<IssuedAccessToken>("The access token, with its secret."),
    ]
}

/// Those of another organisation don't see that there is anything here.
fn permit(caller: &Caller, right: Right, organisation: OrganisationId) -> Result<Permit> {
    if !caller.is_member_of(organisation) {
        return Err(Problem::new(Code::NotFound));
    }
    caller.permit(right, &[organisation])
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let caller = call.caller()?;
    let organisation: OrganisationId = call.id("id")?;
    permit(caller, Right::TokensRead, organisation)?;
    let (sight, look, page) = (super::sight(caller), look(&call), call.page_request()?);
    let filter =
        Filter { organisation: Some(organisation), states: call.query().many("state")?, ..Filter::default() };
    let limit = page.limit;
    let rows = call.app().database.read(move |db| reading::list(db, &sight, &filter, look, &page)).await?;
    call.page(rows, limit, AccessToken::place_in_list)
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let organisation: OrganisationId = call.id("id")?;
    let input = call.input::<NewAccessToken>();
    let caller = Arc::clone(call.caller()?);
    let (sight, look) = (super::sight(&caller), look(&call));
    call.write(
        move |w| {
            let permit = permit(&caller, Right::TokensWrite, organisation)?;
            // One that makes others could not be taken away with its secret.
            caller.person()?;
            dialect::lock(w.db(), Root::Organisation, organisation.uuid())?;
            let role = super::answering(w, &caller, organisation)?;
            Ok(Admitted::by(&permit, role).with(permit))
        },
        move |w, (role, permit)| {
            let (id, secret) = writing::insert(w, &permit, role, look, input.get()?)?;
            let token = super::shown(&reading::find(w.db(), &sight, id)?, &sight, look)?;
            let issued = IssuedAccessToken { token, secret: secret.expose().to_owned().into() };
            Ok(Answer::created(&issued, 1, format!("/v1/access-tokens/{id}"))?.with_secrets(&["/secret"]))
        },
    )
    .await
}
