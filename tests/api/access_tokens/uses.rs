//! When a token was used and refused: gathered, and written down once a minute.

use awasir::access_tokens::uses;
use awasir::db::Engine;
use awasir::db::schema::access_tokens;
use diesel::prelude::*;

use super::*;
use crate::support::process::Served;

const READ: &str = "/v1/communities";

fn write_down(world: &World) {
    actix_web::rt::System::new().block_on(uses::write_down(&world.server.app)).unwrap();
}

fn refusals(world: &World) -> Vec<Value> {
    let journal = world.server.journal();
    let entries = journal.into_iter().filter(|entry| entry.action == "access_token.refused");
    entries
        .map(|entry| world.server.look(|db| awasir::journal::reader::values(db, entry.id).unwrap().unwrap()))
        .collect()
}

on_both_engines! {
    fn the_last_use_is_written_once(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| settings.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]));
        let token = made(&world, asked(&world, "viewer"));
        let machine = machine(&world, &token);
        let before = read(&world, &token);
        assert_eq!((&before["last_used_at"], &before["last_used_from"]), (&Value::Null, &Value::Null));
        for last in 1..=20 {
            machine.get(READ).header("X-Forwarded-For", &format!("203.0.113.{last}")).expect(200);
        }
        assert_eq!(read(&world, &token)["last_used_at"], Value::Null, "no write for a request");
        let used_at = world.server.app.clock.now();
        write_down(&world);
        let seen = read(&world, &token);
        let at: awasir::types::Instant = serde_json::from_value(seen["last_used_at"].clone()).unwrap();
        assert!(used_at.since(at) < Duration::from_secs(10));
        assert_eq!(seen["last_used_from"], "203.0.113.0/24");
        assert_eq!(seen["version"], before["version"], "being used is no change");
        machine.get(READ).header("X-Forwarded-For", "2001:db8:1:2::3").expect(200);
        write_down(&world);
        assert_eq!(read(&world, &token)["last_used_from"], "2001:db8:1::/48");
        // The network's admin sees when, and not from where.
        let listed = world.network_admin.get("/v1/access-tokens").expect(200).data();
        assert!(listed[0]["last_used_at"].is_string());
        assert_eq!(listed[0]["last_used_from"], Value::Null);
    }

    fn what_was_refused_is_in_the_journal_once_a_minute(world: World) {
        let token = made(&world, asked(&world, "viewer"));
        let machine = machine(&world, &token);
        for _ in 0..5 {
            machine.post("/v1/communities", json!({"name": {"ar": "لا"}, "country": "SD"})).problem("forbidden");
        }
        let mut body = asked(&world, "viewer");
        body["allowed_networks"] = json!(["192.0.2.0/24"]);
        let elsewhere = super::machine(&world, &made(&world, body));
        elsewhere.get(READ).problem("invalid-token");
        world.a.admin.delete(&path(&token)).expect(204);
        for _ in 0..3 {
            machine.get(READ).problem("invalid-token");
        }
        world.stranger.with_token("awasir_at_nonsense").get(READ).problem("invalid-token");
        assert_eq!(refusals(&world).len(), 0, "no write for a request");
        write_down(&world);
        write_down(&world);
        let mut told: Vec<(String, i64)> = refusals(&world).into_iter().map(|values| {
            (values["reason"]["after"].as_str().unwrap().to_owned(), values["count"]["after"].as_i64().unwrap())
        }).collect();
        told.sort();
        assert_eq!(told, [("forbidden".to_owned(), 5), ("revoked".to_owned(), 3), ("wrong_network".to_owned(), 1)]);
        let metrics = world.server.app.metrics.render(&world.server.app).unwrap();
        let id = token["id"].as_str().unwrap();
        for line in [
            format!("awasir_access_token_refusals_total{{reason=\"forbidden\",token=\"{id}\"}} 5"),
            format!("awasir_access_token_refusals_total{{reason=\"revoked\",token=\"{id}\"}} 3"),
            "awasir_access_token_refusals_total{reason=\"malformed\",token=\"\"} 1".to_owned(),
        ] {
            assert!(metrics.contains(&line), "{line}\n{metrics}");
        }
    }

    fn what_was_gathered_is_written_when_the_server_stops(engine: Engine) {
        let world = World::start(engine);
        let token = made(&world, asked(&world, "viewer"));
        let place = std::sync::Arc::clone(&world.server.place);
        drop(world);
        let mut served = Served::start(&place);
        let machine = Client::stranger(&served.url, None).with_token(token["secret"].as_str().unwrap());
        machine.get(READ).expect(200);
        served.stop();
        let mut db = place.connect();
        let used: (Option<awasir::types::Instant>, Option<String>) = access_tokens::table
            .select((access_tokens::last_used_at, access_tokens::last_used_from))
            .first(&mut db)
            .unwrap();
        assert!(used.0.is_some(), "{}", served.said());
        assert_eq!(used.1.as_deref(), Some("127.0.0.0/24"));
    }
}
