//! The inbox: what waits for an organisation, when it comes, when it goes, and how it is told.

mod much;
mod programmes;
mod told;

use std::time::Duration;

use awasir::db::schema::{commitment_responsibles, commitments};
use awasir::types::{CalendarDate, CommitmentId, Json, OrganisationId, TimeZoneName, VisitId};
use diesel::prelude::*;

use crate::support::world::Organisation;
use crate::support::*;
use crate::visits::{Trip, VISITS, draft_on, parties};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The day so many days from today, in the network's zone.
fn day(world: &World, off: i32) -> CalendarDate {
    let zone: TimeZoneName = world.server.app.settings.time_zone.parse().unwrap();
    zone.today_in_zone(world.server.app.clock.now()).plus_days(off).unwrap()
}

fn inbox(organisation: &Organisation) -> Vec<Value> {
    organisation.viewer.get(&organisation.path("/inbox")).expect(200).data()
}

/// The one thing that waits.
#[track_caller]
fn only(organisation: &Organisation) -> Value {
    let items = inbox(organisation);
    assert_eq!(items.len(), 1, "{items:?}");
    items[0].clone()
}

#[track_caller]
fn nothing(organisation: &Organisation) {
    assert_eq!(inbox(organisation), Vec::<Value>::new());
}

/// Does what waits, by the path that the item names.
#[track_caller]
fn answer(organisation: &Organisation, item: &Value, trip: &Trip) {
    let version = trip.seen_by(&organisation.coordinator)["version"].clone();
    let body = match item["action"].as_str().unwrap() {
        "submit-report" => json!({"summary": ar("تمت الزيارة")}),
        "accept" | "approve-report" => json!({ "version": version }),
        _ => json!({}),
    };
    organisation.coordinator.post(item["href"].as_str().unwrap(), body).expect(200);
}

fn another(world: &World, name: &str, latin: &str) -> Organisation {
    crate::support::world::organisation(&world.server, name, latin)
}

fn id_of(trip: &Trip) -> VisitId {
    VisitId::parse(trip.path.rsplit('/').next().unwrap()).unwrap()
}

/// What is written when a visit is concluded in which this was committed.
fn promise(
    world: &World,
    trip: &Trip,
    who: OrganisationId,
    what: &Value,
    until: Option<CalendarDate>,
) -> CommitmentId {
    let (id, now): (CommitmentId, _) = (world.server.app.ids.id(), world.server.app.clock.now());
    world.server.look(|db| {
        diesel::insert_into(commitments::table)
            .values((
                commitments::id.eq(id),
                commitments::visit_id.eq(id_of(trip)),
                commitments::kind.eq("other"),
                commitments::strength.eq("committed"),
                commitments::description.eq(Json::new(what).unwrap()),
                commitments::responsible_organisation_ids.eq(Json::new(&json!([who])).unwrap()),
                commitments::due_on.eq(until),
                commitments::waits_until.eq(until),
                commitments::status.eq("open"),
                commitments::version.eq(1),
                commitments::created_at.eq(now),
                commitments::updated_at.eq(now),
            ))
            .execute(db)
            .unwrap();
        diesel::insert_into(commitment_responsibles::table)
            .values((
                commitment_responsibles::organisation_id.eq(who),
                commitment_responsibles::created_at.eq(now),
                commitment_responsibles::commitment_id.eq(id),
                commitment_responsibles::waits_until.eq(until),
            ))
            .execute(db)
            .unwrap();
    });
    id
}

fn decide(world: &World, organisation: &Organisation, action: &str) {
    let body = json!({"reason": ar("سبب")});
    world.network_admin.post(&organisation.path(&format!("/{action}")), body).expect(200);
    for person in [&organisation.viewer, &organisation.coordinator] {
        person.renew();
    }
}

/// A visits B and C.
fn with_c(world: &World, on: CalendarDate) -> (Organisation, Value) {
    let c = another(world, "جمعية الجزيرة", "Gezira");
    let mut body = draft_on(world, &on.to_string());
    body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
    (c, body)
}

on_both_engines! {
    fn each_thing_comes_and_goes_with_the_visit_s_state(world: World) {
        let (a, b) = (&world.a, &world.b);
        let on = day(&world, -3);
        let said = |action: &str, due_on: CalendarDate, overdue: bool, item: &Value| {
            assert_eq!((&item["action"], &item["type"]), (&json!(action), &json!("visit")));
            assert_eq!((&item["due_on"], &item["overdue"]), (&json!(due_on), &json!(overdue)));
            let href = format!("{VISITS}/{}/{action}", item["id"].as_str().unwrap());
            assert_eq!(item["href"], href);
        };
        let trip = Trip::draft(&world, draft_on(&world, &on.to_string()));
        nothing(a);
        nothing(b);
        trip.act(&a.coordinator, "propose", json!({})).expect(200);
        nothing(a);
        let item = only(b);
        said("accept", on, true, &item);
        assert_eq!(item["id"], id_of(&trip).to_string());
        answer(b, &item, &trip);
        assert_eq!(inbox(a), inbox(b).iter().map(|one| json!({"sentence": only(a)["sentence"], "action": one["action"],
            "type": one["type"], "id": one["id"], "href": one["href"], "due_on": one["due_on"], "overdue": one["overdue"]}))
            .collect::<Vec<_>>(), "the same waits for both, told from either side");
        said("hold", on, true, &only(a));
        answer(a, &only(a), &trip);
        said("submit-report", on.plus_days(14).unwrap(), false, &only(a));
        said("submit-report", on.plus_days(14).unwrap(), false, &only(b));
        answer(a, &only(b), &trip);
        nothing(a);
        let item = only(b);
        said("approve-report", day(&world, 30), false, &item);
        assert!(item["sentence"]["ar"].as_str().unwrap().ends_with("بانتظار اعتمادكم منذ اليوم"), "{item}");
        answer(b, &item, &trip);
        assert_eq!(trip.seen_by(&a.viewer)["state"], "concluded");
        nothing(a);
        nothing(b);
    }

    fn only_what_the_rules_allow_waits(world: World) {
        let agree = |trip: &Trip| {
            for organisation in [&world.a, &world.b] {
                let seen = trip.seen_by(&organisation.coordinator);
                let can = |action: &str| seen["allowed_actions"].as_array().unwrap().contains(&json!(action));
                let reported = seen["state"] == "reported";
                let expected = [
                    ("accept", can("accept")), ("hold", can("hold")), ("submit-report", can("submit-report") && !reported),
                    ("approve-report", can("approve-report") && reported), ("conclude", can("conclude") && reported),
                ];
                let expected: Vec<&str> = expected.iter().filter(|(_, can)| *can).map(|(action, _)| *action).collect();
                let waits = inbox(organisation);
                let waits: Vec<&str> = waits.iter().map(|item| item["action"].as_str().unwrap()).collect();
                assert_eq!(waits, expected, "{seen}");
            }
        };
        let trip = Trip::proposed(&world, draft_on(&world, &day(&world, 2).to_string()));
        agree(&trip);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        agree(&trip);
        nothing(&world.a);
        world.server.advance(DAY * 3);
        agree(&trip);
        assert_eq!(only(&world.a)["action"], "hold");
        let moved = json!({"schedule": {"date": day(&world, 4)}});
        trip.act(&world.b.coordinator, "reschedule", moved).expect(200);
        agree(&trip);
        assert_eq!(only(&world.a)["action"], "accept");
        trip.consent(&world.a.coordinator, "accept").expect(200);
        agree(&trip);
        world.server.advance(DAY * 5);
        trip.act(&world.b.coordinator, "hold", json!({})).expect(200);
        agree(&trip);
        trip.act(&world.b.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
        agree(&trip);
        for days in [3, 20, 8] {
            world.server.advance(DAY * days);
            agree(&trip);
        }
        let item = only(&world.a);
        assert_eq!((&item["action"], &item["overdue"]), (&json!("approve-report"), &json!(true)));
        assert_eq!(item["sentence"]["ar"], "تقرير زيارتكم إلى جمعية النيل بانتظار اعتمادكم منذ 31 يومًا");
        assert_eq!(item["sentence"]["en"], "The report of your visit to nile has awaited your approval for 31 days");
    }

    fn a_visit_of_several_days_is_held_by_its_last(world: World) {
        let mut body = draft_on(&world, &day(&world, -1).to_string());
        body["schedule"]["end_date"] = json!(day(&world, 1));
        Trip::accepted(&world, body);
        let item = only(&world.a);
        assert_eq!((&item["action"], &item["due_on"], &item["overdue"]), (&json!("hold"), &json!(day(&world, 1)), &json!(false)));
    }

    fn what_it_left_waits_no_more(world: World) {
        let (c, body) = with_c(&world, day(&world, -1));
        let trip = Trip::proposed(&world, body);
        assert_eq!(only(&c)["action"], "accept");
        trip.act(&c.coordinator, "decline", json!({})).expect(200);
        nothing(&c);
        let ours = json!({"ar": "سر لا يعرفه من اعتذر"});
        promise(&world, &trip, c.id, &ours, Some(day(&world, 0)));
        nothing(&c);
        answer(&world.b, &only(&world.b), &trip);
        assert_eq!(only(&world.b)["action"], "hold");
        nothing(&c);
        trip.act(&world.a.coordinator, "cancel", json!({})).expect(200);
        nothing(&world.a);
        nothing(&world.b);
        nothing(&c);
        let trip = Trip::proposed(&world, draft_on(&world, "2099-01-02"));
        trip.act(&world.b.coordinator, "decline", json!({})).expect(200);
        nothing(&world.a);
        nothing(&world.b);
    }

    fn an_answer_is_missed_however_far_the_visit_went(world: World) {
        let (c, body) = with_c(&world, "2025-07-04".parse().unwrap());
        let trip = Trip::proposed(&world, body);
        decide(&world, &c, "suspend");
        nothing(&c);
        trip.consent(&world.b.coordinator, "accept").expect(200);
        decide(&world, &c, "reinstate");
        let accepted = only(&c);
        assert_eq!(accepted["sentence"]["ar"], "تقترح جمعية الوادي زيارتكم يوم الجمعة 4 يوليو 2025، بانتظار ردّكم");
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        let held = only(&c);
        assert_eq!(held["sentence"]["ar"], "زيارة جمعية الوادي إليكم يوم الجمعة 4 يوليو 2025 سُجّل أنها تمّت، بانتظار ردّكم");
        trip.act(&world.a.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
        assert_eq!(only(&c), held);
        decide(&world, &c, "suspend");
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        assert_eq!(trip.seen_by(&world.a.viewer)["state"], "concluded");
        nothing(&c);
        decide(&world, &c, "reinstate");
        assert_eq!(only(&c), held);
        answer(&c, &held, &trip);
        nothing(&c);
    }

    fn commitments_wait_from_two_weeks_before(world: World) {
        let trip = Trip::concluded(&world, draft_on(&world, "2025-07-04"), "parties");
        let (a, what) = (world.a.id, json!({"ar": "تجهيز فصلين", "en": "Two classrooms"}));
        let (zone_today, late) = (day(&world, 0), day(&world, -2));
        let overdue = promise(&world, &trip, a, &what, Some(late));
        let soon = promise(&world, &trip, a, &what, Some(day(&world, 14)));
        let today = promise(&world, &trip, a, &what, Some(zone_today));
        promise(&world, &trip, a, &what, Some(day(&world, 15)));
        promise(&world, &trip, a, &what, None);
        let theirs = promise(&world, &trip, world.b.id, &what, Some(zone_today));
        let items = inbox(&world.a);
        let ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [overdue, today, soon].map(|id| id.to_string()), "{items:?}");
        assert_eq!(items[0], json!({
            "action": "fulfil", "type": "commitment", "id": overdue, "href": format!("/v1/commitments/{overdue}"),
            "due_on": late, "overdue": true,
            "sentence": {
                "ar": "التزمتم بـ«تجهيز فصلين» وتجاوز موعده منذ يومين", "en": "You committed to “Two classrooms”, overdue by 2 days",
            },
        }));
        assert_eq!((&items[1]["overdue"], &items[2]["overdue"]), (&json!(false), &json!(false)));
        assert_eq!(items[2]["sentence"]["ar"], "التزمتم بـ«تجهيز فصلين» وموعده بعد 14 يومًا");
        assert_eq!(only(&world.b)["id"], theirs.to_string());
    }

    fn what_was_concluded_over_its_silence_comes_last(world: World) {
        let (a, b) = (&world.a, &world.b);
        let trip = Trip::reported(&world, draft_on(&world, "2025-07-04"), "network");
        crate::visits::silence::days(&world, 30);
        assert_eq!(only(b)["action"], "approve-report");
        trip.act(&a.coordinator, "conclude", json!({})).expect(200);
        nothing(a);
        let late = only(b);
        assert_eq!(late, json!({
            "action": "approve-report", "type": "visit", "id": id_of(&trip), "href": format!("{}/approve-report", trip.path),
            "due_on": null, "overdue": false,
            "sentence": {
                "ar": "أُقفلت زيارة جمعية الوادي إليكم دون اعتمادكم تقريرها، ولا يزال بإمكانكم اعتماده",
                "en": "The visit of wadi to you was concluded without your approval of its report; you may still approve it",
            },
        }));
        let far = Trip::proposed(&world, draft_on(&world, "2200-12-31"));
        let page = b.viewer.get(&b.path("/inbox?limit=1")).expect(200).json();
        assert_eq!(page["data"][0]["id"], id_of(&far).to_string());
        let next = format!("/inbox?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(b.viewer.get(&b.path(&next)).expect(200).json(), json!({"data": [late], "next_cursor": null}));
        // An objection is an answer; a late approval is the last word.
        trip.act(&b.coordinator, "object", json!({"reason": ar("سبب")})).expect(200);
        assert_eq!(only(b)["id"], id_of(&far).to_string());
        trip.consent(&b.coordinator, "approve-report").expect(200);
        assert_eq!(only(b)["id"], id_of(&far).to_string());
        // Who never answered at all answers first.
        let trip = Trip::proposed(&world, draft_on(&world, "2025-07-04"));
        trip.act(&a.coordinator, "record-held", json!({})).expect(200);
        trip.act(&a.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
        crate::visits::silence::days(&world, 30);
        trip.act(&a.coordinator, "conclude", json!({})).expect(200);
        let first = inbox(b)[0].clone();
        assert_eq!((&first["action"], &first["due_on"]), (&json!("accept"), &json!("2025-07-04")));
        answer(b, &first, &trip);
        let late = inbox(b)[1].clone();
        assert_eq!((&late["action"], &late["due_on"]), (&json!("approve-report"), &Value::Null));
        answer(b, &late, &trip);
        assert_eq!(only(b)["id"], id_of(&far).to_string());
    }

    fn it_is_its_own_people_s(world: World) {
        Trip::proposed(&world, draft_on(&world, "2099-01-02"));
        let path = world.b.path("/inbox");
        let seen = world.b.viewer.get(&path).expect(200).json();
        assert_eq!(seen["data"].as_array().unwrap().len(), 1);
        for one in [&world.b.contributor, &world.b.coordinator, &world.b.admin] {
            assert_eq!(one.get(&path).expect(200).json(), seen, "it is about the organisation, whoever reads it");
        }
        world.a.admin.get(&path).problem("not-found").expect(404);
        world.a.admin.get(&path).acting_for(world.a.id).problem("not-found").expect(404);
        world.network_admin.get(&path).problem("forbidden").expect(403);
        world.stranger.get(&path).problem("unauthenticated").expect(401);
        world.b.viewer.get("/v1/organisations/01890a5d-ac96-774b-bcce-b302099a8057/inbox").problem("not-found");
        world.b.viewer.get("/v1/organisations/x/inbox").problem("not-found").expect(404);
        // Somebody of both reads each by its path, and but one when they act for it.
        let both = crate::support::world::person(&world.server, "both@example.org", false);
        for organisation in [&world.a, &world.b] {
            crate::support::world::join(&world.server, &both, organisation.id, awasir::access::Role::Viewer);
        }
        both.get(&path).expect(200);
        both.get(&world.a.path("/inbox")).expect(200);
        both.get(&path).acting_for(world.b.id).expect(200);
        both.get(&path).acting_for(world.a.id).problem("not-found").expect(404);
    }

    fn the_most_urgent_comes_first_page_by_page(world: World) {
        let b = &world.b;
        for off in [5, -4, 9, 0, 5, -1, 5] {
            Trip::proposed(&world, draft_on(&world, &day(&world, off).to_string()));
        }
        let trip = Trip::concluded(&world, draft_on(&world, "2025-07-04"), "parties");
        promise(&world, &trip, b.id, &ar("وعد"), Some(day(&world, -2)));
        promise(&world, &trip, b.id, &ar("وعد"), Some(day(&world, 5)));
        let all = inbox(b);
        let place = |item: &Value| (item["due_on"].as_str().unwrap().to_owned(), item["id"].as_str().unwrap().to_owned());
        assert!(all.is_sorted_by_key(place) && all.len() == 9, "{all:?}");
        let overdue: Vec<bool> = all.iter().map(|item| item["overdue"].as_bool().unwrap()).collect();
        assert_eq!(overdue, [true, true, true, false, false, false, false, false, false]);
        let (mut found, mut path) = (Vec::new(), b.path("/inbox?limit=2"));
        loop {
            let page = b.viewer.get(&path).expect(200);
            assert!(page.data().len() <= 2);
            found.extend(page.data());
            let Some(link) = page.header("link") else { break };
            path = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned();
        }
        assert_eq!(found, all);
        let cursor = b.viewer.get(&b.path("/inbox?limit=2")).expect(200).json()["next_cursor"].clone();
        let cursor = cursor.as_str().unwrap();
        b.viewer.get(&b.path(&format!("/inbox?cursor={cursor}&limit=1"))).expect(200);
        world.a.viewer.get(&world.a.path(&format!("/inbox?cursor={cursor}"))).problem("invalid-cursor").expect(400);
        b.viewer.get(&b.path("/inbox?limit=0")).problem("invalid-parameter").expect(400);
        b.viewer.get(&b.path("/inbox?state=proposed")).problem("invalid-parameter").expect(400);
    }

    fn it_has_the_tag_of_its_content(world: World) {
        let path = world.b.path("/inbox");
        let get = |tag: &str| world.b.viewer.get(&path).header("If-None-Match", tag).send();
        let empty = world.b.viewer.get(&path).expect(200);
        assert_eq!(empty.json(), json!({"data": [], "next_cursor": null}));
        assert_eq!(empty.header("cache-control"), Some("private, no-cache"));
        let unchanged = get(&empty.etag()).expect(304);
        assert!(unchanged.body.is_empty() && unchanged.etag() == empty.etag());
        let trip = Trip::proposed(&world, draft_on(&world, "2099-01-02"));
        let full = get(&empty.etag()).expect(200);
        assert_ne!(full.etag(), empty.etag());
        let squeezed = world.b.viewer.get(&path).header("Accept-Encoding", "gzip").header("If-None-Match", &full.etag());
        let squeezed = squeezed.send().expect(304);
        assert_eq!((squeezed.header("content-encoding"), squeezed.body.is_empty()), (None, true));
        assert_eq!(world.b.viewer.head(&path).expect(200).etag(), full.etag());
        trip.act(&world.b.coordinator, "decline", json!({})).expect(200);
        assert_eq!(get(&full.etag()).expect(200).etag(), empty.etag(), "by content, so as it was");
    }
}
