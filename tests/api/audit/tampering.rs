//! Each way of tampering that a database allows, and what the verification says of it.

use awasir::journal::verifying::{Fault, Finding};
use diesel::connection::SimpleConnection as _;

use super::*;

const ALTERED: &str = "3";

/// A literal of an id.
fn id(db: &Db, n: u8) -> String {
    match db {
        Db::Sqlite(_) => format!("x'{}'", format!("{n:02x}").repeat(16)),
        Db::Postgres(_) => format!("'{}'::uuid", uuid::Uuid::from_bytes([n; 16])),
    }
}

on_both_engines! {
    fn whatever_of_an_entry_is_altered_is_named(world: World) {
        chain(&world);
        world.server.look(|db| {
            assert!(verify(db).is_ok());
            db.batch_execute("create table kept as select * from journal_entries where seq = 3").unwrap();
            let (someone, json) = (id(db, 9), if matches!(db, Db::Postgres(_)) { "::jsonb" } else { "" });
            let later = match db {
                Db::Sqlite(_) => "at + 1",
                Db::Postgres(_) => "at + interval '1 microsecond'",
            };
            for (column, value) in [
                ("at", later.to_owned()),
                ("action", "'community.deleted'".to_owned()),
                ("thing_kind", "'visit'".to_owned()),
                ("thing_id", someone.clone()),
                ("thing_version", "thing_version + 1".to_owned()),
                ("user_id", someone.clone()),
                ("user_id", "null".to_owned()),
                ("session_id", "null".to_owned()),
                ("token_id", someone.clone()),
                ("organisation_id", someone.clone()),
                ("about_organisation_id", someone.clone()),
                ("reserved", "'donors'".to_owned()),
                ("request_id", "'another'".to_owned()),
                ("digests", format!("'{{}}'{json}")),
                ("digests", format!("'{{\"name\": null}}'{json}")),
                ("address_digest", "null".to_owned()),
                ("address", format!("'{{\"salt\": \"AAAA\", \"address\": \"192.0.2.1\"}}'{json}")),
                ("address", format!("'{{}}'{json}")),
            ] {
                db.batch_execute(&format!("update journal_entries set {column} = {value} where seq = {ALTERED}")).unwrap();
                assert_eq!(found(db), (3, Fault::Altered), "{column} = {value}");
                db.batch_execute(&format!("update journal_entries set {column} = (select {column} from kept) where seq = {ALTERED}")).unwrap();
                assert!(verify(db).is_ok(), "{column}");
            }
            // The entry under another id; its values are let go first.
            let of = format!("(select id from journal_entries where seq = {ALTERED})");
            db.batch_execute(&format!("delete from journal_values where entry_id = {of}")).unwrap();
            assert_eq!(found(db), (3, Fault::Unaccounted));
            db.batch_execute(&format!("update journal_entries set id = {someone} where seq = {ALTERED}")).unwrap();
            assert_eq!(found(db), (3, Fault::Altered));
            db.batch_execute("drop table kept").unwrap();
        });
    }

    fn a_value_that_is_kept_apart_and_altered_is_named(world: World) {
        chain(&world);
        world.server.look(|db| {
            let of = "entry_id = (select id from journal_entries where seq = 5)";
            let (replaced, added) = match db {
                Db::Sqlite(_) => (
                    format!("update journal_values set field_values = json_set(field_values, '$.name.after.ar', 'x') where {of}"),
                    format!("update journal_values set field_values = json_set(field_values, '$.status', json_extract(field_values, '$.name')) where {of}"),
                ),
                Db::Postgres(_) => (
                    format!("update journal_values set field_values = jsonb_set(field_values, '{{name,after,ar}}', '\"x\"') where {of}"),
                    format!("update journal_values set field_values = jsonb_set(field_values, '{{status}}', field_values->'name') where {of}"),
                ),
            };
            db.batch_execute(&format!("create table kept as select * from journal_values where {of}")).unwrap();
            for tampering in [replaced, added] {
                db.batch_execute(&tampering).unwrap();
                let finding = verify(db).unwrap_err();
                assert_eq!((finding.seq, finding.fault), (5, Fault::Altered), "{tampering}");
                assert!(finding.told.contains("field"), "{finding:?}");
                db.batch_execute(&format!("update journal_values set field_values = (select field_values from kept) where {of}")).unwrap();
                assert!(verify(db).is_ok());
            }
            db.batch_execute("drop table kept").unwrap();
        });
    }

    fn what_is_removed_is_named(world: World) {
        chain(&world);
        world.server.look(|db| {
            let remove = |db: &mut Db, which: &str| {
                let of = format!("select id from journal_entries where {which}");
                db.batch_execute(&format!("delete from journal_values where entry_id in ({of})")).unwrap();
                db.batch_execute(&format!("delete from journal_entries where {which}")).unwrap();
            };
            // The last, and two before it: whose links are still there.
            remove(db, "seq = 7");
            assert_eq!(found(db), (7, Fault::Removed));
            remove(db, "seq between 5 and 6");
            let finding = verify(db).unwrap_err();
            assert_eq!((finding.seq, finding.fault), (5, Fault::Removed));
            assert!(finding.told.contains("from 5 to 7"), "{finding:?}");
            remove(db, "seq = 3");
            assert_eq!(found(db), (3, Fault::Removed));
            remove(db, "seq = 1");
            assert_eq!(found(db), (1, Fault::Removed));
        });
    }

    fn an_end_that_is_cut_off_is_told_by_what_was_kept(world: World) {
        chain(&world);
        let head = sealed(&world.server);
        world.server.look(|db| {
            db.batch_execute(
                "delete from journal_values where entry_id in (select id from journal_entries where seq > 5); \
                 delete from journal_entries where seq > 5; delete from journal_seals where seq > 5",
            )
            .unwrap();
            assert!(verify(db).is_ok(), "the database alone does not know");
            let finding = verifying::verify(db, Some(head), Instant::system_now()).unwrap().unwrap_err();
            assert_eq!((finding.seq, finding.fault), (6, Fault::Removed));
        });
    }

    /// Without a server, which would make them again.
    fn links_that_were_removed_are_missed_in_time(world: World) {
        chain(&world);
        let place = std::sync::Arc::clone(&world.server.place);
        drop(world);
        let mut db = place.connect();
        let now = Instant::system_now();
        let later = now.plus(verifying::SEALED_WITHIN + std::time::Duration::from_secs(60));
        assert!(verifying::verify(&mut db, None, later).unwrap().is_ok(), "what is sealed is sealed for ever");
        db.batch_execute("delete from journal_seals where seq >= 5").unwrap();
        assert_eq!(verifying::verify(&mut db, None, now).unwrap().unwrap().waiting, 3, "they may be on their way");
        let unsealed = |db: &mut Db| {
            let Finding { seq, fault, .. } = verifying::verify(db, None, later).unwrap().unwrap_err();
            (seq, fault)
        };
        assert_eq!(unsealed(&mut db), (5, Fault::Unsealed));
        db.batch_execute("update journal_entries set action = 'forged.action' where seq = 5").unwrap();
        assert_eq!(unsealed(&mut db), (5, Fault::Unsealed));
        db.batch_execute("delete from journal_seals").unwrap();
        assert_eq!(unsealed(&mut db), (1, Fault::Unsealed));
    }

    fn what_is_inserted_is_named(world: World) {
        chain(&world);
        world.server.look(|db| {
            let new = id(db, 7);
            let columns = "xact, position, at, action, thing_kind, thing_id, thing_version, user_id, session_id, organisation_id, request_id, digests";
            let insert = |seq: i64, like: i64| {
                format!(
                    "insert into journal_entries (id, seq, {columns}) select {new}, {seq}, {columns} from journal_entries where seq = {like}"
                )
            };
            db.batch_execute(&insert(0, 1)).unwrap();
            assert_eq!(found(db), (0, Fault::Inserted));
            db.batch_execute(&format!("delete from journal_entries where id = {new}")).unwrap();
            // Before every number that there can be.
            db.batch_execute(&insert(i64::MIN + 1, 1)).unwrap();
            db.batch_execute(&format!("update journal_entries set seq = seq - 1 where id = {new}")).unwrap();
            assert_eq!(found(db), (i64::MIN, Fault::Inserted));
            db.batch_execute(&format!("delete from journal_entries where id = {new}")).unwrap();
            // Between two, the others renumbered, and so their links as well or not.
            let shift = |by: &str, table: &str| {
                format!("update {table} set seq = -(seq {by}) where seq >= 4; update {table} set seq = -seq where seq < 0;")
            };
            db.batch_execute(&format!("begin; {} {}; commit", shift("+ 1", "journal_entries"), insert(4, 6))).unwrap();
            assert_eq!(found(db), (4, Fault::Inserted));
            db.batch_execute(&format!("begin; {} commit", shift("+ 1", "journal_seals"))).unwrap();
            assert_eq!(found(db), (4, Fault::Inserted));
        });
    }

    fn what_is_removed_and_renumbered_or_swapped_is_named(world: World) {
        chain(&world);
        world.server.look(|db| {
            db.batch_execute(
                "begin; update journal_entries set seq = -2 where seq = 2; update journal_entries set seq = 2 where seq = 3; \
                 update journal_entries set seq = 3 where seq = -2; commit",
            )
            .unwrap();
            let finding = verify(db).unwrap_err();
            assert_eq!(finding.seq, 2, "{finding:?}");
            db.batch_execute(
                "begin; update journal_entries set seq = -2 where seq = 2; update journal_entries set seq = 2 where seq = 3; \
                 update journal_entries set seq = 3 where seq = -2; commit",
            )
            .unwrap();
            assert!(verify(db).is_ok());
            db.batch_execute(
                "begin; delete from journal_values where entry_id = (select id from journal_entries where seq = 4); \
                 delete from journal_entries where seq = 4; \
                 update journal_entries set seq = -(seq - 1) where seq > 4; update journal_entries set seq = -seq where seq < 0; commit",
            )
            .unwrap();
            assert_eq!(found(db), (4, Fault::Removed));
        });
    }

    fn a_link_that_is_altered_or_gone_is_named(world: World) {
        chain(&world);
        world.server.look(|db| {
            db.batch_execute("delete from journal_seals where seq = 3").unwrap();
            assert_eq!(found(db), (3, Fault::Inserted));
            let link = if matches!(db, Db::Postgres(_)) { "'\\x00'" } else { "x'00'" };
            db.batch_execute(&format!("insert into journal_seals (seq, link) values (3, {link})")).unwrap();
            assert_eq!(found(db), (3, Fault::Altered));
        });
    }
}
