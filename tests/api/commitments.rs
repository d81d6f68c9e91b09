//! Commitments across visits: lists, what is overdue, what a party takes upon itself, what they bring forth.

use std::time::Duration;

use crate::support::world::organisation;
use crate::support::*;
use crate::visits::{Trip, VISITS, draft, parties};

const COMMITMENTS: &str = "/v1/commitments";

fn said(strength: &str, more: Value) -> Value {
    let mut body = json!({"kind": "return_visit", "strength": strength, "description": ar("ردّ الزيارة")});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// Adds one to a visit; its path below `/v1/commitments`.
#[track_caller]
fn add(trip: &Trip, client: &Client, strength: &str, more: Value) -> String {
    let id = client.post(&trip.below("commitments"), said(strength, more)).expect(201).id();
    format!("{COMMITMENTS}/{id}")
}

/// A concluded visit with one promise of A's, due on a day.
fn promised(world: &World, due_on: &str, visibility: &str) -> (Trip, String) {
    let trip = Trip::held(world, draft(world));
    let more = json!({"responsible_organisation_ids": [world.a.id], "due_on": due_on});
    let path = add(&trip, &world.a.coordinator, "committed", more);
    conclude(world, &trip, visibility);
    (trip, path)
}

fn conclude(world: &World, trip: &Trip, visibility: &str) {
    let report = json!({"summary": ar("تمت"), "visibility": visibility});
    trip.act(&world.a.coordinator, "submit-report", report).expect(200);
    trip.consent(&world.b.coordinator, "approve-report").expect(200);
}

fn listed(client: &Client, query: &str) -> Vec<String> {
    client.get(&format!("{COMMITMENTS}?{query}")).expect(200).ids()
}

fn id(path: &str) -> String {
    path.rsplit('/').next().unwrap().to_owned()
}

/// A draft of B's visit to A that fulfils a commitment.
fn in_return(world: &World, commitment: &str) -> Value {
    let mut body = draft(world);
    body["parties"] = parties(&[(&world.b, "visitor"), (&world.a, "host")]);
    body["arises_from_commitment_id"] = json!(id(commitment));
    body
}

fn drawn_up(client: &Client, body: Value) -> Trip {
    Trip { path: format!("{VISITS}/{}", client.post(VISITS, body).expect(201).id()) }
}

fn state_of(client: &Client, path: &str) -> (Value, Value) {
    let one = client.get(path).expect(200).json();
    (one["status"].clone(), one["fulfilled_by"].clone())
}

on_both_engines! {
    fn listed_once_the_visit_was_held(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = Trip::accepted(&world, draft(&world));
        let talk = add(&trip, a, "discussed", json!({}));
        assert_eq!(listed(b, ""), Vec::<String>::new());
        assert_eq!(b.get(&talk).expect(200).json()["strength"], "discussed");
        trip.act(a, "hold", json!({})).expect(200);
        assert_eq!(listed(b, ""), [id(&talk)]);
        let promise = add(&trip, b, "committed", json!({"responsible_organisation_ids": [world.b.id], "due_on": "2025-08-01"}));
        assert_eq!(listed(a, ""), [id(&promise), id(&talk)]);
        assert_eq!(listed(a, "limit=1").len(), 1);
        let c = organisation(&world.server, "جمعية الجزيرة", "gezira");
        assert_eq!(listed(&c.viewer, ""), Vec::<String>::new());
        c.viewer.get(&talk).problem("not-found").expect(404);
        c.contributor.patch(&talk, json!({})).if_match("*").problem("not-found");
        for (query, found) in [
            (format!("responsible_organisation_id={}", world.b.id), vec![id(&promise)]),
            (format!("responsible_organisation_id={}", world.a.id), vec![]),
            ("strength=discussed&strength=called_for".into(), vec![id(&talk)]),
            ("status=open".into(), vec![id(&promise), id(&talk)]),
            ("status=done".into(), vec![]),
            ("due_before=2025-08-01".into(), vec![]),
            ("due_before=2025-08-02".into(), vec![id(&promise)]),
            (format!("visit_id={}", id(&trip.path)), vec![id(&promise), id(&talk)]),
            (format!("visit_id={}&strength=committed&responsible_organisation_id={}", id(&trip.path), world.b.id), vec![id(&promise)]),
            (format!("visit_id={}", uuid::Uuid::new_v4()), vec![]),
        ] {
            assert_eq!(listed(a, &query), found, "{query}");
        }
        a.get(&format!("{COMMITMENTS}?overdue=maybe")).problem("invalid-parameter").expect(400);
        world.network_admin.get(COMMITMENTS).problem("forbidden").expect(403);
        // Taken back as held, it is listed no more; nor once removed.
        a.delete(&format!("{}/{}", trip.below("commitments"), id(&talk))).version(1).expect(204);
        assert_eq!(listed(a, ""), [id(&promise)]);
        trip.act(a, "undo-hold", json!({})).expect(200);
        assert_eq!(listed(b, ""), Vec::<String>::new());
        assert_eq!(listed(b, &format!("visit_id={}", id(&trip.path))), Vec::<String>::new());
    }

    fn pages_of_several_visits(world: World) {
        let mut made = Vec::new();
        for _ in 0..3 {
            let trip = Trip::held(&world, draft(&world));
            made.push(id(&add(&trip, &world.a.coordinator, "called_for", json!({"responsible_organisation_ids": [world.a.id]}))));
            made.push(id(&add(&trip, &world.b.coordinator, "discussed", json!({"responsible_organisation_ids": [world.a.id]}))));
        }
        made.reverse();
        for filter in ["", &format!("responsible_organisation_id={}&", world.a.id)] {
            let (mut found, mut query) = (Vec::new(), format!("{filter}limit=4"));
            loop {
                let page = world.b.viewer.get(&format!("{COMMITMENTS}?{query}")).expect(200);
                found.extend(page.ids());
                let Some(cursor) = page.json()["next_cursor"].as_str().map(str::to_owned) else { break };
                query = format!("{filter}limit=4&cursor={cursor}");
            }
            assert_eq!(found, made, "{filter}");
        }
    }

    fn only_promises_of_concluded_visits_are_overdue(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let today: awasir::types::TimeZoneName = world.server.app.settings.time_zone.parse().unwrap();
        let today = today.today_in_zone(world.server.app.clock.now());
        let due = today.plus_days(3).unwrap().to_string();
        let (trip, promise) = promised(&world, &due, "parties");
        let open = Trip::held(&world, draft(&world));
        add(&open, a, "committed", json!({"responsible_organisation_ids": [world.a.id], "due_on": due}));
        add(&open, a, "agreed_in_principle", json!({"responsible_organisation_ids": [world.a.id]}));
        assert_eq!(listed(b, "overdue=true"), Vec::<String>::new());
        world.server.advance(Duration::from_secs(3 * 24 * 3600));
        assert_eq!(listed(b, "overdue=true"), Vec::<String>::new(), "its day is not over");
        world.server.advance(Duration::from_secs(24 * 3600));
        assert_eq!(listed(b, "overdue=true"), [id(&promise)]);
        assert_eq!(listed(b, &format!("overdue=true&responsible_organisation_id={}", world.a.id)), [id(&promise)]);
        assert_eq!(listed(b, &format!("overdue=true&visit_id={}", id(&trip.path))), [id(&promise)]);
        assert_eq!(listed(b, &format!("overdue=false&visit_id={}", id(&trip.path))), Vec::<String>::new());
        assert_eq!(listed(b, "overdue=false").len(), 2);
        // Only who is responsible tells, and done is done.
        b.patch(&promise, json!({"status": "done"})).version(1).problem("forbidden").expect(403);
        a.patch(&promise, json!({"status": "dropped"})).version(1).problem("validation-failed").error("/note", "required");
        world.a.contributor.patch(&promise, json!({"status": "done", "note": ar("زرناهم")})).version(1).expect(200);
        assert_eq!(listed(b, "overdue=true"), Vec::<String>::new());
        a.patch(&promise, json!({"status": "open"})).version(2).expect(200);
        assert_eq!(listed(b, "overdue=true"), [id(&promise)]);
        a.patch(&promise, json!({"due_on": "2030-01-01"})).version(3).problem("state-conflict").expect(409);
    }

    fn a_party_takes_upon_itself_what_was_talked_about(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = Trip::held(&world, draft(&world));
        let both = json!({"responsible_organisation_ids": [world.a.id, world.b.id]});
        let talk = add(&trip, a, "agreed_in_principle", both);
        let path = format!("{talk}/commit");
        conclude(&world, &trip, "parties");
        world.b.contributor.post(&path, json!({"due_on": "2025-12-01"})).problem("forbidden").expect(403);
        b.post(&path, json!({})).problem("validation-failed").expect(422).error("/due_on", "required");
        b.post(&path, json!({"due_on": "2025-12-01", "version": 7})).problem("version-mismatch").expect(412);
        let visit = b.post(&path, json!({"due_on": "2025-12-01"})).expect(200).json();
        assert_eq!(visit["state"], "concluded");
        assert_eq!(visit["commitments"][0]["strength"], "committed");
        assert_eq!(visit["commitments"][0]["responsible_organisation_ids"], json!([world.b.id]), "nobody promises for another");
        assert_eq!(b.post(&path, json!({"due_on": "2025-12-01", "version": 1})).expect(200).json(), visit);
        assert_eq!(listed(a, "overdue=true"), [id(&talk)]);
        b.post(&path, json!({"due_on": "2026-12-01"})).problem("state-conflict").expect(409);
        a.post(&path, json!({"due_on": "2026-12-01"})).problem("state-conflict");
        let visit = a.post(&path, json!({"due_on": "2025-12-01"})).expect(200).json();
        assert_eq!(visit["commitments"][0]["responsible_organisation_ids"], json!([world.b.id, world.a.id]));
        let c = organisation(&world.server, "جمعية الجزيرة", "gezira");
        c.coordinator.post(&path, json!({"due_on": "2025-12-01"})).problem("not-found").expect(404);
        // While its report waits it is an edit like any: the others are asked anew.
        let trip = Trip::held(&world, draft(&world));
        let talk = add(&trip, a, "called_for", json!({}));
        trip.act(a, "submit-report", json!({"summary": ar("ت")})).expect(200);
        let visit = b.post(&format!("{talk}/commit"), json!({"due_on": "2025-12-01"})).expect(200).json();
        assert_eq!([&visit["parties"][0]["report_approval"], &visit["parties"][1]["report_approval"]], ["pending", "approved"]);
        let over = Trip::proposed(&world, draft(&world));
        let talk = add(&over, a, "called_for", json!({}));
        over.act(a, "cancel", json!({})).expect(200);
        a.post(&format!("{talk}/commit"), json!({"due_on": "2025-12-01"})).problem("state-conflict").expect(409);
    }

    fn a_return_visit_fulfils_it(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let (first, promise) = promised(&world, "2025-12-01", "parties");
        let mut body = in_return(&world, &promise);
        body["returns_visit_id"] = json!(id(&first.path));
        let back = drawn_up(b, body);
        assert_eq!(state_of(a, &promise), (json!("open"), Value::Null), "a draft promises nothing");
        back.act(b, "propose", json!({})).expect(200);
        let by = json!({"type": "visit", "id": id(&back.path)});
        assert_eq!(state_of(a, &promise), (json!("in_progress"), by.clone()));
        // One at a time.
        let second = drawn_up(a, in_return(&world, &promise));
        second.act(a, "propose", json!({})).problem("commitment-taken").expect(409);
        second.act(a, "record-held", json!({})).problem("commitment-taken").expect(409);
        assert_eq!(second.seen_by(a)["state"], "draft");
        // Called off, it is free again.
        back.act(a, "cancel", json!({})).expect(200);
        assert_eq!(state_of(a, &promise), (json!("open"), Value::Null));
        second.act(a, "propose", json!({})).expect(200);
        second.act(b, "decline", json!({})).expect(200);
        assert_eq!(state_of(a, &promise), (json!("open"), Value::Null));
        let third = drawn_up(a, in_return(&world, &promise));
        third.act(a, "record-held", json!({})).expect(200);
        assert_eq!(state_of(b, &promise).0, "in_progress");
        third.act(a, "undo-hold", json!({})).expect(200);
        assert_eq!(state_of(b, &promise), (json!("open"), Value::Null), "a draft again");
        third.act(a, "propose", json!({})).expect(200);
        third.consent(b, "accept").expect(200);
        third.act(b, "hold", json!({})).expect(200);
        third.act(b, "submit-report", json!({"summary": ar("ت")})).expect(200);
        assert_eq!(state_of(b, &promise).0, "in_progress");
        third.consent(a, "approve-report").expect(200);
        assert_eq!(state_of(a, &promise), (json!("done"), json!({"type": "visit", "id": id(&third.path)})));
        assert_eq!(listed(a, "overdue=true"), Vec::<String>::new());
        let said = ["commitment.taken_up", "commitment.freed", "commitment.fulfilled"];
        let actions = world.server.actions_on(&id(&promise));
        assert!(said.iter().all(|action| actions.contains(&(*action).to_owned())), "{actions:?}");
        // What brought something forth can't be removed from the record.
        let visit = world.a.viewer.get(&first.path).expect(200);
        assert_eq!(visit.json()["commitments"][0]["status"], "done");
    }

    fn what_it_brought_forth_is_told_to_who_sees_that(world: World) {
        let (_, promise) = promised(&world, "2025-12-01", "network");
        let c = organisation(&world.server, "جمعية الجزيرة", "gezira");
        // A goes to C for it: B, a party of the promise, sees nothing of that visit.
        let mut body = in_return(&world, &promise);
        body["parties"] = parties(&[(&world.a, "visitor"), (&c, "host")]);
        let elsewhere = drawn_up(&world.a.coordinator, body);
        elsewhere.act(&world.a.coordinator, "propose", json!({})).expect(200);
        let by = json!({"type": "visit", "id": id(&elsewhere.path)});
        assert_eq!(state_of(&world.a.viewer, &promise).1, by);
        for (client, sees) in [(&world.b.coordinator, Value::Null), (&c.viewer, by.clone())] {
            assert_eq!(state_of(client, &promise).1, sees);
            let found = client.get(COMMITMENTS).expect(200).data()[0].clone();
            assert_eq!((&found["fulfilled_by"], &found["id"]), (&sees, &json!(id(&promise))));
        }
        let visit = world.b.viewer.get(&format!("{VISITS}/{}", world.b.viewer.get(&promise).expect(200).json()["visit_id"].as_str().unwrap())).expect(200);
        assert!(!visit.text().contains(&id(&elsewhere.path)));
        // What was read can be sent back, whatever is hidden in it.
        let read = world.b.coordinator.get(&promise).expect(200).json();
        world.b.coordinator.patch(&promise, read.clone()).if_match("*").expect(200);
        world.b.coordinator.patch(&promise, json!({"fulfilled_by": by})).if_match("*").problem("validation-failed").error("/fulfilled_by", "read-only");
    }

    fn a_commitment_of_others_can_t_be_fulfilled(world: World) {
        let (_, promise) = promised(&world, "2025-12-01", "network");
        let c = organisation(&world.server, "جمعية الجزيرة", "gezira");
        let mut body = in_return(&world, &promise);
        body["parties"] = parties(&[(&c, "visitor"), (&world.a, "host")]);
        c.coordinator.post(VISITS, body).problem("validation-failed").expect(422).error("/arises_from_commitment_id", "unknown-reference");
    }

    fn two_at_once_take_it_once(world: World) {
        for _ in 0..10 {
            let (_, promise) = promised(&world, "2025-12-01", "parties");
            let trips: Vec<Trip> = (0..8).map(|n| {
                let client = if n % 2 == 0 { &world.a.coordinator } else { &world.b.coordinator };
                drawn_up(client, in_return(&world, &promise))
            }).collect();
            let statuses: Vec<u16> = std::thread::scope(|scope| {
                let racing: Vec<_> = trips.iter().enumerate().map(|(n, trip)| {
                    let client = if n % 2 == 0 { &world.a.coordinator } else { &world.b.coordinator };
                    scope.spawn(move || trip.act(client, "propose", json!({})).status)
                }).collect();
                racing.into_iter().map(|one| one.join().unwrap()).collect()
            });
            assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
            assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
            let (status, by) = state_of(&world.a.viewer, &promise);
            assert_eq!(status, "in_progress");
            let winner = trips.iter().find(|trip| by["id"] == id(&trip.path)).unwrap();
            assert_eq!(winner.seen_by(&world.a.coordinator)["state"], "proposed");
        }
    }

    fn what_is_done_or_dropped_is_reopened_by_no_other(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let (_, promise) = promised(&world, "2025-12-01", "parties");
        a.patch(&promise, json!({"status": "dropped", "note": ar("تعذّر")})).version(1).expect(200);
        let back = drawn_up(b, in_return(&world, &promise));
        back.act(b, "propose", json!({})).problem("state-conflict").expect(409);
        assert_eq!(state_of(a, &promise), (json!("dropped"), Value::Null));
        // Dropped while it is under way: called off, it stays dropped.
        a.patch(&promise, json!({"status": "open"})).version(2).expect(200);
        back.act(b, "propose", json!({})).expect(200);
        a.patch(&promise, json!({"status": "dropped"})).if_match("*").expect(200);
        back.act(b, "cancel", json!({})).expect(200);
        assert_eq!(state_of(a, &promise), (json!("dropped"), Value::Null));
    }

    fn a_promise_is_reworded_by_who_made_it(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = Trip::held(&world, draft(&world));
        let more = json!({"responsible_organisation_ids": [world.b.id], "due_on": "2026-12-01"});
        let promise = add(&trip, b, "committed", more);
        let worse = json!({"description": ar("دفع مليون"), "due_on": "2025-12-01", "kind": "other"});
        a.patch(&promise, worse).version(1).problem("validation-failed").expect(422)
            .error("/description", "not-yours").error("/kind", "not-yours");
        a.patch(&promise, json!({"responsible_organisation_ids": [world.b.id, world.a.id]})).version(1).expect(200);
        a.patch(&promise, json!({"due_on": "2026-11-01"})).version(2).expect(200);
    }

    fn what_it_arises_from_may_be_gone(world: World) {
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        let trip = Trip::held(&world, draft(&world));
        let talk = add(&trip, a, "called_for", json!({}));
        let back = drawn_up(b, in_return(&world, &talk));
        a.delete(&format!("{}/{}", trip.below("commitments"), id(&talk))).version(1).expect(204);
        back.act(b, "propose", json!({})).problem("state-conflict").expect(409);
        b.patch(&back.path, json!({"arises_from_commitment_id": null})).if_match("*").expect(200);
        back.act(b, "propose", json!({})).expect(200);
    }

    /// Who promised alone takes that back: another neither puts itself in their place nor removes it.
    fn a_promise_is_not_another_s_to_take_away(world: World) {
        let trip = Trip::held(&world, draft(&world));
        let more = json!({"responsible_organisation_ids": [world.a.id], "due_on": "2031-01-01"});
        let path = add(&trip, &world.a.coordinator, "committed", more);
        let put = |client: &Client, list: Value| client.patch(&path, json!({"responsible_organisation_ids": list})).if_match("*");
        for list in [json!([world.b.id]), json!([])] {
            assert_eq!(put(&world.b.coordinator, list).send().status, 422);
        }
        put(&world.b.coordinator, json!([world.b.id])).error("/responsible_organisation_ids", "not-yours").expect(422);
        let below = trip.below(&format!("commitments/{}", id(&path)));
        world.b.coordinator.delete(&below).if_match("*").problem("forbidden").expect(403);
        let tag = trip.seen_by(&world.b.coordinator)["version"].clone();
        world.b.coordinator.put(&trip.below("record"), json!({"commitments": []})).version(tag.as_i64().unwrap())
            .error("/commitments", "not-yours").expect(422);
        put(&world.b.coordinator, json!([world.a.id, world.b.id])).expect(200);
        // Of two neither removes it for both; each lets itself off.
        world.a.coordinator.delete(&below).if_match("*").problem("forbidden").expect(403);
        put(&world.b.coordinator, json!([world.a.id])).expect(200);
        world.a.coordinator.delete(&below).if_match("*").expect(204);
    }
}
