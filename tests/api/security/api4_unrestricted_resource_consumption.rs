//! API4:2023 Unrestricted resource consumption: what one caller asks for is bounded, and what is beyond is refused early.
//!
//! Shown elsewhere: `bad_input::form` (size, depth and packing of every body), `bad_input::every_field_of_every_body` (how many
//! items and characters), `manners::lists` (pages), `manners::limits` (limits by person and by address, with
//! forged tokens too), `access_tokens::life` (a hundred tokens at the most), `faults` (full queues); the bounds on what is remembered:
//! `http::limits`, `access::failures`, and `wrong_tokens`. Here: limits of access tokens, the queue of passwords, heads of requests.

use std::time::Instant;

use super::*;
use crate::races::{at_once_by, tally};

fn limited(engine: Engine) -> World {
    World::on(TestServer::with(engine, |settings| {
        settings.rate_limit = true;
        settings.rate_signed_in_per_minute = 4;
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    }))
}

on_both_engines! {
    /// A token has a limit of its own: whatever carries it, wherever it comes from; neither its owner's nor another's.
    fn a_token_is_counted_by_itself(engine: Engine) {
        let world = limited(engine);
        let (one, other) = (token_of(&world, &world.a, "viewer", json!({})), token_of(&world, &world.a, "viewer", json!({})));
        let jwt = world.stranger.with_token(&jwt_of(&world.server, &one));
        let from = |client: &Client, n: u8| client.get(READ).header("X-Forwarded-For", &format!("203.0.113.{n}")).send();
        for n in 0..2 {
            from(&machine(&world, &one), n).expect(200);
            let reply = from(&jwt, n + 10).expect(200);
            assert_eq!(reply.header("ratelimit-policy"), Some("\"signed-in\";q=4;w=60"));
        }
        for client in [&machine(&world, &one), &jwt] {
            let reply = from(client, 77).problem("rate-limited").expect(429);
            assert!(reply.header("retry-after").is_some());
            // Paths that lead nowhere are no way around.
            client.get("/v1/nothing").problem("rate-limited").expect(429);
        }
        from(&machine(&world, &other), 1).expect(200);
        from(&world.a.viewer, 1).expect(200);
        // Two of the admin's four made the tokens.
        from(&world.a.admin, 1).expect(200);
    }

    /// Wrong access tokens are their sender's calls, as forged JWTs are.
    fn wrong_access_tokens_are_counted_by_address(engine: Engine) {
        let world = World::on(TestServer::with(engine, |settings| {
            settings.rate_limit = true;
            settings.rate_stranger_per_minute = 4;
            settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        }));
        let wrong = || world.stranger.with_token(awasir::access_tokens::secret::generate().unwrap().expose());
        let from = |client: &Client, address: &str| client.get(READ).header("X-Forwarded-For", address).send();
        (0..4).for_each(|_| drop(from(&wrong(), "203.0.113.7").problem("invalid-token")));
        from(&wrong(), "203.0.113.7").problem("rate-limited").expect(429);
        from(&wrong(), "203.0.113.8").problem("invalid-token").expect(401);
        // A right one is let in from there all the same.
        let machine = machine_of(&world, &world.a, "viewer");
        from(&machine, "203.0.113.7").expect(200);
        // Made-up ones are looked up ten times as often and no more; what is known already is none that has to be.
        (0..40).for_each(|_| drop(from(&wrong(), "203.0.113.9")));
        from(&machine_of(&world, &world.a, "viewer"), "203.0.113.9").problem("rate-limited").expect(429);
        from(&machine, "203.0.113.9").expect(200);
    }
}

/// Guesses wait in a queue that ends: the rest are told to come back, and readers notice nothing.
#[test]
fn passwords_are_hashed_in_a_bounded_queue() {
    let server = TestServer::with(Engine::Sqlite, |settings| {
        settings.argon2_memory_kib = 8 * 1024;
        settings.argon2_iterations = 4;
        settings.password_threads = 1;
        settings.workers = 2;
    });
    let world = World::on(server);
    let reader = world.a.viewer.blind();
    reader.get(READ).expect(200);
    let began = Instant::now();
    let replies = at_once_by(120, |n| {
        if n == 60 {
            // Read while the others wait.
            std::thread::sleep(Duration::from_millis(100));
            let began = Instant::now();
            reader.get(READ).expect(200);
            assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        }
        let body = json!({"email": format!("nobody{n}@example.org"), "password": "قنطرة غير معروفة"});
        world.stranger.post("/v1/auth/login", body).send()
    });
    let tally = tally(&replies);
    println!("120 guesses at once: {tally:?} in {:?}", began.elapsed());
    assert_eq!(
        tally.keys().map(String::as_str).collect::<Vec<_>>(),
        ["401 invalid-credentials", "503 unavailable"]
    );
    let refused = replies.iter().filter(|reply| reply.status == 503);
    assert!(refused.clone().all(|reply| reply.header("retry-after").is_some()));
    // More than what waits and what is at work can't have been hashed at first.
    assert!((1..=55).contains(&refused.count()), "{tally:?}");
}

/// A password of a thousand and one characters, a login of as many: refused before anything is hashed.
#[test]
fn what_is_hashed_is_short() {
    let world = World::start(Engine::Sqlite);
    let began = Instant::now();
    for _ in 0..50 {
        let body = json!({"email": "admin@wadi.example", "password": "x".repeat(200_000)});
        world.stranger.post("/v1/auth/login", body).expect(422).error("/password", "too-long");
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// Heads of requests: too many headers, too long ones, endless paths and queries. The server goes on.
#[test]
fn heads_of_requests_are_bounded() {
    let world = World::start(Engine::Sqlite);
    let token = world.a.viewer.token().unwrap();
    let head = |path: &str, more: &str| {
        let text = format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{more}Connection: close\r\n\r\n"
        );
        raw(&world.server.url, text.as_bytes())
    };
    assert_eq!(head(READ, "").0, 200);
    let many: String = (0..5_000).map(|n| format!("X-{n}: {n}\r\n")).collect();
    let parameters: String = (0..5_000).map(|n| format!("&p{n}=1")).collect();
    let filters = "&state=active".repeat(4_000);
    for (what, (status, body)) in [
        ("headers", head(READ, &many)),
        ("a header", head(READ, &format!("X-Long: {}\r\n", "x".repeat(1_000_000)))),
        ("a path", head(&format!("/v1/{}", "x".repeat(1_000_000)), "")),
        ("a deep path", head(&"/v1".repeat(20_000), "")),
        ("a query", head(&format!("{READ}?q={}", "x".repeat(1_000_000)), "")),
        ("parameters", head(&format!("{READ}?a=1{parameters}"), "")),
        ("filters", head(&format!("/v1/access-tokens?limit=1{filters}"), "")),
        ("a search", head(&format!("{READ}?q={}", "ا%20".repeat(8_000)), "")),
        ("ranges", head("/openapi.json", &format!("Range: bytes=0-1{}\r\n", ",0-1".repeat(5_000)))),
    ] {
        // Where the head is beyond what is read at all, the connection ends with or without an answer.
        let fine = (400..500).contains(&status)
            || status == 0
            || (what == "ranges" && status == 200)
            || (what == "a search" && status == 200);
        assert!(fine, "{what}: {status} {}", &body[..body.len().min(300)]);
    }
    world.a.viewer.get(READ).expect(200);
}

/// Who sends a body by the drop is answered when the time is up. Where its length was told, the connection ends then; what
/// comes in chunks the web server goes on to read and throws away, so that the connection could be used again.
#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    use std::io::{Read as _, Write as _};
    let server = TestServer::with(Engine::Sqlite, |settings| settings.body_seconds = 1);
    for (path, kind, code) in [
        ("/v1/auth/login", "application/json", "malformed-json"),
        ("/v1/oauth/token", "application/x-www-form-urlencoded", "invalid_request"),
    ] {
        for framing in ["Content-Length: 200000", "Transfer-Encoding: chunked"] {
            let mut stream =
                std::net::TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let head =
                format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n");
            let told = framing.starts_with('C');
            let body = if told { "{\"email\"" } else { "8\r\n{\"email\"\r\n" };
            let began = Instant::now();
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
            let (mut answer, mut buffer) = (Vec::new(), [0; 4096]);
            while !answer.ends_with(b"}") {
                let read = stream.read(&mut buffer).unwrap();
                assert!(read > 0, "{path}, {framing}: {}", String::from_utf8_lossy(&answer));
                answer.extend_from_slice(&buffer[..read]);
            }
            let took = began.elapsed();
            let answer = String::from_utf8_lossy(&answer);
            assert!(answer.starts_with("HTTP/1.1 400") && answer.contains(code), "{path}: {answer}");
            assert!((Duration::from_secs(1)..Duration::from_secs(3)).contains(&took), "{took:?}");
            if told {
                assert_eq!(stream.read(&mut buffer).unwrap_or(0), 0, "the connection ends");
            }
        }
    }
}

/// Who begins a request and doesn't end it is waited for some seconds, and no longer.
#[test]
fn a_request_that_does_not_come_is_not_waited_for() {
    use std::io::{Read as _, Write as _};
    let server = TestServer::start(Engine::Sqlite);
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /v1/communities HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    let began = Instant::now();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    println!("half a head is waited for {:?}", began.elapsed());
}
