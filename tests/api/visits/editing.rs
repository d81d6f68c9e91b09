//! What is edited when, by whom, and what comes of it.

use super::*;

fn delegate(organisation: OrganisationId, side: &str) -> Value {
    json!({"organisation_id": organisation, "side": side, "name": ar("عمر")})
}

on_both_engines! {
    fn a_draft_is_changed_and_removed(world: World) {
        let trip = Trip::draft(&world, draft(&world));
        let a = &world.a.contributor;
        a.patch(&trip.path, json!({"title": ar("أخرى")})).problem("version-required").expect(428);
        let body = json!({
            "title": {"en": "A visit"}, "schedule": {"date": "2025-07-12", "start_time": "09:30"},
            "parties": parties(&[(&world.a, "host"), (&world.b, "visitor")]), "place": {"name": ar("الدار"), "country": "SD"},
        });
        let changed = a.patch(&trip.path, body).version(1).expect(200).json();
        assert_eq!(changed["title"], json!({"ar": "زيارة ودية", "en": "A visit"}));
        assert_eq!((&changed["schedule"]["weekday"], &changed["parties"][0]["side"]), (&json!("saturday"), &json!("host")));
        a.patch(&trip.path, json!({"title": ar("ث")})).version(1).problem("version-mismatch").expect(412);
        a.patch(&trip.path, json!({"state": "held", "id": changed["id"], "zzz": 1})).version(2)
            .problem("validation-failed").error("/state", "read-only").error("/zzz", "unknown-field");
        let same = a.patch(&trip.path, json!({"purposes": ["friendly", "experience_exchange"]})).version(2).expect(200).json();
        assert_eq!(same, changed);
        a.post(&trip.below("delegates"), delegate(world.a.id, "host")).expect(201);
        a.delete(&trip.path).problem("version-required");
        world.b.contributor.delete(&trip.path).version(3).problem("not-found");
        a.delete(&trip.path).version(3).expect(204);
        a.get(&trip.path).problem("not-found");
        assert_eq!(a.get(VISITS).expect(200).data().len(), 0);
        assert_eq!(world.server.actions_on(changed["id"].as_str().unwrap()).last().unwrap(), "visit.deleted");
    }

    fn after_the_proposal_a_change_asks_again(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        let (a, b) = (&world.a.contributor, &world.b.contributor);
        for (member, value) in [
            ("schedule", json!({"date": "2025-08-01"})), ("returns_visit_id", json!(uuid::Uuid::new_v4())),
            ("parties", parties(&[(&world.a, "host"), (&world.b, "visitor")])),
        ] {
            let reply = a.patch(&trip.path, json!({member: value})).if_match("*").send();
            assert!(reply.status == 409 || reply.status == 422, "{reply}");
        }
        let changed = b.patch(&trip.path, json!({"place": {"name": ar("المدرسة"), "country": "SD"}})).version(3).expect(200).json();
        assert_eq!((&changed["state"], response(&changed, world.a.id), response(&changed, world.b.id)),
            (&json!("proposed"), "pending".into(), "accepted".into()));
        a.delete(&trip.path).if_match("*").problem("state-conflict").expect(409);
        let held = Trip::held(&world, draft(&world));
        a.patch(&held.path, json!({"title": ar("ث")})).if_match("*").problem("state-conflict");
    }

    fn items_have_versions_of_their_own(world: World) {
        let trip = Trip::draft(&world, draft(&world));
        let a = &world.a.contributor;
        let items = [
            ("delegates", delegate(world.a.id, "visitor"), json!({"attended": true})),
            ("agenda", json!({"kind": "tour", "title": ar("جولة")}), json!({"minutes": 30})),
            ("discussions", json!({"topic": "media", "summary": ar("نقاش")}), json!({"topic": "other"})),
            ("commitments", json!({"kind": "other", "strength": "discussed", "description": ar("كلام")}), json!({"strength": "called_for"})),
        ];
        for (n, (list, body, patch)) in (0i64..).zip(items) {
            let made = a.post(&trip.below(list), body).expect(201);
            assert_eq!(made.header("awasir-parent-version"), Some((n * 2 + 2).to_string().as_str()));
            let path = format!("{}/{}", trip.below(list), made.id());
            assert_eq!(made.header("location"), Some(path.as_str()));
            assert_eq!(a.get(&path).expect(200).json(), made.json());
            a.patch(&path, patch.clone()).problem("version-required");
            let changed = a.patch(&path, patch.clone()).if_match(&made.etag()).expect(200);
            assert_eq!(changed.json()["version"], 2);
            a.patch(&path, patch).version(1).problem("version-mismatch").expect(412);
            a.patch(&path, json!({"id": uuid::Uuid::new_v4()})).version(2).problem("validation-failed").error("/id", "read-only");
            assert_eq!(a.get(&trip.below(list)).expect(200).data(), [changed.json()]);
            assert_eq!(trip.seen_by(a)[list], json!([changed.json()]));
            world.b.contributor.get(&path).problem("not-found");
            world.a.viewer.delete(&path).version(2).problem("forbidden");
        }
        let visit = trip.seen_by(a);
        let delegate = &visit["delegates"][0]["id"];
        let said = json!({"topic": "media", "summary": ar("قول"), "raised_by": delegate});
        a.post(&trip.below("discussions"), said).expect(201);
        let path = format!("{}/{}", trip.below("delegates"), delegate.as_str().unwrap());
        a.delete(&path).version(2).problem("in-use").expect(409);
        let agenda = format!("{}/{}", trip.below("agenda"), visit["agenda"][0]["id"].as_str().unwrap());
        a.delete(&agenda).version(2).expect(204);
        a.delete(&agenda).version(2).problem("not-found");
    }

    fn whose_is_what(world: World) {
        let trip = Trip::proposed(&world, draft(&world));
        let (a, b) = (&world.a.contributor, &world.b.contributor);
        let theirs = a.post(&trip.below("delegates"), delegate(world.b.id, "host")).expect(201).id();
        let path = format!("{}/{theirs}", trip.below("delegates"));
        let show = json!({"kind": "presentation", "title": ar("عرض"), "presented_by_organisation_id": world.b.id});
        let shown = format!("{}/{}", trip.below("agenda"), a.post(&trip.below("agenda"), show).expect(201).id());
        a.patch(&path, json!({"title": ar("أمين المال")})).version(1).expect(200);
        a.patch(&shown, json!({"minutes": 20})).version(1).expect(200);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        a.patch(&path, json!({"title": null})).version(2).problem("forbidden").expect(403);
        a.delete(&path).version(2).problem("forbidden");
        a.patch(&shown, json!({"minutes": 5})).version(2).problem("forbidden");
        b.patch(&path, json!({"title": null})).version(2).expect(200);
        b.patch(&shown, json!({"minutes": 5})).version(2).expect(200);
        // Its members it names itself.
        let member = world.b.members[&awasir::access::Role::Viewer];
        let named = json!({"organisation_id": world.b.id, "side": "host", "member_id": member});
        a.post(&trip.below("delegates"), named.clone()).problem("validation-failed").error("/member_id", "not-yours");
        let made = b.post(&trip.below("delegates"), named).expect(201).json();
        assert!(made["name"]["ar"].is_string(), "{made}");
    }

    fn commitments_by_their_strength(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        let (a, b) = (&world.a.contributor, &world.b.contributor);
        let path = trip.below("commitments");
        let said = |strength: &str, more: Value| {
            let mut body = json!({"kind": "return_visit", "strength": strength, "description": ar("ردّ الزيارة")});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        a.post(&path, said("committed", json!({}))).problem("validation-failed").error("/responsible_organisation_ids", "required");
        a.post(&path, said("discussed", json!({"due_on": "2025-12-01"}))).problem("validation-failed").error("/due_on", "not-committed");
        a.post(&path, said("committed", json!({"responsible_organisation_ids": [uuid::Uuid::new_v4()]}))).problem("validation-failed")
            .error("/responsible_organisation_ids/0", "not-a-party");
        let body = said("committed", json!({"responsible_organisation_ids": [world.b.id], "due_on": "2025-12-01"}));
        let path = format!("{path}/{}", a.post(&path, body).expect(201).id());
        a.patch(&path, json!({"status": "in_progress"})).version(1).problem("forbidden").expect(403);
        b.patch(&path, json!({"status": "dropped"})).version(1).problem("validation-failed").error("/note", "required");
        b.patch(&path, json!({"status": "in_progress", "note": ar("بدأنا")})).version(1).expect(200);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        trip.act(&world.a.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
        // Progress is no edit of what is approved.
        b.patch(&path, json!({"status": "done"})).version(2).expect(200);
        assert_eq!(approval(&trip.seen_by(b), world.a.id), "approved");
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        a.patch(&path, json!({"due_on": "2026-01-01"})).version(3).problem("state-conflict").expect(409);
        b.patch(&path, json!({"status": "open"})).version(3).expect(200);
        b.delete(&path).version(4).problem("state-conflict");
        a.post(&trip.below("discussions"), json!({"topic": "media", "summary": ar("ن")})).problem("state-conflict");
    }

    fn an_edit_of_what_was_reported_is_the_editors_approval(world: World) {
        let trip = Trip::reported(&world, draft(&world), "parties");
        let said = json!({"topic": "media", "summary": ar("نقاش")});
        world.b.coordinator.post(&trip.below("discussions"), said.clone()).expect(201);
        let seen = trip.seen_by(&world.a.coordinator);
        assert_eq!((approval(&seen, world.a.id), approval(&seen, world.b.id)), ("pending".into(), "approved".into()));
        // A contributor can't approve: then everybody is asked.
        world.a.contributor.post(&trip.below("discussions"), said).expect(201);
        let seen = trip.seen_by(&world.a.coordinator);
        assert_eq!((approval(&seen, world.a.id), approval(&seen, world.b.id)), ("pending".into(), "pending".into()));
        assert_eq!(seen["state"], "reported");
        trip.consent(&world.a.coordinator, "approve-report").expect(200);
        assert_eq!(trip.consent(&world.b.coordinator, "approve-report").expect(200).json()["state"], "concluded");
    }
}
