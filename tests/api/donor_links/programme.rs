//! What donors give to a programme: a contribution that the beneficiary brings in, told as far as the donor may be.

use super::*;
use crate::programmes::{Plan, draft};
use awasir::access::{Right, Rights};

/// A programme of all three, led by A.
fn plan(three: &Three) -> Plan {
    let (a, b, c) = (three.a(), three.b(), &three.c);
    let mut body = draft(&[(a, "lead"), (b, "implementing"), (c, "supporting")]);
    body["visibility"] = json!("network");
    body["amounts_visibility"] = json!("network");
    Plan::active(&[a, b, c], body)
}

/// Introduced by A to B, for the programme.
fn link(three: &Three, plan: &Plan, donor: Value) -> Link {
    let (a, b) = (three.a(), three.b());
    let body = json!({
        "donor_id": super::donor(a, donor), "beneficiary_organisation_id": b.id, "programme_id": plan.id(),
    });
    let link = Link::made(&a.coordinator, body);
    link.act(&b.coordinator, "accept", json!({})).expect(200);
    link.act(&a.coordinator, "introduce", json!({})).expect(200);
    link
}

fn amount(amount: &str, currency: &str) -> Value {
    json!({"amount": amount, "currency": currency})
}

on_both_engines! {
    fn a_donor_whom_only_its_owner_knows(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = plan(&three);
        let list = format!("{}/contributions", plan.path);
        let link = link(&three, &plan, secret());
        let pledge = link.pledge(&a.coordinator, money("900", "SDG"));
        let came = link.receive(&b.coordinator, with(money("600", "SDG"), json!({"pledge_id": id_of(&pledge), "channel": "bank", "receipt_number": "7"})));
        link.receive(&b.coordinator, with(money("50", "USD"), json!({"received_on": "2026-03-31"})));
        link.receive(&b.coordinator, goods("20", "جوال"));
        c.contributor.post(&list, json!({"kind": "cash", "money": amount("10", "SDG")})).expect(201);
        let seen = link.seen_by(&a.coordinator);
        // Introducer and beneficiary see them one by one, with the link they came through.
        for client in [&a.coordinator, &b.coordinator] {
            let all = client.get(&list).expect(200).data();
            assert_eq!(all.len(), 4);
            let one = all.iter().find(|one| one["disbursement_id"] == came["id"]).unwrap();
            assert_eq!((&one["donor_id"], &one["donor_link_id"]), (&seen["donor_id"], &seen["id"]));
            assert_eq!((&one["organisation_id"], &one["status"], &one["kind"]), (&json!(b.id), &json!("received"), &json!("cash")));
            assert_eq!((&one["money"], &one["channel"], &one["receipt_number"], &one["received_on"]), (&came["money"], &json!("bank"), &json!("7"), &came["received_on"]));
            assert_eq!(one["confirmed_by"], json!({"organisation_id": b.id, "member_id": came["recorded_by_member_id"]}));
            let path = format!("{list}/{}", one["id"].as_str().unwrap());
            assert_eq!(client.get(&path).expect(200).json(), *one);
            // It is changed where it came.
            client.patch(&path, json!({"channel": "hawala"})).if_match("*").problem("forbidden").expect(403);
            client.post(&format!("{path}/confirm"), json!({})).problem("forbidden").expect(403);
            a.coordinator.post(&list, json!({"reverses": one["id"]})).error("/reverses", "unknown-reference").expect(422);
        }
        // To all others, those of the same organisations without the right among them, there is nothing.
        let hidden: Vec<String> = a.coordinator.get(&list).expect(200).data().iter().filter(|one| !one["donor_id"].is_null()).map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        for client in [&c.admin, &a.viewer, &b.contributor] {
            assert_eq!(client.get(&list).expect(200).data().len(), 1);
            assert_eq!(client.get(&format!("{list}?status=received")).expect(200).data().len(), 0);
            let page = client.get(&format!("{list}?limit=1")).expect(200).json();
            assert_eq!((page["data"].as_array().unwrap().len(), &page["next_cursor"]), (1, &Value::Null));
            for id in &hidden {
                client.get(&format!("{list}/{id}")).problem("not-found").expect(404);
            }
        }
        for id in &hidden {
            c.admin.patch(&format!("{list}/{id}"), json!({"channel": "bank"})).if_match("*").problem("not-found").expect(404);
            c.admin.post(&format!("{list}/{id}/confirm"), json!({})).problem("not-found").expect(404);
            let refused = |id: Value| c.admin.post(&list, json!({"reverses": id})).error("/reverses", "unknown-reference").expect(422);
            assert_eq!(refused(json!(id)).errors(), refused(json!(uuid::Uuid::new_v4())).errors());
        }
        // But in the sums of all, and month by month for partners.
        for client in [&c.viewer, &a.viewer] {
            let sums = client.get(&format!("{}/summary", plan.path)).expect(200).json()["contributions"].clone();
            assert_eq!(sums["by_currency"], json!([
                {"pledged": amount("10.00", "SDG"), "received": amount("600.00", "SDG")},
                {"pledged": amount("0.00", "USD"), "received": amount("50.00", "USD")},
            ]));
            assert_eq!(sums["by_partner"], json!([{"organisation_id": c.id, "amounts": [{"pledged": amount("10.00", "SDG"), "received": amount("0.00", "SDG")}]}]));
            assert_eq!(sums["from_donors"], json!([
                {"month": "2026-03", "received": [amount("50.00", "USD")]}, {"month": "2026-04", "received": [amount("600.00", "SDG")]},
            ]));
        }
        let outsider = crate::support::world::organisation(&three.world.server, "جمعية الرهد", "rahad");
        let sums = outsider.viewer.get(&format!("{}/summary", plan.path)).expect(200).json()["contributions"].clone();
        assert_eq!((&sums["from_donors"], &sums["by_currency"][0]["received"]), (&json!([]), &amount("600.00", "SDG")));
        for path in [list.clone(), plan.path.clone(), format!("{}/summary", plan.path)] {
            let text = c.admin.get(&path).expect(200).text();
            for told in [&seen["donor_id"], &seen["id"]] {
                assert!(!text.contains(told.as_str().unwrap()), "{path}: {text}");
            }
        }
        // Taken back there, it is taken back here.
        link.take_back(&b.coordinator, &came).expect(201);
        let sums = c.viewer.get(&format!("{}/summary", plan.path)).expect(200).json()["contributions"].clone();
        assert_eq!(sums["from_donors"], json!([{"month": "2026-03", "received": [amount("50.00", "USD")]}]));
        let all = a.coordinator.get(&list).expect(200).data();
        let first = all.iter().find(|one| one["disbursement_id"] == came["id"]).unwrap();
        assert!(all.iter().any(|one| one["reverses"] == first["id"] && one["money"] == came["money"]), "{all:?}");
        assert_eq!(three.world.server.actions_on(first["id"].as_str().unwrap()), ["programme.contribution.created"]);
    }

    /// One whom the network knows is told by its id, not by the link.
    fn a_donor_whom_the_network_knows(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = plan(&three);
        let list = format!("{}/contributions", plan.path);
        let link = link(&three, &plan, known());
        link.receive(&b.coordinator, money("600", "SDG"));
        let donor = link.seen_by(&a.coordinator)["donor_id"].clone();
        let told = c.coordinator.get(&list).expect(200).data();
        assert_eq!((told.len(), &told[0]["donor_id"]), (1, &donor));
        assert_eq!((&told[0]["donor_link_id"], &told[0]["disbursement_id"]), (&Value::Null, &Value::Null));
        let path = format!("{list}/{}", told[0]["id"].as_str().unwrap());
        assert_eq!(c.coordinator.get(&path).expect(200).json(), told[0]);
        // Who may not read donors is told that it came, and not from whom: also in the organisations that share the link.
        let hidden = with(told[0].clone(), json!({"donor_id": null}));
        for client in [&c.viewer, &c.contributor, &a.viewer, &b.contributor] {
            let (listed, read) = (client.get(&list).expect(200), client.get(&path).expect(200));
            assert_eq!((listed.data(), read.json()), (vec![hidden.clone()], hidden.clone()));
            assert!(!listed.text().contains(donor.as_str().unwrap()) && !read.text().contains(donor.as_str().unwrap()));
        }
        // It can't be confirmed as a partner's own by who doesn't read that it is a donor's.
        let blind = a.coordinator.narrowed(Rights::of(&[Right::ProgrammesRead, Right::ContributionsConfirm]));
        assert_eq!(blind.get(&path).expect(200).json(), hidden);
        blind.post(&format!("{path}/confirm"), json!({})).problem("forbidden").expect(403);
        c.admin.patch(&path, json!({"channel": "bank"})).if_match("*").problem("forbidden").expect(403);
        // It withdraws from the network's eyes, and its gifts with it.
        let donor = format!("/v1/donors/{}", donor.as_str().unwrap());
        a.coordinator.patch(&donor, json!({"visibility": "owner"})).if_match("*").expect(200);
        assert!(c.coordinator.get(&list).expect(200).data().is_empty());
        c.coordinator.get(&path).problem("not-found").expect(404);
        assert_eq!(b.coordinator.get(&list).expect(200).data().len(), 1);
    }

    fn when_and_for_which_programme(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let of = |plan: &Plan, to: &Organisation| {
            json!({"donor_id": donor(a, secret()), "beneficiary_organisation_id": to.id, "programme_id": plan.id()})
        };
        let proposed = Plan::proposed(a, three.draft());
        a.coordinator.post(LINKS, of(&proposed, b)).problem("state-conflict").expect(409);
        // The third is no partner; and of a programme of others one offers nothing.
        a.coordinator.post(LINKS, of(&proposed, c)).error("/programme_id", "unknown-reference").expect(422);
        let others = Plan::active(&[b, c], draft(&[(b, "lead"), (c, "implementing")]));
        a.coordinator.post(LINKS, of(&others, b)).error("/programme_id", "unknown-reference").expect(422);
        let hidden = Plan::draft(b, draft(&[(b, "lead"), (a, "implementing")]));
        a.coordinator.post(LINKS, of(&hidden, b)).error("/programme_id", "unknown-reference").expect(422);
        // One's own donor for a programme of one's own.
        let plan = plan(&three);
        let own = Link::made(&a.coordinator, of(&plan, a));
        assert_eq!(own.stage(&a.coordinator), "introduced");
        own.receive(&a.coordinator, money("5", "SDG"));
        // Suspended and completed it still receives; called off it doesn't.
        let link = link(&three, &plan, secret());
        plan.act(&a.coordinator, "suspend", json!({})).expect(200);
        let came = link.receive(&b.coordinator, money("5", "SDG"));
        plan.act(&a.coordinator, "complete", json!({})).expect(200);
        link.receive(&b.coordinator, money("5", "SDG"));
        link.take_back(&b.coordinator, &came).expect(201);
        let other = Plan::active(&[a, b, c], draft(&[(a, "lead"), (b, "implementing"), (c, "supporting")]));
        let left = super::programme::link(&three, &other, secret());
        let came = left.receive(&b.coordinator, money("5", "SDG"));
        other.act(&b.coordinator, "withdraw", json!({"reason": ar("ضيق")})).expect(200);
        left.try_receive(&b.coordinator, money("5", "SDG")).problem("state-conflict").expect(409);
        left.take_back(&b.coordinator, &came).expect(201);
        other.act(&a.coordinator, "cancel", json!({})).expect(200);
        let back = left.try_receive(&b.coordinator, money("5", "SDG")).problem("state-conflict").expect(409);
        assert_eq!(back.json()["programme_state"], "cancelled");
    }
}
