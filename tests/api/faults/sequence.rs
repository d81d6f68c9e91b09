//! Whoever follows the journal by `seq` misses nothing and sees nothing twice.

use awasir::db::Target;
use awasir::journal::reader;
use diesel::connection::SimpleConnection as _;

use super::*;

/// Reads entries by `seq` until told to stop and nothing more comes.
fn follow(target: &Target, stop: &AtomicBool) -> Vec<(i64, String)> {
    let mut db = target.connect().unwrap();
    let (mut seen, mut last) = (Vec::new(), 0);
    let mut idle = 0;
    while idle < 25 {
        let entries = reader::after(&mut db, last, 100).unwrap();
        idle = if entries.is_empty() && stop.load(Ordering::Relaxed) { idle + 1 } else { 0 };
        for entry in entries {
            last = entry.seq.unwrap();
            seen.push((last, entry.thing_id.0.to_string()));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    seen
}

/// An entry of a transaction that stays open for a while.
const LATE: &str = "insert into journal_entries (id, position, at, action, thing_kind, thing_id, thing_version, \
    request_id, digests) values ('01890a5d-ac96-774b-bcce-b302099a8057', 0, now(), 'test.late', 'test', \
    '01890a5d-ac96-774b-bcce-b302099a8057', 1, 'test', '{}')";

on_both_engines! {
    fn a_reader_misses_nothing(world: World) {
        let load = Load::new(&world.a.contributor);
        let target = world.server.place.target();
        let done = AtomicBool::new(false);
        let seen = std::thread::scope(|scope| {
            let reader = scope.spawn(|| follow(&target, &done));
            load.during(32, || {
                load.wait_for_more(100);
                if world.server.engine() == Engine::Postgres {
                    let mut held = target.connect().unwrap();
                    held.batch_execute(&format!("begin; {LATE}")).unwrap();
                    load.wait_for_more(200);
                    held.batch_execute("commit").unwrap();
                }
                load.wait_for_more(100);
            });
            done.store(true, Ordering::Relaxed);
            reader.join().unwrap()
        });
        load.assert_only_unavailable();
        let late = usize::from(world.server.engine() == Engine::Postgres);
        assert_eq!(seen.len(), load.count() + late);
        for (n, (seq, _)) in seen.iter().enumerate() {
            assert_eq!(usize::try_from(*seq).unwrap(), n + 1, "seq is dense");
        }
        let ids: std::collections::HashSet<&String> = seen.iter().map(|(_, id)| id).collect();
        assert_eq!(ids.len(), seen.len(), "nothing twice");
        assert!(load.added.lock().unwrap().iter().all(|id| ids.contains(id)), "nothing missed");
    }
}
