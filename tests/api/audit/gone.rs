//! What stands apart from the entries taken away by whoever can write to the database: it doesn't pass for erased.

use std::sync::Arc;

use awasir::db::schema::journal_entries;
use awasir::journal::Erasure;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::*;
use crate::support::server::Place;
use crate::support::world::{join, person};
use crate::visits::{Trip, draft};

/// A database in which things are taken away and put back.
struct Kept<'a>(&'a mut Db);

impl<'a> Kept<'a> {
    fn of(db: &'a mut Db) -> Self {
        db.batch_execute(
            "create table kept_values as select * from journal_values; \
             create table kept_addresses as select id, address from journal_entries",
        )
        .unwrap();
        Self(db)
    }

    /// What is found after a statement, which is then undone.
    #[track_caller]
    fn after(&mut self, statement: &str) -> Finding {
        assert!(verify(self.0).is_ok());
        self.0.batch_execute(statement).unwrap();
        let outcome = verify(self.0);
        self.0
            .batch_execute(
                "delete from journal_values; insert into journal_values select * from kept_values; \
                 update journal_entries set address = (select address from kept_addresses kept where kept.id = journal_entries.id)",
            )
            .unwrap();
        outcome.expect_err(statement)
    }

    /// What is found after a field was taken out of the values of an entry.
    #[track_caller]
    fn after_losing(&mut self, seq: i64, field: &str) -> Finding {
        let statement = without(self.0, seq, field);
        self.after(&statement)
    }
}

impl Drop for Kept<'_> {
    fn drop(&mut self) {
        let _ = self.0.batch_execute("drop table kept_values; drop table kept_addresses");
    }
}

fn of(seq: i64) -> String {
    format!("(select id from journal_entries where seq = {seq})")
}

/// Takes a field out of the values of an entry.
fn without(db: &Db, seq: i64, field: &str) -> String {
    let rest = match db {
        Db::Sqlite(_) => format!("json_remove(field_values, '$.{field}')"),
        Db::Postgres(_) => format!("field_values - '{field}'"),
    };
    format!("update journal_values set field_values = {rest} where entry_id = {}", of(seq))
}

/// Puts something into a column of JSON, at a path of members.
fn with(db: &Db, column: &str, path: &[&str], value: &str) -> String {
    match db {
        Db::Sqlite(_) => format!("{column} = json_set({column}, '$.{}', json('{value}'))", path.join(".")),
        Db::Postgres(_) => format!("{column} = jsonb_set({column}, '{{{}}}', '{value}')", path.join(",")),
    }
}

/// The number of the first entry of an action, about a thing if one is named.
#[track_caller]
fn number_of(server: &TestServer, action: &str, thing: Option<&str>) -> i64 {
    let journal = server.journal().into_iter();
    let mut found = journal.filter(|entry| entry.action == action);
    found.find(|entry| thing.is_none_or(|thing| entry.thing_id.0.to_string() == thing)).unwrap().seq.unwrap()
}

/// An entry like another, with another action and number.
fn forged(db: &Db, like: i64, action: &str, seq: &str) -> String {
    let new = match db {
        Db::Sqlite(_) => format!("x'{}'", "07".repeat(16)),
        Db::Postgres(_) => format!("'{}'::uuid", uuid::Uuid::from_bytes([7; 16])),
    };
    let columns =
        "position, at, thing_kind, thing_id, thing_version, user_id, organisation_id, request_id, digests";
    let none = if matches!(db, Db::Postgres(_)) { "'{}'::jsonb" } else { "'{}'" };
    let same = columns.replace(", digests", "");
    format!(
        "insert into journal_entries (id, seq, xact, action, {columns}) \
         select {new}, {seq}, 9000000000000000000, '{action}', {same}, {none} from journal_entries where seq = {like}"
    )
}

on_both_engines! {
    fn what_is_taken_away_or_added_is_named(world: World) {
        chain(&world);
        world.server.look(|db| {
            let at = "where entry_id = ".to_owned() + &of(5);
            let value = r#"{"salt": "AAAA", "before": null, "after": "x"}"#;
            let lost = |field: &str| format!("the values of its field {field:?} are gone");
            let json = if matches!(db, Db::Postgres(_)) { "::jsonb" } else { "" };
            let cases = [
                (format!("delete from journal_values {at}"), Fault::Unaccounted, lost("country")),
                (format!("update journal_values set field_values = '{{}}'{json} {at}"), Fault::Unaccounted, lost("country")),
                (without(db, 5, "name"), Fault::Unaccounted, lost("name")),
                ("update journal_entries set address = null where seq = 5".to_owned(), Fault::Unaccounted, "its address is gone".to_owned()),
                (
                    format!("update journal_entries set {} where seq = 5", with(db, "address", &["port"], "[1]")),
                    Fault::Altered, "the address".to_owned(),
                ),
                (
                    format!("update journal_values set {} {at}", with(db, "field_values", &["name", "between"], "[1]")),
                    Fault::Altered, "field \"name\"".to_owned(),
                ),
                (
                    format!("update journal_values set {} {at}", with(db, "field_values", &["status"], value)),
                    Fault::Altered, "field \"status\"".to_owned(),
                ),
                (format!("update journal_values set field_values = '[]'{json} {at}"), Fault::Altered, "values".to_owned()),
                (format!("update journal_values set {} {at}", with(db, "field_values", &["name"], "[]")), Fault::Altered, "\"name\"".to_owned()),
            ];
            let mut kept = Kept::of(db);
            for (statement, fault, told) in cases {
                let found = kept.after(&statement);
                assert_eq!((found.seq, found.fault), (5, fault), "{statement}: {found:?}");
                assert!(found.told.contains(&told), "{statement}: {found:?}");
            }
            // Of two the first.
            let found = kept.after(&format!(
                "delete from journal_values where entry_id in ({}, {}); update journal_entries set address = null where seq = 6", of(3), of(5)
            ));
            assert_eq!((found.seq, found.fault), (3, Fault::Unaccounted));
            drop(kept);
            // What SQLite keeps as it is written: a member twice, of which the last is the one that was digested.
            if matches!(db, Db::Sqlite(_)) {
                let twice = "update journal_values set field_values = ";
                for repeated in [
                    "replace(field_values, '\"salt\":', '\"before\":1,\"salt\":')",
                    "'{\"name\":{},' || substr(field_values, 2)",
                    "replace(field_values, '\"after\":{', '\"after\":{\"ar\":\"x\",')",
                ] {
                    let found = Kept::of(db).after(&format!("{twice}{repeated} {at}"));
                    assert_eq!((found.seq, found.fault), (5, Fault::Altered), "{repeated}");
                }
                let fifth = || journal_entries::table.filter(journal_entries::seq.eq(Some(5)));
                let digests: Json<Value> = fifth().select(journal_entries::digests).first(db).unwrap();
                db.batch_execute("update journal_entries set digests = '{\"name\":null,' || substr(digests, 2) where seq = 5").unwrap();
                assert_eq!(super::found(db), (5, Fault::Altered));
                diesel::update(fifth()).set(journal_entries::digests.eq(digests)).execute(db).unwrap();
                assert!(verify(db).is_ok());
            }
        });
        let place = Arc::clone(&world.server.place);
        drop(world);
        let mut db = place.connect();
        db.batch_execute(&format!("delete from journal_values where entry_id = {}", of(2))).unwrap();
        let output = crate::support::process::run(&place, &["audit", "verify"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1));
        assert!(said.contains("entry 2 (") && said.contains("has lost what no erasure accounts for"), "{said}");
    }

    /// An erasure covers its own fields, of its own thing or person, in entries before it.
    fn an_erasure_covers_what_is_its_own(world: World) {
        let body = json!({"name": ar("كباشي"), "title": ar("أمين المال")});
        let member = world.a.admin.post(&world.a.path("/members"), body.clone()).expect(201).id();
        let other = world.a.admin.post(&world.a.path("/members"), body).expect(201).id();
        let delegate = json!({"organisation_id": world.a.id, "side": "visitor", "member_id": member, "affiliation": ar("إذاعة")});
        let trip = Trip::draft(&world, draft(&world));
        let there = world.a.contributor.post(&trip.below("delegates"), delegate).expect(201).id();
        let path = trip.below(&format!("delegates/{there}"));
        let another = json!({"member_id": null, "name": ar("شخص آخر"), "affiliation": null});
        world.a.contributor.patch(&path, another).if_match("*").expect(200);
        let gone = person(&world.server, "gone@example.org", false);
        join(&world.server, &gone, world.b.id, awasir::access::Role::Contributor);
        let village = json!({"name": ar("قرية الراحل"), "country": "SD"});
        let village = gone.post("/v1/communities", village).expect(201).id();
        write_some(&world, 1);

        world.a.admin.post(&world.a.path(&format!("/members/{member}/erase")), json!({})).expect(200);
        gone.delete("/v1/me").if_match("*").expect(204);
        world.a.contributor.patch(&path, json!({"name": ar("ثالث")})).if_match("*").expect(200);
        sealed(&world.server);
        let number = |action: &str, thing: &str| number_of(&world.server, action, Some(thing));
        assert_eq!(world.server.actions_on(&there)[2..], ["visit.delegate.erased", "visit.delegate.changed"]);
        let last = world.server.journal().iter().rfind(|entry| entry.action == "visit.delegate.changed").unwrap().seq.unwrap();
        let others = [
            (number("member.created", &other), "name"),
            (number("member.created", &member), "title"),
            (number("community.created", &village), "name"),
            (last, "name"),
        ];
        let by_another = number_of(&world.server, "member.created", Some(&member));
        world.server.look(|db| {
            let mut kept = Kept::of(db);
            for (seq, field) in others {
                let found = kept.after_losing(seq, field);
                assert_eq!((found.seq, found.fault), (seq, Fault::Unaccounted), "{field}: {found:?}");
                assert!(found.told.contains(field), "{found:?}");
            }
            // What the person did who is erased has no address; what others did about them has.
            let found = kept.after(&format!("update journal_entries set address = null where seq = {by_another}"));
            assert_eq!((found.seq, found.fault), (by_another, Fault::Unaccounted));
        });
    }

    /// An erasure that has its number and waits for its link counts: it was committed with what it erased. So does one that
    /// waits for its number, for as long as that can take.
    fn an_erasure_that_is_not_sealed_yet_counts_for_a_while(world: World) {
        chain(&world);
        let place: Arc<Place> = Arc::clone(&world.server.place);
        drop(world);
        let mut db = place.connect();
        let lost = without(&db, 3, "name");
        db.batch_execute(&lost).unwrap();
        assert_eq!(found(&mut db), (3, Fault::Unaccounted));
        let later = Instant::system_now().plus(verifying::SEALED_WITHIN + Duration::from_secs(60));
        let mut forge = |action: &str, seq: &str| {
            let entry = forged(&db, 3, action, seq);
            db.batch_execute("delete from journal_entries where seq is null or seq > 7").unwrap();
            db.batch_execute(&entry).unwrap();
            let judged = |db: &mut Db, now| verifying::verify(db, None, now).unwrap().map_err(|found| (found.seq, found.fault));
            (judged(&mut db, Instant::system_now()).map(|verified| verified.waiting), judged(&mut db, later).map(|_| ()))
        };
        assert_eq!(forge("member.erased", "8"), (Ok(1), Err((8, Fault::Unsealed))));
        assert_eq!(forge("community.changed", "8").0, Err((3, Fault::Unaccounted)));
        assert_eq!(forge("organisation.applicant_erased", "8").0, Err((3, Fault::Unaccounted)));
        if place.target().engine() == Engine::Postgres {
            assert_eq!(forge("member.erased", "null"), (Ok(1), Err((8, Fault::Unsealed))));
        }
        // Nor one that is dated ahead, so that it would wait for years.
        assert_eq!(forge("member.erased", "8").0, Ok(1));
        let earlier = Instant::system_now().minus(verifying::SEALED_WITHIN + Duration::from_secs(60));
        let Finding { seq, fault, .. } = verifying::verify(&mut db, None, earlier).unwrap().unwrap_err();
        assert_eq!((seq, fault), (8, Fault::Unsealed));
    }

    /// Whatever transaction an entry names: it is given a number and sealed, for all to see.
    fn what_was_written_by_hand_is_sealed_too(world: World) {
        chain(&world);
        if world.server.engine() == Engine::Sqlite {
            return;
        }
        world.server.look(|db| {
            let entry = forged(db, 3, "member.erased", "null");
            db.batch_execute(&entry).unwrap();
        });
        eventually("it has its link", Duration::from_secs(10), || world.server.look(|db| sealing::head(db).unwrap().seq == 8));
        assert_eq!(world.server.journal().last().unwrap().action, "member.erased");
        // And what others write goes on.
        write_some(&world, 1);
        assert_eq!(sealed(&world.server).seq, 9);
        assert!(world.server.look(verify).is_ok());
    }

    fn erasures_are_found_by_the_index_of_things(world: World) {
        use diesel::connection::{Connection as _, InstrumentationEvent};
        write_some(&world, 3);
        sealed(&world.server);
        let mut db = world.server.place.connect();
        db.batch_execute("delete from journal_values").unwrap();
        let statements = Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = Arc::clone(&statements);
        db.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                heard.lock().unwrap().push(query.to_string().split(" -- binds:").next().unwrap().trim().to_owned());
            }
        });
        assert!(verify(&mut db).is_err());
        let statements = statements.lock().unwrap().clone();
        let asks = |one: &&String| {
            let bare = one.replace(['"', '`'], "");
            bare.contains("journal_entries.action IN (") || bare.contains("journal_entries.action = ANY(")
        };
        let by_thing: Vec<&String> = statements.iter().filter(asks).collect();
        assert_eq!(by_thing.len(), 1, "one for all: {statements:?}");
        world.server.look(|db| assert_eq!(crate::plans::scans(db, by_thing[0]), [""; 0]));
    }
}

/// Every erasure but by its entry is a removal: with the entries of its action altered, what they erased is missed first.
pub fn assert_accounts(server: &TestServer, erasure: Erasure) {
    let action = erasure.action();
    let first = number_of(server, action, None);
    server.look(|db| {
        assert!(verify(db).is_ok(), "{erasure:?}: {:?}", verify(db));
        let of_action = journal_entries::table.filter(journal_entries::action.eq(action));
        let altered =
            diesel::update(of_action).set(journal_entries::action.eq("test.none")).execute(db).unwrap();
        assert!(altered > 0, "{erasure:?}");
        let (seq, fault) = found(db);
        assert!(
            seq < first && fault == Fault::Unaccounted,
            "{erasure:?}: {seq} {fault:?}, erased by {first}"
        );
        let altered = journal_entries::table.filter(journal_entries::action.eq("test.none"));
        diesel::update(altered).set(journal_entries::action.eq(action)).execute(db).unwrap();
        assert!(verify(db).is_ok(), "{erasure:?}");
    });
}
