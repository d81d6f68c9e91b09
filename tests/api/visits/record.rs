//! The record written whole: lists replaced, everything wrong at once, nothing half done.

use super::editing::delegate;
use super::*;

#[track_caller]
fn put(trip: &Trip, client: &Client, body: Value) -> Reply {
    client.put(&trip.below("record"), body).if_match("*").send()
}

fn named(organisation: OrganisationId, side: &str, id: uuid::Uuid) -> Value {
    let mut delegate = delegate(organisation, side);
    delegate["id"] = json!(id);
    delegate
}

on_both_engines! {
    fn all_of_it_in_one_go(world: World) {
        let (a, id) = (&world.a.contributor, uuid::Uuid::new_v4());
        let trip = Trip::accepted(&world, draft(&world));
        let body = json!({
            "delegates": [named(world.a.id, "visitor", id), delegate(world.a.id, "visitor")],
            "agenda": [{"kind": "reception", "title": ar("استقبال")}, {"kind": "tour", "title": ar("جولة")}],
            "discussions": [{"topic": "media", "summary": ar("الإعلام"), "raised_by": id}],
            "commitments": [{"kind": "other", "strength": "called_for", "description": ar("تنسيق")}],
            "report": {"summary": ar("مسودة التقرير"), "closing_notes": [{"side": "host", "text": ar("أهلًا")}]},
        });
        let before = trip.seen_by(a)["version"].as_i64().unwrap();
        let seen = put(&trip, a, body.clone()).expect(200).json();
        assert_eq!(seen["version"], before + 1, "one write, one version");
        assert_eq!(seen["delegates"][0]["id"], json!(id));
        let titles: Vec<&Value> = seen["agenda"].as_array().unwrap().iter().map(|item| &item["title"]["ar"]).collect();
        assert_eq!(titles, ["استقبال", "جولة"]);
        assert_eq!((&seen["agenda"][1]["position"], &seen["discussions"][0]["raised_by"]), (&json!(2), &json!(id)));
        assert_eq!((&seen["report"]["summary"], &seen["report"]["submitted_at"]), (&ar("مسودة التقرير"), &Value::Null));
        // As it was read, it can be written: nothing changes.
        let read = json!({"delegates": seen["delegates"], "agenda": seen["agenda"], "discussions": seen["discussions"],
            "commitments": seen["commitments"], "report": seen["report"]});
        assert_eq!(put(&trip, a, read.clone()).expect(200).json(), seen);
        assert_eq!(put(&trip, a, json!({})).expect(200).json(), seen);
        // Kept, changed, added and removed.
        let mut changed = read;
        changed["delegates"].as_array_mut().unwrap().remove(1);
        changed["delegates"][0]["title"] = ar("رئيس الوفد");
        changed["agenda"] = json!([{"kind": "closing", "title": ar("ختام")}]);
        changed.as_object_mut().unwrap().remove("commitments");
        let after = put(&trip, a, changed).expect(200).json();
        assert_eq!((after["delegates"].as_array().unwrap().len(), &after["delegates"][0]["version"]), (1, &json!(2)));
        assert_eq!((after["agenda"].as_array().unwrap().len(), &after["agenda"][0]["title"]), (1, &ar("ختام")));
        assert_eq!((&after["discussions"], &after["commitments"]), (&seen["discussions"], &seen["commitments"]));
        let submitted = trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        assert_eq!(submitted.json()["state"], "held");
        let reported = trip.act(&world.a.coordinator, "submit-report", json!({})).expect(200).json();
        assert_eq!((&reported["report"]["summary"], &reported["report"]["submitted_by_organisation_id"]), (&ar("مسودة التقرير"), &json!(world.a.id)));
    }

    fn the_version_and_the_right(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        let (path, a) = (trip.below("record"), &world.a.contributor);
        a.put(&path, json!({})).problem("version-required").expect(428);
        let stale = a.put(&path, json!({"agenda": []})).version(1).problem("version-mismatch").expect(412).json();
        assert_eq!(stale["current_version"], 3);
        world.a.viewer.put(&path, json!({})).if_match("*").problem("forbidden").expect(403);
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        c.contributor.put(&path, json!({})).if_match("*").problem("not-found").expect(404);
    }

    fn everything_that_is_wrong_by_its_pointer(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        let (a, b) = (&world.a.contributor, &world.b.contributor);
        let theirs = b.post(&trip.below("delegates"), delegate(world.b.id, "host")).expect(201).json();
        let seen = trip.seen_by(a);
        let (mut edited, stranger) = (theirs.clone(), uuid::Uuid::new_v4());
        edited["title"] = ar("غيرها");
        edited["version"] = json!(9);
        put(&trip, a, json!({
            "delegates": [edited, {"organisation_id": world.a.id, "side": "host", "name": ar("س"), "version": 1}],
            "agenda": [{"kind": "tour", "title": ar("ج"), "community_ids": [stranger]}, {"kind": "x"}],
            "discussions": [{"topic": "media", "summary": ar("ن"), "raised_by": stranger}],
            "report": {"summary": {}, "visibility": "everybody"}, "zzz": 1,
        })).problem("validation-failed").expect(422)
            .error("/delegates/0/version", "read-only").error("/delegates/1/version", "unknown-field")
            .error("/agenda/1/kind", "unknown-value").error("/agenda/1/title", "required").error("/zzz", "unknown-field")
            .error("/report/visibility", "unknown-value");
        edited["version"] = theirs["version"].clone();
        put(&trip, a, json!({
            "delegates": [edited, {"organisation_id": world.a.id, "side": "host", "name": ar("س")}],
            "agenda": [{"kind": "tour", "title": ar("ج"), "community_ids": [stranger]}],
            "discussions": [{"topic": "media", "summary": ar("ن"), "raised_by": stranger}],
            "commitments": [{"kind": "other", "strength": "committed", "description": ar("ك"), "responsible_organisation_ids": [world.b.id]}],
        })).problem("validation-failed").expect(422)
            .error("/delegates/0", "not-yours").error("/delegates/1/side", "wrong-side")
            .error("/agenda/0/community_ids/0", "unknown-reference").error("/discussions/0/raised_by", "unknown-reference")
            .error("/commitments/0/responsible_organisation_ids/0", "not-yours");
        // What is another's is not removed by leaving it out.
        put(&trip, a, json!({"delegates": []})).problem("validation-failed").expect(422).error("/delegates", "not-yours");
        assert_eq!(trip.seen_by(a), seen, "nothing half done");
        // Its own organisation may; a discussion that names it stands in the way.
        b.post(&trip.below("discussions"), json!({"topic": "media", "summary": ar("ن"), "raised_by": theirs["id"]})).expect(201);
        put(&trip, b, json!({"delegates": []})).problem("validation-failed").error("/delegates", "in-use");
        assert_eq!(put(&trip, b, json!({"delegates": [], "discussions": []})).expect(200).json()["delegates"], json!([]));
    }

    fn ids_that_are_taken(world: World) {
        let (a, id) = (&world.a.contributor, uuid::Uuid::new_v4());
        let one = Trip::accepted(&world, draft(&world));
        put(&one, a, json!({"delegates": [named(world.a.id, "visitor", id)]})).expect(200);
        let other = Trip::accepted(&world, draft(&world));
        let twice = json!({"delegates": [named(world.a.id, "visitor", id), named(world.a.id, "visitor", id)]});
        put(&other, a, twice).problem("validation-failed").error("/delegates/1/id", "duplicate-value");
        let body = json!({"agenda": [{"kind": "tour", "title": ar("ج")}], "delegates": [named(world.a.id, "visitor", id)]});
        put(&other, a, body).problem("id-taken").expect(409).error("/delegates/0/id", "id-taken");
        assert_eq!(other.seen_by(a)["agenda"], json!([]), "nothing half done");
    }

    fn when_it_is_closed(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = Trip::held(&world, draft(&world));
        let promise = json!({"kind": "other", "strength": "committed", "description": ar("ك"), "responsible_organisation_ids": [world.a.id]});
        put(&trip, a, json!({"commitments": [promise]})).expect(200);
        trip.act(a, "submit-report", json!({"summary": ar("ت")})).expect(200);
        // In `reported` it is the editor's approval, and a report's edit its submission.
        let edited = put(&trip, b, json!({"report": {"summary": ar("أدق"), "visibility": "network"}})).expect(200).json();
        assert_eq!((approval(&edited, world.a.id), approval(&edited, world.b.id)), ("pending".into(), "approved".into()));
        assert_eq!(edited["report"]["submitted_by_organisation_id"], json!(world.b.id));
        assert_eq!(trip.consent(a, "approve-report").expect(200).json()["visibility"], "network");
        put(&trip, a, json!({"agenda": [{"kind": "tour", "title": ar("ج")}]})).problem("state-conflict").expect(409);
        put(&trip, a, json!({"report": {"summary": ar("غير")}})).problem("state-conflict");
        let mut done = trip.seen_by(a)["commitments"].clone();
        done[0]["status"] = json!("done");
        put(&trip, b, json!({"commitments": done})).problem("validation-failed").error("/commitments/0", "not-yours");
        assert_eq!(put(&trip, a, json!({"commitments": done})).expect(200).json()["commitments"][0]["status"], "done");
    }

    fn a_visit_recorded_offline_goes_up_in_three_calls(world: World) {
        let (a, id, there) = (&world.a.coordinator, uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
        let mut body = draft(&world);
        body["id"] = json!(id);
        body["delegates"] = json!([named(world.a.id, "visitor", there)]);
        body["discussions"] = json!([{"topic": "fundraising", "summary": ar("جمع التبرعات"), "raised_by": there}]);
        body["commitments"] = json!([{"kind": "return_visit", "strength": "called_for", "description": ar("ردّ الزيارة")}]);
        let trip = Trip { path: format!("{VISITS}/{id}") };
        let go = || {
            let created = a.post(VISITS, body.clone()).send();
            let held = trip.act(a, "record-held", json!({"attended": [there]})).expect(200).json();
            let report = json!({"summary": ar("زرناهم ولم نجد شبكة"), "visibility": "network"});
            (created.status, held["state"].clone(), trip.act(a, "submit-report", report).expect(200).json())
        };
        let (status, state, first) = go();
        assert_eq!((status, &state, &first["state"]), (201, &json!("held"), &json!("reported")));
        super::silence::days(&world, 31);
        let (status, state, again) = go();
        assert_eq!((status, &state, &again["version"]), (200, &json!("reported"), &first["version"]));
        assert_eq!(a.get(VISITS).expect(200).ids().len(), 1, "nothing is doubled");
    }
}
