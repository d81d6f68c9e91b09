//! Reciprocity: what counts for whom, whose turn it is, and that it is nobody else's to see.

use awasir::access::Role;
use awasir::db::schema::visit_parties;
use awasir::types::{Json, OrganisationId, VisitId};
use diesel::prelude::*;

use crate::support::world::Organisation;
use crate::support::*;
use crate::visits::{Trip, parties};

fn visit(list: &[(&Organisation, &str)], date: &str) -> Value {
    json!({"purposes": ["friendly"], "schedule": {"date": date}, "parties": parties(list)})
}

/// A visit that took place between A and B, drawn up by A, recorded by A.
fn held(world: &World, date: &str, a_side: &str) -> String {
    let b_side = if a_side == "visitor" { "host" } else { "visitor" };
    id(&Trip::held(world, visit(&[(&world.a, a_side), (&world.b, b_side)], date)))
}

fn id(trip: &Trip) -> String {
    trip.path.rsplit('/').next().unwrap().to_owned()
}

fn another(world: &World, name: &str) -> Organisation {
    crate::support::world::organisation(&world.server, name, &uuid::Uuid::new_v4().to_string())
}

#[track_caller]
fn account(organisation: &Organisation) -> Vec<Value> {
    organisation.viewer.get(&organisation.path("/reciprocity")).expect(200).data()
}

/// What an account says of another organisation: made, received, turn.
#[track_caller]
fn with(organisation: &Organisation, other: &Organisation) -> Option<(i64, i64, String)> {
    let rows = account(organisation);
    let row = rows.iter().find(|row| row["organisation_id"] == other.id.to_string())?;
    let number = |name: &str| row[name].as_i64().unwrap();
    Some((number("made"), number("received"), row["turn"].as_str().unwrap().to_owned()))
}

fn says(made: i64, received: i64, turn: &str) -> Option<(i64, i64, String)> {
    Some((made, received, turn.to_owned()))
}

fn decide(world: &World, organisation: &Organisation, action: &str) {
    let body = json!({"reason": ar("سبب")});
    world.network_admin.post(&organisation.path(&format!("/{action}")), body).expect(200);
    for role in Role::ALL {
        organisation.with(*role).renew();
    }
}

fn object(world: &World, trip: &Trip, party: OrganisationId, objects: bool) {
    let visit: VisitId = serde_json::from_value(json!(id(trip))).unwrap();
    let objection: Json<Value> =
        Json::new(&json!({"reason": ar("لم تتم"), "at": "2025-07-05T10:00:00Z"})).unwrap();
    world.server.look(|db| {
        diesel::update(visit_parties::table.find((visit, party)))
            .set(visit_parties::objection.eq(objects.then_some(objection)))
            .execute(db)
            .unwrap()
    });
}

on_both_engines! {
    fn made_received_and_whose_turn(world: World) {
        assert!(account(&world.a).is_empty());
        // What has not taken place, or not yet, doesn't count.
        let coming = Trip::accepted(&world, visit(&[(&world.a, "visitor"), (&world.b, "host")], "2025-01-02"));
        Trip::proposed(&world, visit(&[(&world.a, "visitor"), (&world.b, "host")], "2025-01-02"));
        Trip::draft(&world, visit(&[(&world.a, "visitor"), (&world.b, "host")], "2025-01-02"));
        assert!(account(&world.a).is_empty() && account(&world.b).is_empty());
        let first = held(&world, "2025-03-01", "visitor");
        assert_eq!(account(&world.a), [json!({
            "organisation_id": world.b.id, "organisation_name": {"ar": "جمعية النيل", "en": "nile"}, "made": 1, "received": 0,
            "last_made": {"visit_id": first, "held_on": "2025-03-01"}, "last_received": null, "turn": "theirs",
        })]);
        assert_eq!(account(&world.b), [json!({
            "organisation_id": world.a.id, "organisation_name": {"ar": "جمعية الوادي", "en": "wadi"}, "made": 0, "received": 1,
            "last_made": null, "last_received": {"visit_id": first, "held_on": "2025-03-01"}, "turn": "ours",
        })]);
        let returned = held(&world, "2025-02-01", "host");
        assert_eq!(with(&world.a, &world.b), says(1, 1, "even"));
        // The last is the last that was held, not the last that was drawn up; of one day the one drawn up last.
        held(&world, "2024-06-01", "visitor");
        held(&world, "2025-02-01", "host");
        let returned_again = held(&world, "2025-02-01", "host");
        let row = account(&world.a).remove(0);
        assert_eq!(row["last_made"], json!({"visit_id": first, "held_on": "2025-03-01"}));
        assert_eq!(row["last_received"], json!({"visit_id": returned_again, "held_on": "2025-02-01"}));
        assert_ne!(returned, returned_again);
        assert_eq!((with(&world.a, &world.b), with(&world.b, &world.a)), (says(2, 3, "ours"), says(3, 2, "theirs")));
        // Later states count as well.
        coming.act(&world.b.coordinator, "hold", json!({"held_on": "2025-01-03"})).expect(200);
        let report = json!({"summary": ar("تمت")});
        coming.act(&world.a.coordinator, "submit-report", report).expect(200);
        assert_eq!(with(&world.a, &world.b), says(3, 3, "even"));
        coming.consent(&world.b.coordinator, "approve-report").expect(200);
        assert_eq!(with(&world.b, &world.a), says(3, 3, "even"));
    }

    fn of_three_sides_each_visitor_with_each_host(world: World) {
        let (c, d) = (another(&world, "جمعية الجزيرة"), another(&world, "جمعية سنار"));
        let all = [(&world.a, "visitor"), (&c, "visitor"), (&world.b, "host"), (&d, "host")];
        let trip = Trip::proposed(&world, visit(&all, "2025-07-04"));
        for party in [&world.b, &c, &d] {
            trip.consent(&party.coordinator, "accept").expect(200);
        }
        trip.act(&d.coordinator, "hold", json!({})).expect(200);
        for (visitor, host, companion) in [(&world.a, &world.b, &c), (&world.a, &d, &c), (&c, &world.b, &world.a), (&c, &d, &world.a)] {
            assert_eq!((with(visitor, host), with(host, visitor)), (says(1, 0, "theirs"), says(0, 1, "ours")));
            assert_eq!(with(visitor, companion), None);
        }
        assert_eq!(account(&world.b).len(), 2);
    }

    fn who_declined_is_in_no_account(world: World) {
        let c = another(&world, "جمعية الجزيرة");
        let all = [(&world.a, "visitor"), (&world.b, "host"), (&c, "host")];
        let trip = Trip::proposed(&world, visit(&all, "2025-07-04"));
        trip.act(&c.coordinator, "decline", json!({})).expect(200);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        assert_eq!((with(&world.a, &c), with(&world.a, &world.b)), (None, says(1, 0, "theirs")));
        assert!(account(&c).is_empty());
    }

    fn who_was_silent_has_it_not_in_its_own(world: World) {
        let c = another(&world, "جمعية الجزيرة");
        let all = [(&world.a, "visitor"), (&world.b, "host"), (&c, "host")];
        let trip = Trip::proposed(&world, visit(&all, "2025-07-04"));
        decide(&world, &c, "suspend");
        trip.consent(&world.b.coordinator, "accept").expect(200);
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        assert_eq!((with(&world.a, &c), account(&c)), (says(1, 0, "theirs"), Vec::new()));
        decide(&world, &c, "reinstate");
        assert_eq!((with(&world.a, &c), account(&c)), (says(1, 0, "theirs"), Vec::new()));
        object(&world, &trip, c.id, true);
        assert_eq!((with(&world.a, &c), account(&c)), (None, Vec::new()), "it says that it was not so");
        object(&world, &trip, c.id, false);
        trip.consent(&c.coordinator, "accept").expect(200);
        assert_eq!((with(&world.a, &c), with(&c, &world.a)), (says(1, 0, "theirs"), says(0, 1, "ours")));
        // An objection to the report of a visit that one accepted is none to the visit.
        object(&world, &trip, c.id, true);
        assert_eq!((with(&world.a, &c), with(&c, &world.a)), (says(1, 0, "theirs"), says(0, 1, "ours")));
    }

    /// Who drew it up and was asked again has it until it declines or objects.
    fn who_drew_it_up_has_it(world: World) {
        let trip = Trip::held(&world, visit(&[(&world.a, "visitor"), (&world.b, "host")], "2025-07-04"));
        let silent: VisitId = serde_json::from_value(json!(id(&trip))).unwrap();
        world.server.look(|db| {
            diesel::update(visit_parties::table.filter(visit_parties::visit_id.eq(silent)))
                .set(visit_parties::response.eq("pending")).execute(db).unwrap()
        });
        assert_eq!((with(&world.a, &world.b), with(&world.b, &world.a)), (says(1, 0, "theirs"), None));
        object(&world, &trip, world.a.id, true);
        assert_eq!(with(&world.a, &world.b), None);
    }

    fn pages_with_the_last_met_first(world: World) {
        let others: Vec<Organisation> = (0..4).map(|n| another(&world, &format!("جمعية رقم {n}"))).collect();
        // Two on one day: of these the later organisation comes first.
        for (other, date) in others.iter().zip(["2025-03-01", "2025-05-01", "2025-05-01", "2025-01-01"]) {
            let trip = Trip::proposed(&world, visit(&[(&world.a, "visitor"), (other, "host")], date));
            trip.consent(&other.coordinator, "accept").expect(200);
            trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        }
        let expected: Vec<String> = [2, 1, 0, 3].map(|n: usize| others[n].id.to_string()).to_vec();
        let path = world.a.path("/reciprocity");
        let of = |page: &Reply| -> Vec<String> {
            page.data().iter().map(|row| row["organisation_id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(of(&world.a.viewer.get(&path).expect(200)), expected);
        for limit in [1, 2, 3] {
            let (mut found, mut query) = (Vec::new(), format!("limit={limit}"));
            loop {
                let page = world.a.viewer.get(&format!("{path}?{query}")).expect(200);
                assert!(page.data().len() <= limit);
                found.extend(of(&page));
                let Some(cursor) = page.json()["next_cursor"].as_str().map(str::to_owned) else { break };
                assert!(page.header("link").unwrap().contains(&cursor));
                query = format!("limit={limit}&cursor={cursor}");
            }
            assert_eq!(found, expected, "by {limit}");
        }
        let page = world.a.viewer.get(&format!("{path}?limit=1")).expect(200);
        let cursor = page.json()["next_cursor"].as_str().unwrap().to_owned();
        let elsewhere = world.b.path(&format!("/reciprocity?cursor={cursor}"));
        world.b.viewer.get(&elsewhere).problem("invalid-cursor").expect(400);
        world.a.viewer.get(&format!("{path}?side=host")).problem("invalid-parameter").expect(400);
        world.a.viewer.get(&path).header("If-None-Match", &world.a.viewer.get(&path).expect(200).etag()).expect(304);
        let before = world.a.viewer.head(&path).expect(200).etag();
        held(&world, "2025-06-01", "visitor");
        assert_ne!(world.a.viewer.head(&path).expect(200).etag(), before);
    }

    fn its_own_people_s_only(world: World) {
        held(&world, "2025-03-01", "visitor");
        let path = world.a.path("/reciprocity");
        for role in Role::ALL {
            world.a.with(*role).get(&path).expect(200);
            world.b.with(*role).get(&path).problem("not-found").expect(404);
        }
        world.network_admin.get(&path).problem("forbidden").expect(403);
        world.stranger.get(&path).problem("unauthenticated").expect(401);
        // A member of both reads for the one that they choose.
        crate::support::world::join(&world.server, &world.a.viewer, world.b.id, Role::Viewer);
        world.a.viewer.get(&world.b.path("/reciprocity")).expect(200);
        world.a.viewer.get(&world.b.path("/reciprocity")).acting_for(world.a.id).problem("not-found").expect(404);
        // Whoever is suspended stays in the others' account, and reads its own on.
        decide(&world, &world.b, "suspend");
        world.a.viewer.renew();
        assert_eq!(with(&world.a, &world.b), says(1, 0, "theirs"));
        assert_eq!(with(&world.b, &world.a), says(0, 1, "ours"));
    }
}
