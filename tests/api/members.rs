//! Members: their own organisation's to see, and never without an admin.

use awasir::access::Role;

use crate::support::*;

fn member(world: &World, role: Role) -> String {
    world.a.path(&format!("/members/{}", world.a.members[&role]))
}

on_both_engines! {
    fn people_are_entered_changed_and_found(world: World) {
        let path = world.a.path("/members");
        let id = uuid::Uuid::new_v4();
        let body = json!({
            "id": id, "name": {"ar": "الفاتح محمد عبد المطلب"}, "honorific": {"ar": "الأستاذ"},
            "title": {"ar": "المدير التنفيذي"}, "email": "Fatih@Example.org", "phone": "0912345678",
            "is_executive": true, "joined_on": "2020-02-29",
        });
        let made = world.a.admin.post(&path, body.clone()).expect(201);
        assert_eq!(made.header("location"), Some(format!("{path}/{id}").as_str()));
        let made = made.json();
        assert_eq!((&made["role"], &made["user_id"], &made["left_on"]), (&Value::Null, &Value::Null, &Value::Null));
        assert_eq!(made["phone"], "+249912345678");
        world.a.admin.post(&path, body).expect(200);
        let found = world.a.viewer.get(&format!("{path}?q=عبدالمطلب")).expect(200).ids();
        assert_eq!(found, [id.to_string()]);
        let one = format!("{path}/{id}");
        let tag = world.a.viewer.get(&one).expect(200).etag();
        let patch = |body: Value| world.a.admin.patch(&one, body);
        patch(json!({})).problem("version-required");
        patch(json!({"role": "viewer"})).if_match(&tag).expect(422).error("/role", "read-only");
        patch(json!({"user_id": uuid::Uuid::new_v4(), "left_on": "2026-01-01"})).if_match(&tag)
            .expect(422).error("/user_id", "read-only").error("/left_on", "read-only");
        let now = patch(json!({"title": {"en": "Director"}, "email": null})).if_match(&tag).expect(200).json();
        assert_eq!(now["title"], json!({"ar": "المدير التنفيذي", "en": "Director"}));
        patch(json!({"title": null})).if_match(&tag).problem("version-mismatch");

        let twin = |body: Value| world.a.admin.post(&path, body);
        twin(json!({"name": {"ar": "س"}, "phone": "+249 91 234 5678"})).problem("phone-taken").expect(409);
        let admin = json!({"name": {"ar": "س"}, "email": "ADMIN@wadi.example"});
        twin(admin.clone()).problem("email-taken").expect(409);
        world.b.admin.post(&world.b.path("/members"), admin).expect(201);
        twin(json!({"name": {"ar": "س"}, "role": "viewer"})).expect(422).error("/role", "unknown-field");
        for text in world.server.look(values) {
            assert!(!text.contains("912345678") && !text.contains("Fatih@"), "{text}");
        }
    }

    fn another_organisations_people_are_not_there(world: World) {
        let one = member(&world, Role::Viewer);
        for path in [world.a.path("/members"), one.clone()] {
            world.b.admin.get(&path).problem("not-found").expect(404);
            world.network_admin.get(&path).problem("forbidden");
            world.stranger.get(&path).problem("unauthenticated");
        }
        world.b.admin.post(&world.a.path("/members"), json!({"name": {"ar": "س"}})).problem("not-found");
        world.b.admin.patch(&one, json!({})).if_match("*").problem("not-found");
        world.b.admin.post(&format!("{one}/end"), json!({})).problem("not-found");
        let crossed = world.b.path(&format!("/members/{}", world.a.members[&Role::Viewer]));
        world.b.admin.get(&crossed).problem("not-found");
        world.a.coordinator.post(&world.a.path("/members"), json!({"name": {"ar": "س"}})).problem("forbidden");
        assert_eq!(world.a.viewer.get(&world.a.path("/members")).expect(200).data().len(), 4);
    }

    fn another_role_and_an_end_take_effect_at_once(world: World) {
        let (one, before) = (member(&world, Role::Coordinator), world.a.coordinator.clone());
        let stale = before.with_token(&before.token().unwrap());
        stale.get(&world.a.path("")).expect(200);
        world.a.admin.patch(&one, json!({"role": "viewer"})).if_match("*").expect(200);
        stale.get(&world.a.path("")).problem("invalid-token").expect(401);
        let stale = before.with_token(&before.renew().token().unwrap());
        stale.get(&world.a.path("")).expect(200);
        let end = |body: Value| world.a.admin.post(&format!("{one}/end"), body);
        end(json!({"left_on": "2199-01-01"})).expect(422).error("/left_on", "too-large");
        let ended = end(json!({})).expect(200).json();
        assert!(ended["left_on"].is_string() && ended["role"].is_null() && ended["user_id"].is_string());
        stale.get(&world.a.path("")).problem("invalid-token").expect(401);
        before.renew().get(&world.a.path("")).problem("forbidden");
        assert_eq!(end(json!({})).expect(200).json(), ended);
        let refused = world.a.admin.patch(&one, json!({"title": {"ar": "س"}})).if_match("*");
        assert_eq!(refused.problem("state-conflict").expect(409).json()["state"], "ended");
        world.a.viewer.get(&one).expect(200);
        let id = one.rsplit('/').next().unwrap();
        assert_eq!(world.server.actions_on(id), ["member.changed", "member.ended"]);
    }

    fn the_last_admin_stays(world: World) {
        let one = member(&world, Role::Admin);
        for role in [json!("coordinator"), Value::Null] {
            world.a.admin.patch(&one, json!({"role": role})).if_match("*").problem("last-admin").expect(409);
        }
        world.a.admin.post(&format!("{one}/end"), json!({})).problem("last-admin").expect(409);
        world.a.admin.patch(&one, json!({"title": {"ar": "رئيسة"}})).if_match("*").expect(200);
        world.a.admin.patch(&member(&world, Role::Viewer), json!({"role": "admin"})).if_match("*").expect(200);
        world.a.admin.post(&format!("{one}/end"), json!({})).expect(200);
    }

    fn two_admins_who_demote_each_other(world: World) {
        let (one, other) = (member(&world, Role::Admin), member(&world, Role::Viewer));
        for round in 0..6 {
            world.a.admin.renew().patch(&other, json!({"role": "admin"})).if_match("*").expect(200);
            world.a.viewer.renew().token();
            let (first, second) = std::thread::scope(|scope| {
                let first = scope.spawn(|| demote(&world.a.admin, &other));
                let second = scope.spawn(|| demote(&world.a.viewer, &one));
                (first.join().unwrap(), second.join().unwrap())
            });
            // Who comes second is either the last admin's would-be demoter or not an admin any more.
            assert_eq!([first, second].iter().filter(|status| **status == 200).count(), 1, "{round}: {first} {second}");
            let people = world.a.contributor.get(&world.a.path("/members")).expect(200).data();
            assert_eq!(people.iter().filter(|one| one["role"] == "admin").count(), 1);
            if second == 200 {
                world.a.viewer.renew().patch(&one, json!({"role": "admin"})).if_match("*").expect(200);
                world.a.admin.renew().patch(&other, json!({"role": "viewer"})).if_match("*").expect(200);
            }
        }
    }

    fn two_admins_who_demote_each_other_from_thirty_two_places(world: World) {
        use crate::races::{at_once, tally};
        let (one, other) = (member(&world, Role::Admin), member(&world, Role::Viewer));
        world.a.admin.patch(&other, json!({"role": "admin"})).if_match("*").expect(200);
        world.a.admin.renew().token();
        world.a.viewer.renew().token();
        let replies = at_once(|n| {
            let (who, whom) = if n % 2 == 0 { (&world.a.admin, &other) } else { (&world.a.viewer, &one) };
            who.patch(whom, json!({"role": "coordinator"})).if_match("*").send()
        });
        let tally = tally(&replies);
        assert!(replies.iter().any(|reply| reply.status == 200), "{tally:?}");
        assert!(replies.iter().all(|reply| [200, 401, 403, 409].contains(&reply.status)), "{tally:?}");
        let people = world.a.contributor.get(&world.a.path("/members")).expect(200).data();
        assert_eq!(people.iter().filter(|one| one["role"] == "admin").count(), 1, "{tally:?}");
    }
}

fn demote(who: &Client, whom: &str) -> u16 {
    who.patch(whom, json!({"role": "coordinator"})).if_match("*").send().status
}

fn values(db: &mut awasir::db::Db) -> Vec<String> {
    use awasir::db::schema::journal_values as j;
    use diesel::prelude::*;
    let values: Vec<awasir::types::Json<Value>> = j::table.select(j::field_values).load(db).unwrap();
    values.iter().map(|value| value.as_text().to_owned()).collect()
}
