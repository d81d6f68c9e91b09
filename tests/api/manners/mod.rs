//! The API's manners, tried on the smallest resource (communities) for all that share the same parts.

mod bodies;
mod headers;
mod limits;
mod lists;
mod problems;
mod repeats;
mod versions;

use crate::support::{self, *};

pub const COMMUNITIES: &str = "/v1/communities";

/// A community to be added.
pub fn village(name: &str) -> Value {
    json!({"name": {"ar": name}, "country": "SD"})
}

/// Adds a community; answers its path.
#[track_caller]
pub fn add(client: &Client, name: &str) -> String {
    let id = client.post(COMMUNITIES, village(name)).expect(201).id();
    format!("{COMMUNITIES}/{id}")
}
