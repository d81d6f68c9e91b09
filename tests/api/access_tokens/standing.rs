//! What becomes of a token when its owner or its organisation isn't what it was.

use super::*;

const READ: &str = "/v1/communities";

fn community(name: &str) -> Value {
    json!({"name": {"ar": name}, "country": "SD"})
}

on_both_engines! {
    fn it_shrinks_with_its_maker(world: World) {
        let (maker, member) = second_admin(&world);
        let token = maker.post(&world.a.path("/access-tokens"), asked(&world, "admin")).expect(201).json();
        let machine = machine(&world, &token);
        machine.get(&world.a.path("/access-tokens")).expect(200);
        machine.post("/v1/communities", community("الأولى")).expect(201);
        let demote = |role: &str| {
            world.a.admin.patch(&world.a.path(&format!("/members/{member}")), json!({"role": role})).if_match("*").expect(200);
        };
        demote("contributor");
        machine.get(&world.a.path("/access-tokens")).problem("forbidden");
        machine.post("/v1/communities", community("الثانية")).expect(201);
        let seen = read(&world, &token);
        assert_eq!(seen["role"], "admin");
        assert!(seen["permissions"].as_array().unwrap().contains(&json!("tokens:read")));
        assert!(!seen["permissions_in_force"].as_array().unwrap().contains(&json!("tokens:read")));
        demote("viewer");
        machine.post("/v1/communities", community("الثالثة")).problem("forbidden");
        machine.get(READ).expect(200);
        // With its maker it rises again, to what it was made for and not above.
        demote("coordinator");
        machine.post("/v1/communities", community("الرابعة")).expect(201);
        machine.get(&world.a.path("/access-tokens")).problem("forbidden");
    }

    fn orphaned_it_works_fourteen_days_until_adopted(world: World) {
        let (maker, member) = second_admin(&world);
        let make = || maker.post(&world.a.path("/access-tokens"), asked(&world, "contributor")).expect(201).json();
        let (adopted, left) = (make(), make());
        let (first, second) = (machine(&world, &adopted), machine(&world, &left));
        first.get(READ).expect(200);
        second.get(READ).expect(200);
        let inbox = || {
            let items = world.a.admin.get(&world.a.path("/inbox")).expect(200).data();
            items.into_iter().filter(|item| item["type"] == "access_token").collect::<Vec<_>>()
        };
        assert_eq!(inbox().len(), 0);
        world.a.admin.post(&format!("{}/adopt", path(&adopted)), json!({})).problem("state-conflict").expect(409);
        world.a.admin.post(&world.a.path(&format!("/members/{member}/end")), json!({})).expect(200);
        let left_at = world.server.app.clock.now();
        first.get(READ).expect(200);
        second.get(READ).expect(200);
        let seen = read(&world, &adopted);
        assert_eq!(seen["state"], "orphaned");
        let works_until: awasir::types::Instant = serde_json::from_value(seen["works_until"].clone()).unwrap();
        assert!(left_at.plus(DAY * 14).since(works_until) < Duration::from_secs(60));
        let waiting = inbox();
        assert_eq!(waiting.len(), 2);
        let of_first = waiting.iter().find(|item| item["id"] == adopted["id"]).unwrap();
        assert_eq!(of_first["href"], format!("{}/adopt", path(&adopted)));
        let viewers = world.a.coordinator.get(&world.a.path("/inbox")).expect(200).data();
        assert!(viewers.iter().all(|item| item["type"] != "access_token"));
        let adopt = || world.a.admin.post(of_first["href"].as_str().unwrap(), json!({}));
        world.b.admin.post(of_first["href"].as_str().unwrap(), json!({})).problem("not-found");
        world.a.coordinator.post(of_first["href"].as_str().unwrap(), json!({})).problem("forbidden");
        first.post(of_first["href"].as_str().unwrap(), json!({})).problem("forbidden");
        let after = adopt().expect(200).json();
        assert_eq!((&after["state"], &after["owner_id"]), (&json!("active"), &json!(world.a.admin.user().to_string())));
        assert_eq!(after["created_by"], maker.user().to_string());
        assert_eq!(adopt().expect(200).json()["version"], after["version"], "it stands already");
        world.server.advance(DAY * 13);
        second.get(READ).expect(200);
        world.server.advance(DAY);
        second.get(READ).problem("invalid-token");
        first.get(READ).expect(200);
        assert_eq!(read(&world, &left)["state"], "expired");
        world.a.admin.post(&format!("{}/adopt", path(&left)), json!({})).problem("state-conflict");
        assert_eq!(inbox().len(), 0);
        let actions: Vec<String> = world.server.journal().into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions.iter().filter(|action| *action == "access_token.orphaned").count(), 2);
    }

    fn who_erases_their_account_orphans_it_too(world: World) {
        let (maker, _) = second_admin(&world);
        let token = maker.post(&world.a.path("/access-tokens"), asked(&world, "viewer")).expect(201).json();
        let version = maker.get("/v1/me").expect(200).etag();
        maker.delete("/v1/me").if_match(&version).expect(204);
        machine(&world, &token).get(READ).expect(200);
        assert_eq!(read(&world, &token)["state"], "orphaned");
    }

    fn who_comes_back_does_not_bring_it_along(world: World) {
        let (maker, member) = second_admin(&world);
        let token = maker.post(&world.a.path("/access-tokens"), asked(&world, "admin")).expect(201).json();
        let machine = machine(&world, &token);
        world.a.admin.post(&world.a.path(&format!("/members/{member}/end")), json!({})).expect(200);
        machine.get(&world.a.path("/access-tokens")).expect(200);
        let body = json!({"email": "second@wadi.example", "role": "viewer", "name": {"ar": "عائد"}});
        let invited = world.a.admin.post(&world.a.path("/invitations"), body).expect(201).json();
        maker.renew().post("/v1/auth/invitations/accept", json!({"token": invited["token"]})).expect(200);
        // As a viewer: the token that they made is not above them.
        machine.get(&world.a.path("/access-tokens")).problem("forbidden");
        assert_eq!(read(&world, &token)["state"], "orphaned");
    }

    fn a_suspended_organisation_s_token_reads_its_own(world: World) {
        let token = made(&world, asked(&world, "contributor"));
        let machine = machine(&world, &token);
        machine.post("/v1/communities", community("قبل")).expect(201);
        let suspend = world.a.path("/suspend");
        world.network_admin.post(&suspend, json!({"reason": {"ar": "تحقيق"}})).expect(200);
        machine.post("/v1/communities", community("بعد")).problem("forbidden");
        machine.get(&world.a.path("/members")).expect(200);
        machine.get(&world.b.path("")).problem("not-found");
        world.network_admin.post(&world.a.path("/reinstate"), json!({"reason": {"ar": "انتهى"}})).expect(200);
        machine.post("/v1/communities", community("بعد ذلك")).expect(201);
    }

    fn one_that_ends_soon_is_warned_of(world: World) {
        let mut body = asked(&world, "viewer");
        body["expires_at"] = json!(world.server.app.clock.now().plus(DAY * 10));
        let token = made(&world, body);
        made(&world, asked(&world, "viewer"));
        let items = world.a.admin.get(&world.a.path("/inbox")).expect(200).data();
        let of_tokens: Vec<&Value> = items.iter().filter(|item| item["type"] == "access_token").collect();
        assert_eq!(of_tokens.len(), 1);
        assert_eq!((&of_tokens[0]["id"], &of_tokens[0]["action"]), (&token["id"], &json!("rotate")));
        let later = json!({"expires_at": world.server.app.clock.now().plus(DAY * 300)});
        world.a.admin.post(of_tokens[0]["href"].as_str().unwrap(), later).expect(200);
        let items = world.a.admin.get(&world.a.path("/inbox")).expect(200).data();
        assert!(items.iter().all(|item| item["type"] != "access_token"));
    }

    /// Whoever is an admin no more leaves no token behind that says so.
    fn made_while_its_maker_is_put_out(world: World) {
        for way in ["end", "demote", "cut off"] {
            let email = format!("{}@wadi.example", way.replace(' ', "-"));
            let maker = world::person(&world.server, &email, false);
            let member = world::join(&world.server, &maker, world.a.id, Role::Admin);
            let member = world.a.path(&format!("/members/{member}"));
            let statuses = crate::races::at_once(|number| {
                if number != 5 {
                    return maker.post(&world.a.path("/access-tokens"), asked(&world, "admin")).send().status;
                }
                let put_out = match way {
                    "end" => world.a.admin.post(&format!("{member}/end"), json!({})),
                    "demote" => world.a.admin.patch(&member, json!({"role": "viewer"})).if_match("*"),
                    _ => world.network_admin.post(&format!("/v1/users/{}/revoke", maker.user()), json!({})),
                };
                put_out.expect(200).status
            });
            assert!(statuses.iter().all(|status| [200, 201, 401].contains(status)), "{way}: {statuses:?}");
            for token in world.a.admin.get(&format!("{}?limit=200", world.a.path("/access-tokens"))).expect(200).data() {
                if token["owner_id"] != maker.user().to_string() {
                    continue;
                }
                let (state, in_force) = (token["state"].as_str().unwrap(), token["permissions_in_force"].to_string());
                match way {
                    "end" => assert_eq!(state, "orphaned", "{token}"),
                    "demote" => assert!(!in_force.contains("tokens:write"), "{token}"),
                    _ => assert_eq!(state, "revoked", "{token}"),
                }
            }
        }
    }

    /// What its owner is in another organisation is nothing to a token.
    fn a_change_elsewhere_does_not_touch_it(world: World) {
        let elsewhere = world::join(&world.server, &world.a.admin, world.b.id, Role::Viewer);
        let token = made(&world, asked(&world, "viewer"));
        let epoch = || -> i64 {
            use awasir::db::schema::access_tokens as tokens;
            use diesel::prelude::*;
            world.server.look(|db| tokens::table.select(tokens::epoch).first(db).unwrap())
        };
        let before = epoch();
        let member = world.b.path(&format!("/members/{elsewhere}"));
        world.b.admin.patch(&member, json!({"role": "contributor"})).if_match("*").expect(200);
        assert_eq!(epoch(), before);
        machine(&world, &token).get(READ).expect(200);
    }
}
