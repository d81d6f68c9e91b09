//! What the days make of a registration, without anyone touching it.

use super::*;

on_both_engines! {
    fn it_is_due_and_expires_by_itself(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let until = day(&three.world, 62);
        let dossier = Dossier::registered(a, Some(until));
        let endless = Dossier::registered(a, None);
        dossier.share(a, c);
        let told = |status: &str, actions: Value| {
            let seen = dossier.seen_by(&a.admin);
            assert_eq!((&seen["status"], &seen["allowed_actions"]), (&json!(status), &actions));
            assert_eq!(dossier.status(&c.coordinator), status);
            for organisation in [a, c] {
                let own = organisation.coordinator.get(&organisation.path("/registrations")).expect(200).data();
                let own = own.iter().find(|one| one["id"] == dossier.id()).unwrap();
                assert_eq!(own["status"], status);
                for asked in ["registered", "renewal_due", "expired"] {
                    let found = listed(organisation, &format!("?status={asked}")).contains(&dossier.id().to_owned());
                    assert_eq!(found, asked == status, "{asked} when it is {status}");
                }
                let several = listed(organisation, "?status=registered&status=renewal_due&status=expired&status=preparing");
                assert!(several.contains(&dossier.id().to_owned()));
                assert!(listed(organisation, "?status=suspended&status=cancelled").is_empty());
            }
            seen["version"].clone()
        };
        let registered = json!(["suspend", "renew", "cancel"]);
        let version = told("registered", registered.clone());
        three.world.server.advance(DAY);
        told("registered", registered.clone());
        three.world.server.advance(DAY);
        told("renewal_due", registered.clone());
        three.world.server.advance(DAY * 60);
        assert_eq!(day(&three.world, 0), until);
        told("renewal_due", registered.clone());
        three.world.server.advance(DAY);
        assert_eq!(told("expired", registered.clone()), version, "nobody touched it");
        assert_eq!(endless.status(&a.admin), "registered");
        assert_eq!(listed(a, "?status=registered"), [endless.id()]);

        // Not renewed until a day that is past, or that it is good until already.
        let renew = |on: CalendarDate| dossier.act(&a.admin, "renew", json!({"expires_on": on}));
        renew(day(&three.world, 0)).error("/expires_on", "out-of-range").expect(422);
        assert_eq!(renew(day(&three.world, 30)).expect(200).json()["status"], "renewal_due");
        renew(day(&three.world, 30)).expect(200);
        renew(day(&three.world, 29)).error("/expires_on", "out-of-range").expect(422);
        assert_eq!(renew(day(&three.world, 61)).expect(200).json()["status"], "registered");
    }

    /// What is suspended stays so whatever its days; taken up again it reads by them.
    fn suspended_beyond_its_last_day(three: Three) {
        let a = three.a();
        let dossier = Dossier::registered(a, Some(day(&three.world, 10)));
        assert_eq!(dossier.status(&a.admin), "renewal_due");
        dossier.act(&a.admin, "suspend", json!({})).expect(200);
        three.world.server.advance(DAY * 20);
        assert_eq!(dossier.status(&a.admin), "suspended");
        assert_eq!(listed(a, "?status=expired"), Vec::<String>::new());
        dossier.act(&a.admin, "renew", json!({"expires_on": day(&three.world, 100)})).problem("state-conflict").expect(409);
        assert_eq!(dossier.act(&a.admin, "reinstate", json!({})).expect(200).json()["status"], "expired");
        // The same again is done already, though it reads otherwise.
        dossier.act(&a.admin, "reinstate", json!({})).expect(200);
        dossier.act(&a.admin, "suspend", json!({})).expect(200);
    }

    /// An old certificate is recorded with its own days.
    fn one_that_has_expired_already(three: Three) {
        let a = three.a();
        let dossier = Dossier::begun(a, body());
        let act = |action: &str, body: Value| dossier.act(&a.admin, action, body);
        act("submit", json!({"submitted_on": day(&three.world, 1)})).error("/submitted_on", "out-of-range").expect(422);
        act("submit", json!({"submitted_on": "2020-01-05"})).expect(200);
        act("review", json!({})).expect(200);
        for (body, wrong) in [
            (json!({"registered_on": "2020-01-04"}), "/registered_on"),
            (json!({"registered_on": day(&three.world, 1)}), "/registered_on"),
            (json!({"registered_on": "2020-02-01", "expires_on": "2020-02-01"}), "/expires_on"),
        ] {
            act("register", body).error(wrong, "out-of-range").expect(422);
        }
        let seen = act("register", json!({"registered_on": "2020-02-01", "expires_on": "2021-01-31"})).expect(200).json();
        assert_eq!(seen["status"], "expired");
        assert_eq!(seen["legal_form_offer"], Value::Null, "it is that no more");
        let seen = act("renew", json!({"expires_on": day(&three.world, 200)})).expect(200).json();
        assert_eq!(seen["legal_form_offer"]["to"], "organisation");
    }

    /// The day is the network's: in Khartoum it begins two hours before it does in UTC.
    fn days_are_the_network_s(three: Three) {
        let a = three.a();
        let server = &three.world.server;
        let of_day = |micros: i64| micros.rem_euclid(86_400_000_000) / 1_000_000;
        let until_late = (22 * 3600 + 1800 - of_day(server.app.clock.now().micros())).rem_euclid(86_400);
        server.advance(Duration::from_secs(until_late.unsigned_abs()));
        let utc: TimeZoneName = "UTC".parse().unwrap();
        let tomorrow = utc.today_in_zone(server.app.clock.now()).plus_days(1).unwrap();
        assert_eq!(day(&three.world, 0), tomorrow);
        let dossier = Dossier::begun(a, body());
        let seen = dossier.act(&a.admin, "submit", json!({"submitted_on": tomorrow})).expect(200).json();
        assert_eq!(seen["submitted_on"], json!(tomorrow));
        let expires = Dossier::registered(a, Some(day(&three.world, 1)));
        server.advance(DAY);
        assert_eq!(expires.status(&a.admin), "renewal_due");
        server.advance(DAY);
        assert_eq!(expires.status(&a.admin), "expired");
        assert_eq!(listed(a, "?status=expired"), [expires.id()]);
    }
}
