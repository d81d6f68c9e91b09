//! The source's visit, step by step, as both sides.

use super::*;

/// The visit of the source document, as far as it tells.
fn source(world: &World) -> Value {
    let (a, b) = (world.a.id, world.b.id);
    let adviser = uuid::Uuid::new_v4();
    let person = |name: &str, title: &str| json!({"organisation_id": a, "side": "visitor", "name": ar(name), "title": ar(title), "attended": true});
    let mut director = person("ابوبكر عبد الوهاب", "المدير التنفيذي");
    director["honorific"] = ar("الباشمهندس");
    let mut media = person("جلال الخير عبد الله", "المستشار الإعلامي");
    media["affiliation"] = ar("إذاعة القوات المسلحة");
    media["id"] = json!(adviser);
    json!({
        "title": ar("زيارة ودية"), "purposes": ["friendly", "experience_exchange"],
        "schedule": {"date": "2025-07-04", "weekday": "friday"},
        "place": {"name": ar("دار الجمعية"), "country": "SD"},
        "parties": parties(&[(&world.a, "visitor"), (&world.b, "host")]),
        "delegates": [
            director, person("الفاتح محمد عبد المطلب", "المدير الإعلامي"),
            person("المعز محمد الأمين", "نائب المدير الإعلامي"), media,
            {"organisation_id": b, "side": "host", "kind": "group", "name": ar("أعضاء المكتب التنفيذي")},
        ],
        "agenda": [
            {"kind": "presentation", "title": ar("نبذة عن مشاريع الجمعية"), "presented_by_organisation_id": b,
             "presents": ["projects", "activities", "fields"],
             "sectors": ["education", "health", "family_support", "emergency_response"]},
            {"kind": "presentation", "title": ar("مشاريع المنظمة وخططها"), "presented_by_organisation_id": a,
             "presents": ["projects", "plans"]},
        ],
        "discussions": [
            {"topic": "project_management", "summary": ar("أفضل الممارسات")},
            {"topic": "media", "summary": ar("تسليط الضوء"), "raised_by": adviser},
        ],
        "commitments": [
            {"kind": "joint_programme", "strength": "agreed_in_principle",
             "wording": ar("تم التوافق على أهمية إنشاء برامج مشتركة"), "description": ar("برامج مشتركة")},
            {"kind": "return_visit", "strength": "called_for", "description": ar("تبادل الزيارات")},
        ],
    })
}

on_both_engines! {
    fn step_by_step_as_both_sides(world: World) {
        let (a, b) = (&world.a, &world.b);
        let made = a.contributor.post(VISITS, source(&world)).expect(201);
        let visit = made.json();
        let path = format!("{VISITS}/{}", made.id());
        assert_eq!(made.header("location"), Some(path.as_str()));
        assert_eq!((&visit["state"], &visit["version"], &visit["visibility"]), (&json!("draft"), &json!(1), &json!("parties")));
        assert_eq!(visit["allowed_actions"], json!([]), "a contributor decides nothing");
        assert_eq!(visit["schedule"]["weekday"], "friday");
        assert_eq!(visit["schedule"]["time_zone"], "Africa/Khartoum");
        let names: Vec<_> = visit["delegates"].as_array().unwrap().iter().map(|one| one["name"]["ar"].clone()).collect();
        assert_eq!(names[0], "ابوبكر عبد الوهاب");
        assert_eq!(names[4], "أعضاء المكتب التنفيذي", "in the order given: {names:?}");
        assert_eq!(visit["delegates"][0]["is_head"], Value::Null);
        assert_eq!(visit["delegates"][0]["public_name_consent"], false);
        assert_eq!(visit["agenda"][1]["position"], 2);
        assert_eq!(visit["commitments"][0]["status"], "open");
        b.admin.get(&path).expect(404);

        let trip = Trip { path: path.clone() };
        assert_eq!(trip.seen_by(&a.coordinator)["allowed_actions"], json!(["propose", "record-held"]));
        let proposed = trip.act(&a.coordinator, "propose", json!({})).expect(200).json();
        assert_eq!((&proposed["state"], &proposed["version"]), (&json!("proposed"), &json!(2)));
        assert_eq!((response(&proposed, a.id), response(&proposed, b.id)), ("accepted".into(), "pending".into()));

        let seen = trip.seen_by(&b.coordinator);
        assert_eq!(seen["allowed_actions"], json!(["accept", "decline", "reschedule", "cancel"]));
        assert_eq!(trip.seen_by(&b.viewer)["allowed_actions"], json!([]));
        let accepted = trip.act(&b.coordinator, "accept", json!({"version": 2})).expect(200).json();
        assert_eq!(accepted["state"], "accepted");
        assert_eq!(accepted["parties"][1]["accepted_version"], 2);

        let held = trip.act(&a.coordinator, "hold", json!({})).expect(200).json();
        assert_eq!((&held["state"], &held["held_on"]), (&json!("held"), &json!("2025-07-04")));
        let report = json!({"summary": ar("زيارة ودية لتبادل الخبرات"), "visibility": "network",
            "closing_notes": [{"side": "visitor", "text": ar("شكر وتقدير")}]});
        let reported = trip.act(&a.coordinator, "submit-report", report).expect(200).json();
        assert_eq!(reported["state"], "reported");
        assert_eq!((approval(&reported, a.id), approval(&reported, b.id)), ("approved".into(), "pending".into()));
        assert_eq!(reported["report"]["submitted_by_organisation_id"], json!(a.id));

        let version = reported["version"].clone();
        let concluded = trip.act(&b.coordinator, "approve-report", json!({"version": version})).expect(200).json();
        assert_eq!((&concluded["state"], &concluded["visibility"]), (&json!("concluded"), &json!("network")));
        assert_eq!(concluded["allowed_actions"], json!([]));
        assert_eq!(concluded["report"]["closing_notes"][0]["side"], "visitor");
        assert_eq!(
            world.server.actions_on(visit["id"].as_str().unwrap()),
            ["visit.created", "visit.proposed", "visit.accepted", "visit.held", "visit.report_submitted",
             "visit.report_approved"],
        );
        let delegate = visit["delegates"][0]["id"].as_str().unwrap();
        assert_eq!(world.server.actions_on(delegate), ["visit.delegate.created"]);
    }

    fn the_same_request_a_second_time(world: World) {
        let mut body = source(&world);
        body["id"] = json!(uuid::Uuid::new_v4());
        let first = world.a.contributor.post(VISITS, body.clone()).expect(201);
        let again = world.a.contributor.post(VISITS, body.clone()).expect(200);
        assert_eq!(first.json(), again.json());
        body["title"] = ar("أخرى");
        world.a.contributor.post(VISITS, body).problem("id-taken").expect(409);
    }

    fn a_host_may_invite(world: World) {
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.b, "visitor"), (&world.a, "host")]);
        let trip = Trip::proposed(&world, body);
        assert_eq!(trip.consent(&world.b.coordinator, "accept").expect(200).json()["state"], "accepted");
    }

    fn three_parties(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
        let trip = Trip::proposed(&world, body);
        assert_eq!(trip.consent(&world.b.coordinator, "accept").expect(200).json()["state"], "proposed");
        let left = trip.act(&c.coordinator, "decline", json!({"reason": ar("تعذّر"), "reason_code": "road"})).expect(200).json();
        // All that remain have accepted.
        assert_eq!((&left["state"], &left["allowed_actions"]), (&json!("accepted"), &json!([])));
        assert_eq!(left["last_reason"]["reason_code"], "road");
        // From then on it keeps the visit as it was, and no list has it.
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        assert_eq!(trip.seen_by(&c.viewer)["state"], "accepted");
        assert_eq!(trip.seen_by(&world.b.viewer)["state"], "held");
        assert_eq!(c.viewer.get(VISITS).expect(200).data().len(), 0);
        c.viewer.get(&trip.below("delegates")).expect(404);
        assert_eq!(trip.act(&c.coordinator, "decline", json!({})).expect(200).json()["state"], "accepted");
        let refused = trip.act(&c.coordinator, "accept", json!({"version": 1})).problem("state-conflict").expect(409);
        assert_eq!(refused.json()["allowed_actions"], json!([]));
        c.contributor.post(&trip.below("delegates"), json!({"organisation_id": c.id, "side": "host", "name": ar("س")})).expect(404);
    }
}
