//! The export: sent as fast as it is taken, and no faster.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use awasir::db::schema::journal_entries;
use awasir::types::AnyId;
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::*;

/// Entries of A's in one go, as if they had been written: for how much there is of them alone.
pub fn fill(world: &World, count: i64) {
    let (now, organisation) = (world.server.app.clock.now(), world.a.id);
    let id: AnyId = world.server.app.ids.id();
    world.server.look(|db| {
        diesel::insert_into(journal_entries::table)
            .values((
                journal_entries::id.eq(id),
                journal_entries::seq.eq(Some(1)),
                journal_entries::position.eq(0),
                journal_entries::at.eq(now),
                journal_entries::action.eq("community.changed"),
                journal_entries::thing_kind.eq("community"),
                journal_entries::thing_id.eq(AnyId(organisation.0)),
                journal_entries::thing_version.eq(1),
                journal_entries::organisation_id.eq(Some(organisation)),
                journal_entries::request_id.eq("r".repeat(4000)),
                journal_entries::digests.eq(Json::<Value>::new(&json!({})).unwrap()),
            ))
            .execute(db)
            .unwrap();
        let new = if matches!(db, Db::Sqlite(_)) { "randomblob(16)" } else { "gen_random_uuid()" };
        let like = "position, at, action, thing_kind, thing_id, thing_version, organisation_id, request_id, digests";
        let mut there = 1;
        while there < count {
            let more = there.min(count - there);
            db.batch_execute(&format!(
                "insert into journal_entries (id, seq, {like}) select {new}, seq + {there}, {like} from journal_entries \
                 where seq <= {more} and action = 'community.changed'"
            ))
            .unwrap();
            there += more;
        }
    });
}

/// A connection on which the export was asked for.
fn ask(world: &World) -> TcpStream {
    ask_with(world, &world.a.admin.token().unwrap())
}

fn ask_with(world: &World, token: &str) -> TcpStream {
    let address = world.server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /v1/audit.ndjson HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")
        .unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Reads up to what ends a body in chunks; whether that came.
fn read_to_the_end(stream: &mut TcpStream) -> (String, bool) {
    let (mut text, mut part) = (Vec::new(), [0; 65_536]);
    loop {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => return (String::from_utf8_lossy(&text).into_owned(), false),
            Ok(read) => {
                text.extend_from_slice(&part[..read]);
                if text.ends_with(b"\r\n0\r\n\r\n") {
                    return (String::from_utf8_lossy(&text).into_owned(), true);
                }
            }
        }
    }
}

const MANY: i64 = 3000;

on_both_engines! {
    fn a_slow_client_holds_no_thread_of_the_database(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| {
            settings.database_readers = 1;
            settings.workers = 1;
        }));
        fill(&world, MANY);
        // A dozen that ask and read nothing: more than there are threads.
        let mut slow: Vec<TcpStream> = (0..12).map(|_| ask(&world)).collect();
        for stream in &mut slow {
            let mut first = [0; 15];
            stream.read_exact(&mut first).unwrap();
            assert_eq!(&first, b"HTTP/1.1 200 OK");
        }
        eventually("the exports wait for their clients", Duration::from_secs(10), || {
            world.server.app.database.waiting() == [0, 0, 0]
        });
        // Meanwhile everybody else is answered: by the reading thread, by the one for what is expensive, by the writer.
        for n in 0..5 {
            world.b.viewer.get("/v1/organisations").expect(200);
            let body = json!({"name": ar(&format!("قرية {n}")), "country": "SD"});
            world.b.contributor.post("/v1/communities", body).expect(201);
            eventually("it is told", Duration::from_secs(5), || exported(&world.b.admin, "").len() == n + 1);
        }
        // Who reads at last gets all of it, and nothing that came later.
        let mut one = slow.pop().unwrap();
        let (text, ended) = read_to_the_end(&mut one);
        assert!(ended);
        assert_eq!(text.matches("\"community.changed\"").count() as i64, MANY);
        // Those who go away are forgotten.
        drop(slow);
        world.b.viewer.get("/v1/organisations").expect(200);
    }

    fn what_can_not_be_finished_is_broken_off(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| settings.workers = 1));
        fill(&world, MANY);
        let mut stream = ask(&world);
        let mut first = [0; 1000];
        stream.read_exact(&mut first).unwrap();
        // What is read next is no JSON of digests any more.
        world.server.look(|db| {
            diesel::update(journal_entries::table.filter(journal_entries::seq.gt(MANY - 100)))
                .set(journal_entries::digests.eq(Json::<Value>::new(&json!([1])).unwrap()))
                .execute(db)
                .unwrap()
        });
        let (text, ended) = read_to_the_end(&mut stream);
        assert!(!ended, "it looks complete, with {} entries", text.matches("\"community.changed\"").count());
        world.a.admin.get("/v1/organisations").expect(200);
    }

    fn who_may_not_read_it_any_more_gets_no_more(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| settings.workers = 1));
        fill(&world, MANY);
        let mut stream = ask(&world);
        let mut first = [0; 1000];
        stream.read_exact(&mut first).unwrap();
        world.a.admin.post("/v1/auth/logout", json!({})).expect(204);
        let (text, ended) = read_to_the_end(&mut stream);
        assert!(!ended, "all of it, with {} entries", text.matches("\"community.changed\"").count());
    }

    /// With an access token too, which goes on to be good, for less.
    fn who_may_read_less_meanwhile_gets_no_more(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| settings.workers = 1));
        fill(&world, MANY);
        let expires_at = world.server.app.clock.now().plus(Duration::from_secs(3600));
        let body = json!({"name": "سجل", "role": "admin", "expires_at": expires_at});
        let token = world.a.admin.post(&world.a.path("/access-tokens"), body).expect(201).json();
        let mut stream = ask_with(&world, token["secret"].as_str().unwrap());
        let mut first = [0; 1000];
        stream.read_exact(&mut first).unwrap();
        let path = format!("/v1/access-tokens/{}", token["id"].as_str().unwrap());
        let fewer = json!({"permissions": ["audit:read", "visits:read"]});
        world.a.admin.patch(&path, fewer).if_match("*").expect(200);
        let (text, ended) = read_to_the_end(&mut stream);
        assert!(!ended, "all of it, with {} entries", text.matches("\"community.changed\"").count());
    }

    fn an_export_is_compressed_where_asked(world: World) {
        write_some(&world, 3);
        sealed(&world.server);
        let plain = world.a.admin.get("/v1/audit.ndjson").expect(200);
        assert_eq!(plain.text().lines().count(), 3);
        assert!(plain.header("etag").is_none() && plain.header("cache-control") == Some("private, no-cache"));
        let gzip = world.a.admin.get("/v1/audit.ndjson").header("Accept-Encoding", "gzip").expect(200);
        assert_eq!(gzip.header("content-encoding"), Some("gzip"));
        let mut text = String::new();
        flate2::read::GzDecoder::new(gzip.body.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!(text, plain.text());
        let head = world.a.admin.head("/v1/audit.ndjson").expect(200);
        assert!(head.body.is_empty());
        // The connection is good for the next one.
        world.a.admin.get("/v1/audit.ndjson").expect(200);
    }

    fn a_page_looks_at_so_many_and_goes_on(world: World) {
        fill(&world, 10_500);
        write_some(&world, 1);
        world.server.journal();
        let page = world.a.admin.get("/v1/audit?type=organisation").expect(200);
        assert_eq!(page.data().len(), 0);
        let next = page.json()["next_cursor"].as_str().unwrap().to_owned();
        let last = world.a.admin.get(&format!("/v1/audit?type=organisation&cursor={next}")).expect(200);
        assert!(last.data().is_empty() && last.json()["next_cursor"].is_null(), "{last}");
        assert_eq!(all(&world.a.admin, "action=community.created").len(), 1);
        world.a.admin.get(&format!("/v1/audit?cursor={next}")).problem("invalid-cursor").expect(400);
    }
}
