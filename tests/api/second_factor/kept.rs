//! What is kept of it, and how it goes.

use awasir::db::schema::{master_keys, recovery_codes, second_factors};
use diesel::prelude::*;

use super::*;
use crate::support::process::{self, Served};
use crate::support::stored::{Overheard, rows};

/// Under which keys the secrets are sealed, and which the database lists.
fn sealed_under(server: &TestServer) -> (Vec<String>, Vec<String>) {
    server.look(|db| {
        let blobs: Vec<Vec<u8>> = second_factors::table.select(second_factors::sealed).load(db).unwrap();
        let key = |blob: &Vec<u8>| String::from_utf8_lossy(&blob[2..2 + usize::from(blob[1])]).into_owned();
        let mut under: Vec<String> = blobs.iter().map(key).collect();
        under.sort();
        under.dedup();
        (under, master_keys::table.select(master_keys::id).load(db).unwrap())
    })
}

/// Of how many accounts something is kept.
fn kept(server: &TestServer) -> (i64, i64) {
    server.look(|db| {
        let factors = second_factors::table.count().get_result(db).unwrap();
        (factors, recovery_codes::table.count().get_result(db).unwrap())
    })
}

on_both_engines! {
    /// Neither the secret nor a code stands in the database, the journal or the log.
    fn nothing_of_it_is_told_or_kept_in_clear(world: World) {
        let server = &world.server;
        let served = Served::start_with(&server.place, &[("AWASIR_LOG", "trace")]);
        let viewer = world.a.viewer.at(&served.url);
        let app = App::of(server, &viewer, "viewer@wadi.example");
        let raw = totp_rs::Secret::try_from_base32(&app.secret).unwrap();
        let hex: String = raw.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let bare: Vec<String> = app.recovery.iter().map(|code| code.replace('-', "")).collect();
        // The clock of the other process stands where it was.
        let stranger = world.stranger.at(&served.url);
        let login = json!({"email": app.email, "password": PASSWORD});
        let challenge = text(&stranger.post(LOGIN, login).problem("second-factor-required"), "challenge");
        let mut secrets: Vec<&str> = vec![&app.secret, &hex, &challenge];
        secrets.extend(app.recovery.iter().chain(&bare).map(String::as_str));
        let mut overheard = Overheard::listen_for(&secrets);
        let at_the_other = |code: &str| {
            let body = json!({"challenge": challenge, "code": code});
            stranger.post(ANSWER, body).send()
        };
        overheard.hear(at_the_other(&app.wrong(server)).problem("second-factor-invalid"));
        overheard.hear(at_the_other(&app.recovery[0]).expect(200));
        overheard.hear(at_the_other(&app.recovery[0]).problem("second-factor-invalid"));
        overheard.hear(viewer.get("/v1/me").expect(200));
        overheard.hear(viewer.post(TOTP, json!({})).problem("state-conflict"));
        overheard.hear(viewer.delete(TOTP).json(&both("wrong", &app.recovery[1])).problem("invalid-credentials"));
        overheard.hear(viewer.delete(TOTP).json(&both(PASSWORD, &app.recovery[1])).key("x").expect(204));
        overheard.take_down("the journal", format!("{:?}", server.journal()).into_bytes());
        assert!(served.said().contains(ANSWER), "nothing was logged");
        overheard.take_down("the log", served.said().into_bytes());
        let again = App::of(server, &world.a.viewer, "viewer@wadi.example");
        overheard.assert_nothing_in_clear(server);
        let stored = rows(&mut server.place.connect()).join("\n");
        assert!(!stored.contains(&again.secret) && !again.recovery.iter().any(|code| stored.contains(code.as_str())));
    }

    /// It is sealed anew with everything else, while a server runs.
    fn a_new_master_key_seals_it_anew(world: World) {
        let server = &world.server;
        let app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        let begun = text(&world.a.admin.post(TOTP, json!({})).expect(200), "secret");
        let (before, listed) = sealed_under(server);
        assert_eq!((before.len(), &before), (1, &listed));
        let output = process::run(&server.place, &["keys", "rotate", "--master"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("2 sealed values of donors and of second factors"), "{said}");
        let (after, listed) = sealed_under(server);
        assert_eq!((after.len(), &after), (1, &listed));
        assert_ne!(after, before);
        app.answer(server, &app.code(server)).expect(200);
        app.answer(server, &app.recovery[0]).expect(200);
        let mut other = App { email: "admin@wadi.example".to_owned(), secret: begun, recovery: Vec::new() };
        let confirmed = world.a.admin.post(CONFIRM, json!({"code": other.code(server)})).expect(200).json();
        other.recovery = serde_json::from_value(confirmed["recovery_codes"].clone()).unwrap();
        other.answer(server, &other.recovery[0]).expect(200);
    }

    /// A blob laid into another account's row opens nothing there.
    fn a_secret_opens_in_its_own_row_alone(world: World) {
        let server = &world.server;
        let one = App::of(server, &world.a.viewer, "viewer@wadi.example");
        let other = App::of(server, &world.a.admin, "admin@wadi.example");
        server.look(|db| {
            let of = |client: &Client| second_factors::table.find(client.user());
            let sealed: Vec<u8> = of(&world.a.viewer).select(second_factors::sealed).first(db).unwrap();
            let exchanged = diesel::update(of(&world.a.admin)).set(second_factors::sealed.eq(sealed));
            exchanged.execute(db).unwrap();
        });
        let body = json!({"challenge": other.challenge(server), "code": one.code(server)});
        let reply = server.stranger().post(ANSWER, body).try_send().unwrap();
        assert_eq!(reply.status, 500, "{reply}");
        other.answer(server, &other.recovery[0]).expect(200);
        one.answer(server, &one.code(server)).expect(200);
    }

    fn with_the_account_it_is_erased(world: World) {
        let server = &world.server;
        App::of(server, &world.a.viewer, "viewer@wadi.example");
        App::of(server, &world.a.coordinator, "coordinator@wadi.example");
        world.a.contributor.post(TOTP, json!({})).expect(200);
        assert_eq!(kept(server), (3, 20));
        world.a.viewer.delete("/v1/me").if_match("*").expect(204);
        world.a.contributor.delete("/v1/me").if_match("*").expect(204);
        assert_eq!(kept(server), (1, 10));
    }

    /// For who has lost the app and the codes, by a command and not otherwise.
    fn the_operator_removes_it(world: World) {
        let server = &world.server;
        let app = App::of(server, &world.a.viewer, "viewer@wadi.example");
        let reset = |more: &[&str]| {
            let output = process::run(&server.place, &[&["reset-password", "--email", &app.email], more].concat());
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let password = said.lines().nth(1).unwrap().trim().to_owned();
            (json!({"email": app.email, "password": password}), said)
        };
        let (login, said) = reset(&[]);
        assert!(said.contains("is still asked for"), "{said}");
        server.stranger().post(LOGIN, login).problem("second-factor-required");
        let (login, said) = reset(&["--remove-second-factor"]);
        assert!(said.contains("are removed"), "{said}");
        let signed_in = server.stranger().post(LOGIN, login).expect(200).json();
        assert_eq!((&signed_in["user"]["second_factor"], kept(server)), (&json!("none"), (0, 0)));
        let (_, said) = reset(&["--remove-second-factor"]);
        assert!(said.contains("There was no second factor"), "{said}");
        let entries = server.journal().into_iter().filter(|entry| entry.action == "user.second_factor_removed");
        let requests: Vec<String> = entries.map(|entry| entry.request_id).collect();
        assert_eq!(requests, ["command:reset-password"]);
    }
}
