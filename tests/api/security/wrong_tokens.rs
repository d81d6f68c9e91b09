//! A hundred thousand wrong tokens leave memory and database as they were. They are sent to a process of its own, whose
//! memory is nobody else's, over a few connections that ask without waiting.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use awasir::access_tokens::secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::support::process::Served;
use crate::support::server::Place;
use crate::support::stored;

const WRONG: usize = 100_000;
const CONNECTIONS: usize = 4;
/// Requests that are under way at once on one connection.
const AT_ONCE: usize = 50;
/// By how much the process may grow: what it holds for so many tokens would be several times that.
const MOST_GROWTH: usize = 4 * 1024 * 1024;

/// What wrong tokens there are: mistyped, made up with a right checksum, JWTs with a made-up signature, under a made-up key.
fn wrong(kid: &str, n: usize) -> String {
    let made_up = || uuid::Uuid::new_v4().simple().to_string();
    let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let jwt = |kid: &str| {
        let header = encoded(&format!(r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"{kid}"}}"#));
        let claims = encoded(&format!(
            r#"{{"iss":"http://127.0.0.1","aud":"http://127.0.0.1","jti":"{}"}}"#,
            uuid::Uuid::new_v4()
        ));
        format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode([made_up(), made_up()].concat()))
    };
    match n % 4 {
        0 => format!("{}{}0123456789", secret::PREFIX, made_up()),
        1 => secret::generate().unwrap().expose().to_owned(),
        2 => jwt(kid),
        _ => jwt(&made_up()),
    }
}

/// Sends so many, and expects 401 to each.
fn send(url: &str, kid: &str, many: usize) {
    let address = url.strip_prefix("http://").unwrap();
    std::thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            scope.spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                let mut left = many / CONNECTIONS;
                while left > 0 {
                    let now = left.min(AT_ONCE);
                    let requests: String = (0..now)
                        .map(|n| {
                            let token = wrong(kid, n + connection);
                            format!("GET {READ} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")
                        })
                        .collect();
                    stream.write_all(requests.as_bytes()).unwrap();
                    expect_401(&mut stream, now);
                    left -= now;
                }
            });
        }
    });
}

/// Reads so many answers.
fn expect_401(stream: &mut TcpStream, mut many: usize) {
    const STATUS: &[u8] = b"HTTP/1.1 ";
    let (mut held, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    while many > 0 || !held.ends_with(b"}") {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "the connection ended with {many} answers missing");
        held.extend_from_slice(&buffer[..read]);
        while let Some(at) = held.windows(STATUS.len()).position(|bytes| bytes == STATUS) {
            let Some(status) = held.get(at + STATUS.len()..at + STATUS.len() + 3) else { break };
            assert_eq!(status, b"401", "{}", String::from_utf8_lossy(&held));
            held.drain(..at + STATUS.len() + 3);
            many -= 1;
        }
    }
}

/// The memory that a process holds, in bytes.
fn resident(pid: u32) -> usize {
    let statm = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

on_both_engines! {
    fn a_hundred_thousand_leave_nothing(engine: Engine) {
        // What is done with them is the same on both; a tenth shows that the other engine's connections hold nothing.
        let many = if engine == Engine::Sqlite { WRONG } else { WRONG / 10 };
        let place = Place::migrated(engine);
        let settings = [("AWASIR_LOG", "error"), ("AWASIR_METRICS_TOKEN", "counters-for-tests")];
        let served = Served::start_with(&place, &settings);
        let stranger = Client::stranger(&served.url, None);
        let keys = stranger.get("/.well-known/jwks.json").expect(200).json();
        let kid = keys["keys"][0]["kid"].as_str().unwrap();
        let series = || {
            let metrics = stranger.with_token("counters-for-tests").get("/metrics").expect(200).text();
            metrics.lines().filter(|line| !line.starts_with('#')).count()
        };
        // Threads, connections, pools of memory: what is there from the first requests on.
        send(&served.url, kid, 8_000);
        let (rows, held, counted) = (stored::rows(&mut place.connect()), resident(served.pid()), series());
        let said = served.said();
        let began = Instant::now();
        send(&served.url, kid, many);
        let took = began.elapsed();
        let grown = resident(served.pid()).saturating_sub(held);
        println!("{engine:?}: {many} wrong tokens in {took:.1?}, {} KiB held before, {} KiB more after", held / 1024, grown / 1024);
        assert!(grown <= MOST_GROWTH, "{grown} bytes more are held");
        assert_eq!(series(), counted, "what is counted grows with what is sent");
        assert!(stored::rows(&mut place.connect()) == rows, "something was written");
        assert_eq!(served.said(), said, "something was logged");
    }

    /// What a node remembers are tokens that work, and nothing else.
    fn none_is_remembered(world: World) {
        let app = &world.server.app;
        let keys = app.keys.jwks();
        let kid = keys["keys"][0]["kid"].as_str().unwrap();
        let machine = machine_of(&world, &world.a, "viewer");
        machine.get(READ).expect(200);
        world.a.viewer.get(READ).expect(200);
        let held = || (app.access_tokens.len(), app.revocations.len());
        let before = held();
        let remembered = app.verifier.len();
        actix_web::rt::System::new().block_on(async {
            for n in 0..2_000 {
                let refused = app.authenticate(&wrong(kid, n), [203, 0, 113, 7].into()).await.unwrap_err();
                assert_eq!(refused.code().as_str(), "invalid-token");
            }
        });
        assert_eq!(held(), before);
        assert!(app.verifier.len() <= remembered + 2, "{} are remembered", app.verifier.len());
        assert_eq!(before.0, 1);
    }
}
