//! From where a token may be used.

use awasir::db::Engine;

use super::*;

const READ: &str = "/v1/communities";

/// A world behind a proxy on loopback.
fn behind_a_proxy(engine: Engine) -> World {
    World::on(TestServer::with(engine, |settings| {
        settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]
    }))
}

on_both_engines! {
    fn only_from_its_networks(engine: Engine) {
        let world = behind_a_proxy(engine);
        let mut body = asked(&world, "viewer");
        body["allowed_networks"] = json!(["192.0.2.0/24", "2001:db8:7::/48"]);
        let token = made(&world, body);
        let machine = machine(&world, &token);
        let from = |address: &str| machine.get(READ).header("X-Forwarded-For", address).send();
        for inside in ["192.0.2.1", "192.0.2.255", "2001:db8:7::9", "::ffff:192.0.2.9", "198.51.100.1, 192.0.2.4"] {
            from(inside).expect(200);
        }
        for outside in ["198.51.100.1", "192.0.3.1", "2001:db8:8::9", "192.0.2.4, 198.51.100.1"] {
            from(outside).problem("invalid-token").expect(401);
        }
        machine.get(READ).problem("invalid-token");
        // Narrowed: what was inside is outside from the next request.
        let narrower = json!({"allowed_networks": ["192.0.2.0/25"]});
        world.a.admin.patch(&path(&token), narrower).if_match("*").expect(200);
        from("192.0.2.200").problem("invalid-token");
        from("192.0.2.100").expect(200);
        let wider = json!({"allowed_networks": ["192.0.2.0/24"]});
        world.a.admin.patch(&path(&token), wider).if_match("*").expect(422).error("/allowed_networks", "not-narrower");
    }

    fn nobody_names_their_own_address(world: World) {
        let mut body = asked(&world, "viewer");
        body["allowed_networks"] = json!(["192.0.2.0/24"]);
        let token = made(&world, body);
        // No proxy is trusted: the header is the caller's own invention.
        machine(&world, &token).get(READ).header("X-Forwarded-For", "192.0.2.1").problem("invalid-token");
    }
}
