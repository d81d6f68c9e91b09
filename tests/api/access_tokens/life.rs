//! From its making to its end.

use awasir::access_tokens::secret;
use awasir::db::schema::{access_tokens, idempotency_keys, journal_values};
use awasir::types::Json;
use diesel::prelude::*;

use super::*;
use crate::races::at_once;

const READ: &str = "/v1/communities";

on_both_engines! {
    fn made_shown_once_and_used(world: World) {
        let path = world.a.path("/access-tokens");
        let body = asked(&world, "contributor");
        for (client, code) in
            [(&world.a.coordinator, "forbidden"), (&world.b.admin, "not-found"), (&world.network_admin, "forbidden")]
        {
            client.post(&path, body.clone()).problem(code);
        }
        let reply = world.a.admin.post(&path, body.clone()).key("once").expect(201);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let token = reply.json();
        assert_eq!(reply.header("location"), Some(super::path(&token).as_str()));
        let text = token["secret"].as_str().unwrap();
        assert!(secret::digest(text).is_some(), "{text}");
        assert!(text.starts_with(token["prefix"].as_str().unwrap()));
        assert!(text.ends_with(token["last_four"].as_str().unwrap()));
        assert_eq!((&token["state"], &token["version"]), (&json!("active"), &json!(1)));
        assert_eq!(token["owner_id"], world.a.admin.user().to_string());
        assert_eq!(token["permissions"], token["permissions_in_force"]);
        // The answer that is kept for repeats, what is read and what is listed are without the secret.
        let again = world.a.admin.post(&path, body).key("once").expect(201);
        assert_eq!((&again.json()["id"], &again.json()["secret"]), (&token["id"], &Value::Null));
        assert!(read(&world, &token).get("secret").is_none());
        let listed = world.a.admin.get(&path).expect(200).data();
        assert_eq!((listed.len(), &listed[0]["id"]), (1, &token["id"]));

        let machine = machine(&world, &token);
        machine.get(READ).expect(200);
        let community = json!({"name": {"ar": "ود رملي"}, "country": "SD"});
        let made = machine.post("/v1/communities", community).expect(201).json();
        assert_eq!(made["created_by_organisation_id"], world.a.id.to_string());
        machine.post("/v1/visits/01890a5d-ac96-774b-bcce-b302099a8057/propose", json!({})).problem("forbidden");
        // The journal says through what, and who answers for it.
        let entry = world.server.journal().into_iter().rev().find(|entry| entry.action == "community.created").unwrap();
        assert_eq!(entry.user_id.unwrap(), world.a.admin.user());
        let through: Option<awasir::types::AccessTokenId> = world.server.look(|db| {
            use awasir::db::schema::journal_entries as entries;
            entries::table.find(entry.id).select(entries::token_id).first(db).unwrap()
        });
        assert_eq!(through.unwrap().to_string(), token["id"]);
        nowhere_kept(&world, text);
    }

    fn a_machine_is_no_person(world: World) {
        let token = made(&world, asked(&world, "admin"));
        let machine = machine(&world, &token);
        for (method, path, body) in [
            ("GET", "/v1/me", None),
            ("PATCH", "/v1/me", Some(json!({"locale": "en"}))),
            ("GET", "/v1/me/sessions", None),
            ("POST", "/v1/auth/logout", None),
            ("POST", &world.a.path("/access-tokens"), Some(asked(&world, "viewer"))),
        ] {
            let request = machine.request(method.parse().unwrap(), path).if_match("*");
            let request = match body {
                Some(body) => request.json(&body),
                None => request,
            };
            request.problem("person-required").expect(403);
        }
        let (maker, member) = second_admin(&world);
        let orphan = maker.post(&world.a.path("/access-tokens"), asked(&world, "viewer")).expect(201).json();
        world.a.admin.post(&world.a.path(&format!("/members/{member}/end")), json!({})).expect(200);
        machine.post(&format!("{}/adopt", super::path(&orphan)), json!({})).problem("person-required").expect(403);
        let sign = "/v1/programmes/01890a5d-ac96-774b-bcce-b302099a8057/sign";
        machine.post(sign, json!({"revision": 1, "digest": "x"})).problem("forbidden").expect(403);
        assert!(!read(&world, &token)["permissions"].as_array().unwrap().contains(&json!("programmes:sign")));
        let mut body = asked(&world, "admin");
        body["permissions"] = json!(["programmes:sign"]);
        world.a.admin.post(&world.a.path("/access-tokens"), body).expect(422).error("/permissions", "not-held");
        // It does not choose ids, and does not read as its owner: that is in another organisation too.
        world::join(&world.server, &world.a.admin, world.b.id, Role::Viewer);
        machine.get(&world.b.path("/members")).problem("not-found");
        machine.get(&world.a.path("/members")).expect(200);
        machine.get(READ).header("Awasir-Organisation", &world.b.id.to_string()).problem("not-a-member");
    }

    fn what_is_asked_is_checked(world: World) {
        let path = world.a.path("/access-tokens");
        let post = |change: Value| {
            let mut body = asked(&world, "viewer");
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            world.a.admin.post(&path, body).send()
        };
        let now = world.server.app.clock.now();
        post(json!({"expires_at": null})).expect(422).error("/expires_at", "required");
        post(json!({"expires_at": now.minus(DAY)})).expect(422).error("/expires_at", "out-of-range");
        post(json!({"expires_at": now.plus(DAY * 367)})).expect(422).error("/expires_at", "out-of-range");
        post(json!({"expires_at": now.plus(DAY * 366)})).expect(201);
        post(json!({"permissions": ["visits:decide"]})).expect(422).error("/permissions", "not-held");
        post(json!({"permissions": []})).expect(422).error("/permissions", "too-few");
        post(json!({"permissions": ["network:tokens"]})).expect(422).error("/permissions", "not-held");
        post(json!({"allowed_networks": ["10.0.0.1/8"]})).expect(422).error("/allowed_networks/0", "invalid-network");
        post(json!({"role": "network_admin"})).expect(422).error("/role", "unknown-value");
        let narrow = post(json!({"role": "admin", "permissions": ["audit:read", "visits:read"]})).expect(201).json();
        assert_eq!(narrow["permissions"], json!(["visits:read", "audit:read"]));
    }

    fn an_organisation_has_a_hundred_at_the_most(world: World) {
        let token = made(&world, asked(&world, "viewer"));
        world.server.look(|db| {
            let row: awasir::access_tokens::model::Row = access_tokens::table
                .select(awasir::access_tokens::model::Row::as_select()).first(db).unwrap();
            for number in 1..100_u8 {
                let id: awasir::types::AccessTokenId = world.server.app.ids.id();
                diesel::insert_into(access_tokens::table).values((
                    (access_tokens::id.eq(id), access_tokens::version.eq(1)),
                    access_tokens::organisation_id.eq(world.a.id),
                    (access_tokens::name.eq("آخر"), access_tokens::role.eq("viewer")),
                    access_tokens::permissions.eq(row.permissions.clone().cast::<Value>()),
                    access_tokens::allowed_networks.eq(Json::new(&json!([])).unwrap()),
                    access_tokens::digest.eq(vec![number; 32]),
                    (access_tokens::prefix.eq(""), access_tokens::last_four.eq("")),
                    (access_tokens::created_by.eq(row.owner_id), access_tokens::owner_id.eq(row.owner_id)),
                    (access_tokens::owner_role.eq("admin"), access_tokens::epoch.eq(1)),
                    access_tokens::expires_at.eq(row.expires_at),
                    (access_tokens::created_at.eq(row.created_at), access_tokens::updated_at.eq(row.created_at)),
                )).execute(db).unwrap();
            }
        });
        let more = || world.a.admin.post(&world.a.path("/access-tokens"), asked(&world, "viewer")).send();
        more().problem("limit-reached").expect(409);
        world.a.admin.delete(&path(&token)).expect(204);
        // Only one of those who come at once takes the last place.
        let statuses: Vec<u16> = at_once(|_| more().status);
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    }

    fn narrowed_at_once(world: World) {
        let token = made(&world, asked(&world, "contributor"));
        let machine = machine(&world, &token);
        let community = |name: &str| json!({"name": {"ar": name}, "country": "SD"});
        machine.post("/v1/communities", community("الأولى")).expect(201);
        let patch = |body: Value| world.a.admin.patch(&path(&token), body);
        patch(json!({"role": "viewer"})).problem("version-required");
        patch(json!({"role": "admin"})).if_match("*").expect(422).error("/role", "not-narrower");
        world.b.admin.patch(&path(&token), json!({"name": "لنا"})).if_match("*").problem("not-found");
        world.a.coordinator.patch(&path(&token), json!({"name": "لنا"})).if_match("*").problem("forbidden");
        world.network_admin.patch(&path(&token), json!({"name": "لنا"})).if_match("*").problem("forbidden");
        let after = patch(json!({"role": "viewer", "name": "قارئ"})).if_match("\"1\"").expect(200).json();
        assert_eq!((&after["role"], &after["name"], &after["version"]), (&json!("viewer"), &json!("قارئ"), &json!(2)));
        assert!(!after["permissions"].as_array().unwrap().contains(&json!("communities:write")));
        machine.post("/v1/communities", community("الثانية")).problem("forbidden");
        machine.get(READ).expect(200);
        patch(json!({"permissions": ["visits:read"]})).if_match("\"2\"").expect(200);
        machine.get(READ).problem("forbidden");
        patch(json!({"permissions": ["visits:read", "members:read"]})).if_match("\"3\"").expect(422)
            .error("/permissions", "not-narrower");
        let sooner = world.server.app.clock.now().plus(DAY);
        patch(json!({"expires_at": sooner})).if_match("\"3\"").expect(200);
        world.server.advance(DAY);
        machine.get("/v1/visits").problem("invalid-token").expect(401);
        assert_eq!(read(&world, &token)["state"], "expired");
        patch(json!({"name": "متأخر"})).if_match("\"4\"").problem("state-conflict").expect(409);
    }

    fn rotated_with_an_overlap(world: World) {
        let token = made(&world, asked(&world, "admin"));
        let old = machine(&world, &token);
        old.get(READ).expect(200);
        let rotate = |body: Value| world.a.admin.post(&format!("{}/rotate", path(&token)), body);
        let reply = rotate(json!({"overlap_seconds": 3600})).expect(200);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let rotated = reply.json();
        assert_eq!((&rotated["id"], &rotated["version"]), (&token["id"], &json!(2)));
        let new = machine(&world, &rotated);
        old.get(READ).expect(200);
        new.get(READ).expect(200);
        world.server.advance(Duration::from_secs(3599));
        old.get(READ).expect(200);
        new.get(READ).expect(200);
        world.server.advance(Duration::from_secs(1));
        old.get(READ).problem("invalid-token");
        new.get(READ).expect(200);
        // Without an overlap at once; by itself too, but no other token.
        let itself = new.post(&format!("{}/rotate", path(&token)), json!({})).expect(200).json();
        new.get(READ).problem("invalid-token");
        let newest = machine(&world, &itself);
        // While a former secret works, a machine does not rotate: the former could shut the new one out.
        let overlapping = newest.post(&format!("{}/rotate", path(&token)), json!({"overlap_seconds": 60})).expect(200).json();
        newest.post(&format!("{}/rotate", path(&token)), json!({})).problem("state-conflict").expect(409);
        let newest = machine(&world, &overlapping);
        newest.get(READ).expect(200);
        let other = made(&world, asked(&world, "admin"));
        newest.post(&format!("{}/rotate", path(&other)), json!({})).problem("person-required").expect(403);
        // A second rotation ends the secret before the last, whatever its overlap was.
        rotate(json!({"overlap_seconds": 3600})).expect(200);
        rotate(json!({"overlap_seconds": 3600, "expires_at": world.server.app.clock.now().plus(DAY * 366)})).expect(200);
        newest.get(READ).problem("invalid-token");
        rotate(json!({"expires_at": world.server.app.clock.now().plus(DAY * 367)})).expect(422)
            .error("/expires_at", "out-of-range");
        // A machine does not prolong itself; an end that comes sooner ends what was made of it too.
        let hour = json!({"overlap_seconds": 3600});
        let renewed = rotate(hour).expect(200).json();
        let itself = super::machine(&world, &renewed);
        itself.get(READ).expect(200);
        let later = json!({"expires_at": world.server.app.clock.now().plus(DAY * 366)});
        itself.post(&format!("{}/rotate", path(&token)), later).problem("person-required");
        let sooner = json!({"overlap_seconds": 3600, "expires_at": world.server.app.clock.now().plus(Duration::from_secs(20))});
        rotate(sooner).expect(200);
        itself.get(READ).expect(200);
        world.server.advance(Duration::from_secs(21));
        itself.get(READ).problem("invalid-token");
        rotate(json!({"overlap_seconds": 604_801})).expect(422).error("/overlap_seconds", "too-large");
        world.b.admin.post(&format!("{}/rotate", path(&token)), json!({})).problem("not-found");
        world.a.admin.delete(&path(&token)).expect(204);
        rotate(json!({})).problem("state-conflict").expect(409);
    }

    fn withdrawn_at_once_and_for_good(world: World) {
        let token = made(&world, asked(&world, "viewer"));
        let machine = machine(&world, &token);
        machine.get(READ).expect(200);
        world.a.coordinator.delete(&path(&token)).problem("forbidden");
        world.b.admin.delete(&path(&token)).problem("not-found");
        world.a.admin.delete(&path(&token)).expect(204);
        machine.get(READ).problem("invalid-token").expect(401);
        world.a.admin.delete(&path(&token)).expect(204);
        let revoked = read(&world, &token);
        assert_eq!((&revoked["state"], &revoked["permissions_in_force"]), (&json!("revoked"), &json!([])));
        let of_state = |state: &str| world.a.admin.get(&format!("{}?state={state}", world.a.path("/access-tokens"))).expect(200).data().len();
        assert_eq!((of_state("revoked"), of_state("active"), of_state("revoked&state=active")), (1, 0, 1));
    }

    /// A wrong character, a made-up token with a right checksum, no token at all.
    fn what_is_none_is_401(world: World) {
        let token = made(&world, asked(&world, "viewer"));
        let text = token["secret"].as_str().unwrap();
        let last = if text.ends_with('0') { "1" } else { "0" };
        let made_up = secret::generate().unwrap();
        for wrong in [format!("{}{last}", &text[..text.len() - 1]), made_up.expose().to_owned(), "awasir_at_short".to_owned()] {
            let reply = world.stranger.with_token(&wrong).get(READ).problem("invalid-token").expect(401);
            let challenge = reply.header("www-authenticate").unwrap();
            assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
            assert!(!reply.text().contains(&wrong[10..]), "{reply}");
        }
    }
}

/// The secret is in no table, and the regular expression finds it.
fn nowhere_kept(world: &World, text: &str) {
    let kept: Vec<Json<Value>> = world.server.look(|db| {
        let mut kept: Vec<Json<Value>> =
            journal_values::table.select(journal_values::field_values).load(db).unwrap();
        kept.extend(
            idempotency_keys::table.select(idempotency_keys::answer).load::<Json<Value>>(db).unwrap(),
        );
        kept
    });
    assert!(kept.len() > 1);
    assert!(kept.iter().all(|json| !json.as_text().contains(text)));
    let (_, rest) = text.split_at(secret::PREFIX.len());
    assert_eq!(secret::PATTERN, format!("{}[0-9A-Za-z]{{{}}}", secret::PREFIX, rest.len()));
}
