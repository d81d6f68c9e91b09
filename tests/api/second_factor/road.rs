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
        remove(both(PASSWORD, &app.code(server))).problem("state-conflict").expect(409);
        app.sign_in(server).expect(200);
        let me = viewer.get("/v1/me").expect(200).json();
        assert_eq!((&me["second_factor"], &me["recovery_codes_left"]), (&json!("none"), &Value::Null));
        let actions = server.actions_on(&viewer.user().to_string());
        for action in ["begun", "added", "failed", "removed"] {
            assert!(actions.iter().any(|one| *one == format!("user.second_factor_{action}")), "{actions:?}");
        }
    }
}
