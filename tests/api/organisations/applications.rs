//! Applications by strangers.

use std::time::Duration;

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

on_both_engines! {
    fn a_stranger_applies_and_reads_the_decision(world: World) {
        let asked = apply(&world, application("جمعية البركة"));
        let read = || world.stranger.get(&asked.path).header("Awasir-Status-Token", &asked.token);
        let seen = read().expect(200).json();
        assert_eq!(seen["application"]["applicant"]["email"], "amna@example.org");
        assert_eq!(seen["application"]["possible_duplicates"], Value::Null);
        assert_eq!(seen["last_decision"], Value::Null);
        world.stranger.get(&asked.path).problem("unauthenticated").expect(401);
        world.stranger.get(&asked.path).header("Awasir-Status-Token", "x").problem("not-found");
        let other = apply(&world, application("جمعية أخرى"));
        world.stranger.get(&asked.path).header("Awasir-Status-Token", &other.token).problem("not-found");

        world.a.admin.get(&asked.path).problem("not-found").expect(404);
        assert!(!world.a.admin.get(ORGANISATIONS).expect(200).ids().contains(&asked.id));
        let status = format!("{ORGANISATIONS}?status=applied");
        assert!(world.a.admin.get(&status).expect(200).data().is_empty());
        assert!(world.network_admin.get(&status).expect(200).ids().contains(&asked.id));

        world.network_admin.post(&format!("{}/return", asked.path), because()).expect(200);
        let seen = read().expect(200).json();
        assert_eq!((&seen["status"], &seen["last_decision"]["action"]), (&json!("returned"), &json!("return")));
        assert_eq!(seen["last_decision"]["reason"]["ar"], "لسبب");
    }

    fn an_applicant_applies_again_with_changes(world: World) {
        let asked = apply(&world, application("جمعية البركة"));
        let path = format!("{}/resubmit", asked.path);
        let again = |body: Value| world.stranger.post(&path, body).header("Awasir-Status-Token", &asked.token);
        let refused = again(json!({})).problem("state-conflict").expect(409).json();
        assert_eq!((&refused["state"], &refused["allowed_actions"]), (&json!("applied"), &json!([])));
        world.network_admin.post(&format!("{}/reject", asked.path), because()).expect(200);
        world.stranger.post(&path, json!({})).problem("unauthenticated");
        world.a.admin.post(&path, json!({})).problem("not-found");
        world.network_admin.post(&path, json!({})).problem("forbidden");
        again(json!({"name": null, "zzz": 1, "status": "active"})).problem("validation-failed")
            .error("/name", "required").error("/zzz", "unknown-field").error("/status", "read-only");
        let now = again(json!({"name": {"en": "Baraka"}, "contact": {"phone": "0912345678"}})).expect(200).json();
        assert_eq!(now["name"], json!({"ar": "جمعية البركة", "en": "Baraka"}));
        assert_eq!((&now["status"], &now["version"]), (&json!("applied"), &json!(3)));
        assert_eq!(
            world.server.actions_on(&asked.id),
            ["organisation.applied", "organisation.rejected", "organisation.resubmitted"]
        );
    }

    fn a_status_token_ends_with_approval_or_ninety_days_after_a_decision(world: World) {
        let [rejected, approved] = ["جمعية البركة", "جمعية الخير"].map(|name| apply(&world, application(name)));
        let read = |asked: &Application| {
            world.stranger.get(&asked.path).header("Awasir-Status-Token", &asked.token).send().status
        };
        world.server.advance(DAY * 200);
        assert_eq!(read(&rejected), 200);
        world.network_admin.renew().post(&format!("{}/reject", rejected.path), because()).expect(200);
        let answer = world.network_admin.post(&format!("{}/approve", approved.path), json!({})).expect(200);
        assert_eq!((read(&rejected), read(&approved)), (200, 404));
        world.server.advance(DAY * 91);
        assert_eq!(read(&rejected), 404);

        let made = answer.json();
        assert_eq!((&made["status"], &made["application"]), (&json!("active"), &Value::Null));
        assert!(made["invitation"]["token"].is_string() && made["invitation"]["link"].is_string());
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }

    fn an_approved_applicant_becomes_its_admin(world: World) {
        let asked = apply(&world, application("جمعية البركة"));
        let made = world.network_admin.post(&format!("{}/approve", asked.path), json!({})).expect(200).json();
        let body = json!({"token": made["invitation"]["token"], "password": "سبع سنابل خضر"});
        let reply = world.stranger.post("/v1/auth/invitations/accept", body).expect(200).json();
        let amna = world.stranger.with_token(reply["access_token"].as_str().unwrap());
        let tag = amna.get(&asked.path).expect(200).etag();
        amna.patch(&asked.path, json!({"short_name": {"ar": "البركة"}})).if_match(&tag).expect(200);
    }

    fn what_strangers_send_is_checked(world: World) {
        let send = |body: Value| world.stranger.post(ORGANISATIONS, body).problem("validation-failed").expect(422);
        send(json!({})).error("/name", "required");
        send(json!({"name": {"ar": "س"}})).error("/applicant", "required");
        let mut body = application("جمعية");
        body["id"] = json!(uuid::Uuid::new_v4());
        body["admin"] = json!({"name": {"ar": "س"}});
        send(body).error("/id", "read-only").error("/admin", "read-only");
        let mut body = application("جمعية");
        body["applicant"] = json!({"name": {"ar": "س"}});
        send(body).error("/applicant/email", "required");
        let mut body = application("جمعية");
        body["website"] = json!("javascript:alert(1)");
        body["sectors"] = json!(["health", "health"]);
        body["external_ids"] = json!([{"scheme": "a", "value": "1"}, {"scheme": "a", "value": "1"}]);
        send(body).error("/website", "invalid-format").error("/sectors/1", "duplicate-value")
            .error("/external_ids/1", "duplicate-value");
        let mut body = application("جمعية");
        body["sectors"] = json!(["moon"]);
        body["external_ids"] = json!([{"scheme": "a:b", "value": "1"}]);
        body["contact"] = json!({"email": "x", "fax": "1", "phone": {"value": "1", "visibility": "all"}});
        send(body).error("/sectors/0", "unknown-value").error("/external_ids/0/scheme", "invalid-format")
            .error("/contact/email", "invalid-email").error("/contact/fax", "unknown-field")
            .error("/contact/phone/value", "invalid-phone").error("/contact/phone/visibility", "unknown-value");
        let mut body = application("جمعية");
        body["community_ids"] = json!([uuid::Uuid::new_v4()]);
        send(body).error("/community_ids/0", "unknown-reference");
        world.a.admin.post(ORGANISATIONS, application("جمعية")).problem("forbidden").expect(403);
    }

    fn possible_duplicates_are_the_network_admins_to_see(world: World) {
        let mut body = application("جَمعية الوادى");
        body["external_ids"] = json!([{"scheme": "SD-HAC", "value": "7", "visibility": "organisation"}]);
        let asked = apply(&world, body);
        let other = enter(&world, json!({
            "name": {"ar": "غيرها"}, "external_ids": [{"scheme": "SD-HAC", "value": "7"}],
        }));
        let other = other.rsplit('/').next().unwrap().to_owned();
        let seen = world.network_admin.get(&asked.path).expect(200).json();
        let listed = world.network_admin.get(&format!("{ORGANISATIONS}?status=applied")).expect(200).data();
        for application in [&seen["application"], &listed[0]["application"]] {
            let duplicates = application["possible_duplicates"].as_array().unwrap();
            let ids: Vec<&str> = duplicates.iter().map(|one| one["id"].as_str().unwrap()).collect();
            assert_eq!(ids.len(), 2, "{application}");
            assert!(ids.contains(&world.a.id.to_string().as_str()) && ids.contains(&other.as_str()));
        }
        let taken = world.network_admin.post(&format!("{}/approve", asked.path), json!({}));
        taken.problem("external-id-taken").expect(409);
    }
}
