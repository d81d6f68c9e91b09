//! The form of a request: its path's values, its headers, its body. What is wrong with it is told before
//! anybody asks what it is about.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, web};
use futures_util::StreamExt as _;

use super::call::PathValue;
use super::decode::{self, Value};
use super::operation::{BodyKind, Operation, path_parameters};
use super::pipeline::{IDEMPOTENCY_KEY, ORGANISATION, text};
use super::problem::{Code, Problem, Result};
use crate::access::codes::sha256;
use crate::app::App;

/// Headers of which a second one would leave open for whom, or on which version, a call acts.
pub(super) fn single_valued(headers: &HeaderMap) -> Result<()> {
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, ORGANISATION, IDEMPOTENCY_KEY]
    {
        if headers.get_all(&name).nth(1).is_some() {
            return Err(Problem::parameter(name.as_str(), "duplicate-field", "is to be given once"));
        }
    }
    Ok(())
}

/// The values of a path; a malformed id is a path that leads nowhere.
pub(super) fn path_values(
    request: &HttpRequest,
    path: &'static str,
) -> Result<Vec<(&'static str, PathValue)>> {
    let found = request.match_info();
    let values = path_parameters(path).into_iter().filter_map(|name| Some((name, found.get(name)?)));
    let value = |(name, text)| Some((name, PathValue::of(name, text)?));
    values.map(|one| value(one).ok_or_else(|| Problem::new(Code::NotFound))).collect()
}

/// The digest of an empty body, which most requests have.
static NO_BODY: std::sync::LazyLock<[u8; 32]> = std::sync::LazyLock::new(|| sha256(b""));

pub(super) async fn read_body(
    app: &App,
    operation: &Operation,
    headers: &HeaderMap,
    payload: web::Payload,
) -> Result<(Value, [u8; 32])> {
    let limit = app.settings.body_limit_bytes;
    let stated = text(headers, &header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    let has_body = stated.is_some_and(|length| length > 0) || headers.contains_key(header::TRANSFER_ENCODING);
    let is_form = operation.body.as_ref().is_some_and(|body| body.kind == BodyKind::Form);
    if !has_body {
        let empty = Value::empty();
        return match &operation.body {
            // Of an empty form, what is missing is told by name.
            Some(body) if !body.optional && !is_form => {
                Err(Problem::new(Code::MalformedJson).detail("a JSON body is needed; the request has none"))
            }
            _ => Ok((empty, *NO_BODY)),
        };
    }
    if operation.body.is_some() || operation.method == Method::POST {
        check_media_type(operation, headers)?;
    }
    if stated.is_some_and(|length| length > limit) {
        return Err(Problem::new(Code::BodyTooLarge));
    }
    let broken =
        |why| Problem::new(if is_form { Code::InvalidRequest } else { Code::MalformedJson }).detail(why);
    let patience = Duration::from_secs(app.settings.body_seconds);
    // Who sends a body by the drop would else hold a connection, and what is kept for it, for as long as they like.
    let bytes = tokio::time::timeout(patience, whole(payload, stated, limit))
        .await
        .map_err(|_| broken("the body did not come in time"))?
        .map_err(|error| match error {
            Unread::Broken => broken("the body broke off"),
            Unread::TooLarge => Problem::new(Code::BodyTooLarge),
        })?;
    if operation.body.is_none() && operation.method != Method::POST {
        return Ok((Value::empty(), sha256(&bytes)));
    }
    let body = if is_form { decode::form::parse(&bytes)? } else { decode::parse(&bytes)? };
    Ok((body, sha256(&bytes)))
}

/// Why a body could not be read to its end.
enum Unread {
    Broken,
    TooLarge,
}

async fn whole(
    mut payload: web::Payload,
    stated: Option<usize>,
    limit: usize,
) -> std::result::Result<web::BytesMut, Unread> {
    let mut bytes = web::BytesMut::with_capacity(stated.unwrap_or(1024));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Unread::Broken)?;
        if bytes.len() + chunk.len() > limit {
            return Err(Unread::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn check_media_type(operation: &Operation, headers: &HeaderMap) -> Result<()> {
    if let Some(encoding) = text(headers, &header::CONTENT_ENCODING)
        && !encoding.eq_ignore_ascii_case("identity")
    {
        return Err(Problem::new(Code::UnsupportedMediaType).detail("the body is not to be compressed"));
    }
    let given = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    let mut parts = given.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf8 = parts.all(|part| match part.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    let taken: &[&str] = match operation.body.as_ref().map_or(BodyKind::Json, |body| body.kind) {
        BodyKind::Json => &["application/json"],
        BodyKind::MergePatch => &["application/json", "application/merge-patch+json"],
        BodyKind::Form => &["application/x-www-form-urlencoded"],
    };
    let known = taken.iter().any(|taken| essence.eq_ignore_ascii_case(taken));
    if known && utf8 { Ok(()) } else { Err(Problem::new(Code::UnsupportedMediaType)) }
}

pub(super) fn known_parameters(operation: &Operation) -> Vec<(&'static str, bool)> {
    operation.parameters.iter().map(|parameter| (parameter.name, parameter.repeats)).collect()
}

/// 1–255 visible characters, quoted or bare; looked at on `POST` by those signed in.
pub(super) fn idempotency_key(operation: &Operation, headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(&IDEMPOTENCY_KEY) else { return Ok(None) };
    if !operation.takes_idempotency_key() {
        return Ok(None);
    }
    let refused = || {
        Problem::parameter("Idempotency-Key", "invalid-format", "1 to 255 visible characters, quoted or bare")
    };
    let value = value.to_str().map_err(|_| refused())?;
    let key = match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').ok_or_else(refused)?,
        None => value,
    };
    let fine = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fine { Ok(Some(key.to_owned())) } else { Err(refused()) }
}
