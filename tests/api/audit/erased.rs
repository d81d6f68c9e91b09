//! Each lawful erasure is in the journal, and the chain holds.

use awasir::access::Role;
use awasir::journal::{Erasure, reader};
use awasir::types::{AnyId, parse_uuid};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::gone::assert_accounts;
use super::*;
use crate::donors;
use crate::support::world::{join, person};
use crate::visits::{Trip, draft};

const EMAIL: &str = "gone@unrepeated.example";

/// Somebody who was invited, accepted and leaves for good.
fn invited(world: &World) -> Client {
    let invite = json!({"role": "viewer", "email": EMAIL, "name": ar("راحلة")});
    let open = world.a.admin.post(&world.a.path("/invitations"), invite).expect(201).json();
    let accept = json!({"token": open["token"], "password": "نخيل على ضفة النيل"});
    let accepted = world.stranger.post("/v1/auth/invitations/accept", accept).expect(200).json();
    world.stranger.with_token(accepted["access_token"].as_str().unwrap())
}

fn member(world: &World) -> (String, String) {
    let body = json!({"name": ar("كباشي"), "honorific": ar("الفكي")});
    let id = world.a.admin.post(&world.a.path("/members"), body).expect(201).id();
    let erase = world.a.path(&format!("/members/{id}/erase"));
    (id, erase)
}

/// A member who was a delegate: taken off one visit, somebody else on another. Neither row says anything of them any more.
fn delegate(world: &World) {
    let (id, erase) = member(world);
    let body = json!({"organisation_id": world.a.id, "side": "visitor", "member_id": id, "introduced_as": ar("سيّد الكلمة")});
    let trip = Trip::draft(world, draft(world));
    let by = &world.a.contributor;
    let removed = by.post(&trip.below("delegates"), body.clone()).expect(201).id();
    by.delete(&trip.below(&format!("delegates/{removed}"))).if_match("*").expect(204);
    let another = by.post(&trip.below("delegates"), body).expect(201).id();
    let patch = json!({"member_id": null, "name": ar("آخر"), "introduced_as": null});
    by.patch(&trip.below(&format!("delegates/{another}")), patch).if_match("*").expect(200);
    let before = trip.seen_by(&world.a.viewer);
    for _ in 0..2 {
        world.a.admin.post(&erase, json!({})).expect(200);
    }
    for (delegate, before) in [(&removed, "visit.delegate.deleted"), (&another, "visit.delegate.changed")] {
        let expected = ["visit.delegate.created", before, "visit.delegate.erased"];
        assert_eq!(world.server.actions_on(delegate), expected, "once, and by an entry of its own");
        let journal = world.server.journal();
        let last = journal.iter().rfind(|entry| entry.thing_id.0.to_string() == *delegate).unwrap();
        let fields = last.digests.get().unwrap();
        assert_eq!(
            (last.thing_version, &fields["name"], &fields["introduced_as"]),
            (2, &Value::Null, &Value::Null)
        );
    }
    assert_eq!(trip.seen_by(&world.a.viewer), before, "the visit is as it was");
    let deleted = |id: &str| {
        let id = AnyId(parse_uuid(id).unwrap());
        world.server.look(|db| reader::is_deleted(db, id).unwrap())
    };
    assert_eq!((deleted(&removed), deleted(&another)), (true, false));
}

/// Does it by the API.
fn erase(world: &World, erasure: Erasure) {
    let by = &world.a.coordinator;
    match erasure {
        Erasure::Member => {
            world.a.admin.post(&member(world).1, json!({})).expect(200);
        }
        Erasure::User => {
            let gone = person(&world.server, "left@example.org", false);
            join(&world.server, &gone, world.b.id, Role::Contributor);
            gone.patch("/v1/me", json!({"name": ar("الراحل")})).if_match("*").expect(200);
            gone.post("/v1/communities", json!({"name": ar("قرية"), "country": "SD"})).expect(201);
            gone.delete("/v1/me").if_match("*").expect(204);
        }
        Erasure::Invitation => {
            invited(world).delete("/v1/me").if_match("*").expect(204);
        }
        Erasure::Delegate => delegate(world),
        Erasure::Applicant => {
            let gone = invited(world);
            let applied = json!({"name": ar("لجنة الحي"), "legal_form": "committee", "sectors": ["health"],
                "applicant": {"name": ar("راحلة"), "email": EMAIL}});
            world.stranger.post("/v1/organisations", applied).expect(201);
            gone.delete("/v1/me").if_match("*").expect(204);
        }
        Erasure::DonorHidden => {
            let path = donors::enter(by, donors::known());
            by.patch(&path, json!({"name": ar("النخلة")})).version(1).expect(200);
            by.patch(&path, json!({"visibility": "owner"})).version(2).expect(200);
            let id = path.rsplit('/').next().unwrap().to_owned();
            assert_eq!(world.server.actions_on(&id), ["donor.created", "donor.changed", "donor.hidden"]);
            // Shown and hidden anew.
            by.patch(&path, json!({"visibility": "network"})).version(3).expect(200);
            by.patch(&path, json!({"name": ar("النخلتان")})).version(4).expect(200);
            by.patch(&path, json!({"visibility": "owner"})).version(5).expect(200);
        }
        Erasure::DonorDeleted => {
            let path = donors::enter(by, donors::known());
            by.patch(&path, json!({"kind": "family", "interests": null})).version(1).expect(200);
            by.delete(&path).version(2).expect(204);
        }
    }
}

on_both_engines! {
    fn each_is_accounted_for(world: World) {
        for &erasure in Erasure::ALL {
            erase(&world, erasure);
            sealed(&world.server);
            assert_accounts(&world.server, erasure);
        }
        // What is said of a donor is its organisation's, and the network's admin has no part in it.
        for (client, told) in [(&world.a.admin, 2), (&world.b.admin, 0), (&world.network_admin, 0)] {
            assert_eq!(all(client, "action=donor.hidden").len(), told);
        }
        let seen: std::collections::BTreeSet<String> = world.server.journal().into_iter().map(|entry| entry.action).collect();
        let erasing = |action: &&String| action.contains("erased") && action.as_str() != "programme.signature_erased";
        for action in seen.iter().filter(erasing) {
            assert!(Erasure::of_action(action).is_some(), "{action} is in no table");
        }
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// On PostgreSQL entries are in the order of their transactions' ids. An erasure that has begun and waits for a lock sees what
/// a transaction of a higher id commits meanwhile, and erases it: its entry comes after that all the same.
#[test]
fn what_is_committed_while_an_erasure_waits_comes_before_it() {
    if !postgres::is_there("audit::erased::what_is_committed_while_an_erasure_waits_comes_before_it") {
        return;
    }
    let world = World::start(Engine::Postgres);
    let gone = person(&world.server, EMAIL, false);
    let id = join(&world.server, &gone, world.a.id, Role::Contributor);
    let trip = Trip::draft(&world, draft(&world));
    let body = json!({"organisation_id": world.a.id, "side": "visitor", "member_id": id});
    world.a.contributor.post(&trip.below("delegates"), body).expect(201);
    gone.token();
    let mut held = world.server.place.connect();
    held.batch_execute("begin; select 1 from visits for update").unwrap();
    let village = std::thread::scope(|scope| {
        let leaving = scope.spawn(|| gone.delete("/v1/me").if_match("*").send());
        let waiting = "select count(*) as count from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        eventually("the erasure waits for the visit", Duration::from_secs(2), || {
            world.server.look(|db| diesel::sql_query(waiting).get_result::<Count>(db).unwrap().count > 0)
        });
        let village =
            gone.post("/v1/communities", json!({"name": ar("قرية"), "country": "SD"})).expect(201).id();
        held.batch_execute("rollback").unwrap();
        leaving.join().unwrap().expect(204);
        village
    });
    sealed(&world.server);
    let journal = world.server.journal();
    let of = |action: &str| journal.iter().find(|entry| entry.action == action).unwrap();
    let made = of("community.created");
    assert_eq!(made.thing_id.0.to_string(), village);
    let (ended, erased) = (of("member.ended").seq, of("user.erased").seq);
    assert!(ended < made.seq && made.seq < erased, "{ended:?} {:?} {erased:?}", made.seq);
    assert_accounts(&world.server, Erasure::User);
}
