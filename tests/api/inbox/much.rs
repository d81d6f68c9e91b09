//! Much of it: how short it is on the wire, and what is not looked at.

use std::io::Read as _;

use awasir::db::schema::{visit_parties, visits};
use awasir::visits::model::{PartyRow, VisitRow};

use diesel::connection::SimpleConnection as _;

use super::*;

on_both_engines! {
    fn what_is_over_is_not_looked_at(world: World) {
        // A thousand that are over and one that is not: were they gone through in order of age, or counted
        // among those that are looked at, it would not be found.
        let trip = Trip::concluded(&world, draft_on(&world, "2025-07-04"), "parties");
        copy(&world, &trip, 1_100);
        let waiting = Trip::proposed(&world, draft_on(&world, "2099-01-02"));
        assert_eq!(only(&world.b)["id"], id_of(&waiting).to_string());
        copy(&world, &waiting, 1_100);
        let mut found = 0;
        let mut path = world.b.path("/inbox?limit=200");
        loop {
            let page = world.b.viewer.get(&path).expect(200);
            found += page.data().len();
            let Some(link) = page.header("link") else { break };
            path = link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned();
        }
        assert_eq!(found, 1_000, "no more than that are gathered");
    }

    fn what_is_due_first_is_looked_at(world: World) {
        // A thousand that were drawn up before and are due later; what is due next is among those told.
        let later = Trip::proposed(&world, draft_on(&world, "2099-01-02"));
        copy(&world, &later, 1_100);
        let next = Trip::proposed(&world, draft_on(&world, &day(&world, 3).to_string()));
        let held = Trip::held(&world, draft_on(&world, "2025-07-04"));
        let first = inbox(&world.b);
        let ids: Vec<&str> = first.iter().take(2).map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(ids, [id_of(&held).to_string(), id_of(&next).to_string()]);
    }

    fn the_days_of_what_was_there_before_are_filled_in(world: World) {
        let on = day(&world, -2).to_string();
        Trip::draft(&world, draft_on(&world, &on));
        Trip::accepted(&world, draft_on(&world, &on));
        let mut body = draft_on(&world, &on);
        body["schedule"]["end_date"] = json!(day(&world, 1));
        Trip::accepted(&world, body);
        let cancelled = Trip::proposed(&world, draft_on(&world, &on));
        cancelled.act(&world.a.coordinator, "cancel", json!({})).expect(200);
        let declined = Trip::proposed(&world, draft_on(&world, &on));
        declined.act(&world.b.coordinator, "decline", json!({})).expect(200);
        let held = Trip::accepted(&world, draft_on(&world, "2025-07-04"));
        held.act(&world.a.coordinator, "hold", json!({"held_on": "2025-07-06"})).expect(200);
        let mut body = draft_on(&world, &on);
        // Where the day of a moment is the one that it is by UTC.
        body["schedule"]["time_zone"] = json!("UTC");
        Trip::reported(&world, body.clone(), "parties");
        let recorded = Trip::proposed(&world, body);
        recorded.act(&world.a.coordinator, "record-held", json!({})).expect(200);
        recorded.act(&world.a.coordinator, "submit-report", json!({"summary": ar("ت")})).expect(200);
        Trip::concluded(&world, draft_on(&world, &on), "parties");
        type Due = Vec<(VisitId, OrganisationId, Option<CalendarDate>)>;
        let due = |db: &mut awasir::db::Db| -> Due {
            let key = (visit_parties::visit_id, visit_parties::organisation_id);
            visit_parties::table.order(key).select((key.0, key.1, visit_parties::waits_until)).load(db).unwrap()
        };
        world.server.look(|db| {
            let written = due(db);
            assert_eq!(written.iter().filter(|(.., day)| day.is_some()).count(), 10, "{written:?}");
            diesel::update(visit_parties::table).set(visit_parties::waits_until.eq(None::<CalendarDate>)).execute(db).unwrap();
            let fill = match db {
                awasir::db::Db::Sqlite(_) => include_str!("../../../migrations/sqlite/2026-11-26-000710_due_days/up.sql"),
                awasir::db::Db::Postgres(_) => include_str!("../../../migrations/postgres/2026-11-26-000710_due_days/up.sql"),
            };
            db.batch_execute(fill).unwrap();
            assert_eq!(due(db), written);
        });
    }

    fn fifty_things_are_under_four_kilobytes(world: World) {
        let a = &world.a;
        let mut trips = Vec::new();
        let all: Vec<Organisation> = NAMES.iter().map(|(ar, en)| another(&world, ar, en)).collect();
        for n in 0..40 {
            let other = &all[n * 7 % all.len()];
            let mut body = draft_on(&world, &day(&world, 3 * (n as i32 % 12) - 34).to_string());
            let (ours, theirs) = if n % 3 == 0 { ("visitor", "host") } else { ("host", "visitor") };
            body["parties"] = parties(&[(a, ours), (other, theirs)]);
            let trip = Trip { path: format!("{VISITS}/{}", other.contributor.post(VISITS, body).expect(201).id()) };
            trip.act(&other.coordinator, "propose", json!({})).expect(200);
            if n % 4 >= 1 {
                trip.consent(&a.coordinator, "accept").expect(200);
            }
            if n % 4 >= 2 {
                trip.act(&other.coordinator, "hold", json!({})).expect(200);
            }
            if n % 4 >= 3 {
                trip.act(&other.coordinator, "submit-report", json!({"summary": ar("تقرير")})).expect(200);
            }
            trips.push(trip);
            // As in life: they are not all made within the same second.
            world.server.advance(Duration::from_secs(40_000));
        }
        for (n, (ar, en)) in PROMISES.iter().enumerate() {
            let what = if n % 2 == 0 { json!({"ar": ar}) } else { json!({"ar": ar, "en": en}) };
            promise(&world, &trips[4 * n + 3], a.id, &what, Some(day(&world, 2 * n as i32 - 9)));
        }
        let path = a.path("/inbox?limit=50");
        let plain = a.viewer.get(&path).expect(200);
        let mut actions: Vec<String> = plain.data().iter().map(|item| item["action"].to_string()).collect();
        assert_eq!(actions.len(), 50);
        actions.sort();
        actions.dedup();
        assert_eq!(actions.len(), 5, "{actions:?}");
        let gzip = a.viewer.get(&path).header("Accept-Encoding", "gzip").expect(200);
        assert_eq!(gzip.header("content-encoding"), Some("gzip"));
        let mut whole = Vec::new();
        flate2::read::GzDecoder::new(gzip.body.as_slice()).read_to_end(&mut whole).unwrap();
        assert_eq!((whole == plain.body, gzip.etag()), (true, plain.etag()));
        assert!(gzip.body.len() < 4_096, "{} bytes of {}", gzip.body.len(), plain.body.len());
        // What browsers send; and who refuses it, or is in two minds, gets what it takes.
        for (accepted, named) in [("gzip, deflate, br, zstd", Some("gzip")), ("br, gzip;q=0", Some("br")), ("identity", None)] {
            let other = a.viewer.get(&path).header("Accept-Encoding", accepted).expect(200);
            assert_eq!((other.header("content-encoding"), other.etag()), (named, plain.etag()), "{accepted}");
        }
    }
}

/// The same visit so many times more.
fn copy(world: &World, trip: &Trip, times: usize) {
    world.server.look(|db| {
        db.transaction(|db| {
            let mut row: VisitRow =
                visits::table.find(id_of(trip)).select(VisitRow::as_select()).first(db)?;
            let parties: Vec<PartyRow> = visit_parties::table
                .filter(visit_parties::visit_id.eq(id_of(trip)))
                .select(PartyRow::as_select())
                .load(db)?;
            for _ in 0..times {
                row.id = world.server.app.ids.id();
                diesel::insert_into(visits::table).values(&row).execute(db)?;
                for mut party in parties.clone() {
                    party.visit_id = row.id;
                    diesel::insert_into(visit_parties::table).values(&party).execute(db)?;
                }
            }
            diesel::QueryResult::Ok(())
        })
        .unwrap();
    });
}

const NAMES: [(&str, &str); 20] = [
    ("جمعية الوادي الأخضر", "Green Valley Association"),
    ("جمعية النيل الأزرق الخيرية", "Blue Nile Charitable Association"),
    ("منظمة رعاية الطفولة", "Child Care Organisation"),
    ("غرفة طوارئ أمبدة", "Ombada Emergency Room"),
    ("وقف الشيخ حمد", "Sheikh Hamad Endowment"),
    ("مبادرة شباب كوستي", "Kosti Youth Initiative"),
    ("لجنة الحي الأوسط", "Central Quarter Committee"),
    ("شبكة نساء الجزيرة", "Gezira Women's Network"),
    ("جمعية الكسمبر الخيرية", "Al-Kasambar Charitable Association"),
    ("مؤسسة سنابل", "Sanabil Foundation"),
    ("رابطة أبناء الدويم", "Ad-Duwaym Diaspora Association"),
    ("منظمة إغاثة دارفور", "Darfur Relief Organisation"),
    ("جمعية رحماء الخيرية", "Ruhama Charitable Association"),
    ("منظمة سقيا الماء", "Water for All Organisation"),
    ("مبادرة نفير", "Nafeer Initiative"),
    ("لجنة خدمات الثورة", "Ath-Thawra Services Committee"),
    ("جمعية الهلال بربك", "Al-Hilal Association of Rabak"),
    ("غرفة طوارئ جبل أولياء", "Jebel Aulia Emergency Room"),
    ("منظمة بسمة أمل", "Smile of Hope Organisation"),
    ("شبكة متطوعي كسلا", "Kassala Volunteers Network"),
];

const PROMISES: [(&str, &str); 10] = [
    ("توريد 200 بطانية لمركز الإيواء", "200 blankets for the shelter"),
    ("تجهيز فصلين للتعليم البديل", "Two classrooms for alternative schooling"),
    ("تدريب 15 متطوعة على الإسعاف الأولي", "First-aid training for 15 volunteers"),
    ("تعريف الجمعية بداعم محتمل", "An introduction to a possible donor"),
    ("دراسة مشتركة لمصادر المياه في القرية", "A joint study of the village's water sources"),
    ("مراجعة ملف التسجيل قبل تقديمه", "A review of the registration file"),
    ("تغطية إعلامية ليوم المطبخ الجماعي", "Coverage of the community kitchen's day"),
    ("إعارة مولّد كهرباء لمدة شهر", "The loan of a generator for a month"),
    ("زيارة ردّ قبل نهاية الموسم", "A visit in return before the season ends"),
    ("مشاركة قائمة الأسر المستفيدة", "Sharing the list of families served"),
];
