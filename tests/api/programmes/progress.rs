//! Progress: it only grows, and adds up exactly.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::carried::*;
use super::*;
use crate::races::{at_once_by, tally};

on_both_engines! {
    fn what_adds_to_what(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let path = plan.activity(&three, json!({}));
        let progress = format!("{path}/progress");
        let body = |counting: &str, reached: Value| json!({"period": january(), "reached": reached, "counting": counting});
        let first = b.contributor.post(&progress, body("new_people", json!({"women": 10, "men": 0, "households": 4}))).expect(201);
        let member = b.members[&awasir::access::Role::Contributor];
        let expected = json!({
            "id": first.id(), "version": 1, "programme_id": plan.id(), "activity_id": path.rsplit('/').next().unwrap(),
            "period": january(), "counting": "new_people", "note": null, "reverses": null,
            "reached": {"women": 10, "men": 0, "girls": null, "boys": null, "unspecified": null, "total": 10,
                "households": 4, "with_disability": null, "elderly": null},
            "recorded_by": {"organisation_id": b.id, "member_id": member}, "created_at": first.json()["created_at"],
        });
        assert_eq!(first.json(), expected);
        assert_eq!(first.header("awasir-parent-version"), Some("1"));
        let entry = first.header("location").unwrap().to_owned();
        assert_eq!(entry, format!("{progress}/{}", first.id()));
        assert_eq!(a.viewer.get(&entry).expect(200).json(), expected);
        a.contributor.post(&progress, body("repeat", json!({"women": 6, "girls": 3}))).expect(201);
        b.contributor.post(&progress, json!({"period": january(), "reached": {"boys": 2}, "note": ar("سجل قديم")})).expect(201);
        b.contributor.post(&progress, body("new_people", json!({"unspecified": 5, "elderly": 1}))).expect(201);
        let seen = a.viewer.get(&path).expect(200).json();
        assert_eq!(seen["reached"], json!({"women": 10, "men": 0, "girls": null, "boys": null, "unspecified": 5, "total": 15,
            "households": 4, "with_disability": null, "elderly": 1}));
        assert_eq!((&seen["service_contacts"], &seen["version"]), (&json!(10 + 9 + 2 + 5), &json!(1)));
        assert_eq!(a.viewer.get(&plan.below("activities")).expect(200).data()[0], seen);
        let listed = a.viewer.get(&progress).expect(200).data();
        assert_eq!((listed.len(), &listed[3], &listed[1]["counting"]), (4, &expected, &json!("not_known")));
        assert_eq!(three.world.server.actions_on(&first.id()), ["programme.progress.created"]);
        // Nothing changes or removes an entry.
        for method in [reqwest::Method::PATCH, reqwest::Method::DELETE] {
            b.admin.request(method, &entry).if_match("*").json(&json!({})).problem("method-not-allowed").expect(405);
        }
        // Another activity's path does not lead to it.
        let other = plan.activity(&three, json!({}));
        a.viewer.get(&format!("{other}/progress/{}", first.id())).problem("not-found").expect(404);
    }

    fn a_wrong_entry_is_taken_back_by_another(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let path = plan.activity(&three, json!({}));
        let progress = format!("{path}/progress");
        let wrong = b.contributor.post(&progress, women(100)).expect(201).id();
        b.contributor.post(&progress, women(10)).expect(201);
        let post = |body: Value| b.contributor.post(&progress, body);
        // What it says besides must be what the entry said.
        let differs = json!({"reverses": wrong, "reached": {"women": 99}, "counting": "repeat",
            "period": {"starts_on": "2026-01-01", "ends_on": "2026-01-30"}});
        let reply = post(differs).problem("validation-failed").expect(422);
        assert_eq!(reply.error("/reached", "differs").error("/counting", "differs").error("/period", "differs").errors().len(), 3);
        post(json!({"reverses": uuid::Uuid::new_v4()})).error("/reverses", "unknown-reference").expect(422);
        let other = plan.activity(&three, json!({}));
        b.contributor.post(&format!("{other}/progress"), json!({"reverses": wrong})).error("/reverses", "unknown-reference").expect(422);
        let taken = post(with(women(100), json!({"reverses": wrong, "note": ar("سُجّل مرتين")}))).expect(201);
        let seen = taken.json();
        assert_eq!((&seen["reached"]["women"], &seen["reached"]["total"], &seen["reverses"]), (&json!(100), &json!(100), &json!(wrong)));
        assert_eq!((&seen["period"], &seen["counting"]), (&january(), &json!("new_people")));
        assert_eq!(a.viewer.get(&format!("{progress}/{}", taken.id())).expect(200).json(), seen);
        let activity = a.viewer.get(&path).expect(200).json();
        assert_eq!((&activity["reached"]["women"], &activity["service_contacts"]), (&json!(10), &json!(10)));
        // Once, and itself not at all.
        post(json!({"reverses": wrong})).problem("already-reversed").expect(409);
        a.contributor.post(&progress, json!({"reverses": taken.id()})).error("/reverses", "is-a-reversal").expect(422);
        assert_eq!(a.viewer.get(&progress).expect(200).ids().len(), 3);
    }

    fn who_may_and_when(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::agreed(&[a, b, c], draft(&[(a, "lead"), (b, "implementing"), (c, "funding")]));
        let path = plan.activity(&three, json!({}));
        let progress = format!("{path}/progress");
        b.contributor.post(&progress, women(5)).problem("state-conflict").expect(409);
        plan.move_to(a, "start");
        for client in [&c.admin, &b.viewer] {
            client.post(&progress, women(5)).problem("forbidden").expect(403);
        }
        let entry = b.contributor.post(&progress, women(5)).expect(201).id();
        c.contributor.post(&progress, json!({"reverses": entry})).problem("forbidden").expect(403);
        a.contributor.post(&progress, women(5)).expect(201);
        plan.move_to(a, "suspend");
        b.contributor.post(&progress, women(5)).expect(201);
        plan.move_to(a, "complete");
        let refused = b.contributor.post(&progress, json!({"reverses": entry})).problem("state-conflict").expect(409);
        assert_eq!(refused.json()["state"], "completed");
        assert_eq!(c.viewer.get(&progress).expect(200).ids().len(), 3);
        let d = organisation(&three.world.server, "جمعية النخيل", "nakheel");
        nothing_to_see(&d.admin, &progress, &format!("{progress}/{entry}"));
    }

    fn in_the_programme_s_period_and_over(three: Three) {
        let b = three.b();
        let plan = three.active();
        let progress = format!("{}/progress", plan.activity(&three, json!({})));
        let on = |starts_on: &str, ends_on: &str| {
            let period = json!({"starts_on": starts_on, "ends_on": ends_on});
            b.contributor.post(&progress, json!({"period": period, "reached": {"women": 1}})).send()
        };
        on("2024-12-31", "2025-01-01").error("/period/starts_on", "outside-period").expect(422);
        on("2026-01-02", "2026-01-01").error("/period/ends_on", "out-of-range").expect(422);
        let server = &three.world.server;
        let zone: awasir::types::TimeZoneName = server.app.settings.time_zone.parse().unwrap();
        let day = |plus: i32| zone.today_in_zone(server.app.clock.now()).plus_days(plus).unwrap().to_string();
        on("2026-01-01", &day(1)).error("/period/ends_on", "out-of-range").expect(422);
        on("2026-01-01", &day(0)).expect(201);
        let tomorrow = day(1);
        server.advance(Duration::from_secs(24 * 3600));
        on("2026-01-01", &tomorrow).expect(201);
        let missing = b.contributor.post(&progress, json!({"counting": "repeat"})).problem("validation-failed").expect(422);
        assert_eq!(missing.error("/period", "required").error("/reached", "required").errors().len(), 2);
        let more = json!({"period": january(), "reached": {"women": 3, "elderly": 4, "men": -1}});
        b.contributor.post(&progress, more).error("/reached/men", "too-small").expect(422);
        let more = json!({"period": january(), "reached": {"women": 3, "elderly": 4}});
        b.contributor.post(&progress, more).error("/reached/elderly", "too-large").expect(422);
    }

    /// Of many that take the same entry back at once one does.
    fn taken_back_once(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let path = plan.activity(&three, json!({}));
        let progress = format!("{path}/progress");
        let clients = [&a.contributor, &b.contributor, &a.coordinator, &b.coordinator];
        clients.iter().for_each(|client| drop(client.token()));
        for _ in 0..5 {
            let entry = b.contributor.post(&progress, women(7)).expect(201).id();
            let replies = at_once_by(8, |n| clients[n % 4].post(&progress, json!({"reverses": entry})).send());
            let tally = tally(&replies);
            assert_eq!((tally.get("201"), tally.get("409 already-reversed")), (Some(&1), Some(&7)), "{tally:?}");
        }
        let seen = a.viewer.get(&path).expect(200).json();
        assert_eq!((&seen["reached"]["women"], &seen["service_contacts"]), (&json!(0), &json!(0)));
    }

    /// Whatever is recorded and taken back, in whatever order: the sums are those of counting by hand.
    fn sums_are_exact(three: Three) {
        let plan = three.active();
        let step = (0..3usize, 0..4usize, 0..3usize, proptest::option::of(0..2_000i64), proptest::option::of(0..2_000i64), any::<bool>());
        let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
        runner.run(&proptest::collection::vec(step, 1..40), |steps| {
            add_up_by_hand(&three, &plan, &steps);
            Ok(())
        }).unwrap();
    }
}

type Step = (usize, usize, usize, Option<i64>, Option<i64>, bool);

/// Carries the steps out on three new activities, and compares what the server answers with a naive sum.
fn add_up_by_hand(three: &Three, plan: &Plan, steps: &[Step]) {
    const COUNTING: [&str; 3] = ["new_people", "repeat", "not_known"];
    let b = three.b();
    let paths: Vec<String> = (0..3).map(|_| plan.activity(three, json!({}))).collect();
    // By activity: women, girls, service contacts; and by month, of all three.
    let mut expected: Vec<(Option<i64>, Option<i64>, i64)> = vec![(None, None, 0); 3];
    let mut by_month: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
    let mut recorded: Vec<(usize, String, Step)> = Vec::new();
    let before = b.viewer.get(&plan.below("summary")).expect(200).json();
    for step in steps {
        let (n, month, counting, women, girls, takes_back) = *step;
        let (n, sign, step) = match recorded.pop().filter(|_| takes_back) {
            Some((n, entry, step)) => {
                b.contributor.post(&format!("{}/progress", paths[n]), json!({"reverses": entry})).expect(201);
                (n, -1, step)
            }
            None => {
                let period =
                    json!({"starts_on": "2025-01-01", "ends_on": format!("2025-{:02}-15", month + 1)});
                let body = json!({"period": period, "reached": {"women": women, "girls": girls}, "counting": COUNTING[counting]});
                let entry = b.contributor.post(&format!("{}/progress", paths[n]), body).expect(201).id();
                recorded.push((n, entry, *step));
                (n, 1, *step)
            }
        };
        let (_, month, counting, women, girls, _) = step;
        let more = |sum: &mut Option<i64>, said: Option<i64>| {
            if let Some(said) = said {
                *sum = Some(sum.unwrap_or(0) + sign * said);
            }
        };
        let contacts = sign * (women.unwrap_or(0) + girls.unwrap_or(0));
        if counting == 0 {
            more(&mut expected[n].0, women);
            more(&mut expected[n].1, girls);
        }
        expected[n].2 += contacts;
        *by_month.entry(format!("2025-{:02}", month + 1)).or_default() += contacts;
    }
    for (path, (women, girls, contacts)) in paths.iter().zip(&expected) {
        let seen = b.viewer.get(path).expect(200).json();
        let total = women
            .is_some()
            .then(|| women.unwrap_or(0))
            .into_iter()
            .chain(*girls)
            .reduce(|one, other| one + other);
        assert_eq!(
            (
                &seen["reached"]["women"],
                &seen["reached"]["girls"],
                &seen["reached"]["total"],
                &seen["service_contacts"]
            ),
            (&json!(women), &json!(girls), &json!(total), &json!(contacts)),
            "{steps:?}"
        );
    }
    let after = b.viewer.get(&plan.below("summary")).expect(200).json();
    let of_month = |summary: &Value, month: &str| {
        let months = summary["by_month"].as_array().unwrap();
        months
            .iter()
            .find(|one| one["month"] == month)
            .map_or(0, |one| one["service_contacts"].as_i64().unwrap())
    };
    for (month, contacts) in by_month {
        assert_eq!(of_month(&after, &month) - of_month(&before, &month), contacts, "{month} {steps:?}");
    }
    let all: i64 = expected.iter().map(|(.., contacts)| contacts).sum();
    let contacts = |summary: &Value| summary["overall"]["service_contacts"].as_i64().unwrap();
    assert_eq!(contacts(&after) - contacts(&before), all);
}
