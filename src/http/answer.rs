//! Answers: what a handler gives back, and how it becomes an HTTP response.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::page::Page;
use super::parts::Parts;
use super::problem::{Problem, Result};
use super::{encoding, etag};

/// An answer other than a problem.
#[derive(Debug, Clone)]
pub struct Answer {
    status: StatusCode,
    body: Body,
    etag: Option<String>,
    location: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// JSON pointers of members that are never kept.
    secrets: &'static [&'static str],
    confidential: bool,
    squeezed: bool,
}

#[derive(Debug, Clone)]
enum Body {
    Empty,
    Json(Vec<u8>),
    /// JSON, compressed already.
    Gzip(Vec<u8>),
    Other(&'static str, std::borrow::Cow<'static, [u8]>),
    /// Made while it is sent.
    Parts(&'static str, Parts),
}

/// The child's answer names its parent's version in this header.
pub const PARENT_VERSION: HeaderName = HeaderName::from_static("awasir-parent-version");
/// A replayed answer says so in this header.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

impl Answer {
    fn new(status: StatusCode, body: Body) -> Self {
        let (etag, location, headers) = (None, None, Vec::new());
        Self { status, body, etag, location, headers, secrets: &[], confidential: false, squeezed: false }
    }

    /// 200 with a JSON body that has no version (no ETag but the body's own).
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn json<T: Serialize>(body: &T) -> Result<Self> {
        Ok(Self::new(StatusCode::OK, Body::Json(bytes(body, SMALL)?)))
    }

    /// 200 with one thing and its ETag.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn thing<T: Serialize>(thing: &T, version: i64) -> Result<Self> {
        let body = bytes(thing, SMALL)?;
        let etag = Some(etag::etag(version, &body));
        Ok(Self { etag, ..Self::new(StatusCode::OK, Body::Json(body)) })
    }

    /// 201 with the thing just made, its ETag and where it is.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn created<T: Serialize>(thing: &T, version: i64, location: String) -> Result<Self> {
        Ok(Self { status: StatusCode::CREATED, location: Some(location), ..Self::thing(thing, version)? })
    }

    /// 200 with a page of a list; `link` is the next page's address.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn page<T: Serialize>(page: &Page<T>, link: Option<String>) -> Result<Self> {
        let body = bytes(page, SMALL + page.data.len() * SMALL)?;
        let answer = Self::new(StatusCode::OK, Body::Json(body));
        match link.map(|link| HeaderValue::try_from(format!("<{link}>; rel=\"next\""))) {
            Some(Ok(value)) => Ok(answer.header(header::LINK, value)),
            _ => Ok(answer),
        }
    }

    /// 204.
    pub fn none() -> Self {
        Self::new(StatusCode::NO_CONTENT, Body::Empty)
    }

    /// Bytes made beforehand: a reference list, a page.
    pub fn content(media_type: &'static str, bytes: impl Into<std::borrow::Cow<'static, [u8]>>) -> Self {
        Self::new(StatusCode::OK, Body::Other(media_type, bytes.into()))
    }

    /// What is made part by part, each when the client has taken the one before: a slow one makes nobody wait. Where a part
    /// can't be made the connection is broken off, so that nobody takes what came for the whole.
    pub fn parts(media_type: &'static str, parts: Parts) -> Self {
        Self::new(StatusCode::OK, Body::Parts(media_type, parts))
    }

    /// An ETag over the bytes alone, for what has no version.
    #[must_use]
    pub fn with_content_etag(self) -> Self {
        self.with_version(0)
    }

    /// An ETag over the version and the bytes, for what is not JSON.
    #[must_use]
    pub fn with_version(mut self, version: i64) -> Self {
        self.etag = Some(etag::etag(version, self.bytes()));
        self
    }

    /// Another status than the constructor's.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Names the parent's version, on a child's answer.
    #[must_use]
    pub fn parent_version(self, version: i64) -> Self {
        self.header(PARENT_VERSION, HeaderValue::from(version))
    }

    /// Marks members (JSON pointers) that are answered this once: the answer is `no-store`, not
    /// compressed, and kept for repeats with these members null.
    #[must_use]
    pub fn with_secrets(mut self, pointers: &'static [&'static str]) -> Self {
        self.secrets = pointers;
        self.confidential()
    }

    /// Marks members (JSON pointers) that are not kept for repeats, where they are null.
    #[must_use]
    pub fn kept_without(mut self, pointers: &'static [&'static str]) -> Self {
        self.secrets = pointers;
        self
    }

    /// Whether it is the first answer given once more.
    pub fn is_replayed(&self) -> bool {
        self.headers.iter().any(|(name, _)| *name == REPLAYED)
    }

    /// The same with another JSON body.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn with_json<T: Serialize>(self, body: &T) -> Result<Self> {
        Ok(Self { body: Body::Json(bytes(body, SMALL)?), ..self })
    }

    /// Marks an answer that nobody may keep: `no-store`, no ETag, not compressed.
    #[must_use]
    pub fn confidential(mut self) -> Self {
        self.confidential = true;
        self.etag = None;
        self
    }

    /// Marks an answer that is to be as short on the wire as gzip makes it: the compressing middleware takes
    /// the quickest way, which leaves such text a third longer.
    #[must_use]
    pub fn squeezed(mut self) -> Self {
        self.squeezed = true;
        self
    }

    /// Compresses what is marked so; for a client that takes gzip.
    ///
    /// # Errors
    /// `internal` when it can't be.
    pub(super) fn gzip(mut self) -> Result<Self> {
        if let Body::Json(bytes) = &self.body
            && self.squeezed
        {
            self.body = Body::Gzip(encoding::gzip(bytes)?);
        }
        Ok(self)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body's bytes.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Empty | Body::Parts(..) => &[],
            Body::Json(bytes) | Body::Gzip(bytes) => bytes,
            Body::Other(_, bytes) => bytes,
        }
    }

    /// The ETag.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// What is kept for a repeat: no secret in it.
    ///
    /// # Errors
    /// `internal` when the body isn't the JSON it was written as.
    pub(crate) fn to_kept(&self) -> Result<KeptAnswer> {
        let mut body = match &self.body {
            Body::Json(bytes) => Some(serde_json::from_slice::<Value>(bytes).map_err(Problem::internal)?),
            Body::Empty | Body::Gzip(_) | Body::Other(..) | Body::Parts(..) => None,
        };
        for pointer in self.secrets {
            if let Some(secret) = body.as_mut().and_then(|body| body.pointer_mut(pointer)) {
                *secret = Value::Null;
            }
        }
        let parent_version = self
            .headers
            .iter()
            .find(|(name, _)| *name == PARENT_VERSION)
            .and_then(|(_, value)| value.to_str().ok()?.parse().ok());
        Ok(KeptAnswer {
            status: self.status.as_u16(),
            body,
            etag: self.etag.clone(),
            location: self.location.clone(),
            parent_version,
            confidential: self.confidential,
        })
    }

    pub(crate) fn replayed(kept: KeptAnswer) -> Result<Self> {
        let status = StatusCode::from_u16(kept.status).map_err(Problem::internal)?;
        let body = match &kept.body {
            Some(body) => Body::Json(bytes(body, SMALL)?),
            None => Body::Empty,
        };
        let answer = Self {
            etag: kept.etag,
            location: kept.location,
            confidential: kept.confidential,
            ..Self::new(status, body)
        };
        let answer = match kept.parent_version {
            Some(version) => answer.parent_version(version),
            None => answer,
        };
        Ok(answer.header(REPLAYED, HeaderValue::from_static("true")))
    }

    /// The response, for a GET whose `If-None-Match` is given, too.
    pub fn respond(self, if_none_match: Option<&str>, cache: CachePolicy) -> HttpResponse {
        let unchanged = match (&self.etag, if_none_match) {
            (Some(etag), Some(header)) => etag::none_match(header, etag),
            _ => false,
        };
        let status = if unchanged { StatusCode::NOT_MODIFIED } else { self.status };
        let mut response = HttpResponse::build(status);
        if self.confidential {
            response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
            // The compressing middleware leaves alone what names its encoding: a secret beside
            // text that an attacker chooses must not be squeezed together with it.
            response.insert_header((header::CONTENT_ENCODING, "identity"));
        } else {
            response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static(cache.control())));
            response.insert_header((header::VARY, HeaderValue::from_static(cache.vary())));
        }
        for (name, value) in self.headers {
            response.append_header((name, value));
        }
        if let Some(etag) = self.etag {
            response.insert_header((header::ETAG, etag));
        }
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        match self.body {
            _ if unchanged => response.finish(),
            Body::Empty => response.finish(),
            Body::Json(bytes) => response.insert_header((header::CONTENT_TYPE, JSON)).body(bytes),
            Body::Gzip(bytes) => response
                .insert_header((header::CONTENT_TYPE, JSON))
                .insert_header((header::CONTENT_ENCODING, "gzip"))
                .body(bytes),
            Body::Other(media_type, std::borrow::Cow::Borrowed(bytes)) => {
                response.content_type(media_type).body(actix_web::web::Bytes::from_static(bytes))
            }
            Body::Other(media_type, std::borrow::Cow::Owned(bytes)) => {
                response.content_type(media_type).body(bytes)
            }
            Body::Parts(media_type, parts) => response.content_type(media_type).streaming(parts),
        }
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Who may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CachePolicy {
    /// Depends on the caller.
    Private,
    /// The same for everybody.
    Public,
}

impl CachePolicy {
    fn control(self) -> &'static str {
        match self {
            Self::Private => "private, no-cache",
            Self::Public => "no-cache",
        }
    }

    fn vary(self) -> &'static str {
        match self {
            Self::Private => "Authorization, Awasir-Organisation, Accept-Encoding, Accept-Language",
            Self::Public => "Accept-Encoding, Accept-Language",
        }
    }
}

/// An answer as kept for a repeated request.
#[derive(Debug, Serialize, serde::Deserialize)]
pub(crate) struct KeptAnswer {
    status: u16,
    pub(super) body: Option<Value>,
    etag: Option<String>,
    location: Option<String>,
    parent_version: Option<i64>,
    confidential: bool,
}

/// About how much a thing takes.
const SMALL: usize = 1024;

/// The JSON; `expected` is about how long it is, so that it seldom has to move while it grows.
fn bytes<T: Serialize>(value: &T, expected: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(expected);
    serde_json::to_writer(&mut bytes, value).map_err(Problem::internal)?;
    Ok(bytes)
}
