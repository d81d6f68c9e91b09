//! Who has an account can't be found out by signing in, by resets, or by inviting: status, body and headers are the same.
//! How long a sign-in takes: `login_timing`; resets by mail: `mail::resetting::it_does_not_tell_who_has_an_account`.

use awasir::access::Role;

use super::*;
use crate::support::world::{PASSWORD, join, person};

/// All of an answer but what is another's in each: the request's id, the date, what is left of the limit.
fn all_of(reply: &Reply) -> (u16, Vec<(String, String)>, Value) {
    let mut headers: Vec<(String, String)> = reply
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "date", "ratelimit"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (reply.status, headers, told(reply))
}

/// Expects answers that can't be told apart.
#[track_caller]
fn alike(replies: &[Reply]) {
    let first = all_of(&replies[0]);
    for reply in replies {
        // The length is that of the request's id too, which is always as long.
        assert_eq!(all_of(reply), first, "{}\nand\n{reply}", replies[0]);
    }
}

fn erased(world: &World, email: &str) {
    let gone = person(&world.server, email, false);
    gone.delete("/v1/me").if_match("*").expect(204);
}

on_both_engines! {
    fn by_signing_in(world: World) {
        person(&world.server, "known@example.org", false);
        erased(&world, "erased@example.org");
        let login = |who: Value| {
            let mut body = json!({"password": "قنطرة غير معروفة"});
            body.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
            world.stranger.post("/v1/auth/login", body).send()
        };
        let mut replies = Vec::new();
        for email in ["known@example.org", "unknown@example.org", "erased@example.org", "admin@wadi.example", "network@awasir.example", "KNOWN@example.org"] {
            replies.push(login(json!({"email": email})));
        }
        replies.push(login(json!({"phone": "+249912000009"})));
        // Whatever the client says that it reads is answered in, not what the account's owner reads.
        alike(&replies);
        assert_eq!(replies[0].status, 401);
        let both = login(json!({"email": "known@example.org", "phone": "+249912000009"}));
        let neither = login(json!({"email": "unknown@example.org", "phone": "+249912000009"}));
        alike(&[both, neither]);
    }

    /// The limits count what is tried, not what there is: eleven tries on either account.
    fn by_being_slowed_down(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| {
            settings.rate_limit = true;
            settings.rate_stranger_per_minute = 10_000;
            settings.rate_sign_in_per_minute = 3;
            settings.rate_sign_in_account_failures = 10;
            settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        }));
        person(&world.server, "known@example.org", false);
        let tries = |email: &str, from: &dyn Fn(usize) -> String| -> Vec<(u16, Value)> {
            let tried = (0..14).map(|n| {
                let body = json!({"email": email, "password": "قنطرة غير معروفة"});
                let reply = world.stranger.post("/v1/auth/login", body).header("X-Forwarded-For", &from(n)).send();
                let policy = reply.header("ratelimit-policy").unwrap_or_default().to_owned();
                let mut said = told(&reply);
                said["policy"] = json!(policy);
                (reply.status, said)
            });
            tried.collect()
        };
        let one = |_| "203.0.113.7".to_owned();
        let many = |n: usize| format!("198.51.100.{n}");
        for from in [&one as &dyn Fn(usize) -> String, &many] {
            let (known, unknown) = (tries("known@example.org", from), tries("unknown@example.org", from));
            assert_eq!(known, unknown);
            assert_eq!((known[0].0, known[13].0), (401, 429), "{known:?}");
        }
    }

    fn by_resets(world: World) {
        // A code is all that is said: nobody names an account there.
        let redeem = |code: &str, password: &str| {
            world.stranger.post("/v1/auth/reset", json!({"code": code, "password": password})).send()
        };
        let member = world.a.members[&Role::Viewer];
        let issue = || {
            let path = world.a.path(&format!("/members/{member}/reset-code"));
            world.a.admin.post(&path, json!({})).expect(201).json()["code"].as_str().unwrap().to_owned()
        };
        // Unknown, replaced by another, used up: alike, with a good password and with a weak one.
        let (replaced, used) = (issue(), issue());
        redeem(&used, "نخيل على ضفة النيل").expect(204);
        for password in ["نخيل على ضفة النيل", "x"] {
            alike(&["2345-6789-ABCD", &replaced, &used, "nonsense"].map(|code| redeem(code, password)));
        }
        // Whom an admin may not reset is refused alike: members by name only, of two organisations, network admins.
        let of_two = join(&world.server, &world.b.viewer, world.a.id, Role::Viewer);
        let network = join(&world.server, &world.network_admin, world.a.id, Role::Viewer);
        let by_name = world.a.admin.post(&world.a.path("/members"), json!({"name": {"ar": "عمر"}})).expect(201).id();
        let own = world.a.members[&Role::Admin].to_string();
        alike(&[of_two.to_string(), network.to_string(), by_name, own].map(|member| {
            world.a.admin.post(&world.a.path(&format!("/members/{member}/reset-code")), json!({})).send()
        }));
    }

    fn by_inviting(world: World) {
        person(&world.server, "known@example.org", false);
        erased(&world, "erased@example.org");
        let invite = |email: &str| {
            let body = json!({"email": email, "role": "viewer", "name": {"ar": "آمنة"}});
            world.a.admin.post(&world.a.path("/invitations"), body).expect(201)
        };
        let (known, unknown, gone) = (invite("known@example.org"), invite("unknown@example.org"), invite("erased@example.org"));
        let shape = |reply: &Reply| {
            let mut body = reply.json();
            for member in ["id", "token", "code", "link"] {
                let length = body[member].as_str().unwrap().len();
                body[member] = json!(length);
            }
            body["expires_at"] = Value::Null;
            body
        };
        assert_eq!(shape(&known), shape(&unknown));
        assert_eq!(shape(&known), shape(&gone));
        let preview = |invitation: &Reply| {
            let reply = world.stranger.post("/v1/auth/invitations/preview", json!({"token": invitation.json()["token"]})).expect(200);
            let mut body = reply.json();
            for member in ["email", "expires_at", "usable_from"] {
                body[member] = Value::Null;
            }
            body
        };
        assert_eq!(preview(&known), preview(&unknown));
        // In the list both wait, and the member that each becomes is entered on acceptance only.
        let states: Vec<Value> = world.a.admin.get(&world.a.path("/invitations")).expect(200).data();
        assert!(states.iter().all(|one| one["state"] == "pending"), "{states:?}");
    }

    /// What is wrong with an acceptance is told before anybody looks whether there is an account.
    fn by_accepting_badly(world: World) {
        person(&world.server, "known@example.org", false);
        let open = world.a.admin.post(&world.a.path("/invitations"), json!({"role": "viewer", "name": {"ar": "آمنة"}})).expect(201).json();
        let accept = |email: &str, more: Value| {
            let mut body = json!({"token": open["token"], "email": email});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            world.stranger.post("/v1/auth/invitations/accept", body).send()
        };
        for more in [json!({}), json!({"password": "short"}), json!({"password": "password123"}), json!({"password": "x".repeat(500)}),
            json!({"password": PASSWORD, "name": {"ar": ""}}), json!({"password": PASSWORD, "zzz": 1}), json!({"password": 7})] {
            alike(&[accept("known@example.org", more.clone()), accept("nobody@example.org", more)]);
        }
        // One that says neither whom it is for nor how they sign in, as the network's admin may issue them.
        world.server.look(|db| {
            use awasir::db::schema::invitations;
            use diesel::prelude::*;
            let no_name = None::<awasir::types::Json<Value>>;
            diesel::update(invitations::table).set(invitations::name.eq(no_name)).execute(db).unwrap()
        });
        let more = json!({"password": "قنطرة غير معروفة"});
        let replies = [accept("known@example.org", more.clone()), accept("nobody@example.org", more)];
        alike(&replies);
        assert_eq!(replies[0].errors(), [("/name".to_owned(), "required".to_owned())]);
    }

    /// Of somebody in no organisation of one's own the answer is not why; and asking is slow.
    fn by_changing_one_s_own_login(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| {
            settings.rate_limit = true;
            settings.rate_sign_in_per_minute = 4;
        }));
        let change = |email: &str| world.a.viewer.patch("/v1/me", json!({"email": email})).if_match("*").send();
        let taken = [change("admin@nile.example"), change("network@awasir.example"), change("viewer@nile.example")];
        alike(&taken);
        assert!(!taken[0].text().contains("taken"), "{}", taken[0]);
        change("coordinator@wadi.example").problem("email-taken").expect(409);
        change("nobody@example.org").problem("rate-limited").expect(429);
    }
}
