//! What is counted, for Prometheus: requests by route, method and class of status, their duration,
//! what waits for the database, the mails, what the node holds in memory.

use std::time::Duration;

use actix_web::http::StatusCode;
use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};

use crate::access_tokens::codes::Refusal;
use crate::app::App;
use crate::http::problem::{Problem, Result};
use crate::mail::outbox::Outcome;
use crate::types::AccessTokenId;

/// Counters and the registry that they are in.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    waiting: IntGaugeVec,
    revocations: IntGauge,
    mails: IntCounterVec,
    mails_waiting: IntGauge,
    refusals: IntCounterVec,
}

/// One operation's counters, looked up once.
#[derive(Clone)]
pub struct Measure {
    by_class: [IntCounter; 5],
    duration: Histogram,
}

impl Measure {
    /// Counts an answer.
    pub fn note(&self, status: StatusCode, duration: Duration) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        self.by_class[class].inc();
        self.duration.observe(duration.as_secs_f64());
    }
}

impl Metrics {
    /// An empty set.
    ///
    /// # Errors
    /// `internal`: a name is used twice.
    pub fn new() -> Result<Self> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            Opts::new("awasir_requests_total", "Answers by method, route and class of status"),
            &["method", "route", "class"],
        )
        .map_err(Problem::internal)?;
        let durations = HistogramVec::new(
            HistogramOpts::new("awasir_request_duration_seconds", "Time from arrival to answer")
                .buckets(vec![0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0]),
            &["method", "route"],
        )
        .map_err(Problem::internal)?;
        let waiting = IntGaugeVec::new(
            Opts::new("awasir_database_waiting", "Jobs that wait for a database thread"),
            &["lane"],
        )
        .map_err(Problem::internal)?;
        let revocations =
            IntGauge::new("awasir_revocations_held", "Revocations that this node holds in memory")
                .map_err(Problem::internal)?;
        let mails = IntCounterVec::new(
            Opts::new("awasir_mails_total", "Mails that this node took up, by what came of it"),
            &["outcome"],
        )
        .map_err(Problem::internal)?;
        let mails_waiting =
            IntGauge::new("awasir_mails_waiting", "Mails that wait to be sent, as last counted")
                .map_err(Problem::internal)?;
        registry.register(Box::new(mails.clone())).map_err(Problem::internal)?;
        registry.register(Box::new(mails_waiting.clone())).map_err(Problem::internal)?;
        let refusals = IntCounterVec::new(
            Opts::new(
                "awasir_access_token_refusals_total",
                "Requests refused to access tokens, by token (empty: nobody's) and reason",
            ),
            &["token", "reason"],
        )
        .map_err(Problem::internal)?;
        registry.register(Box::new(refusals.clone())).map_err(Problem::internal)?;
        registry.register(Box::new(requests.clone())).map_err(Problem::internal)?;
        registry.register(Box::new(durations.clone())).map_err(Problem::internal)?;
        registry.register(Box::new(waiting.clone())).map_err(Problem::internal)?;
        registry.register(Box::new(revocations.clone())).map_err(Problem::internal)?;
        Ok(Self { registry, requests, durations, waiting, revocations, refusals, mails, mails_waiting })
    }

    /// Counts a request that was refused to an access token.
    pub fn refused(&self, token: Option<AccessTokenId>, why: Refusal) {
        let token = token.map(|token| token.to_string()).unwrap_or_default();
        self.refusals.with_label_values(&[token.as_str(), why.as_str()]).inc();
    }

    /// The counters of one method of one route.
    pub fn measure(&self, method: &str, route: &str) -> Measure {
        let class = |class: &str| self.requests.with_label_values(&[method, route, class]);
        Measure {
            by_class: [class("1xx"), class("2xx"), class("3xx"), class("4xx"), class("5xx")],
            duration: self.durations.with_label_values(&[method, route]),
        }
    }

    /// Counts what came of a mail.
    pub fn mail(&self, outcome: &Outcome) {
        let outcome = match outcome {
            Outcome::Sent => "sent",
            Outcome::Needless => "needless",
            Outcome::Again(..) => "postponed",
            Outcome::Failed(_) => "failed",
        };
        self.mails.with_label_values(&[outcome]).inc();
    }

    /// Notes how many mails wait.
    pub fn mails_waiting(&self, count: i64) {
        self.mails_waiting.set(count);
    }

    /// All of it as text.
    ///
    /// # Errors
    /// `internal`.
    pub fn render(&self, app: &App) -> Result<String> {
        let waiting = app.database.waiting();
        for (lane, count) in ["read", "heavy", "write"].iter().zip(waiting) {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.waiting.with_label_values(&[lane]).set(count);
        }
        self.revocations.set(i64::try_from(app.revocations.len()).unwrap_or(i64::MAX));
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text).map_err(Problem::internal)?;
        String::from_utf8(text).map_err(Problem::internal)
    }
}
