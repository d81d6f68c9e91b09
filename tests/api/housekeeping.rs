//! Housekeeping: what has expired goes, all of it, and nothing else.

use std::time::Duration;

use awasir::db::schema::revocations;
use awasir::types::{AnyId, SessionId};
use diesel::prelude::*;

use crate::support::*;

on_both_engines! {
    fn more_than_one_batch(server: TestServer) {
        let now = server.app.clock.now();
        let add = |count: usize, at| server.look(|db| {
            for _ in 0..count {
                let ids = &server.app.ids;
                diesel::insert_into(revocations::table)
                    .values((
                        revocations::id.eq(ids.id::<AnyId>()),
                        revocations::session_id.eq(Some(ids.id::<SessionId>())),
                        revocations::at.eq(at),
                    ))
                    .execute(db)
                    .unwrap();
            }
        });
        server.look(|db| {
            use diesel::connection::SimpleConnection as _;
            db.batch_execute("begin").unwrap();
        });
        add(1203, now.minus(Duration::from_secs(90 * 24 * 3600)));
        add(2, now);
        server.look(|db| {
            use diesel::connection::SimpleConnection as _;
            db.batch_execute("commit").unwrap();
        });
        let round = || actix_web::rt::System::new().block_on(awasir::housekeeping::round(&server.app)).unwrap();
        assert_eq!(round().revocations, 1203);
        assert_eq!(round(), awasir::housekeeping::Round::default());
        let left: i64 = server.look(|db| revocations::table.count().get_result(db).unwrap());
        assert_eq!(left, 2);
    }
}
