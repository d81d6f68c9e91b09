//! Who sees what, and what leaks nowhere.

use super::*;

on_both_engines! {
    fn a_draft_is_its_own_organisation_s(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::draft(a, three.draft());
        for stranger in [&b.admin, &three.c.admin, &three.world.network_admin] {
            let reply = stranger.get(&plan.path).send();
            assert!([403, 404].contains(&reply.status), "{reply}");
        }
        for query in ["", "?q=التعليم", "?sector=education", "?state=draft"] {
            assert!(b.admin.get(&format!("{PROGRAMMES}{query}")).expect(200).ids().is_empty(), "{query}");
            assert_eq!(a.viewer.get(&format!("{PROGRAMMES}{query}")).expect(200).ids(), [plan.id()]);
        }
    }

    fn others_see_what_is_agreed_and_open_and_of_that_the_outside(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut body = three.draft();
        body["visibility"] = json!("network");
        body["partners"][1]["responsibilities"] = ar("سرّ بيننا");
        let plan = Plan::proposed(a, body);
        plan.sign(&a.admin).expect(200);
        c.admin.get(&plan.path).problem("not-found").expect(404);
        plan.sign(&b.admin).expect(200);
        plan.act(&a.coordinator, "amend", json!({"title": ar("عنوان لم يُوقَّع")})).expect(200);
        let seen = plan.seen_by(&c.admin);
        let shown: Vec<&str> = seen.as_object().unwrap().iter()
            .filter(|(_, value)| !value.is_null() && **value != json!([])).map(|(name, _)| name.as_str()).collect();
        let mut expected = vec!["id", "version", "state", "title", "objectives", "sectors", "period", "partners", "created_at", "updated_at"];
        expected.sort_unstable();
        assert_eq!(shown, expected);
        let text = seen.to_string();
        assert!(!text.contains("سرّ بيننا") && !text.contains("1250000") && !text.contains("لم يُوقَّع"), "{text}");
        for below in ["terms", "terms/1", "terms/2"] {
            c.admin.get(&format!("{}/{below}", plan.path)).problem("not-found").expect(404);
        }
        for action in ["start", "cancel", "withdraw-proposal", "decline"] {
            plan.act(&c.admin, action, json!({})).problem("forbidden").expect(403);
        }
        c.coordinator.patch(&plan.path, json!({})).if_match("*").problem("forbidden").expect(403);
        assert!(c.viewer.get(&format!("{PROGRAMMES}?q=لم يُوقَّع")).expect(200).ids().is_empty());
        assert_eq!(c.viewer.get(&format!("{PROGRAMMES}?q=التعليم")).expect(200).ids(), [plan.id()]);
    }

    /// By every filter what fits, for every audience, page by page.
    fn lists_are_narrowed(three: Three) {
        let (a, b) = (three.a(), three.b());
        let village = json!({"name": ar("ود الكريم"), "country": "SD", "admin1_pcode": "SD15"});
        let village = a.contributor.post("/v1/communities", village).expect(201).id();
        let mut served = three.draft();
        served["community_ids"] = json!([village]);
        served["sectors"] = json!(["orphans"]);
        served["title"] = ar("كفالة الأيتام");
        let one = Plan::active(&[a, b], served);
        let other = Plan::draft(a, three.draft());
        let third = Plan::proposed(b, draft(&[(b, "lead"), (&three.c, "media")]));
        let all = |client: &Client, query: &str| client.get(&format!("{PROGRAMMES}?{query}")).expect(200).ids();
        assert_eq!(all(&a.viewer, ""), [other.id(), one.id()]);
        assert_eq!(all(&b.viewer, ""), [third.id(), one.id()]);
        for (query, fits) in [
            ("sector=orphans", true), ("sector=health", false), ("sector=health&sector=orphans", true),
            ("state=active", true), ("state=draft&state=agreed", false), ("place=SD15", true), ("place=SD1", true),
            ("place=SD16", false), ("q=ايتام", true), ("q=غير", false),
        ] {
            assert_eq!(all(&b.viewer, query).contains(&one.id().to_owned()), fits, "{query}");
        }
        assert_eq!(all(&b.viewer, &format!("community_id={village}")), [one.id()]);
        assert_eq!(all(&b.viewer, &format!("organisation_id={}", three.c.id)), [third.id()]);
        let page = b.viewer.get(&format!("{PROGRAMMES}?limit=1")).expect(200).json();
        let next = format!("{PROGRAMMES}?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(b.viewer.get(&next).expect(200).ids(), [one.id()]);
    }

    /// Contacts for partners are shown to those with whom something was agreed, not merely proposed.
    fn partners_of_a_programme_are_partners(three: Three) {
        let (a, b) = (three.a(), three.b());
        let contact = json!({"contact": {"phone": {"value": "+249912345678", "visibility": "partners"}}});
        b.admin.patch(&b.path(""), contact).if_match("*").expect(200);
        let plan = Plan::proposed(a, three.draft());
        let phone = || a.viewer.get(&b.path("/contact")).send().json()["phone"].clone();
        let hidden = phone();
        plan.sign(&a.admin).expect(200);
        assert_eq!(phone(), hidden, "nobody becomes a partner by merely proposing");
        plan.sign(&b.admin).expect(200);
        assert!(phone().to_string().contains("249912345678"));
        assert_eq!(three.c.viewer.get(&b.path("/contact")).send().json()["phone"], hidden);
    }

    fn a_signature_keeps_its_title_when_the_person_is_erased(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::proposed(a, three.draft());
        let member = b.path(&format!("/members/{}", b.members[&awasir::access::Role::Admin]));
        b.admin.patch(&member, json!({"name": ar("فريدة الاسم"), "title": ar("المديرة")})).if_match("*").expect(200);
        plan.sign(&b.admin).expect(200);
        plan.sign(&a.admin).expect(200);
        b.admin.patch(&b.path(&format!("/members/{}", b.members[&awasir::access::Role::Coordinator])), json!({"role": "admin"}))
            .if_match("*").expect(200);
        let digest = plan.seen_by(&a.viewer)["terms_digest"].clone();
        b.coordinator.renew().post(&format!("{member}/erase"), json!({})).expect(200);
        let signed = plan.seen_by(&a.viewer)["signatures"][0].clone();
        assert_eq!((&signed["signed_by"]["name"], &signed["signed_by"]["title"]), (&Value::Null, &ar("المديرة")));
        assert_eq!(signed["digest"], digest, "the terms that were signed are the same");
        crate::erasure::assert_gone(&three.world.server, &["فريدة الاسم"]);
    }
}
