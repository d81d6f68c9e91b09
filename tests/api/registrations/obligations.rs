//! What follows from a registration, by a day; a yearly one brings forth the next, once.

use awasir::db::schema::registration_obligations as obligations;
use awasir::types::{Json, ObligationId, RegistrationId};
use diesel::prelude::*;

use super::*;

fn add(by: &Organisation, dossier: &Dossier, due_on: &str, repeats: &str) -> String {
    let body = json!({"title": ar("التقرير السنوي"), "due_on": due_on, "repeats": repeats});
    let id = by.admin.post(&dossier.below("obligations"), body).expect(201).id();
    dossier.below(&format!("obligations/{id}"))
}

fn days(by: &Organisation, dossier: &Dossier) -> Vec<(String, bool)> {
    let seen = dossier.seen_by(&by.coordinator);
    let all = seen["obligations"].as_array().unwrap().iter();
    all.map(|one| (one["due_on"].as_str().unwrap().to_owned(), !one["done_on"].is_null())).collect()
}

on_both_engines! {
    fn a_yearly_one_brings_forth_the_next(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let once = add(a, &dossier, "2025-03-01", "none");
        let done = a.admin.post(&format!("{once}/done"), json!({"done_on": "2025-02-20"})).expect(200).json();
        assert_eq!((&done["done_on"], &done["version"]), (&json!("2025-02-20"), &json!(2)));
        assert_eq!(days(a, &dossier), [("2025-03-01".to_owned(), true)]);

        let mut path = add(a, &dossier, "2024-02-29", "yearly");
        let first = path.rsplit('/').next().unwrap().to_owned();
        let mut said = Vec::new();
        for _ in 0..5 {
            let done = a.admin.post(&format!("{path}/done"), json!({})).expect(200).json();
            assert_eq!(done["done_on"], json!(day(&three.world, 0)));
            said.push(done["due_on"].as_str().unwrap().to_owned());
            let seen = dossier.seen_by(&a.coordinator);
            let next = seen["obligations"].as_array().unwrap().iter().find(|one| one["follows"] == done["id"]).cloned().unwrap();
            assert_eq!((&next["title"], &next["repeats"], &next["done_on"]), (&done["title"], &json!("yearly"), &Value::Null));
            path = dossier.below(&format!("obligations/{}", next["id"].as_str().unwrap()));
        }
        assert_eq!(said, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]);
        // The same again brings forth nothing.
        let count = days(a, &dossier).len();
        let again = a.admin.post(&dossier.below(&format!("obligations/{first}/done")), json!({})).expect(200).json();
        assert_eq!((&again["id"], days(a, &dossier).len()), (&json!(first), count));
        let other = json!({"done_on": "2024-01-01"});
        a.admin.post(&dossier.below(&format!("obligations/{first}/done")), other).problem("state-conflict").expect(409);
    }

    fn once_however_many_say_so(three: Three) {
        let a = three.a();
        a.admin.token();
        let dossier = Dossier::begun(a, body());
        let path = add(a, &dossier, "2025-06-30", "yearly");
        for round in 0..4 {
            let seen = dossier.seen_by(&a.admin);
            let open = seen["obligations"].as_array().unwrap().iter().find(|one| one["done_on"].is_null()).cloned();
            let path = dossier.below(&format!("obligations/{}/done", open.unwrap()["id"].as_str().unwrap()));
            let replies = crate::races::at_once_by(16, |_| a.admin.post(&path, json!({})).send());
            assert!(replies.iter().all(|reply| reply.status == 200), "{:?}", crate::races::tally(&replies));
            assert_eq!(days(a, &dossier).len(), 2 + round);
        }
        let actions = three.world.server.actions_on(path.rsplit('/').next().unwrap());
        assert_eq!(actions, ["registration.obligation.created", "registration.obligation.done"]);
    }

    fn what_is_done_is_changed_no_more(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let path = add(a, &dossier, "2025-06-30", "yearly");
        let done = format!("{path}/done");
        a.admin.patch(&path, json!({"due_on": "2025-07-01", "title": {"en": "Annual report"}})).if_match("*").expect(200);
        a.admin.patch(&path, json!({"done_on": "2025-07-01"})).if_match("*").error("/done_on", "read-only").expect(422);
        a.admin.post(&done, json!({"done_on": day(&three.world, 1)})).error("/done_on", "out-of-range").expect(422);
        a.admin.post(&done, json!({"version": 1})).problem("version-mismatch").expect(412);
        a.coordinator.post(&done, json!({})).problem("forbidden").expect(403);
        assert_eq!(days(a, &dossier), [("2025-07-01".to_owned(), false)]);
        a.admin.post(&done, json!({"version": 2})).expect(200);
        a.admin.patch(&path, json!({"due_on": "2025-08-01"})).if_match("*").problem("state-conflict").expect(409);
        // Recorded by mistake: both are taken out, and it is entered anew.
        a.admin.delete(&path).if_match("*").expect(204);
        assert_eq!(days(a, &dossier), [("2026-07-01".to_owned(), false)]);
        let next = dossier.seen_by(&a.admin)["obligations"][0]["id"].as_str().unwrap().to_owned();
        a.admin.delete(&dossier.below(&format!("obligations/{next}"))).if_match("*").expect(204);
        assert!(days(a, &dossier).is_empty());
        dossier.act(&a.admin, "cancel", json!({})).expect(200);
    }

    /// At the end of the calendar, and of a cancelled dossier.
    fn where_nothing_comes_after(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let last = add(a, &dossier, "2200-06-01", "yearly");
        a.admin.post(&format!("{last}/done"), json!({})).expect(200);
        assert_eq!(days(a, &dossier).len(), 1);
        let open = add(a, &dossier, "2025-06-01", "yearly");
        dossier.act(&a.admin, "cancel", json!({})).expect(200);
        a.admin.post(&format!("{open}/done"), json!({})).problem("state-conflict").expect(409);
        a.admin.post(&format!("{last}/done"), json!({})).expect(200);
    }

    /// Where a dossier has as many as it takes, what brings forth another waits until one that is done is removed.
    fn as_many_as_a_dossier_takes(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let once = add(a, &dossier, "2020-01-01", "none");
        let yearly = add(a, &dossier, "2025-06-01", "yearly");
        let (now, parent) = (three.world.server.app.clock.now(), RegistrationId::parse(dossier.id()).unwrap());
        three.world.server.look(|db| {
            for _ in 0..198 {
                let id: ObligationId = three.world.server.app.ids.id();
                diesel::insert_into(obligations::table)
                    .values((
                        (obligations::id.eq(id), obligations::registration_id.eq(parent), obligations::repeats.eq("none")),
                        obligations::title.eq(Json::new(&ar("رسوم")).unwrap()),
                        obligations::due_on.eq(day(&three.world, 90)),
                        obligations::version.eq(1),
                        obligations::created_at.eq(now),
                        obligations::updated_at.eq(now),
                    ))
                    .execute(db)
                    .unwrap();
            }
        });
        let done = |path: &str| a.admin.post(&format!("{path}/done"), json!({}));
        assert_eq!(done(&yearly).problem("limit-reached").expect(409).json()["limit"], 200);
        assert_eq!(a.admin.get(&yearly).expect(200).json()["done_on"], Value::Null);
        done(&once).expect(200);
        a.admin.delete(&once).if_match("*").expect(204);
        done(&yearly).expect(200);
        assert_eq!(days(a, &dossier).len(), 200);
    }
}
