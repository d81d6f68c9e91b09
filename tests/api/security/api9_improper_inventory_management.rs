//! API9:2023 Improper inventory management: what answers is in the document, and what is in the document answers.
//!
//! Shown elsewhere: `openapi` (the document, the committed copy and the table of routes are one; every documented path has its
//! methods and no others), `access::every_operation_says_who_may`. Here: nothing answers beside them, under no name that
//! such things are wont to have, nor under another version of the API.

use std::collections::BTreeSet;

use super::*;
use crate::support::document::document;

/// Where forgotten doors are looked for.
const FORGOTTEN: [&str; 72] = [
    "/admin",
    "/admin/",
    "/api",
    "/api/v1",
    "/api-docs",
    "/apidocs",
    "/actuator",
    "/actuator/health",
    "/actuator/env",
    "/console",
    "/config",
    "/cgi-bin/",
    "/debug",
    "/debug/pprof",
    "/debug/vars",
    "/dump",
    "/env",
    "/.env",
    "/.git/config",
    "/.git/HEAD",
    "/.htaccess",
    "/.svn/entries",
    "/.well-known/",
    "/.well-known/openid-configuration",
    "/.well-known/jwks",
    "/.DS_Store",
    "/backup",
    "/backup.sql",
    "/data",
    "/db",
    "/graphql",
    "/graphiql",
    "/health",
    "/healthz",
    "/info",
    "/internal",
    "/jolokia",
    "/login",
    "/logs",
    "/log",
    "/manage",
    "/metrics",
    "/openapi.yaml",
    "/openapi",
    "/phpinfo.php",
    "/private",
    "/profile",
    "/redoc",
    "/robots.txt",
    "/server-status",
    "/shutdown",
    "/sitemap.xml",
    "/status",
    "/swagger",
    "/swagger.json",
    "/swagger-ui",
    "/swagger-ui/index.html",
    "/test",
    "/tmp",
    "/trace",
    "/upload",
    "/version",
    "/wp-login.php",
    "/awasir.db",
    "/awasir.key",
    "/data/awasir.db",
    "/Cargo.toml",
    "/src/main.rs",
    "/v1/demo",
    "/v1/debug",
    "/v1/internal",
    "/v1/admin",
];

fn paths() -> Vec<String> {
    document()["paths"].as_object().unwrap().keys().cloned().collect()
}

fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| if part.starts_with('{') { NOBODY } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn nothing_answers_beside_the_document() {
    let world = World::start(Engine::Sqlite);
    let known = paths();
    let mut findings = Findings::default();
    for path in FORGOTTEN.iter().filter(|path| !known.iter().any(|one| one == *path)) {
        for client in [&world.network_admin, &world.a.admin, &world.stranger] {
            for method in ["GET", "POST"] {
                let reply = client.request(method.parse().unwrap(), path).try_send().unwrap();
                findings.expect(reply.status == 404, || format!("{method} {path}: {reply}"));
            }
        }
    }
    findings.settle(400);
}

/// Every path of the API with one thing changed: another version, a beginning of it, something behind it.
#[test]
fn near_every_path_nothing_answers() {
    let world = World::start(Engine::Sqlite);
    let known: BTreeSet<String> = paths().iter().map(|path| filled(path)).collect();
    let mut findings = Findings::default();
    for path in known.iter().filter(|path| path.starts_with("/v1/")) {
        let rest = path.strip_prefix("/v1").unwrap();
        let (beginning, _) = path.rsplit_once('/').unwrap();
        let near = [
            format!("/v0{rest}"),
            format!("/v2{rest}"),
            format!("/api/v1{rest}"),
            rest.to_owned(),
            format!("{path}/"),
            format!("{path}/x"),
            format!("{path}.json"),
            format!("{path}~"),
            beginning.to_owned(),
            format!("{path}/all"),
            format!("{path}/export"),
            format!("{path}/{NOBODY}"),
            format!("{path}/{NOBODY}/x"),
        ];
        for other in near.into_iter().filter(|other| !known.contains(other)) {
            // A word in an id's place is a malformed id: the path is there, and leads nowhere.
            let reply = world.a.admin.get(&other).send();
            let is_there = reply.status == 405 || (reply.status < 400 && !other.starts_with("/problems"));
            let documented = known.iter().any(|one| one.len() == other.len() && one == &other);
            let shape = |path: &str| path.matches('/').count();
            let an_id = known.iter().any(|one| {
                shape(one) == shape(&other)
                    && one
                        .replace(NOBODY, "")
                        .split('/')
                        .zip(other.split('/'))
                        .all(|(a, b)| a.is_empty() || a == b)
            });
            findings.expect(!is_there || documented || an_id, || format!("{other}: {reply}"));
            findings.expect(reply.status != 200 || an_id, || format!("{other}: {reply}"));
        }
    }
    findings.settle(1_000);
}

/// The document says which version it is of, and there is one version of the API.
#[test]
fn one_version() {
    assert_eq!(document()["info"]["version"], env!("CARGO_PKG_VERSION"));
    let versions: BTreeSet<String> = paths()
        .iter()
        .filter_map(|path| {
            path.split('/').nth(1).filter(|part| part.starts_with('v') && part.len() == 2).map(str::to_owned)
        })
        .collect();
    assert_eq!(versions.into_iter().collect::<Vec<_>>(), ["v1"]);
    let deprecated = document()["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .filter(|one| one["deprecated"] == true)
        .count();
    assert_eq!(deprecated, 0, "what is deprecated needs a day on which it goes");
}
