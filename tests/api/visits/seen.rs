//! What others than the parties see, and with whose consent.

use super::*;

on_both_engines! {
    fn beyond_the_parties(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = draft(&world);
        body["summary"] = ar("موجز");
        body["place"] = json!({"name": ar("دار الجمعية"), "country": "SD", "admin1_pcode": "SD01", "admin2_pcode": "SD01003",
            "latitude": 15.61273, "longitude": 32.5});
        let person = |name: &str, consent: Value| json!({
            "organisation_id": world.a.id, "side": "visitor", "name": ar(name), "honorific": ar("الأستاذ"), "title": ar("المدير"),
            "affiliation": ar("إذاعة"), "introduced_as": ar("المبدع"), "attended": true, "is_head": true, "public_name_consent": consent,
        });
        body["delegates"] = json!([person("عمر", json!(false)), person("آمنة", json!({"given_on": "2025-07-04", "how": "شفاهة"}))]);
        body["agenda"] = json!([{"kind": "tour", "title": ar("جولة"), "summary": ar("تفصيل"), "sectors": ["health"]}]);
        body["discussions"] = json!([{"topic": "media", "summary": ar("نقاش")}]);
        body["commitments"] = json!([{"kind": "other", "strength": "called_for", "description": ar("دعوة")}]);

        for trip in [Trip::proposed(&world, body.clone()), Trip::held(&world, body.clone()), Trip::reported(&world, body.clone(), "network"),
            Trip::concluded(&world, body.clone(), "parties")] {
            c.admin.get(&trip.path).problem("not-found").expect(404);
            c.admin.get(&trip.below("delegates")).problem("not-found");
            world.network_admin.get(&trip.path).problem("forbidden").expect(403);
        }
        let trip = Trip::concluded(&world, body, "network");
        let seen = trip.seen_by(&c.coordinator);
        assert_eq!((&seen["title"], &seen["agenda"][0]["title"]), (&ar("زيارة ودية"), &ar("جولة")));
        assert_eq!((&seen["agenda"][0]["sectors"], &seen["discussions"][0]["summary"]), (&json!(["health"]), &ar("نقاش")));
        assert_eq!(seen["commitments"][0]["description"], ar("دعوة"));
        assert_eq!(seen["allowed_actions"], json!([]));
        assert_eq!(seen["place"]["name"]["ar"], "بحري");
        for pointer in ["/summary", "/report", "/place/latitude", "/place/longitude", "/parties/0/response", "/parties/0/report_approval",
            "/parties/1/accepted_version", "/agenda/0/summary", "/delegates/0/name", "/delegates/0/honorific", "/last_reason"] {
            assert_eq!(seen.pointer(pointer), Some(&Value::Null), "{pointer}");
        }
        assert_eq!((&seen["delegates"][1]["name"], &seen["delegates"][0]["title"]), (&ar("آمنة"), &ar("المدير")));
        for member in ["affiliation", "attended", "introduced_as", "is_head", "member_id"] {
            assert_eq!((&seen["delegates"][0][member], &seen["delegates"][1][member]), (&Value::Null, &Value::Null), "{member}");
        }
        let text = seen.to_string();
        assert!(!text.contains("عمر") && !text.contains("إذاعة") && !text.contains("شفاهة") && !text.contains("15.61273"));
        let items = c.viewer.get(&trip.below("delegates")).expect(200).text();
        assert!(!items.contains("عمر") && items.contains("آمنة") && !items.contains("إذاعة"));
        // The right to do something with it is not theirs.
        trip.act(&c.coordinator, "cancel", json!({})).problem("forbidden").expect(403);
        c.contributor.patch(&trip.path, json!({"title": ar("ث")})).if_match("*").problem("forbidden");
        let all = trip.seen_by(&world.b.viewer);
        assert_eq!((&all["delegates"][0]["name"], &all["place"]["latitude"]), (&ar("عمر"), &json!(15.61273)));
        assert_eq!(all["delegates"][1]["public_name_consent"]["how"], "شفاهة");
    }

    /// Who declined is told by nothing of the record, page by page, nor by a filter.
    fn who_declined_is_not_told_beyond_the_parties(world: World) {
        let organisation = |name: &str, latin: &str| crate::support::world::organisation(&world.server, name, latin);
        let (c, d) = (organisation("جمعية الجزيرة", "gezira"), organisation("جمعية الرهد", "rahad"));
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
        let delegate = |one: &Organisation, side: &str| json!({"organisation_id": one.id, "side": side, "name": ar("ضيف")});
        body["delegates"] = json!([delegate(&world.a, "visitor"), delegate(&c, "host"), delegate(&world.b, "host")]);
        body["agenda"] = json!([{"kind": "presentation", "title": ar("عرض"), "presented_by_organisation_id": c.id}]);
        body["commitments"] = json!([{"kind": "other", "strength": "agreed_in_principle", "description": ar("تفاهم"),
            "responsible_organisation_ids": [world.b.id, c.id]}]);
        let trip = Trip::proposed(&world, body);
        trip.act(&c.coordinator, "decline", json!({})).expect(200);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        trip.act(&world.a.coordinator, "submit-report", json!({"summary": ar("تمت"), "visibility": "network"})).expect(200);
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        let gone = c.id.to_string();
        let told = |client: &Client, path: &str| client.get(path).expect(200).text().contains(&gone);
        let commitments = format!("/v1/commitments?visit_id={}", trip.path.rsplit('/').next().unwrap());
        for path in [&trip.path, &trip.below("delegates"), &trip.below("agenda"), &trip.below("commitments"), &commitments] {
            assert!(!told(&d.viewer, path) && told(&world.a.viewer, path), "{path}");
        }
        assert_eq!(d.viewer.get(&trip.below("delegates?limit=1")).expect(200).data().len(), 1);
        let delegate = world.a.viewer.get(&trip.path).expect(200).json()["delegates"][1]["id"].as_str().unwrap().to_owned();
        d.viewer.get(&trip.below(&format!("delegates/{delegate}"))).problem("not-found").expect(404);
        for query in [format!("{commitments}&responsible_organisation_id={gone}"), format!("/v1/commitments?responsible_organisation_id={gone}")] {
            assert!(d.viewer.get(&query).expect(200).ids().is_empty(), "{query}");
            assert_eq!(world.a.viewer.get(&query).expect(200).ids().len(), 1, "{query}");
        }
    }
}
