//! The document, the committed copy and the running routes are one and the same.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::*;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
const METHODS: [&str; 5] = ["get", "post", "patch", "put", "delete"];

fn paths() -> BTreeMap<String, BTreeSet<String>> {
    let document: Value = serde_json::from_str(awasir::routes::openapi_json()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let methods = |item: &Value| item.as_object().unwrap().keys().cloned().collect();
    paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

/// A path whose parameters are of the right form and name nothing.
fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{code}" => "no-such-code",
            "{file}" => "no-such-file",
            part if part.starts_with('{') => "01890a5d-ac96-774b-bcce-b302099a8057",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// `AWASIR_TEST_WRITE=1 cargo test the_committed_document` writes it anew.
#[test]
fn the_committed_document_is_the_table_s() {
    let document = awasir::routes::openapi_json();
    if std::env::var_os("AWASIR_TEST_WRITE").is_some() {
        std::fs::write(COMMITTED, document).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == document,
        "openapi/openapi.json is not what the route table yields; write it anew with\n    \
         AWASIR_TEST_WRITE=1 cargo test --test api the_committed_document"
    );
}

#[test]
fn the_server_serves_the_document() {
    let server = TestServer::start(Engine::Sqlite);
    let reply = server.stranger().get("/openapi.json").expect(200);
    assert_eq!(reply.text(), awasir::routes::openapi_json());
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let tag = reply.etag();
    server.stranger().get("/openapi.json").header("If-None-Match", &tag).expect(304);
}

#[test]
fn operations_have_names_of_their_own_and_say_what_they_do() {
    let document: Value = serde_json::from_str(awasir::routes::openapi_json()).unwrap();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(!path.starts_with("/v1") || !path.ends_with('/'), "{path} ends with a slash");
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(!name.is_empty() && names.insert(name.to_owned()), "{method} {path}: {name}");
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{method} {path}");
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{method} {path}");
        }
    }
}

/// A line that was not joined to the next as it should be shows as a run of blanks.
#[test]
fn what_the_document_says_is_well_set() {
    fn walk(value: &Value, at: &str) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if let (true, Some(text)) =
                        (["summary", "description"].contains(&name.as_str()), value.as_str())
                    {
                        let runs = text.lines().any(|line| line.trim_start().contains("  "));
                        assert!(!runs, "two blanks in a row at {at}/{name}: {text}");
                    }
                    walk(value, &format!("{at}/{name}"));
                }
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, at)),
            _ => {}
        }
    }
    walk(&serde_json::from_str(awasir::routes::openapi_json()).unwrap(), "");
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                }
                members.values().for_each(|value| walk(value, document));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, document)),
            _ => {}
        }
    }
    let document: Value = serde_json::from_str(awasir::routes::openapi_json()).unwrap();
    walk(&document, &document);
}

/// What is in the document is routed; what is not is 405 with the methods that are.
#[test]
fn every_path_has_its_methods_and_no_others() {
    let world = World::start(Engine::Sqlite);
    for (path, methods) in paths() {
        let url = filled(&path);
        for method in METHODS {
            let name = method.to_uppercase();
            if methods.contains(method) {
                // A stranger, so that nothing comes of it.
                let reply = world.stranger.request(name.parse().unwrap(), &url).send();
                assert_ne!(reply.status, 405, "{reply}");
            } else {
                let request = world.network_admin.request(name.parse().unwrap(), &url);
                let reply = request.problem("method-not-allowed").expect(405);
                let said: BTreeSet<String> =
                    reply.header("allow").unwrap().split(", ").map(str::to_owned).collect();
                let said: BTreeSet<String> = said.into_iter().filter(|one| one != "HEAD").collect();
                let there: BTreeSet<String> = methods.iter().map(|one| one.to_uppercase()).collect();
                assert_eq!(said, there, "{reply}");
            }
        }
        let head = world.network_admin.head(&url).send();
        if !methods.contains("get") {
            assert_eq!(head.status, 405, "HEAD {path}");
        }
    }
}

#[test]
fn a_path_that_is_not_there_is_a_problem() {
    let world = World::start(Engine::Sqlite);
    for path in ["/v1", "/v1/nothing", "/v1/organisations/", "/nothing", "/v1/organisations/x/y/z/w"] {
        world.stranger.get(path).problem("not-found").expect(404);
        world.a.admin.post(path, json!({})).problem("not-found");
    }
}

/// `HEAD` answers as `GET` does, without the body.
#[test]
fn head_follows_get() {
    let world = World::start(Engine::Sqlite);
    let document: Value = serde_json::from_str(awasir::routes::openapi_json()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() {
            continue;
        }
        let url = filled(path);
        let get = world.a.admin.get(&url).send();
        let head = world.a.admin.head(&url).send();
        if head.status == 405 {
            assert!(path.ends_with("/contact"), "HEAD {path} is not there");
            continue;
        }
        assert_eq!(head.status, get.status, "HEAD {path}");
        assert!(head.body.is_empty(), "HEAD {path}");
        assert_eq!(head.header("etag"), get.header("etag"), "HEAD {path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "HEAD {path}");
    }
}

on_both_engines! {
    fn it_is_alive_and_ready(server: TestServer) {
        assert_eq!(server.stranger().get("/livez").expect(200).text(), "alive\n");
        assert_eq!(server.stranger().get("/readyz").expect(200).text(), "ready\n");
    }
}
