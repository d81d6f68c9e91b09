//! `/v1/oauth/…` and its metadata.

use std::sync::Arc;

use actix_web::http::StatusCode;

use super::kinds::{self, Token};
use super::model::{BEARER, Introspection, TokenForm, TokenGiven, TokenRequest};
use super::rules::{self, GRANT};
use super::{client, metadata};
use crate::access::jwt::Claims;
use crate::access_tokens::codes::Refusal;
use crate::access_tokens::store::writing as store;
use crate::accounts::store::end_jwts;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::Writer;
use crate::types::AccessTokenId;

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
            .description(
                "An access token ends with all JWTs that were made of it; a JWT ends alone. Whoever holds a token of the \
                 client's own organisation may end it, whichever of its access tokens they call with. Of everything else \
                 nothing becomes, and the answer is the same.",
            )
            .oauth()
            .form::<TokenForm>()
            .says_nothing(StatusCode::OK, "It has ended, if it was one of the client's own organisation."),
        Operation::post(INTROSPECT, "introspectToken", introspect)
            .summary("What is known of a token (RFC 7662)")
            .description(
                "Of an access token of the client's own organisation, or a JWT that was made of one, while it works. Of \
                 everything else `active` is false, and nothing more is told.",
            )
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
    let client = client::authenticate(&call).await?;
    let asked: TokenRequest = call.form()?;
    if asked.grant_type.expose() != GRANT {
        return Err(Problem::new(Code::UnsupportedGrantType));
    }
    let app = call.app();
    let rights = rules::granted(client.rights(), asked.scope.as_ref().map(|scope| scope.expose()));
    let rights = rights.inspect_err(|_| client.count(&call, Refusal::Forbidden))?;
    let scope = rules::scope_of(rights);
    let claims = Claims {
        permissions: Some(rights),
        scope: Some(scope.clone()),
        ..client.token.claims(app, call.now(), app.ids.id(), app.ids.uuid())
    };
    let given = TokenGiven {
        access_token: app.keys.sign(&claims)?,
        token_type: BEARER,
        expires_in: claims.exp - claims.iat,
        scope,
    };
    Ok(client.answer(Answer::json(&given)?))
}

async fn revoke(call: Arc<Call>) -> Result<Answer> {
    let client = client::authenticate(&call).await?;
    let form: TokenForm = call.form()?;
    let own = client.token.organisation;
    if let Some(token) = kinds::of_organisation(call.app(), form.token.expose(), own).await? {
        // Each is remembered by every node until the JWT would have expired.
        if let Token::Jwt(_) = &token
            && let Some(decision) = call.app().limits.jwt_revoked(client.token.id)
        {
            decision.problem().map_or(Ok(()), Err)?;
        }
        let token = Arc::new(token);
        let end = move |w: &mut Writer<'_>| {
            w.act_for(Some(own));
            match &*token {
                Token::Access(held) => store::revoke_held(w, held),
                Token::Jwt(claims) => {
                    end_jwts(w, claims.sid)?;
                    store::record_jwt_revoked(w, AccessTokenId(claims.sub))
                }
            }
        };
        call.app().database.write(client.author(&call), end).await?;
    }
    Ok(client.answer(Answer::none().with_status(StatusCode::OK)))
}

async fn introspect(call: Arc<Call>) -> Result<Answer> {
    let client = client::authenticate(&call).await?;
    let form: TokenForm = call.form()?;
    let own = client.token.organisation;
    let found = kinds::of_organisation(call.app(), form.token.expose(), own).await?;
    let issuer = &call.app().settings.public_url;
    let told = found.map_or_else(Introspection::default, |token| Introspection::of(&token, issuer));
    Ok(client.answer(Answer::json(&told)?))
}

async fn read_metadata(call: Arc<Call>) -> Result<Answer> {
    Ok(Answer::json(&metadata::document(&call.app().settings.public_url))?.with_content_etag())
}
