//! Second thoughts: a report sent back and submitted again, a record taken back.

use super::silence::days;
use super::*;

on_both_engines! {
    fn a_report_is_sent_back_and_comes_again(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = Trip::reported(&world, draft(&world), "network");
        trip.act(b, "return-report", json!({})).problem("validation-failed").expect(422).error("/reason", "required");
        trip.act(&world.b.contributor, "return-report", json!({"reason": ar("س")})).problem("forbidden").expect(403);
        let back = trip.act(b, "return-report", json!({"reason": ar("نسيتم ذكر المدرسة")})).expect(200).json();
        assert_eq!(back["state"], "held");
        assert_eq!((approval(&back, world.a.id), approval(&back, world.b.id)), ("pending".into(), "pending".into()));
        assert_eq!((&back["last_reason"]["action"], &back["last_reason"]["reason"]), (&json!("return-report"), &ar("نسيتم ذكر المدرسة")));
        assert_eq!(trip.act(b, "return-report", json!({"reason": ar("نسيتم ذكر المدرسة")})).expect(200).json(), back);
        days(&world, 31);
        assert_eq!(trip.act(b, "return-report", json!({"reason": ar("نسيتم ذكر المدرسة"), "version": 1})).expect(200).json()["version"], back["version"]);
        // Another reason is another word, which is not said in silence.
        let refused = trip.act(b, "return-report", json!({"reason": ar("غير")})).problem("state-conflict").expect(409).json();
        assert_eq!((&refused["state"], &refused["allowed_actions"]), (&json!("held"), &json!(["submit-report"])));
        trip.act(b, "return-report", json!({})).problem("validation-failed").error("/reason", "required");
        assert_eq!(trip.seen_by(b)["last_reason"], back["last_reason"]);
        // It was submitted once: the record that it took place stands.
        trip.act(a, "undo-hold", json!({})).problem("state-conflict").expect(409);
        assert_eq!(back["report"]["summary"], ar("تمت الزيارة"));
        // What is not said again is the draft's.
        let again = trip.act(a, "submit-report", json!({"closing_notes": [{"side": "host", "text": ar("شكرًا")}]})).expect(200).json();
        assert_eq!((&again["state"], &again["report"]["summary"], &again["report"]["visibility"]), (&json!("reported"), &ar("تمت الزيارة"), &json!("network")));
        assert_eq!(again["report"]["closing_notes"][0]["side"], "host");
        let concluded = trip.consent(b, "approve-report").expect(200).json();
        assert_eq!((&concluded["state"], &concluded["visibility"]), (&json!("concluded"), &json!("network")));
        trip.act(b, "return-report", json!({"reason": ar("س")})).problem("state-conflict").expect(409);
    }

    fn who_submitted_may_take_it_back_too(world: World) {
        let trip = Trip::reported(&world, draft(&world), "parties");
        assert_eq!(trip.act(&world.a.coordinator, "return-report", json!({"reason": ar("خطأ")})).expect(200).json()["state"], "held");
    }

    fn a_new_submission_clears_the_others_approvals(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
        let trip = Trip::proposed(&world, body);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        trip.consent(&c.coordinator, "accept").expect(200);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        trip.act(&world.a.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        let again = trip.act(&c.coordinator, "submit-report", json!({"summary": ar("أدق")})).expect(200).json();
        let words = [world.a.id, world.b.id, c.id].map(|id| approval(&again, id));
        assert_eq!(words, ["pending", "pending", "approved"]);
        // Two approve, the third's word is awaited.
        trip.consent(&world.a.coordinator, "approve-report").expect(200);
        assert_eq!(trip.seen_by(&c.coordinator)["state"], "reported");
        assert_eq!(trip.consent(&world.b.coordinator, "approve-report").expect(200).json()["state"], "concluded");
    }

    fn a_record_is_taken_back(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = Trip::held(&world, draft(&world));
        trip.act(b, "undo-hold", json!({})).problem("state-conflict").expect(409);
        days(&world, 6);
        let back = trip.act(a, "undo-hold", json!({"reason": ar("سُجّلت خطأً")})).expect(200).json();
        assert_eq!((&back["state"], &back["held_on"]), (&json!("accepted"), &Value::Null));
        assert_eq!((response(&back, world.a.id), response(&back, world.b.id)), ("accepted".into(), "accepted".into()));
        assert_eq!(back["last_reason"]["reason"], ar("سُجّلت خطأً"));
        assert_eq!(trip.act(a, "undo-hold", json!({})).expect(200).json(), back);
        trip.act(b, "hold", json!({})).expect(200);
        days(&world, 8);
        trip.act(b, "undo-hold", json!({})).problem("too-late").expect(409);
        assert_eq!(trip.seen_by(b)["allowed_actions"], json!(["submit-report"]));
    }

    fn to_where_it_was_as_the_answers_since_make_it(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = Trip::proposed(&world, draft(&world));
        trip.act(a, "record-held", json!({})).expect(200);
        assert_eq!(trip.act(a, "undo-hold", json!({})).expect(200).json()["state"], "proposed");
        trip.act(a, "record-held", json!({})).expect(200);
        trip.consent(b, "accept").expect(200);
        assert_eq!(trip.act(a, "undo-hold", json!({})).expect(200).json()["state"], "accepted");
        // A draft again is its author's alone, and to be proposed like any.
        let trip = Trip::draft(&world, draft(&world));
        trip.act(a, "record-held", json!({})).expect(200);
        let back = trip.act(a, "undo-hold", json!({})).expect(200).json();
        assert_eq!((&back["state"], response(&back, world.a.id)), (&json!("draft"), "pending".into()));
        b.get(&trip.path).problem("not-found").expect(404);
        assert_eq!(b.get(VISITS).expect(200).ids().len(), 1);
        trip.act(a, "propose", json!({})).expect(200);
        assert_eq!(trip.seen_by(b)["allowed_actions"], json!(["accept", "decline", "reschedule", "cancel"]));
    }

    fn an_edit_after_the_proposal_asks_the_others_again(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&c, "visitor"), (&world.b, "host")]);
        let trip = Trip::proposed(&world, body);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        assert_eq!(trip.consent(&c.coordinator, "accept").expect(200).json()["state"], "accepted");
        let edited = c.coordinator.patch(&trip.path, json!({"summary": ar("أوضح")})).if_match("*").expect(200).json();
        assert_eq!(edited["state"], "proposed");
        let words = [world.a.id, world.b.id, c.id].map(|id| response(&edited, id));
        assert_eq!(words, ["pending", "pending", "accepted"]);
        trip.consent(&world.a.coordinator, "accept").expect(200);
        assert_eq!(trip.consent(&world.b.coordinator, "accept").expect(200).json()["state"], "accepted");
        // One host of one leaves: no visit is left.
        trip.act(&world.b.coordinator, "reschedule", json!({"schedule": {"date": "2025-07-11"}})).expect(200);
        trip.consent(&world.a.coordinator, "accept").expect(200);
        let left = trip.act(&c.coordinator, "decline", json!({})).expect(200).json();
        assert_eq!(left["state"], "accepted", "all that remain have accepted");
        assert_eq!(trip.seen_by(&world.b.coordinator)["parties"][1]["response"], "declined");
    }

    fn what_others_built_on_goes_back_to_no_draft(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let recorded = || {
            let trip = Trip::draft(&world, draft(&world));
            trip.act(a, "record-held", json!({})).expect(200);
            trip
        };
        // B accepted, B wrote into it, B drew up a visit in return.
        let accepted = recorded();
        accepted.consent(b, "accept").expect(200);
        assert_eq!(accepted.act(a, "undo-hold", json!({})).expect(200).json()["state"], "accepted");
        let written = recorded();
        b.post(&written.below("discussions"), json!({"topic": "media", "summary": ar("ن")})).expect(201);
        assert_eq!(written.act(a, "undo-hold", json!({})).expect(200).json()["state"], "proposed");
        let objected = recorded();
        objected.act(b, "object", json!({"reason": ar("لم تتم")})).expect(200);
        let back = objected.act(a, "undo-hold", json!({})).expect(200).json();
        assert_eq!((&back["state"], approval(&back, world.b.id)), (&json!("proposed"), "pending".into()));
        assert_eq!(back["parties"][1]["objection"], Value::Null);
        let returned = recorded();
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.b, "visitor"), (&world.a, "host")]);
        body["returns_visit_id"] = json!(returned.path.rsplit('/').next());
        b.post(VISITS, body).expect(201);
        assert_eq!(returned.act(a, "undo-hold", json!({})).expect(200).json()["state"], "proposed");
        a.delete(&returned.path).if_match("*").problem("state-conflict").expect(409);
    }

    fn a_report_is_replaced_by_who_may_submit_it(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
        let trip = Trip::proposed(&world, body);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        trip.act(&world.a.coordinator, "record-held", json!({})).expect(200);
        trip.act(&world.a.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
        let seen = trip.seen_by(&world.a.coordinator);
        let path = trip.below("record");
        let other = json!({"report": {"summary": ar("غير"), "visibility": "network"}});
        world.b.contributor.put(&path, other.clone()).if_match("*").problem("forbidden").expect(403);
        // Who has not answered neither replaces it nor has the others wait anew.
        c.coordinator.put(&path, other.clone()).if_match("*").problem("state-conflict").expect(409);
        c.coordinator.post(&trip.below("discussions"), json!({"topic": "media", "summary": ar("ن")})).problem("state-conflict");
        assert_eq!(trip.seen_by(&world.a.coordinator), seen);
        let by_b = world.b.coordinator.put(&path, other).if_match("*").expect(200).json();
        assert_eq!(by_b["report"]["submitted_by_organisation_id"], json!(world.b.id));
        // What another's edit has cleared is given again by the same words.
        let again = json!({"summary": ar("غير"), "visibility": "network"});
        trip.act(&world.a.coordinator, "submit-report", again.clone()).expect(200);
        world.b.coordinator.post(&trip.below("discussions"), json!({"topic": "media", "summary": ar("ن")})).expect(201);
        let anew = trip.act(&world.a.coordinator, "submit-report", again).expect(200).json();
        assert_eq!(approval(&anew, world.a.id), "approved");
    }
}
