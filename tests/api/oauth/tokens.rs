//! Tokens asked for and given (RFC 6749, RFC 9068).

use awasir::access::Rights;
use base64::Engine as _;

use super::*;

fn basic(text: &str) -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(text))
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

on_both_engines! {
    fn a_jwt_for_an_access_token(world: World) {
        let machine = Machine::reader(&world, &world.a);
        let reply = machine.ask(None).header("Accept-Encoding", "gzip, br").expect(200);
        for (name, value) in [("cache-control", "no-store"), ("pragma", "no-cache"), ("content-type", "application/json")] {
            assert_eq!(reply.header(name), Some(value), "{reply}");
        }
        assert!(matches!(reply.header("content-encoding"), None | Some("identity")), "{reply}");
        let given = reply.json();
        let scope = "organisations:read projects:read";
        assert_eq!((&given["token_type"], &given["expires_in"], &given["scope"]), (&json!("Bearer"), &json!(600), &json!(scope)));
        assert!(given.get("refresh_token").is_none());
        let app = &world.server.app;
        let token = given["access_token"].as_str().unwrap();
        let claims = app.verifier.verify(token, app.clock.now()).unwrap();
        assert_eq!((claims.sub.to_string(), &claims.client_id), (machine.id.clone(), &machine.id));
        assert_eq!((&claims.iss, &claims.aud), (&app.settings.public_url, &app.settings.public_url));
        assert_eq!((claims.exp - claims.iat, claims.scope.as_deref()), (600, Some(scope)));
        assert_eq!(claims.permissions.map(Rights::codes), Some(vec!["organisations:read", "projects:read"]));
        assert_eq!(claims.roles.keys().collect::<Vec<_>>(), [&world.a.id]);
        // Each has an id, and a session, of its own.
        let other = machine.ask(None).expect(200).json();
        let other = app.verifier.verify(other["access_token"].as_str().unwrap(), app.clock.now()).unwrap();
        assert!(other.jti != claims.jti && other.sid != claims.sid);
        world.stranger.with_token(token).get("/v1/projects").expect(200);
    }

    fn a_client_authenticates_itself_either_way(world: World) {
        let machine = Machine::reader(&world, &world.a);
        let (id, secret) = (machine.id.as_str(), machine.secret.as_str());
        let grant = ("grant_type", "client_credentials");
        let ask = || world.stranger.request(reqwest::Method::POST, TOKEN);
        let upper = id.to_uppercase();
        ask().form(&[grant, ("client_id", id), ("client_secret", secret)]).expect(200);
        ask().form(&[("client_secret", secret), ("client_id", &upper), ("resource", "x"), ("resource", "y"), grant]).expect(200);
        ask().basic(id, secret).form(&[grant, ("client_id", id)]).expect(200);
        for text in [format!("{id}:{secret}"), format!("{}:{}", percent(id), percent(secret)), format!("{upper}:{secret}")] {
            ask().header("Authorization", &basic(&text)).form(&[grant]).expect(200);
            ask().header("Authorization", &basic(&text).replacen("Basic", "bASIC", 1)).form(&[grant]).expect(200);
        }
        for text in [format!("{secret}:{id}"), id.to_owned(), format!("{id}:{secret} "), format!("{id}:%zz"), format!(":{secret}")] {
            ask().header("Authorization", &basic(&text)).form(&[grant]).problem("invalid-client").expect(401);
        }
        for odd in ["Basic", "Basic ", "Basic *", "Basic =="] {
            ask().header("Authorization", odd).form(&[grant]).problem("invalid-client").expect(401);
        }
        let twice = ask().header("Authorization", &basic("a:b")).header("Authorization", &basic("a:b"));
        twice.form(&[grant]).problem("invalid-parameter").expect(400);
    }

    /// Whatever is wrong with who asks, the answer is the same.
    fn who_is_no_client_learns_nothing(world: World) {
        let (machine, other) = (Machine::reader(&world, &world.a), Machine::reader(&world, &world.b));
        let revoked = Machine::reader(&world, &world.a);
        world.a.admin.delete(&revoked.path()).expect(204);
        let nobody = Machine { id: NOBODY.to_owned(), ..machine.clone() };
        let altered = machine.secret.replace(&machine.secret[51..], if machine.secret.ends_with('0') { "1" } else { "0" });
        let person = world.a.admin.token().unwrap();
        let jwt = machine.caller(None).token().unwrap();
        let wrong = [nobody.clone(), nobody.with("x"), machine.with(&other.secret), machine.with(&altered), machine.with(""),
            machine.with(&person), machine.with(&jwt), other.with(&machine.secret), revoked];
        let mut told = Vec::new();
        for (at, machine) in wrong.iter().enumerate() {
            for path in [TOKEN, REVOKE, INTROSPECT] {
                let form = [("grant_type", "client_credentials"), ("token", machine.secret.as_str())];
                let reply = machine.post(path, &form).problem("invalid-client").expect(401);
                told.push((at, reply.text()));
            }
        }
        assert!(told.iter().all(|(_, text)| *text == told[0].1), "{told:?}");
        machine.caller(None).get("/v1/projects").expect(200);
    }

    fn each_error_of_the_standard(world: World) {
        let machine = Machine::reader(&world, &world.a);
        let grant = ("grant_type", "client_credentials");
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
        let cases: [Case; 11] = [
            (&[], "invalid_request", "grant_type is required"),
            (&[("grant_type", "")], "invalid_request", "grant_type is required"),
            (&[grant, grant], "invalid_request", "grant_type is given more than once"),
            (&[grant, ("scope", "a"), ("scope", "b")], "invalid_request", "scope is given more than once"),
            (&[("grant_type", "password")], "unsupported_grant_type", ""),
            (&[("grant_type", "CLIENT_CREDENTIALS")], "unsupported_grant_type", ""),
            (&[("grant_type", "refresh_token")], "unsupported_grant_type", ""),
            (&[grant, ("scope", "projects:write")], "invalid_scope", "does not hold"),
            (&[grant, ("scope", "projects:read moon:walk")], "invalid_scope", "does not hold"),
            (&[grant, ("scope", " ")], "invalid_scope", "does not hold"),
            (&[grant, ("scope", "projects:read\u{feff}")], "invalid_scope", "does not hold"),
        ];
        for (form, error, why) in cases {
            let reply = machine.post(TOKEN, form).expect(400);
            assert_eq!(reply.json()["error"], error, "{form:?}: {reply}");
            assert!(reply.json()["error_description"].as_str().unwrap().contains(why), "{form:?}: {reply}");
            assert!(!reply.text().contains("moon"), "{reply}");
        }
        for path in [REVOKE, INTROSPECT] {
            for form in [&[][..], &[("token", "")], &[("token", "a"), ("token", "b")]] {
                assert_eq!(machine.post(path, form).expect(400).json()["error"], "invalid_request");
            }
        }
        // A secret has no place in an address.
        let path = format!("{TOKEN}?client_id={}", machine.id);
        machine.post(&path, &[grant]).problem("invalid-parameter").expect(400);
        let page = machine.post(TOKEN, &[]).expect(400).json()["error_uri"].as_str().unwrap().to_owned();
        let page = page.strip_prefix(&world.server.app.settings.public_url).unwrap().to_owned();
        world.stranger.get(&page).expect(200);
    }

    fn a_scope_narrows(world: World) {
        let rights = ["organisations:read", "projects:read", "projects:write", "communities:write"];
        let machine = Machine::of(&world, &world.a, &rights, json!({"role": "contributor"}));
        let project = json!({"title": {"ar": "مشروع"}});
        let all = machine.caller(None);
        all.post("/v1/projects", project.clone()).expect(201);
        let reader = machine.caller(Some("projects:read"));
        reader.get("/v1/projects").expect(200);
        let refused = reader.post("/v1/projects", project.clone()).problem("forbidden").expect(403);
        assert_eq!(refused.json()["required_permission"], "projects:write");
        reader.get("/v1/organisations").problem("forbidden").expect(403);
        let writer = machine.caller(Some("projects:write communities:write"));
        writer.post("/v1/projects", project.clone()).expect(201);
        writer.get("/v1/visits").problem("forbidden").expect(403);
        // No value is none given (RFC 6749, section 3.2).
        let given = machine.post(TOKEN, &[("grant_type", "client_credentials"), ("scope", "")]).expect(200).json();
        assert_eq!(given["scope"], "organisations:read projects:read projects:write communities:write");
        // The order of the table, whatever order was asked for.
        let given = machine.ask(Some("projects:write projects:read projects:write")).expect(200).json();
        assert_eq!(given["scope"], "projects:read projects:write");
        // No person.
        all.get("/v1/me").problem("person-required").expect(403);
    }

    fn what_an_organisation_that_is_suspended_may_still_ask_for(world: World) {
        let rights = ["projects:read", "projects:write"];
        let machine = Machine::of(&world, &world.a, &rights, json!({"role": "contributor"}));
        let path = world.a.path("/suspend");
        world.network_admin.post(&path, json!({"reason": ar("مراجعة")})).expect(200);
        assert_eq!(machine.ask(None).expect(200).json()["scope"], "projects:read");
        machine.ask(Some("projects:write")).problem("invalid-scope").expect(400);
        machine.caller(None).get("/v1/projects").expect(200);
        let writer = Machine::of(&world, &world.b, &["projects:write"], json!({"role": "contributor"}));
        world.network_admin.post(&world.b.path("/suspend"), json!({"reason": ar("مراجعة")})).expect(200);
        let none = writer.ask(None).problem("invalid-scope").expect(400);
        assert!(none.text().contains("holds no right at this moment"), "{none}");
    }

    fn a_jwt_does_not_outlive_the_access_token_nor_the_secret(world: World) {
        let now = world.server.app.clock.now();
        let soon = json!({"expires_at": now.plus(100 * SECOND)});
        let machine = Machine::of(&world, &world.a, &["projects:read"], soon);
        let expires_in = machine.ask(None).expect(200).json()["expires_in"].as_i64().unwrap();
        assert!((1..=100).contains(&expires_in), "{expires_in}");
        let caller = machine.caller(None);
        world.server.advance(101 * SECOND);
        caller.get("/v1/projects").problem("invalid-token").expect(401);
        machine.ask(None).problem("invalid-client").expect(401);

        let machine = Machine::reader(&world, &world.a);
        let path = format!("{}/rotate", machine.path());
        let rotated = world.a.admin.post(&path, json!({"overlap_seconds": 900})).expect(200).json();
        let new = machine.with(rotated["secret"].as_str().unwrap());
        world.server.advance(400 * SECOND);
        assert_eq!(new.ask(None).expect(200).json()["expires_in"], 600);
        let left = machine.ask(None).expect(200).json()["expires_in"].as_i64().unwrap();
        assert!((490..=500).contains(&left), "{left}");
        let caller = machine.caller(None);
        caller.get("/v1/projects").expect(200);
        world.server.advance(501 * SECOND);
        caller.get("/v1/projects").problem("invalid-token").expect(401);
        machine.ask(None).problem("invalid-client").expect(401);
        new.caller(None).get("/v1/projects").expect(200);
    }
}
