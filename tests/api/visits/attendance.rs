//! The record that a visit took place: told once more, told otherwise, taken back with who was there.

use super::silence::days;
use super::*;

on_both_engines! {
    fn the_record_that_stands_is_this_one(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let mut body = draft(&world);
        body["delegates"] = (0..3).map(|_| editing::delegate(world.a.id, "visitor")).collect();
        let trip = Trip::accepted(&world, body);
        let delegates = trip.seen_by(a)["delegates"].clone();
        let [one, two, three] = [0, 1, 2].map(|n| &delegates[n]["id"]);
        let said = json!({"held_on": "2025-07-05", "attended": [one, two]});
        let held = trip.act(a, "hold", said.clone()).expect(200).json();
        // What it leaves out it does not gainsay; its order says nothing.
        let same = [
            ("hold", said), ("record-held", json!({"attended": [two, one], "held_on": "2025-07-05"})),
            ("hold", json!({"attended": [two]})), ("record-held", json!({})),
        ];
        let other = [
            json!({"held_on": "2025-07-04"}), json!({"held_on": "2025-07-04", "attended": [one]}),
            json!({"held_on": "2025-07-05", "attended": [one, three]}), json!({"attended": [three]}),
        ];
        let agree = |state: &str| {
            let seen = trip.seen_by(a);
            assert_eq!(seen["state"], state);
            for (action, body) in &same {
                assert_eq!(trip.act(a, action, body.clone()).expect(200).json(), seen);
            }
            for body in &other {
                let refused = trip.act(a, "hold", body.clone()).problem("state-conflict").expect(409).json();
                assert_eq!((&refused["state"], &refused["allowed_actions"]), (&seen["state"], &seen["allowed_actions"]));
                trip.act(a, "record-held", body.clone()).problem("state-conflict").expect(409);
            }
            trip.act(a, "hold", json!({"x": 1})).problem("validation-failed").expect(422).error("/x", "unknown-field");
            assert_eq!(trip.seen_by(a), seen);
        };
        assert_eq!(held["held_on"], "2025-07-05");
        agree("held");
        // Whatever became of the delegates since, and however long ago it was.
        let path = |id: &Value| trip.below(&format!("delegates/{}", id.as_str().unwrap()));
        a.patch(&path(one), json!({"attended": false})).if_match("*").expect(200);
        a.delete(&path(two)).if_match("*").expect(204);
        days(&world, 31);
        agree("held");
        trip.act(a, "submit-report", json!({"summary": ar("ت")})).expect(200);
        agree("reported");
        trip.consent(b, "approve-report").expect(200);
        agree("concluded");
    }

    fn who_was_there_is_taken_back_with_the_record(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        for (action, accepted) in [("hold", true), ("record-held", false)] {
            let mut body = draft(&world);
            let said = [json!(null), json!(false), json!(true), json!(null), json!(null)];
            body["delegates"] = said.iter().map(|attended| {
                let mut one = editing::delegate(world.a.id, "visitor");
                one["attended"] = attended.clone();
                one
            }).collect();
            let trip = if accepted { Trip::accepted(&world, body) } else { Trip::proposed(&world, body) };
            let attended = || -> Vec<Value> {
                trip.seen_by(a)["delegates"].as_array().unwrap().iter().map(|one| one["attended"].clone()).collect()
            };
            let delegates = trip.seen_by(a)["delegates"].clone();
            let named: Vec<Value> = (0..4).map(|n| delegates[n]["id"].clone()).collect();
            trip.act(a, action, json!({ "attended": named })).expect(200);
            assert_eq!(attended(), [json!(true), json!(true), json!(true), json!(true), Value::Null]);
            // What somebody says of it themselves stands.
            let path = |n: usize| trip.below(&format!("delegates/{}", delegates[n]["id"].as_str().unwrap()));
            a.patch(&path(3), json!({"attended": false})).if_match("*").expect(200);
            a.patch(&path(4), json!({"attended": true})).if_match("*").expect(200);
            let back = trip.act(a, "undo-hold", json!({})).expect(200).json();
            assert_eq!(attended(), [Value::Null, json!(false), json!(true), json!(false), json!(true)]);
            assert_eq!(back["delegates"][0]["attended"], Value::Null);
            assert_eq!(back["delegates"][0]["version"], json!(3), "said, and taken back");
            assert_eq!(back["delegates"][2]["version"], json!(1));
            assert_eq!(trip.act(a, "undo-hold", json!({})).expect(200).json(), back);
            // Another record is another.
            if !accepted {
                trip.consent(b, "accept").expect(200);
            }
            trip.act(b, "hold", json!({"attended": [named[1]]})).expect(200);
            assert_eq!(attended()[1], json!(true));
            trip.act(b, "undo-hold", json!({})).expect(200);
            assert_eq!(attended(), [Value::Null, json!(false), json!(true), json!(false), json!(true)]);
        }
    }
}
