//! Lists: filters, pages, and who is listed what.

use super::*;

on_both_engines! {
    fn filters_and_pages(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut ids = Vec::new();
        for n in 1..=5 {
            let mut body = draft_on(&world, &format!("2025-07-0{n}"));
            body["title"] = ar(&format!("زيارة رقم {n}{n}"));
            body["discussions"] = if n == 2 { json!([{"topic": "media", "summary": ar("ن")}]) } else { json!([]) };
            let trip = if n % 2 == 0 { Trip::proposed(&world, body) } else { Trip::draft(&world, body) };
            ids.insert(0, trip.path.rsplit('/').next().unwrap().to_owned());
        }
        let of = |client: &Client, query: &str| client.get(&format!("{VISITS}?{query}")).expect(200).ids();
        let a = &world.a.viewer;
        assert_eq!(of(a, ""), ids);
        assert_eq!(of(&world.b.viewer, ""), [ids[1].clone(), ids[3].clone()], "no drafts of others");
        assert!(of(&c.viewer, "").is_empty());
        world.network_admin.get(VISITS).problem("forbidden").expect(403);
        assert_eq!(of(a, "state=proposed"), [ids[1].clone(), ids[3].clone()]);
        assert_eq!(of(a, "state=proposed&state=draft").len(), 5);
        assert_eq!(of(a, "topic=media&topic=other"), [ids[3].clone()]);
        assert_eq!(of(a, "from=2025-07-02&to=2025-07-04").len(), 3);
        assert_eq!(of(a, "q=%D8%B1%D9%82%D9%85%2044"), [ids[1].clone()]);
        assert_eq!(of(a, &format!("organisation_id={}", world.b.id)).len(), 5);
        assert_eq!(of(a, &format!("organisation_id={}&side=visitor", world.b.id)).len(), 0);
        assert_eq!(of(a, &format!("organisation_id={}", c.id)).len(), 0);
        a.get(&format!("{VISITS}?side=host")).problem("invalid-parameter").error("organisation_id", "required");
        a.get(&format!("{VISITS}?state=x&from=y&zzz=1")).problem("invalid-parameter");
        let (mut found, mut query) = (Vec::new(), "limit=2".to_owned());
        loop {
            let page = a.get(&format!("{VISITS}?{query}")).expect(200);
            found.extend(page.ids());
            let Some(cursor) = page.json()["next_cursor"].as_str().map(str::to_owned) else { break };
            query = format!("limit=2&cursor={cursor}");
        }
        assert_eq!(found, ids);
        let item = a.get(VISITS).expect(200).data()[1].clone();
        assert_eq!(item["parties"].as_array().unwrap().len(), 2);
        assert!(item.get("delegates").is_none() && item.get("report").is_none());
        let own = world.b.coordinator.get(VISITS).expect(200).data()[0].clone();
        assert_eq!(own["allowed_actions"], json!(["accept", "decline", "reschedule", "cancel"]));
    }

    fn what_the_network_sees_is_listed_once(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let trip = Trip::concluded(&world, draft(&world), "network");
        Trip::concluded(&world, draft(&world), "parties");
        assert_eq!(world.a.viewer.get(VISITS).expect(200).data().len(), 2);
        let listed = c.viewer.get(VISITS).expect(200).data();
        assert_eq!(listed.len(), 1);
        assert!(trip.path.ends_with(listed[0]["id"].as_str().unwrap()));
        assert_eq!((&listed[0]["parties"][0]["response"], &listed[0]["last_reason"]), (&Value::Null, &Value::Null));
    }
}
