//! What is edited when, by whom, and what comes of it.

use super::*;

pub fn delegate(organisation: OrganisationId, side: &str) -> Value {
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
        // It asks the others again: a decision, beyond a contributor's drafts.
        world.a.contributor.patch(&trip.path, json!({"title": ar("ث")})).if_match("*").problem("forbidden").expect(403);
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
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
        // It asks the others again: a decision, beyond a contributor's drafts.
        world.a.contributor.patch(&trip.path, json!({"title": ar("ث")})).if_match("*").problem("forbidden").expect(403);
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let path = trip.below("commitments");
        let said = |strength: &str, more: Value| {
            let mut body = json!({"kind": "return_visit", "strength": strength, "description": ar("ردّ الزيارة")});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        a.post(&path, said("committed", json!({}))).problem("validation-failed").error("/responsible_organisation_ids", "required");
        a.post(&path, said("discussed", json!({"due_on": "2025-12-01"}))).problem("validation-failed").error("/due_on", "not-both");
        a.post(&path, said("committed", json!({"responsible_organisation_ids": [uuid::Uuid::new_v4()]}))).problem("validation-failed")
            .error("/responsible_organisation_ids/0", "not-a-party");
        let body = said("committed", json!({"responsible_organisation_ids": [world.b.id], "due_on": "2025-12-01"}));
        a.post(&path, body.clone()).problem("validation-failed").expect(422).error("/responsible_organisation_ids/0", "not-yours");
        let path = format!("{path}/{}", b.post(&path, body).expect(201).id());
        a.patch(&path, json!({"status": "in_progress"})).version(1).problem("forbidden").expect(403);
        b.patch(&path, json!({"status": "dropped"})).version(1).problem("validation-failed").error("/note", "required");
        b.patch(&path, json!({"status": "in_progress", "note": ar("بدأنا")})).version(1).expect(200);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        trip.act(&world.a.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
        // Progress is no edit of what is approved.
        b.patch(&path, json!({"status": "done"})).version(2).expect(200);
        assert_eq!(approval(&trip.seen_by(b), world.a.id), "approved");
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        a.patch(&path, json!({"due_on": "2026-01-01"})).version(3).problem("validation-failed").error("/due_on", "not-yours");
        b.patch(&path, json!({"due_on": "2026-01-01"})).version(3).problem("state-conflict").expect(409);
        b.patch(&path, json!({"status": "open"})).version(3).expect(200);
        b.delete(&path).version(4).problem("state-conflict");
        a.post(&trip.below("discussions"), json!({"topic": "media", "summary": ar("ن")})).problem("state-conflict");
    }

    fn nobody_promises_for_another(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        // It asks the others again: a decision, beyond a contributor's drafts.
        world.a.contributor.patch(&trip.path, json!({"title": ar("ث")})).if_match("*").problem("forbidden").expect(403);
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let (ours, both) = (json!([world.a.id]), json!([world.a.id, world.b.id]));
        let talk = json!({"kind": "coordination", "strength": "agreed_in_principle", "description": ar("تنسيق"), "responsible_organisation_ids": both});
        let path = format!("{}/{}", trip.below("commitments"), a.post(&trip.below("commitments"), talk).expect(201).id());
        a.patch(&path, json!({"strength": "committed"})).version(1).problem("validation-failed").expect(422)
            .error("/responsible_organisation_ids/1", "not-yours");
        a.patch(&path, json!({"strength": "committed", "responsible_organisation_ids": ours})).version(1).expect(200);
        // Who was responsible before the edit tells how far it came.
        b.patch(&path, json!({"responsible_organisation_ids": both, "status": "done"})).version(2).problem("forbidden").expect(403);
        b.patch(&path, json!({"responsible_organisation_ids": both})).version(2).expect(200);
        b.patch(&path, json!({"status": "in_progress"})).version(3).expect(200);
        a.patch(&path, json!({"due_on": "2026-01-01"})).version(4).expect(200);
        let mut body = draft(&world);
        body["commitments"] = json!([{"kind": "other", "strength": "committed", "description": ar("وعد"), "responsible_organisation_ids": both}]);
        a.post(VISITS, body).problem("validation-failed").error("/commitments/0/responsible_organisation_ids/1", "not-yours");
    }

    fn what_was_answered_for_stays_ones_own(world: World) {
        let mut body = draft(&world);
        body["delegates"] = json!([delegate(world.b.id, "host")]);
        body["agenda"] = json!([{"kind": "presentation", "title": ar("عرض"), "presented_by_organisation_id": world.b.id}]);
        let trip = Trip::accepted(&world, body);
        let a = &world.a.coordinator;
        trip.act(a, "reschedule", json!({"schedule": {"date": "2025-07-11"}})).expect(200);
        a.patch(&trip.path, json!({"title": ar("أخرى")})).if_match("*").expect(200);
        let seen = trip.seen_by(a);
        assert_eq!(response(&seen, world.b.id), "pending");
        for list in ["delegates", "agenda"] {
            let path = format!("{}/{}", trip.below(list), seen[list][0]["id"].as_str().unwrap());
            a.patch(&path, json!({"title": ar("ث")})).version(1).problem("forbidden").expect(403);
            a.delete(&path).version(1).problem("forbidden").expect(403);
            world.b.contributor.patch(&path, json!({"title": ar("ث")})).version(1).expect(200);
        }
    }

    fn consent_is_told_by_the_organisation_named(world: World) {
        let consent = json!({"given_on": "2025-07-04", "how": "شفاهة"});
        let mut theirs = delegate(world.b.id, "host");
        theirs["public_name_consent"] = consent.clone();
        let mut body = draft(&world);
        body["delegates"] = json!([theirs]);
        let (a, b) = (&world.a.contributor, &world.b.contributor);
        a.post(VISITS, body).problem("validation-failed").expect(422).error("/delegates/0/public_name_consent", "not-yours");
        let trip = Trip::proposed(&world, draft(&world));
        let list = trip.below("delegates");
        a.post(&list, theirs).problem("validation-failed").error("/public_name_consent", "not-yours");
        let path = format!("{list}/{}", a.post(&list, delegate(world.b.id, "host")).expect(201).id());
        a.patch(&path, json!({"public_name_consent": consent})).version(1).problem("validation-failed").error("/public_name_consent", "not-yours");
        b.patch(&path, json!({"public_name_consent": consent})).version(1).expect(200);
        // Until it answered others may edit the rest, but neither take the consent away nor give it another name.
        a.patch(&path, json!({"is_head": true})).version(2).expect(200);
        a.patch(&path, json!({"public_name_consent": false})).version(3).problem("validation-failed").error("/public_name_consent", "not-yours");
        a.patch(&path, json!({"name": ar("زيد")})).version(3).problem("validation-failed").error("/public_name_consent", "not-yours");
        // Nor does it go along to another organisation's person.
        let mut own = delegate(world.a.id, "visitor");
        own["public_name_consent"] = consent;
        let path = format!("{list}/{}", a.post(&list, own).expect(201).id());
        a.patch(&path, json!({"organisation_id": world.b.id, "side": "host"})).version(1).problem("validation-failed").error("/public_name_consent", "not-yours");
    }

    fn an_id_stays_taken_when_what_it_named_is_gone(world: World) {
        let a = &world.a.contributor;
        let mut body = draft(&world);
        body["id"] = json!(uuid::Uuid::new_v4());
        let path = format!("{VISITS}/{}", a.post(VISITS, body.clone()).expect(201).id());
        let mut item = delegate(world.a.id, "visitor");
        item["id"] = json!(uuid::Uuid::new_v4());
        let list = format!("{path}/delegates");
        let added = format!("{list}/{}", a.post(&list, item.clone()).expect(201).id());
        a.post(&list, item.clone()).expect(200);
        a.delete(&added).version(1).expect(204);
        a.post(&list, item).problem("id-taken").expect(409);
        a.post(VISITS, body.clone()).expect(200);
        a.delete(&path).if_match("*").expect(204);
        a.post(VISITS, body).problem("id-taken").expect(409);
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
