//! The order of checks: what is said is looked at before whether it may be said now. In whatever state a thing is, a
//! body with a mistake is never answered that the state does not allow it.

use std::time::Duration;

use super::*;
use crate::programmes::{Plan, draft as programme};
use crate::support::world::{Organisation, organisation};
use crate::visits::{Trip, draft};

/// A thing in a state: what it is called when the test fails, and where it stands in paths.
struct InState {
    state: &'static str,
    below: &'static str,
    examples: Examples,
}

/// Tries every operation with a body on it, by each of these.
fn probe(thing: &InState, callers: &[&Client], findings: &mut Findings) -> usize {
    let mut looked_at = 0;
    let below = |one: &Described| one.body().is_some() && one.path.starts_with(thing.below);
    for operation in operations().iter().filter(|one| below(one)) {
        let path = thing.examples.fill(&operation.path);
        for client in callers {
            let reply = with_body(operation, client, &path, r#"{"zzz":1}"#).send();
            looked_at += usize::from(reply.status == 422);
            // 200: it has its effect already; 403, 404: it is not this one's to do.
            if ![200, 403, 404, 422].contains(&reply.status) {
                findings.note(format!("{} when {}: {reply}", operation.name(), thing.state));
            }
        }
    }
    looked_at
}

const ITEMS: [&str; 4] = ["delegates", "agenda", "discussions", "commitments"];

/// A visit to be drawn up with an item of each kind, whose ids are chosen.
fn with_record(world: &World) -> (Value, [String; 4]) {
    let ids = ITEMS.map(|_| uuid::Uuid::new_v4().to_string());
    let mut body = draft(world);
    body["delegates"] =
        json!([{"id": ids[0], "organisation_id": world.a.id, "side": "visitor", "name": ar("عمر")}]);
    body["agenda"] = json!([{"id": ids[1], "kind": "reception", "title": ar("استقبال")}]);
    body["discussions"] = json!([{"id": ids[2], "topic": "media", "summary": ar("نقاش")}]);
    body["commitments"] =
        json!([{"id": ids[3], "kind": "other", "strength": "discussed", "description": ar("وعد")}]);
    (body, ids)
}

/// A visit in each state.
fn visits(world: &World) -> Vec<(&'static str, Trip, [String; 4])> {
    let mut found = Vec::new();
    let mut add = |state, make: &dyn Fn(Value) -> Trip| {
        let (body, ids) = with_record(world);
        found.push((state, make(body), ids));
    };
    let done = |trip: Trip, by: &Client, action: &str| {
        trip.act(by, action, json!({})).expect(200);
        trip
    };
    add("draft", &|body| Trip::draft(world, body));
    add("proposed", &|body| Trip::proposed(world, body));
    add("accepted", &|body| Trip::accepted(world, body));
    add("held", &|body| Trip::held(world, body));
    add("reported", &|body| Trip::reported(world, body, "parties"));
    add("concluded", &|body| Trip::concluded(world, body, "network"));
    add("cancelled", &|body| done(Trip::accepted(world, body), &world.a.coordinator, "cancel"));
    add("declined", &|body| done(Trip::proposed(world, body), &world.b.coordinator, "decline"));
    found
}

/// The states of a programme, each with the steps that lead to it.
const STEPS: [(&str, &[&str]); 8] = [
    ("draft", &[]),
    ("proposed", &["propose"]),
    ("declined", &["propose", "decline"]),
    ("agreed", &["propose", "sign"]),
    ("active", &["propose", "sign", "start"]),
    ("suspended", &["propose", "sign", "start", "suspend"]),
    ("completed", &["propose", "sign", "start", "complete"]),
    ("cancelled", &["propose", "sign", "start", "cancel"]),
];

/// A programme that A leads after these steps, with an activity, an indicator and, once signed, a contribution.
fn programme_after(world: &World, steps: &[&str], examples: &Examples) -> Examples {
    let (a, b) = (&world.a, &world.b);
    let plan = Plan::draft(a, programme(&[(a, "lead"), (b, "implementing")]));
    let add = |list: &str, body: Value| {
        let id = a.coordinator.post(&format!("{}/{list}", plan.path), body).expect(201).id();
        (format!("/v1/programmes/{{id}}/{list}/{{item_id}}"), id)
    };
    let activity = json!({"title": ar("نشاط"), "sector": "health", "led_by_organisation_id": a.id});
    let mut items = vec![
        ("/v1/programmes/{id}".to_owned(), plan.id().to_owned()),
        add("activities", activity),
        add("indicators", json!({"title": ar("مؤشر"), "measure": "unit"})),
    ];
    for step in steps {
        match *step {
            "sign" => {
                [a, b].iter().for_each(|one| drop(plan.sign(&one.admin).expect(200)));
                let money = json!({"amount": "5", "currency": "SDG"});
                items.push(add("contributions", json!({"kind": "cash", "money": money})));
            }
            "decline" => drop(plan.act(&b.coordinator, step, json!({})).expect(200)),
            step => drop(plan.act(&a.coordinator, step, json!({})).expect(200)),
        }
    }
    items.iter().fold(examples.clone(), |examples, (prefix, id)| examples.with(prefix, id))
}

fn in_network(world: &World, latin: &str) -> (Organisation, String) {
    let made = organisation(&world.server, "جمعية الجزيرة", latin);
    let path = format!("/v1/organisations/{}", made.id);
    (made, path)
}

on_both_engines! {
    fn of_a_visit_in_every_state(world: World) {
        let examples = Examples::of(&world);
        let mut findings = Findings::default();
        let mut looked_at = 0;
        for (state, trip, ids) in visits(&world) {
            let id = trip.path.rsplit('/').next().unwrap();
            let mut at = examples.with("/v1/visits/{id}", id).with("/v1/commitments/{id}", &ids[3]);
            for (list, item) in ITEMS.iter().zip(&ids) {
                at = at.with(&format!("/v1/visits/{{id}}/{list}/{{item_id}}"), item);
            }
            for below in ["/v1/visits/{id}", "/v1/commitments/{id}"] {
                let thing = InState { state, below, examples: at.clone() };
                looked_at += probe(&thing, &[&world.a.coordinator, &world.b.coordinator], &mut findings);
            }
        }
        findings.settle(looked_at);
    }

    fn of_a_programme_in_every_state(world: World) {
        let examples = Examples::of(&world);
        let mut findings = Findings::default();
        let mut looked_at = 0;
        for (state, steps) in STEPS {
            let examples = programme_after(&world, steps, &examples);
            let thing = InState { state, below: "/v1/programmes/{id}", examples };
            looked_at += probe(&thing, &[&world.a.coordinator, &world.b.coordinator], &mut findings);
        }
        findings.settle(looked_at);
    }

    /// One of several hosts declined and the visit went on without them.
    fn of_a_visit_that_went_on_without_one(world: World) {
        let (c, _) = in_network(&world, "gezira");
        let mut body = draft(&world);
        body["parties"].as_array_mut().unwrap().push(json!({"organisation_id": c.id, "side": "host"}));
        let trip = Trip::proposed(&world, body);
        trip.act(&c.coordinator, "decline", json!({})).expect(200);
        let id = trip.path.rsplit('/').next().unwrap();
        let examples = Examples::of(&world).with("/v1/visits/{id}", id);
        let mut findings = Findings::default();
        let thing = InState { state: "left", below: "/v1/visits/{id}", examples };
        let looked_at = probe(&thing, &[&c.coordinator], &mut findings);
        findings.settle(looked_at);
    }

    fn of_an_organisation_in_every_standing(world: World) {
        let examples = Examples::of(&world);
        let mut findings = Findings::default();
        let (suspended, path) = in_network(&world, "gezira");
        world.network_admin.post(&format!("{path}/suspend"), json!({"reason": ar("س")})).expect(200);
        let (dissolved, path) = in_network(&world, "nuba");
        world.network_admin.post(&format!("{path}/dissolve"), json!({"reason": ar("س")})).expect(200);
        let (left, path) = in_network(&world, "butana");
        left.admin.post(&format!("{path}/leave"), json!({})).expect(200);
        let application = json!({"name": ar("جمعية"), "applicant": {"name": ar("آمنة"), "email": "a@new.example"}});
        let applied = world.stranger.post("/v1/organisations", application).expect(201).id();
        // Whatever was revoked for them is known by now.
        world.server.advance(Duration::from_secs(2));
        let below = "/v1/organisations/{id}";
        let mut looked_at = 0;
        for (state, organisation) in [("suspended", &suspended), ("dissolved", &dissolved), ("left", &left)] {
            let examples = examples.with(below, &organisation.id.to_string());
            let own = organisation.admin.renew();
            looked_at += probe(&InState { state, below, examples }, &[&world.network_admin, own], &mut findings);
        }
        let examples = examples.with(below, &applied);
        looked_at += probe(&InState { state: "applied", below, examples }, &[&world.network_admin], &mut findings);
        findings.settle(looked_at);
    }

    fn of_a_member_who_left(world: World) {
        let below = "/v1/organisations/{id}/members/{member_id}";
        let made = world.a.admin.post(&world.a.path("/members"), json!({"name": ar("عمر")})).expect(201).id();
        world.a.admin.post(&format!("{}/{made}/end", world.a.path("/members")), json!({})).expect(200);
        let examples = Examples::of(&world).with(below, &made);
        let mut findings = Findings::default();
        let looked_at = probe(&InState { state: "ended", below, examples }, &[&world.a.admin], &mut findings);
        findings.settle(looked_at);
    }
}
