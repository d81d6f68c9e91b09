//! The summary: exact for partners, and for others nothing by which anybody could be found.

use super::carried::*;
use super::*;

/// A programme in which much was done: its partners A and B, open to the network as asked.
struct Done {
    plan: Plan,
    villages: [String; 2],
    activities: Vec<String>,
}

impl Done {
    fn of(three: &Three, visibility: &str, amounts: &str) -> Self {
        let (a, b) = (three.a(), three.b());
        let mut body = three.draft();
        body["visibility"] = json!(visibility);
        body["amounts_visibility"] = json!(amounts);
        let plan = Plan::active(&[a, b], body);
        let village = |name: &str| {
            let body = json!({"name": ar(name), "country": "SD", "admin1_pcode": "SD15"});
            a.contributor.post("/v1/communities", body).expect(201).id()
        };
        let villages = ["ود الكريم", "الكسمبر"].map(village);
        let more = |village: usize, target: i64| {
            let place = json!({"name": ar("دار العمدة"), "country": "SD"});
            json!({"community_id": villages[village], "place": place, "target": {"women": target, "households": 8}})
        };
        let activities = vec![
            plan.activity(three, more(0, 100)),
            plan.activity(three, more(0, 50)),
            plan.activity(three, more(1, 20)),
            plan.activity(three, json!({"target": {"men": 30}})),
            plan.activity(three, json!({"status": "cancelled", "target": {"men": 999}})),
        ];
        let progress = |n: usize, month: &str, counting: &str, reached: Value| {
            let period = json!({"starts_on": "2026-01-01", "ends_on": format!("2026-{month}-15")});
            let body = json!({"period": period, "reached": reached, "counting": counting});
            b.contributor.post(&format!("{}/progress", activities[n]), body).expect(201).id()
        };
        progress(0, "01", "new_people", json!({"women": 40, "girls": 3, "households": 11}));
        progress(0, "02", "repeat", json!({"women": 9}));
        progress(1, "02", "new_people", json!({"women": 30, "girls": 20}));
        let wrong = progress(2, "03", "new_people", json!({"women": 500}));
        b.contributor.post(&format!("{}/progress", activities[2]), json!({"reverses": wrong})).expect(201);
        progress(2, "03", "new_people", json!({"women": 25, "girls": 6}));
        progress(3, "03", "not_known", json!({"men": 12}));
        let indicators = plan.below("indicators");
        let period = |month: &str, target: &str, actual: Option<&str>| json!({"starts_on": format!("2026-{month}-01"), "ends_on": format!("2026-{month}-28"), "target": target, "actual": actual});
        for (measure, baseline, last) in [
            ("unit", "3", "4"),
            ("unit", "7", "70"),
            ("percentage", "2", "3.5"),
            ("qualitative", "أرملتان", "ثلاث أرامل"),
        ] {
            let value = |value: &str| {
                if measure == "qualitative" { "كل الأرامل".to_owned() } else { value.to_owned() }
            };
            let periods = json!([
                period("01", &value("10"), Some(baseline)),
                period("03", &value("90"), None),
                period("02", &value("80"), Some(last))
            ]);
            let body = json!({"title": ar("مؤشر"), "measure": measure, "baseline": {"year": 2024, "value": baseline}, "periods": periods});
            b.contributor.post(&indicators, body).expect(201);
        }
        Self { plan, villages, activities }
    }

    fn give(&self, three: &Three) {
        let (a, b) = (three.a(), three.b());
        let list = self.plan.below("contributions");
        let pledge = |by: &Organisation, body: Value| by.contributor.post(&list, body).expect(201).id();
        let confirm = |by: &Organisation, id: &str| {
            drop(by.coordinator.post(&format!("{list}/{id}/confirm"), json!({})).expect(200))
        };
        confirm(a, &pledge(b, cash("1000", "SDG")));
        let wrong = pledge(b, cash("50", "SDG"));
        confirm(a, &wrong);
        a.coordinator.post(&list, json!({"reverses": wrong})).expect(201);
        confirm(b, &pledge(a, cash("20.25", "USD")));
        pledge(b, cash("300", "SDG"));
        pledge(b, json!({"kind": "in_kind", "quantity": "12", "unit": "كيس"}));
        let dropped = pledge(b, cash("7", "SDG"));
        b.contributor
            .patch(&format!("{list}/{dropped}"), json!({"status": "cancelled"}))
            .version(1)
            .expect(200);
    }

    fn seen_by(&self, client: &Client) -> Value {
        client.get(&self.plan.below("summary")).expect(200).json()
    }
}

fn money(amount: &str, currency: &str) -> Value {
    json!({"amount": amount, "currency": currency})
}

/// What is said of people, with nothing of the rest.
fn people(said: Value) -> Value {
    let nothing = json!({"women": null, "men": null, "girls": null, "boys": null, "unspecified": null, "total": null,
        "households": null, "with_disability": null, "elderly": null});
    with(nothing, said)
}

fn counts(target: Value, reached: Value, contacts: Option<i64>) -> Value {
    json!({"target": people(target), "reached": people(reached), "service_contacts": contacts})
}

/// Every number of people in a summary, with where it stands.
fn cells(value: &Value, path: &str, found: &mut Vec<(String, i64)>) {
    let named = [
        "women",
        "men",
        "girls",
        "boys",
        "unspecified",
        "total",
        "households",
        "with_disability",
        "elderly",
        "service_contacts",
    ];
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value.as_i64() {
            Some(number) if named.contains(&name.as_str()) => found.push((format!("{path}/{name}"), number)),
            _ => cells(value, &format!("{path}/{name}"), found),
        }),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| cells(value, &format!("{path}/{i}"), found))
        }
        _ => {}
    }
}

on_both_engines! {
    fn partners_see_all_of_it(three: Three) {
        let (a, b) = (three.a(), three.b());
        let done = Done::of(&three, "partners", "partners");
        done.give(&three);
        let summary = done.seen_by(&b.viewer);
        assert_eq!(summary["overall"], counts(
            json!({"women": 170, "men": 30, "total": 200, "households": 24}),
            json!({"women": 95, "girls": 29, "total": 124, "households": 11}), Some(124 + 9 + 12),
        ));
        let of_community = |id: Value, counts: Value| json!({"community_id": id, "counts": counts});
        assert_eq!(summary["by_community"], json!([
            of_community(json!(done.villages[0]), counts(json!({"women": 150, "total": 150, "households": 16}),
                json!({"women": 70, "girls": 23, "total": 93, "households": 11}), Some(102))),
            of_community(json!(done.villages[1]), counts(json!({"women": 20, "total": 20, "households": 8}),
                json!({"women": 25, "girls": 6, "total": 31}), Some(31))),
            of_community(Value::Null, counts(json!({"men": 30, "total": 30}), json!({}), Some(12))),
        ]));
        let by_activity = summary["by_activity"].as_array().unwrap();
        assert_eq!(by_activity.len(), 5);
        assert_eq!(by_activity[0], json!({
            "activity_id": done.activities[0].rsplit('/').next().unwrap(), "title": ar("يوم علاجي"), "sector": "health",
            "status": "planned", "community_id": done.villages[0],
            "counts": counts(json!({"women": 100, "total": 100, "households": 8}), json!({"women": 40, "girls": 3, "total": 43, "households": 11}), Some(52)),
        }));
        assert_eq!(by_activity[4]["counts"], counts(json!({}), json!({}), Some(0)), "called off, it has no target");
        let of_month = |month: &str, reached: Value, contacts: i64| json!({"month": month, "reached": people(reached), "service_contacts": contacts});
        assert_eq!(summary["by_month"], json!([
            of_month("2026-01", json!({"women": 40, "girls": 3, "total": 43, "households": 11}), 43),
            of_month("2026-02", json!({"women": 30, "girls": 20, "total": 50}), 59),
            of_month("2026-03", json!({"women": 25, "girls": 6, "total": 31}), 43),
        ]));
        let amounts = |pledged: &str, received: &str, currency: &str| json!({"pledged": money(pledged, currency), "received": money(received, currency)});
        let (sdg, usd) = (amounts("300.00", "1000.00", "SDG"), amounts("0.00", "20.25", "USD"));
        assert_eq!(summary["contributions"]["by_currency"], json!([sdg, usd]));
        let mut by_partner = vec![json!({"organisation_id": a.id, "amounts": [usd]}), json!({"organisation_id": b.id, "amounts": [sdg]})];
        by_partner.sort_by_key(|one| one["organisation_id"].to_string());
        assert_eq!(summary["contributions"]["by_partner"], json!(by_partner));
        let indicator = &summary["indicators"][2];
        assert_eq!((&indicator["actual"], &indicator["target"], &indicator["baseline"]), (&json!("3.5"), &json!("80"), &json!({"year": 2024, "value": "2"})));
        assert_eq!(indicator["period"], json!({"starts_on": "2026-02-01", "ends_on": "2026-02-28"}));
        assert_eq!(summary["indicators"][3]["actual"], "ثلاث أرامل");
        assert_eq!((&summary["budget"][0], &summary["state"], &summary["programme_id"]), (&money("1250000.00", "SDG"), &json!("active"), &json!(done.plan.id())));
        // Its ETag is its content's.
        let path = done.plan.below("summary");
        let tag = b.viewer.get(&path).expect(200).etag();
        b.viewer.get(&path).header("If-None-Match", &tag).expect(304);
        b.contributor.post(&format!("{}/progress", done.activities[0]), women(1)).expect(201);
        assert_ne!(b.viewer.get(&path).header("If-None-Match", &tag).expect(200).etag(), tag);
    }

    /// Nothing of a summary leads an outsider to a few people, an amount, a place or words.
    fn what_outsiders_see(three: Three) {
        let c = &three.c;
        let done = Done::of(&three, "network", "partners");
        done.give(&three);
        let summary = done.seen_by(&c.viewer);
        let mut found = Vec::new();
        cells(&summary, "", &mut found);
        assert!(!found.is_empty() && found.iter().all(|(_, number)| *number >= 5), "{found:?}");
        assert_eq!((&summary["contributions"], &summary["budget"]), (&Value::Null, &Value::Null));
        let text = summary.to_string();
        for secret in ["1250000", "1000.00", "20.25", "SDG", "كيس", "دار العمدة", "أرامل", "أرملتان", "place", "latitude"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        // Three girls of the first activity: neither they nor what would give them away.
        assert_eq!(summary["overall"]["reached"]["girls"], 29);
        let activities = summary["by_activity"].as_array().unwrap();
        assert_eq!([&activities[0], &activities[1]].map(|one| &one["counts"]["reached"]["total"]), [&Value::Null; 2]);
        assert_eq!(activities[2]["counts"]["reached"]["girls"], 6);
        assert!(activities.iter().all(|one| one["community_id"].is_null() && one["title"].is_object()));
        assert_eq!(summary["by_community"][0]["counts"]["reached"]["girls"], 23);
        let months = summary["by_month"].as_array().unwrap();
        assert_eq!(months[0]["reached"], people(json!({})));
        assert!(months[1..].iter().any(|one| one["reached"]["total"].is_null()), "the others' sum would give it away");
        // Of indicators numbers alone, and few of something not.
        let shown: Vec<_> = summary["indicators"].as_array().unwrap().iter()
            .map(|one| (one["baseline"]["value"].clone(), one["actual"].clone())).collect();
        assert_eq!(shown, [(Value::Null, Value::Null), (json!("7"), json!("70")), (json!("2"), json!("3.5")), (Value::Null, Value::Null)]);
        // The few grow into many: then they are shown.
        let progress = format!("{}/progress", done.activities[0]);
        three.b().contributor.post(&progress, json!({"period": january(), "reached": {"girls": 4}, "counting": "new_people"})).expect(201);
        let summary = done.seen_by(&c.viewer);
        assert_eq!(summary["by_activity"][0]["counts"]["reached"]["girls"], 7);
    }

    fn amounts_where_the_terms_open_them(three: Three) {
        let (b, c) = (three.b(), &three.c);
        let done = Done::of(&three, "network", "network");
        done.give(&three);
        let (outside, inside) = (done.seen_by(&c.viewer), done.seen_by(&b.viewer));
        assert_eq!(outside["contributions"], inside["contributions"]);
        assert_eq!(outside["budget"], inside["budget"]);
        assert_ne!(outside["by_activity"], inside["by_activity"]);
    }

    fn who_sees_it(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let draft = Plan::draft(a, three.draft());
        assert_eq!(a.viewer.get(&draft.below("summary")).expect(200).json()["state"], "draft");
        b.admin.get(&draft.below("summary")).problem("not-found").expect(404);
        let done = Done::of(&three, "partners", "network");
        done.give(&three);
        c.admin.get(&done.plan.below("summary")).problem("not-found").expect(404);
        three.world.network_admin.get(&done.plan.below("summary")).problem("forbidden").expect(403);
        // Who is asked to become a partner sees it as outsiders do, and is told of no contribution.
        let partners = partners(&[(a, "lead"), (b, "implementing"), (c, "media")]);
        done.plan.act(&a.coordinator, "amend", json!({"partners": partners})).expect(200);
        let asked = done.seen_by(&c.viewer);
        assert_eq!((&asked["contributions"], &asked["by_month"][0]["reached"]), (&Value::Null, &people(json!({}))));
        for one in [a, b, c] {
            done.plan.sign(&one.admin).expect(200);
        }
        assert_eq!(done.seen_by(&c.viewer), done.seen_by(&b.viewer));
        // Who left sees no more of it.
        done.plan.act(&c.coordinator, "withdraw", json!({"reason": ar("ظروف")})).expect(200);
        c.admin.get(&done.plan.below("summary")).problem("not-found").expect(404);
    }

    fn the_commitment_that_it_came_from(three: Three) {
        use crate::visits::{Trip, draft_on};
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let world = &three.world;
        let mut visit = draft_on(world, "2025-07-04");
        visit["commitments"] = json!([{"kind": "joint_programme", "strength": "called_for", "description": ar("برنامج مشترك")}]);
        let trip = Trip::held(world, visit);
        let commitment = trip.seen_by(&a.viewer)["commitments"][0]["id"].clone();
        let mut body = draft(&[(a, "lead"), (b, "implementing"), (c, "funding")]);
        body["arises_from_commitment_id"] = commitment.clone();
        let plan = Plan::active(&[a, b, c], body);
        let seen = |client: &Client| client.get(&plan.below("summary")).expect(200).json()["arises_from_commitment_id"].clone();
        assert_eq!([seen(&a.viewer), seen(&c.viewer)], [commitment, Value::Null]);
    }
}
