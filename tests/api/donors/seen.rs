//! Who knows of a donor, and what leaks nowhere.

use super::*;

on_both_engines! {
    fn one_that_nobody_else_knows_of(world: World) {
        let (a, b) = (&world.a, &world.b);
        let made = a.coordinator.post(DONORS, secret()).expect(201);
        let path = format!("{DONORS}/{}", made.id());
        assert_eq!(made.header("location"), Some(path.as_str()));
        let donor = made.json();
        assert_eq!((&donor["visibility"], &donor["version"]), (&json!("owner"), &json!(1)));
        assert_eq!(donor["organisation_id"], a.id.to_string());
        assert_eq!(donor["name"]["ar"], "الحاج بشير الطيّب");
        assert_eq!(donor["interests"]["maximum"], json!({"amount": "5000000.00", "currency": "SDG"}));
        assert!(donor.get("contact").is_none(), "{donor}");
        assert_eq!(a.admin.get(&path).expect(200).json(), donor);
        assert_eq!(a.admin.get(DONORS).expect(200).data(), [donor]);
        for other in [&b.coordinator, &b.admin] {
            other.get(&path).problem("not-found").expect(404);
            assert!(other.get(DONORS).expect(200).data().is_empty());
        }
        for unable in [&a.viewer, &a.contributor, &world.network_admin] {
            unable.get(&path).problem("forbidden").expect(403);
            unable.get(DONORS).problem("forbidden").expect(403);
        }
    }

    fn one_that_the_network_knows_of(world: World) {
        let (a, b) = (&world.a, &world.b);
        let path = enter(&a.coordinator, known());
        let own = a.admin.get(&path).expect(200).json();
        let seen = b.coordinator.get(&path).expect(200).json();
        assert_eq!(seen["name"], own["name"]);
        assert_eq!(seen["interests"]["sectors"], own["interests"]["sectors"]);
        assert_eq!(own["interests"]["places"][0]["latitude"], 14.9);
        let place = &seen["interests"]["places"][0];
        assert_eq!((&place["latitude"], &place["admin2_pcode"]), (&Value::Null, &json!("SD15032")));
        assert!(!place.to_string().contains("الكسمبر"), "beyond the locality: {place}");
        assert_eq!(b.admin.get(DONORS).expect(200).data(), [seen]);
        for (body, code, status) in [(json!({"kind": "family"}), "forbidden", 403), (json!({"x": 1}), "forbidden", 403)] {
            b.admin.patch(&path, body).if_match("*").problem(code).expect(status);
        }
        b.admin.delete(&path).if_match("*").problem("forbidden").expect(403);
        // Whose organisation is suspended sees its own and nothing of others'.
        let reason = json!({"reason": ar("قرار")});
        world.network_admin.post(&b.path("/suspend"), reason).expect(200);
        let refused = b.coordinator.renew().get(&path).send();
        assert!([403, 404].contains(&refused.status), "{refused}");
    }

    /// No filter, page or count of others' changes by a donor that they don't know of.
    fn what_is_not_known_leaves_no_trace_in_lists(world: World) {
        let (a, b) = (&world.a, &world.b);
        for n in 0..3 {
            let mut body = known();
            body["name"] = json!({"ar": format!("مؤسسة النخيل {n}")});
            enter(&a.coordinator, body);
        }
        let queries = [
            "", "?limit=1", "?limit=2", "?limit=3", "?kind=individual", "?kind=foundation&limit=3", "?sector=health&limit=3", "?place=SD15&limit=3",
            "?place=SD15032", "?q=بشير", "?q=النخيل&limit=3", "?q=tayyib", "?mine=true", "?mine=false&limit=3",
        ];
        let everything = |client: &Client| -> Vec<Vec<Value>> {
            let pages = |query: &&str| {
                let (mut all, mut path) = (Vec::new(), format!("{DONORS}{query}"));
                loop {
                    let page = client.get(&path).expect(200).json();
                    all.push(page["data"].clone());
                    let Some(cursor) = page["next_cursor"].as_str() else { return all };
                    path = format!("{DONORS}{}{}cursor={cursor}", query, if query.is_empty() { "?" } else { "&" });
                }
            };
            queries.iter().map(pages).collect()
        };
        let before = everything(&b.coordinator);
        for _ in 0..3 {
            enter(&a.coordinator, secret());
        }
        assert_eq!(everything(&b.coordinator), before);
        let own = |query: &str| a.coordinator.get(&format!("{DONORS}?{query}")).expect(200).ids().len();
        let found = ["q=بشير", "q=TAYYIB", "q=الطيب%20بشير", "kind=individual", "sector=health", "place=sd15", "mine=true", "mine=false", "q=نخيل", "q=غيره"];
        assert_eq!(found.map(own), [3, 3, 3, 3, 6, 6, 6, 0, 3, 0]);
        assert_eq!(b.coordinator.get(&format!("{DONORS}?mine=false")).expect(200).ids().len(), 3);
        assert_eq!(b.coordinator.get(&format!("{DONORS}?mine=true")).expect(200).ids().len(), 0);
    }

    /// Words are looked for in what stands open and in what is opened, in one order of both.
    fn pages_of_a_search_are_of_both(world: World) {
        let a = &world.a;
        let mut entered: Vec<String> = (0..7)
            .map(|n| {
                let mut body = if n % 2 == 0 { secret() } else { known() };
                body["name"] = json!({"ar": format!("داعم كريم {n}")});
                let path = enter(&a.coordinator, body);
                path.rsplit('/').next().unwrap().to_owned()
            })
            .collect();
        entered.reverse();
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = a.coordinator.get(&format!("{DONORS}?q=كريم%20داعم&limit=2{cursor}")).expect(200);
            found.extend(page.ids());
            match page.json()["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, entered);
    }

    fn the_network_s_admin_has_no_way_to_any(world: World) {
        let (there, admin) = (enter(&world.a.coordinator, known()), &world.network_admin);
        let hidden = enter(&world.a.coordinator, secret());
        let missing = format!("{DONORS}/01890a5d-ac96-774b-bcce-b302099a8057");
        let mut answers = Vec::new();
        for path in [&there, &hidden, &missing] {
            let replies = [
                admin.get(path).send(),
                admin.patch(path, json!({"kind": "family"})).if_match("*").send(),
                admin.delete(path).if_match("*").send(),
                admin.get(&format!("{path}/contact")).send(),
                admin.patch(&format!("{path}/contact"), json!({"email": null})).if_match("*").send(),
            ];
            answers.push(replies.map(|reply| {
                let mut body = reply.problem("forbidden").expect(403).json();
                body["instance"] = Value::Null;
                body["request_id"] = Value::Null;
                body
            }));
        }
        assert_eq!(answers[0], answers[2]);
        assert_eq!(answers[1], answers[2]);
        let project = world.a.admin.post("/v1/projects", json!({"title": ar("م"), "status": "seeking_support", "visibility": "network"}))
            .expect(201).id();
        for path in [DONORS.to_owned(), format!("/v1/projects/{project}/donor-matches")] {
            admin.get(&path).problem("forbidden").expect(403);
        }
        admin.post(DONORS, secret()).problem("forbidden").expect(403);
        // To a member of another organisation those that are there and those that aren't are alike.
        for path in [&hidden, &missing] {
            world.b.admin.get(path).problem("not-found").expect(404);
            world.b.admin.patch(path, json!({"kind": "family"})).if_match("*").problem("not-found").expect(404);
            world.b.admin.delete(path).if_match("*").problem("not-found").expect(404);
        }
    }
}
