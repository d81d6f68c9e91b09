//! Migrations: up, down and up again; one schema on both engines; a newer database is refused.

use std::collections::BTreeMap;

use awasir::db::{Db, migrations};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::support::server::Place;
use crate::support::*;

#[derive(QueryableByName, Debug, Clone, PartialEq, Eq)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Bool)]
    in_key: bool,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

const SQLITE_COLUMNS: &str = "select m.name as table_name, c.name as column_name, lower(c.type) as kind, \
    c.\"notnull\" = 0 as nullable, c.pk > 0 as in_key \
    from sqlite_master m, pragma_table_info(m.name) c \
    where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> '__diesel_schema_migrations'";

const POSTGRES_COLUMNS: &str = "select c.table_name::text as table_name, c.column_name::text as column_name, \
    case c.data_type when 'timestamp with time zone' then 'timestamptz' else c.data_type end::text as kind, \
    c.is_nullable = 'YES' as nullable, \
    exists (select 1 from information_schema.table_constraints t \
            join information_schema.key_column_usage k using (constraint_schema, constraint_name) \
            where t.constraint_type = 'PRIMARY KEY' and k.table_name = c.table_name \
              and k.column_name = c.column_name) as in_key \
    from information_schema.columns c \
    where c.table_schema = 'public' and c.table_name <> '__diesel_schema_migrations'";

const SQLITE_INDEXES: &str = "select name from sqlite_master where type = 'index' and sql is not null";
/// But for those that keys and unique columns make by themselves.
const POSTGRES_INDEXES: &str = "select i.indexname::text as name from pg_indexes i \
    where i.schemaname = 'public' and i.tablename <> '__diesel_schema_migrations' \
      and not exists (select 1 from pg_constraint c where c.conname = i.indexname)";

type Schema = BTreeMap<String, Column>;

fn columns(db: &mut Db) -> Schema {
    let found: Vec<Column> = match db {
        Db::Sqlite(connection) => diesel::sql_query(SQLITE_COLUMNS).load(connection).unwrap(),
        Db::Postgres(connection) => diesel::sql_query(POSTGRES_COLUMNS).load(connection).unwrap(),
    };
    found.into_iter().map(|one| (format!("{}.{}", one.table_name, one.column_name), one)).collect()
}

fn indexes(db: &mut Db) -> Vec<String> {
    let found: Vec<Named> = match db {
        Db::Sqlite(connection) => diesel::sql_query(SQLITE_INDEXES).load(connection).unwrap(),
        Db::Postgres(connection) => diesel::sql_query(POSTGRES_INDEXES).load(connection).unwrap(),
    };
    let mut names: Vec<String> = found.into_iter().map(|one| one.name).collect();
    names.sort();
    names
}

on_both_engines! {
    fn up_down_and_up_again(engine: Engine) {
        let place = Place::empty(engine);
        let first = migrations::migrate(&place.target()).unwrap();
        assert!(!first.is_empty());
        assert_eq!(migrations::migrate(&place.target()).unwrap(), Vec::<String>::new());
        let mut db = place.connect();
        let (before, before_indexes) = (columns(&mut db), indexes(&mut db));
        let down = migrations::revert_all(&mut db).unwrap();
        assert_eq!(down.len(), first.len());
        assert!(columns(&mut db).is_empty(), "left over: {:?}", columns(&mut db));
        assert_eq!(migrations::standing(&mut db).unwrap().pending.len(), first.len());
        drop(db);
        assert_eq!(migrations::migrate(&place.target()).unwrap(), first);
        let mut db = place.connect();
        assert_eq!((columns(&mut db), indexes(&mut db)), (before, before_indexes));
    }

    fn a_newer_database_is_refused(engine: Engine) {
        let place = Place::migrated(engine);
        let newer = "insert into __diesel_schema_migrations (version) values ('29991231000000')";
        place.connect().batch_execute(newer).unwrap();
        let refused = migrations::migrate(&place.target()).unwrap_err().to_string();
        assert!(refused.contains("29991231000000") && refused.contains("newer Awasir"), "{refused}");
        assert!(refused.contains("start that version or a later one"), "{refused}");
        for command in [["serve"].as_slice(), &["migrate"], &["serve", "--no-migrate"]] {
            let output = process::run(&place, command);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && said.contains("newer Awasir"), "{command:?}: {said}");
        }
    }

    fn what_is_pending_is_named_when_it_is_not_to_be_applied(engine: Engine) {
        let place = Place::empty(engine);
        let output = process::run(&place, &["serve", "--no-migrate"]);
        assert!(!output.status.success());
        assert!(!output.stderr.is_empty());
    }

    fn a_server_whose_database_is_not_migrated_is_not_ready(server: TestServer) {
        server.stranger().get("/readyz").expect(200);
        server.look(|db| db.batch_execute("delete from __diesel_schema_migrations where version like '%410'").unwrap());
        // An answer is good for others for a quarter of a second.
        std::thread::sleep(std::time::Duration::from_millis(300));
        server.stranger().get("/readyz").problem("unavailable").expect(503);
    }
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    if !postgres::is_there("migrations::both_engines_have_the_same_tables_and_columns") {
        return;
    }
    let schema = |engine| {
        let mut db = Place::migrated(engine).connect();
        (columns(&mut db), indexes(&mut db))
    };
    let (sqlite, sqlite_indexes) = schema(Engine::Sqlite);
    let place = Place::migrated(Engine::Postgres);
    let mut db = place.connect();
    let (postgres, postgres_indexes) = (columns(&mut db), indexes(&mut db));
    for (name, column) in &sqlite {
        assert_eq!(Some(column), postgres.get(name), "{name}");
    }
    assert_eq!(sqlite.len(), postgres.len(), "{:?}", postgres.keys().filter(|k| !sqlite.contains_key(*k)));
    // The sequencer's own index is PostgreSQL's alone: on SQLite the writer numbers.
    let shared: Vec<&String> =
        postgres_indexes.iter().filter(|name| *name != "journal_entries_waiting").collect();
    assert_eq!(sqlite_indexes.iter().collect::<Vec<_>>(), shared);
}
