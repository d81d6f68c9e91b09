//! Many at once: no pledge is overdrawn, no sum is lost.

use super::*;
use crate::races::{at_once_by, tally};

const CLIENTS: usize = 32;

on_both_engines! {
    /// Thirty-two record a tenth each: ten fit, and the sum is exact.
    fn a_pledge_is_not_overdrawn(three: Three) {
        let (a, b) = (three.a(), three.b());
        let clients = [&b.coordinator, &b.admin];
        clients.iter().for_each(|client| drop(client.token()));
        let link = Link::introduced(&three);
        for _ in 0..2 {
            let pledge = link.pledge(&a.coordinator, money("1000", "SDG"));
            let body = with(money("100", "SDG"), json!({"pledge_id": id_of(&pledge)}));
            let replies = at_once_by(CLIENTS, |n| link.try_receive(clients[n % 2], body.clone()));
            let tally = tally(&replies);
            assert_eq!((tally.get("201"), tally.get("409 pledge-exceeded")), (Some(&10), Some(&22)), "{tally:?}");
            let seen = a.coordinator.get(&pledge).expect(200).json();
            assert_eq!((&seen["status"], &seen["counted_money"]["amount"]), (&json!("fulfilled"), &json!("1000.00")));
        }
    }

    /// Recorded, taken back, cancelled, ended at once: what is left adds up, whatever came first.
    fn sums_are_exact(three: Three) {
        let (a, b) = (three.a(), three.b());
        [&a.coordinator, &b.coordinator, &b.admin].iter().for_each(|client| drop(client.token()));
        let body = offer(&three);
        let link = Link::made(&a.coordinator, body.clone());
        link.act(&b.coordinator, "accept", json!({})).expect(200);
        link.act(&a.coordinator, "introduce", json!({})).expect(200);
        let pledge = link.pledge(&a.coordinator, money("1000", "SDG"));
        let first = link.receive(&b.coordinator, with(money("50", "SDG"), json!({"pledge_id": id_of(&pledge)})));
        let against = with(money("30", "SDG"), json!({"pledge_id": id_of(&pledge)}));
        let replies = at_once_by(CLIENTS, |n| match n % 4 {
            0 => link.take_back(&b.admin, &first),
            1 => link.try_receive(&b.coordinator, money("7", "SDG")),
            _ => link.try_receive(&b.coordinator, against.clone()),
        });
        let of = |kind: usize, status: u16| {
            replies.iter().enumerate().filter(|(n, reply)| (n % 4).min(2) == kind && reply.status == status).count()
        };
        assert_eq!((of(0, 201), of(0, 409)), (1, 7), "{:?}", tally(&replies));
        assert_eq!((of(1, 201), of(2, 201)), (8, 16), "{:?}", tally(&replies));
        let seen = a.coordinator.get(&pledge).expect(200).json();
        assert_eq!(seen["counted_money"]["amount"], format!("{}.00", 16 * 30));
        let project = b.coordinator.get(&format!("/v1/projects/{}", body["project_id"].as_str().unwrap())).expect(200).json();
        assert_eq!(project["received"], json!([{"amount": format!("{}.00", 16 * 30 + 8 * 7), "currency": "SDG"}]));
        // The end and what comes: nothing comes after it, and no pledge stays open.
        let replies = at_once_by(CLIENTS, |n| match n % 4 {
            0 => link.act(&a.coordinator, "end", json!({"reason": ar("انقطع")})),
            1 => b.admin.post(&link.below("pledges"), with(money("5", "SDG"), json!({"pledged_on": "2026-01-01"}))).send(),
            _ => link.try_receive(&b.coordinator, against.clone()),
        });
        let known = |kind: &String| ["200", "201", "409 state-conflict", "409 pledge-exceeded"].contains(&kind.as_str());
        assert!(tally(&replies).keys().all(known), "{:?}", tally(&replies));
        assert_eq!(link.stage(&a.coordinator), "ended");
        for pledge in a.coordinator.get(&link.below("pledges")).expect(200).data() {
            assert_ne!(pledge["status"], "open");
        }
    }

    /// A donor offered and removed at once: it is one or the other, said in words.
    fn offered_or_removed(three: Three) {
        let (a, b) = (three.a(), three.b());
        [&a.coordinator, &a.admin].iter().for_each(|client| drop(client.token()));
        let project = project(b);
        let (mut offered, mut removed) = (0, 0);
        for _ in 0..8 {
            let id = donor(a, secret());
            let path = format!("/v1/donors/{id}");
            let body = json!({"donor_id": id, "beneficiary_organisation_id": b.id, "project_id": project});
            let replies = at_once_by(16, |n| match n % 8 {
                3 => a.admin.delete(&path).if_match("*").send(),
                _ => a.coordinator.post(LINKS, body.clone()).send(),
            });
            let tally = tally(&replies);
            let known = ["201", "204", "404 not-found", "409 in-use", "422 validation-failed"];
            assert!(tally.keys().all(|kind| known.contains(&kind.as_str())), "{tally:?}");
            let (links, gone) = (tally.contains_key("201"), tally.contains_key("204"));
            assert!(links != gone, "{tally:?}");
            a.coordinator.get(&path).expect(if gone { 404 } else { 200 });
            offered += usize::from(links);
            removed += usize::from(gone);
        }
        assert_eq!(offered + removed, 8);
    }

    /// Both sides answer at once: one edge is taken.
    fn one_way_out(three: Three) {
        let b = three.b();
        [&b.coordinator, &b.admin].iter().for_each(|client| drop(client.token()));
        for _ in 0..3 {
            let link = Link::offered(&three);
            let replies = at_once_by(16, |n| {
                let (client, action) = [(&b.coordinator, "accept"), (&b.admin, "decline")][n % 2];
                link.act(client, action, json!({}))
            });
            let tally = tally(&replies);
            assert_eq!((tally.get("200"), tally.get("409 state-conflict")), (Some(&8), Some(&8)), "{tally:?}");
        }
    }
}
