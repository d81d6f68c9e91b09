//! A dossier that arises from a commitment of a visit: help that was promised.

use super::*;
use crate::visits::{Trip, draft as visit};

/// A visit of A to B with a promise of help, concluded; the commitment's path.
fn promised(world: &World) -> String {
    let mut body = visit(world);
    body["commitments"] = json!([{"kind": "registration_support", "strength": "agreed_in_principle", "description": ar("مساعدة في التسجيل"),
        "responsible_organisation_ids": [world.b.id]}]);
    let trip = Trip::concluded(world, body, "parties");
    let id = trip.seen_by(&world.a.viewer)["commitments"][0]["id"].as_str().unwrap().to_owned();
    format!("/v1/commitments/{id}")
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn arising(commitment: &str) -> Value {
    let mut new = body();
    new["arises_from_commitment_id"] = json!(id(commitment));
    new
}

/// How far the commitment has come, and by what, as an organisation sees it.
fn told(by: &Organisation, commitment: &str) -> (String, Value) {
    let seen = by.admin.get(commitment).expect(200).json();
    (seen["status"].as_str().unwrap().to_owned(), seen["fulfilled_by"].clone())
}

on_both_engines! {
    fn it_moves_the_commitment_along(three: Three) {
        let (a, b, c) = (three.a(), three.b(), &three.c);
        let commitment = promised(&three.world);
        let dossier = Dossier::begun(a, arising(&commitment));
        dossier.share(a, b);
        dossier.share(a, c);
        let by = json!({"type": "registration", "id": dossier.id()});
        let open = ("open".to_owned(), Value::Null);
        assert_eq!(told(a, &commitment), open, "in preparation nothing");
        assert_eq!(dossier.seen_by(&b.admin)["arises_from_commitment_id"], id(&commitment));
        assert_eq!(dossier.seen_by(&c.admin)["arises_from_commitment_id"], Value::Null, "C was no party of the visit");
        let act = |action: &str, body: Value| dossier.act(&a.admin, action, body).expect(200);
        act("submit", json!({}));
        assert_eq!(told(a, &commitment), ("in_progress".to_owned(), by.clone()));
        assert_eq!(told(b, &commitment), ("in_progress".to_owned(), by.clone()), "who helps sees by what");
        act("review", json!({}));
        // A second one meanwhile.
        let second = Dossier::begun(a, arising(&commitment));
        second.act(&a.admin, "submit", json!({})).problem("commitment-taken").expect(409);
        assert_eq!(second.status(&a.admin), "preparing");
        act("reject", json!({"reason": ar("نقص")}));
        assert_eq!(told(a, &commitment), open);
        // The other takes it up, and is called off; then the first comes to its end.
        second.act(&a.admin, "submit", json!({})).expect(200);
        act("reopen", json!({}));
        dossier.act(&a.admin, "submit", json!({})).problem("commitment-taken").expect(409);
        second.act(&a.admin, "cancel", json!({})).expect(200);
        assert_eq!(told(a, &commitment), open);
        for action in ["submit", "review", "register"] {
            act(action, json!({}));
        }
        let done = ("done".to_owned(), by);
        assert_eq!(told(a, &commitment), done);
        for (action, body) in [("suspend", json!({})), ("reinstate", json!({})), ("renew", json!({"expires_on": day(&three.world, 90)}))] {
            act(action, body);
            assert_eq!(told(a, &commitment), done, "{action}");
        }
    }

    fn only_of_a_visit_of_one_s_own(three: Three) {
        let (a, c) = (three.a(), &three.c);
        let commitment = promised(&three.world);
        let post = |body: Value| c.admin.post(&c.path("/registrations"), body);
        post(arising(&commitment)).error("/arises_from_commitment_id", "unknown-reference").expect(422);
        post(arising(&three.world.server.app.ids.uuid().to_string())).error("/arises_from_commitment_id", "unknown-reference").expect(422);
        let change = json!({"arises_from_commitment_id": id(&commitment)});
        let foreign = Dossier::begun(c, body());
        c.admin.patch(&foreign.path, change.clone()).if_match("*").error("/arises_from_commitment_id", "unknown-reference").expect(422);
        let own = Dossier::begun(a, body());
        let seen = a.admin.patch(&own.path, change.clone()).if_match("*").expect(200).json();
        assert_eq!(seen["arises_from_commitment_id"], id(&commitment));
        own.act(&a.admin, "submit", json!({})).expect(200);
        let none = json!({"arises_from_commitment_id": null});
        a.admin.patch(&own.path, none).if_match("*").problem("state-conflict").expect(409);
        // Who may not read visits loses nothing by sending back what it was given.
        let narrowed = a.admin.narrowed([awasir::access::Right::RegistrationsRead, awasir::access::Right::RegistrationsWrite].into_iter().collect());
        let seen = narrowed.get(&own.path).expect(200).json();
        assert_eq!(seen["arises_from_commitment_id"], Value::Null);
        narrowed.patch(&own.path, seen).if_match("*").expect(200);
        narrowed.patch(&own.path, json!({"number": "5"})).if_match("*").expect(200);
        assert_eq!(own.seen_by(&a.admin)["arises_from_commitment_id"], id(&commitment));
    }

    /// Two dossiers of one promise, at once: one of them takes it.
    fn one_takes_it(three: Three) {
        let a = three.a();
        a.admin.token();
        let commitment = promised(&three.world);
        let dossiers: Vec<Dossier> = (0..8).map(|_| Dossier::begun(a, arising(&commitment))).collect();
        let replies = crate::races::at_once_by(8, |n| dossiers[n].act(&a.admin, "submit", json!({})));
        let tally = crate::races::tally(&replies);
        assert_eq!((tally["200"], tally["409 commitment-taken"]), (1, 7), "{tally:?}");
        let taker = dossiers.iter().find(|one| one.status(&a.admin) == "submitted").unwrap();
        assert_eq!(told(a, &commitment).1["id"], taker.id());
    }

    /// Who is suspended sees its own visits, and not what it helped with: by no way that leads there.
    fn a_suspended_helper_is_told_by_nothing(three: Three) {
        let (a, b) = (three.a(), three.b());
        let commitment = promised(&three.world);
        let dossier = Dossier::begun(a, arising(&commitment));
        dossier.share(a, b);
        dossier.act(&a.admin, "submit", json!({})).expect(200);
        let trace = format!("/v1/trace/registration/{}", dossier.id());
        let sees = |seen: bool| {
            assert_eq!(told(b, &commitment).1["id"], if seen { json!(dossier.id()) } else { Value::Null });
            b.admin.get(&trace).expect(if seen { 200 } else { 404 });
            assert_eq!(listed(b, "").len(), usize::from(seen));
            let seen = if seen { 200 } else { 404 };
            b.admin.get(&dossier.path).expect(seen);
            b.admin.get(&dossier.below("notes")).expect(seen);
        };
        sees(true);
        three.decide(b, "suspend");
        sees(false);
        // What its owner does meanwhile does not show it again.
        dossier.act(&a.admin, "review", json!({})).expect(200);
        sees(false);
        three.decide(b, "reinstate");
        sees(true);
        a.admin.delete(&dossier.below(&format!("shares/{}", b.id))).expect(204);
        sees(false);
    }
}
