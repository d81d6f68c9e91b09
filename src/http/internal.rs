//! Calls from within: an operation of the table, run without a socket. The demonstration is loaded this
//! way, through the same checks, rules and journal as everybody's calls.

use std::sync::Arc;

use actix_web::http::Method;

use super::answer::Answer;
use super::call::{Call, PathValue};
use super::decode::to_value;
use super::operation::Operation;
use super::problem::{Code, Problem, Result};
use super::query::Query;
use crate::access::Caller;
use crate::access::codes::sha256;
use crate::app::App;
use crate::text::Locale;

/// The operations, to be called by method and path.
pub struct Internal {
    app: Arc<App>,
    operations: Vec<Arc<Operation>>,
}

impl Internal {
    /// Over the one table.
    pub fn new(app: &Arc<App>) -> Self {
        let operations = crate::routes::table().into_iter().map(Arc::new).collect();
        Self { app: Arc::clone(app), operations }
    }

    /// Calls an operation as a caller, or as a stranger.
    ///
    /// # Errors
    /// `not-found` when there is no such operation, and what the operation answers.
    pub async fn call(
        &self,
        caller: Option<Arc<Caller>>,
        method: &Method,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<Answer> {
        let found = self
            .operations
            .iter()
            .filter(|operation| operation.method == method)
            .find_map(|operation| Some((operation, values(operation.path, path)?)));
        let (operation, ids) = found.ok_or_else(|| Problem::new(Code::NotFound))?;
        let call = Call {
            app: Arc::clone(&self.app),
            operation: Arc::clone(operation),
            request_id: format!("internal:{}", self.app.ids.uuid()),
            caller,
            path: path.to_owned(),
            ids,
            query: Query::parse("", &[])?,
            query_text: String::new(),
            body: to_value(body),
            body_digest: sha256(body.to_string()),
            // Whoever calls from within has just read or made the thing.
            expected: (method == Method::PATCH).then_some(super::etag::Expected::Any),
            idempotency_key: None,
            status_token: None,
            basic: None,
            locale: Locale::Ar,
            address: std::net::IpAddr::from([127, 0, 0, 1]),
            user_agent: None,
            bearer: None,
        };
        (operation.handler)(Arc::new(call)).await
    }
}

/// The values in a path that has the operation's form.
fn values(form: &'static str, path: &str) -> Option<Vec<(&'static str, PathValue)>> {
    let (mut form, mut path) = (form.split('/'), path.split('/'));
    let mut values = Vec::new();
    loop {
        match (form.next(), path.next()) {
            (None, None) => return Some(values),
            (Some(expected), Some(given)) => {
                match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                    Some(name) => values.push((name, PathValue::of(name, given)?)),
                    None if expected == given => {}
                    None => return None,
                }
            }
            _ => return None,
        }
    }
}
