//! What is pledged and what comes: how it counts, moves the link, and is taken back.

use super::*;

fn rate(value: &str) -> Value {
    json!({"value": value, "basis": "agreed", "on": "2026-04-01"})
}

#[track_caller]
fn pledge_seen(three: &Three, path: &str) -> (String, Value) {
    let seen = three.a().coordinator.get(path).expect(200).json();
    let counted =
        if seen["money"].is_null() { &seen["counted_quantity"] } else { &seen["counted_money"]["amount"] };
    (seen["status"].as_str().unwrap().to_owned(), counted.clone())
}

on_both_engines! {
    fn what_comes_never_exceeds_what_was_pledged(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::introduced(&three);
        let pledge = link.pledge(&b.coordinator, money("1000", "SDG"));
        let against = |more: Value| with(json!({"pledge_id": id_of(&pledge)}), more);
        link.receive(&b.coordinator, against(money("600", "SDG")));
        let reply = link.try_receive(&b.coordinator, against(money("400.01", "SDG"))).problem("pledge-exceeded").expect(409);
        assert_eq!(reply.json()["left"], json!({"amount": "400.00", "currency": "SDG"}));
        assert_eq!(pledge_seen(&three, &pledge), ("open".to_owned(), json!("600.00")));
        link.receive(&b.coordinator, against(money("400", "SDG")));
        assert_eq!(pledge_seen(&three, &pledge), ("fulfilled".to_owned(), json!("1000.00")));
        let reply = link.try_receive(&b.coordinator, against(money("0.01", "SDG"))).problem("pledge-exceeded").expect(409);
        assert_eq!(reply.json()["left"]["amount"], "0.00");
        // The donor gave more.
        let more = link.receive(&b.coordinator, against(with(money("50", "SDG"), json!({"surplus": true}))));
        assert_eq!((pledge_seen(&three, &pledge).1, &more["surplus"]), (json!("1050.00"), &json!(true)));
        a.coordinator.patch(&pledge, json!({"expected_on": "2026-09-01"})).if_match("*").problem("state-conflict").expect(409);
        a.coordinator.post(&format!("{pledge}/cancel"), json!({})).problem("state-conflict").expect(409);
        // Taken back, it is open again; once.
        link.take_back(&b.coordinator, &more).expect(201);
        assert_eq!(pledge_seen(&three, &pledge), ("fulfilled".to_owned(), json!("1000.00")));
        let first = b.coordinator.get(&link.below("disbursements")).expect(200).data().pop().unwrap();
        let back = link.take_back(&b.coordinator, &first).expect(201).json();
        assert_eq!((&back["reverses"], &back["money"], &back["pledge_id"]), (&first["id"], &first["money"], &first["pledge_id"]));
        assert_eq!(pledge_seen(&three, &pledge), ("open".to_owned(), json!("400.00")));
        link.take_back(&b.coordinator, &first).problem("already-reversed").expect(409);
        link.take_back(&b.coordinator, &back).error("/reverses", "is-a-reversal").expect(422);
        link.receive(&b.coordinator, against(money("600", "SDG")));
        assert_eq!(pledge_seen(&three, &pledge), ("fulfilled".to_owned(), json!("1000.00")));
        // What was taken back is not acknowledged, nor what takes it back.
        for one in [&first, &back] {
            let path = format!("{}/{}/acknowledge", link.below("disbursements"), one["id"].as_str().unwrap());
            a.coordinator.post(&path, json!({})).problem("state-conflict").expect(409);
        }
    }

    /// The first open pledge and the first disbursement move the link, the last taken back moves it back.
    fn the_stage_follows(three: Three) {
        let (a, b) = (three.a(), three.b());
        for talks in ["introduced", "in_discussion"] {
            let link = Link::in_stage(&three, talks);
            let first = link.pledge(&a.coordinator, money("100", "SDG"));
            let second = link.pledge(&b.coordinator, goods("20", "جوال"));
            assert_eq!(link.stage(&b.coordinator), "pledged");
            a.coordinator.post(&format!("{first}/cancel"), json!({"version": 1})).expect(200);
            assert_eq!(link.stage(&b.coordinator), "pledged");
            let cancelled = b.coordinator.post(&format!("{second}/cancel"), json!({})).expect(200).json();
            assert_eq!(b.coordinator.post(&format!("{second}/cancel"), json!({})).expect(200).json(), cancelled);
            assert_eq!(link.stage(&b.coordinator), talks);
            // Without a pledge.
            let came = link.receive(&b.coordinator, goods("5", "جوال"));
            assert_eq!(link.stage(&b.coordinator), "funded");
            let third = link.pledge(&a.coordinator, money("100", "SDG"));
            assert_eq!(link.stage(&b.coordinator), "funded");
            link.take_back(&b.coordinator, &came).expect(201);
            assert_eq!(link.stage(&b.coordinator), "pledged");
            let came = link.receive(&b.coordinator, with(money("100", "SDG"), json!({"pledge_id": id_of(&third)})));
            assert_eq!(link.stage(&b.coordinator), "funded");
            let next = link.receive(&b.coordinator, money("1", "USD"));
            link.take_back(&b.coordinator, &came).expect(201);
            assert_eq!(link.stage(&b.coordinator), "funded");
            a.coordinator.post(&format!("{third}/cancel"), json!({})).expect(200);
            link.take_back(&b.coordinator, &next).expect(201);
            assert_eq!(link.stage(&b.coordinator), talks);
        }
    }

    /// What was recorded wrongly is taken back also once it is over; the pledge is not open then.
    fn taken_back_after_the_end(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::introduced(&three);
        let pledge = link.pledge(&b.coordinator, money("100", "SDG"));
        let came = link.receive(&b.coordinator, with(money("100", "SDG"), json!({"pledge_id": id_of(&pledge)})));
        link.act(&a.coordinator, "close", json!({})).expect(200);
        link.try_receive(&b.coordinator, money("5", "SDG")).problem("state-conflict").expect(409);
        link.take_back(&b.coordinator, &came).expect(201);
        assert_eq!(link.stage(&a.coordinator), "closed");
        assert_eq!(pledge_seen(&three, &pledge), ("cancelled".to_owned(), json!("0.00")));
    }

    fn in_another_currency_at_a_rate(three: Three) {
        let b = three.b();
        let link = Link::introduced(&three);
        let pledge = link.pledge(&b.coordinator, money("1000", "USD"));
        let came = with(money("1250000", "SDG"), json!({"pledge_id": id_of(&pledge)}));
        let counts = |amount: &str, currency: &str| json!({"counts_as": {"amount": amount, "currency": currency}});
        link.try_receive(&b.coordinator, came.clone()).error("/counts_as", "required").error("/rate", "required").expect(422);
        let with_rate = |more: Value| with(with(came.clone(), more), json!({"rate": rate("2500")}));
        link.try_receive(&b.coordinator, with_rate(counts("500", "EUR"))).error("/counts_as", "other-currency").expect(422);
        link.try_receive(&b.coordinator, with(came.clone(), counts("500", "USD"))).error("/rate", "required").expect(422);
        let made = link.receive(&b.coordinator, with_rate(counts("500", "USD")));
        assert_eq!((&made["counts_as"], &made["rate"]), (&json!({"amount": "500.00", "currency": "USD"}), &rate("2500")));
        assert_eq!(pledge_seen(&three, &pledge), ("open".to_owned(), json!("500.00")));
        let reply = link.try_receive(&b.coordinator, with_rate(counts("500.01", "USD"))).problem("pledge-exceeded").expect(409);
        assert_eq!(reply.json()["left"], json!({"amount": "500.00", "currency": "USD"}));
        // In the pledge's own currency there is nothing to convert.
        let same = with(money("500", "USD"), json!({"pledge_id": id_of(&pledge)}));
        for (more, pointer) in [(counts("500", "USD"), "/counts_as"), (json!({"rate": rate("1")}), "/rate")] {
            link.try_receive(&b.coordinator, with(same.clone(), more)).error(pointer, "not-needed").expect(422);
        }
        // Goods may be told to be worth so much; at no rate.
        let sacks = with(goods("20", "جوال"), json!({"pledge_id": id_of(&pledge)}));
        link.try_receive(&b.coordinator, sacks.clone()).error("/counts_as", "required").expect(422);
        link.try_receive(&b.coordinator, with(sacks.clone(), with(counts("100", "USD"), json!({"rate": rate("1")})))).error("/rate", "not-needed").expect(422);
        let sacks = link.receive(&b.coordinator, with(sacks, counts("100", "USD")));
        assert_eq!(pledge_seen(&three, &pledge), ("open".to_owned(), json!("600.00")));
        link.take_back(&b.coordinator, &made).expect(201);
        link.take_back(&b.coordinator, &sacks).expect(201);
        assert_eq!(pledge_seen(&three, &pledge), ("open".to_owned(), json!("0.00")));
        // The rate is what was quoted that day, in Arabic digits too.
        let quoted = with(with(came.clone(), counts("500", "USD")), json!({"rate": {"value": "٢٤٩٩٫٥", "basis": "market", "on": "2026-04-02"}}));
        assert_eq!(link.receive(&b.coordinator, quoted)["rate"]["value"], "2499.5");
        let late = with(with(came, counts("5", "USD")), json!({"rate": {"value": "2500", "basis": "bank", "on": "2199-01-01"}}));
        link.try_receive(&b.coordinator, late).error("/rate/on", "out-of-range").expect(422);
    }

    fn in_goods(three: Three) {
        let b = three.b();
        let link = Link::introduced(&three);
        let pledge = link.pledge(&b.coordinator, goods("20.5", "جوال"));
        let against = |more: Value| with(json!({"pledge_id": id_of(&pledge)}), more);
        link.try_receive(&b.coordinator, against(goods("5", "كرتونة"))).error("/unit", "other-unit").expect(422);
        link.try_receive(&b.coordinator, against(money("5", "SDG"))).error("/quantity", "required").expect(422);
        let worth = json!({"counts_as": {"amount": "5", "currency": "SDG"}});
        link.try_receive(&b.coordinator, against(with(goods("5", "جوال"), worth))).error("/counts_as", "not-needed").expect(422);
        link.receive(&b.coordinator, against(goods("20", "جوال")));
        let reply = link.try_receive(&b.coordinator, against(goods("0.501", "جوال"))).problem("pledge-exceeded").expect(409);
        assert_eq!((&reply.json()["left"], &reply.json()["unit"]), (&json!("0.5"), &json!("جوال")));
        link.receive(&b.coordinator, against(goods("0.5", "جوال")));
        assert_eq!(pledge_seen(&three, &pledge), ("fulfilled".to_owned(), json!("20.5")));
        // Without a pledge nothing counts.
        for (more, pointer) in [(json!({"surplus": true}), "/surplus"), (json!({"counts_as": {"amount": "5", "currency": "SDG"}}), "/counts_as"), (json!({"rate": rate("1")}), "/rate")] {
            link.try_receive(&b.coordinator, with(goods("5", "جوال"), more)).error(pointer, "not-needed").expect(422);
        }
    }

    /// What may be changed of a pledge, and when.
    fn a_pledge_changes(three: Three) {
        let (a, b) = (three.a(), three.b());
        let link = Link::introduced(&three);
        let pledge = link.pledge(&a.coordinator, money("1000", "SDG"));
        let seen = b.coordinator.patch(&pledge, goods("7", "جوال")).version(1).error("/quantity", "not-both").expect(422);
        assert_eq!(seen.errors().len(), 1);
        let changed = b.coordinator.patch(&pledge, with(goods("7", "جوال"), json!({"money": null}))).version(1).expect(200).json();
        assert_eq!((&changed["money"], &changed["quantity"], &changed["counted_quantity"]), (&Value::Null, &json!("7"), &json!("0")));
        let back = with(money("1000", "SDG"), json!({"quantity": null, "unit": null}));
        a.coordinator.patch(&pledge, back).version(2).expect(200);
        let came = link.receive(&b.coordinator, with(money("10", "SDG"), json!({"pledge_id": id_of(&pledge)})));
        a.coordinator.patch(&pledge, money("2000", "SDG")).if_match("*").problem("state-conflict").expect(409);
        a.coordinator.patch(&pledge, json!({"pledged_on": "2026-01-01"})).if_match("*").problem("state-conflict").expect(409);
        let later = json!({"expected_on": "2027-01-01", "conditions": ar("بعد الخريف")});
        a.coordinator.patch(&pledge, later).if_match("*").expect(200);
        link.take_back(&b.coordinator, &came).expect(201);
        a.coordinator.patch(&pledge, money("2000", "SDG")).if_match("*").expect(200);
        a.coordinator.patch(&pledge, json!({"status": "fulfilled"})).if_match("*").error("/status", "read-only").expect(422);
        a.coordinator.post(&format!("{pledge}/cancel"), json!({})).expect(200);
        a.coordinator.patch(&pledge, json!({"expected_on": null})).if_match("*").problem("state-conflict").expect(409);
        let against = with(money("1", "SDG"), json!({"pledge_id": id_of(&pledge)}));
        link.try_receive(&b.coordinator, against).problem("state-conflict").expect(409);
        a.coordinator.delete(&pledge).if_match("*").problem("method-not-allowed").expect(405);
    }

    /// No sum passes what 64 bits hold, and what one side enters by mistake closes nothing to the others.
    fn sums_that_fit(three: Three) {
        let (a, b) = (three.a(), three.b());
        let body = offer(&three);
        let links = [(); 2].map(|()| {
            let link = Link::made(&a.coordinator, with(body.clone(), json!({"donor_id": donor(a, secret())})));
            link.act(&b.coordinator, "accept", json!({})).expect(200);
            link.act(&a.coordinator, "introduce", json!({})).expect(200);
            link
        });
        links[0].try_receive(&b.coordinator, money("10000000000000.01", "SDG")).error("/money/amount", "too-large").expect(422);
        let huge = links[0].receive(&b.coordinator, money("10000000000000", "SDG"));
        links[1].receive(&b.coordinator, money("10000000000000", "SDG"));
        links[0].take_back(&b.coordinator, &huge).expect(201);
        let project = format!("/v1/projects/{}", body["project_id"].as_str().unwrap());
        let received = b.coordinator.get(&project).expect(200).json()["received"].clone();
        assert_eq!(received, json!([{"amount": "10000000000000.00", "currency": "SDG"}]));
        let pledge = links[0].pledge(&a.coordinator, goods("9223372036854775.807", "جوال"));
        let against = |more: Value| with(with(json!({"pledge_id": id_of(&pledge)}), more), json!({"surplus": true}));
        links[0].receive(&b.coordinator, against(goods("9223372036854775.807", "جوال")));
        links[0].try_receive(&b.coordinator, against(goods("0.001", "جوال"))).error("/pledge_id", "too-large").expect(422);
    }
}
