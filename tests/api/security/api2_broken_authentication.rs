//! API2:2023 Broken authentication: what proves who calls proves it in one place, for a time, and can't be guessed.
//!
//! Shown elsewhere: `access::without_a_token_401` (every operation), `accounts` (refresh tokens, sessions, reset codes, slowing
//! down), `invitations`, `manners::headers::who_calls_comes_first`, `access_tokens::life`; forged JWTs in `jwt`, the time that a
//! sign-in takes in `login_timing`. Here: every operation with an access token that no longer works, tokens in places where
//! they are not looked for, and each secret in the place of each other.

use awasir::access::Role;

use super::*;
use crate::support::document::guarded;
use crate::support::examples::Examples;
use crate::support::world::PASSWORD;

on_both_engines! {
    /// Revoked, expired, rotated away, its JWT after it: every operation answers 401.
    fn access_tokens_that_no_longer_work(world: World) {
        let examples = Examples::of(&world);
        let day = Duration::from_secs(24 * 3600);
        let [revoked, rotated, expiring] = [(); 3].map(|()| token_of(&world, &world.a, "admin", json!({})));
        let soon = world.server.app.clock.now().plus(Duration::from_secs(3600));
        let short = token_of(&world, &world.a, "admin", json!({"expires_at": soon}));
        let jwts = [&revoked, &rotated].map(|token| world.stranger.with_token(&jwt_of(&world.server, token)));
        let tokens = [&revoked, &rotated, &short].map(|token| machine(&world, token));
        for client in jwts.iter().chain(&tokens) {
            client.get(READ).expect(200);
        }
        world.a.admin.delete(&path_of(&revoked)).expect(204);
        world.a.admin.post(&format!("{}/rotate", path_of(&rotated)), json!({})).expect(200);
        let mut findings = Findings::default();
        for operation in guarded() {
            for client in [&tokens[0], &jwts[0]] {
                let reply = operation.request(client, &examples).send();
                let refused = reply.status == 401 && reply.json()["code"] == "invalid-token";
                findings.expect(refused, || format!("{}: {reply}", operation.name()));
            }
        }
        findings.settle(300);
        for client in [&tokens[1], &jwts[1]] {
            client.get(READ).problem("invalid-token").expect(401);
        }
        tokens[2].get(READ).expect(200);
        world.server.advance(Duration::from_secs(3601));
        tokens[2].get(READ).problem("invalid-token").expect(401);
        // Another works until its time.
        machine(&world, &expiring).get(READ).expect(200);
        world.server.advance(day * 101);
        machine(&world, &expiring).get(READ).problem("invalid-token").expect(401);
    }

    /// A token is looked for in one header, with one scheme.
    fn tokens_elsewhere(world: World) {
        let secret = token_of(&world, &world.a, "admin", json!({}))["secret"].as_str().unwrap().to_owned();
        let jwt = world.a.admin.token().unwrap();
        for token in [&secret, &jwt] {
            for name in ["access_token", "token", "api_key", "jwt", "authorization"] {
                let reply = world.stranger.get(&format!("{READ}?{name}={token}")).send();
                assert!(reply.status == 401 && !reply.text().contains(token.as_str()), "{name}: {reply}");
                world.stranger.post(READ, json!({name: token})).problem("unauthenticated").expect(401);
            }
            for header in ["X-Api-Key", "X-Auth-Token", "X-Access-Token", "Proxy-Authorization", "X-Authorization", "Awasir-Status-Token", "Cookie"] {
                let value = if header == "Cookie" { format!("access_token={token}; session={token}") } else { format!("Bearer {token}") };
                world.stranger.get(READ).header(header, &value).problem("unauthenticated").expect(401);
            }
            for scheme in ["Basic", "Token", "Digest", "DPoP", "ApiKey"] {
                world.stranger.get(READ).header("Authorization", &format!("{scheme} {token}")).problem("invalid-token").expect(401);
            }
            world.stranger.get(READ).header("Authorization", token).problem("invalid-token").expect(401);
            let twice = world.stranger.get(READ).header("Authorization", "Bearer x").header("Authorization", &format!("Bearer {token}"));
            assert!([400, 401].contains(&twice.send().status));
        }
        // No answer sets a cookie that would carry it.
        let reply = world.stranger.post("/v1/auth/login", json!({"email": "admin@wadi.example", "password": PASSWORD})).expect(200);
        assert_eq!(reply.header("set-cookie"), None);
    }

    /// Each secret opens its own door only.
    fn each_secret_in_its_own_place(world: World) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let signed_in = world.stranger.post("/v1/auth/login", json!({"email": "viewer@wadi.example", "password": PASSWORD})).expect(200).json();
        let invitation = world.a.admin.post(&world.a.path("/invitations"), json!({"role": "viewer", "name": {"ar": "آمنة"}})).expect(201).json();
        let member = world.a.members[&Role::Contributor];
        let reset = world.a.admin.post(&world.a.path(&format!("/members/{member}/reset-code")), json!({})).expect(201).json();
        let token = token_of(&world, &world.a, "viewer", json!({}));
        let held = [
            ("access", text(&signed_in["access_token"])), ("refresh", text(&signed_in["refresh_token"])),
            ("invitation", text(&invitation["token"])), ("invitation-code", text(&invitation["code"])),
            ("reset", text(&reset["code"])), ("machine", text(&token["secret"])), ("password", PASSWORD.to_owned()),
        ];
        let stranger = &world.stranger;
        for (what, secret) in &held {
            let mut doors = vec![
                ("bearer", stranger.with_token(&secret.replace(|c: char| !c.is_ascii(), "x")).get(READ).send()),
                ("refresh", stranger.post("/v1/auth/refresh", json!({"refresh_token": secret})).send()),
                ("preview", stranger.post("/v1/auth/invitations/preview", json!({"token": secret})).send()),
                ("preview-code", stranger.post("/v1/auth/invitations/preview", json!({"code": secret})).send()),
                ("reset", stranger.post("/v1/auth/reset", json!({"code": secret, "password": "x"})).send()),
                ("login", stranger.post("/v1/auth/login", json!({"email": "coordinator@wadi.example", "password": secret})).send()),
            ];
            if secret.is_ascii() {
                let status = stranger.get(&world.a.path("")).header("Awasir-Status-Token", secret).send();
                doors.push(("status", status));
            }
            for (door, reply) in doors {
                let own = matches!(
                    (*what, door),
                    ("access" | "machine", "bearer") | ("refresh", "refresh") | ("invitation", "preview")
                        | ("invitation-code", "preview-code") | ("password", "login")
                );
                // The right code with a weak password is told that it is weak.
                let opened = reply.status == 200 || (reply.status == 422 && door == "reset" && *what == "reset");
                assert!(opened == (own || (*what, door) == ("reset", "reset")), "{what} at {door}: {reply}");
                assert!(reply.status < 500, "{what} at {door}: {reply}");
            }
        }
    }

    /// A session is begun anew by each sign-in; what is refused ends none.
    fn sessions_are_not_chosen(world: World) {
        let login = |session: &str| {
            let body = json!({"email": "viewer@wadi.example", "password": PASSWORD});
            world.stranger.post("/v1/auth/login", body).header("Cookie", &format!("sid={session}")).expect(200).json()
        };
        let (one, two) = (login(NOBODY), login(NOBODY));
        assert_ne!(one["refresh_token"], two["refresh_token"]);
        let sid = |signed_in: &Value| {
            let client = world.stranger.with_token(signed_in["access_token"].as_str().unwrap());
            client.get("/v1/me/sessions").expect(200).data().iter().find(|one| one["current"] == true).unwrap()["id"].clone()
        };
        assert_ne!(sid(&one), sid(&two));
        assert_ne!(sid(&one), NOBODY);
        world.stranger.post("/v1/auth/login", json!({"email": "viewer@wadi.example", "password": "wrong"})).expect(401);
        world.stranger.with_token(one["access_token"].as_str().unwrap()).get("/v1/me").expect(200);
    }
}
