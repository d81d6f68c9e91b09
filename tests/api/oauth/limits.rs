//! From where, and how often.

use super::*;
use crate::support::stored;

fn behind_proxies(engine: Engine, limits: bool) -> World {
    World::on(TestServer::with(engine, |settings| {
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        settings.rate_limit = limits;
        settings.rate_stranger_per_minute = 5;
        settings.rate_signed_in_per_minute = 8;
    }))
}

on_both_engines! {
    fn a_client_calls_from_its_own_networks(engine: Engine) {
        let world = behind_proxies(engine, false);
        let networks = json!({"allowed_networks": ["203.0.113.0/24", "2001:db8:7::/48"]});
        let machine = Machine::of(&world, &world.a, &["projects:read"], networks);
        let from = |address: &str| machine.ask(None).header("X-Forwarded-For", address);
        for inside in ["203.0.113.7", "2001:db8:7::1", "::ffff:203.0.113.9", "198.51.100.1, 203.0.113.7"] {
            from(inside).expect(200);
        }
        let wrong = machine.with("x").ask(None).problem("invalid-client").text();
        for outside in ["203.0.114.7", "2001:db8:8::1", "203.0.113.7, 198.51.100.1", "nonsense"] {
            let refused = from(outside).problem("invalid-client").expect(401);
            assert_eq!(refused.text(), wrong, "as if it were no client");
        }
        // What was given within them is not good outside.
        let given = from("203.0.113.7").expect(200).json();
        let caller = world.stranger.with_token(given["access_token"].as_str().unwrap());
        let read = |address: &str| caller.get("/v1/projects").header("X-Forwarded-For", address);
        read("203.0.113.8").expect(200);
        read("198.51.100.8").problem("invalid-token").expect(401);
        // It is told from where it was last used, failures aside.
        let told = machine.post(INTROSPECT, &[("token", &machine.secret)]).header("X-Forwarded-For", "203.0.113.7");
        assert_eq!(told.expect(200).json()["active"], true);
    }

    fn who_fails_is_counted_by_address_and_a_client_by_itself(engine: Engine) {
        let world = behind_proxies(engine, true);
        let machine = Machine::of(&world, &world.a, &["projects:read"], json!({}));
        let from = |machine: &Machine, address: &str| machine.ask(None).header("X-Forwarded-For", address);
        // Of one address, as often as the client's own limit has it.
        for left in (0..8).rev() {
            let reply = from(&machine, "203.0.113.7").expect(200);
            assert_eq!(reply.header("ratelimit-policy"), Some("\"signed-in\";q=8;w=60"));
            assert!(reply.header("ratelimit").unwrap().starts_with(&format!("\"signed-in\";r={left};")), "{reply}");
        }
        let limited = from(&machine, "203.0.113.7").problem("rate-limited").expect(429);
        assert_eq!(limited.json()["error"], "slow_down");
        let wait: u64 = limited.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{limited}");
        // It is the access token's limit, wherever it calls from and with whatever it was given.
        world.stranger.with_token(&machine.secret).get("/v1/projects").problem("rate-limited").expect(429);
        let wrong = machine.with("x");
        for _ in 0..5 {
            from(&wrong, "203.0.113.9").problem("invalid-client").expect(401);
        }
        let refused = from(&wrong, "203.0.113.9").problem("rate-limited").expect(429);
        assert_eq!(refused.json()["error"], "slow_down");
        from(&wrong, "203.0.113.10").problem("invalid-client").expect(401);
        // Others are not slowed, nor is anybody who signs in.
        let other = Machine::of(&world, &world.b, &["projects:read"], json!({}));
        from(&other, "203.0.113.11").expect(200);
        world.a.admin.get("/v1/projects").header("X-Forwarded-For", "203.0.113.9").expect(200);
    }

    fn many_wrong_secrets_leave_nothing(world: World) {
        let machine = Machine::reader(&world, &world.a);
        let jwt = machine.caller(None).token().unwrap();
        world.server.journal();
        // Entries from before are sealed meanwhile.
        let kept = || {
            let mut rows = world.server.look(stored::rows);
            rows.retain(|row| !row.starts_with("journal_seals "));
            rows
        };
        let (before, remembered) = (kept(), world.server.app.verifier.len());
        for n in 0..200 {
            let made = awasir::access_tokens::secret::generate().unwrap();
            let secret = match n % 4 {
                0 => made.expose().to_owned(),
                1 => format!("awasir_at_{n:042}"),
                2 => format!("{jwt}{n}"),
                _ => format!("{n}"),
            };
            machine.with(&secret).ask(None).problem("invalid-client").expect(401);
        }
        assert_eq!(kept(), before);
        assert_eq!(world.server.app.verifier.len(), remembered);
    }
}
