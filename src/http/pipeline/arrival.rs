//! What is known of a request before its operation is run: who, from where, in which language, and how many more.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName, HeaderValue};

use super::{REQUEST_ID, text};
use crate::access::Caller;
use crate::app::App;
use crate::http::address;
use crate::http::limits::{Decision, RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::http::operation::{LimitClass, Operation};
use crate::http::problem::Result;
use crate::text::Locale;

/// What is known of a request before its operation is run, for the log and for problems.
pub(super) struct Arrival {
    pub(super) started: std::time::Instant,
    pub(super) request_id: String,
    pub(super) address: std::net::IpAddr,
    pub(super) locale: Locale,
    pub(super) who: Option<Arc<Caller>>,
    pub(super) limits: Vec<(HeaderName, HeaderValue)>,
}

impl Arrival {
    /// From now on what is said is in the caller's language; a machine has none but what its request asks for.
    pub(super) fn know(&mut self, who: &Option<Arc<Caller>>) {
        if let Some(caller) = who
            && caller.access_token().is_none()
        {
            self.locale = caller.locale;
        }
        self.who.clone_from(who);
    }

    pub(super) fn of(app: &App, request: &HttpRequest) -> Self {
        let headers = request.headers();
        let given = text(headers, &REQUEST_ID)
            .filter(|id| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()));
        Self {
            started: std::time::Instant::now(),
            request_id: given.map_or_else(|| app.ids.uuid().to_string(), ToOwned::to_owned),
            address: address::client(
                request.peer_addr().map_or(std::net::IpAddr::from([127, 0, 0, 1]), |peer| peer.ip()),
                headers.get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()),
                &app.settings.trusted_proxies,
            ),
            locale: text(headers, &header::ACCEPT_LANGUAGE)
                .map_or_else(Locale::default, Locale::from_accept_language),
            who: None,
            limits: Vec::new(),
        }
    }
}

/// Counts the call against the limit of its operation.
pub(super) fn limit(app: &App, operation: &Operation, arrival: &mut Arrival) -> Result<()> {
    if operation.limit == LimitClass::Free {
        return Ok(());
    }
    if operation.limit == LimitClass::Clients {
        // Given back to whoever turns out to be a client; what is left is told to each of them by itself.
        let refused = app.limits.client_attempt(arrival.address).filter(|decision| decision.limited);
        return charge(refused, arrival);
    }
    let decision = match &arrival.who {
        Some(caller) => app.limits.signed_in(caller.subject()),
        None if operation.limit == LimitClass::Rare => app.limits.rare(arrival.address),
        None => app.limits.stranger(arrival.address),
    };
    charge(decision, arrival)
}

/// Tells what is left; 429 when nothing is.
pub(super) fn charge(decision: Option<Decision>, arrival: &mut Arrival) -> Result<()> {
    let Some(decision) = decision else { return Ok(()) };
    for (name, text) in [(RATE_LIMIT_POLICY, decision.policy_header()), (RATE_LIMIT, decision.limit_header())]
    {
        if let Ok(value) = HeaderValue::try_from(text) {
            arrival.limits.push((name, value));
        }
    }
    decision.problem().map_or(Ok(()), Err)
}
