//! Tokens that end (RFC 7009), and what is told of them (RFC 7662).

use awasir::access::Role;
use awasir::db::schema::revocations;
use diesel::prelude::*;

use super::*;

#[track_caller]
fn refused_within_a_second(client: &Client) {
    eventually("the JWT is refused", SECOND, || client.get("/v1/projects").send().status == 401);
    client.get("/v1/projects").problem("invalid-token").expect(401);
}

/// How many rows say that something ended.
fn rows(world: &World) -> i64 {
    world.server.look(|db| revocations::table.count().get_result(db).unwrap())
}

on_both_engines! {
    fn a_jwt_ends_with_what_it_was_made_of(world: World) {
        let a = &world.a;
        type Act<'a> = (&'a str, &'a dyn Fn(&Machine));
        let change = |machine: &Machine, body: Value| drop(a.admin.patch(&machine.path(), body).if_match("*").expect(200));
        let ways: [Act; 4] = [
            ("revoked by an admin", &|machine| drop(a.admin.delete(&machine.path()).expect(204))),
            ("narrowed", &|machine| change(machine, json!({"permissions": ["organisations:read"]}))),
            ("rotated at once", &|machine| {
                drop(a.admin.post(&format!("{}/rotate", machine.path()), json!({})).expect(200));
            }),
            ("revoked by the network", &|machine| drop(world.network_admin.delete(&machine.path()).expect(204))),
        ];
        for (how, act) in ways {
            let machine = Machine::reader(&world, a);
            let caller = machine.caller(None);
            caller.get("/v1/projects").expect(200);
            act(&machine);
            eventually(how, SECOND, || caller.get("/v1/projects").send().status == 401);
            let teller = Machine::reader(&world, a);
            assert_eq!(teller.told(&caller.token().unwrap()), inactive(), "{how}");
        }
        // Whoever answers for it is an admin no more.
        let writer = Machine::of(&world, a, &["projects:read", "projects:write"], json!({"role": "contributor"}));
        let caller = writer.caller(None);
        let member = a.path(&format!("/members/{}", a.members[&Role::Admin]));
        support::world::join(&world.server, &support::world::person(&world.server, "second@wadi.example", false), a.id, Role::Admin);
        a.admin.patch(&member, json!({"role": "viewer"})).if_match("*").expect(200);
        refused_within_a_second(&caller);
        assert_eq!(writer.ask(None).expect(200).json()["scope"], "projects:read");
        // The organisation is suspended.
        let machine = Machine::reader(&world, &world.b);
        let caller = machine.caller(None);
        world.network_admin.post(&world.b.path("/suspend"), json!({"reason": ar("مراجعة")})).expect(200);
        refused_within_a_second(&caller);
    }

    fn a_client_ends_its_own(world: World) {
        let machine = Machine::reader(&world, &world.a);
        let (one, other) = (machine.caller(None), machine.caller(None));
        let reply = machine.end(&one.token().unwrap());
        for (name, value) in [("cache-control", "no-store"), ("pragma", "no-cache")] {
            assert_eq!(reply.header(name), Some(value), "{reply}");
        }
        // On this node there is nothing to wait for.
        one.get("/v1/projects").problem("invalid-token").expect(401);
        other.get("/v1/projects").expect(200);
        assert_eq!(machine.told(&one.token().unwrap()), inactive());
        let before = rows(&world);
        machine.end(&one.token().unwrap());
        assert_eq!(rows(&world), before, "what ended already leaves nothing more");
        // The hint may be wrong.
        let hinted = [("token", machine.secret.as_str()), ("token_type_hint", "refresh_token")];
        machine.post(REVOKE, &hinted).expect(200);
        other.get("/v1/projects").problem("invalid-token").expect(401);
        machine.ask(None).problem("invalid-client").expect(401);
        machine.post(REVOKE, &hinted).problem("invalid-client").expect(401);
        let shown = world.a.admin.get(&machine.path()).expect(200).json();
        assert_eq!(shown["state"], "revoked");
        let journal = world.server.journal();
        let entry = journal.iter().find(|entry| entry.action == "access_token.revoked").unwrap();
        assert_eq!(entry.thing_id.0.to_string(), machine.id);
        assert_eq!(entry.organisation_id, Some(world.a.id));
        assert_eq!(entry.user_id, Some(world.a.admin.user()));
        assert_eq!(world.server.actions_on(&machine.id).iter().filter(|one| *one == "access_token.revoked").count(), 1);
    }

    /// Whoever holds it could do as much with it.
    fn a_client_ends_what_else_it_holds_of_its_organisation(world: World) {
        let (machine, second) = (Machine::reader(&world, &world.a), Machine::reader(&world, &world.a));
        let caller = second.caller(None);
        assert_eq!(machine.told(&caller.token().unwrap())["client_id"], second.id.as_str());
        machine.end(&caller.token().unwrap());
        caller.get("/v1/projects").problem("invalid-token").expect(401);
        second.caller(None).get("/v1/projects").expect(200);
        assert_eq!(machine.told(&second.secret)["active"], true);
        machine.end(&second.secret);
        second.ask(None).problem("invalid-client").expect(401);
        assert_eq!(machine.told(&second.secret), inactive());
        machine.caller(None).get("/v1/projects").expect(200);
    }

    /// A narrower JWT is not to become the whole access token, nor one of ten minutes a secret of months.
    fn a_jwt_does_not_rotate_what_it_was_made_of(world: World) {
        let rights = ["tokens:read", "tokens:write", "visits:read"];
        let machine = Machine::of(&world, &world.a, &rights, json!({"role": "admin"}));
        let rotate = format!("{}/rotate", machine.path());
        for scope in [Some("tokens:read tokens:write"), None] {
            machine.caller(scope).post(&rotate, json!({})).problem("person-required").expect(403);
        }
        world.stranger.with_token(&machine.secret).post(&rotate, json!({})).expect(200);
    }

    /// Each is remembered by every node for a while.
    fn a_client_ends_so_many_jwts_a_minute(engine: awasir::db::Engine) {
        let world = World::on(TestServer::with(engine, |settings| settings.rate_limit = true));
        let machine = Machine::reader(&world, &world.a);
        let caller = || machine.caller(None).token().unwrap();
        for _ in 0..30 {
            machine.end(&caller());
        }
        let one_more = caller();
        let reply = machine.post(REVOKE, &[("token", &one_more)]).send();
        assert_eq!((reply.status, reply.json()["error"].as_str()), (429, Some("slow_down")), "{reply}");
        let ended = world.server.actions_on(&machine.id);
        assert_eq!(ended.iter().filter(|one| *one == "access_token.jwt_revoked").count(), 30);
        // The access token itself can be ended all the same.
        machine.end(&machine.secret);
        world.stranger.with_token(&one_more).get("/v1/projects").problem("invalid-token").expect(401);
    }

    fn of_what_is_another_s_nothing_is_known(world: World) {
        let (machine, other) = (Machine::reader(&world, &world.a), Machine::reader(&world, &world.b));
        let theirs = other.caller(None);
        let login = json!({"email": "viewer@wadi.example", "password": support::world::PASSWORD});
        let session = world.stranger.post("/v1/auth/login", login).expect(200).json();
        let member = |name: &str| session[name].as_str().unwrap().to_owned();
        let jwt = theirs.token().unwrap();
        let made_up = format!("{}x", &machine.secret[..machine.secret.len() - 1]);
        let before = rows(&world);
        for token in [other.secret.clone(), jwt.clone(), member("access_token"), member("refresh_token"),
            world.a.admin.token().unwrap(), world.network_admin.token().unwrap(), made_up, jwt[..jwt.len() - 3].to_owned(),
            "awasir_at_".to_owned(), "x".to_owned(), "سر".to_owned(), "\u{0}".to_owned(), "a.b.c".to_owned(), "x".repeat(100_000)] {
            let reply = machine.post(INTROSPECT, &[("token", &token)]).expect(200);
            assert_eq!(reply.text(), r#"{"active":false}"#);
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            machine.end(&token);
        }
        assert_eq!(rows(&world), before);
        theirs.get("/v1/projects").expect(200);
        other.caller(None).get("/v1/projects").expect(200);
        let mine = world.stranger.with_token(&member("access_token"));
        mine.get("/v1/me").expect(200);
        world.stranger.post("/v1/auth/refresh", json!({"refresh_token": member("refresh_token")})).expect(200);
    }

    fn what_is_told_of_a_token(world: World) {
        let (machine, now) = (Machine::reader(&world, &world.a), world.server.app.clock.now().micros() / 1_000_000);
        let issuer = world.server.app.settings.public_url.clone();
        let token = machine.caller(Some("projects:read")).token().unwrap();
        let told = machine.told(&token);
        let members: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["active", "aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_type"]);
        assert_eq!((&told["scope"], &told["token_type"]), (&json!("projects:read"), &json!("Bearer")));
        assert_eq!((told["client_id"].as_str(), told["sub"].as_str()), (Some(machine.id.as_str()), Some(machine.id.as_str())));
        assert_eq!((told["iss"].as_str(), told["aud"].as_str()), (Some(issuer.as_str()), Some(issuer.as_str())));
        let (exp, iat) = (told["exp"].as_i64().unwrap(), told["iat"].as_i64().unwrap());
        assert!(exp - iat == 600 && (now..now + 10).contains(&iat), "{told}");
        let told = machine.told(&machine.secret);
        assert_eq!(told["scope"], "organisations:read projects:read");
        let month = 30 * 24 * 3600;
        assert!((now + month - 10..=now + month + 10).contains(&told["exp"].as_i64().unwrap()), "{told}");
        world.server.advance(601 * SECOND);
        assert_eq!(machine.told(&token), inactive());
        assert_eq!(machine.told(&machine.secret)["active"], true);
    }

    /// However many ask while it is narrowed and withdrawn: no JWT of before is good afterwards.
    fn what_was_asked_for_meanwhile_ends_too(world: World) {
        let machine = Machine::reader(&world, &world.a);
        let narrow = || world.a.admin.patch(&machine.path(), json!({"permissions": ["projects:read"]})).if_match("*").expect(200);
        let withdraw = || world.a.admin.delete(&machine.path()).expect(204);
        let steps: [(&(dyn Fn() -> Reply + Sync), &str); 2] = [(&narrow, "/v1/organisations"), (&withdraw, "/v1/projects")];
        for (step, no_more) in steps {
            let done = std::sync::atomic::AtomicBool::new(false);
            let given = std::thread::scope(|scope| {
                let asking: Vec<_> = (0..16).map(|_| {
                    scope.spawn(|| {
                        let mut given = Vec::new();
                        while !done.load(std::sync::atomic::Ordering::Relaxed) {
                            let reply = machine.ask(None).send();
                            assert!([200, 401].contains(&reply.status), "{reply}");
                            given.extend(reply.json()["access_token"].as_str().map(str::to_owned));
                        }
                        given
                    })
                }).collect();
                std::thread::sleep(Duration::from_millis(150));
                step();
                std::thread::sleep(Duration::from_millis(100));
                done.store(true, std::sync::atomic::Ordering::Relaxed);
                asking.into_iter().flat_map(|one| one.join().unwrap()).collect::<Vec<_>>()
            });
            assert!(given.len() > 16, "{}", given.len());
            for token in given {
                let reply = world.stranger.with_token(&token).get(no_more).send();
                assert!([401, 403].contains(&reply.status), "{reply}");
            }
        }
        machine.ask(None).problem("invalid-client").expect(401);
    }

    /// A JWT that ended on one node has ended on the other within a second.
    fn what_ends_on_one_node_ends_on_the_other(world: World) {
        let second = TestServer::on(std::sync::Arc::clone(&world.server.place), |settings| {
            settings.public_url.clone_from(&world.server.app.settings.public_url);
        });
        let machine = Machine::reader(&world, &world.a);
        let there = Machine { stranger: second.stranger(), ..machine.clone() };
        let caller = machine.caller(None);
        let elsewhere = caller.at(&second.url);
        elsewhere.get("/v1/projects").expect(200);
        let token = caller.token().unwrap();
        machine.end(&token);
        refused_within_a_second(&elsewhere);
        assert_eq!(there.told(&token), inactive());
        let caller = there.caller(None);
        let here = caller.at(&world.server.url);
        here.get("/v1/projects").expect(200);
        there.end(&machine.secret);
        assert_eq!(machine.ask(None).problem("invalid-client").status, 401, "at once: the database is asked");
        refused_within_a_second(&here);
    }
}
