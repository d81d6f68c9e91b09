//! Indicators: their values are what their measure says.

use super::carried::*;
use super::*;

fn indicator(measure: &str, more: Value) -> Value {
    with(json!({"title": ar("نسبة التحصين"), "measure": measure}), more)
}

fn period(month: &str, more: Value) -> Value {
    with(json!({"starts_on": format!("2026-{month}-01"), "ends_on": format!("2026-{month}-28")}), more)
}

on_both_engines! {
    fn added_read_changed_and_removed(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let list = plan.below("indicators");
        let more = json!({
            "ascending": false, "baseline": {"year": 2024, "value": "٤٠٫٥٠"},
            "periods": [period("01", json!({"target": "50", "actual": "47.250"})), period("02", json!({"target": "60"}))],
        });
        let reply = b.contributor.post(&list, indicator("percentage", more)).expect(201);
        let (made, path) = (reply.json(), reply.header("location").unwrap().to_owned());
        assert_eq!(made["baseline"], json!({"year": 2024, "value": "40.5"}));
        assert_eq!(made["periods"], json!([
            period("01", json!({"target": "50", "actual": "47.25"})), period("02", json!({"target": "60", "actual": null})),
        ]));
        assert_eq!((&made["ascending"], &made["version"]), (&json!(false), &json!(1)));
        assert_eq!(a.viewer.get(&path).expect(200).json(), made);
        assert_eq!(a.contributor.patch(&path, made.clone()).version(1).expect(200).json(), made);
        // Any partner changes it: the baseline merges, periods are replaced whole.
        let changes = json!({"baseline": {"value": "41"}, "periods": [period("03", json!({"actual": "70"}))]});
        let changed = a.contributor.patch(&path, changes).version(1).expect(200).json();
        assert_eq!(changed["baseline"], json!({"year": 2024, "value": "41"}));
        assert_eq!(changed["periods"].as_array().unwrap().len(), 1);
        let plain = b.contributor.post(&list, indicator("qualitative", json!({}))).expect(201).json();
        assert_eq!((&plain["ascending"], &plain["baseline"], &plain["periods"]), (&json!(true), &Value::Null, &json!([])));
        assert_eq!(b.viewer.get(&list).expect(200).ids().len(), 2);
        b.contributor.delete(&path).version(2).expect(204);
        b.contributor.get(&path).problem("not-found").expect(404);
        let kind = "programme.indicator";
        let actions = ["created", "changed", "deleted"].map(|what| format!("{kind}.{what}"));
        assert_eq!(three.world.server.actions_on(&reply.id()), actions);
    }

    fn what_is_wrong_with_it(three: Three) {
        let a = three.a();
        let plan = three.active();
        let list = plan.below("indicators");
        for (measure, value, code) in [
            ("unit", "كثير", Some("invalid-format")), ("unit", "0.1234567", Some("too-many-decimals")), ("unit", "-3.5", None),
            ("percentage", "100.5", Some("out-of-range")), ("percentage", "-1", Some("out-of-range")), ("percentage", "100", None),
            ("ordinal", "2.5", Some("too-many-decimals")), ("ordinal", "٣", None), ("nominal", "حضري", None), ("qualitative", "تحسّن", None),
        ] {
            let more = json!({"baseline": {"year": 2024, "value": value}, "periods": [period("01", json!({"target": value, "actual": value}))]});
            let reply = a.contributor.post(&list, indicator(measure, more)).send();
            match code {
                None => drop(reply.expect(201)),
                Some(code) => {
                    let reply = reply.error("/baseline/value", code).error("/periods/0/target", code).error("/periods/0/actual", code);
                    assert_eq!(reply.expect(422).errors().len(), 3);
                }
            }
        }
        let periods = |periods: Value| a.contributor.post(&list, indicator("unit", json!({"periods": periods}))).send();
        periods(json!([{"starts_on": "2024-12-31", "ends_on": "2041-01-01"}]))
            .error("/periods/0/starts_on", "outside-period").error("/periods/0/ends_on", "outside-period").expect(422);
        periods(json!([period("01", json!({})), {"starts_on": "2026-01-28", "ends_on": "2026-02-28"}]))
            .error("/periods/1/starts_on", "overlaps").expect(422);
        periods(json!([{"starts_on": "2026-02-02", "ends_on": "2026-02-01"}])).error("/periods/0/ends_on", "out-of-range").expect(422);
        let path = format!("{list}/{}", a.contributor.post(&list, indicator("qualitative", json!({"baseline": {"year": 2024, "value": "جيد"}}))).expect(201).id());
        a.contributor.patch(&path, json!({"measure": "unit"})).version(1).error("/baseline/value", "invalid-format").expect(422);
    }

    fn who_may_and_when(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut body = three.draft();
        body["visibility"] = json!("network");
        let plan = Plan::draft(a, body);
        let list = plan.below("indicators");
        let path = format!("{list}/{}", a.contributor.post(&list, indicator("unit", json!({}))).expect(201).id());
        nothing_to_see(&b.admin, &list, &path);
        plan.act(&a.coordinator, "propose", json!({})).expect(200);
        b.contributor.patch(&path, json!({"ascending": false})).version(1).expect(200);
        for one in [a, b] {
            plan.sign(&one.admin).expect(200);
        }
        plan.move_to(a, "start");
        nothing_to_see(&c.admin, &list, &path);
        b.viewer.patch(&path, json!({"ascending": true})).version(2).problem("forbidden").expect(403);
        plan.move_to(a, "cancel");
        b.contributor.patch(&path, json!({"ascending": true})).version(2).problem("state-conflict").expect(409);
        b.contributor.delete(&path).version(2).problem("state-conflict").expect(409);
    }
}
