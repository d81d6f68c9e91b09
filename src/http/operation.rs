//! An operation: one method of one path, with its right, its parameters, its documentation and its
//! handler. The one table of operations (`routes.rs`) makes the running routes and the OpenAPI
//! document alike, so neither can know what the other doesn't.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use utoipa::openapi::{RefOr, Schema};

mod described;

use super::answer::Answer;
use super::call::Call;
use super::decode::Components;
use super::problem::Result;
use crate::access::Right;

/// A handler's answer, on its way.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer>>>>;
type Handler = Arc<dyn Fn(Arc<Call>) -> Answering + Send + Sync>;

/// Who may call an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needs {
    /// Anyone: `x-public: true`.
    Nothing,
    /// Anyone signed in, also while a temporary password is still to be changed or a second factor to be set up.
    OwnAccount,
    /// Anyone signed in.
    SignedIn,
    /// Whoever holds one of these rights somewhere.
    AnyOf(Vec<Right>),
    /// The same, and the person whom the thing is about.
    AnyOfOrSelf(Vec<Right>),
}

/// A query parameter.
#[derive(Clone)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub description: &'static str,
    /// Whether it may be repeated ("or").
    pub repeats: bool,
    /// What it takes.
    pub schema: RefOr<Schema>,
}

/// What a request's body is.
#[derive(Clone)]
pub struct BodyDoc {
    /// Schema reference.
    pub schema: RefOr<Schema>,
    /// How it is written.
    pub kind: BodyKind,
    /// Whether an empty body stands for `{}`.
    pub optional: bool,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/json`.
    Json,
    /// A merge patch: `application/json` or `application/merge-patch+json`.
    MergePatch,
    /// `application/x-www-form-urlencoded`.
    Form,
}

/// How an operation's problems are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refusals {
    /// As `application/problem+json` (RFC 9457).
    #[default]
    Problems,
    /// As RFC 6749, section 5.2 has them.
    OAuth,
}

/// One documented answer.
#[derive(Clone)]
pub struct AnswerDoc {
    /// Its status.
    pub status: StatusCode,
    /// When it is given.
    pub description: Cow<'static, str>,
    /// Its body, with the media type.
    pub schema: Option<(&'static str, RefOr<Schema>)>,
}

/// Whether the version seen is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionNeed {
    /// Not looked at.
    None,
    /// Compared when given.
    Optional,
    /// 428 without it.
    Required,
}

/// Adds schemas to the document's. Called when the document is made and not before: the schemas of all
/// operations are megabytes, which serving has no use for.
pub type DescribeSchemas = fn(&mut Components);

/// One method of one path.
#[derive(Clone)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, with `{parameters}`.
    pub path: &'static str,
    /// `operationId`: camelCase, verb first.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// More, where needed.
    pub description: Cow<'static, str>,
    /// Who may call it.
    pub needs: Needs,
    /// Query parameters.
    pub parameters: Vec<Parameter>,
    /// The body.
    pub body: Option<BodyDoc>,
    /// The answers but for problems.
    pub answers: Vec<AnswerDoc>,
    /// Whether a version is asked for.
    pub version: VersionNeed,
    /// Problem statuses beyond those that follow from the rest.
    pub problems: Vec<StatusCode>,
    /// False for what is answered without `HEAD` (contacts).
    pub head: bool,
    /// True for answers that are the same for everybody.
    pub public_answer: bool,
    /// True for what proves itself by its body: a token beside it is not looked at, however dead.
    pub ignores_token: bool,
    /// Whether strangers' calls are counted against the narrow limit for applications.
    pub limit: LimitClass,
    /// How its problems are written.
    pub refusals: Refusals,
    /// Writes the schemas that the documentation refers to.
    pub schemas: Vec<DescribeSchemas>,
    pub(super) handler: Handler,
}

/// Which limit a stranger's call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitClass {
    /// The ordinary one.
    Ordinary,
    /// Applications, invitations, reset codes: few an hour.
    Rare,
    /// Clients of OAuth 2.0, who authenticate themselves: those who fail, by address; the others each by itself.
    Clients,
    /// Not limited: health.
    Free,
}

impl Operation {
    /// Whether `Idempotency-Key` is looked at: on `POST`, but not where secrets are given out.
    pub fn takes_idempotency_key(&self) -> bool {
        let signs_in = ["/v1/auth/", "/v1/oauth/"].iter().any(|below| self.path.starts_with(below));
        self.method == Method::POST && !signs_in
    }

    fn new<F, A>(method: Method, path: &'static str, id: &'static str, handler: F) -> Self
    where
        F: Fn(Arc<Call>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Answer>> + 'static,
    {
        Self {
            method,
            path,
            id,
            summary: "",
            description: Cow::Borrowed(""),
            needs: Needs::SignedIn,
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            version: VersionNeed::None,
            problems: Vec::new(),
            head: true,
            public_answer: false,
            ignores_token: false,
            limit: LimitClass::Ordinary,
            refusals: Refusals::Problems,
            schemas: Vec::new(),
            handler: Arc::new(move |call| Box::pin(handler(call))),
        }
    }

    /// A `GET`; `HEAD` follows it.
    pub fn get<F, A>(path: &'static str, id: &'static str, handler: F) -> Self
    where
        F: Fn(Arc<Call>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Answer>> + 'static,
    {
        Self::new(Method::GET, path, id, handler)
    }

    /// A `POST`.
    pub fn post<F, A>(path: &'static str, id: &'static str, handler: F) -> Self
    where
        F: Fn(Arc<Call>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Answer>> + 'static,
    {
        Self::new(Method::POST, path, id, handler)
    }

    /// A `PATCH`: a merge patch that needs the version seen.
    pub fn patch<F, A>(path: &'static str, id: &'static str, handler: F) -> Self
    where
        F: Fn(Arc<Call>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Answer>> + 'static,
    {
        Self { version: VersionNeed::Required, ..Self::new(Method::PATCH, path, id, handler) }
    }

    /// A `PUT`.
    pub fn put<F, A>(path: &'static str, id: &'static str, handler: F) -> Self
    where
        F: Fn(Arc<Call>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Answer>> + 'static,
    {
        Self::new(Method::PUT, path, id, handler)
    }

    /// A `DELETE`, answered 204.
    pub fn delete<F, A>(path: &'static str, id: &'static str, handler: F) -> Self
    where
        F: Fn(Arc<Call>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Answer>> + 'static,
    {
        Self::new(Method::DELETE, path, id, handler).no_content("It is gone.")
    }
}

/// Names of the `{parameters}` of a path.
pub fn path_parameters(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
}
