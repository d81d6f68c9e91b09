//! What came back, and what is expected of it.

use awasir::db::schema::journal_entries;
use awasir::types::AnyId;
use diesel::prelude::*;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::server::Looking;

/// What came back.
pub struct Reply {
    pub(super) what: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Expects this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// Expects the problem of this code.
    #[track_caller]
    pub fn problem(self, code: &str) -> Self {
        assert!(self.status >= 400, "expected {code}: {self}");
        assert_eq!(self.code().as_deref(), Some(code), "{self}");
        self
    }

    /// The problem's code, however it is told.
    #[track_caller]
    pub fn code(&self) -> Option<String> {
        let problem = self.json();
        let code = problem["code"].as_str();
        let page = problem["error_uri"].as_str().and_then(|page| page.rsplit('/').next());
        code.or(page).map(str::to_owned)
    }

    /// Whether a client of OAuth 2.0 was refused.
    pub fn is_oauth_error(&self) -> bool {
        self.status >= 400 && self.what.contains(" /v1/oauth/") && self.status != 404 && !self.body.is_empty()
    }

    /// Expects what RFC 6749 (5.2) promises of every refusal.
    #[track_caller]
    pub(super) fn assert_oauth_error(&self) {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self}");
        assert_eq!(self.header("pragma"), Some("no-cache"), "{self}");
        let (told, error) = (self.json(), self.json()["error"].as_str().unwrap_or_default().to_owned());
        let known = [
            "invalid_request",
            "invalid_client",
            "unsupported_grant_type",
            "invalid_scope",
            "slow_down",
            "temporarily_unavailable",
        ];
        assert!(known.contains(&error.as_str()), "{self}");
        let members: Vec<&String> = told.as_object().unwrap().keys().collect();
        assert_eq!(members, ["error", "error_description", "error_uri"], "{self}");
        let description = told["error_description"].as_str().unwrap_or_default();
        assert!(!description.is_empty() && description.is_ascii(), "{self}");
        let scheme = self.header("www-authenticate").unwrap_or_default();
        assert_eq!(self.status == 401, scheme.starts_with("Basic realm="), "{self}");
        assert_eq!(self.status == 401, error == "invalid_client", "{self}");
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The thing's ETag.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("no ETag: {self}")).to_owned()
    }

    /// The thing's id.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {self}")).to_owned()
    }

    /// The things of a page.
    #[track_caller]
    pub fn data(&self) -> Vec<Value> {
        self.json()["data"].as_array().unwrap_or_else(|| panic!("no page: {self}")).clone()
    }

    /// The ids of a page, in order.
    #[track_caller]
    pub fn ids(&self) -> Vec<String> {
        self.data().iter().map(|thing| thing["id"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// What is wrong with the input: pointer and code of each.
    pub fn errors(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
    }

    /// Expects that this is wrong at this pointer.
    #[track_caller]
    pub fn error(self, pointer: &str, code: &str) -> Self {
        let wanted = (pointer.to_owned(), code.to_owned());
        assert!(self.errors().contains(&wanted), "{pointer} {code}: {self}");
        self
    }

    /// Whatever was made is in the journal in this request's name, and of whatever is answered with a
    /// version the journal knows that version.
    #[track_caller]
    pub(super) fn assert_journaled(&self, looking: &Looking) {
        if self.headers.contains_key("idempotency-replayed") {
            return;
        }
        let request = self.header("x-request-id").unwrap_or_default();
        let of_request = journal_entries::table.filter(journal_entries::request_id.eq(request));
        if self.status == 201 {
            let entries: i64 = looking.with(|db| of_request.count().get_result(db).unwrap());
            assert!(entries > 0, "made without a journal entry: {self}");
        }
        let Ok(thing) = serde_json::from_slice::<Value>(&self.body) else { return };
        let id = thing["id"].as_str().and_then(awasir::types::parse_uuid).map(AnyId);
        if let (Some(id), Some(version @ 2..)) = (id, thing["version"].as_i64()) {
            let of_version = journal_entries::table
                .filter(journal_entries::thing_id.eq(id))
                .filter(journal_entries::thing_version.eq(version));
            let entries: i64 = looking.with(|db| of_version.count().get_result(db).unwrap());
            assert!(entries > 0, "changed without a journal entry: {self}");
        }
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} answered {}: {}", self.what, self.status, self.text())
    }
}
