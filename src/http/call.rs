//! A call: everything a handler needs of a request, checked in the order the contract gives.
//!
//! By the time a handler has a [`Call`], the caller is known, the path, query, headers and body are
//! well-formed, and the caller holds the operation's right somewhere. What is left to the handler is
//! what needs the thing itself: sight, the right to this thing, version, content, state.

use std::sync::Arc;

use actix_web::http::Method;
use uuid::Uuid;

use super::answer::Answer;
use super::decode::{self, Decode, Members, Value};
use super::etag::Expected;
use super::idempotency;
use super::operation::Operation;

use super::problem::{Code, Problem, Result};
use super::query::Query;
use super::view::Shown;
use crate::access::secret::SecretText;
use crate::access::{Caller, Right, Sight, Through};
use crate::access_tokens::secret;
use crate::app::App;
use crate::db::Db;
use crate::journal::{Author, Writer};
use crate::text::Locale;
use crate::types::{CalendarDate, Instant, TimeZoneName, UserId};

mod admitted;
mod paging;
mod versioned;

pub use admitted::{Admitted, Open};
pub use paging::PageRequest;
pub use versioned::Versioned;

/// One request, checked for form.
pub struct Call {
    pub(super) app: Arc<App>,
    pub(super) operation: Arc<Operation>,
    pub(super) request_id: String,
    pub(super) caller: Option<Arc<Caller>>,
    pub(super) path: String,
    pub(super) ids: Vec<(&'static str, PathValue)>,
    pub(super) query: Query,
    pub(super) query_text: String,
    pub(super) body: Value,
    pub(super) body_digest: [u8; 32],
    pub(super) expected: Option<Expected>,
    pub(super) idempotency_key: Option<String>,
    pub(super) status_token: Option<String>,
    pub(super) basic: Option<SecretText>,
    pub(super) locale: Locale,
    pub(super) address: std::net::IpAddr,
    pub(super) user_agent: Option<String>,
    pub(super) bearer: Option<SecretText>,
}

/// A value in the path.
#[derive(Debug, Clone)]
pub enum PathValue {
    /// `{id}`, `{member_id}` …
    Id(Uuid),
    /// Any other.
    Text(String),
}

impl PathValue {
    /// What stands in a path under this name: names that end in `id` hold ids. None when it is no id there.
    pub fn of(name: &str, text: &str) -> Option<Self> {
        if name.ends_with("id") {
            crate::types::parse_uuid(text).map(Self::Id)
        } else {
            Some(Self::Text(text.to_owned()))
        }
    }
}

impl Call {
    /// The application: settings, services.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The instant of the call.
    pub fn now(&self) -> Instant {
        self.app.clock.now()
    }

    /// The day that it is then, in the network's time zone.
    ///
    /// # Errors
    /// `internal` when the settings name no time zone.
    pub fn today(&self) -> Result<CalendarDate> {
        let zone: TimeZoneName = self.app.settings.time_zone.parse().map_err(Problem::internal)?;
        Ok(zone.today_in_zone(self.now()))
    }

    /// When the day begins that a parameter names, in the network's time zone.
    ///
    /// # Errors
    /// `invalid-parameter`; `internal` when the settings name no time zone.
    pub fn beginning_of(&self, parameter: &str) -> Result<Option<Instant>> {
        let zone: TimeZoneName = self.app.settings.time_zone.parse().map_err(Problem::internal)?;
        let day: Option<CalendarDate> = self.query.one(parameter)?;
        Ok(day.map(|day| zone.beginning_of(day)))
    }

    /// The signed-in caller.
    ///
    /// # Errors
    /// `unauthenticated` for strangers, where the operation is open to them.
    pub fn caller(&self) -> Result<&Arc<Caller>> {
        self.caller.as_ref().ok_or_else(|| Problem::new(Code::Unauthenticated))
    }

    /// The signed-in caller, if any.
    pub fn signed_in(&self) -> Option<&Arc<Caller>> {
        self.caller.as_ref()
    }

    /// What the caller may read by a right.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    pub fn sight(&self, right: Right) -> Result<Sight> {
        Ok(self.caller()?.sight(right))
    }

    /// An id from the path.
    ///
    /// # Errors
    /// `not-found`: there is none of that name, as if the path did not exist.
    pub fn id<T: From<Uuid>>(&self, name: &str) -> Result<T> {
        match self.ids.iter().find(|(known, _)| *known == name) {
            Some((_, PathValue::Id(id))) => Ok(T::from(*id)),
            _ => Err(Problem::new(Code::NotFound)),
        }
    }

    /// Another value from the path.
    ///
    /// # Errors
    /// `not-found`.
    pub fn path_text(&self, name: &str) -> Result<&str> {
        match self.ids.iter().find(|(known, _)| *known == name) {
            Some((_, PathValue::Text(text))) => Ok(text),
            _ => Err(Problem::new(Code::NotFound)),
        }
    }

    /// The query parameters; unknown ones have been refused.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// The body as sent.
    pub fn body(&self) -> &Value {
        &self.body
    }

    /// The path as called.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The request's id.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The language for texts made for this caller.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The client's address, behind trusted proxies too.
    pub fn address(&self) -> std::net::IpAddr {
        self.address
    }

    /// The client's name for itself, shortened.
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// What a client of OAuth 2.0 authenticates itself with by HTTP Basic, as it was sent; none at other operations.
    pub fn basic(&self) -> Option<&SecretText> {
        self.basic.as_ref()
    }

    /// Whether the caller presents an access token itself, not a JWT that was made of one.
    pub fn presents_access_token(&self) -> bool {
        self.bearer.as_ref().is_some_and(|token| secret::is_meant(token.expose()))
    }

    /// Asks again, of what takes its time, whether the caller's token still holds, and all that it gave.
    ///
    /// # Errors
    /// `invalid-token` when it was revoked, has expired, or gives something else by now; `unavailable` while this can't be
    /// known.
    pub async fn authenticate_again(&self) -> Result<()> {
        let (Some(token), Some(caller)) = (&self.bearer, &self.caller) else { return Ok(()) };
        let again = Caller::clone(&*self.app.authenticate(token.expose(), self.address).await?);
        let again = match caller.acting {
            Some(organisation) => again.act_as(organisation)?,
            None => again,
        };
        if again == **caller { Ok(()) } else { Err(Problem::new(Code::InvalidToken)) }
    }

    /// `Awasir-Status-Token`: an applicant's proof.
    pub fn status_token(&self) -> Option<&str> {
        self.status_token.as_deref()
    }

    /// Decodes the body, now; errors come later, where the order of checks has them.
    pub fn input<T: Decode>(self: &Arc<Self>) -> Input<T> {
        Input { value: decode::decode(&self.body).ok(), call: Arc::clone(self) }
    }

    /// Decodes the body.
    ///
    /// # Errors
    /// `validation-failed` with everything that is wrong.
    pub fn decode<T: Decode>(&self) -> Result<T> {
        decode::decode(&self.body)
    }

    /// Decodes the form that the body is.
    ///
    /// # Errors
    /// `invalid-request` with the first that is wrong.
    pub fn form<T: Decode + Members>(&self) -> Result<T> {
        decode::form::of(&self.body)
    }

    /// The version that the caller saw: `If-Match`, or the member `version` of an action's body. In a
    /// `PATCH` that member is a part of the thing as it was read, and promises nothing.
    pub fn expected(&self) -> Option<Expected> {
        let in_body = || match self.body.get("version") {
            Some(Value::Number(number)) if self.operation.method == Method::POST => {
                number.as_i64().map(Expected::version)
            }
            _ => None,
        };
        self.expected.clone().or_else(in_body)
    }

    /// Checks the version that the caller saw, where the operation needs one.
    ///
    /// # Errors
    /// `version-required`; `version-mismatch` with what changed since.
    pub fn require_version<T: serde::Serialize + Shown>(
        &self,
        db: &mut Db,
        current: Versioned<'_, T>,
    ) -> Result<()> {
        match self.expected() {
            None => Err(Problem::new(Code::VersionRequired)),
            Some(expected) => current.check(db, &expected),
        }
    }

    /// As [`Call::require_version`], where naming the version is optional.
    ///
    /// # Errors
    /// `version-mismatch` with what changed since.
    pub fn check_version<T: serde::Serialize + Shown>(
        &self,
        db: &mut Db,
        current: Versioned<'_, T>,
    ) -> Result<()> {
        self.expected().map_or(Ok(()), |expected| current.check(db, &expected))
    }

    /// Who writes, for the journal.
    pub fn author(&self) -> Author {
        let (session, token) = match self.caller.as_ref().map(|caller| caller.through) {
            Some(Through::Session(session)) => (Some(session), None),
            Some(Through::AccessToken(token)) => (None, Some(token)),
            None => (None, None),
        };
        let user = self.caller.as_ref().map(|caller| caller.user);
        Author { user, session, token, address: Some(self.address), request_id: self.request_id.clone() }
    }

    /// As [`Call::author`], where who calls has proved to be this user by other means than a token.
    pub fn author_proved(&self, user: UserId) -> Author {
        Author { user: Some(user), session: None, token: None, ..self.author() }
    }

    /// A write, in the contract's order: `admit` finds the thing and asks the guard (404, 403), then a
    /// repeated request gets its first answer, then `act` does the work (428, 412, 422, 409).
    ///
    /// # Errors
    /// What either closure answers.
    pub async fn write<T, A, W>(self: &Arc<Self>, admit: A, act: W) -> Result<Answer>
    where
        A: Fn(&mut Writer<'_>) -> Result<Admitted<T>> + Send + 'static,
        W: Fn(&mut Writer<'_>, T) -> Result<Answer> + Send + 'static,
    {
        let call = Arc::clone(self);
        self.app
            .database
            .write(self.author(), move |writer| {
                let admitted = admit(writer)?;
                writer.act_for(admitted.organisation);
                idempotency::once(&call, writer, |writer| act(writer, admitted.thing))
            })
            .await
    }
}

/// A body decoded early and asked for late.
pub struct Input<T> {
    value: Option<T>,
    call: Arc<Call>,
}

impl<T: Decode> Input<T> {
    /// The body.
    ///
    /// # Errors
    /// `validation-failed` with everything that is wrong.
    pub fn get(&self) -> Result<&T> {
        match &self.value {
            Some(value) => Ok(value),
            // Decoded again for its errors: a problem can't be cloned, and this is not the hot path.
            None => match self.call.decode::<T>() {
                Err(problem) => Err(problem),
                Ok(_) => Err(Problem::internal("a body decoded the second time only")),
            },
        }
    }
}
