//! Communities: one list for the whole network.

use crate::support::*;

const COMMUNITIES: &str = "/v1/communities";

on_both_engines! {
    fn a_community_is_everybodys(world: World) {
        let body = json!({
            "name": {"ar": "أم ضواً بان"}, "other_names": [{"en": "Umm Dawwan Ban"}], "country": "SD",
            "admin1_pcode": "SD15", "latitude": 15.4, "longitude": 32.8,
        });
        let made = world.a.contributor.post(COMMUNITIES, body).expect(201);
        let path = format!("{COMMUNITIES}/{}", made.id());
        assert_eq!(made.header("location"), Some(path.as_str()));
        assert_eq!(made.json()["created_by_organisation_id"], world.a.id.to_string());
        let seen = world.b.viewer.get(&path).expect(200);
        assert_eq!(seen.json(), made.json());
        let now = world.b.contributor.patch(&path, json!({"latitude": null, "longitude": null}))
            .if_match(&seen.etag()).expect(200).json();
        assert_eq!((&now["version"], &now["latitude"]), (&json!(2), &Value::Null));
        world.b.viewer.patch(&path, json!({})).if_match("*").problem("forbidden");
        for query in ["place=SD15", "place=sd1", "q=امضوا", "q=umm%20BAN"] {
            assert_eq!(world.b.viewer.get(&format!("{COMMUNITIES}?{query}")).expect(200).data().len(), 1, "{query}");
        }
        assert!(world.b.viewer.get(&format!("{COMMUNITIES}?place=SD01")).expect(200).data().is_empty());
    }

    fn one_of_the_same_name_is_shown_first(world: World) {
        let body = |name: &str, pcode: Value| json!({"name": {"ar": name}, "country": "SD", "admin1_pcode": pcode});
        let first = world.a.contributor.post(COMMUNITIES, body("كوستى", json!("SD09"))).expect(201).id();
        for pcode in [json!("SD09"), Value::Null] {
            let refused = world.b.contributor.post(COMMUNITIES, body("كُوستي", pcode));
            let refused = refused.problem("possible-duplicate").expect(409).json();
            assert_eq!(refused["candidates"][0]["id"], first);
        }
        world.b.contributor.post(COMMUNITIES, body("كوستي", json!("SD01"))).expect(201);
        let mut confirmed = body("كوستي", Value::Null);
        confirmed["confirm_new"] = json!(true);
        world.b.contributor.post(COMMUNITIES, confirmed).expect(201);
    }

    fn what_is_wrong_is_named(world: World) {
        let send = |body: Value| world.a.contributor.post(COMMUNITIES, body).problem("validation-failed");
        send(json!({})).error("/name", "required").error("/country", "required");
        send(json!({"name": {"ar": "س"}, "country": "XX", "admin1_pcode": "SD99"}))
            .error("/country", "unknown-country").error("/admin1_pcode", "unknown-pcode");
        assert!(!send(json!({"name": {"ar": "س"}, "country": "SD", "latitude": 1})).errors().is_empty());
        assert!(!send(json!({
            "name": {"ar": "س"}, "country": "SD", "admin1_pcode": "SD15", "admin2_pcode": "SD01001",
        })).errors().is_empty());
        world.a.viewer.post(COMMUNITIES, json!({})).problem("forbidden");
        world.network_admin.post(COMMUNITIES, json!({})).problem("forbidden");
    }
}
