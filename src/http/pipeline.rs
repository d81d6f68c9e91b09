//! The way of every request: who, form, right, handler; then the answer, the limits' headers, the
//! log line and the counters.

use std::sync::Arc;

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::CachePolicy;
use super::call::Call;
use super::encoding;
use super::etag::Expected;
use super::form::{idempotency_key, known_parameters, path_values, read_body, single_valued};
use super::operation::{Needs, Operation, Refusals};
use super::problem::{Code, Problem, Result, oauth};
use super::query::Query;
use crate::access::Caller;
use crate::access::secret::SecretText;
use crate::access_tokens::authentication::Refused;
use crate::access_tokens::codes::Refusal;
use crate::app::App;
use crate::logging::{self, RequestLine};
use crate::metrics::Measure;
use crate::types::OrganisationId;

mod arrival;

use arrival::{Arrival, charge, limit};

/// The header that chooses one of several memberships.
pub const ORGANISATION: HeaderName = HeaderName::from_static("awasir-organisation");
/// An applicant's token.
pub const STATUS_TOKEN: HeaderName = HeaderName::from_static("awasir-status-token");
/// The key of a request that may be repeated.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Serves a call of an operation.
pub async fn serve(
    app: Arc<App>,
    operation: Arc<Operation>,
    measure: Measure,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let mut arrival = Arrival::of(&app, &request);
    let result = run(&app, &operation, &mut arrival, &request, payload).await;
    let response = match result {
        Ok(response) => response,
        Err(problem) => {
            count_forbidden(&app, &arrival, &problem);
            refuse(&app, operation.refusals, &problem, &arrival, request.path())
        }
    };
    finish(&app, &arrival, operation.path, &measure, &request, response)
}

/// Serves a request that no operation answers: 401 for a bad token, else 405 or 404.
pub async fn serve_unknown(
    app: Arc<App>,
    allowed: Option<Vec<Method>>,
    open: bool,
    refusals: Refusals,
    measure: Measure,
    request: HttpRequest,
) -> HttpResponse {
    let mut arrival = Arrival::of(&app, &request);
    let who = match refusals {
        Refusals::Problems => authenticate(&app, request.headers(), arrival.address).await,
        // What a client sends there is no token of somebody who signed in.
        Refusals::OAuth => Ok(None),
    };
    let charged = match &who {
        Ok(Some(caller)) => app.limits.signed_in(caller.subject()),
        _ => app.limits.stranger(arrival.address),
    };
    let who = charge(charged, &mut arrival).and(who);
    let problem = match (who, &allowed) {
        (Err(problem), _) => problem,
        (Ok(None), Some(_)) if !open => Problem::new(Code::Unauthenticated),
        (Ok(who), allowed) => {
            arrival.know(&who);
            match allowed {
                None => Problem::new(Code::NotFound),
                Some(methods) => {
                    let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
                    Problem::new(Code::MethodNotAllowed).header(header::ALLOW, methods.join(", "))
                }
            }
        }
    };
    let response = refuse(&app, refusals, &problem, &arrival, request.path());
    finish(&app, &arrival, "", &measure, &request, response)
}

/// Finishes an answer that was made outside the table of operations: its headers, its log line.
pub fn serve_plain(
    app: &App,
    route: &'static str,
    measure: &Measure,
    request: &HttpRequest,
    response: HttpResponse,
) -> HttpResponse {
    finish(app, &Arrival::of(app, request), route, measure, request, response)
}

async fn run(
    app: &Arc<App>,
    operation: &Arc<Operation>,
    arrival: &mut Arrival,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    let headers = request.headers();
    let who = admitted(app, operation, arrival, headers).await?;
    let ids = path_values(request, operation.path)?;
    let (body, body_digest) = read_body(app, operation, headers, payload).await?;
    let query = match request.query_string() {
        "" => Query::default(),
        text => Query::parse(text, &known_parameters(operation))?,
    };
    single_valued(headers)?;
    let expected = match headers.get(header::IF_MATCH) {
        // What isn't ASCII is no tag of ours, and is told so, not taken for absent.
        Some(value) => Some(Expected::parse(value.to_str().unwrap_or("?"))?),
        None => None,
    };
    let idempotency_key = idempotency_key(operation, headers)?;
    let caller = permitted(operation, who, headers)?;
    let call = Arc::new(Call {
        app: Arc::clone(app),
        operation: Arc::clone(operation),
        request_id: arrival.request_id.clone(),
        caller,
        path: request.path().to_owned(),
        ids,
        query,
        query_text: request.query_string().to_owned(),
        body,
        body_digest,
        expected,
        idempotency_key,
        status_token: text(headers, &STATUS_TOKEN).map(ToOwned::to_owned),
        basic: basic(operation, headers),
        locale: arrival.locale,
        address: arrival.address,
        bearer: bearer(headers).map(|token| SecretText::new(token.to_owned())),
        user_agent: text(headers, &header::USER_AGENT).map(|name| name.chars().take(200).collect()),
    });
    let answer = (operation.handler)(call).await?;
    let answer = if encoding::takes_gzip(request) { answer.gzip()? } else { answer };
    let if_none_match = match *request.method() {
        Method::GET | Method::HEAD => text(headers, &header::IF_NONE_MATCH),
        _ => None,
    };
    let cache = if operation.public_answer { CachePolicy::Public } else { CachePolicy::Private };
    Ok(answer.respond(if_none_match, cache))
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What stands after `Basic`, where clients authenticate themselves. What can't be read is no credentials, but was tried.
fn basic(operation: &Operation, headers: &HeaderMap) -> Option<SecretText> {
    if operation.refusals != Refusals::OAuth {
        return None;
    }
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, rest) = value.split_at_checked("basic".len())?;
    let is_basic = scheme.eq_ignore_ascii_case(b"basic") && (rest.is_empty() || rest.starts_with(b" "));
    is_basic.then(|| SecretText::new(std::str::from_utf8(rest).unwrap_or_default().trim()))
}

/// The token's owner; none without a token.
async fn authenticate(
    app: &App,
    headers: &HeaderMap,
    address: std::net::IpAddr,
) -> Result<Option<Arc<Caller>>> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    match bearer(headers) {
        Some(token) => app.authenticate(token, address).await.map(Some),
        None => Err(Problem::new(Code::InvalidToken)),
    }
}

/// The token that a request carries.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = text(headers, &header::AUTHORIZATION)?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// First of all: who.
async fn identify(
    app: &App,
    operation: &Operation,
    headers: &HeaderMap,
    address: std::net::IpAddr,
) -> Result<Option<Arc<Caller>>> {
    // What is the same for all doesn't look at tokens: health must answer while tokens can't be judged.
    if operation.public_answer || operation.ignores_token {
        return Ok(None);
    }
    let who = authenticate(app, headers, address).await?;
    if who.is_none() && operation.needs != Needs::Nothing {
        return Err(Problem::new(Code::Unauthenticated));
    }
    Ok(who)
}

/// Who calls, counted against their limit; what is said to them from now on is in their language.
async fn admitted(
    app: &App,
    operation: &Operation,
    arrival: &mut Arrival,
    headers: &HeaderMap,
) -> Result<Option<Arc<Caller>>> {
    let who = match identify(app, operation, headers, arrival.address).await {
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
            // Tokens that don't hold are counted as their sender's, whoever they say that it is.
            charge(app.limits.stranger(arrival.address), arrival)?;
            return Err(problem);
        }
        identified => identified?,
    };
    arrival.know(&who);
    limit(app, operation, arrival)?;
    Ok(who)
}

/// The right held somewhere, an account that is seen to, and the organisation chosen by header.
fn permitted(
    operation: &Operation,
    who: Option<Arc<Caller>>,
    headers: &HeaderMap,
) -> Result<Option<Arc<Caller>>> {
    let Some(caller) = who else { return Ok(None) };
    let acting = match headers.get(&ORGANISATION) {
        None => None,
        Some(value) => {
            let id = value.to_str().ok().and_then(OrganisationId::parse).ok_or_else(|| {
                Problem::parameter("Awasir-Organisation", "invalid-format", "an organisation's id")
            })?;
            Some(id)
        }
    };
    match &operation.needs {
        Needs::Nothing => {}
        // An access token has no account.
        Needs::OwnAccount => drop(caller.person()?),
        // Whom the thing is about is seen when it is found.
        Needs::SignedIn | Needs::AnyOfOrSelf(_) => caller.require_settled()?,
        Needs::AnyOf(rights) => {
            if !rights.iter().any(|right| caller.holds_anywhere(*right)) {
                // The first named is the one that most callers would have.
                if let Some(right) = rights.first() {
                    caller.require_anywhere(*right)?;
                }
            }
            caller.require_settled()?;
        }
    }
    match acting {
        None => Ok(Some(caller)),
        Some(organisation) => Ok(Some(Arc::new(Caller::clone(&caller).act_as(organisation)?))),
    }
}

/// Too little right of an access token is something that its admins want to know.
fn count_forbidden(app: &App, arrival: &Arrival, problem: &Problem) {
    if matches!(problem.code(), Code::Forbidden | Code::PersonRequired)
        && let Some(caller) = &arrival.who
        && let Some(token) = caller.access_token()
    {
        let organisation = caller.memberships.first().map(|membership| membership.organisation);
        let token = organisation.map(|organisation| (token, organisation));
        let refused = Refused { token, why: Refusal::Forbidden };
        app.access_tokens.count(app, refused, arrival.address);
    }
}

fn refuse(app: &App, refusals: Refusals, problem: &Problem, arrival: &Arrival, path: &str) -> HttpResponse {
    if let Some(cause) = problem.cause() {
        let level = if problem.status().as_u16() == 500 { log::Level::Error } else { log::Level::Warn };
        log::log!(level, "{} {}: {cause}", arrival.request_id, problem.code().as_str());
    }
    match refusals {
        Refusals::Problems => problem.response(arrival.locale, path, &arrival.request_id),
        Refusals::OAuth => oauth::response(problem, &app.settings.public_url),
    }
}

fn finish(
    app: &App,
    arrival: &Arrival,
    route: &'static str,
    measure: &Measure,
    request: &HttpRequest,
    mut response: HttpResponse,
) -> HttpResponse {
    let headers = response.headers_mut();
    for (name, value) in &arrival.limits {
        headers.insert(name.clone(), value.clone());
    }
    if let Ok(id) = HeaderValue::from_str(&arrival.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if app.settings.hsts {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    let duration = arrival.started.elapsed();
    measure.note(response.status(), duration);
    let who = arrival.who.as_ref().map(|caller| caller.subject().to_string());
    logging::request(&RequestLine {
        method: request.method().as_str(),
        route,
        status: response.status().as_u16(),
        duration,
        request_id: &arrival.request_id,
        who: who.as_deref().unwrap_or("-"),
    });
    response
}
