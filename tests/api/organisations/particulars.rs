//! Entering, changing, lists and filters.

use super::*;

on_both_engines! {
    fn the_network_admin_enters_a_member_and_invites_its_admin(world: World) {
        let id = uuid::Uuid::new_v4();
        let body = json!({
            "id": id, "name": {"ar": "جمعية الكسمبر الخيرية"}, "legal_form": "association",
            "sectors": ["education", "health"], "website": "https://kasambar.example",
            "admin": {"name": {"ar": "عمر"}, "phone": "0912345678"},
        });
        let reply = world.network_admin.post(ORGANISATIONS, body.clone()).key("k").expect(201);
        assert_eq!(reply.header("location"), Some(format!("{ORGANISATIONS}/{id}").as_str()));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let made = reply.json();
        assert_eq!((&made["status"], &made["sectors"]), (&json!("active"), &json!(["education", "health"])));
        assert!(made["invitation"]["code"].is_string() && made.get("contact").is_none());
        let replayed = world.network_admin.post(ORGANISATIONS, body.clone()).key("k").expect(201).json();
        assert_eq!(replayed["invitation"]["token"], Value::Null);
        let again = world.network_admin.post(ORGANISATIONS, body).expect(200).json();
        assert!(again.get("invitation").is_none());
        assert_eq!(again["name"], made["name"]);
        let other = json!({"id": id, "name": {"ar": "أخرى"}});
        world.network_admin.post(ORGANISATIONS, other).problem("id-taken");
        let mut asked = application("جمعية");
        asked["legal_form"] = json!("association");
        world.network_admin.post(ORGANISATIONS, asked).expect(422).error("/applicant", "read-only");
        let acting = world.network_admin.post(ORGANISATIONS, json!({"name": {"ar": "س"}}));
        acting.acting_for(world.a.id).problem("not-a-member");
    }

    fn its_own_admin_changes_it(world: World) {
        let path = world.a.path("");
        let tag = world.a.viewer.get(&path).expect(200).etag();
        world.a.admin.patch(&path, json!({})).problem("version-required").expect(428);
        world.a.coordinator.patch(&path, json!({})).if_match(&tag).problem("forbidden");
        world.b.admin.patch(&path, json!({})).if_match(&tag).problem("forbidden").expect(403);
        world.network_admin.patch(&path, json!({})).if_match(&tag).problem("forbidden");
        let wrong = json!({"status": "left", "version": 9, "contact": 1, "last_decision": {}, "zzz": 1});
        world.a.admin.patch(&path, wrong).if_match(&tag).problem("validation-failed")
            .error("/status", "read-only").error("/version", "read-only").error("/contact", "wrong-type")
            .error("/last_decision", "read-only").error("/zzz", "unknown-field");
        let now = world.a.admin
            .patch(&path, json!({"sectors": ["health"], "founded_on": "2011-03-01", "about": {"ar": "نحن"}}))
            .if_match(&tag).expect(200).json();
        assert_eq!((&now["version"], &now["founded_on"]), (&json!(2), &json!("2011-03-01")));
        let stale = world.a.admin.patch(&path, json!({"about": null})).if_match(&tag);
        let stale = stale.problem("version-mismatch").expect(412).json();
        assert_eq!(stale["changed_fields"], json!(["about", "founded_on", "sectors"]));
        let found = world.b.viewer.get(&format!("{ORGANISATIONS}?sector=health")).expect(200).ids();
        assert_eq!(found, [world.a.id.to_string()]);
        let tag = world.a.viewer.get(&path).expect(200).etag();
        world.a.viewer.get(&path).header("If-None-Match", &tag).expect(304);
    }

    fn lists_filter_and_find_folded_arabic(world: World) {
        let community = json!({"name": {"ar": "كوستي"}, "country": "SD", "admin1_pcode": "SD09"});
        let community = world.a.contributor.post("/v1/communities", community).expect(201).id();
        let path = enter(&world, json!({
            "name": {"ar": "جمعيّة أبو بكر والصحّة"}, "short_name": {"ar-Latn": "Abubakr"}, "legal_form": "foundation",
            "sectors": ["health", "water_sanitation"], "community_ids": [community],
        }));
        let id = path.rsplit('/').next().unwrap().to_owned();
        for query in [
            "q=ابوبكر", "q=الصحة", "q=جمعيه%20بكر", "q=ABUB", "legal_form=foundation", "sector=media&sector=health",
            "place=SD09", "place=SD", "status=active&sector=health", "legal_form=company&legal_form=foundation",
        ] {
            let found = world.b.viewer.get(&format!("{ORGANISATIONS}?{query}")).expect(200).ids();
            assert_eq!(found, std::slice::from_ref(&id), "{query}");
        }
        let found = world.b.viewer.get(&format!("{ORGANISATIONS}?community_id={community}")).expect(200).ids();
        assert_eq!(found, [id]);
        for query in ["q=zzz", "sector=media", "place=SD01", "status=left", "external_id=a:b", "place=SD0901"] {
            assert!(world.b.viewer.get(&format!("{ORGANISATIONS}?{query}")).expect(200).data().is_empty(), "{query}");
        }
        for query in ["status=x", "sector=moon", "community_id=1", "place=%25", "external_id=x", "zzz=1"] {
            world.b.viewer.get(&format!("{ORGANISATIONS}?{query}")).problem("invalid-parameter").expect(400);
        }
    }

    fn pages_follow_each_other_across_statuses(world: World) {
        let mut expected: Vec<String> = (0..7)
            .map(|n| enter(&world, json!({"name": {"ar": format!("جمعية {n}")}})))
            .map(|path| path.rsplit('/').next().unwrap().to_owned())
            .collect();
        for n in [1, 4] {
            world.network_admin.post(&format!("{ORGANISATIONS}/{}/suspend", expected[n]), because()).expect(200);
        }
        expected.reverse();
        for query in ["limit=2", "limit=3&status=active&status=suspended"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = world.b.viewer.get(&format!("{ORGANISATIONS}?{query}{cursor}")).expect(200);
                seen.extend(page.ids());
                match page.json()["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(seen[..7], expected, "{query}");
            assert_eq!(seen.len(), 9, "{query}");
        }
    }
}
