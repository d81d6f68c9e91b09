//! Signing in: login, refresh, logout, one's own account, passwords, reset codes.

use std::time::Duration;

use awasir::access::Role;
use awasir::db::schema::{members, users};
use diesel::prelude::*;

use crate::support::world::{PASSWORD, join, person};
use crate::support::*;

const LOGIN: &str = "/v1/auth/login";
const REFRESH: &str = "/v1/auth/refresh";
const NEW: &str = "نخيل على ضفة النيل";
const HOUR: Duration = Duration::from_secs(3600);

fn login(server: &TestServer, email: &str, password: &str) -> Reply {
    server.stranger().post(LOGIN, json!({"email": email, "password": password})).send()
}

fn text(reply: &Reply, member: &str) -> String {
    reply.json()[member].as_str().unwrap_or_else(|| panic!("no {member}: {reply}")).to_owned()
}

/// A client with the tokens of a sign-in.
fn with(server: &TestServer, reply: &Reply) -> Client {
    server.stranger().with_token(&text(reply, "access_token"))
}

fn refresh(server: &TestServer, token: &str) -> Reply {
    server.stranger().post(REFRESH, json!({"refresh_token": token})).send()
}

/// Waits no longer than the second within which a revocation is known everywhere.
#[track_caller]
fn refused_within_a_second(client: &Client) {
    eventually("the token is refused", Duration::from_secs(1), || client.get("/v1/me").send().status == 401);
}

/// A problem but for what differs from request to request.
fn told(reply: &Reply) -> Value {
    let mut problem = reply.json();
    problem["request_id"] = Value::Null;
    problem
}

on_both_engines! {
    fn signing_in(world: World) {
        let server = &world.server;
        let reply = login(server, "ADMIN@wadi.example", PASSWORD).expect(200);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let body = reply.json();
        assert_eq!((body["token_type"].as_str(), body["expires_in"].as_i64()), (Some("Bearer"), Some(600)));
        assert_eq!(body["user"]["email"], "admin@wadi.example");
        let membership = json!({"organisation_id": world.a.id, "role": "admin",
            "organisation_name": {"ar": "جمعية الوادي", "en": "wadi"}});
        assert_eq!(body["user"]["memberships"], json!([membership]));
        let me = with(server, &reply).get("/v1/me").expect(200).json();
        assert_eq!(me, body["user"]);
        let sessions = with(server, &reply).get("/v1/me/sessions").expect(200).data();
        assert_eq!((sessions.len(), &sessions[0]["current"]), (2, &json!(true)));
        let network = login(server, "network@awasir.example", PASSWORD).expect(200).json();
        assert_eq!(network["user"]["network_role"], "network_admin");
    }

    fn a_wrong_password_and_no_account_look_alike(world: World) {
        let wrong = login(&world.server, "admin@wadi.example", "wrong").problem("invalid-credentials");
        let unknown = login(&world.server, "nobody@wadi.example", "wrong").problem("invalid-credentials");
        assert_eq!(told(&wrong), told(&unknown));
        let phone = json!({"phone": "٠٩١٢٣٤٥٦٧٨", "password": "wrong"});
        let phone = world.stranger.post(LOGIN, phone).problem("invalid-credentials");
        assert_eq!(told(&wrong), told(&phone));
        world.stranger.post(LOGIN, json!({"password": "x"})).expect(422).error("/email", "required");
    }

    fn a_refresh_token_works_once_and_forgives_one_lost_answer(world: World) {
        let server = &world.server;
        let first = text(&login(server, "viewer@wadi.example", PASSWORD), "refresh_token");
        let lost = text(&refresh(server, &first).expect(200), "refresh_token");
        server.advance(71 * HOUR);
        let third = refresh(server, &first).expect(200);
        let fourth = refresh(server, &text(&third, "refresh_token")).expect(200);
        let client = with(server, &fourth);
        client.get("/v1/me").expect(200);
        // The successor that was lost died; whoever has it is not the owner.
        refresh(server, &lost).problem("refresh-reused");
        refused_within_a_second(&client);
        refresh(server, &text(&fourth, "refresh_token")).problem("invalid-token");
    }

    fn a_predecessor_works_no_longer_than_three_days(world: World) {
        let server = &world.server;
        let first = text(&login(server, "viewer@wadi.example", PASSWORD), "refresh_token");
        refresh(server, &first).expect(200);
        server.advance(73 * HOUR);
        refresh(server, &first).problem("refresh-reused");
    }

    fn a_session_lasts_ninety_days_after_its_last_use(world: World) {
        let server = &world.server;
        let first = text(&login(server, "viewer@wadi.example", PASSWORD), "refresh_token");
        server.advance(89 * 24 * HOUR);
        let second = text(&refresh(server, &first).expect(200), "refresh_token");
        server.advance(89 * 24 * HOUR);
        let third = text(&refresh(server, &second).expect(200), "refresh_token");
        server.advance(91 * 24 * HOUR);
        refresh(server, &third).problem("invalid-token");
        refresh(server, "awasir_rt_made_up").problem("invalid-token");
    }

    fn what_ended_is_refused(world: World) {
        let server = &world.server;
        let (one, other) = (login(server, "viewer@wadi.example", PASSWORD), login(server, "viewer@wadi.example", PASSWORD));
        let (here, there) = (with(server, &one), with(server, &other));
        let sessions = there.get("/v1/me/sessions").expect(200).data();
        let session = sessions.iter().find(|session| session["current"] == true).unwrap();
        let path = format!("/v1/me/sessions/{}", session["id"].as_str().unwrap());
        world.b.admin.delete(&path).problem("not-found");
        here.delete(&path).expect(204);
        here.delete(&path).expect(204);
        refused_within_a_second(&there);
        refresh(server, &text(&other, "refresh_token")).problem("invalid-token");
        here.post("/v1/auth/logout", json!({})).expect(204);
        refused_within_a_second(&here);
        refresh(server, &text(&one, "refresh_token")).problem("invalid-token");
    }

    fn a_changed_password_ends_the_other_sessions(world: World) {
        let server = &world.server;
        let email = "coordinator@wadi.example";
        let (one, other) = (login(server, email, PASSWORD), login(server, email, PASSWORD));
        let (here, there) = (with(server, &one), with(server, &other));
        let change = |old: &str, new: &str| here.post("/v1/me/password", json!({"old_password": old, "password": new}));
        change("wrong", NEW).problem("invalid-credentials");
        change(PASSWORD, "short").expect(422).error("/password", "too-short");
        change(PASSWORD, email).expect(422).error("/password", "same-as-login");
        let changed = change(PASSWORD, NEW).expect(200);
        refused_within_a_second(&there);
        with(server, &changed).get("/v1/me").expect(200);
        login(server, email, PASSWORD).problem("invalid-credentials");
        login(server, email, NEW).expect(200);
        refresh(server, &text(&changed, "refresh_token")).expect(200);
    }

    fn a_change_of_password_asked_for_again_is_answered_again(world: World) {
        let server = &world.server;
        let here = with(server, &login(server, "coordinator@wadi.example", PASSWORD));
        let body = json!({"old_password": PASSWORD, "password": NEW});
        let change = |key: &str| here.post("/v1/me/password", body.clone()).key(key);
        change("one").expect(200);
        let again = change("one").expect(200);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        change("two").problem("invalid-credentials").expect(401);
        login(server, "coordinator@wadi.example", NEW).expect(200);
    }

    fn a_temporary_password_opens_nothing_but_its_change(world: World) {
        let server = &world.server;
        let user = world.a.contributor.user();
        server.look(|db| {
            diesel::update(users::table.find(user)).set(users::password_temporary.eq(true)).execute(db).unwrap()
        });
        let reply = login(server, "contributor@wadi.example", PASSWORD).expect(200);
        assert_eq!(reply.json()["user"]["password_change_required"], true);
        let client = with(server, &reply);
        for path in ["/v1/me", "/v1/me/sessions", "/v1/communities"] {
            client.get(path).problem("password-change-required");
        }
        let body = json!({"old_password": PASSWORD, "password": NEW});
        let changed = client.post("/v1/me/password", body).expect(200);
        with(server, &changed).get("/v1/communities").expect(200);
    }

    fn ones_own_account(world: World) {
        let viewer = &world.a.viewer;
        let me = viewer.get("/v1/me").expect(200);
        let body = json!({"name": {"en": "Amna"}, "locale": "en", "phone": "0912345678"});
        viewer.patch("/v1/me", body.clone()).problem("version-required");
        let after = viewer.patch("/v1/me", body).if_match(&me.etag()).expect(200).json();
        assert_eq!((&after["name"]["en"], &after["phone"]), (&json!("Amna"), &json!("+249912345678")));
        viewer.patch("/v1/me", json!({"locale": "ar"})).if_match(&me.etag()).problem("version-mismatch");
        let change = |body: Value| viewer.patch("/v1/me", body).if_match("*");
        change(json!({"email": null, "phone": null})).expect(422).error("/email", "required");
        change(json!({"memberships": []})).expect(422).error("/memberships", "read-only");
        // Of one's own people one may know who signs in with what; of others nothing is said.
        change(json!({"email": "admin@wadi.example"})).problem("email-taken");
        change(json!({"email": "admin@nile.example"})).expect(422).error("/email", "invalid-value");
        let login = json!({"phone": "٠٩١٢٣٤٥٦٧٨", "password": PASSWORD});
        world.stranger.post(LOGIN, login).expect(200);
    }

    fn reset_codes(world: World) {
        let server = &world.server;
        let member = |client: &Client| -> String {
            let user = client.user();
            server.look(|db| {
                let id: awasir::types::MemberId = members::table
                    .filter(members::user_id.eq(Some(user))).select(members::id).first(db).unwrap();
                id.to_string()
            })
        };
        let path = |client: &Client| world.a.path(&format!("/members/{}/reset-code", member(client)));
        let viewers = path(&world.a.viewer);
        world.a.coordinator.post(&viewers, json!({})).problem("forbidden");
        world.b.admin.post(&viewers, json!({})).problem("not-found");
        world.a.admin.post(&path(&world.a.admin), json!({})).problem("state-conflict");
        let network = person(server, "both@wadi.example", true);
        join(server, &network, world.a.id, Role::Viewer);
        world.a.admin.post(&path(&network), json!({})).problem("state-conflict");
        let two = person(server, "two@wadi.example", false);
        join(server, &two, world.a.id, Role::Viewer);
        let both = path(&two);
        let early = world.a.admin.post(&both, json!({})).expect(201);
        join(server, &two, world.b.id, Role::Viewer);
        world.a.admin.post(&both, json!({})).problem("state-conflict");
        let reset = |code: &str, password: &str| {
            world.stranger.post("/v1/auth/reset", json!({"code": code, "password": password}))
        };
        reset(&text(&early, "code"), NEW).problem("reset-code-invalid");

        let session = with(server, &login(server, "viewer@wadi.example", PASSWORD));
        let replaced = text(&world.a.admin.post(&viewers, json!({})).expect(201), "code");
        let code = text(&world.a.admin.post(&viewers, json!({})).expect(201), "code");
        reset(&replaced, NEW).problem("reset-code-invalid");
        reset(&code, "short").expect(422).error("/password", "too-short");
        reset(&code.to_lowercase().replace('-', " "), NEW).expect(204);
        reset(&code, NEW).problem("reset-code-invalid");
        refused_within_a_second(&session);
        login(server, "viewer@wadi.example", PASSWORD).problem("invalid-credentials");
        login(server, "viewer@wadi.example", NEW).expect(200);

        let late = text(&world.a.admin.post(&viewers, json!({})).expect(201), "code");
        server.advance(25 * HOUR);
        reset(&late, PASSWORD).problem("reset-code-invalid");
        let journal = format!("{:?}", server.journal());
        assert!(journal.contains("member.reset_code_issued") && !journal.contains(&code));
    }
}

on_both_engines! {
    /// While the code is being redeemed, another transaction makes its owner a member elsewhere.
    fn a_reset_code_is_judged_once_the_account_is_locked(world: World) {
        use diesel::connection::SimpleConnection;
        let viewer = world.a.viewer.user();
        let path = world.a.path(&format!("/members/{}/reset-code", world.a.members[&Role::Viewer]));
        let code = text(&world.a.admin.post(&path, json!({})).expect(201), "code");
        let mut db = world.server.place.connect();
        let begin = if world.server.engine() == Engine::Sqlite { "begin immediate" } else { "begin" };
        db.batch_execute(begin).unwrap();
        diesel::update(users::table.find(viewer)).set(users::locale.eq("ar")).execute(&mut db).unwrap();
        let reply = std::thread::scope(|scope| {
            let redeeming = scope.spawn(|| {
                world.stranger.post("/v1/auth/reset", json!({"code": code, "password": NEW})).send()
            });
            std::thread::sleep(Duration::from_millis(400));
            let elsewhere = members::table.find(world.b.members[&Role::Viewer]);
            diesel::update(elsewhere).set(members::user_id.eq(Some(viewer))).execute(&mut db).unwrap();
            db.batch_execute("commit").unwrap();
            redeeming.join().unwrap()
        });
        reply.problem("reset-code-invalid");
        login(&world.server, "viewer@wadi.example", PASSWORD).expect(200);
    }
}

#[test]
fn who_knows_the_password_is_not_counted_among_the_guessers() {
    let server = TestServer::with(Engine::Sqlite, |settings| {
        settings.rate_limit = true;
        settings.rate_sign_in_per_minute = 1_000;
        settings.rate_stranger_per_minute = 10_000;
        settings.rate_sign_in_account_failures = 10;
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    });
    person(&server, "travels@wadi.example", false);
    let from = |n: u8, password: &str| {
        let body = json!({"email": "travels@wadi.example", "password": password});
        server.stranger().post(LOGIN, body).header("X-Forwarded-For", &format!("203.0.113.{n}")).send()
    };
    (0..15).for_each(|n| drop(from(n, PASSWORD).expect(200)));
    (100..110).for_each(|n| drop(from(n, "wrong").problem("invalid-credentials")));
    // Guessers from everywhere are stopped together; who was there before is not.
    from(110, "wrong").problem("rate-limited");
    from(111, PASSWORD).problem("rate-limited");
    from(3, PASSWORD).expect(200);
}

#[test]
fn guessing_is_slowed_but_not_for_who_was_there_before() {
    let server = TestServer::with(Engine::Sqlite, |settings| {
        settings.rate_limit = true;
        settings.rate_sign_in_per_minute = 1_000;
        settings.rate_stranger_per_minute = 10_000;
        settings.rate_sign_in_account_failures = 10;
    });
    person(&server, "known@wadi.example", false);
    person(&server, "stranger@wadi.example", false);
    login(&server, "known@wadi.example", PASSWORD).expect(200);
    for _ in 0..20 {
        login(&server, "known@wadi.example", "wrong").problem("invalid-credentials");
    }
    login(&server, "known@wadi.example", PASSWORD).expect(200);
    for _ in 0..10 {
        login(&server, "stranger@wadi.example", "wrong").problem("invalid-credentials");
    }
    let refused = login(&server, "stranger@wadi.example", PASSWORD).problem("rate-limited");
    assert!(refused.header("retry-after").is_some());
    for _ in 0..10 {
        login(&server, "nobody@wadi.example", "wrong").problem("invalid-credentials");
    }
    login(&server, "nobody@wadi.example", "wrong").problem("rate-limited");
}
