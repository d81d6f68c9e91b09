//! The visit that one returns and the commitment that it arises from: told to those who see that one.

use awasir::access::Role;

use super::*;

fn id(path: &str) -> Value {
    json!(path.rsplit('/').next().unwrap())
}

/// A concluded visit of A to B, in which something was talked about; and that.
fn first(world: &World, visibility: &str) -> (Trip, Value) {
    let mut body = draft(world);
    body["commitments"] =
        json!([{"kind": "return_visit", "strength": "called_for", "description": ar("زيارة أخرى")}]);
    let trip = Trip::concluded(world, body, visibility);
    let commitment = trip.seen_by(&world.a.viewer)["commitments"][0]["id"].clone();
    (trip, commitment)
}

/// A visits C for it.
fn second(world: &World, c: &Organisation, first: &(Trip, Value)) -> Value {
    let mut body = draft(world);
    body["parties"] = parties(&[(&world.a, "visitor"), (c, "host")]);
    body["returns_visit_id"] = id(&first.0.path);
    body["arises_from_commitment_id"] = first.1.clone();
    body
}

/// The visit and the commitment that it names.
fn named(visit: &Value) -> [Value; 2] {
    ["returns_visit_id", "arises_from_commitment_id"].map(|name| visit[name].clone())
}

const NOTHING: [Value; 2] = [Value::Null, Value::Null];

fn c_of(world: &World) -> Organisation {
    crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira")
}

on_both_engines! {
    fn told_to_who_sees_it(world: World) {
        let c = c_of(&world);
        let first = first(&world, "parties");
        let both = [id(&first.0.path), first.1.clone()];
        let trip = Trip::draft(&world, second(&world, &c, &first));
        assert_eq!(named(&trip.seen_by(&world.a.viewer)), both);
        assert_eq!(named(&trip.act(&world.a.coordinator, "propose", json!({})).expect(200).json()), both);
        let listed = |client: &Client| {
            let all = client.get(VISITS).expect(200).data();
            named(all.iter().find(|one| one["id"] == id(&trip.path)).unwrap())
        };
        assert_eq!((named(&trip.seen_by(&world.a.viewer)), listed(&world.a.viewer)), (both.clone(), both.clone()));
        assert_eq!((named(&trip.seen_by(&c.viewer)), listed(&c.viewer)), (NOTHING, NOTHING));
        // Nowhere else either: not in what is refused, not in the calendar.
        let hidden = both.clone().map(|one| one.as_str().unwrap().to_owned());
        let of_c = c.coordinator.get(&trip.path).expect(200);
        assert_ne!(of_c.etag(), world.a.viewer.get(&trip.path).expect(200).etag());
        let stale = trip.act(&c.coordinator, "accept", json!({"version": 1})).problem("version-mismatch").expect(412);
        assert_eq!(stale.etag(), of_c.etag());
        let replies = [
            trip.act(&c.coordinator, "hold", json!({})).problem("state-conflict").expect(409),
            c.viewer.get(&trip.below("calendar.ics")).expect(200), stale, of_c,
            trip.consent(&c.coordinator, "accept").expect(200),
            trip.act(&c.coordinator, "accept", json!({})).expect(200),
            trip.act(&c.coordinator, "hold", json!({})).expect(200),
            c.coordinator.put(&trip.below("record"), json!({"agenda": []})).if_match("*").expect(200),
        ];
        for reply in &replies {
            assert!(!hidden.iter().any(|one| reply.text().contains(one)), "{reply}");
        }
        assert_eq!(named(&trip.seen_by(&world.a.viewer)), both);
        // Somebody of both sees it by the other, and not where they look for one.
        let person = crate::support::world::person(&world.server, "both@example.org", false);
        for organisation in [world.b.id, c.id] {
            crate::support::world::join(&world.server, &person, organisation, Role::Viewer);
        }
        assert_eq!(named(&trip.seen_by(&person)), both);
        assert_eq!(named(&person.get(&trip.path).acting_for(c.id).expect(200).json()), NOTHING);
    }

    fn what_the_network_sees_is_told_to_all_parties(world: World) {
        let c = c_of(&world);
        let first = first(&world, "network");
        let trip = Trip::proposed(&world, second(&world, &c, &first));
        assert_eq!(named(&trip.seen_by(&c.viewer)), [id(&first.0.path), first.1.clone()]);
    }

    fn what_is_hidden_stays_as_it_is(world: World) {
        let c = c_of(&world);
        let first = first(&world, "parties");
        let both = [id(&first.0.path), first.1.clone()];
        let trip = Trip::proposed(&world, second(&world, &c, &first));
        let read = trip.seen_by(&c.coordinator);
        let patch = |body: Value| c.coordinator.patch(&trip.path, body).if_match("*").send();
        // As it was read, and null: nothing is changed.
        assert_eq!(patch(read.clone()).expect(200).json(), read);
        assert_eq!(patch(json!({"returns_visit_id": null, "arises_from_commitment_id": null})).expect(200).json(), read);
        let mut other = read;
        other["title"] = ar("زيارة أخرى");
        let changed = patch(other).expect(200).json();
        assert_eq!((&changed["title"], named(&changed)), (&ar("زيارة أخرى"), NOTHING));
        assert_eq!(named(&trip.seen_by(&world.a.viewer)), both);
        // What is there answers as what is not.
        for one in [both[0].clone(), json!(uuid::Uuid::new_v4())] {
            patch(json!({"returns_visit_id": one})).problem("validation-failed").expect(422).error("/returns_visit_id", "unknown-reference");
        }
        for one in [both[1].clone(), json!(uuid::Uuid::new_v4())] {
            patch(json!({"arises_from_commitment_id": one})).problem("validation-failed").error("/arises_from_commitment_id", "unknown-reference");
        }
        let mut body = second(&world, &c, &first);
        body["arises_from_commitment_id"] = Value::Null;
        let own = Trip::proposed(&world, body);
        patch(json!({"returns_visit_id": id(&own.path)})).problem("state-conflict").expect(409);
        // Who sees it can't clear it either now.
        let by_a = |body: Value| world.a.coordinator.patch(&trip.path, body).if_match("*").send();
        by_a(json!({"returns_visit_id": null})).problem("state-conflict").expect(409);
        by_a(json!({"summary": ar("موجز")})).expect(200);
        let record = c.coordinator.put(&trip.below("record"), json!({"discussions": [{"topic": "media", "summary": ar("ن")}]}));
        assert_eq!(named(&record.if_match("*").expect(200).json()), NOTHING);
        assert_eq!(named(&trip.seen_by(&world.a.viewer)), both);
        // What arises from it still moves it.
        let commitment = format!("/v1/commitments/{}", both[1].as_str().unwrap());
        let by = world.b.viewer.get(&commitment).expect(200).json();
        assert_eq!((&by["status"], &by["fulfilled_by"]), (&json!("in_progress"), &Value::Null));
    }

    fn the_visit_as_it_was_left_tells_no_more(world: World) {
        let c = c_of(&world);
        let d = crate::support::world::organisation(&world.server, "لجنة الحي", "quarter");
        let first = first(&world, "parties");
        let both = [id(&first.0.path), first.1.clone()];
        let mut body = second(&world, &c, &first);
        body["parties"] = parties(&[(&world.a, "visitor"), (&c, "host"), (&d, "host")]);
        let trip = Trip::proposed(&world, body);
        // Something else arises from what is talked about here, between A and B.
        let talk = json!({"kind": "other", "strength": "called_for", "description": ar("دعوة")});
        let talk = world.a.coordinator.post(&trip.below("commitments"), talk).expect(201).id();
        let mut body = draft(&world);
        body["arises_from_commitment_id"] = json!(talk);
        let third = Trip::proposed(&world, body);
        // Who declines for C sees all of that through B.
        let person = crate::support::world::person(&world.server, "both@example.org", false);
        for organisation in [world.b.id, c.id] {
            crate::support::world::join(&world.server, &person, organisation, Role::Coordinator);
        }
        let left = trip.act(&person, "decline", json!({})).expect(200).json();
        let forth = json!({"type": "visit", "id": id(&third.path)});
        assert_eq!((named(&left), &left["commitments"][0]["fulfilled_by"]), (both.clone(), &forth));
        trip.consent(&d.coordinator, "accept").expect(200);
        assert_eq!(trip.seen_by(&person), left);
        let seen = trip.seen_by(&c.viewer);
        assert_eq!((named(&seen), &seen["commitments"][0]["fulfilled_by"]), (NOTHING, &Value::Null));
        assert_eq!((&seen["version"], &seen["title"]), (&left["version"], &left["title"]));
        let again = trip.act(&c.coordinator, "decline", json!({})).expect(200).json();
        assert_eq!(again, seen);
    }

    fn who_lost_sight_of_it_clears_it_in_a_draft(world: World) {
        let c = c_of(&world);
        let mut body = draft(&world);
        body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "visitor")]);
        let planned = Trip::proposed(&world, body);
        let mut body = draft(&world);
        body["parties"] = parties(&[(&c, "visitor"), (&world.b, "host")]);
        body["returns_visit_id"] = id(&planned.path);
        let trip = Trip { path: format!("{VISITS}/{}", c.contributor.post(VISITS, body).expect(201).id()) };
        planned.act(&c.coordinator, "decline", json!({})).expect(200);
        // Its own words stay before it in its draft.
        let seen = trip.seen_by(&c.viewer);
        assert_eq!(seen["returns_visit_id"], id(&planned.path));
        assert_eq!(c.contributor.patch(&trip.path, seen.clone()).if_match("*").expect(200).json(), seen);
        let cleared = c.contributor.patch(&trip.path, json!({"returns_visit_id": null})).if_match("*").expect(200).json();
        assert_eq!(cleared["returns_visit_id"], Value::Null);
    }

    fn a_note_is_the_parties_own(world: World) {
        let c = c_of(&world);
        let mut body = draft(&world);
        body["commitments"] = json!([{"kind": "other", "strength": "committed", "description": ar("وعد"), "due_on": "2025-12-01",
            "responsible_organisation_ids": [world.a.id]}]);
        let trip = Trip::concluded(&world, body, "network");
        let own = trip.seen_by(&world.a.viewer)["commitments"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/commitments/{own}");
        world.a.contributor.patch(&path, json!({"status": "in_progress", "note": ar("تعثّر التمويل")})).version(1).expect(200);
        let below = trip.below(&format!("commitments/{own}"));
        for (client, note) in [(&c.viewer, Value::Null), (&world.b.viewer, ar("تعثّر التمويل"))] {
            let seen = [
                client.get(&path).expect(200).json(), client.get(&below).expect(200).json(),
                client.get("/v1/commitments").expect(200).data()[0].clone(),
                client.get(&trip.below("commitments")).expect(200).data()[0].clone(),
                trip.seen_by(client)["commitments"][0].clone(),
            ];
            for one in seen {
                assert_eq!((&one["note"], &one["status"], &one["description"]), (&note, &json!("in_progress"), &ar("وعد")));
            }
        }
    }
}
