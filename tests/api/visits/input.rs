//! Bad input: each mistake with its pointer, all at once.

use super::*;

on_both_engines! {
    fn all_that_is_wrong_with_a_visit(world: World) {
        let a = &world.a.contributor;
        let errors = a.post(VISITS, json!({
            "purposes": ["x"], "schedule": {"date": "2025-02-30"}, "zzz": 1,
            "parties": [{"organisation_id": 5, "side": "x"}, {}],
            "delegates": [{"side": "host"}], "agenda": [{"kind": "tour"}],
        })).problem("validation-failed").expect(422)
            .error("/purposes/0", "unknown-value").error("/schedule/date", "invalid-date").error("/zzz", "unknown-field")
            .error("/parties/0/organisation_id", "wrong-type").error("/parties/0/side", "unknown-value")
            .error("/parties/1/side", "required").error("/delegates/0/organisation_id", "required")
            .error("/agenda/0/title", "required").errors();
        assert_eq!(errors.len(), 9, "{errors:?}");
    }

    fn the_record_that_comes_with_it(world: World) {
        let mut body = draft(&world);
        let (a, stranger) = (world.a.id, uuid::Uuid::new_v4());
        body["delegates"] = json!([
            {"organisation_id": stranger, "side": "host", "name": ar("س")}, {"organisation_id": a, "side": "host", "name": ar("س")},
            {"organisation_id": a, "side": "visitor", "member_id": stranger},
        ]);
        body["agenda"] = json!([{"kind": "tour", "title": ar("ج"), "presented_by_organisation_id": stranger,
            "community_ids": [stranger], "project_ids": [stranger]}]);
        body["discussions"] = json!([{"topic": "media", "summary": ar("ن"), "raised_by": stranger}]);
        body["commitments"] = json!([{"kind": "other", "strength": "discussed", "description": ar("ك"), "note": ar("م")}]);
        body["returns_visit_id"] = json!(stranger);
        body["arises_from_commitment_id"] = json!(stranger);
        body["community_ids"] = json!([stranger]);
        let errors = world.a.contributor.post(VISITS, body).problem("validation-failed")
            .error("/delegates/0/organisation_id", "not-a-party").error("/delegates/1/side", "wrong-side")
            .error("/delegates/2/member_id", "unknown-member").error("/agenda/0/presented_by_organisation_id", "not-a-party")
            .error("/agenda/0/community_ids/0", "unknown-community").error("/agenda/0/project_ids/0", "unknown-project")
            .error("/discussions/0/raised_by", "unknown-delegate").error("/commitments/0/note", "not-responsible")
            .error("/returns_visit_id", "unknown-visit").error("/arises_from_commitment_id", "unknown-commitment")
            .error("/community_ids/0", "unknown-community").errors();
        assert_eq!(errors.len(), 11, "{errors:?}");
        assert_eq!(world.a.viewer.get(VISITS).expect(200).data().len(), 0);
    }

    fn who_the_parties_are(world: World) {
        let a = &world.a.contributor;
        let with = |parties: Value| {
            let mut body = draft(&world);
            body["parties"] = parties;
            a.post(VISITS, body).problem("validation-failed").expect(422)
        };
        with(parties(&[(&world.a, "visitor"), (&world.a, "host")])).error("/parties/1/organisation_id", "duplicate");
        with(parties(&[(&world.a, "visitor"), (&world.b, "visitor")])).error("/parties", "too-few");
        with(json!([{"organisation_id": uuid::Uuid::new_v4(), "side": "visitor"}, {"organisation_id": world.b.id, "side": "host"}]))
            .error("/parties", "own-organisation-missing").error("/parties/0/organisation_id", "unknown-organisation");
        let hosts: Vec<Value> = (0..4).map(|_| json!({"organisation_id": uuid::Uuid::new_v4(), "side": "host"})).collect();
        with([vec![json!({"organisation_id": world.a.id, "side": "visitor"})], hosts].concat().into()).error("/parties", "too-many");
        world.network_admin.post(VISITS, draft(&world)).problem("forbidden").expect(403);
        world.a.viewer.post(VISITS, draft(&world)).problem("forbidden");
    }

    fn a_weekday_that_is_not_the_dates(world: World) {
        let with = |schedule: Value| {
            let mut body = draft(&world);
            body["schedule"] = schedule;
            world.a.contributor.post(VISITS, body).send()
        };
        // Written month first: the Friday meant is the fourth of July.
        let offered = with(json!({"date": "2025-04-07", "weekday": "friday"})).problem("weekday-mismatch").expect(422)
            .error("/schedule/weekday", "weekday-mismatch");
        assert_eq!(offered.json()["suggested_date"], "2025-07-04");
        assert_eq!(with(json!({"date": "2025-07-05", "weekday": "friday"})).problem("weekday-mismatch").json()["suggested_date"], Value::Null);
        with(json!({"date": "2025-07-05", "weekday": "friday", "x": 1})).problem("validation-failed").error("/schedule/x", "unknown-field");
        with(json!({"date": "2025-07-05", "end_date": "2025-07-04"})).problem("validation-failed").error("/schedule/end_date", "before-start");
        with(json!({"date": "2025-07-05", "end_time": "10:00"})).problem("validation-failed").error("/schedule/start_time", "required");
        with(json!({"date": "2025-07-05", "start_time": "10:00", "end_time": "09:00"})).problem("validation-failed").error("/schedule/end_time", "before-start");
        with(json!({"date": "2025-07-05", "time_zone": "Mars/Base"})).problem("validation-failed").error("/schedule/time_zone", "unknown-time-zone");
        with(json!({"date": "2025-07-05", "time_zone": "Africa/Cairo", "weekday": "saturday"})).expect(201);
    }

    fn what_it_returns(world: World) {
        let first = Trip::concluded(&world, draft(&world), "parties");
        let id = first.seen_by(&world.a.viewer)["id"].clone();
        let mut body = draft(&world);
        body["returns_visit_id"] = id.clone();
        body["parties"] = parties(&[(&world.b, "visitor"), (&world.a, "host")]);
        let made = world.b.contributor.post(VISITS, body.clone()).expect(201).json();
        assert_eq!(made["returns_visit_id"], id);
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        body["parties"] = parties(&[(&c, "visitor"), (&world.a, "host")]);
        c.contributor.post(VISITS, body).problem("validation-failed").error("/returns_visit_id", "unknown-visit");
    }
}
