//! Rate limits.

use super::*;

fn limited(engine: Engine, proxies: &[&str]) -> World {
    World::on(TestServer::with(engine, |settings| {
        settings.rate_limit = true;
        settings.rate_signed_in_per_minute = 3;
        settings.rate_stranger_per_minute = 3;
        settings.trusted_proxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
    }))
}

/// An open operation that is counted, if there is one already.
fn open_path() -> Option<String> {
    let document: Value = serde_json::from_str(awasir::routes::openapi_json()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let open = |item: &Value| item["get"]["x-public"] == true;
    let found = paths.filter(|(path, item)| path.starts_with("/v1/") && !path.contains('{') && open(item));
    found.map(|(path, _)| path.clone()).next()
}

on_both_engines! {
    fn whoever_is_signed_in_is_counted_by_person(engine: Engine) {
        let world = limited(engine, &[]);
        for left in [2, 1, 0] {
            let reply = world.a.viewer.get(COMMUNITIES).expect(200);
            assert_eq!(reply.header("ratelimit-policy"), Some("\"signed-in\";q=3;w=60"));
            assert!(reply.header("ratelimit").unwrap().starts_with(&format!("\"signed-in\";r={left};t=")), "{reply}");
        }
        let refused = world.a.viewer.get(COMMUNITIES).problem("rate-limited").expect(429);
        let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert!(refused.header("ratelimit").unwrap().contains(";r=0;"));
        assert!(refused.header("ratelimit-policy").is_some());
        // Of the same address, and yet another person.
        world.a.contributor.get(COMMUNITIES).expect(200);
        // Health is never limited.
        (0..10).for_each(|_| drop(world.stranger.get("/readyz").expect(200)));
    }

    fn strangers_are_counted_by_address(engine: Engine) {
        let Some(path) = open_path() else { return };
        let world = limited(engine, &["127.0.0.0/8"]);
        let from = |address: &str| world.stranger.get(&path).header("X-Forwarded-For", address);
        (0..3).for_each(|_| drop(from("203.0.113.7").expect(200)));
        from("203.0.113.7").problem("rate-limited").expect(429);
        from("203.0.113.8").expect(200);
        // What the client wrote before its proxy did is not believed.
        from("198.51.100.1, 203.0.113.7").problem("rate-limited");
        // A network of 64 bits is one customer's.
        (1..=3).for_each(|n| drop(from(&format!("2001:db8::{n}")).expect(200)));
        from("2001:db8::99").problem("rate-limited");
    }

    fn only_trusted_proxies_are_believed(engine: Engine) {
        let Some(path) = open_path() else { return };
        let world = limited(engine, &[]);
        let from = |address: &str| world.stranger.get(&path).header("X-Forwarded-For", address);
        (1..=3).for_each(|n| drop(from(&format!("203.0.113.{n}")).expect(200)));
        from("203.0.113.4").problem("rate-limited");
    }

    /// Tokens that don't hold are their sender's calls, on every path; those of others go on.
    fn forged_tokens_are_counted_by_address(engine: Engine) {
        let world = limited(engine, &["127.0.0.0/8"]);
        let forged = world.stranger.with_token("x");
        let from = |client: &Client, path: &str, address: &str| {
            client.get(path).header("X-Forwarded-For", address).send()
        };
        (0..3).for_each(|_| drop(from(&forged, COMMUNITIES, "203.0.113.7").problem("invalid-token").expect(401)));
        from(&forged, COMMUNITIES, "203.0.113.7").problem("rate-limited").expect(429);
        from(&world.stranger, COMMUNITIES, "203.0.113.7").problem("rate-limited").expect(429);
        from(&forged, "/v1/nothing", "203.0.113.7").problem("rate-limited").expect(429);
        from(&forged, COMMUNITIES, "203.0.113.8").problem("invalid-token").expect(401);
        from(&world.a.viewer, COMMUNITIES, "203.0.113.7").expect(200);
        // Paths that lead nowhere are counted too.
        (0..3).for_each(|_| drop(from(&world.stranger, "/v1/nothing", "203.0.113.9").expect(404)));
        from(&world.stranger, "/v1/nothing", "203.0.113.9").problem("rate-limited").expect(429);
    }
}
