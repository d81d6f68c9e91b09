//! Contributions: pledged by their giver, received when another says so, taken back by a reversal.

use super::carried::*;
use super::*;
use crate::races::{at_once_by, tally};

/// Pledges; its path.
#[track_caller]
fn pledge(plan: &Plan, by: &Organisation, body: Value) -> String {
    let id = by.contributor.post(&plan.below("contributions"), body).expect(201).id();
    format!("{}/{id}", plan.below("contributions"))
}

fn confirm(client: &Client, path: &str, body: Value) -> Reply {
    client.post(&format!("{path}/confirm"), body).send()
}

on_both_engines! {
    fn pledged_confirmed_and_taken_back(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let list = plan.below("contributions");
        let body = with(cash("1250.5", "SDG"), json!({"description": ar("تبرع")}));
        let reply = b.contributor.post(&list, body).expect(201);
        let (made, path) = (reply.json(), reply.header("location").unwrap().to_owned());
        let version = plan.seen_by(&a.viewer)["version"].as_i64().unwrap().to_string();
        assert_eq!(reply.header("awasir-parent-version"), Some(version.as_str()));
        let server = &three.world.server;
        let zone: awasir::types::TimeZoneName = server.app.settings.time_zone.parse().unwrap();
        let today = zone.today_in_zone(server.app.clock.now()).to_string();
        assert_eq!(made, json!({
            "id": reply.id(), "version": 1, "programme_id": plan.id(), "organisation_id": b.id, "kind": "cash",
            "money": {"amount": "1250.50", "currency": "SDG"}, "quantity": null, "unit": null, "description": ar("تبرع"),
            "channel": null, "receipt_number": null, "status": "pledged", "pledged_on": today, "received_on": null,
            "confirmed_by": null, "confirmed_at": null, "reverses": null, "donor_id": null, "donor_link_id": null, "disbursement_id": null,
            "created_at": made["created_at"], "updated_at": made["updated_at"],
        }));
        // Its giver changes it, as long as it is pledged.
        assert_eq!(b.contributor.patch(&path, made.clone()).version(1).expect(200).json(), made);
        let goods = json!({"kind": "in_kind", "money": null, "quantity": "١٢٫٥", "unit": "كيس"});
        let changed = b.contributor.patch(&path, goods).version(1).expect(200).json();
        assert_eq!((&changed["money"], &changed["quantity"], &changed["unit"]), (&Value::Null, &json!("12.5"), &json!("كيس")));
        b.contributor.patch(&path, json!({"kind": "cash", "money": {"amount": "900", "currency": "SDG"}, "quantity": null, "unit": null}))
            .version(2).expect(200);
        a.contributor.patch(&path, json!({"channel": "bank"})).version(3).problem("forbidden").expect(403);
        // The lead confirms it; its giver never does.
        confirm(&b.coordinator, &path, json!({})).problem("forbidden").expect(403);
        confirm(&a.contributor, &path, json!({})).problem("forbidden").expect(403);
        confirm(&a.coordinator, &path, json!({"version": 1})).problem("version-mismatch").expect(412);
        let said = json!({"version": 3, "received_on": "2026-02-01", "receipt_number": "٤٤/ب", "channel": "cash_by_hand"});
        let received = confirm(&a.coordinator, &path, said.clone()).expect(200).json();
        let by = json!({"organisation_id": a.id, "member_id": a.members[&awasir::access::Role::Coordinator]});
        assert_eq!((&received["status"], &received["confirmed_by"], &received["version"]), (&json!("received"), &by, &json!(4)));
        assert_eq!((&received["received_on"], &received["receipt_number"], &received["channel"]),
            (&json!("2026-02-01"), &json!("٤٤/ب"), &json!("cash_by_hand")));
        assert!(received["confirmed_at"].is_string());
        // Again, by the same organisation: it stands.
        assert_eq!(confirm(&a.admin, &path, said).expect(200).json(), received);
        assert_eq!(confirm(&a.admin, &path, json!({"received_on": "2020-01-01"})).expect(200).json(), received);
        for change in [json!({"status": "cancelled"}), json!({"channel": "bank"})] {
            let refused = b.contributor.patch(&path, change).version(4).problem("state-conflict").expect(409);
            assert_eq!(refused.json()["state"], "received");
        }
        // Taken back by who may confirm it.
        let back = json!({"reverses": received["id"], "description": ar("سُجّلت خطأ")});
        for client in [&b.coordinator, &a.contributor] {
            client.post(&list, back.clone()).problem("forbidden").expect(403);
        }
        let taken = a.coordinator.post(&list, back.clone()).expect(201).json();
        assert_eq!((&taken["money"], &taken["status"], &taken["reverses"]), (&received["money"], &json!("received"), &received["id"]));
        assert_eq!((&taken["organisation_id"], &taken["confirmed_by"]), (&json!(b.id), &by));
        assert_eq!(taken["description"], ar("سُجّلت خطأ"));
        a.coordinator.post(&list, back).problem("already-reversed").expect(409);
        let again = json!({"reverses": taken["id"]});
        a.coordinator.post(&list, again).error("/reverses", "is-a-reversal").expect(422);
        let sums = a.viewer.get(&plan.below("summary")).expect(200).json()["contributions"].clone();
        let nothing = json!({"amount": "0.00", "currency": "SDG"});
        assert_eq!(sums["by_currency"], json!([{"pledged": nothing, "received": nothing}]));
        let refused = b.contributor.patch(&format!("{list}/{}", taken["id"].as_str().unwrap()), json!({"channel": "bank"})).version(1).send();
        refused.problem("state-conflict").expect(409);
        let actions = server.actions_on(received["id"].as_str().unwrap());
        let changed = "programme.contribution.changed";
        assert_eq!(actions, ["programme.contribution.created", changed, changed, "programme.contribution.confirmed"]);
    }

    fn what_is_wrong_with_it(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let list = plan.below("contributions");
        let post = |body: Value| b.contributor.post(&list, body).problem("validation-failed").expect(422);
        let money = json!({"amount": "5", "currency": "SDG"});
        for (body, pointer, code) in [
            (json!({"money": money}), "/kind", "required"),
            (json!({"kind": "cash"}), "/money", "required"),
            (json!({"kind": "cash", "quantity": "5", "unit": "كيس"}), "/money", "required"),
            (json!({"kind": "in_kind"}), "/money", "required"),
            (json!({"kind": "in_kind", "quantity": "5"}), "/unit", "required"),
            (json!({"kind": "in_kind", "unit": "كيس"}), "/quantity", "required"),
            (json!({"kind": "in_kind", "quantity": "0", "unit": "كيس"}), "/quantity", "too-small"),
            (json!({"kind": "in_kind", "money": money, "quantity": "5", "unit": "كيس"}), "/quantity", "not-both"),
            (with(cash("5", "SDG"), json!({"status": "received"})), "/status", "read-only"),
            (with(cash("5", "SDG"), json!({"status": "cancelled"})), "/status", "read-only"),
            // Nobody gives for another.
            (with(cash("5", "SDG"), json!({"organisation_id": a.id})), "/organisation_id", "unknown-field"),
            (with(cash("5", "SDG"), json!({"received_on": "2026-01-01"})), "/received_on", "unknown-field"),
        ] {
            let reply = post(body).error(pointer, code);
            assert_eq!(reply.errors().len(), 1, "{reply}");
        }
        b.contributor.post(&list, with(cash("5", "SDG"), json!({"status": "pledged", "pledged_on": "2026-01-01"}))).expect(201);
        let path = pledge(&plan, b, cash("5", "SDG"));
        b.contributor.patch(&path, json!({"status": "received"})).version(1).error("/status", "read-only").expect(422);
        b.contributor.patch(&path, json!({"reverses": uuid::Uuid::new_v4()})).version(1).error("/reverses", "read-only").expect(422);
        b.contributor.patch(&path, json!({"organisation_id": a.id})).version(1).error("/organisation_id", "read-only").expect(422);
        // What takes another back says nothing of its own but why.
        confirm(&a.coordinator, &path, json!({})).expect(200);
        let id = path.rsplit('/').next().unwrap();
        a.coordinator.post(&list, with(cash("5", "SDG"), json!({"reverses": id}))).error("/money", "not-both").error("/kind", "not-both").expect(422);
        a.coordinator.post(&list, json!({"reverses": uuid::Uuid::new_v4()})).error("/reverses", "unknown-reference").expect(422);
        let path = pledge(&plan, b, cash("5", "SDG"));
        let server = &three.world.server;
        let zone: awasir::types::TimeZoneName = server.app.settings.time_zone.parse().unwrap();
        let tomorrow = zone.today_in_zone(server.app.clock.now()).plus_days(1).unwrap().to_string();
        confirm(&a.coordinator, &path, json!({"received_on": tomorrow})).error("/received_on", "out-of-range").expect(422);
    }

    /// What the lead gives another partner confirms, and takes back.
    fn what_the_lead_gives(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = three.active_of_three();
        let path = pledge(&plan, a, cash("70", "USD"));
        let id = path.rsplit('/').next().unwrap();
        confirm(&a.coordinator, &path, json!({})).problem("forbidden").expect(403);
        let received = confirm(&c.coordinator, &path, json!({})).expect(200).json();
        assert_eq!(received["confirmed_by"]["organisation_id"], json!(c.id));
        // Received already, and not by B's own word.
        let refused = confirm(&b.coordinator, &path, json!({})).problem("state-conflict").expect(409).json();
        assert_eq!(refused["state"], "received");
        a.coordinator.post(&plan.below("contributions"), json!({"reverses": id})).problem("forbidden").expect(403);
        b.coordinator.post(&plan.below("contributions"), json!({"reverses": id})).expect(201);
        // What another partner gives the lead alone confirms.
        let path = pledge(&plan, b, cash("70", "USD"));
        confirm(&c.coordinator, &path, json!({})).problem("forbidden").expect(403);
        confirm(&a.coordinator, &path, json!({})).expect(200);
    }

    fn cancelled_it_is_neither_changed_nor_received(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let path = pledge(&plan, b, cash("5", "SDG"));
        let cancelled = b.contributor.patch(&path, json!({"status": "cancelled"})).version(1).expect(200).json();
        assert_eq!(cancelled["status"], "cancelled");
        assert_eq!(b.contributor.patch(&path, json!({"status": "cancelled"})).version(2).expect(200).json(), cancelled);
        let refused = confirm(&a.coordinator, &path, json!({})).problem("state-conflict").expect(409);
        assert_eq!(refused.json()["state"], "cancelled");
        b.contributor.patch(&path, json!({"status": "pledged"})).version(2).error("/status", "read-only").expect(422);
        b.contributor.patch(&path, json!({"channel": "bank"})).version(2).problem("state-conflict").expect(409);
        let id = path.rsplit('/').next().unwrap();
        let refused = a.coordinator.post(&plan.below("contributions"), json!({"reverses": id})).problem("state-conflict").expect(409);
        assert_eq!(refused.json()["state"], "cancelled");
        for (query, count) in [("", 1), ("?status=cancelled", 1), ("?status=pledged&status=received", 0)] {
            assert_eq!(b.viewer.get(&format!("{}{query}", plan.below("contributions"))).expect(200).ids().len(), count, "{query}");
        }
        b.contributor.delete(&path).version(2).problem("method-not-allowed").expect(405);
    }

    fn when(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::proposed(a, three.draft());
        let list = plan.below("contributions");
        b.contributor.post(&list, cash("5", "SDG")).problem("state-conflict").expect(409);
        for one in [a, b] {
            plan.sign(&one.admin).expect(200);
        }
        let [early, waits, later] = [(); 3].map(|()| pledge(&plan, b, cash("5", "SDG")));
        confirm(&a.coordinator, &early, json!({})).expect(200);
        plan.move_to(a, "start");
        plan.move_to(a, "suspend");
        b.contributor.patch(&waits, json!({"channel": "hawala"})).version(1).expect(200);
        confirm(&a.coordinator, &waits, json!({})).expect(200);
        plan.move_to(a, "complete");
        b.contributor.post(&list, cash("5", "SDG")).problem("state-conflict").expect(409);
        // What is still to come may come by another way, or not at all.
        b.contributor.patch(&later, json!({"channel": "hawala"})).version(1).expect(200);
        confirm(&a.coordinator, &later, json!({})).expect(200);
        let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
        a.coordinator.post(&list, json!({"reverses": id(&early)})).expect(201);
        let called_off = Plan::agreed(&[a, b], three.draft());
        let one = pledge(&called_off, b, cash("5", "SDG"));
        called_off.move_to(a, "cancel");
        confirm(&a.coordinator, &one, json!({})).problem("state-conflict").expect(409);
    }

    fn who_sees(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut body = three.draft();
        body["visibility"] = json!("network");
        body["amounts_visibility"] = json!("network");
        let plan = Plan::active(&[a, b], body);
        let path = pledge(&plan, b, cash("5", "SDG"));
        a.viewer.get(&path).expect(200);
        nothing_to_see(&c.admin, &plan.below("contributions"), &path);
        confirm(&c.admin, &path, json!({})).problem("not-found").expect(404);
        b.viewer.post(&plan.below("contributions"), cash("5", "SDG")).problem("forbidden").expect(403);
    }

    /// What one amount may be is so little that no sum of them passes what 64 bits hold; and nobody is refused for what others gave.
    fn sums_that_fit(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let list = plan.below("contributions");
        b.contributor.post(&list, cash("10000000000000.01", "SDG")).error("/money/amount", "too-large").expect(422);
        let first = pledge(&plan, b, cash("10000000000000", "SDG"));
        let small = pledge(&plan, a, cash("0.01", "SDG"));
        confirm(&b.coordinator, &small, json!({})).expect(200);
        confirm(&a.coordinator, &first, json!({})).expect(200);
        let id = first.rsplit('/').next().unwrap();
        a.coordinator.post(&list, json!({"reverses": id})).expect(201);
        pledge(&plan, a, cash("10000000000000", "SDG"));
        let sums = a.viewer.get(&plan.below("summary")).expect(200).json()["contributions"].clone();
        let money = |amount: &str| json!({"amount": amount, "currency": "SDG"});
        assert_eq!(sums["by_currency"], json!([{"pledged": money("10000000000000.00"), "received": money("0.01")}]));
    }

    /// Many confirm the same at once: one does, and for its own organisation it stands.
    fn confirmed_once(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let plan = three.active_of_three();
        let clients = [&b.coordinator, &c.coordinator];
        clients.iter().for_each(|client| drop(client.token()));
        for _ in 0..5 {
            let path = pledge(&plan, a, cash("5", "SDG"));
            let replies = at_once_by(8, |n| confirm(clients[n % 2], &path, json!({})));
            let tally = tally(&replies);
            assert_eq!((tally.get("200"), tally.get("409 state-conflict")), (Some(&4), Some(&4)), "{tally:?}");
            let seen = a.viewer.get(&path).expect(200).json();
            assert_eq!(seen["version"], 2);
            let id = path.rsplit('/').next().unwrap();
            let back = json!({"reverses": id});
            let replies = at_once_by(8, |n| clients[n % 2].post(&plan.below("contributions"), back.clone()).send());
            let tally = crate::races::tally(&replies);
            assert_eq!((tally.get("201"), tally.get("409 already-reversed")), (Some(&1), Some(&7)), "{tally:?}");
        }
    }

    /// Many pledge as much as can be said, all at once: every one of them stands in the sum.
    fn pledged_at_once(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        let clients = [&a.contributor, &b.contributor];
        clients.iter().for_each(|client| drop(client.token()));
        let replies = at_once_by(8, |n| clients[n % 2].post(&plan.below("contributions"), cash("10000000000000", "SDG")).send());
        let tally = tally(&replies);
        assert_eq!(tally.get("201"), Some(&8), "{tally:?}");
        let sums = a.viewer.get(&plan.below("summary")).expect(200).json()["contributions"]["by_currency"].clone();
        assert_eq!(sums[0]["pledged"], json!({"amount": "80000000000000.00", "currency": "SDG"}));
    }

    /// A member of two partners says for which of them it gives.
    fn for_one_s_own_organisation(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = three.active();
        crate::support::world::join(&three.world.server, &b.coordinator, a.id, awasir::access::Role::Coordinator);
        let list = plan.below("contributions");
        b.coordinator.post(&list, cash("5", "SDG")).problem("organisation-ambiguous").expect(400);
        let made = b.coordinator.post(&list, cash("5", "SDG")).acting_for(a.id).expect(201).json();
        assert_eq!(made["organisation_id"], json!(a.id));
        // Of B, who confirms what the lead gives, this person may do so.
        let path = format!("{list}/{}", made["id"].as_str().unwrap());
        confirm(&b.coordinator, &path, json!({})).expect(200);
    }

    /// A promise is made by now; and who leaves leaves no promise standing that nobody can end.
    fn what_a_partner_that_left_has_pledged_is_cancelled_by_the_lead(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let mut body = draft(&[(a, "lead"), (b, "implementing"), (c, "funding")]);
        body["visibility"] = json!("network");
        body["amounts_visibility"] = json!("network");
        let plan = Plan::active(&[a, b, c], body);
        let path = format!("{}/contributions", plan.path);
        let pledge = json!({"kind": "cash", "money": {"amount": "100", "currency": "SDG"}});
        let mut later = pledge.clone();
        later["pledged_on"] = json!("2199-01-01");
        c.contributor.post(&path, later).error("/pledged_on", "out-of-range").expect(422);
        let one = format!("{path}/{}", c.contributor.post(&path, pledge).expect(201).id());
        let cancel = || json!({"status": "cancelled"});
        a.contributor.patch(&one, cancel()).if_match("*").problem("forbidden").expect(403);
        plan.act(&c.coordinator, "withdraw", json!({"reason": ar("ضيق")})).expect(200);
        b.contributor.patch(&one, cancel()).if_match("*").problem("forbidden").expect(403);
        a.contributor.patch(&one, json!({"money": {"amount": "5", "currency": "SDG"}})).if_match("*").error("/status", "not-yours").expect(422);
        let outsider = organisation(&three.world.server, "جمعية الرهد", "rahad");
        let summary = outsider.viewer.get(&format!("{}/summary", plan.path)).expect(200).text();
        assert!(!summary.contains(&c.id.to_string()), "who left is not told by what it pledged: {summary}");
        plan.act(&a.coordinator, "complete", json!({})).expect(200);
        assert_eq!(a.contributor.patch(&one, cancel()).if_match("*").expect(200).json()["status"], "cancelled");
    }
}
