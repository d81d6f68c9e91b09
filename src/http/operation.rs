//! An operation: one method of one path, with its right, its parameters, its documentation and its
//! handler. The one table of operations (`routes.rs`) makes the running routes and the OpenAPI
//! document alike, so neither can know what the other doesn't.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::answer::Answer;
use super::call::Call;
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
    /// Anyone signed in, also while a temporary password is still to be changed.
    OwnAccount,
    /// Anyone signed in.
    SignedIn,
    /// Whoever holds one of these rights somewhere.
    AnyOf(Vec<Right>),
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
    /// A merge patch (also `application/merge-patch+json`).
    pub patch: bool,
    /// Whether an empty body stands for `{}`.
    pub optional: bool,
}

/// One documented answer.
#[derive(Clone)]
pub struct AnswerDoc {
    /// Its status.
    pub status: StatusCode,
    /// When it is given.
    pub description: &'static str,
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

type Components = Vec<(String, RefOr<Schema>)>;

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
    pub description: &'static str,
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
    /// Schemas that the documentation refers to.
    pub components: Components,
    pub(super) handler: Handler,
}

/// Which limit a stranger's call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitClass {
    /// The ordinary one.
    Ordinary,
    /// Applications, invitations, reset codes: few an hour.
    Rare,
    /// Not limited: health.
    Free,
}

impl Operation {
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
            description: "",
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
            components: Vec::new(),
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

    /// One line on what it does.
    #[must_use]
    pub fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// More on what it does.
    #[must_use]
    pub fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// The right that it needs.
    #[must_use]
    pub fn needs(self, right: Right) -> Self {
        self.needs_any_of(&[right])
    }

    /// The rights any of which opens it.
    #[must_use]
    pub fn needs_any_of(mut self, rights: &[Right]) -> Self {
        self.needs = Needs::AnyOf(rights.to_vec());
        self
    }

    /// Open to anyone.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.needs = Needs::Nothing;
        self
    }

    /// Open to anyone, and counted among the calls of which a stranger has few.
    #[must_use]
    pub fn public_but_rare(mut self) -> Self {
        self.needs = Needs::Nothing;
        self.limit = LimitClass::Rare;
        self
    }

    /// Open to whoever proves themselves by the body: a token that rides along, even a dead one, changes
    /// nothing. Clients attach their last access token to every call.
    #[must_use]
    pub fn proved_by_body(mut self) -> Self {
        self.ignores_token = true;
        self
    }

    /// Open to anyone, the same answer for all.
    #[must_use]
    pub fn same_for_all(mut self) -> Self {
        self.public_answer = true;
        self.public()
    }

    /// Never limited.
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        self.limit = LimitClass::Free;
        self
    }

    /// About one's own account.
    #[must_use]
    pub fn own_account(mut self) -> Self {
        self.needs = Needs::OwnAccount;
        self
    }

    /// A filter of a list.
    #[must_use]
    pub fn filter<T: PartialSchema>(mut self, name: &'static str, description: &'static str) -> Self {
        self.parameters.push(Parameter { name, description, repeats: false, schema: T::schema() });
        self
    }

    /// A filter that may be repeated, meaning "or".
    #[must_use]
    pub fn filter_many<T: PartialSchema>(mut self, name: &'static str, description: &'static str) -> Self {
        self.parameters.push(Parameter { name, description, repeats: true, schema: T::schema() });
        self
    }

    fn reference<T: ToSchema>(&mut self) -> RefOr<Schema> {
        self.components.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.components);
        utoipa::openapi::Ref::from_schema_name(T::name()).into()
    }

    /// The body that it takes.
    #[must_use]
    pub fn body<T: ToSchema>(mut self) -> Self {
        let patch = self.method == Method::PATCH;
        let schema = self.reference::<T>();
        if patch {
            // A patch leaves out what it leaves as it is, and null clears.
            for (name, described) in &mut self.components {
                if *name == T::name()
                    && let RefOr::T(Schema::Object(object)) = described
                {
                    object.required.clear();
                }
            }
        }
        self.body = Some(BodyDoc { schema, patch, optional: false });
        self
    }

    /// The body that it takes; an empty one is `{}`.
    #[must_use]
    pub fn optional_body<T: ToSchema>(mut self) -> Self {
        let schema = self.reference::<T>();
        self.body = Some(BodyDoc { schema, patch: false, optional: true });
        self
    }

    /// A JSON answer.
    #[must_use]
    pub fn answers<T: ToSchema>(mut self, status: StatusCode, description: &'static str) -> Self {
        let schema = Some(("application/json", self.reference::<T>()));
        self.answers.push(AnswerDoc { status, description, schema });
        self
    }

    /// 200 with a thing.
    #[must_use]
    pub fn ok<T: ToSchema>(self, description: &'static str) -> Self {
        self.answers::<T>(StatusCode::OK, description)
    }

    /// 201 with the thing made; 200 when the same request comes again.
    #[must_use]
    pub fn creates<T: ToSchema>(self, description: &'static str) -> Self {
        self.answers::<T>(StatusCode::CREATED, description)
            .answers::<T>(StatusCode::OK, "It had been made by this very request; as it is now.")
    }

    /// 200 with a page of things; adds `limit` and `cursor`.
    #[must_use]
    pub fn pages<T: ToSchema>(mut self, description: &'static str) -> Self {
        self.parameters.push(Parameter {
            name: "limit",
            description: "How many, 1–200; more is taken as 200.",
            repeats: false,
            schema: utoipa::openapi::ObjectBuilder::new()
                .schema_type(utoipa::openapi::schema::Type::Integer)
                .minimum(Some(1))
                .into(),
        });
        self.parameters.push(Parameter {
            name: "cursor",
            description: "`next_cursor` of the page before.",
            repeats: false,
            schema: String::schema(),
        });
        self.answers::<super::page::Page<T>>(StatusCode::OK, description)
    }

    /// 200 with something other than JSON.
    #[must_use]
    pub fn content(mut self, media_type: &'static str, description: &'static str) -> Self {
        let schema = if media_type.ends_with("json") {
            utoipa::openapi::ObjectBuilder::new().into()
        } else {
            String::schema()
        };
        let schema = Some((media_type, schema));
        self.answers.push(AnswerDoc { status: StatusCode::OK, description, schema });
        self
    }

    /// 204.
    #[must_use]
    pub fn no_content(mut self, description: &'static str) -> Self {
        self.answers.push(AnswerDoc { status: StatusCode::NO_CONTENT, description, schema: None });
        self
    }

    /// Asks for the version seen, `If-Match` or (actions) the body's `version`.
    #[must_use]
    pub fn version(mut self, need: VersionNeed) -> Self {
        self.version = need;
        self
    }

    /// A problem status beyond those that follow from the rest.
    #[must_use]
    pub fn problem(mut self, status: StatusCode) -> Self {
        self.problems.push(status);
        self
    }

    /// Answers no `HEAD`.
    #[must_use]
    pub fn without_head(mut self) -> Self {
        self.head = false;
        self
    }
}
