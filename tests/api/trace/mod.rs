//! Traces: what arose from what, both ways, as far as each caller sees it.

mod handshakes;
mod results;

use std::collections::BTreeSet;

use crate::support::*;

/// The trace of a thing as a caller reads it.
#[track_caller]
pub fn trace(client: &Client, kind: &str, id: &str) -> Value {
    client.get(&format!("/v1/trace/{kind}/{id}")).expect(200).json()
}

/// The id at the end of a path.
pub fn id_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Its things, as `kind id`.
pub fn things(trace: &Value) -> BTreeSet<String> {
    let nodes = trace["nodes"].as_array().unwrap();
    let all: BTreeSet<String> = nodes.iter().map(key).collect();
    assert_eq!(all.len(), nodes.len(), "each is told once: {trace}");
    all
}

/// Its relations, as `kind id relation kind id`; each of them between things that it tells.
pub fn relations(trace: &Value) -> BTreeSet<String> {
    let told = things(trace);
    let edges = trace["edges"].as_array().unwrap();
    for edge in edges {
        assert!(told.contains(&key(&edge["from"])) && told.contains(&key(&edge["to"])), "{edge}");
    }
    let line = |edge: &Value| {
        format!("{} {} {}", key(&edge["from"]), edge["relation"].as_str().unwrap(), key(&edge["to"]))
    };
    let all: BTreeSet<String> = edges.iter().map(line).collect();
    assert_eq!(all.len(), edges.len(), "each is told once: {trace}");
    all
}

fn key(thing: &Value) -> String {
    format!("{} {}", thing["type"].as_str().unwrap(), thing["id"].as_str().unwrap())
}

/// A thing of it.
#[track_caller]
pub fn node<'a>(trace: &'a Value, id: &str) -> &'a Value {
    let found = trace["nodes"].as_array().unwrap().iter().find(|node| node["id"] == id);
    found.unwrap_or_else(|| panic!("{id} is not in {trace}"))
}

/// Whose a thing is.
pub fn organisations(node: &Value) -> Vec<&str> {
    let all = node["organisations"].as_array().unwrap();
    all.iter().map(|one| one["organisation_id"].as_str().unwrap()).collect()
}

pub fn set<const N: usize>(lines: [String; N]) -> BTreeSet<String> {
    lines.into_iter().collect()
}
