//! Activities: who adds, changes and removes them, and when.

use super::carried::*;
use super::*;

on_both_engines! {
    fn added_read_changed_and_removed(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let village = json!({"name": ar("ود الكريم"), "country": "SD", "admin1_pcode": "SD15"});
        let village = a.contributor.post("/v1/communities", village).expect(201).id();
        let place = json!({"name": ar("المدرسة"), "country": "SD", "latitude": 13.5, "longitude": 33.25});
        let more = json!({
            "community_id": village, "place": place, "starts_on": "2025-01-01", "ends_on": "2040-12-31", "status": "ongoing",
            "target": {"women": 10, "girls": 5, "households": 3}, "population_group": "idp",
        });
        let reply = b.contributor.post(&plan.below("activities"), activity(b, more.clone())).expect(201);
        let version = plan.seen_by(&a.viewer)["version"].as_i64().unwrap().to_string();
        assert_eq!(reply.header("awasir-parent-version"), Some(version.as_str()));
        let (made, path) = (reply.json(), reply.header("location").unwrap().to_owned());
        assert_eq!(path, format!("{}/{}", plan.below("activities"), reply.id()));
        for (name, value) in more.as_object().unwrap().iter().filter(|(name, _)| !["target", "place"].contains(&name.as_str())) {
            assert_eq!(made[name], *value, "{name}");
        }
        assert_eq!((&made["target"]["total"], &made["target"]["men"], &made["place"]["latitude"]), (&json!(15), &Value::Null, &json!(13.5)));
        assert_eq!((&made["reached"]["total"], &made["service_contacts"], &made["version"]), (&Value::Null, &json!(0), &json!(1)));
        assert_eq!(a.viewer.get(&path).expect(200).json(), made);
        // What was read can be sent back; target merges, place is replaced whole.
        assert_eq!(a.contributor.patch(&path, made.clone()).version(1).expect(200).json(), made);
        let changes = json!({"target": {"men": 7}, "place": {"name": ar("السوق"), "country": "SD"}, "status": "completed"});
        let changed = b.contributor.patch(&path, changes).version(1).expect(200).json();
        assert_eq!((&changed["target"]["total"], &changed["place"]["latitude"], &changed["version"]), (&json!(22), &Value::Null, &json!(2)));
        b.contributor.patch(&path, json!({"status": "ongoing"})).version(1).problem("version-mismatch").expect(412);
        b.contributor.patch(&path, json!({"reached": {"women": 3}})).version(2).error("/reached", "read-only").expect(422);
        let second = plan.activity(&three, json!({}));
        let listed = a.viewer.get(&plan.below("activities")).expect(200).data();
        assert_eq!(listed[1], changed);
        assert_eq!((listed.len(), &listed[0]["status"]), (2, &json!("planned")));
        b.contributor.delete(&second).version(1).expect(204);
        b.contributor.get(&second).problem("not-found").expect(404);
        let actions = three.world.server.actions_on(path.rsplit('/').next().unwrap());
        assert_eq!(actions, ["programme.activity.created", "programme.activity.changed"]);
        let id = second.rsplit('/').next().unwrap();
        assert_eq!(three.world.server.actions_on(id), ["programme.activity.created", "programme.activity.deleted"]);
        // The programme itself did not change.
        assert_eq!(plan.seen_by(&a.viewer)["version"].as_i64().unwrap().to_string(), version);
    }

    fn what_is_wrong_with_it(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = three.active();
        let nobody = three.world.server.app.ids.uuid();
        let more = json!({
            "starts_on": "2024-12-31", "ends_on": "2041-01-01", "community_id": nobody,
        });
        let reply = a.contributor.post(&plan.below("activities"), activity(c, more)).problem("validation-failed").expect(422);
        let reply = reply.error("/led_by_organisation_id", "not-a-partner").error("/starts_on", "outside-period")
            .error("/ends_on", "outside-period").error("/community_id", "unknown-reference");
        assert_eq!(reply.errors().len(), 4);
        let turned = json!({"starts_on": "2026-02-02", "ends_on": "2026-02-01"});
        a.contributor.post(&plan.below("activities"), activity(a, turned)).error("/ends_on", "out-of-range").expect(422);
        let path = plan.activity(&three, json!({"starts_on": "2026-02-02"}));
        b.contributor.patch(&path, json!({"ends_on": "2026-02-01"})).version(1).error("/ends_on", "out-of-range").expect(422);
        b.contributor.patch(&path, json!({"led_by_organisation_id": c.id})).version(1)
            .error("/led_by_organisation_id", "not-a-partner").expect(422);
    }

    /// A partner that has left leads nothing new; what it led goes on, in the lead's hands.
    fn a_partner_that_left(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = three.active_of_three();
        let path = plan.activity(&three, json!({}));
        let progress = format!("{path}/progress");
        b.contributor.post(&progress, women(12)).expect(201);
        plan.act(&b.coordinator, "withdraw", json!({"reason": ar("ظروف")})).expect(200);
        nothing_to_see(&b.admin, &plan.below("activities"), &path);
        b.admin.get(&progress).problem("not-found").expect(404);
        a.contributor.post(&plan.below("activities"), activity(b, json!({})))
            .error("/led_by_organisation_id", "not-a-partner").expect(422);
        c.contributor.patch(&path, json!({"status": "ongoing"})).version(1).problem("forbidden").expect(403);
        a.contributor.patch(&path, json!({"status": "ongoing"})).version(1).expect(200);
        a.contributor.post(&progress, women(3)).expect(201);
        let changed = a.contributor.patch(&path, json!({"led_by_organisation_id": c.id})).version(2).expect(200).json();
        assert_eq!((&changed["reached"]["women"], &changed["service_contacts"]), (&json!(15), &json!(15)));
        c.contributor.post(&progress, women(1)).expect(201);
    }

    fn who_may(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut body = draft(&[(a, "lead"), (b, "implementing"), (c, "funding")]);
        body["visibility"] = json!("network");
        let plan = Plan::active(&[a, b, c], body);
        let list = plan.below("activities");
        a.viewer.post(&list, activity(a, json!({}))).problem("forbidden").expect(403);
        // Any partner adds, also for another to carry out.
        let path = plan.activity(&three, json!({}));
        c.contributor.post(&list, activity(a, json!({}))).expect(201);
        for client in [&c.admin, &b.viewer] {
            client.patch(&path, json!({"status": "ongoing"})).version(1).problem("forbidden").expect(403);
            client.delete(&path).version(1).problem("forbidden").expect(403);
        }
        b.contributor.patch(&path, json!({"status": "ongoing"})).version(1).expect(200);
        a.contributor.patch(&path, json!({"status": "planned"})).version(2).expect(200);
        a.contributor.delete(&path).version(3).expect(204);
        // Who sees the programme from outside sees nothing of what is below it, nor do those who are asked to join.
        let d = organisation(&three.world.server, "جمعية النخيل", "nakheel");
        let path = plan.activity(&three, json!({}));
        d.viewer.get(&plan.path).expect(200);
        nothing_to_see(&d.admin, &list, &path);
        let partners = partners(&[(a, "lead"), (b, "implementing"), (c, "funding"), (&d, "media")]);
        plan.act(&a.coordinator, "amend", json!({"partners": partners})).expect(200);
        nothing_to_see(&d.admin, &list, &path);
        three.world.network_admin.get(&list).problem("forbidden").expect(403);
    }

    fn when(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::draft(a, draft(&[(b, "lead"), (a, "implementing")]));
        let list = plan.below("activities");
        // A draft is its author's, also where another is to carry it out.
        let path = format!("{list}/{}", a.contributor.post(&list, activity(b, json!({}))).expect(201).id());
        nothing_to_see(&b.admin, &list, &path);
        a.contributor.patch(&path, json!({"status": "ongoing"})).version(1).expect(200);
        plan.act(&a.coordinator, "propose", json!({})).expect(200);
        a.contributor.patch(&path, json!({"status": "planned"})).version(2).problem("forbidden").expect(403);
        let edit = |version: i64| {
            let status = if version % 2 == 0 { "planned" } else { "ongoing" };
            b.contributor.patch(&path, json!({"status": status})).version(version).send()
        };
        edit(2).expect(200);
        for one in [a, b] {
            plan.sign(&one.admin).expect(200);
        }
        edit(3).expect(200);
        plan.move_to(b, "start");
        edit(4).expect(200);
        plan.move_to(b, "suspend");
        edit(5).expect(200);
        a.contributor.post(&list, activity(a, json!({}))).expect(201);
        plan.move_to(b, "complete");
        let refused = edit(6).problem("state-conflict").expect(409).json();
        assert_eq!((&refused["state"], &refused["allowed_actions"]), (&json!("completed"), &json!([])));
        a.contributor.post(&list, activity(a, json!({}))).problem("state-conflict").expect(409);
        b.contributor.delete(&path).version(6).problem("state-conflict").expect(409);
        assert_eq!(b.viewer.get(&list).expect(200).ids().len(), 2);
        for (end, by) in [("decline", a), ("cancel", b)] {
            let other = Plan::proposed(a, draft(&[(b, "lead"), (a, "implementing")]));
            other.act(&by.coordinator, end, json!({})).expect(200);
            a.contributor.post(&other.below("activities"), activity(a, json!({}))).problem("state-conflict").expect(409);
        }
    }

    fn one_with_progress_stays(three: Three) {
        let b = three.b();
        let plan = three.active();
        let path = plan.activity(&three, json!({}));
        let entry = b.contributor.post(&format!("{path}/progress"), women(5)).expect(201).id();
        b.contributor.delete(&path).version(1).problem("in-use").expect(409);
        b.contributor.post(&format!("{path}/progress"), json!({"reverses": entry})).expect(201);
        b.contributor.delete(&path).version(1).problem("in-use").expect(409);
    }

    /// An amendment may leave days behind; they stay until somebody changes them.
    fn days_that_an_amendment_left_behind(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let path = plan.activity(&three, json!({"starts_on": "2030-01-01", "ends_on": "2030-02-01"}));
        let shorter = json!({"period": {"starts_on": "2025-01-01", "ends_on": "2027-12-31"}});
        plan.act(&a.coordinator, "amend", shorter).expect(200);
        for one in [a, b] {
            plan.sign(&one.admin).expect(200);
        }
        b.contributor.patch(&path, json!({"status": "cancelled"})).version(1).expect(200);
        b.contributor.patch(&path, json!({"ends_on": "2030-01-15"})).version(2).error("/ends_on", "outside-period").expect(422);
        b.contributor.patch(&path, json!({"starts_on": "2027-01-01", "ends_on": "2027-02-01"})).version(2).expect(200);
    }

    fn the_same_request_again(three: Three) {
        let b = three.b();
        let plan = three.active();
        let id = uuid::Uuid::new_v4();
        let body = activity(b, json!({"id": id}));
        b.contributor.post(&plan.below("activities"), body.clone()).expect(201);
        let again = b.contributor.post(&plan.below("activities"), body.clone()).expect(200).json();
        assert_eq!(again["id"], json!(id));
        b.contributor.post(&plan.below("activities"), with(body, json!({"sector": "education"}))).problem("id-taken").expect(409);
    }
}
