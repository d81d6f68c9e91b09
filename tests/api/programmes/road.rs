//! The straight road, and who may take it.

use super::*;

on_both_engines! {
    fn from_a_draft_to_its_completion(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::draft(a, three.draft());
        assert_eq!(plan.seen_by(&a.coordinator)["allowed_actions"], json!(["propose"]));
        plan.act(&a.coordinator, "propose", json!({})).expect(200);
        let proposed = plan.seen_by(&b.admin);
        assert_eq!(proposed["allowed_actions"], json!(["sign", "decline"]));
        assert_eq!(plan.seen_by(&b.coordinator)["allowed_actions"], json!(["decline"]));
        assert_eq!(proposed["budget"], json!([{"amount": "1250000.00", "currency": "SDG"}, {"amount": "5.00", "currency": "USD"}]));
        assert_eq!(proposed["signatures"], json!([]));

        // To propose is not to sign.
        plan.sign(&b.admin).expect(200);
        let refused = plan.act(&a.coordinator, "start", json!({})).problem("state-conflict").expect(409).json();
        assert_eq!(refused["missing"], json!([{"what": "signatures", "organisation_ids": [a.id]}]));
        let agreed = plan.sign(&a.admin).expect(200).json();
        assert_eq!((&agreed["state"], agreed["signatures"].as_array().unwrap().len()), (&json!("agreed"), 2));
        assert!(plan.partner(&a.viewer, b)["joined_on"].is_string());

        for (action, state) in [("start", "active"), ("suspend", "suspended"), ("resume", "active"), ("complete", "completed")] {
            plan.act(&b.coordinator, action, json!({})).problem("state-conflict").expect(409);
            assert_eq!(plan.act(&a.coordinator, action, json!({})).expect(200).json()["state"], state);
            // Again: its effect stands.
            let version = plan.seen_by(&a.viewer)["version"].clone();
            assert_eq!(plan.act(&a.coordinator, action, json!({})).expect(200).json()["version"], version);
        }
        assert_eq!(plan.seen_by(&a.coordinator)["allowed_actions"], json!([]));
        let actions: Vec<String> = three.world.server.journal().into_iter().map(|entry| entry.action).collect();
        assert_eq!(actions, [
            "programme.created", "programme.proposed", "programme.signed", "programme.signed", "programme.started",
            "programme.suspended", "programme.resumed", "programme.completed",
        ]);
    }

    fn who_signs_is_named_as_of_that_day(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::proposed(a, three.draft());
        let member = b.members[&awasir::access::Role::Admin];
        let entry = b.path(&format!("/members/{member}"));
        b.admin.patch(&entry, json!({"title": ar("المدير التنفيذي"), "name": ar("حسن بشير")})).if_match("*").expect(200);
        plan.sign(&b.admin).expect(200);
        b.admin.patch(&entry, json!({"title": ar("رئيس المجلس")})).if_match("*").expect(200);
        let by = plan.seen_by(&a.viewer)["signatures"][0]["signed_by"].clone();
        assert_eq!(by, json!({"member_id": member, "name": ar("حسن بشير"), "title": ar("المدير التنفيذي")}));
    }

    fn declined_taken_back_and_called_off(three: Three) {
        let (a, b) = (three.a(), three.b());
        let reason = json!({"reason": ar("لا نستطيع"), "reason_code": "security"});
        let plan = Plan::proposed(a, three.draft());
        plan.act(&a.coordinator, "decline", json!({})).problem("state-conflict").expect(409);
        let declined = plan.act(&b.coordinator, "decline", reason.clone()).expect(200).json();
        assert_eq!((&declined["state"], &declined["last_reason"]["reason_code"]), (&json!("declined"), &json!("security")));
        plan.act(&b.coordinator, "decline", json!({})).expect(200);
        plan.sign(&a.admin).problem("state-conflict").expect(409);

        let plan = Plan::proposed(a, three.draft());
        plan.sign(&b.admin).expect(200);
        plan.act(&b.coordinator, "withdraw-proposal", json!({})).problem("state-conflict").expect(409);
        let taken_back = plan.act(&a.coordinator, "withdraw-proposal", json!({})).expect(200).json();
        assert_eq!((&taken_back["state"], &taken_back["signatures"]), (&json!("draft"), &json!([])));
        b.admin.get(&plan.path).problem("not-found").expect(404);
        a.contributor.delete(&plan.path).if_match("*").problem("state-conflict").expect(409);
        // What is proposed again is signed anew, though nothing changed.
        plan.act(&a.coordinator, "propose", json!({})).expect(200);
        assert_eq!(plan.seen_by(&b.admin)["signatures"], json!([]));
        assert_eq!(plan.seen_by(&b.admin)["terms_revision"], 2);
        plan.act(&b.coordinator, "cancel", reason.clone()).problem("state-conflict").expect(409);
        assert_eq!(plan.act(&a.coordinator, "cancel", reason).expect(200).json()["state"], "cancelled");
    }

    fn not_before_its_period(three: Three) {
        let (a, b) = (three.a(), three.b());
        let mut body = three.draft();
        body["period"]["starts_on"] = json!("2039-01-01");
        let plan = Plan::agreed(&[a, b], body);
        let refused = plan.act(&a.coordinator, "start", json!({})).problem("too-early").expect(409).json();
        assert_eq!(refused["missing"], json!([{"what": "period", "organisation_ids": []}]));
        assert!(!refused["allowed_actions"].as_array().unwrap().contains(&json!("start")));
    }

    fn a_draft_is_removed_and_its_id_stays_taken(three: Three) {
        let a = three.a();
        let mut body = three.draft();
        body["id"] = json!("0197d6a0-0000-7000-8000-000000000001");
        let plan = Plan::draft(a, body.clone());
        assert_eq!(a.contributor.post(PROGRAMMES, body.clone()).expect(200).id(), plan.id());
        three.b().contributor.post(PROGRAMMES, body.clone()).problem("id-taken").expect(409);
        a.viewer.delete(&plan.path).if_match("*").problem("forbidden").expect(403);
        a.contributor.delete(&plan.path).problem("version-required").expect(428);
        let activity = json!({"title": ar("فصول"), "sector": "education", "led_by_organisation_id": a.id});
        a.contributor.post(&format!("{}/activities", plan.path), activity).expect(201);
        a.contributor.delete(&plan.path).if_match("*").expect(204);
        let last: Vec<String> = three.world.server.journal().into_iter().map(|entry| entry.action).rev().take(2).collect();
        assert_eq!(last, ["programme.deleted", "programme.activity.deleted"]);
        a.contributor.get(&plan.path).problem("not-found").expect(404);
        a.contributor.post(PROGRAMMES, body).problem("id-taken").expect(409);
    }
}
