//! Which field may change in which state, by whom: cell by cell.

use super::silence::days;
use super::*;

const STATES: [&str; 8] =
    ["draft", "proposed", "accepted", "declined", "cancelled", "held", "reported", "concluded"];

/// What a cell answers to A (who drew it up), to B, and to C, who declined: statuses.
type Cell = [u16; 3];

const FREE: Cell = [200, 404, 404];
const OPEN: Cell = [200, 200, 409];
const SHUT: Cell = [409, 409, 409];
const SHUT_DRAFT: Cell = [409, 404, 404];

/// The expected table, by state in the order of [`STATES`].
fn expected(field: &str) -> [Cell; 8] {
    match field {
        "title" | "summary" | "purposes" | "place" | "community_ids" => {
            [FREE, OPEN, OPEN, SHUT, SHUT, SHUT, SHUT, SHUT]
        }
        "schedule" | "returns_visit_id" | "arises_from_commitment_id" | "parties" => {
            [FREE, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT, SHUT]
        }
        "delegates" | "agenda" | "discussions" | "commitments" | "report" => {
            [FREE, OPEN, OPEN, SHUT, SHUT, OPEN, OPEN, SHUT]
        }
        other => panic!("no row for {other}"),
    }
}

struct Bench<'a> {
    world: &'a World,
    c: &'a Organisation,
    community: String,
    returned: Trip,
    commitment: String,
}

impl Bench<'_> {
    /// A visit in a state; C declined it, but for drafts.
    fn visit(&self, state: &str) -> Trip {
        let (a, b, c) = (&self.world.a.coordinator, &self.world.b.coordinator, &self.c.coordinator);
        let mut body = draft(self.world);
        body["parties"] = parties(&[(&self.world.a, "visitor"), (&self.world.b, "host"), (self.c, "host")]);
        let trip = Trip::draft(self.world, body);
        if state == "draft" {
            return trip;
        }
        trip.act(a, "propose", json!({})).expect(200);
        trip.act(c, "decline", json!({})).expect(200);
        let steps: &[(&Client, &str, Value)] = &[
            (b, "accept", json!({"version": 3})),
            (a, "hold", json!({})),
            (a, "submit-report", json!({"summary": ar("ت")})),
            (b, "approve-report", json!({"version": 6})),
        ];
        match state {
            "declined" => drop(trip.act(b, "decline", json!({})).expect(200)),
            "cancelled" => drop(trip.act(a, "cancel", json!({})).expect(200)),
            other => {
                let road = ["proposed", "accepted", "held", "reported", "concluded"];
                let count = road.iter().position(|one| *one == other).unwrap();
                for (who, action, body) in &steps[..count] {
                    trip.act(who, action, body.clone()).expect(200);
                }
            }
        }
        assert_eq!(trip.seen_by(a)["state"], state);
        trip
    }

    fn try_it(&self, trip: &Trip, client: &Client, field: &str) -> Reply {
        let value = match field {
            "title" | "summary" => ar("غير ذلك"),
            "purposes" => json!(["support"]),
            "place" => json!({"name": ar("الدار"), "country": "SD"}),
            "community_ids" => json!([self.community]),
            "schedule" => json!({"date": "2025-07-05"}),
            "returns_visit_id" => json!(self.returned.path.rsplit('/').next()),
            "arises_from_commitment_id" => json!(self.commitment),
            "parties" => parties(&[(&self.world.a, "visitor"), (&self.world.b, "host")]),
            "delegates" => json!([super::editing::delegate(self.world.a.id, "visitor")]),
            "agenda" => json!([{"kind": "tour", "title": ar("ج")}]),
            "discussions" => json!([{"topic": "media", "summary": ar("ن")}]),
            "commitments" => json!([{"kind": "other", "strength": "discussed", "description": ar("ك")}]),
            "report" => json!({"summary": ar("غير ذلك")}),
            other => panic!("no value for {other}"),
        };
        let record = ["delegates", "agenda", "discussions", "commitments", "report"].contains(&field);
        let request = if record {
            client.put(&trip.below("record"), json!({field: value}))
        } else {
            client.patch(&trip.path, json!({field: value}))
        };
        request.if_match("*").send()
    }
}

on_both_engines! {
    fn cell_by_cell(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let returned = Trip::concluded(&world, draft(&world), "parties");
        let earlier = Trip::held(&world, draft(&world));
        let talk = json!({"kind": "return_visit", "strength": "called_for", "description": ar("ردّ")});
        let bench = Bench {
            world: &world,
            c: &c,
            community: world.a.contributor.post("/v1/communities", json!({"name": ar("القرية"), "country": "SD"})).expect(201).id(),
            returned,
            commitment: world.a.coordinator.post(&earlier.below("commitments"), talk).expect(201).id(),
        };
        let fields: Vec<&str> = awasir::visits::rules::editing::FIELDS.iter().map(|field| field.name)
            .chain(["delegates", "agenda", "discussions", "commitments", "report"]).collect();
        assert_eq!(fields.len(), 14);
        for (n, state) in STATES.into_iter().enumerate() {
            // One visit for all that is refused: it stays as it is.
            let shared = bench.visit(state);
            for field in &fields {
                let mut cell = expected(field)[n];
                if state == "draft" && cell == SHUT {
                    cell = SHUT_DRAFT;
                }
                let seen = shared.seen_by(&world.a.coordinator);
                for (client, status) in [&world.a.coordinator, &world.b.coordinator, &c.coordinator].into_iter().zip(cell) {
                    let fresh;
                    let trip = if status == 200 { fresh = bench.visit(state); &fresh } else { &shared };
                    let reply = bench.try_it(trip, client, field);
                    // To C, who declined, the visit goes on without it: it sees no more of it.
                    let gone = reply.status == 404 && std::ptr::eq(client, &c.coordinator);
                    assert!(reply.status == status || gone, "{field} in {state}: {status} expected: {reply}");
                }
                assert_eq!(shared.seen_by(&world.a.coordinator), seen, "{field} in {state}: nothing changed");
            }
        }
        days(&world, 1);
    }

    fn three_sides(world: World) {
        let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        for sides in [["visitor", "visitor", "host"], ["visitor", "host", "host"]] {
            let mut body = draft(&world);
            body["parties"] = parties(&[(&world.a, sides[0]), (&c, sides[1]), (&world.b, sides[2])]);
            let trip = Trip::proposed(&world, body);
            assert_eq!(trip.consent(b, "accept").expect(200).json()["state"], "proposed");
            // Held while C could not answer: seen by the parties, C may still say its word.
            trip.act(b, "record-held", json!({})).expect(200);
            trip.act(a, "submit-report", json!({"summary": ar("ت"), "visibility": "network"})).expect(200);
            assert_eq!(trip.consent(b, "approve-report").expect(200).json()["state"], "reported", "C is waited for");
            assert_eq!(trip.seen_by(&c.coordinator)["allowed_actions"], json!(["accept", "object"]));
            days(&world, 30);
            let concluded = trip.act(b, "conclude", json!({})).expect(200).json();
            assert_eq!([world.a.id, world.b.id, c.id].map(|id| approval(&concluded, id)), ["approved", "approved", "no_answer"]);
            assert_eq!(concluded["visibility"], "parties");
            trip.consent(&c.coordinator, "accept").expect(200);
            assert_eq!(trip.consent(&c.coordinator, "approve-report").expect(200).json()["visibility"], "network");
        }
    }
}
