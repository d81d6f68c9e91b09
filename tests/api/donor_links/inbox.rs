//! What links ask of an organisation.

use std::time::Duration;

use awasir::donor_links::model::LinkRow;
use awasir::types::DonorLinkId;
use diesel::prelude::*;

use super::*;
use crate::programmes::{Plan, draft};

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
    /// Who left a programme is not told what it is called now.
    fn for_a_programme_that_was_left(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b, c], draft(&[(a, "lead"), (b, "implementing"), (c, "supporting")]));
        let offer = json!({"donor_id": donor(a, secret()), "beneficiary_organisation_id": b.id, "programme_id": plan.id()});
        Link::made(&a.coordinator, offer);
        assert!(one(b).2.contains("برنامج التعليم والصحة"));
        plan.act(&b.coordinator, "withdraw", json!({"reason": ar("ضيق")})).expect(200);
        assert!(asked(b).is_empty());
    }

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
        let today = today(&three);
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

    /// Whatever there is beside it, and however much later that was made.
    fn what_is_due_first_is_looked_at(three: Three) {
        let (a, b) = (three.a(), three.b());
        let day = |off: i32| json!(today(&three).plus_days(off).unwrap());
        let step = |off: i32| json!({"next_step": {"what": ar("زيارة الموقع"), "due_on": day(off)}});
        let first = Link::introduced(&three);
        a.coordinator.patch(&first.path, step(2)).if_match("*").expect(200);
        // What waits for nobody; what waits on no day; what is due later.
        let idle = Link::introduced(&three);
        copy(&three, &idle, 1_100);
        let offered = Link::offered(&three);
        copy(&three, &offered, 1_100);
        let later = Link::introduced(&three);
        a.coordinator.patch(&later.path, step(9)).if_match("*").expect(200);
        copy(&three, &later, 1_100);
        for own in [a, b] {
            let all = asked(own);
            assert_eq!((&all[0].3, &all[0].1), (&first.path, &day(2)));
            assert!(all[1..].iter().all(|one| one.1 == day(9)), "{all:?}");
        }
        // Over, it waits no more; and what is offered is told with what it is for.
        three.world.server.look(|db| {
            use awasir::db::schema::donor_links;
            let due = donor_links::table.filter(donor_links::next_step_due_on.is_not_null());
            diesel::delete(due.filter(donor_links::id.ne_all([id(&first), id(&later)]))).execute(db).unwrap();
        });
        for link in [&first, &later] {
            link.act(&a.coordinator, "end", json!({"reason": ar("انقطع")})).expect(200);
        }
        assert!(asked(a).is_empty());
        let all = asked(b);
        assert!(all.len() > 20 && all.iter().all(|one| one.0 == "accept" && one.2.contains("بئر القرية")), "{all:?}");
    }
}

fn today(three: &Three) -> awasir::types::CalendarDate {
    let app = &three.world.server.app;
    let zone: awasir::types::TimeZoneName = app.settings.time_zone.parse().unwrap();
    zone.today_in_zone(app.clock.now())
}

fn id(link: &Link) -> DonorLinkId {
    DonorLinkId(link.id().parse().unwrap())
}

/// The same link so many times more, each a second later than the one before.
fn copy(three: &Three, link: &Link, times: usize) {
    use awasir::db::schema::donor_links;
    three.world.server.look(|db| {
        db.transaction(|db| {
            let mut row: LinkRow =
                donor_links::table.find(id(link)).select(LinkRow::as_select()).first(db)?;
            for _ in 0..times {
                row.id = three.world.server.app.ids.id();
                row.created_at = row.created_at.plus(Duration::from_secs(1));
                diesel::insert_into(donor_links::table).values(&row).execute(db)?;
            }
            diesel::QueryResult::Ok(())
        })
        .unwrap();
    });
}
