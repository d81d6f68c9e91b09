//! Many visits at once: the rows without their indexes, then the indexes, then the facets, which the migration
//! makes of the rows as it does for a network that is there already.

use awasir::db::schema::{audience, visit_discussions, visit_parties, visits};
use awasir::db::{Db, Target};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::network::{Network, Rows};

/// So many visits at once.
const AT_ONCE: usize = 20_000;

/// Of no other table is there a row for each visit.
const TABLES: &str = "('visits', 'visit_parties', 'visit_discussions', 'audience')";

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Fills a migrated database.
pub fn fill(url: &str, network: &Network) {
    let began = std::time::Instant::now();
    let mut db = Target::parse(url).and_then(|target| target.connect().ok()).expect("a connection");
    db.batch_execute(before(&db)).expect("settings");
    let indexes = indexes(&mut db);
    for index in &indexes {
        db.batch_execute(&format!("drop index {}", index.name)).expect("an index that goes");
    }
    db.batch_execute("begin").expect("a transaction");
    // Made on another thread than they are written.
    let (made, making) = std::sync::mpsc::sync_channel(2);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for from in (0..network.count).step_by(AT_ONCE) {
                made.send(network.rows(from..(from + AT_ONCE).min(network.count)))
                    .expect("one who writes them");
            }
        });
        making.iter().for_each(|rows| add(&mut db, rows).expect("the rows"));
    });
    eprintln!("the rows: {:.0} s", began.elapsed().as_secs_f64());
    db.batch_execute("commit").expect("to commit");
    for index in &indexes {
        db.batch_execute(&index.definition).expect("an index");
    }
    eprintln!("their indexes: {:.0} s", began.elapsed().as_secs_f64());
    let migration = match db {
        Db::Sqlite(_) => [
            include_str!("../../migrations/sqlite/2026-11-25-000640_visit_facets/down.sql"),
            include_str!("../../migrations/sqlite/2026-11-25-000640_visit_facets/up.sql"),
        ],
        Db::Postgres(_) => [
            include_str!("../../migrations/postgres/2026-11-25-000640_visit_facets/down.sql"),
            include_str!("../../migrations/postgres/2026-11-25-000640_visit_facets/up.sql"),
        ],
    };
    db.batch_execute("begin").expect("a transaction");
    migration.iter().for_each(|part| db.batch_execute(part).expect("the facets"));
    db.batch_execute("commit").expect("to commit");
    db.batch_execute(after(&db)).expect("to settle");
    eprintln!("their facets: {:.0} s", began.elapsed().as_secs_f64());
}

/// A database that is lost when the machine is, as it may be.
fn before(db: &Db) -> &'static str {
    match db {
        Db::Sqlite(_) => {
            "pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off; \
             pragma cache_size = -1000000;"
        }
        Db::Postgres(_) => {
            "set statement_timeout = 0; set synchronous_commit = off; set session_replication_role = replica; \
             set maintenance_work_mem = '1GB'; set work_mem = '512MB';"
        }
    }
}

fn after(db: &Db) -> &'static str {
    match db {
        Db::Sqlite(_) => "pragma journal_mode = wal;",
        // As the server itself would after a while.
        Db::Postgres(_) => "vacuum analyze;",
    }
}

fn indexes(db: &mut Db) -> Vec<Index> {
    let found = match db {
        Db::Sqlite(connection) => diesel::sql_query(format!(
            "select name, sql as definition from sqlite_master \
             where type = 'index' and sql is not null and tbl_name in {TABLES}"
        ))
        .load(connection),
        Db::Postgres(connection) => diesel::sql_query(format!(
            "select indexname::text as name, indexdef as definition from pg_indexes i where tablename in {TABLES} \
             and not exists (select 1 from pg_constraint c where c.conname = i.indexname)"
        ))
        .load(connection),
    };
    found.expect("the indexes")
}

fn add(db: &mut Db, rows: Rows) -> QueryResult<()> {
    match db {
        Db::Sqlite(connection) => {
            for row in &rows.visits {
                diesel::insert_into(visits::table).values(row).execute(connection)?;
            }
            for row in &rows.parties {
                diesel::insert_into(visit_parties::table).values(row).execute(connection)?;
            }
            for row in &rows.shown {
                diesel::insert_into(audience::table).values(row).execute(connection)?;
            }
            for row in &rows.talks {
                diesel::insert_into(visit_discussions::table).values(row).execute(connection)?;
            }
        }
        Db::Postgres(connection) => {
            diesel::copy_from(visits::table).from_insertable(rows.visits).execute(connection)?;
            diesel::copy_from(visit_parties::table).from_insertable(rows.parties).execute(connection)?;
            diesel::copy_from(audience::table).from_insertable(rows.shown).execute(connection)?;
            diesel::copy_from(visit_discussions::table).from_insertable(rows.talks).execute(connection)?;
        }
    }
    Ok(())
}
