//! Jobs that fail or panic among others, and a disk that is full.

use std::time::Duration;

use awasir::db::schema::database_marks;
use awasir::http::problem::{Code, Problem};
use awasir::journal::{Author, Writer};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::*;

/// What a job does after it wrote its mark.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Well,
    Refused,
    TakenTwice,
    WrongSql,
    Panic,
}

fn mark(writer: &mut Writer<'_>, name: &str) -> awasir::Result<()> {
    diesel::insert_into(database_marks::table)
        .values((database_marks::name.eq(name), database_marks::value.eq("x")))
        .execute(writer.db())?;
    Ok(())
}

fn job(writer: &mut Writer<'_>, n: usize, end: End) -> awasir::Result<usize> {
    mark(writer, &format!("job {n}"))?;
    match end {
        End::Well => Ok(n),
        End::Refused => Err(Problem::new(Code::StateConflict)),
        End::TakenTwice => mark(writer, "taken").map(|()| n),
        End::WrongSql => {
            writer.db().batch_execute("insert into nothing values (1)")?;
            Ok(n)
        }
        End::Panic => panic!("a job that panics, as this test wants it to"),
    }
}

on_both_engines! {
    fn a_failed_job_harms_no_neighbour(server: TestServer) {
        let ends = [End::Well, End::Refused, End::Well, End::WrongSql, End::TakenTwice, End::Panic, End::Well];
        let database = &server.app.database;
        let write = |n: usize, end: End| {
            database.write(Author::command("test"), move |writer| {
                if n == 0 {
                    // While this one works, the others queue up behind it: one batch.
                    std::thread::sleep(Duration::from_millis(150));
                    mark(writer, "taken")?;
                }
                job(writer, n, end)
            })
        };
        let answers = actix_web::rt::System::new().block_on(async {
            let first = write(0, End::Well);
            let others = (1..70).map(|n| write(n, ends[n % ends.len()]));
            if database.engine() == Engine::Sqlite {
                futures_util::future::join_all(std::iter::once(first).chain(others)).await
            } else {
                // The mark that others take twice is to be there before they come.
                let mut answers = vec![first.await];
                answers.extend(futures_util::future::join_all(others).await);
                answers
            }
        });
        let mut expected = vec!["taken".to_owned()];
        for (n, answer) in answers.iter().enumerate() {
            let end = if n == 0 { End::Well } else { ends[n % ends.len()] };
            let code = answer.as_ref().err().map(Problem::code);
            match end {
                End::Well => {
                    assert_eq!(code, None, "job {n}: {answer:?}");
                    expected.push(format!("job {n}"));
                }
                End::Refused => assert_eq!(code, Some(Code::StateConflict), "job {n}"),
                // To come back would not help: the job lacks a check.
                End::TakenTwice | End::WrongSql | End::Panic => assert_eq!(code, Some(Code::Internal), "job {n}: {answer:?}"),
            }
        }
        let mut found: Vec<String> =
            server.look(|db| database_marks::table.select(database_marks::name).load(db).unwrap());
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    fn a_panic_in_a_read_harms_no_other(server: TestServer) {
        let read = |n: usize| server.app.database.read(move |_| {
            assert!(!n.is_multiple_of(3), "a read that panics, as this test wants it to");
            Ok(n)
        });
        let answers = actix_web::rt::System::new().block_on(futures_util::future::join_all((0..30).map(read)));
        for (n, answer) in answers.iter().enumerate() {
            assert_eq!(answer.as_ref().err().map(Problem::code), n.is_multiple_of(3).then_some(Code::Internal), "{n}");
        }
        server.stranger().get("/readyz").expect(200);
    }
}

/// No page more than there are: what SQLite says then is what it says when the disk is full.
#[test]
fn a_full_disk_is_503_and_breaks_nothing() {
    let world = World::start(Engine::Sqlite);
    let load = Load::new(&world.a.contributor);
    let limit = |pages: &'static str| {
        let database = &world.server.app.database;
        let set = database.write(Author::command("test"), move |writer| {
            writer.db().batch_execute(&format!("pragma max_page_count = {pages}"))?;
            Ok(())
        });
        // It may itself be lost with its batch, or with its connection: the limit is then set again.
        drop(actix_web::rt::System::new().block_on(set));
    };
    load.during(16, || {
        load.wait_for_more(50);
        for _ in 0..5 {
            let before = load.refused.lock().unwrap().len();
            eventually("the disk is full", Duration::from_secs(20), || {
                limit("1");
                load.refused.lock().unwrap().len() > before
            });
            world.a.viewer.get(COMMUNITIES).expect(200);
            world.stranger.get("/readyz").expect(200);
            load.wait_for_more(20);
        }
    });
    load.assert_only_unavailable();
    load.assert_all_there(&world.server);
}

/// The same on a small disk, where this process may mount one.
#[test]
fn a_small_disk_fills_up_and_is_emptied() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let mount = |arguments: &[&str]| {
        std::process::Command::new("mount")
            .args(arguments)
            .arg(&disk)
            .stderr(std::process::Stdio::null())
            .status()
    };
    if !mount(&["-t", "tmpfs", "-o", "size=96m", "tmpfs"]).is_ok_and(|status| status.success()) {
        let line = "skipped, for this process may not mount a disk: faults::batches::a_small_disk_fills_up_and_is_emptied\n";
        let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
        return;
    }
    let place = server::Place::at(&format!("sqlite://{}/awasir.db", disk.display()));
    awasir::db::migrations::migrate(&place.target()).unwrap();
    let world = World::on(TestServer::on(place, |_| {}));
    let load = Load::new(&world.a.contributor);
    let ballast = disk.join("ballast");
    load.during(8, || {
        load.wait_for_more(20);
        for _ in 0..3 {
            // Writes until nothing more fits.
            let _ = std::fs::write(&ballast, vec![0_u8; 128 << 20]);
            let before = load.refused.lock().unwrap().len();
            eventually("the disk is full", Duration::from_secs(20), || {
                load.refused.lock().unwrap().len() > before + 10
            });
            world.a.viewer.get(COMMUNITIES).expect(200);
            std::fs::remove_file(&ballast).unwrap();
            load.wait_for_more(10);
        }
    });
    load.assert_only_unavailable();
    load.assert_all_there(&world.server);
    drop(world);
    let _ = std::process::Command::new("umount").arg("-l").arg(&disk).status();
}
