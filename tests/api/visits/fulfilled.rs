//! What a commitment brought forth is told by the right of its own kind, whoever sees the commitment.

use awasir::access::{Right, Rights, Role};
use awasir::commitments::fulfilment::{self, Stage};
use awasir::commitments::model::Fulfilment;
use awasir::journal::{Audience, Author, Thing};
use awasir::types::{AnyId, CommitmentId};
use uuid::Uuid;

use super::*;

/// A visit of A to B that was held, with as many things talked about; the visit and the commitments' ids.
fn talked(world: &World, many: usize) -> (Trip, Vec<String>) {
    let one = json!({"kind": "other", "strength": "called_for", "description": ar("دعوة")});
    let mut body = draft(world);
    body["commitments"] = vec![one; many].into();
    let trip = Trip::held(world, body);
    let ids = trip.seen_by(&world.a.viewer)["commitments"].as_array().unwrap().clone();
    (trip, ids.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect())
}

/// Something of this kind takes a commitment up, and is seen by an organisation; its id.
fn taken_up(world: &World, commitment: &str, kind: Fulfilment, by: &Organisation) -> Uuid {
    let thing = world.server.app.ids.uuid();
    let commitment = CommitmentId(commitment.parse().unwrap());
    let audience = [Audience::Organisation(by.id)];
    let write = world.server.app.database.write(Author::command("test"), move |w| {
        w.show_new_to(Thing { kind: kind.as_str(), id: thing }, &audience)?;
        fulfilment::move_on(w, commitment, kind.by(AnyId(thing)), None, Some(Stage::UnderWay))
    });
    actix_web::rt::System::new().block_on(write).unwrap();
    thing
}

/// `fulfilled_by` of a visit's only commitment, wherever it is told: the same everywhere.
#[track_caller]
fn told(client: &Client, trip: &Trip, commitment: &str) -> Value {
    let alone = client.get(&format!("/v1/commitments/{commitment}")).expect(200).json();
    assert_eq!(alone["status"], "in_progress");
    let everywhere = [
        trip.seen_by(client)["commitments"][0].clone(),
        client.get(&trip.below(&format!("commitments/{commitment}"))).expect(200).json(),
        client.get(&trip.below("commitments")).expect(200).data()[0].clone(),
        client.get("/v1/commitments").expect(200).data()[0].clone(),
        client.get(&format!("/v1/commitments?visit_id={}", id(&trip.path))).expect(200).data()[0].clone(),
    ];
    everywhere.into_iter().for_each(|one| assert_eq!(one, alone));
    alone["fulfilled_by"].clone()
}

fn id(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn only(rights: &[Right]) -> Rights {
    rights.iter().copied().collect()
}

on_both_engines! {
    fn a_donor_link_is_told_to_who_reads_donors(world: World) {
        let (trip, promises) = talked(&world, 1);
        let link = taken_up(&world, &promises[0], Fulfilment::DonorLink, &world.a);
        let named = json!({"type": "donor_link", "id": link});
        for role in [Role::Viewer, Role::Contributor] {
            assert_eq!(told(world.a.with(role), &trip, &promises[0]), Value::Null, "{role}");
        }
        for role in [Role::Coordinator, Role::Admin] {
            assert_eq!(told(world.a.with(role), &trip, &promises[0]), named, "{role}");
        }
        // The other party sees that something is under way, and not what.
        assert_eq!(told(&world.b.admin, &trip, &promises[0]), Value::Null);
        // A coordinator there and a viewer here reads donors there only.
        let both = crate::support::world::person(&world.server, "both@example.org", false);
        crate::support::world::join(&world.server, &both, world.a.id, Role::Viewer);
        crate::support::world::join(&world.server, &both, world.b.id, Role::Coordinator);
        assert_eq!(told(&both, &trip, &promises[0]), Value::Null);
        // What is written answers no more than what is read.
        let record = json!({"agenda": [{"kind": "tour", "title": ar("جولة")}]});
        let record = world.a.contributor.put(&trip.below("record"), record).if_match("*").expect(200);
        assert_eq!(record.json()["commitments"][0]["fulfilled_by"], Value::Null);
        let read = world.a.contributor.get(&format!("/v1/commitments/{}", promises[0])).expect(200).json();
        let same = world.a.contributor.patch(&format!("/v1/commitments/{}", promises[0]), read.clone());
        assert_eq!(same.if_match("*").expect(200).json(), read);
    }

    fn each_kind_by_its_own_right(world: World) {
        let (trip, promises) = talked(&world, 4);
        let rights = [
            (Fulfilment::Visit, Right::VisitsRead), (Fulfilment::Programme, Right::ProgrammesRead),
            (Fulfilment::DonorLink, Right::DonorsRead), (Fulfilment::Registration, Right::RegistrationsRead),
        ];
        assert_eq!(rights.len(), Fulfilment::ALL.len());
        let things: Vec<(Right, Value)> = rights.into_iter().zip(&promises).map(|((kind, right), promise)| {
            (right, json!({"type": kind.as_str(), "id": taken_up(&world, promise, kind, &world.a)}))
        }).collect();
        let told = |client: &Client| -> Vec<Value> {
            let all = trip.seen_by(client)["commitments"].as_array().unwrap().clone();
            all.iter().map(|one| one["fulfilled_by"].clone()).collect()
        };
        for (right, _) in &things {
            let client = world.a.admin.narrowed(only(&[Right::VisitsRead, *right]));
            let expected: Vec<Value> = things.iter()
                .map(|(of, thing)| if [Right::VisitsRead, *right].contains(of) { thing.clone() } else { Value::Null })
                .collect();
            assert_eq!(told(&client), expected, "{right:?}");
        }
        let all = things.iter().map(|(_, thing)| thing.clone()).collect::<Vec<_>>();
        assert_eq!(told(&world.a.admin), all);
    }

    fn what_is_read_as_null_is_not_told_to_have_changed(world: World) {
        let (trip, promises) = talked(&world, 1);
        let path = format!("/v1/commitments/{}", promises[0]);
        let below = trip.below(&format!("commitments/{}", promises[0]));
        let link = taken_up(&world, &promises[0], Fulfilment::DonorLink, &world.a);
        let narrowed = only(&[Right::VisitsRead, Right::VisitsWrite, Right::VisitsDecide]);
        let without = world.a.admin.narrowed(narrowed);
        let cases = [
            (&world.a.coordinator, true, json!(["fulfilled_by", "status"])), (&world.a.contributor, false, json!(["status"])),
            (&without, true, json!(["status"])), (&world.b.coordinator, true, json!(["status"])),
        ];
        for (client, decides, changed) in cases {
            let etag = client.get(&path).expect(200).etag();
            let commit = json!({"version": 1, "due_on": "2025-12-01"});
            let commit = decides.then(|| client.post(&format!("{path}/commit"), commit).send());
            let stale = [
                client.patch(&path, json!({"description": ar("آخر")})).version(1).send(),
                client.patch(&below, json!({"description": ar("آخر")})).version(1).send(),
                client.delete(&below).version(1).send(),
            ];
            for reply in stale.into_iter().chain(commit) {
                let reply = reply.problem("version-mismatch").expect(412);
                assert_eq!((&reply.json()["changed_fields"], reply.etag()), (&changed, etag.clone()));
                assert!(!reply.text().contains(&link.to_string()));
            }
        }
    }

    fn who_left_is_told_by_the_rights_of_now(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
        body["commitments"] = json!([{"kind": "other", "strength": "called_for", "description": ar("دعوة")}]);
        let trip = Trip::proposed(&world, body);
        let promise = trip.seen_by(&world.a.viewer)["commitments"][0]["id"].as_str().unwrap().to_owned();
        let link = taken_up(&world, &promise, Fulfilment::DonorLink, &c);
        let named = json!({"type": "donor_link", "id": link});
        let left = trip.act(&c.coordinator, "decline", json!({})).expect(200).json();
        assert_eq!(left["commitments"][0]["fulfilled_by"], named);
        assert_eq!(trip.seen_by(&c.admin), left);
        let narrowed = c.coordinator.narrowed(only(&[Right::VisitsRead, Right::VisitsDecide]));
        let again = trip.act(&narrowed, "decline", json!({})).expect(200).json();
        for seen in [again, trip.seen_by(&c.viewer), trip.seen_by(&narrowed)] {
            assert_eq!((&seen["commitments"][0]["fulfilled_by"], &seen["version"]), (&Value::Null, &left["version"]));
        }
    }

    fn a_programme_s_commitment_is_told_to_who_reads_visits(world: World) {
        use crate::programmes::{PROGRAMMES, Plan, draft as programme};
        let (_, promises) = talked(&world, 1);
        let plan = Plan::draft(&world.a, programme(&[(&world.a, "lead"), (&world.b, "media")]));
        let arises = json!({"arises_from_commitment_id": promises[0]});
        world.a.contributor.patch(&plan.path, arises).version(1).expect(200);
        let without = world.a.admin.narrowed(only(&[Right::ProgrammesRead, Right::ProgrammesWrite, Right::ProgrammesDecide]));
        for (client, sees, changed) in [
            (&world.a.coordinator, json!(promises[0]), json!(["arises_from_commitment_id"])),
            (&without, Value::Null, json!([])),
        ] {
            let listed = client.get(PROGRAMMES).expect(200).data()[0]["arises_from_commitment_id"].clone();
            assert_eq!((&plan.seen_by(client)["arises_from_commitment_id"], &listed), (&sees, &sees));
            let stale = [
                client.patch(&plan.path, json!({"title": ar("آخر")})).version(1).send(),
                client.delete(&plan.path).version(1).send(),
                plan.act(client, "withdraw-proposal", json!({"version": 1})),
            ];
            for reply in stale {
                let reply = reply.problem("version-mismatch").expect(412);
                assert_eq!((&reply.json()["changed_fields"], reply.etag()), (&changed, client.get(&plan.path).expect(200).etag()));
            }
        }
    }

    fn a_visit_s_names_are_not_told_to_have_changed(world: World) {
        let (first, promises) = talked(&world, 1);
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&c, "host")]);
        let trip = Trip::draft(&world, body);
        let names = json!({"returns_visit_id": id(&first.path), "arises_from_commitment_id": promises[0]});
        world.a.contributor.patch(&trip.path, names).version(1).expect(200);
        trip.act(&world.a.coordinator, "propose", json!({})).expect(200);
        let all = json!(["arises_from_commitment_id", "parties", "returns_visit_id", "state"]);
        for (client, changed) in [(&c.coordinator, json!(["parties", "state"])), (&world.a.coordinator, all)] {
            let stale = trip.act(client, "cancel", json!({"version": 1})).problem("version-mismatch").expect(412);
            assert_eq!(stale.json()["changed_fields"], changed);
        }
    }
}
