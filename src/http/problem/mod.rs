//! What the API answers when it cannot do what was asked: RFC 9457 problems, one type for all of them.
//!
//! Every refusal anywhere in the program is a [`Problem`] with a [`Code`] of the [`catalogue`].

mod catalogue;
pub mod oauth;
pub mod page;

use std::fmt::{self, Display};

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};

pub use catalogue::{Code, FIELD_CODES};

use crate::text::Locale;

/// The outcome of anything that may be refused.
pub type Result<T> = std::result::Result<T, Problem>;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// After how many seconds an unavailable server is worth another try, unless the problem says else.
const RETRY_AFTER_SECONDS: &str = "1";

/// One thing that is wrong with the input.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct FieldError {
    /// A JSON pointer into the body (`/parties/0/side`; empty for the whole body), or a parameter's name.
    pub pointer: String,
    /// What is wrong, for programs: `required`, `wrong-type`, `too-long` …
    pub code: &'static str,
    /// What is wrong, for people.
    pub detail: String,
}

impl FieldError {
    /// An error at a pointer or parameter.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }
}

/// A refusal: its code and all that the answer says about it.
pub struct Problem(Box<Inner>);

struct Inner {
    code: Code,
    detail: Option<String>,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<String>,
    database: Option<diesel::result::Error>,
}

impl Problem {
    /// A problem with the status and titles that the catalogue gives its code.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner {
            code,
            detail: None,
            errors: Vec::new(),
            members: Map::new(),
            headers: Vec::new(),
            cause: None,
            database: None,
        }))
    }

    /// Says what is particular to this occurrence.
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.0.detail = Some(text.into());
        self
    }

    /// Adds a member to the answer: `state`, `allowed_actions`, `required_permission` …
    pub fn with(mut self, member: &'static str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.0.members.insert(member.to_owned(), value);
        self
    }

    /// Adds a header to the answer; a value that no header can carry is left out.
    pub fn header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.0.headers.push((name, value));
        }
        self
    }

    /// 422 `validation-failed`: all that is wrong with a body.
    pub fn errors(errors: Vec<FieldError>) -> Self {
        Self::new(Code::ValidationFailed).with_errors(errors)
    }

    /// Names what is wrong, under another code than `validation-failed`.
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// 400 `invalid-parameter` for one parameter or header.
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidParameter).with_errors(vec![FieldError::new(name, code, detail)])
    }

    /// 500: something that should not have happened. The cause goes to the log only.
    pub fn internal(cause: impl Display) -> Self {
        let mut problem = Self::new(Code::Internal);
        problem.0.cause = Some(cause.to_string());
        problem
    }

    /// 503 with `Retry-After`: not now. The cause goes to the log only.
    pub fn unavailable(cause: impl Display) -> Self {
        let mut problem = Self::new(Code::Unavailable);
        problem.0.cause = Some(cause.to_string());
        problem.header(header::RETRY_AFTER, RETRY_AFTER_SECONDS)
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The status that it is answered with.
    pub fn status(&self) -> StatusCode {
        self.0.code.status()
    }

    /// Why, for the log; never answered.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The database's error that it came from, if it did.
    pub fn database(&self) -> Option<&diesel::result::Error> {
        self.0.database.as_ref()
    }

    /// What is wrong with the input.
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// An extra member of the answer.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.0.members.get(name)
    }

    /// The headers that the answer carries: its own and those that its code always has.
    pub fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = self.0.headers.clone();
        let standing = match self.0.code {
            Code::Unauthenticated => Some((header::WWW_AUTHENTICATE, "Bearer")),
            Code::InvalidToken => Some((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")),
            Code::InvalidClient => {
                Some((header::WWW_AUTHENTICATE, "Basic realm=\"Awasir\", charset=\"UTF-8\""))
            }
            Code::Unavailable | Code::RateLimited => Some((header::RETRY_AFTER, RETRY_AFTER_SECONDS)),
            _ => None,
        };
        if let Some((name, value)) = standing
            && !headers.iter().any(|(given, _)| *given == name)
        {
            headers.push((name, HeaderValue::from_static(value)));
        }
        headers
    }

    /// The RFC 9457 object. A server's own failure says nothing of its cause.
    pub fn body(&self, locale: Locale, instance: &str, request_id: &str) -> Value {
        let Inner { code, detail, errors, members, .. } = &*self.0;
        let own_fault = code.status().is_server_error();
        let mut object = if own_fault { Map::new() } else { members.clone() };
        let detail = detail.as_deref().filter(|_| !own_fault).unwrap_or(code.meaning(locale));
        object.insert("type".into(), json!(format!("/problems/{code}")));
        object.insert("title".into(), json!(code.title(locale)));
        object.insert("status".into(), json!(code.status().as_u16()));
        object.insert("code".into(), json!(code.as_str()));
        object.insert("detail".into(), json!(detail));
        object.insert("instance".into(), json!(instance));
        object.insert("request_id".into(), json!(request_id));
        if !errors.is_empty() && !own_fault {
            object.insert("errors".into(), json!(errors));
        }
        Value::Object(object)
    }

    /// The whole answer.
    pub fn response(&self, locale: Locale, instance: &str, request_id: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        response.insert_header((header::CONTENT_LANGUAGE, locale.as_str()));
        for named in self.headers() {
            response.append_header(named);
        }
        response.body(self.body(locale, instance, request_id).to_string())
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Problem");
        out.field("code", &self.0.code.as_str()).field("detail", &self.0.detail);
        // Of the members the names: some are for the caller alone.
        let members: Vec<&String> = self.0.members.keys().collect();
        out.field("errors", &self.0.errors).field("members", &members);
        out.field("cause", &self.0.cause).finish()
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.code)?;
        for text in [&self.0.detail, &self.0.cause].into_iter().flatten() {
            write!(f, ": {text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        let mut problem = Self::internal(&error);
        problem.0.database = Some(error);
        problem
    }
}

/// For what fails outside a call, where neither the path nor the language is known.
impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.response(Locale::default(), "", "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_told_in_both_languages() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} twice");
            assert_eq!(code.as_str().parse::<Code>().ok(), Some(*code));
            assert!(code.status().as_u16() >= 400);
            for locale in Locale::ALL {
                assert!(!code.title(*locale).is_empty() && code.meaning(*locale).len() > 20, "{code}");
            }
            assert!(code.title(Locale::Ar).chars().any(|c| ('\u{621}'..='\u{64a}').contains(&c)));
            assert!(code.meaning(Locale::En).is_ascii(), "{code}");
        }
    }

    #[test]
    fn a_body_has_the_members_of_the_standard_and_its_own() {
        let problem =
            Problem::new(Code::StateConflict).detail("It was cancelled.").with("state", "cancelled");
        let body = problem.body(Locale::En, "/v1/visits/1/accept", "r1");
        assert_eq!(body["type"], "/problems/state-conflict");
        assert_eq!(body["status"], 409);
        assert_eq!(body["state"], "cancelled");
        assert_eq!(body["detail"], "It was cancelled.");
        assert_eq!(body["instance"], "/v1/visits/1/accept");
        assert_eq!(body["request_id"], "r1");
        assert!(body.get("errors").is_none());
    }

    #[test]
    fn a_member_cannot_take_the_place_of_a_standing_one() {
        assert_eq!(Problem::new(Code::NotFound).with("status", 200).body(Locale::Ar, "", "")["status"], 404);
    }

    #[test]
    fn the_servers_own_faults_say_nothing_of_their_cause() {
        let problem = Problem::from(diesel::result::Error::BrokenTransactionManager)
            .detail("secret")
            .with("sql", "secret");
        assert!(problem.database().is_some() && problem.cause().is_some());
        assert!(!problem.body(Locale::En, "/", "r").to_string().contains("secret"));
    }

    #[test]
    fn the_headers_that_a_code_asks_for() {
        let value = |p: Problem, name: HeaderName| {
            let found: Vec<_> = p.headers().into_iter().filter(|(n, _)| *n == name).map(|(_, v)| v).collect();
            assert_eq!(found.len(), 1);
            found.first().and_then(|v| v.to_str().ok().map(str::to_owned))
        };
        let bearer = value(Problem::new(Code::InvalidToken), header::WWW_AUTHENTICATE);
        assert_eq!(bearer.as_deref(), Some("Bearer error=\"invalid_token\""));
        let limited = Problem::new(Code::RateLimited).header(header::RETRY_AFTER, "30");
        assert_eq!(value(limited, header::RETRY_AFTER).as_deref(), Some("30"));
        assert_eq!(value(Problem::unavailable("queue"), header::RETRY_AFTER).as_deref(), Some("1"));
    }
}
