//! Versions: `ETag`, 304, `If-Match`, 412, 428, and what a merge patch does.

use super::*;

on_both_engines! {
    fn one_thing_has_an_etag(world: World) {
        let created = world.a.contributor.post(COMMUNITIES, village("كوستي")).expect(201);
        let path = created.header("location").unwrap().to_owned();
        assert_eq!(path, format!("{COMMUNITIES}/{}", created.id()));
        let read = world.a.viewer.get(&path).expect(200);
        assert_eq!(read.etag(), created.etag());
        assert!(read.etag().starts_with("W/\"1."), "{}", read.etag());
        assert_eq!(read.json(), created.json());
        assert_eq!(read.header("cache-control"), Some("private, no-cache"));
        let vary = read.header("vary").unwrap().to_lowercase();
        for part in ["authorization", "awasir-organisation", "accept-encoding", "accept-language"] {
            assert!(vary.contains(part), "{vary}");
        }
        let unchanged = world.a.viewer.get(&path).header("If-None-Match", &read.etag()).expect(304);
        assert!(unchanged.body.is_empty());
        assert_eq!(unchanged.etag(), read.etag());
        world.a.viewer.get(&path).header("If-None-Match", "*").expect(304);
        world.a.viewer.get(&path).header("If-None-Match", "W/\"9.x\"").expect(200);
        world.a.viewer.head(&path).header("If-None-Match", &read.etag()).expect(304);
    }

    fn a_change_needs_the_version_seen(world: World) {
        let path = add(&world.a.contributor, "كوستي");
        let first = world.a.contributor.get(&path).expect(200).etag();
        let patch = |body: Value| world.a.contributor.patch(&path, body);
        patch(json!({"name": {"en": "Kosti"}})).problem("version-required").expect(428);
        // The thing as it was read holds its version, which says nothing of what its sender relies on.
        patch(json!({"name": {"en": "Kosti"}, "version": 1})).problem("version-required").expect(428);
        let changed = patch(json!({"name": {"en": "Kosti"}})).if_match(&first).expect(200);
        assert_eq!(changed.json()["version"], 2);
        assert_eq!(changed.json()["name"], json!({"ar": "كوستي", "en": "Kosti"}));
        assert_eq!(changed.etag(), world.a.viewer.get(&path).expect(200).etag());
        let stale = patch(json!({"country": "SD"})).if_match(&first).problem("version-mismatch").expect(412);
        assert_eq!(stale.etag(), changed.etag());
        assert_eq!(stale.json()["current_version"], 2);
        assert_eq!(stale.json()["changed_fields"], json!(["name"]));
        // The version alone is compared, whatever the hash.
        patch(json!({"name": {"en": "Kosti 3"}})).if_match("W/\"2.0000\"").expect(200);
        patch(json!({"name": {"en": "Kosti 4"}})).if_match("\"3\"").expect(200);
        patch(json!({"name": {"en": "Kosti 5"}})).if_match("*").expect(200);
        patch(json!({"name": {"en": "Kosti 6"}})).if_match("\"1\", \"5\"").expect(200);
        for bad in ["3", "", "\"x\"", "\"0\"", "W/3", "\"-1\""] {
            patch(json!({})).if_match(bad).problem("invalid-parameter").expect(400);
        }
    }

    fn a_version_is_asked_before_content_and_after_rights(world: World) {
        let path = add(&world.a.contributor, "كوستي");
        world.a.viewer.patch(&path, json!({"x": 1})).problem("forbidden").expect(403);
        world.a.contributor.patch(&path, json!({"x": 1})).problem("version-required");
        world.a.contributor.patch(&path, json!({"x": 1})).version(9).problem("version-mismatch");
        world.a.contributor.patch(&path, json!({"x": 1})).version(1).problem("validation-failed");
    }

    fn what_a_merge_patch_does(world: World) {
        let body = json!({
            "name": {"ar": "كوستي", "en": "Kosti"}, "country": "SD", "admin1_pcode": "SD09",
            "other_names": [{"ar": "الأولى"}, {"ar": "الثانية"}],
        });
        let created = world.a.contributor.post(COMMUNITIES, body).expect(201);
        let path = created.header("location").unwrap().to_owned();
        let patch = |body: Value| world.a.contributor.patch(&path, body).if_match("*");
        // The thing as it was read changes nothing, with its read-only members.
        let same = patch(created.json()).expect(200);
        assert_eq!(same.json()["name"], created.json()["name"]);
        let one = patch(json!({"name": {"en": null}})).expect(200).json();
        assert_eq!(one["name"], json!({"ar": "كوستي"}));
        let one = patch(json!({"other_names": [{"ar": "الثالثة"}]})).expect(200).json();
        assert_eq!(one["other_names"], json!([{"ar": "الثالثة"}]));
        let one = patch(json!({"admin1_pcode": null})).expect(200).json();
        assert_eq!(one["admin1_pcode"], Value::Null);
        patch(json!({"name": null})).problem("validation-failed").error("/name", "required");
        patch(json!({"version": 77})).problem("validation-failed").error("/version", "read-only");
        patch(json!({"nonsense": 77})).problem("validation-failed").error("/nonsense", "unknown-field");
        patch(json!([])).problem("validation-failed").error("", "wrong-type");
        let merge = world.a.contributor.request(reqwest::Method::PATCH, &path).if_match("*");
        merge.bytes("application/merge-patch+json", r#"{"name":{"en":"Kosti"}}"#).expect(200);
    }

    fn in_a_post_null_means_absent(world: World) {
        let body = json!({"name": {"ar": "كوستي"}, "country": "SD", "admin1_pcode": null, "id": null});
        world.a.contributor.post(COMMUNITIES, body).expect(201);
        let body = json!({"name": null, "country": "SD"});
        world.a.contributor.post(COMMUNITIES, body).problem("validation-failed").error("/name", "required");
    }
}
