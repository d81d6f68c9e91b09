//! What links ask of an organisation.

use super::*;

/// What waits of links, as somebody with the right to donors reads it: action, day, Arabic sentence, path.
fn asked(organisation: &Organisation) -> Vec<(String, Value, String, String)> {
    let items = organisation.coordinator.get(&organisation.path("/inbox")).expect(200).data();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items
        .into_iter()
        .filter(|item| ["donor_link", "disbursement"].contains(&item["type"].as_str().unwrap()))
        .map(|item| {
            (
                text(&item["action"]),
                item["due_on"].clone(),
                text(&item["sentence"]["ar"]),
                text(&item["href"]),
            )
        })
        .collect()
}

#[track_caller]
fn one(organisation: &Organisation) -> (String, Value, String, String) {
    let mut all = asked(organisation);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

on_both_engines! {
    fn to_answer_introduce_and_acknowledge(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::offered(&three);
        assert!(asked(a).is_empty());
        let offer = "تعرض جمعية الوادي ربطكم بداعم لمشروع «بئر القرية»، بانتظار ردّكم";
        assert_eq!(one(b), ("accept".to_owned(), Value::Null, offer.to_owned(), link.below("accept")));
        // Nothing of it for who may not read donors.
        let seen = b.contributor.get(&b.path("/inbox")).expect(200).data();
        assert!(seen.iter().all(|item| item["type"] != "donor_link"), "{seen:?}");
        b.coordinator.post(&one(b).3, json!({})).expect(200);
        let accepted = "قبلت جمعية النيل عرضكم ربطها بداعم، بانتظار أن تعرّفوها به";
        assert_eq!(one(a), ("introduce".to_owned(), Value::Null, accepted.to_owned(), link.below("introduce")));
        assert!(asked(b).is_empty());
        a.coordinator.post(&one(a).3, json!({})).expect(200);
        assert!(asked(a).is_empty() && asked(b).is_empty());
        let came = link.receive(&b.coordinator, money("5", "SDG"));
        let told = one(a);
        assert_eq!((told.0.as_str(), &told.1), ("acknowledge", &Value::Null));
        assert!(told.2.starts_with("سجّلت جمعية النيل دفعة وصلت من داعمكم منذ") && told.2.ends_with("بانتظار إقراركم بها"), "{}", told.2);
        assert!(asked(b).is_empty());
        a.coordinator.post(&told.3, json!({})).expect(200);
        assert!(asked(a).is_empty());
        // What was taken back waits no more.
        let next = link.receive(&b.coordinator, money("7", "SDG"));
        assert_eq!(asked(a).len(), 1);
        link.take_back(&b.coordinator, &next).expect(201);
        assert!(asked(a).is_empty(), "{came}");
    }

    fn the_next_step(three: Three) {
        let (a, b) = (three.a(), three.b());
        let zone: awasir::types::TimeZoneName = three.world.server.app.settings.time_zone.parse().unwrap();
        let today = zone.today_in_zone(three.world.server.app.clock.now());
        let link = Link::introduced(&three);
        let step = |off: i32| json!({"next_step": {"what": ar("زيارة الموقع"), "due_on": today.plus_days(off).unwrap()}});
        a.coordinator.patch(&link.path, step(15)).if_match("*").expect(200);
        assert!(asked(a).is_empty() && asked(b).is_empty());
        a.coordinator.patch(&link.path, step(2)).if_match("*").expect(200);
        for (own, other) in [(a, "النيل"), (b, "الوادي")] {
            let told = format!("الخطوة التالية في الربط بداعم مع جمعية {other}: «زيارة الموقع»، وموعدها بعد يومين");
            assert_eq!(one(own), ("take-next-step".to_owned(), json!(today.plus_days(2).unwrap()), told, link.path.clone()));
        }
        b.coordinator.patch(&link.path, step(-3)).if_match("*").expect(200);
        assert!(one(a).2.ends_with("وتجاوز موعدها منذ 3 أيام"), "{}", one(a).2);
        b.coordinator.patch(&one(b).3, json!({"next_step": null})).if_match("*").expect(200);
        assert!(asked(a).is_empty() && asked(b).is_empty());
        // One thing waits once: what is to be done first.
        let link = Link::offered(&three);
        a.coordinator.patch(&link.path, step(1)).if_match("*").expect(200);
        assert_eq!((one(b).0.as_str(), one(a).0.as_str()), ("accept", "take-next-step"));
        link.act(&b.coordinator, "decline", json!({})).expect(200);
        assert!(asked(a).is_empty() && asked(b).is_empty());
        // One's own donor.
        let own = json!({"donor_id": donor(a, secret()), "beneficiary_organisation_id": a.id, "project_id": project(a)});
        let own = Link::made(&a.coordinator, own);
        a.coordinator.patch(&own.path, step(0)).if_match("*").expect(200);
        assert_eq!(one(a).2, "الخطوة التالية مع داعمكم: «زيارة الموقع»، وموعدها اليوم");
    }
}
