//! API8:2023 Security misconfiguration: what is safe is the default, and errors tell nothing of what is inside.
//!
//! Shown elsewhere: `manners::headers` (security headers, CORS, HSTS, what is not compressed), `manners::problems`,
//! `config::tests` (defaults, warnings); `support::client` holds every answer of every test to `nosniff` and to problems
//! that are problems. Here: every operation's own headers, odd methods and paths, what errors say, and what is not let out
//! by default.

use super::*;
use crate::support::document::operations;
use crate::support::examples::Examples;

/// What would tell how the server is made.
const INSIDE: [&str; 15] = [
    "panicked",
    "src/",
    ".rs:",
    "backtrace",
    "diesel",
    "sqlite",
    "postgres",
    "actix",
    "SELECT ",
    "near \"",
    "UNIQUE",
    "tokio",
    "awasir.db",
    "/tmp/",
    "relation \"",
];

on_both_engines! {
    /// Every operation, as who may call it and as a stranger: nothing is stored by others, nobody frames it, no other origin reads it.
    fn every_answer_has_its_headers(world: World) {
        let examples = Examples::of(&world);
        let mut findings = Findings::default();
        for operation in operations() {
            // Who changes nothing by it but what is read.
            let caller = if operation.reads() { &world.a.admin } else { &world.a.viewer };
            for client in [caller, &world.stranger] {
                let reply = operation.request(client, &examples).header("Origin", "https://evil.example").try_send().unwrap();
                let name = operation.name();
                let is = |header: &str, value: &str| reply.header(header) == Some(value);
                findings.expect(is("x-content-type-options", "nosniff"), || format!("{name}: sniffed: {reply}"));
                findings.expect(is("referrer-policy", "no-referrer"), || format!("{name}: referrer: {reply}"));
                findings.expect(reply.header("access-control-allow-origin").is_none(), || format!("{name}: read by others: {reply}"));
                findings.expect(reply.header("set-cookie").is_none(), || format!("{name}: a cookie: {reply}"));
                findings.expect(reply.header("server").is_none() && reply.header("x-powered-by").is_none(), || format!("{name}: says what it is"));
                let public = operation.rights.is_empty();
                let cache = reply.header("cache-control").unwrap_or_default();
                let kept_by_others = cache.contains("public") || (cache.is_empty() && reply.status == 200 && operation.reads());
                findings.expect(public || !kept_by_others, || format!("{name}: {cache:?}: {reply}"));
                let html = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
                let policy = reply.header("content-security-policy").unwrap_or_default();
                findings.expect(!html || policy.contains("frame-ancestors 'none'"), || format!("{name}: framed: {policy}"));
            }
        }
        findings.settle(2_000);
    }

    /// Whatever is refused: no word of code, of SQL, of files.
    fn errors_tell_nothing_of_what_is_inside(world: World) {
        let examples = Examples::of(&world);
        let mut findings = Findings::default();
        let odd = ["%00", "%27%20or%201=1--", "%22", "..%2f..%2fetc%2fpasswd", "%ff%fe", "{{7*7}}", "$%7Bjndi:ldap://x%7D", "%3Cscript%3E", "-1", "1e309"];
        for operation in operations().iter().filter(|one| one.path.starts_with("/v1")) {
            let malformed = "{\"a\":'";
            let path = examples.fill(&operation.path);
            let mut replies = Vec::new();
            if operation.has_body() {
                replies.push(operation.bare(&world.a.admin, &path).bytes("application/json", malformed).send());
            }
            if operation.reads() {
                for (n, value) in odd.iter().enumerate() {
                    // A few each, so that all are tried over all operations.
                    if (n + operation.path.len()) % 4 != 0 {
                        continue;
                    }
                    for parameter in ["limit", "cursor", "q", "zzz"] {
                        replies.push(world.a.admin.get(&format!("{path}?{parameter}={value}")).send());
                    }
                }
            }
            if operation.path.contains('{') {
                let value = odd[operation.path.len() % odd.len()];
                let path = operation.path.split('/').map(|part| if part.starts_with('{') { value } else { part });
                let path = path.collect::<Vec<_>>().join("/");
                replies.push(operation.bare(&world.a.admin, &path).bytes("application/json", "{}").send());
            }
            for reply in replies.iter().filter(|reply| reply.status >= 400) {
                let text = reply.text();
                // What was sent may come back as it was.
                let found = INSIDE.iter().find(|word| text.contains(**word));
                findings.expect(found.is_none(), || format!("{}: {found:?} in {reply}", operation.name()));
            }
        }
        findings.settle(300);
    }
}

/// Methods that are not the API's.
#[test]
fn other_methods() {
    let world = World::start(Engine::Sqlite);
    for method in
        ["TRACE", "TRACK", "OPTIONS", "PROPFIND", "MKCOL", "COPY", "LOCK", "DEBUG", "PURGE", "get", "FOO"]
    {
        for path in [READ, "/", "/openapi.json", "/v1/me"] {
            let token = world.a.admin.token().unwrap();
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nX-Secret: mirrored\r\nConnection: close\r\n\r\n"
            );
            let (status, body) = raw(&world.server.url, head.as_bytes());
            assert!([400, 404, 405].contains(&status), "{method} {path}: {status} {body}");
            assert!(!body.contains("mirrored") && !body.contains(&token), "{method} {path}: {body}");
        }
    }
}

/// Paths that are another path to whoever reads them loosely.
#[test]
fn other_ways_to_write_a_path() {
    let world = World::start(Engine::Sqlite);
    let token = world.a.admin.token().unwrap();
    let get = |path: &str, token: Option<&str>| {
        let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        raw(
            &world.server.url,
            format!("GET {path} HTTP/1.1\r\nHost: x\r\n{bearer}Connection: close\r\n\r\n").as_bytes(),
        )
    };
    for path in [
        "/v1/../v1/me",
        "/v1/./me",
        "//v1/me",
        "/v1//me",
        "/v1/me/",
        "/V1/me",
        "/v1/ME",
        "/v1/me;x=1",
        "/v1/me%00",
        "/v1/me%2f",
        "/v1/me.json",
        "/v1/%2e%2e/v1/me",
        "/docs/../v1/me",
        "/docs/..%2f..%2fCargo.toml",
        "/docs/%2e%2e/%2e%2e/Cargo.toml",
        "/docs/..%5c..%5cCargo.toml",
        "/docs//etc/passwd",
        "/problems/../v1/me",
        "/problems/..%2fme",
        "/.well-known/../v1/me",
        "/livez/../v1/me",
        "/v1/me%0d%0aX-Injected:%201",
        "/v1/me\\",
        "/%76%31/%6d%65/",
    ] {
        // Without a token nothing is got by it, with one no more than the path itself would give.
        let (status, body) = get(path, None);
        assert!([400, 401, 404].contains(&status), "{path}: {status} {body}");
        assert!(
            !body.contains("[package]") && !body.contains("root:") && !body.contains("\r\nX-Injected"),
            "{path}: {body}"
        );
        let (status, body) = get(path, Some(&token));
        assert!([400, 404].contains(&status), "{path}: {status} {body}");
    }
    // Two lengths, a length and chunks: what a proxy in front may read as another request.
    for smuggled in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -1\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Content-Length : 5\r\n",
    ] {
        let head = format!(
            "POST {READ} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n{smuggled}Connection: close\r\n\r\n0\r\n\r\nGET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        );
        let (status, body) = raw(&world.server.url, head.as_bytes());
        assert!((400..500).contains(&status) || status == 0, "{smuggled:?}: {status} {body}");
        assert!(body.matches("HTTP/1.1").count() <= 1, "{smuggled:?}: two answers: {body}");
    }
}

/// Counters are nobody's, and limits are on, unless the operator says otherwise.
#[test]
fn what_is_not_let_out_by_default() {
    let world = World::start(Engine::Sqlite);
    for client in [&world.stranger, &world.network_admin, &world.stranger.with_token("")] {
        let status = client.get("/metrics").try_send().unwrap().status;
        assert!([401, 404].contains(&status), "{status}");
    }
    let folder = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_awasir"));
    let output = command.arg("check-config").env_clear().current_dir(folder.path()).output().unwrap();
    let settings = String::from_utf8(output.stdout).unwrap();
    for default in [
        "rate_limit = \"on\"",
        "listen = \"127.0.0.1:8080\"",
        "access_token_seconds = 600",
        "argon2_memory_kib = 19456",
        "argon2_iterations = 2",
        "trusted_proxies = []",
        "cors_origins = []",
        "metrics_listen = \"\"",
        "metrics_token = \"\"",
    ] {
        assert!(settings.lines().any(|line| line.starts_with(default)), "{default}: {settings}");
    }
    let server = TestServer::with(Engine::Sqlite, |settings| {
        settings.metrics_token = Some(awasir::config::Secret::new("counters-for-tests"))
    });
    for wrong in ["", "x", "counters-for-test", "counters-for-tests1", "Counters-for-tests"] {
        let status = server.stranger().with_token(wrong).get("/metrics").try_send().unwrap().status;
        assert!([401, 404].contains(&status), "{wrong}: {status}");
    }
    let reply = server.stranger().with_token("counters-for-tests").get("/metrics").try_send().unwrap();
    assert_eq!((reply.status, reply.header("cache-control")), (200, Some("no-store")));
}
