//! The straight road, and the small print of codes.

use super::*;

/// The other scripts' digits, as a phone may show them.
fn arabic(code: &str) -> String {
    let digits = code.chars().map(|digit| match digit {
        '0'..='9' => char::from_u32('٠' as u32 + digit as u32 - '0' as u32).unwrap(),
        other => other,
    });
    digits.collect()
}

on_both_engines! {
    fn set_up_signed_in_with_and_removed(world: World) {
        let server = &world.server;
        let viewer = &world.a.viewer;
        let me = viewer.get("/v1/me").expect(200).json();
        assert_eq!((&me["second_factor"], &me["recovery_codes_left"]), (&json!("none"), &Value::Null));
        viewer.post(CONFIRM, json!({"code": "123456"})).problem("state-conflict").expect(409);
        let begun = viewer.post(TOTP, json!({})).expect(200);
        assert_eq!(begun.header("cache-control"), Some("no-store"));
        let url = format!(
            "otpauth://totp/Awasir:viewer%40wadi.example?secret={}&issuer=Awasir&algorithm=SHA1&digits=6&period=30",
            text(&begun, "secret")
        );
        assert_eq!((text(&begun, "secret").len(), text(&begun, "otpauth_url")), (32, url));
        // Begun is not confirmed: the password is enough still.
        let other = server.stranger().post(LOGIN, json!({"email": "viewer@wadi.example", "password": PASSWORD}));
        let other = other.expect(200);
        assert_eq!(other.json()["second_factor_setup_required"], false);
        let other = with(server, &other);
        let app = App::of(server, viewer, "viewer@wadi.example");
        assert_ne!(text(&begun, "secret"), app.secret, "beginning again replaces it");
        assert_eq!(app.recovery.len(), 10);
        eventually("sessions begun by the password alone end", Duration::from_secs(1), || {
            other.get("/v1/me").send().status == 401
        });
        let me = viewer.get("/v1/me").expect(200).json();
        assert_eq!((&me["second_factor"], &me["recovery_codes_left"]), (&json!("totp"), &json!(10)));
        viewer.post(TOTP, json!({})).problem("state-conflict").expect(409);
        viewer.post(CONFIRM, json!({"code": app.code(server)})).problem("state-conflict").expect(409);

        let asked = app.sign_in(server).problem("second-factor-required").expect(401);
        assert_eq!(asked.header("cache-control"), Some("no-store"));
        assert!(asked.json().get("access_token").is_none() && asked.json()["expires_at"].is_string());
        let signed_in = answer(server, &text(&asked, "challenge"), &app.code(server)).expect(200);
        assert_eq!(signed_in.header("cache-control"), Some("no-store"));
        let body = signed_in.json();
        assert_eq!((&body["token_type"], &body["user"]["second_factor"]), (&json!("Bearer"), &json!("totp")));
        let here = with(server, &signed_in);
        assert_eq!(here.get("/v1/me").expect(200).json(), body["user"]);
        here.get("/v1/communities").expect(200);
        let refreshed = server.stranger().post("/v1/auth/refresh", json!({"refresh_token": body["refresh_token"]}));
        refreshed.expect(200);

        server.advance(STEP);
        let remove = |body: Value| here.delete(TOTP).json(&body);
        remove(both("wrong", &app.code(server))).problem("invalid-credentials").expect(401);
        remove(both(PASSWORD, &app.wrong(server))).problem("invalid-credentials").expect(401);
        remove(json!({"code": app.code(server)})).expect(422).error("/password", "required");
        remove(json!({"password": PASSWORD})).expect(422).error("/code", "required");
        remove(both(PASSWORD, &app.code(server))).expect(204);
        remove(both(PASSWORD, &app.code(server))).expect(204);
        app.sign_in(server).expect(200);
        let me = viewer.get("/v1/me").expect(200).json();
        assert_eq!((&me["second_factor"], &me["recovery_codes_left"]), (&json!("none"), &Value::Null));
        let actions = server.actions_on(&viewer.user().to_string());
        for action in ["begun", "added", "failed", "removed"] {
            assert!(actions.iter().any(|one| *one == format!("user.second_factor_{action}")), "{actions:?}");
        }
    }
}

on_both_engines! {
    fn a_code_is_understood_however_it_is_typed_and_good_once(world: World) {
        let server = &world.server;
        let app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        let code = app.code(server);
        app.answer(server, &format!(" {} {}", arabic(&code[..3]), &code[3..])).expect(200);
        // Used, and so is every code before it.
        app.answer(server, &code).problem("second-factor-invalid").expect(401);
        app.answer(server, &app.code_at(server, -30)).problem("second-factor-invalid");
        // The app's clock may be a step ahead, or behind.
        app.answer(server, &app.code_at(server, 30)).expect(200);
        app.answer(server, &app.code(server)).problem("second-factor-invalid");
        server.advance(3 * STEP);
        app.answer(server, &app.code_at(server, -60)).problem("second-factor-invalid");
        app.answer(server, &app.code_at(server, 60)).problem("second-factor-invalid");
        app.answer(server, &app.code_at(server, -30)).expect(200);
        for typed in ["1", "no code", "١٢٣", "1234567"] {
            app.answer(server, typed).problem("second-factor-invalid").expect(401);
        }
    }

    /// The code that confirmed it is used too; and what was begun is confirmed by a code of its own alone.
    fn setting_up_takes_a_code_of_the_newest_secret(world: World) {
        let server = &world.server;
        let viewer = &world.a.viewer;
        let mut app = App { email: "viewer@wadi.example".to_owned(), secret: String::new(), recovery: Vec::new() };
        let mut begin = || text(&viewer.post(TOTP, json!({})).expect(200), "secret");
        let (old, new) = (begin(), begin());
        app.secret = old;
        viewer.post(CONFIRM, json!({"code": app.code(server)})).problem("second-factor-invalid").expect(401);
        app.secret = new;
        viewer.post(CONFIRM, json!({"code": app.wrong(server)})).problem("second-factor-invalid").expect(401);
        viewer.post(CONFIRM, json!({"code": "K7QM-3XPA-9TRD"})).problem("second-factor-invalid").expect(401);
        viewer.post(CONFIRM, json!({"code": app.code(server)})).expect(200);
        app.answer(server, &app.code(server)).problem("second-factor-invalid");
        app.answer(server, &app.code_at(server, 30)).expect(200);
    }

    fn recovery_codes_work_once_wherever_a_code_is_asked_for(world: World) {
        let server = &world.server;
        let mut app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        let viewer = &world.a.viewer;
        let typed = arabic(&app.recovery[0].to_lowercase().replace('-', " "));
        app.answer(server, &typed).expect(200);
        app.answer(server, &app.recovery[0]).problem("second-factor-invalid").expect(401);
        assert_eq!(left(viewer), 9);
        // New ones for both factors; the old ones are none any more, nor is the one that paid for it.
        let renew = |body: Value| viewer.post(CODES, body);
        renew(both("wrong", &app.recovery[1])).problem("invalid-credentials").expect(401);
        renew(both(PASSWORD, &app.recovery[0])).problem("invalid-credentials").expect(401);
        let renewed = renew(both(PASSWORD, &app.recovery[1])).expect(200);
        assert_eq!(renewed.header("cache-control"), Some("no-store"));
        let renewed: Vec<String> = serde_json::from_value(renewed.json()["recovery_codes"].clone()).unwrap();
        assert_eq!((renewed.len(), left(viewer)), (10, 10));
        for old in &app.recovery {
            app.answer(server, old).problem("second-factor-invalid");
        }
        app.recovery = renewed;
        app.answer(server, &app.recovery[9]).expect(200);
        // Without the app it can be removed, too.
        viewer.delete(TOTP).json(&both(PASSWORD, &app.recovery[8])).expect(204);
        app.sign_in(server).expect(200);
        viewer.post(CODES, both(PASSWORD, &app.recovery[7])).problem("state-conflict").expect(409);
        let actions = server.actions_on(&viewer.user().to_string());
        let used = actions.iter().filter(|action| *action == "user.recovery_code_used").count();
        let made = actions.iter().filter(|action| *action == "user.recovery_codes_made").count();
        assert_eq!((used, made), (4, 2));
    }

    /// Asked for again by a client that lost the answer: the same answer, without what is shown once.
    fn a_repeated_request_is_answered_without_its_secrets(world: World) {
        let server = &world.server;
        let viewer = &world.a.viewer;
        let begun = viewer.post(TOTP, json!({})).key("begin").expect(200);
        let again = viewer.post(TOTP, json!({})).key("begin").expect(200).json();
        assert_eq!(again, json!({"secret": null, "otpauth_url": null}));
        let mut app = App { email: String::new(), secret: text(&begun, "secret"), recovery: Vec::new() };
        let code = json!({"code": app.code(server)});
        let confirmed = viewer.post(CONFIRM, code.clone()).key("confirm").expect(200).json();
        app.recovery = serde_json::from_value(confirmed["recovery_codes"].clone()).unwrap();
        let again = viewer.post(CONFIRM, code).key("confirm").expect(200).json();
        assert_eq!(again, json!({"recovery_codes": null}));
        // The code was used by the first; the second has its answer all the same.
        let body = both(PASSWORD, &app.recovery[0]);
        viewer.post(CODES, body.clone()).key("codes").expect(200);
        let again = viewer.post(CODES, body.clone()).key("codes").expect(200).json();
        assert_eq!(again, json!({"recovery_codes": null}));
        viewer.post(CODES, body).key("others").problem("invalid-credentials").expect(401);
    }
}
