//! `/v1/oauth/…` and its metadata.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};

use super::model::{Introspection, TokenForm, TokenGiven, TokenRequest};
use super::rules::GRANT;
use super::{client, metadata};
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};

pub(super) const TOKEN: &str = "/v1/oauth/token";
pub(super) const REVOKE: &str = "/v1/oauth/revoke";
pub(super) const INTROSPECT: &str = "/v1/oauth/introspect";

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::post(TOKEN, "requestToken", token)
            .summary("A JWT for an access token (RFC 6749, RFC 9068)")
            .description(
                "The client credentials grant: the id of an access token as `client_id`, the access token itself as \
                 `client_secret`. The JWT gives at most what the access token gives, and dies with it.",
            )
            .oauth()
            .form::<TokenRequest>()
            .ok::<TokenGiven>("A JWT."),
        Operation::post(REVOKE, "revokeToken", revoke)
            .summary("Ends a token (RFC 7009)")
            .oauth()
            .form::<TokenForm>()
            .says_nothing(StatusCode::OK, "It has ended, if it was one of the client's own organisation."),
        Operation::post(INTROSPECT, "introspectToken", introspect)
            .summary("What is known of a token (RFC 7662)")
            .oauth()
            .form::<TokenForm>()
            .ok::<Introspection>("What is known of it; of tokens of other organisations, that they are not active."),
        Operation::get("/.well-known/oauth-authorization-server", "readOauthMetadata", read_metadata)
            .summary("Where clients of OAuth 2.0 find everything (RFC 8414)")
            .same_for_all()
            .unlimited()
            .content("application/json", "The metadata."),
    ]
}

async fn token(call: Arc<Call>) -> Result<Answer> {
    let _client = client::authenticate(&call).await?;
    let asked: TokenRequest = call.form()?;
    if asked.grant_type.expose() != GRANT {
        return Err(Problem::new(Code::UnsupportedGrantType));
    }
    Err(Problem::new(Code::InvalidScope))
}

async fn revoke(call: Arc<Call>) -> Result<Answer> {
    let _client = client::authenticate(&call).await?;
    let _form: TokenForm = call.form()?;
    Ok(uncached(Answer::none().with_status(StatusCode::OK)))
}

async fn introspect(call: Arc<Call>) -> Result<Answer> {
    let _client = client::authenticate(&call).await?;
    let _form: TokenForm = call.form()?;
    Ok(uncached(Answer::json(&Introspection::default())?))
}

async fn read_metadata(call: Arc<Call>) -> Result<Answer> {
    Ok(Answer::json(&metadata::document(&call.app().settings.public_url))?.with_content_etag())
}

/// RFC 6749, section 5.1 asks for both headers.
fn uncached(answer: Answer) -> Answer {
    answer.confidential().header(header::PRAGMA, HeaderValue::from_static("no-cache"))
}
