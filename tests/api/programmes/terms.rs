//! What is signed: the canonical form, its revisions, and changes of it.

use super::*;

on_both_engines! {
    fn the_canonical_form_is_of_exactly_these_members(three: Three) {
        let (a, b) = (three.a(), three.b());
        let mut body = three.draft();
        body["partners"][1]["responsibilities"] = ar("التنفيذ");
        let plan = Plan::proposed(a, body);
        let terms = b.viewer.get(&format!("{}/terms", plan.path)).expect(200).json();
        let canonical = format!(
            "{{\"budget\":[{{\"amount\":\"1250000.00\",\"currency\":\"SDG\"}},{{\"amount\":\"5.00\",\"currency\":\"USD\"}}],\
             \"community_ids\":[],\"objectives\":{{\"ar\":\"خدمة المجتمعين\"}},\"partners\":[{{\"organisation_id\":\"{}\",\
             \"responsibilities\":null,\"role\":\"lead\"}},{{\"organisation_id\":\"{}\",\"responsibilities\":{{\"ar\":\"التنفيذ\"}},\
             \"role\":\"implementing\"}}],\"period\":{{\"ends_on\":\"2040-12-31\",\"starts_on\":\"2025-01-01\"}},\
             \"sectors\":[\"education\",\"health\"],\"title\":{{\"ar\":\"برنامج التعليم والصحة\"}}}}",
            a.id, b.id
        );
        assert_eq!(terms["canonical"], canonical);
        let digest = awasir::access::codes::sha256(&canonical).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!((&terms["digest"], &plan.seen_by(&b.viewer)["terms_digest"]), (&json!(digest), &json!(digest)));
        assert_eq!(serde_json::from_str::<Value>(&canonical).unwrap(), terms["terms"]);
        for missing in ["0", "01", "+1", "2", "x"] {
            b.viewer.get(&format!("{}/terms/{missing}", plan.path)).problem("not-found").expect(404);
        }
    }

    fn a_change_while_proposed_clears_every_signature(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::proposed(a, three.draft());
        let read = plan.seen_by(&b.admin);
        let old = json!({"revision": read["terms_revision"], "digest": read["terms_digest"]});
        plan.act(&b.admin, "sign", old.clone()).expect(200);
        plan.act(&b.admin, "sign", old.clone()).expect(200);
        b.coordinator.patch(&plan.path, json!({"title": ar("آخر")})).if_match("*").problem("forbidden").expect(403);
        a.contributor.patch(&plan.path, json!({"title": ar("آخر")})).if_match("*").problem("forbidden").expect(403);
        let changed = a.coordinator.patch(&plan.path, json!({"title": ar("آخر")})).if_match("*").expect(200).json();
        assert_eq!((&changed["terms_revision"], &changed["signatures"]), (&json!(2), &json!([])));
        let stale = plan.act(&b.admin, "sign", old.clone()).problem("terms-changed").expect(409).json();
        assert_eq!((&stale["revision"], &stale["digest"]), (&json!(2), &changed["terms_digest"]));
        let mixed = json!({"revision": 2, "digest": old["digest"]});
        plan.act(&b.admin, "sign", mixed).problem("terms-changed").expect(409);
        // Every revision stays, with who signed it.
        let first = a.viewer.get(&format!("{}/terms/1", plan.path)).expect(200).json();
        assert_eq!((&first["digest"], first["signatures"].as_array().unwrap().len()), (&old["digest"], 1));
        // Nothing changed: nothing is cleared.
        plan.sign(&b.admin).expect(200);
        a.coordinator.patch(&plan.path, json!({"title": ar("آخر")})).if_match("*").expect(200);
        assert_eq!(plan.seen_by(&a.viewer)["signatures"].as_array().unwrap().len(), 1);
        // Who may see it is part of what is agreed to.
        let wider = a.coordinator.patch(&plan.path, json!({"visibility": "network"})).if_match("*").expect(200).json();
        assert_eq!((&wider["terms_revision"], &wider["signatures"]), (&json!(3), &json!([])));
    }

    fn an_amendment_stands_beside_the_terms_in_force(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b], three.draft());
        let amendment = json!({"budget": [{"amount": "7", "currency": "USD"}],
            "partners": partners(&[(a, "lead"), (b, "implementing"), (c, "funding")])});
        plan.act(&b.coordinator, "amend", amendment.clone()).problem("state-conflict").expect(409);
        c.viewer.get(&plan.path).problem("not-found").expect(404);
        let amended = plan.act(&a.coordinator, "amend", amendment.clone()).expect(200).json();
        let pending = &amended["pending_amendment"];
        assert_eq!((&pending["revision"], &amended["terms_revision"]), (&json!(2), &json!(1)));
        assert_eq!(pending["waits_for_organisation_ids"].as_array().unwrap().len(), 3);
        plan.act(&a.coordinator, "amend", amendment.clone()).expect(200);
        plan.act(&a.coordinator, "amend", json!({"title": ar("آخر")})).problem("amendment-pending").expect(409);
        assert_eq!(amended["budget"].as_array().unwrap().len(), 2, "the terms in force stand meanwhile");

        // Who is to be taken in sees what they are to sign, and nothing that is carried out.
        let invited = plan.seen_by(&c.admin);
        assert_eq!(invited["allowed_actions"], json!(["sign", "decline-amendment"]));
        c.viewer.get(&format!("{}/terms/2", plan.path)).expect(200);
        plan.sign(&c.admin).expect(200);
        plan.sign(&a.admin).expect(200);
        assert_eq!(plan.state(&a.viewer), "active");
        let done = plan.sign(&b.admin).expect(200).json();
        assert_eq!((&done["terms_revision"], &done["pending_amendment"]), (&json!(2), &Value::Null));
        assert_eq!((&done["budget"], done["partners"].as_array().unwrap().len()), (&json!([{"amount": "7.00", "currency": "USD"}]), 3));
        assert!(plan.partner(&c.viewer, c)["joined_on"].is_string());
        let first = a.viewer.get(&format!("{}/terms/1", plan.path)).expect(200).json();
        assert_eq!(first["signatures"].as_array().unwrap().len(), 2, "past signatures stand");
    }

    fn an_amendment_is_dropped_by_whoever_declines_it(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b], three.draft());
        plan.act(&a.coordinator, "decline-amendment", json!({})).problem("state-conflict").expect(409);
        let amendment = json!({"partners": partners(&[(a, "lead"), (b, "implementing"), (c, "funding")])});
        for (by, revision) in [(&b.coordinator, 2), (&c.coordinator, 3), (&a.coordinator, 4)] {
            let pending = plan.act(&a.coordinator, "amend", amendment.clone()).expect(200).json();
            assert_eq!(pending["pending_amendment"]["revision"], revision, "no revision is given twice");
            plan.sign(&a.admin).expect(200);
            plan.act(by, "decline-amendment", json!({"reason": ar("لا")})).expect(200);
            assert_eq!(plan.seen_by(&a.viewer)["pending_amendment"], Value::Null);
            c.viewer.get(&plan.path).problem("not-found").expect(404);
            let dropped = a.viewer.get(&format!("{}/terms/{revision}", plan.path)).expect(200).json();
            assert!(dropped["dropped_at"].is_string() && dropped["in_force_at"].is_null(), "{dropped}");
        }
        let odd = json!({"partners": partners(&[(b, "lead"), (a, "implementing")])});
        plan.act(&a.coordinator, "amend", odd).error("/partners", "not-the-lead").expect(422);
    }

    /// Once agreed nobody opens to the network what the others did not agree to open.
    fn visibility_is_narrowed_alone_and_widened_together(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::agreed(&[a, b], three.draft());
        a.coordinator.patch(&plan.path, json!({"visibility": "network"})).if_match("*").problem("state-conflict").expect(409);
        a.coordinator.patch(&plan.path, json!({"title": ar("آخر")})).if_match("*").problem("state-conflict").expect(409);
        plan.act(&a.coordinator, "amend", json!({"visibility": "network"})).expect(200);
        three.c.viewer.get(&plan.path).problem("not-found").expect(404);
        plan.sign(&a.admin).expect(200);
        plan.sign(&b.admin).expect(200);
        three.c.viewer.get(&plan.path).expect(200);
        b.coordinator.patch(&plan.path, json!({"visibility": "partners"})).if_match("*").problem("forbidden").expect(403);
        a.coordinator.patch(&plan.path, json!({"visibility": "partners"})).if_match("*").expect(200);
        three.c.viewer.get(&plan.path).problem("not-found").expect(404);
        assert_eq!(plan.seen_by(&b.viewer)["terms_revision"], 2);
    }

    /// A revision is signed by whom it asks.
    fn who_is_asked_in_signs_the_amendment_and_nothing_else(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = Plan::active(&[a, b], three.draft());
        plan.act(&a.coordinator, "amend", json!({"partners": partners(&[(a, "lead"), (b, "media"), (c, "funding")])})).expect(200);
        let seen = plan.seen_by(&c.admin);
        let in_force = json!({"revision": seen["terms_revision"], "digest": seen["terms_digest"]});
        let told = plan.act(&c.admin, "sign", in_force).problem("terms-changed").expect(409).json();
        assert_eq!(told["revision"], seen["pending_amendment"]["revision"]);
        assert_eq!(plan.seen_by(&a.viewer)["signatures"].as_array().unwrap().len(), 2);
    }

    /// What waits does not open again what was narrowed meanwhile.
    fn a_narrowing_stands_whatever_comes_into_force(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut body = draft(&[(a, "lead"), (b, "implementing"), (c, "funding")]);
        body["visibility"] = json!("network");
        let plan = Plan::active(&[a, b, c], body);
        let narrow = || a.coordinator.patch(&plan.path, json!({"visibility": "partners"})).if_match("*").expect(200);
        plan.act(&a.coordinator, "amend", json!({"title": ar("آخر")})).expect(200);
        narrow();
        for one in [a, b, c] {
            plan.sign(&one.admin).expect(200);
        }
        assert_eq!((&plan.seen_by(&a.viewer)["visibility"], &plan.seen_by(&a.viewer)["terms_revision"]), (&json!("partners"), &json!(2)));
    }

    fn what_becomes_of_a_revision_is_told(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::proposed(a, three.draft());
        a.coordinator.patch(&plan.path, json!({"title": ar("آخر")})).if_match("*").expect(200);
        let revision = |n: u32| a.viewer.get(&format!("{}/terms/{n}", plan.path)).expect(200).json();
        assert!(revision(1)["dropped_at"].is_string() && revision(2)["dropped_at"].is_null());
        plan.act(&b.coordinator, "decline", json!({})).expect(200);
        assert!(revision(2)["dropped_at"].is_string() && revision(2)["in_force_at"].is_null());
        // Who drew it up stays in it until it is agreed, whoever leads.
        let plan = Plan::proposed(a, draft(&[(a, "media"), (b, "lead")]));
        let without = json!({"partners": partners(&[(&three.c, "media"), (b, "lead")])});
        b.coordinator.patch(&plan.path, without).if_match("*").error("/partners", "own-organisation-missing").expect(422);
    }

    /// By the version seen, and safe to repeat.
    fn versions_and_repeated_requests(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::proposed(a, three.draft());
        let tag = a.coordinator.get(&plan.path).expect(200).etag();
        plan.sign(&b.admin).expect(200);
        let stale = a.coordinator.patch(&plan.path, json!({"title": ar("آخر")})).if_match(&tag).problem("version-mismatch").expect(412).json();
        assert_eq!(stale["changed_fields"], json!(["signatures"]));
        let path = format!("{}/withdraw-proposal", plan.path);
        a.coordinator.post(&path, json!({})).if_match(&tag).problem("version-mismatch").expect(412);
        for replayed in [false, true] {
            let reply = a.coordinator.post(&path, json!({})).key("k-1").expect(200);
            assert_eq!(reply.header("idempotency-replayed").is_some(), replayed);
        }
        a.coordinator.post(&path, json!({"reason": ar("x")})).key("k-1").problem("idempotency-mismatch").expect(422);
    }
}
