//! What stands between password and code.

use super::*;
use crate::races::{at_once_by, tally};

/// A challenge with one letter changed.
fn altered(challenge: &str, at: usize) -> String {
    let mut letters: Vec<char> = challenge.chars().collect();
    letters[at] = if letters[at] == 'A' { 'B' } else { 'A' };
    letters.into_iter().collect()
}

/// A problem but for what differs from request to request.
fn told(reply: &Reply) -> Value {
    let mut problem = reply.json();
    problem["request_id"] = Value::Null;
    problem
}

on_both_engines! {
    fn who_does_not_know_the_password_learns_nothing(world: World) {
        let server = &world.server;
        App::of(server, &world.a.viewer, "viewer@wadi.example");
        let login = |email: &str| {
            let body = json!({"email": email, "password": "wrong"});
            told(&server.stranger().post(LOGIN, body).problem("invalid-credentials").expect(401))
        };
        assert_eq!(login("viewer@wadi.example"), login("admin@wadi.example"));
        assert_eq!(login("viewer@wadi.example"), login("nobody@wadi.example"));
        // Nor by the second step, whatever is shown there.
        for challenge in ["awasir_sf_", "awasir_sf_AAAA", "x"] {
            answer(server, challenge, "123456").problem("second-factor-invalid").expect(401);
        }
    }

    fn altered_expired_or_of_another_it_opens_nothing(world: World) {
        let server = &world.server;
        let app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        let other = App::of(server, &world.a.admin, "admin@wadi.example");
        let challenge = app.challenge(server);
        for at in (10..challenge.len() - 1).step_by(9) {
            answer(server, &altered(&challenge, at), &app.code(server)).problem("second-factor-invalid").expect(401);
        }
        // One's own code does not answer another's challenge.
        answer(server, &challenge, &other.code(server)).problem("second-factor-invalid").expect(401);
        answer(server, &other.challenge(server), &app.code(server)).problem("second-factor-invalid").expect(401);
        server.advance(Duration::from_secs(299));
        let late = app.challenge(server);
        answer(server, &challenge, &app.code(server)).expect(200);
        server.advance(Duration::from_secs(1));
        answer(server, &challenge, &app.code_at(server, 30)).problem("challenge-expired").expect(401);
        answer(server, &late, &app.code_at(server, 30)).expect(200);
    }

    fn a_password_that_is_another_makes_it_void(world: World) {
        let server = &world.server;
        let viewer = &world.a.viewer;
        let app = App::of(server, viewer, "viewer@wadi.example");
        let new = "نخيل على ضفة النيل";
        let before = app.challenge(server);
        let changed = viewer.post("/v1/me/password", json!({"old_password": PASSWORD, "password": new})).expect(200);
        answer(server, &before, &app.code(server)).problem("second-factor-invalid").expect(401);
        // The second factor is still asked for: also when an admin's code made the password another.
        let login = |password: &str| {
            let body = json!({"email": app.email, "password": password});
            text(&server.stranger().post(LOGIN, body).problem("second-factor-required"), "challenge")
        };
        assert_eq!(with(server, &changed).get("/v1/me").expect(200).json()["second_factor"], "totp");
        let before = login(new);
        let path = world.a.path(&format!("/members/{}/reset-code", world.a.members[&awasir::access::Role::Viewer]));
        let code = text(&world.a.admin.post(&path, json!({})).expect(201), "code");
        server.stranger().post("/v1/auth/reset", json!({"code": code, "password": PASSWORD})).expect(204);
        answer(server, &before, &app.code(server)).problem("second-factor-invalid").expect(401);
        let after = login(PASSWORD);
        answer(server, &after, &app.code(server)).expect(200);
    }

    fn without_the_second_factor_or_the_account_it_is_void(world: World) {
        let server = &world.server;
        let viewer = &world.a.viewer;
        let app = App::of(server, viewer, "viewer@wadi.example");
        let challenge = app.challenge(server);
        viewer.delete(TOTP).json(&both(PASSWORD, &app.code(server))).expect(204);
        answer(server, &challenge, &app.code_at(server, 30)).problem("second-factor-invalid").expect(401);
        answer(server, &challenge, &app.recovery[0]).problem("second-factor-invalid").expect(401);
        server.advance(STEP);
        let again = App::of(server, viewer, "viewer@wadi.example");
        let challenge = again.challenge(server);
        viewer.delete("/v1/me").if_match("*").expect(204);
        answer(server, &challenge, &again.code(server)).problem("second-factor-invalid").expect(401);
    }

    /// Whoever is first has used it up.
    fn one_code_signs_one_of_many_in(world: World) {
        let server = &world.server;
        let app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        let challenge = app.challenge(server);
        for code in [app.code(server), app.recovery[0].clone()] {
            let replies = at_once_by(16, |_| answer(server, &challenge, &code));
            let tally = tally(&replies);
            assert_eq!(tally["200"], 1, "{tally:?}");
            assert_eq!(tally["401 second-factor-invalid"], replies.len() - 1, "{tally:?}");
        }
        assert_eq!(left(&world.a.viewer), 9);
    }

    /// One secret is confirmed once: whose recovery codes are shown are those that count.
    fn many_confirm_at_once(world: World) {
        let server = &world.server;
        let viewer = &world.a.viewer;
        let secret = text(&viewer.post(TOTP, json!({})).expect(200), "secret");
        let app = App { email: "viewer@wadi.example".to_owned(), secret, recovery: Vec::new() };
        let code = json!({"code": app.code(server)});
        let replies = at_once_by(16, |_| viewer.post(CONFIRM, code.clone()).send());
        let tally = tally(&replies);
        assert_eq!((tally["200"], tally["409 state-conflict"]), (1, replies.len() - 1), "{tally:?}");
        let confirmed = replies.iter().find(|reply| reply.status == 200).unwrap().json();
        assert_eq!(left(viewer), 10);
        app.answer(server, confirmed["recovery_codes"][0].as_str().unwrap()).expect(200);
    }
}
