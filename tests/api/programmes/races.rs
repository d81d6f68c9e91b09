//! Signing while the terms change: nobody is ever bound by what they did not sign.

use super::*;
use crate::races::{at_once_by, tally};

const ROUNDS: usize = 100;
const CLIENTS: usize = 16;

on_both_engines! {
    /// Two partners sign what they have read while a third changes the terms, a hundred times.
    fn never_agreed_on_what_somebody_did_not_sign(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        for client in [&a.coordinator, &a.admin, &b.admin, &c.admin] {
            client.token();
        }
        let (mut agreed, mut changed) = (0, 0);
        for round in 0..ROUNDS {
            let plan = Plan::proposed(a, draft(&[(a, "lead"), (b, "implementing"), (c, "funding")]));
            plan.sign(&a.admin).expect(200);
            // Who is told that the terms changed reads them and signs once more.
            let sign = |client: &Client| {
                let reply = plan.sign(client);
                if reply.status == 409 { plan.sign(client) } else { reply }
            };
            let changers = 1 + round % 4;
            let replies = at_once_by(CLIENTS, |n| match n % 3 {
                _ if n < changers => {
                    let title = json!({"title": ar(&format!("صيغة {round} {n}"))});
                    a.coordinator.patch(&plan.path, title).if_match("*").send()
                }
                0 => sign(&b.admin),
                1 => sign(&c.admin),
                _ => sign(&a.admin),
            });
            let tally = tally(&replies);
            let known = |kind: &String| ["200", "409 terms-changed", "409 state-conflict"].contains(&kind.as_str());
            assert!(tally.keys().all(known), "{tally:?}");
            let seen = plan.seen_by(&a.viewer);
            let signatures = seen["signatures"].as_array().unwrap();
            for signature in signatures {
                assert_eq!((&signature["revision"], &signature["digest"]), (&seen["terms_revision"], &seen["terms_digest"]));
            }
            changed += usize::from(seen["terms_revision"] != 1);
            if seen["state"] == "agreed" {
                agreed += 1;
                assert_eq!(signatures.len(), 3, "{seen}");
                let terms = a.viewer.get(&format!("{}/terms", plan.path)).expect(200).json();
                assert_eq!((&terms["terms"]["title"], &terms["digest"]), (&seen["title"], &seen["terms_digest"]));
            } else {
                assert!(seen["state"] == "proposed" && signatures.len() < 3, "{seen}");
            }
        }
        assert!(agreed > 0 && changed > 0, "{agreed} agreed, {changed} changed");
    }

    /// An amendment comes into force once, whoever signs last.
    fn an_amendment_comes_into_force_once(three: Three) {
        let (a, b) = (three.a(), three.b());
        let plan = Plan::active(&[a, b], three.draft());
        plan.act(&a.coordinator, "amend", json!({"title": ar("صيغة ثانية")})).expect(200);
        let replies = at_once_by(CLIENTS, |n| match n % 3 {
            0 => plan.sign(&a.admin),
            1 => plan.sign(&b.admin),
            _ => plan.act(&b.coordinator, "decline-amendment", json!({})),
        });
        let seen = plan.seen_by(&a.viewer);
        assert_eq!(seen["pending_amendment"], Value::Null, "{:?}", tally(&replies));
        let amended = seen["title"] == ar("صيغة ثانية");
        let terms = a.viewer.get(&format!("{}/terms/2", plan.path)).expect(200).json();
        assert_eq!(amended, terms["in_force_at"].is_string());
        assert_eq!(amended, terms["dropped_at"].is_null());
        assert_eq!(seen["terms_revision"], if amended { 2 } else { 1 });
        if amended {
            assert_eq!(terms["signatures"].as_array().unwrap().len(), 2);
        }
    }

    /// A partner is suspended while it signs: its signature is from before, or there is none.
    fn suspended_while_it_signs(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        for _ in 0..8 {
            let plan = Plan::proposed(a, draft(&[(a, "lead"), (b, "implementing"), (c, "funding")]));
            plan.sign(&a.admin).expect(200);
            plan.sign(&b.admin).expect(200);
            let terms = plan.to_sign(&c.admin);
            let signed = std::thread::scope(|scope| {
                let signing = scope.spawn(|| plan.act(&c.admin, "sign", terms));
                three.decide(c, "suspend");
                signing.join().unwrap()
            });
            let seen = plan.seen_by(&a.viewer);
            assert_eq!(seen["state"], "agreed", "{signed}");
            let signatures = seen["signatures"].as_array().unwrap().len();
            assert_eq!(signatures, if signed.status == 200 { 3 } else { 2 }, "{signed}");
            three.decide(c, "reinstate");
        }
    }
}
