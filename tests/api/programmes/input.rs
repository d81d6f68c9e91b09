//! What a body may say that only the tables know.

use super::*;

on_both_engines! {
    fn partners_are_active_organisations_and_one_s_own_among_them(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let post = |body: &Value| a.contributor.post(PROGRAMMES, body.clone());
        let mut body = three.draft();
        body["partners"] = partners(&[(b, "lead"), (c, "media")]);
        post(&body).error("/partners", "own-organisation-missing").expect(422);
        body["partners"] = partners(&[(a, "lead"), (b, "lead")]);
        post(&body).error("/partners", "too-many").expect(422);
        body["partners"] = partners(&[(a, "media"), (b, "funding")]);
        post(&body).error("/partners", "too-few").expect(422);
        body["partners"] = partners(&[(a, "lead"), (a, "media")]);
        post(&body).error("/partners/1/organisation_id", "duplicate-value").expect(422);
        body["partners"] = partners(&[(a, "lead")]);
        post(&body).error("/partners", "too-few").expect(422);
        three.decide(c, "suspend");
        body["partners"] = partners(&[(a, "lead"), (c, "media")]);
        post(&body).error("/partners/1/organisation_id", "unknown-reference").expect(422);
        let mut body = three.draft();
        body["budget"] = json!([{"amount": "1", "currency": "SDG"}, {"amount": "2", "currency": "SDG"}]);
        assert_eq!(post(&body).expect(422).errors().len(), 1);
        body["budget"] = json!([{"amount": "1.001", "currency": "SDG"}]);
        post(&body).expect(422);
        let mut body = three.draft();
        body["community_ids"] = json!([three.world.server.app.ids.uuid()]);
        post(&body).error("/community_ids/0", "unknown-reference").expect(422);
        body["period"] = json!({"starts_on": "2026-01-02", "ends_on": "2026-01-01"});
        post(&body).error("/period/ends_on", "out-of-range").expect(422);
    }

    /// A partner that was suspended since the draft keeps it from being proposed.
    fn not_proposed_to_who_can_t_sign(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::draft(a, three.draft());
        three.decide(b, "suspend");
        let refused = plan.act(&a.coordinator, "propose", json!({})).problem("state-conflict").expect(409).json();
        assert_eq!(refused["missing"], json!([{"what": "active_partners", "organisation_ids": [b.id]}]));
    }
}
