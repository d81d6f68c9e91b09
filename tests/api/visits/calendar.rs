//! A visit as an event: for whom it is one, and what it says at each step. What the lines are made of is tried
//! where they are made, and by an outside reader in tests/clients.

use super::*;

/// The calendar's lines, unfolded.
#[track_caller]
fn lines(trip: &Trip, client: &Client) -> Vec<String> {
    let reply = client.get(&trip.below("calendar.ics")).expect(200);
    assert_eq!(reply.header("content-type"), Some("text/calendar; charset=utf-8"));
    let text = String::from_utf8(reply.body).unwrap();
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
    }
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

/// The values of a property, behind its parameters.
fn values<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
    let of = lines.iter().filter(|line| line.split([':', ';']).next() == Some(name));
    of.map(|line| &line[name.len()..]).collect()
}

/// `STATUS` and `SEQUENCE`.
#[track_caller]
fn standing(trip: &Trip, client: &Client) -> (String, i64) {
    let lines = lines(trip, client);
    let sequence = values(&lines, "SEQUENCE").concat()[1..].parse().unwrap();
    (values(&lines, "STATUS").concat()[1..].to_owned(), sequence)
}

/// A visits B and C.
fn with_c(world: &World) -> (Organisation, Value) {
    let c = crate::support::world::organisation(&world.server, "جمعية الجزيرة", "gezira");
    let mut body = draft(world);
    body["parties"] = parties(&[(&world.a, "visitor"), (&world.b, "host"), (&c, "host")]);
    (c, body)
}

on_both_engines! {
    fn what_it_says(world: World) {
        let mut body = draft(&world);
        let summary = "زيارة للوقوف على المشاريع، وتبادل التجارب؛ تشمل: المدرسة, والمركز; ثم\nجولة \\ ختام";
        body["title"] = Value::Null;
        body["summary"] = ar(summary);
        body["place"] = json!({"name": {"ar": "دار الجمعية، ود مدني", "en": "The house"}, "country": "SD"});
        body["schedule"] = json!({"date": "2025-07-04", "start_time": "09:30", "end_time": "13:00"});
        let trip = Trip::proposed(&world, body);
        let id = trip.path.rsplit('/').next().unwrap();
        let seen = lines(&trip, &world.b.viewer);
        let is = |name: &str, value: &str| assert_eq!(values(&seen, name), [value], "{seen:#?}");
        is("UID", &format!(":{id}@127.0.0.1"));
        is("SUMMARY", ":زيارة جمعية الوادي إلى جمعية النيل");
        is("DESCRIPTION", ":زيارة للوقوف على المشاريع، وتبادل التجارب؛ تشمل: المدرسة\\, والمركز\\; ثم\\nجولة \\\\ ختام");
        is("LOCATION", ":دار الجمعية، ود مدني");
        is("DTEND", ";TZID=Africa/Khartoum:20250704T130000");
        assert_eq!(values(&seen, "DTSTART"), [":20171101T000000", ";TZID=Africa/Khartoum:20250704T093000"]);
        is("TZOFFSETTO", ":+0200");
        is("ORGANIZER", &format!(";CN=\"جمعية الوادي\":urn:uuid:{}", world.a.id));
        let attendee = |name: &str, answer: &str, id| {
            format!(";CN=\"{name}\";CUTYPE=GROUP;ROLE=REQ-PARTICIPANT;PARTSTAT={answer}:urn:uuid:{id}")
        };
        assert_eq!(values(&seen, "ATTENDEE"), [
            attendee("جمعية الوادي", "ACCEPTED", world.a.id), attendee("جمعية النيل", "NEEDS-ACTION", world.b.id),
        ]);
        assert!(values(&seen, "URL").concat().ends_with(&trip.path));
        assert_eq!(values(&seen, "DTSTAMP"), values(&seen, "LAST-MODIFIED"));
    }

    fn every_step_raises_the_sequence(world: World) {
        let viewer = &world.a.viewer;
        let trip = Trip::draft(&world, draft(&world));
        assert_eq!(standing(&trip, viewer), ("TENTATIVE".to_owned(), 0));
        let (a, b) = (&world.a.coordinator, &world.b.coordinator);
        trip.act(a, "propose", json!({})).expect(200);
        assert_eq!(standing(&trip, viewer), ("TENTATIVE".to_owned(), 1));
        trip.consent(b, "accept").expect(200);
        assert_eq!(standing(&trip, viewer), ("CONFIRMED".to_owned(), 2));
        let moved = json!({"schedule": {"date": "2025-08-01", "end_date": "2025-08-02"}, "reason_code": "rain"});
        trip.act(b, "reschedule", moved).expect(200);
        assert_eq!(standing(&trip, viewer), ("TENTATIVE".to_owned(), 3));
        let seen = lines(&trip, viewer);
        assert_eq!((values(&seen, "DTSTART"), values(&seen, "DTEND")), (vec![";VALUE=DATE:20250801"], vec![";VALUE=DATE:20250803"]));
        assert!(values(&seen, "ATTENDEE")[0].contains("PARTSTAT=NEEDS-ACTION"), "who is asked again: {seen:#?}");
        trip.act(a, "cancel", json!({})).expect(200);
        assert_eq!(standing(&trip, viewer), ("CANCELLED".to_owned(), 4));
        assert_eq!(standing(&trip, &world.b.viewer), ("CANCELLED".to_owned(), 4));
        let trip = Trip::proposed(&world, draft(&world));
        trip.act(b, "decline", json!({})).expect(200);
        assert_eq!(standing(&trip, &world.b.viewer), ("CANCELLED".to_owned(), 2));
        let trip = Trip::held(&world, draft(&world));
        assert_eq!(standing(&trip, viewer).0, "CONFIRMED");
    }

    fn for_its_parties_only(world: World) {
        let (c, body) = with_c(&world);
        let d = crate::support::world::organisation(&world.server, "جمعية سنار", "sennar");
        let trip = Trip::draft(&world, body);
        let path = trip.below("calendar.ics");
        for role in awasir::access::Role::ALL {
            world.a.with(*role).get(&path).expect(200);
            world.b.with(*role).get(&path).problem("not-found").expect(404);
        }
        world.network_admin.get(&path).problem("forbidden").expect(403);
        world.stranger.get(&path).problem("unauthenticated").expect(401);
        trip.act(&world.a.coordinator, "propose", json!({})).expect(200);
        for client in [&world.a.viewer, &world.b.viewer, &c.viewer] {
            client.get(&path).expect(200);
        }
        d.admin.get(&path).problem("not-found").expect(404);
        // It goes on without C: for C it is off, and C sees no more of it.
        trip.act(&c.coordinator, "decline", json!({})).expect(200);
        let last = standing(&trip, &c.viewer);
        assert_eq!(last, ("CANCELLED".to_owned(), 2));
        let left = c.viewer.get(&path).expect(200).text();
        trip.consent(&world.b.coordinator, "accept").expect(200);
        assert_eq!(standing(&trip, &world.b.viewer), ("CONFIRMED".to_owned(), 3));
        trip.act(&world.a.coordinator, "hold", json!({})).expect(200);
        let report = json!({"summary": ar("تمت"), "visibility": "network"});
        trip.act(&world.a.coordinator, "submit-report", report).expect(200);
        trip.consent(&world.b.coordinator, "approve-report").expect(200);
        // The network sees the visit; it is still no event of theirs.
        d.viewer.get(&trip.path).expect(200);
        d.viewer.get(&path).problem("not-found").expect(404);
        assert_eq!(c.viewer.get(&path).expect(200).text(), left);
    }

    fn the_same_bytes_until_it_changes(world: World) {
        let trip = Trip::accepted(&world, draft(&world));
        let path = trip.below("calendar.ics");
        let first = world.a.viewer.get(&path).expect(200);
        assert!(first.etag().starts_with("W/\"3."), "{}", first.etag());
        world.server.advance(std::time::Duration::from_secs(90));
        let again = world.a.viewer.get(&path).expect(200);
        assert_eq!((&first.body, first.etag()), (&again.body, again.etag()));
        assert_eq!(first.body, world.b.viewer.get(&path).expect(200).body, "one event for all parties");
        let unchanged = world.a.viewer.get(&path).header("If-None-Match", &first.etag()).expect(304);
        assert!(unchanged.body.is_empty());
        let head = world.a.viewer.head(&path).expect(200);
        assert_eq!((head.etag(), head.header("content-type")), (first.etag(), first.header("content-type")));
        assert!(head.body.is_empty());
        trip.act(&world.a.coordinator, "cancel", json!({})).expect(200);
        let changed = world.a.viewer.get(&path).header("If-None-Match", &first.etag()).expect(200);
        assert_ne!(changed.etag(), first.etag());
        world.a.viewer.get(&format!("{path}?x=1")).problem("invalid-parameter").expect(400);
    }

    fn in_the_caller_s_language(world: World) {
        let mut body = draft(&world);
        body["title"] = json!({"ar": "زيارة ودية", "en": "A friendly visit"});
        let trip = Trip::proposed(&world, body);
        assert_eq!(values(&lines(&trip, &world.a.viewer), "SUMMARY"), [":زيارة ودية"]);
        let me = world.a.viewer.get("/v1/me").expect(200);
        world.a.viewer.patch("/v1/me", json!({"locale": "en"})).if_match(&me.etag()).expect(200);
        let seen = lines(&trip, world.a.viewer.renew());
        assert_eq!(values(&seen, "SUMMARY"), [":A friendly visit"]);
        assert!(values(&seen, "ORGANIZER")[0].starts_with(";CN=wadi:"), "{seen:#?}");
    }
}
