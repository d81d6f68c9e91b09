//! From a visit to the programme that grew from it, to the visit in return, and back.

use super::*;
use crate::programmes::{PROGRAMMES, Plan, Three, draft as terms};
use crate::support::world::Organisation;
use crate::visits::{Trip, draft_on, parties};

/// A visit of A to B with these kinds of commitments, concluded for these eyes; their ids.
fn promised(world: &World, kinds: &[&str], visibility: &str) -> (Trip, Vec<String>) {
    let mut body = draft_on(world, "2025-07-04");
    body["commitments"] = kinds
        .iter()
        .map(|kind| json!({"kind": kind, "strength": "agreed_in_principle", "description": ar("وعد")}))
        .collect();
    let trip = Trip::concluded(world, body, visibility);
    let seen = trip.seen_by(&world.a.viewer);
    let ids =
        seen["commitments"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
    (trip, ids.collect())
}

/// A programme of A and another that arises from a commitment, agreed.
fn grown(three: &Three, with: &Organisation, commitment: &str) -> Plan {
    let mut body = terms(&[(three.a(), "lead"), (with, "implementing")]);
    body["arises_from_commitment_id"] = json!(commitment);
    Plan::agreed(&[three.a(), with], body)
}

on_both_engines! {
    fn both_ways_from_each_end(three: Three) {
        let (a, b) = (three.a(), three.b());
        let (trip, ids) = promised(&three.world, &["joint_programme", "return_visit"], "parties");
        let plan = grown(&three, b, &ids[0]);
        let back = json!({
            "purposes": ["friendly"], "schedule": {"date": "2031-01-01"}, "title": ar("ردّ الزيارة"),
            "parties": parties(&[(a, "host"), (b, "visitor")]),
            "returns_visit_id": id_of(&trip.path), "arises_from_commitment_id": ids[1],
        });
        let back = b.coordinator.post("/v1/visits", back).expect(201).id();
        let (visit, programme) = (id_of(&trip.path), plan.id());
        // A draft is its own organisation's, in a trace too, and not counted for others.
        let seen = trace(&a.viewer, "visit", visit);
        assert!(!things(&seen).contains(&format!("visit {back}")));
        assert_eq!(seen["hidden"], 0);
        b.coordinator.post(&format!("/v1/visits/{back}/propose"), json!({})).expect(200);
        let all = set([
            format!("visit {visit}"), format!("visit {back}"), format!("programme {programme}"),
            format!("commitment {}", ids[0]), format!("commitment {}", ids[1]),
        ]);
        let stand = set([
            format!("commitment {} agreed_in visit {visit}", ids[0]),
            format!("commitment {} agreed_in visit {visit}", ids[1]),
            format!("programme {programme} arises_from commitment {}", ids[0]),
            format!("programme {programme} fulfils commitment {}", ids[0]),
            format!("visit {back} arises_from commitment {}", ids[1]),
            format!("visit {back} fulfils commitment {}", ids[1]),
            format!("visit {back} returns visit {visit}"),
        ]);
        let from = [
            ("visit", visit), ("visit", back.as_str()), ("programme", programme),
            ("commitment", ids[0].as_str()), ("commitment", ids[1].as_str()),
        ];
        for client in [&a.viewer, &b.coordinator] {
            for (kind, id) in from {
                let seen = trace(client, kind, id);
                assert_eq!((things(&seen), relations(&seen)), (all.clone(), stand.clone()), "{kind}");
                assert_eq!(seen["root"], json!({"type": kind, "id": id}));
                assert_eq!(seen["nodes"][0]["id"], *id, "the nearest first");
                assert_eq!((&seen["hidden"], &seen["truncated"]), (&json!(0), &json!(false)));
            }
        }
    }

    fn what_each_thing_says_of_itself(three: Three) {
        let (a, b) = (three.a(), three.b());
        let (trip, ids) = promised(&three.world, &["joint_programme"], "parties");
        let plan = grown(&three, b, &ids[0]);
        let seen = trace(&a.viewer, "visit", id_of(&trip.path));
        let (a, b) = (a.id.to_string(), b.id.to_string());
        let told = |id: &str| {
            let node = node(&seen, id);
            let rest = ["title", "state", "date"].map(|name| node[name].clone());
            (rest, organisations(node).into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        let day = json!("2025-07-04");
        let visit = told(id_of(&trip.path));
        assert_eq!(visit, ([ar("زيارة ودية"), json!("concluded"), day], vec![a.clone(), b.clone()]));
        assert_eq!(told(&ids[0]), ([ar("وعد"), json!("in_progress"), Value::Null], vec![]));
        let programme = told(plan.id());
        assert_eq!(programme, ([ar("برنامج التعليم والصحة"), json!("agreed"), json!("2025-01-01")], vec![a, b]));
        assert_eq!(node(&seen, id_of(&trip.path))["organisations"][0]["name"]["ar"], "جمعية الوادي");
    }

    /// C shares the programme, and was no party of the visit that it grew from; B the other way round.
    fn what_is_not_seen_is_counted(three: Three) {
        let (b, c) = (three.b(), &three.c);
        let (trip, ids) = promised(&three.world, &["joint_programme"], "parties");
        let plan = grown(&three, c, &ids[0]);
        let from_programme = trace(&c.viewer, "programme", plan.id());
        assert_eq!(things(&from_programme), set([format!("programme {}", plan.id())]));
        assert_eq!((relations(&from_programme).len(), &from_programme["hidden"]), (0, &json!(1)));
        let from_visit = trace(&b.viewer, "visit", id_of(&trip.path));
        assert_eq!(things(&from_visit), set([format!("visit {}", id_of(&trip.path)), format!("commitment {}", ids[0])]));
        assert_eq!(from_visit["hidden"], 1);
        for id in [id_of(&trip.path), &ids[0]] {
            assert!(!from_programme.to_string().contains(id), "never which");
        }
        assert!(!from_visit.to_string().contains(plan.id()));
        // Whose draft it is sees it; nobody else is told that there is one.
        let mut body = terms(&[(b, "lead"), (c, "media")]);
        let (other, ids) = promised(&three.world, &["joint_programme"], "network");
        body["arises_from_commitment_id"] = json!(ids[0]);
        let id = b.contributor.post(PROGRAMMES, body).expect(201).id();
        let counted = |client: &Client| trace(client, "visit", id_of(&other.path))["hidden"].clone();
        assert!(things(&trace(&b.viewer, "commitment", &ids[0])).contains(&format!("programme {id}")));
        assert_eq!([counted(&three.a().viewer), counted(&c.viewer)], [json!(0), json!(0)]);
    }

    fn of_what_is_not_seen_there_is_none(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let (trip, ids) = promised(&three.world, &["joint_programme"], "parties");
        let none = three.world.server.app.ids.uuid().to_string();
        for client in [&c.admin, &a.admin] {
            let id = if std::ptr::eq(client, &a.admin) { none.as_str() } else { id_of(&trip.path) };
            client.get(&format!("/v1/trace/visit/{id}")).problem("not-found").expect(404);
        }
        c.admin.get(&format!("/v1/trace/commitment/{}", ids[0])).problem("not-found").expect(404);
        // A thing of another kind, a kind that there is not, an id that is none.
        for path in [format!("programme/{}", id_of(&trip.path)), format!("donor/{none}"), "visit/1".to_owned()] {
            a.admin.get(&format!("/v1/trace/{path}")).problem("not-found").expect(404);
        }
        three.world.network_admin.get(&format!("/v1/trace/visit/{}", id_of(&trip.path))).problem("forbidden").expect(403);
        three.world.stranger.get(&format!("/v1/trace/visit/{}", id_of(&trip.path))).problem("unauthenticated").expect(401);
    }
}
