//! What the table says of an operation, one word after the other.

use std::borrow::Cow;

use actix_web::http::{Method, StatusCode};
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{AnswerDoc, BodyDoc, BodyKind, LimitClass, Needs, Operation, Parameter, Refusals, VersionNeed};
use crate::access::Right;
use crate::http::page::Page;

impl Operation {
    /// One line on what it does.
    #[must_use]
    pub fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// More on what it does.
    #[must_use]
    pub fn description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = description.into();
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

    /// The right that it needs of all but the person whom the thing is about.
    #[must_use]
    pub fn needs_unless_oneself(mut self, right: Right) -> Self {
        self.needs = Needs::AnyOfOrSelf(vec![right]);
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

    /// An endpoint of OAuth 2.0: clients authenticate themselves to it (RFC 6749, section 2.3), whatever token
    /// rides along, and what fails is told as that standard tells it.
    #[must_use]
    pub fn oauth(mut self) -> Self {
        self.limit = LimitClass::Clients;
        self.refusals = Refusals::OAuth;
        self.public().proved_by_body()
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
        self.schemas.push(|into| {
            into.push((T::name().into_owned(), T::schema()));
            T::schemas(into);
        });
        utoipa::openapi::Ref::from_schema_name(T::name()).into()
    }

    /// The schema of `T` as a merge patch, under a name of its own: what a patch leaves out stays as it is, so
    /// nothing is required.
    fn changes<T: ToSchema>(&mut self) -> RefOr<Schema> {
        self.schemas.push(|into| {
            let mut described = T::schema();
            if let RefOr::T(Schema::Object(object)) = &mut described {
                object.required.clear();
            }
            into.push((name_of_changes::<T>(), described));
            T::schemas(into);
        });
        utoipa::openapi::Ref::from_schema_name(name_of_changes::<T>()).into()
    }

    /// The body that it takes.
    #[must_use]
    pub fn body<T: ToSchema>(mut self) -> Self {
        let (schema, kind) = match self.method {
            Method::PATCH => (self.changes::<T>(), BodyKind::MergePatch),
            _ => (self.reference::<T>(), BodyKind::Json),
        };
        self.body = Some(BodyDoc { schema, kind, optional: false });
        self
    }

    /// The form that it takes. Parameters that it doesn't know are passed over, and none of them is ever null.
    #[must_use]
    pub fn form<T: ToSchema>(mut self) -> Self {
        self.schemas.push(|into| {
            let mut described = T::schema();
            if let RefOr::T(Schema::Object(form)) = &mut described {
                form.additional_properties = None;
                form.properties.values_mut().for_each(never_null);
            }
            into.push((T::name().into_owned(), described));
            T::schemas(into);
        });
        let schema = utoipa::openapi::Ref::from_schema_name(T::name()).into();
        self.body = Some(BodyDoc { schema, kind: BodyKind::Form, optional: false });
        self
    }

    /// An action's body that is merged into the thing; an empty one is `{}`.
    #[must_use]
    pub fn optional_changes<T: ToSchema>(mut self) -> Self {
        let schema = self.changes::<T>();
        self.body = Some(BodyDoc { schema, kind: BodyKind::Json, optional: true });
        self
    }

    /// The body that it takes; an empty one is `{}`.
    #[must_use]
    pub fn optional_body<T: ToSchema>(mut self) -> Self {
        let schema = self.reference::<T>();
        self.body = Some(BodyDoc { schema, kind: BodyKind::Json, optional: true });
        self
    }

    /// A JSON answer.
    #[must_use]
    pub fn answers<T: ToSchema>(
        mut self,
        status: StatusCode,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        let schema = Some(("application/json", self.reference::<T>()));
        self.answers.push(AnswerDoc { status, description: description.into(), schema });
        self
    }

    /// 200 with a thing.
    #[must_use]
    pub fn ok<T: ToSchema>(self, description: impl Into<Cow<'static, str>>) -> Self {
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
        self.answers::<Page<T>>(StatusCode::OK, description)
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
        self.answers.push(AnswerDoc { status: StatusCode::OK, description: description.into(), schema });
        self
    }

    /// 204.
    #[must_use]
    pub fn no_content(self, description: &'static str) -> Self {
        self.says_nothing(StatusCode::NO_CONTENT, description)
    }

    /// An answer without a body.
    #[must_use]
    pub fn says_nothing(mut self, status: StatusCode, description: &'static str) -> Self {
        self.answers.push(AnswerDoc { status, description: description.into(), schema: None });
        self
    }

    /// Answers 202 without a body.
    #[must_use]
    pub fn accepted(mut self, description: &'static str) -> Self {
        self.answers.push(AnswerDoc {
            status: StatusCode::ACCEPTED,
            description: description.into(),
            schema: None,
        });
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

/// What a parameter of a form is when it is given.
fn never_null(described: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = described
        && let SchemaType::Array(types) = &object.schema_type
        && let Some(one) = types.iter().find(|one| **one != Type::Null)
    {
        object.schema_type = SchemaType::Type(one.clone());
    }
}

/// What the schema of `T` as a merge patch is called: `OrganisationChanges` of `NewOrganisation`.
fn name_of_changes<T: ToSchema>() -> String {
    match T::name().strip_prefix("New") {
        Some(thing) => format!("{thing}Changes"),
        None => T::name().into_owned(),
    }
}
