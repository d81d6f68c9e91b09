//! Partners who leave, hand over, can't be reached or may not act.

use std::time::Duration;

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn round(three: &Three) {
    actix_web::rt::System::new().block_on(awasir::housekeeping::round(&three.world.server.app)).unwrap();
}

fn of_all(three: &Three) -> Value {
    draft(&[(three.a(), "lead"), (three.b(), "implementing"), (&three.c, "funding")])
}

on_both_engines! {
    fn a_partner_leaves_with_a_reason(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b, c], of_all(&three));
        plan.act(&b.coordinator, "withdraw", json!({})).error("/reason", "required").expect(422);
        plan.act(&a.coordinator, "withdraw", json!({"reason": ar("ضيق")})).problem("state-conflict").expect(409);
        plan.act(&a.coordinator, "amend", json!({"title": ar("آخر")})).expect(200);
        let left = plan.act(&b.coordinator, "withdraw", json!({"reason": ar("ضيق ذات اليد")})).expect(200).json();
        assert_eq!((&left["state"], &left["allowed_actions"]), (&json!("active"), &json!([])));
        let seen = plan.seen_by(&a.viewer);
        assert_eq!((&seen["terms_revision"], &seen["pending_amendment"]), (&json!(1), &Value::Null), "no change of terms");
        let partner = plan.partner(&a.viewer, b);
        assert_eq!((&partner["leaving"]["action"], partner["left_on"].is_string()), (&json!("withdraw"), true));
        assert_eq!(seen["signatures"].as_array().unwrap().len(), 3, "past signatures stand");

        // It keeps what it saw, and sees no further.
        plan.act(&a.coordinator, "suspend", json!({"reason": ar("توقف")})).expect(200);
        let kept = plan.seen_by(&b.viewer);
        assert_eq!((&kept["state"], &kept["budget"]), (&json!("active"), &seen["budget"]));
        assert_eq!((&kept["terms_digest"], kept["signatures"].as_array().unwrap().len()), (&seen["terms_digest"], 3));
        assert!(kept["signatures"].as_array().unwrap().iter().all(|one| one["signed_by"]["name"].is_null()), "by id alone");
        assert_eq!(plan.partner(&b.viewer, b)["left_on"], partner["left_on"]);
        plan.act(&b.coordinator, "withdraw", json!({"reason": ar("مرة أخرى")})).expect(200);
        // The lead's patch is of those who are in it.
        a.coordinator.patch(&plan.path, json!({"visibility": "partners"})).if_match("*").expect(200);
        plan.act(&b.coordinator, "cancel", json!({})).problem("state-conflict").expect(409);
        b.viewer.get(&format!("{}/terms", plan.path)).problem("not-found").expect(404);
        assert!(b.viewer.get(PROGRAMMES).expect(200).ids().is_empty());

        // Fewer than two: suspended by itself, and not to be resumed.
        plan.act(&a.coordinator, "resume", json!({})).expect(200);
        plan.act(&c.coordinator, "withdraw", json!({"reason": ar("سفر")})).expect(200);
        let alone = plan.seen_by(&a.coordinator);
        assert_eq!((&alone["state"], &alone["last_reason"]["organisation_id"]), (&json!("suspended"), &Value::Null));
        let refused = plan.act(&a.coordinator, "resume", json!({})).problem("state-conflict").expect(409).json();
        assert_eq!(refused["missing"], json!([{"what": "partners", "organisation_ids": []}]));

        // Who left may be asked in again.
        let again = json!({"partners": partners(&[(a, "lead"), (b, "supporting")])});
        plan.act(&a.coordinator, "amend", again).expect(200);
        plan.sign(&a.admin).expect(200);
        assert_eq!(plan.state(&b.admin), "suspended");
        plan.sign(&b.admin).expect(200);
        plan.act(&a.coordinator, "resume", json!({})).expect(200);
        let back = plan.partner(&b.viewer, b);
        assert_eq!((&back["role"], &back["left_on"]), (&json!("supporting"), &Value::Null));
    }

    fn the_lead_is_handed_over_when_the_other_accepts(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b, c], of_all(&three));
        plan.act(&b.coordinator, "hand-over-lead", json!({"organisation_id": b.id})).problem("state-conflict").expect(409);
        plan.act(&a.coordinator, "hand-over-lead", json!({"organisation_id": three.world.server.app.ids.uuid()}))
            .error("/organisation_id", "not-a-partner").expect(422);
        let offered = plan.act(&a.coordinator, "hand-over-lead", json!({"organisation_id": b.id})).expect(200).json();
        assert_eq!(plan.partner(&b.viewer, a)["role"], "lead", "not before it is accepted");
        let again = plan.act(&a.coordinator, "hand-over-lead", json!({"organisation_id": b.id})).expect(200).json();
        assert_eq!(again["version"], offered["version"], "it is offered already");
        plan.act(&c.coordinator, "hand-over-lead", json!({"organisation_id": b.id})).problem("state-conflict").expect(409);
        plan.act(&c.admin, "accept-lead", json!({})).problem("state-conflict").expect(409);
        plan.act(&b.coordinator, "accept-lead", json!({})).problem("forbidden").expect(403);
        // Taken back, and offered again.
        let taken_back = plan.act(&a.coordinator, "hand-over-lead", json!({"organisation_id": a.id})).expect(200).json();
        let again = plan.act(&a.coordinator, "hand-over-lead", json!({"organisation_id": a.id})).expect(200).json();
        assert_eq!(again["version"], taken_back["version"], "nothing is offered");
        plan.act(&b.admin, "accept-lead", json!({})).problem("state-conflict").expect(409);
        plan.act(&a.coordinator, "hand-over-lead", json!({"organisation_id": b.id})).expect(200);
        plan.act(&b.admin, "accept-lead", json!({})).expect(200);
        plan.act(&b.admin, "accept-lead", json!({})).expect(200);
        assert_eq!((plan.partner(&c.viewer, b)["role"].clone(), plan.partner(&c.viewer, a)["role"].clone()), (json!("lead"), json!("implementing")));
        plan.act(&a.coordinator, "suspend", json!({})).problem("state-conflict").expect(409);
        plan.act(&a.coordinator, "withdraw", json!({"reason": ar("انتهى دورنا")})).expect(200);
        plan.act(&b.coordinator, "suspend", json!({})).expect(200);
    }

    fn who_can_t_be_reached_is_taken_out_after_thirty_days(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b, c], of_all(&three));
        let remove = |reason: &str| json!({"organisation_id": c.id, "reason_code": reason, "reason": ar("لا رد")});
        plan.act(&b.coordinator, "remove-partner", remove("unreachable")).problem("state-conflict").expect(409);
        plan.act(&a.coordinator, "remove-partner", remove("dissolved")).error("/reason_code", "does-not-hold").expect(422);
        let announced = plan.act(&a.coordinator, "remove-partner", remove("unreachable")).expect(200).json();
        assert_eq!(announced["pending_removal"]["waits_for_organisation_ids"], json!([a.id, b.id]));
        plan.act(&a.coordinator, "amend", json!({"title": ar("آخر")})).problem("amendment-pending").expect(409);
        // Who answers can be reached after all.
        plan.act(&c.coordinator, "decline-amendment", json!({})).expect(200);
        assert_eq!(plan.seen_by(&a.viewer)["pending_removal"], Value::Null);

        plan.act(&a.coordinator, "remove-partner", remove("unreachable")).expect(200);
        plan.sign(&a.admin).expect(200);
        plan.sign(&b.admin).expect(200);
        round(&three);
        assert!(plan.partner(&a.viewer, c)["left_on"].is_null(), "not before its notice is over");
        three.world.server.advance(DAY * 30);
        round(&three);
        for client in [&a.viewer, &b.viewer, &c.viewer] {
            client.renew();
        }
        let seen = plan.seen_by(&a.viewer);
        assert_eq!((&seen["terms_revision"], &seen["pending_removal"], &seen["state"]), (&json!(3), &Value::Null, &json!("active")));
        assert_eq!(plan.partner(&a.viewer, c)["leaving"]["action"], "remove-partner");
        assert!(c.viewer.get(PROGRAMMES).expect(200).ids().is_empty());
        let kept = plan.seen_by(&c.viewer);
        assert_eq!((kept["budget"].is_array(), &kept["terms_revision"]), (true, &json!(3)), "it keeps what it was");
        let removal = a.viewer.get(&format!("{}/terms/3", plan.path)).expect(200).json();
        assert_eq!((&removal["removes_organisation_id"], &removal["reason_code"]), (&json!(c.id), &json!("unreachable")));
        assert!(three.world.server.journal().iter().any(|entry| entry.action == "programme.partner_removed"));
    }

    fn a_suspended_partner_neither_signs_nor_is_waited_for(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::proposed(a, of_all(&three));
        plan.sign(&a.admin).expect(200);
        plan.sign(&b.admin).expect(200);
        three.decide(c, "suspend");
        assert_eq!(plan.state(&a.viewer), "agreed", "the others go on without it");
        plan.sign(&c.admin).problem("forbidden").expect(403);
        plan.act(&c.coordinator, "withdraw", json!({"reason": ar("x")})).problem("forbidden").expect(403);
        assert_eq!(plan.state(&c.viewer), "agreed", "what it is part of it goes on reading");
        three.decide(c, "reinstate");
        assert!(plan.seen_by(&c.admin)["allowed_actions"].as_array().unwrap().contains(&json!("sign")));
        plan.sign(&c.admin).expect(200);
        assert_eq!(plan.seen_by(&a.viewer)["signatures"].as_array().unwrap().len(), 3);
    }

    fn the_lead_of_an_inactive_organisation_is_taken_over(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b, c], of_all(&three));
        plan.act(&b.admin, "take-over-lead", json!({})).problem("state-conflict").expect(409);
        three.decide(a, "suspend");
        plan.act(&b.coordinator, "take-over-lead", json!({})).problem("forbidden").expect(403);
        plan.act(&b.admin, "take-over-lead", json!({})).expect(200);
        plan.act(&b.admin, "take-over-lead", json!({})).expect(200);
        plan.act(&c.admin, "take-over-lead", json!({})).problem("state-conflict").expect(409);
        assert_eq!((plan.partner(&c.viewer, b)["role"].clone(), plan.partner(&c.viewer, a)["role"].clone()), (json!("lead"), json!("implementing")));
        let remove = json!({"organisation_id": a.id, "reason_code": "suspended"});
        plan.act(&b.coordinator, "remove-partner", remove).expect(200);
    }

    fn who_leads_does_not_leave_the_network(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::active(&[a, b], three.draft());
        let refused = a.admin.post(&a.path("/leave"), json!({})).problem("leads-active-programme").expect(409).json();
        assert_eq!(refused["programme_ids"], json!([plan.id()]));
        b.admin.post(&b.path("/leave"), json!({})).expect(200);
        assert_eq!(plan.state(&a.viewer), "suspended", "alone");
        plan.act(&a.coordinator, "cancel", json!({})).expect(200);
        a.admin.renew().post(&a.path("/leave"), json!({})).expect(200);
    }

    /// What the network sees of it does not take from who left what it keeps.
    fn who_leaves_an_open_programme_keeps_it_too(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut body = of_all(&three);
        body["visibility"] = json!("network");
        let plan = Plan::active(&[a, b, c], body);
        let reason = json!({"reason": ar("ضيق")});
        plan.act(&b.coordinator, "withdraw", reason.clone()).expect(200);
        assert!(plan.seen_by(&b.viewer)["budget"].is_array());
        plan.act(&b.coordinator, "withdraw", reason).expect(200);
        let refused = plan.act(&b.coordinator, "cancel", json!({})).problem("state-conflict").expect(409).json();
        assert_eq!(refused["state"], "active");
        assert_eq!(b.viewer.get(PROGRAMMES).expect(200).data()[0]["budget"], Value::Null, "in lists as the network sees it");
    }

    /// A change comes after what has followed by itself by then, whether or not that was written yet.
    fn a_change_finds_who_is_out_by_now(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut body = of_all(&three);
        body["visibility"] = json!("network");
        let plans = [0; 2].map(|_| Plan::active(&[a, b, c], body.clone()));
        for plan in &plans {
            let removal = json!({"organisation_id": c.id, "reason_code": "unreachable", "reason": ar("لا رد")});
            plan.act(&a.coordinator, "remove-partner", removal).expect(200);
            plan.sign(&a.admin).expect(200);
            plan.sign(&b.admin).expect(200);
        }
        three.world.server.app.clock.advance(DAY * 30);
        for client in [&a.viewer, &a.coordinator, &c.viewer] {
            client.renew();
        }
        // With something changed, and with nothing.
        for (plan, change) in plans.iter().zip([json!({"visibility": "partners"}), json!({"visibility": "network"})]) {
            let changed = a.coordinator.patch(&plan.path, change.clone()).if_match("*").expect(200).json();
            assert_eq!((&changed["visibility"], &changed["terms_revision"]), (&change["visibility"], &json!(2)));
            assert_eq!(changed["pending_removal"], Value::Null);
            assert_eq!(plan.seen_by(&a.viewer)["version"], changed["version"]);
            assert_eq!(plan.partner(&a.viewer, c)["leaving"]["action"], "remove-partner");
            assert!(plan.seen_by(&c.viewer)["budget"].is_array(), "it keeps what it was");
        }
    }

    fn who_is_active_again_is_not_taken_out_for_having_been_suspended(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b, c], of_all(&three));
        three.decide(c, "suspend");
        plan.act(&a.coordinator, "remove-partner", json!({"organisation_id": c.id, "reason_code": "suspended"})).expect(200);
        plan.sign(&a.admin).expect(200);
        plan.sign(&b.admin).expect(200);
        three.decide(c, "reinstate");
        assert_eq!(plan.seen_by(&a.viewer)["pending_removal"], Value::Null);
        three.world.server.advance(DAY * 31);
        round(&three);
        for client in [&a.viewer, &c.viewer] {
            client.renew();
        }
        assert!(plan.partner(&c.viewer, c)["left_on"].is_null());
    }

    /// An amendment is no way around the notice of a removal, and one alone changes nothing.
    fn nobody_is_left_out_by_an_amendment_without_their_word(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b, c], of_all(&three));
        three.decide(c, "suspend");
        plan.act(&a.coordinator, "amend", json!({"partners": partners(&[(a, "lead"), (b, "implementing")])})).expect(200);
        plan.sign(&a.admin).expect(200);
        plan.sign(&b.admin).expect(200);
        let waits = plan.seen_by(&a.viewer)["pending_amendment"]["waits_for_organisation_ids"].clone();
        assert_eq!(waits, json!([c.id]));
        plan.act(&a.coordinator, "decline-amendment", json!({})).expect(200);
        three.decide(b, "suspend");
        plan.act(&a.coordinator, "amend", json!({"title": ar("وحدي")})).expect(200);
        plan.sign(&a.admin).expect(200);
        assert_eq!(plan.seen_by(&a.viewer)["terms_revision"], 1);
    }

    /// Who never signed is no partner to the network, and shows nothing to those who signed.
    fn who_never_signed_is_told_to_nobody_to_be_a_partner(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let d = organisation(&three.world.server, "جمعية الرهد", "rahad");
        let contact = json!({"contact": {"phone": {"value": "+249912345678", "visibility": "partners"}}});
        c.admin.patch(&c.path(""), contact).if_match("*").expect(200);
        let mut body = of_all(&three);
        body["visibility"] = json!("network");
        let plan = Plan::proposed(a, body);
        plan.sign(&a.admin).expect(200);
        plan.sign(&b.admin).expect(200);
        three.decide(c, "suspend");
        three.decide(c, "reinstate");
        assert_eq!(plan.state(&a.viewer), "agreed");
        let listed = |client: &Client| client.get(&format!("{PROGRAMMES}?organisation_id={}", c.id)).expect(200).ids();
        let phone = || a.viewer.get(&c.path("/contact")).send().json()["phone"].to_string();
        assert_eq!(plan.partner(&d.viewer, c), Value::Null);
        assert!(listed(&d.viewer).is_empty() && !phone().contains("249912345678"));
        plan.sign(&c.admin).expect(200);
        assert_eq!(plan.partner(&d.viewer, c)["role"], "funding");
        assert!(!listed(&d.viewer).is_empty() && phone().contains("249912345678"));
    }
}
