//! Six digits can be guessed: not often.

use std::sync::Arc;

use super::*;
use crate::races::{at_once_by, tally};

const LIMIT: u32 = 5;

fn limited(engine: Engine) -> World {
    World::on(TestServer::with(engine, |settings| settings.rate_second_factor_failures = LIMIT))
}

/// Guesses until no more are taken.
fn exhaust(server: &TestServer, app: &App) {
    let challenge = app.challenge(server);
    for _ in 0..LIMIT {
        answer(server, &challenge, &app.wrong(server)).problem("second-factor-invalid").expect(401);
    }
    let refused = answer(server, &challenge, &app.wrong(server)).problem("rate-limited").expect(429);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=DAY.as_secs() / u64::from(LIMIT) + 1).contains(&wait), "{refused}");
}

on_both_engines! {
    fn few_are_taken_and_worked_off_slowly(engine: Engine) {
        let world = limited(engine);
        let server = &world.server;
        let app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        // What was used already is no guess, nor is what can't be a code.
        let code = app.code(server);
        app.answer(server, &code).expect(200);
        for typed in [code.as_str(), "1234", "K7QM-3XPA-9TRD"].repeat(4) {
            app.answer(server, typed).problem("second-factor-invalid");
        }
        exhaust(server, &app);
        // The right one is not looked at either, in whatever place it is asked for, from whatever address.
        app.answer(server, &app.code_at(server, 30)).problem("rate-limited").expect(429);
        let remove = world.a.viewer.delete(TOTP).json(&both(PASSWORD, &app.code_at(server, 30)));
        remove.problem("rate-limited").expect(429);
        // Another's account is another's.
        let other = App::of(server, &world.a.admin, "admin@wadi.example");
        other.answer(server, &other.code(server)).expect(200);
        // Nobody is locked out: recovery codes are taken, and time passes.
        app.answer(server, &app.recovery[0]).expect(200);
        server.advance(DAY / LIMIT);
        app.answer(server, &app.wrong(server)).problem("second-factor-invalid");
        app.answer(server, &app.code(server)).problem("rate-limited");
        server.advance(DAY / LIMIT);
        app.answer(server, &app.code(server)).expect(200);
        let actions = server.actions_on(&world.a.viewer.user().to_string());
        let failed = actions.iter().filter(|action| *action == "user.second_factor_failed").count();
        assert_eq!(failed, LIMIT as usize + 1);
    }

    /// Whoever changes the password past the second factor has thrown the guesser out; whoever has codes to reset it
    /// could guess on and on.
    fn a_new_password_of_the_owners_forgives(engine: Engine) {
        let world = limited(engine);
        let server = &world.server;
        let app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        exhaust(server, &app);
        let path = world.a.path(&format!("/members/{}/reset-code", world.a.members[&awasir::access::Role::Viewer]));
        let code = text(&world.a.admin.post(&path, json!({})).expect(201), "code");
        server.stranger().post("/v1/auth/reset", json!({"code": code, "password": PASSWORD})).expect(204);
        app.answer(server, &app.code(server)).problem("rate-limited");
        let here = with(server, &app.answer(server, &app.recovery[0]).expect(200));
        let body = json!({"old_password": PASSWORD, "password": "نخيل على ضفة النيل"});
        let here = with(server, &here.post("/v1/me/password", body).expect(200));
        let body = json!({"old_password": "نخيل على ضفة النيل", "password": PASSWORD});
        here.post("/v1/me/password", body).expect(200);
        app.answer(server, &app.code(server)).expect(200);
    }

    /// Many at once slip through no more than one after the other, on two nodes neither.
    fn many_at_once_are_counted_on_every_node(engine: Engine) {
        let world = limited(engine);
        let server = &world.server;
        let app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        let other = TestServer::on(Arc::clone(&server.place), |settings| settings.rate_second_factor_failures = LIMIT);
        // Its clock stands where it was.
        other.advance(STEP);
        let (challenge, wrong) = (app.challenge(server), app.wrong(server));
        let replies = at_once_by(16, |n| answer(if n % 2 == 0 { server } else { &other }, &challenge, &wrong));
        let tally = tally(&replies);
        assert_eq!(tally["401 second-factor-invalid"], LIMIT as usize, "{tally:?}");
        assert_eq!(tally["429 rate-limited"], replies.len() - LIMIT as usize, "{tally:?}");
    }
}

/// The ordinary limit on trying out, by account and address, is there as well.
#[test]
fn trying_out_is_slowed_by_address() {
    let server = TestServer::with(Engine::Sqlite, |settings| {
        settings.rate_limit = true;
        settings.rate_stranger_per_minute = 10_000;
        settings.rate_sign_in_per_minute = 8;
    });
    let client = crate::support::world::person(&server, "known@wadi.example", false);
    let app = App::of(&server, &client, "known@wadi.example");
    let challenge = app.challenge(&server);
    for _ in 0..8 {
        answer(&server, &challenge, "K7QM-3XPA-9TRD").problem("second-factor-invalid");
    }
    answer(&server, &challenge, &app.recovery[0]).problem("rate-limited").expect(429);
}
