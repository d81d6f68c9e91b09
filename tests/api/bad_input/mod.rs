//! Bad input, derived from the OpenAPI document: every field of every body with everything that can be wrong with
//! it, every parameter, every header, every id in a path. No list of operations or fields is kept here.

mod form;
mod mistakes;
mod order;
mod parameters;
mod shape;
mod texts;

use mistakes::{Place, Round};
use shape::Shape;

use crate::support::client::Request;
use crate::support::document::{Described, operations};
use crate::support::examples::Examples;
use crate::support::*;

const JSON: &str = "application/json";

/// Gathers what was not refused as it should be, so that one run shows all of it.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn note(&mut self, finding: String) {
        self.0.push(finding.chars().take(1_500).collect());
    }

    /// Expects this status and problem, with this pointer among the errors.
    fn expect(&mut self, reply: &Reply, status: u16, code: &str, pointer: Option<&str>) {
        let named = |pointer: &str| reply.errors().iter().any(|(found, _)| found == pointer);
        let as_expected =
            reply.status == status && reply.code().as_deref() == Some(code) && pointer.is_none_or(named);
        if !as_expected {
            let pointer = pointer.unwrap_or_default();
            self.note(format!("expected {status} {code} {pointer}: {reply}"));
        }
    }

    #[track_caller]
    fn settle(self, tried: usize) {
        let shown = self.0.iter().take(25).cloned().collect::<Vec<_>>().join("\n\n");
        assert!(self.0.is_empty(), "{} of {tried}:\n\n{shown}", self.0.len());
        assert!(tried > 0, "nothing was tried");
    }
}

/// Whether a body of it is merged into what is there.
fn merges(operation: &Described) -> bool {
    operation.operation.pointer("/requestBody/content/application~1merge-patch+json").is_some()
}

/// The operation with this body.
fn with_body(operation: &Described, client: &Client, path: &str, body: impl Into<Vec<u8>>) -> Request {
    let request = client.request(operation.method.clone(), path).bytes(JSON, body);
    // Whichever version it is, so that what is said is looked at.
    if operation.takes("header", "If-Match") { request.if_match("*") } else { request }
}

/// Somebody whose bodies are looked at: who may do it, on a thing of which it may be done.
fn author<'w>(
    world: &'w World,
    examples: &'w Examples,
    operation: &Described,
    path: &str,
) -> Result<&'w Client, String> {
    let mut answers = Vec::new();
    let callers = [&world.a.admin, &world.network_admin, &world.stranger];
    for client in callers.into_iter().chain(examples.partner()) {
        let reply = with_body(operation, client, path, r#"{"zzz":1}"#).send();
        if reply.errors().iter().any(|(pointer, _)| pointer == "/zzz") {
            return Ok(client);
        }
        answers.push(reply.to_string());
    }
    Err(format!("{}: nobody's body is looked at:\n{}", operation.name(), answers.join("\n")))
}

/// What the answer says and the round does not, or the other way round.
fn difference(round: &Round, reply: &Reply) -> Option<String> {
    if reply.status != 422 || reply.json()["code"] != "validation-failed" {
        return Some("is not validation-failed".to_owned());
    }
    let (mut found, mut missing) = (reply.errors(), Vec::new());
    for (pointer, code) in &round.errors {
        let same =
            |(at, as_code): &(String, String)| at == pointer && (*code == texts::ANY || as_code == code);
        match found.iter().position(same) {
            Some(n) => drop(found.remove(n)),
            None => missing.push((pointer, code)),
        }
    }
    let more = if round.exact { found } else { Vec::new() };
    (!missing.is_empty() || !more.is_empty()).then(|| format!("missing: {missing:?}\nmore: {more:?}"))
}

on_both_engines! {
    /// Types, limits, characters, unknown and repeated and missing members, to every depth.
    fn every_field_of_every_body(world: World) {
        let examples = Examples::of(&world);
        let (mut findings, mut tried) = (Findings::default(), 0);
        for operation in operations() {
            let Some(schema) = operation.body() else { continue };
            let path = examples.fill(&operation.path);
            let client = match author(&world, &examples, &operation, &path) {
                Ok(client) => client,
                Err(finding) => {
                    findings.note(finding);
                    continue;
                }
            };
            for round in mistakes::rounds(&Shape::of(schema), Place::Root, merges(&operation)) {
                let reply = with_body(&operation, client, &path, round.json.clone()).send();
                tried += 1;
                if let Some(difference) = difference(&round, &reply) {
                    let sent: String = round.json.chars().take(300).collect();
                    let name = operation.name();
                    findings.note(format!("{name} ({}): {difference}\nsent: {sent}\nanswer: {reply}", reply.status));
                }
            }
        }
        findings.settle(tried);
    }
}
