//! The OpenAPI document, read for the tests that are derived from it.

use std::sync::LazyLock;

use awasir::access::Right;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Client, Request};
use super::examples::Examples;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(awasir::routes::openapi_json()).unwrap());

/// The whole document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// An operation, as the document describes it.
pub struct Described {
    /// Its method.
    pub method: Method,
    /// Its path, with `{parameters}`.
    pub path: String,
    /// Who may call it, as `x-permission` says; empty when it is open to anyone.
    pub rights: Vec<String>,
    /// Everything else of it.
    pub operation: &'static Value,
}

impl Described {
    /// Rights of the table that open it; none where being signed in is enough.
    pub fn opened_by(&self) -> Vec<Right> {
        self.rights.iter().filter_map(|right| right.parse().ok()).collect()
    }

    /// Whether the person whom the thing is about needs no right: they are found out when it is found.
    pub fn is_oneselfs_too(&self) -> bool {
        !self.opened_by().is_empty() && self.rights.iter().any(|right| right == "self")
    }

    /// Whether it only reads.
    pub fn reads(&self) -> bool {
        self.method == Method::GET
    }

    /// Whether it takes a body.
    pub fn has_body(&self) -> bool {
        self.operation.get("requestBody").is_some()
    }

    /// The schema of its form.
    pub fn form(&self) -> Option<&'static Value> {
        self.operation.pointer("/requestBody/content/application~1x-www-form-urlencoded/schema")
    }

    /// The schema of its JSON body.
    pub fn body(&self) -> Option<&'static Value> {
        self.operation.pointer("/requestBody/content/application~1json/schema")
    }

    /// Its parameters of this kind: `query`, `header`, `path`.
    pub fn parameters(&self, kind: &str) -> Vec<&'static Value> {
        let all = self.operation["parameters"].as_array();
        all.into_iter().flatten().filter(|parameter| parameter["in"] == kind).collect()
    }

    /// Whether it takes a parameter of this name.
    pub fn takes(&self, kind: &str, name: &str) -> bool {
        self.parameters(kind).iter().any(|parameter| parameter["name"] == name)
    }

    /// A request of it for the things of these examples, with an empty object where it takes a body.
    pub fn request(&self, client: &Client, examples: &Examples) -> Request {
        self.with_nothing(self.bare(client, &examples.fill(&self.path)))
    }

    /// The request with an empty body of its kind where it takes one.
    pub fn with_nothing(&self, request: Request) -> Request {
        match (self.has_body(), self.form()) {
            (false, _) => request,
            (true, None) => request.json(&json!({})),
            (true, Some(_)) => request.form(&[]),
        }
    }

    /// A request of it at this path, whatever the version, without a body.
    pub fn bare(&self, client: &Client, path: &str) -> Request {
        let request = client.request(self.method.clone(), path);
        let replaces = [Method::PATCH, Method::DELETE, Method::PUT].contains(&self.method);
        if replaces && self.takes("header", "If-Match") { request.if_match("*") } else { request }
    }

    /// What a test calls it when it fails.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Every operation.
pub fn operations() -> Vec<Described> {
    let mut found = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let rights = operation["x-permission"].as_array().cloned().unwrap_or_default();
            found.push(Described {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                rights: rights.iter().map(|right| right.as_str().unwrap().to_owned()).collect(),
                operation,
            });
        }
    }
    found
}

/// Every operation that is not open to anyone.
pub fn guarded() -> Vec<Described> {
    operations().into_iter().filter(|operation| !operation.rights.is_empty()).collect()
}
