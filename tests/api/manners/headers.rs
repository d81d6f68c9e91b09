//! Headers: the request's id, security, compression, CORS, tokens.

use super::*;

on_both_engines! {
    fn the_request_s_id_is_echoed(world: World) {
        let with = |id: &str| world.a.viewer.get(COMMUNITIES).header("X-Request-Id", id).expect(200);
        assert_eq!(with("abc-123").header("x-request-id"), Some("abc-123"));
        for odd in ["", "a b", &"x".repeat(129)] {
            let reply = with(odd);
            let made = reply.header("x-request-id").unwrap();
            assert!(made != odd && uuid::Uuid::parse_str(made).is_ok(), "{made}");
        }
        let refused = world.stranger.get(COMMUNITIES).header("X-Request-Id", "abc").problem("unauthenticated");
        assert_eq!(refused.json()["request_id"], "abc");
    }

    fn one_header_one_value(world: World) {
        let twice = |name: &str, one: &str, two: &str| {
            world.a.viewer.get(COMMUNITIES).header(name, one).header(name, two).problem("invalid-parameter").expect(400);
        };
        twice("Awasir-Organisation", &world.a.id.to_string(), &world.b.id.to_string());
        twice("If-Match", "\"1\"", "*");
        twice("Idempotency-Key", "one", "two");
    }

    fn a_dead_token_beside_a_proof_changes_nothing(world: World) {
        let dead = world.stranger.with_token("a.b.c");
        dead.post("/v1/auth/login", json!({"email": "nobody@example.org", "password": "not this one"}))
            .problem("invalid-credentials");
        dead.post("/v1/auth/reset", json!({"code": "2345-6789-ABCD", "password": "a long enough one"}))
            .problem("reset-code-invalid");
    }

    fn who_calls_comes_first(world: World) {
        let none = world.stranger.get("/v1/communities?nonsense=1").problem("unauthenticated").expect(401);
        assert_eq!(none.header("www-authenticate"), Some("Bearer"));
        let good = world.a.viewer.token().unwrap();
        let mut altered = good.clone();
        altered.truncate(good.len() - 4);
        for bad in ["x", "a.b.c", "awasir_at_0", &altered] {
            let reply = world.stranger.with_token(bad).get(COMMUNITIES).problem("invalid-token").expect(401);
            assert_eq!(reply.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
            // Where anyone may ask, a bad token is still a bad token; health does not look at it.
            world.stranger.with_token(bad).get("/readyz").expect(200);
        }
        world.stranger.get(COMMUNITIES).header("Authorization", "Basic YTpi").problem("invalid-token");
        world.stranger.get(COMMUNITIES).header("Authorization", &format!("bearer {good}")).expect(200);
        // A token is good for ten minutes.
        let frozen = world.stranger.with_token(&good);
        frozen.get(COMMUNITIES).expect(200);
        world.server.advance(std::time::Duration::from_secs(601));
        frozen.get(COMMUNITIES).problem("invalid-token");
    }

    fn one_of_several_organisations_is_named(world: World) {
        world.a.viewer.get(COMMUNITIES).acting_for(world.a.id).expect(200);
        world.a.viewer.get(COMMUNITIES).acting_for(world.b.id).problem("not-a-member").expect(403);
        world.a.viewer.get(COMMUNITIES).acting_for("x").problem("invalid-parameter").expect(400);
        support::world::join(&world.server, &world.a.contributor, world.b.id, awasir::access::Role::Contributor);
        world.a.contributor.post(COMMUNITIES, village("كوستي")).problem("organisation-ambiguous").expect(400);
        let made = world.a.contributor.post(COMMUNITIES, village("كوستي")).acting_for(world.b.id).expect(201);
        assert_eq!(made.json()["created_by_organisation_id"], world.b.id.to_string());
    }

    fn answers_are_compressed(world: World) {
        (0..20).for_each(|n| drop(add(&world.a.contributor, &format!("قرية {n}"))));
        let plain = world.a.viewer.get(COMMUNITIES).expect(200);
        assert_eq!(plain.header("content-encoding"), None);
        for coding in ["gzip", "br", "zstd"] {
            let reply = world.a.viewer.get(COMMUNITIES).header("Accept-Encoding", coding).expect(200);
            assert_eq!(reply.header("content-encoding"), Some(coding));
            assert!(reply.body.len() < plain.body.len() / 2, "{coding}: {} bytes", reply.body.len());
            assert!(reply.header("vary").unwrap().to_lowercase().contains("accept-encoding"));
        }
        let reply = world.a.viewer.get(COMMUNITIES).header("Accept-Encoding", "identity").expect(200);
        assert_eq!(reply.body, plain.body);
        for none_taken in ["*;q=0", "identity;q=0, gzip;q=0", "identity;q=0"] {
            let reply = world.a.viewer.get(COMMUNITIES).header("Accept-Encoding", none_taken).expect(200);
            assert!(reply.header("content-type").is_some(), "{reply}");
        }
    }

    /// A secret beside text that an attacker chooses must not be squeezed together with it.
    fn what_is_secret_is_neither_kept_nor_compressed(world: World) {
        let email = "viewer@wadi.example";
        let login = json!({"email": email, "password": support::world::PASSWORD});
        let invitation = json!({"role": "viewer", "name": {"ar": "آمنة"}});
        let path = world.a.path("/invitations");
        for request in [
            world.stranger.post("/v1/auth/login", login),
            world.a.admin.post(&path, invitation.clone()),
            world.a.admin.post(&path, invitation).key("k"),
            world.a.admin.get(&world.a.path("/contact")),
        ] {
            let reply = request.header("Accept-Encoding", "gzip, br, zstd").send();
            assert!([200, 201].contains(&reply.status), "{reply}");
            assert!(matches!(reply.header("content-encoding"), None | Some("identity")), "{reply}");
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{reply}");
            assert_eq!(reply.header("etag"), None, "{reply}");
        }
        let invitation = json!({"role": "viewer", "name": {"ar": "آمنة"}});
        let again = world.a.admin.post(&path, invitation).key("k").expect(201);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        for secret in ["token", "code", "link"] {
            assert_eq!(again.json()[secret], Value::Null, "{again}");
        }
    }

    fn security_headers(world: World) {
        for (client, path) in [(&world.stranger, "/"), (&world.stranger, "/problems/forbidden"), (&world.a.viewer, COMMUNITIES)] {
            let reply = client.get(path).expect(200);
            assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(reply.header("referrer-policy"), Some("no-referrer"), "{path}");
            assert_eq!(reply.header("strict-transport-security"), None, "{path}");
            let html = reply.header("content-type").unwrap().starts_with("text/html");
            assert_eq!(reply.header("content-security-policy").is_some(), html, "{path}");
        }
    }
}

#[test]
fn hsts_behind_tls() {
    let server = TestServer::with(Engine::Sqlite, |settings| settings.hsts = true);
    let reply = server.stranger().get("/livez").expect(200);
    assert!(reply.header("strict-transport-security").unwrap().contains("max-age"));
}

#[test]
fn the_documentation_works_offline() {
    let server = TestServer::start(Engine::Sqlite);
    let stranger = server.stranger();
    assert_eq!(stranger.get("/docs/").expect(308).header("location"), Some("/docs"));
    let page = stranger.get("/docs").try_send().unwrap().expect(200);
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    assert!(!page.text().contains("https://"), "{page}");
    stranger.get("/docs/swagger-ui-bundle.js").try_send().unwrap().expect(200);
}

#[test]
fn browsers_of_the_origins_named() {
    let server = TestServer::with(Engine::Sqlite, |settings| {
        settings.cors_origins = vec!["https://app.example.org".to_owned()];
    });
    let world = World::on(server);
    let preflight = |origin: &str, method: &str, headers: &str| {
        let request = world.stranger.request(reqwest::Method::OPTIONS, COMMUNITIES).header("Origin", origin);
        let request = request.header("Access-Control-Request-Method", method);
        request.header("Access-Control-Request-Headers", headers).try_send().unwrap()
    };
    let needed = "authorization,content-type,if-match,if-none-match,idempotency-key,awasir-organisation,\
                  awasir-status-token,accept-language,x-request-id";
    for method in ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"] {
        let reply = preflight("https://app.example.org", method, needed).expect(200);
        assert_eq!(reply.header("access-control-allow-origin"), Some("https://app.example.org"));
        assert!(reply.header("access-control-allow-methods").unwrap().contains(method));
        let allowed = reply.header("access-control-allow-headers").unwrap().to_lowercase();
        assert!(needed.split(',').all(|name| allowed.contains(name.trim())), "{allowed}");
    }
    let other = preflight("https://evil.example", "GET", "authorization");
    assert_eq!(other.header("access-control-allow-origin"), None);
    let request = world.a.viewer.get(COMMUNITIES).header("Origin", "https://app.example.org");
    let reply = request.expect(200);
    assert_eq!(reply.header("access-control-allow-origin"), Some("https://app.example.org"));
    let exposed = reply.header("access-control-expose-headers").unwrap().to_lowercase();
    for name in [
        "etag",
        "link",
        "location",
        "allow",
        "retry-after",
        "ratelimit",
        "ratelimit-policy",
        "idempotency-replayed",
        "awasir-parent-version",
        "x-request-id",
        "www-authenticate",
    ] {
        assert!(exposed.contains(name), "{name}: {exposed}");
    }
    let reply = world.a.viewer.get(COMMUNITIES).header("Origin", "https://evil.example").expect(200);
    assert_eq!(reply.header("access-control-allow-origin"), None);
}
