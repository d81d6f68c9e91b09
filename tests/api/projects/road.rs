//! Entered, changed, removed: by each role, with everything said and with little.

use awasir::access::Role;

use super::*;

/// Everything that can be said of a project.
fn everything(community: &str) -> Value {
    json!({
        "title": {"ar": "مطبخ الكسمبر", "en": "Kassambar kitchen"}, "summary": ar("وجبات يومية"),
        "sectors": ["community_kitchens", "food_security"], "community_ids": [community],
        "place": {"name": ar("بيت الشيخ"), "country": "SD", "admin1_pcode": "SD01", "admin2_pcode": "SD01003",
            "latitude": 15.65, "longitude": 32.55},
        "status": "seeking_support", "visibility": "network", "amounts_visibility": "network",
        "budget": money("1250000", "SDG"), "budget_as_of": "2026-01-31",
        "starts_on": "2026-02-01", "ends_on": "2026-12-31", "target_beneficiaries": {"women": 40, "girls": 3},
    })
}

fn village(by: &Organisation) -> String {
    by.contributor.post("/v1/communities", json!({"name": ar("الكسمبر"), "country": "SD"})).expect(201).id()
}

on_both_engines! {
    fn with_everything_said(world: World) {
        let a = &world.a;
        let community = village(a);
        let reply = a.contributor.post(PROJECTS, everything(&community)).expect(201);
        let made = reply.json();
        assert_eq!(reply.header("location"), Some(format!("{PROJECTS}/{}", reply.id()).as_str()));
        let beneficiaries = json!({
            "women": 40, "men": null, "girls": 3, "boys": null, "unspecified": null, "total": 43,
            "households": null, "with_disability": null, "elderly": null,
        });
        let mut expected = with(everything(&community), json!({
            "id": reply.id(), "version": 1, "organisation_id": a.id, "budget": money("1250000.00", "SDG"),
            "target_beneficiaries": beneficiaries, "pledged": [], "received": [],
            "funding_gap": money("1250000.00", "SDG"),
            "created_at": made["created_at"], "updated_at": made["created_at"],
        }));
        assert_eq!(made, expected);
        let path = format!("{PROJECTS}/{}", reply.id());
        let etag = a.viewer.get(&path).expect(200).etag();
        for client in [&a.viewer, &a.contributor, &a.coordinator, &a.admin] {
            let read = client.get(&path).expect(200);
            assert_eq!((read.json(), read.etag()), (expected.clone(), etag.clone()));
        }
        a.viewer.get(&path).header("If-None-Match", &etag).expect(304);
        // Sent back as it was read nothing changes.
        let same = a.contributor.patch(&path, made.clone()).if_match(&reply.etag()).expect(200);
        assert_eq!((same.json(), same.etag()), (expected.clone(), etag));
        // Texts and people merge; place and budget are replaced whole; null clears.
        let change = json!({
            "title": {"en": null, "fr": "Cuisine"}, "summary": null, "sectors": ["food_security"],
            "place": {"name": ar("السوق"), "country": "SD", "admin1_pcode": "SD15"}, "status": "ongoing",
            "budget": money("900", "USD"), "budget_as_of": "2026-02-02",
            "ends_on": null, "target_beneficiaries": {"girls": null, "men": 7},
        });
        let changed = a.coordinator.patch(&path, change).version(1).expect(200).json();
        expected = with(expected, json!({
            "version": 2, "title": {"ar": "مطبخ الكسمبر", "fr": "Cuisine"}, "summary": null, "sectors": ["food_security"],
            "place": {"name": ar("السوق"), "country": "SD", "admin1_pcode": "SD15", "admin2_pcode": null, "latitude": null,
                "longitude": null},
            "status": "ongoing", "budget": money("900.00", "USD"), "budget_as_of": "2026-02-02", "ends_on": null,
            "target_beneficiaries": with(beneficiaries, json!({"girls": null, "men": 7, "total": 47})),
            "funding_gap": money("900.00", "USD"), "updated_at": changed["updated_at"],
        }));
        assert_eq!(changed, expected);
        assert_eq!(a.viewer.get(&path).expect(200).json(), expected);
        // Another one's change in between.
        let stale = a.contributor.patch(&path, json!({"status": "completed"})).version(1).problem("version-mismatch").expect(412);
        let told = stale.json()["changed_fields"].clone();
        assert_eq!(told, json!([
            "budget", "budget_as_of", "ends_on", "place", "sectors", "status", "summary", "target_beneficiaries", "title",
        ]));
        a.contributor.patch(&path, json!({"status": "completed"})).problem("version-required").expect(428);
        a.contributor.delete(&path).problem("version-required").expect(428);
        a.contributor.delete(&path).version(2).expect(204);
        a.viewer.get(&path).problem("not-found").expect(404);
        a.contributor.delete(&path).version(2).problem("not-found").expect(404);
        assert!(a.viewer.get(PROJECTS).expect(200).data().is_empty());
        let actions = world.server.actions_on(&reply.id());
        assert_eq!(actions, ["project.created", "project.changed", "project.deleted"]);
    }

    fn with_little_said(world: World) {
        let a = &world.a;
        let made = a.contributor.post(PROJECTS, json!({"title": ar("فكرة")})).expect(201).json();
        let nothing = ["summary", "place", "budget", "budget_as_of", "starts_on", "ends_on", "target_beneficiaries", "funding_gap"];
        for name in nothing {
            assert_eq!(made[name], Value::Null, "{name}");
        }
        for (name, value) in [("status", "idea"), ("visibility", "organisation"), ("amounts_visibility", "organisation")] {
            assert_eq!(made[name], value);
        }
        for name in ["sectors", "community_ids", "pledged", "received"] {
            assert_eq!(made[name], json!([]), "{name}");
        }
    }

    fn by_whom(world: World) {
        let (a, b) = (&world.a, &world.b);
        a.viewer.post(PROJECTS, project(json!({}))).problem("forbidden").expect(403);
        world.network_admin.post(PROJECTS, project(json!({}))).problem("forbidden").expect(403);
        world.network_admin.get(PROJECTS).problem("forbidden").expect(403);
        world.stranger.get(PROJECTS).problem("unauthenticated").expect(401);
        let path = entered(a, open("network"));
        for client in [&a.viewer, &b.viewer, &b.contributor, &b.admin] {
            client.patch(&path, json!({"status": "ongoing"})).version(1).problem("forbidden").expect(403);
            client.delete(&path).version(1).problem("forbidden").expect(403);
        }
        world.network_admin.get(&path).problem("forbidden").expect(403);
        // Whose it is does not change.
        a.admin.patch(&path, json!({"organisation_id": b.id})).version(1).error("/organisation_id", "read-only").expect(422);
        a.admin.patch(&path, json!({"pledged": [money("5", "SDG")]})).version(1).error("/pledged", "read-only").expect(422);
        a.coordinator.patch(&path, json!({"status": "ongoing"})).version(1).expect(200);
        a.admin.delete(&path).version(2).expect(204);
    }

    /// Who may write for several says for which.
    fn for_which_organisation(world: World) {
        let (a, b) = (&world.a, &world.b);
        let other = world.b.contributor.post(PROJECTS, project(json!({"organisation_id": a.id})));
        other.error("/organisation_id", "not-yours").expect(422);
        let own = b.contributor.post(PROJECTS, project(json!({"organisation_id": b.id}))).expect(201).json();
        assert_eq!(own["organisation_id"], json!(b.id));
        crate::support::world::join(&world.server, &a.contributor, b.id, Role::Contributor);
        let both = &a.contributor;
        both.post(PROJECTS, project(json!({}))).problem("organisation-ambiguous").expect(400);
        let said = both.post(PROJECTS, project(json!({"organisation_id": b.id}))).expect(201).json();
        assert_eq!(said["organisation_id"], json!(b.id));
        let said = both.post(PROJECTS, project(json!({}))).acting_for(a.id).expect(201).json();
        assert_eq!(said["organisation_id"], json!(a.id));
        both.post(PROJECTS, project(json!({"organisation_id": b.id}))).acting_for(a.id).error("/organisation_id", "not-yours").expect(422);
        // What it concerns is known then.
        let path = format!("{PROJECTS}/{}", said["id"].as_str().unwrap());
        both.patch(&path, json!({"status": "ongoing"})).version(1).expect(200);
    }

    fn with_an_id_of_one_s_own(world: World) {
        let (a, b) = (&world.a, &world.b);
        let body = project(json!({"id": uuid::Uuid::new_v4(), "budget": money("5", "SDG")}));
        let made = a.contributor.post(PROJECTS, body.clone()).expect(201).json();
        world.server.advance(std::time::Duration::from_secs(40 * 24 * 3600));
        assert_eq!(a.contributor.post(PROJECTS, body.clone()).expect(200).json(), made);
        let path = format!("{PROJECTS}/{}", made["id"].as_str().unwrap());
        let now = a.admin.patch(&path, json!({"status": "ongoing"})).version(1).expect(200).json();
        assert_eq!(a.contributor.post(PROJECTS, body.clone()).expect(200).json(), now);
        a.contributor.post(PROJECTS, with(body.clone(), json!({"status": "idea"}))).problem("id-taken").expect(409);
        b.contributor.post(PROJECTS, body.clone()).problem("id-taken").expect(409);
        a.contributor.delete(&path).version(2).expect(204);
        a.contributor.post(PROJECTS, body).problem("id-taken").expect(409);
    }

    /// A budget is of the day that is said, else of the day on which it is.
    fn of_which_day_a_budget_is(world: World) {
        let (a, server) = (&world.a, &world.server);
        let today = day(server, 0);
        let reply = a.contributor.post(PROJECTS, project(json!({"budget": money("5", "SDG")}))).expect(201);
        assert_eq!(reply.json()["budget_as_of"], json!(today));
        let path = format!("{PROJECTS}/{}", reply.id());
        let mut version = 0;
        let mut change = |body: Value| {
            version += 1;
            amounts_of(&a.contributor.patch(&path, body).version(version).expect(200).json())[..2].to_vec()
        };
        let five = money("5.00", "SDG");
        assert_eq!(change(json!({"budget_as_of": "2026-01-01"})), [five.clone(), json!("2026-01-01")]);
        server.advance(std::time::Duration::from_secs(24 * 3600));
        let tomorrow = day(server, 0);
        assert_ne!(tomorrow, today);
        // One that changes is of today; one that is corrected says so.
        assert_eq!(change(json!({"budget": money("6", "SDG")})), [money("6.00", "SDG"), json!(tomorrow)]);
        let corrected = json!({"budget": money("5", "SDG"), "budget_as_of": "2026-01-01"});
        assert_eq!(change(corrected), [five.clone(), json!("2026-01-01")]);
        assert_eq!(change(json!({"status": "ongoing"})), [five.clone(), json!("2026-01-01")]);
        assert_eq!(change(json!({"budget_as_of": null})), [five, json!(tomorrow)]);
        assert_eq!(change(json!({"budget": null})), [Value::Null, Value::Null]);
        a.contributor.patch(&path, json!({"budget_as_of": "2026-01-01"})).version(7).error("/budget", "required").expect(422);
        a.contributor.post(PROJECTS, project(json!({"budget_as_of": "2026-01-01"}))).error("/budget", "required").expect(422);
    }

    /// Removed only while nothing hangs on it.
    fn what_hangs_on_it(world: World) {
        let a = &world.a;
        let path = entered(a, json!({}));
        let receipt = received(a, &path, cash("5", "SDG"));
        a.contributor.delete(&path).version(1).problem("in-use").expect(409);
        a.coordinator.delete(&receipt).version(1).expect(204);
        let linked = entered(a, json!({}));
        Link::to(&world.server, a, &linked);
        a.contributor.delete(&linked).version(1).problem("in-use").expect(409);
        a.contributor.delete(&path).version(1).expect(204);
    }
}
