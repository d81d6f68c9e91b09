//! API7:2023 Server side request forgery: nothing here fetches an address that a client gives.
//!
//! A listener on loopback waits for connections while its address is put into every text of every body, every query
//! parameter, every header that somewhere is an address, and the headers of a JWT. Nobody may come.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::support::document::{document, guarded, operations};
use crate::support::examples::Examples;

/// Waits for who comes.
struct Trap {
    url: String,
    came: Arc<AtomicUsize>,
}

impl Trap {
    fn set() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let came = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&came);
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { url, came }
    }

    fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// Expects that nobody came, also a little later.
    #[track_caller]
    fn assert_untouched(&self) {
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(self.came.load(Ordering::SeqCst), 0, "somebody came");
        // It works.
        drop(std::net::TcpStream::connect(self.address()).unwrap());
        eventually("the trap sees who comes", Duration::from_secs(2), || {
            self.came.load(Ordering::SeqCst) == 1
        });
    }
}

/// A body in which every text is this one, as far as the schema lets it.
fn filled(schema: &Value, text: &str, depth: usize) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return filled(document().pointer(reference.trim_start_matches('#')).unwrap(), text, depth);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return choices
            .iter()
            .map(|one| filled(one, text, depth))
            .find(|one| !one.is_null())
            .unwrap_or_default();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|one| *one != "null").unwrap_or_default()
        }
        kind => kind.as_str().unwrap_or_default(),
    };
    match kind {
        "string" => match schema["enum"].as_array() {
            Some(words) => words[0].clone(),
            None => json!(text),
        },
        "integer" | "number" => json!(1),
        "boolean" => json!(true),
        "array" if depth < 6 => json!([filled(&schema["items"], text, depth + 1)]),
        "object" if depth < 6 => match schema["properties"].as_object() {
            Some(members) => {
                members.iter().map(|(name, one)| (name.clone(), filled(one, text, depth + 1))).collect()
            }
            None => json!({"ar": text, "en": text}),
        },
        _ => Value::Null,
    }
}

on_both_engines! {
    fn no_address_in_a_body_is_called(world: World) {
        let (trap, examples) = (Trap::set(), Examples::of(&world));
        let machine = machine_of(&world, &world.a, "admin");
        let texts = [trap.url.clone(), format!("{}/x.png", trap.url), format!("x@{}", trap.address()), format!("//{}/", trap.address())];
        // What is taken and kept, and read again.
        let own = world.a.path("");
        world.a.admin.patch(&own, json!({"website": trap.url})).if_match("*").expect(200);
        let kept = world.a.admin.get(&own).expect(200);
        assert_eq!(kept.json()["website"], trap.url.as_str());
        let summary = json!({"summary": {"ar": format!("<img src=\"{}\">", trap.url)}});
        let visit = examples.fill("/v1/visits/{id}");
        world.a.admin.patch(&visit, summary).if_match("*").expect(200);
        world.a.admin.get(&visit).expect(200);
        world.a.admin.get(&format!("{visit}/calendar.ics")).send();
        // And whatever else takes a text; the organisation itself is not to leave on the way.
        for operation in operations().iter().filter(|one| one.body().is_some() && !one.path.ends_with("/leave")) {
            for text in &texts {
                let body = filled(operation.body().unwrap(), text, 0);
                for client in [&world.a.admin, &machine, &world.stranger] {
                    operation.bare(client, &examples.fill(&operation.path)).json(&body).send();
                }
            }
        }
        trap.assert_untouched();
    }

    fn no_address_in_a_parameter_or_header_is_called(world: World) {
        let (trap, examples) = (Trap::set(), Examples::of(&world));
        for operation in guarded().iter().filter(|one| one.reads()) {
            for parameter in operation.parameters("query") {
                let name = parameter["name"].as_str().unwrap();
                operation.bare(&world.a.admin, &format!("{}?{name}={}", examples.fill(&operation.path), trap.url)).send();
            }
        }
        let forwarded = format!("for={0};host={0};proto=http", trap.address());
        for (name, value) in [
            ("Host", trap.address()), ("X-Forwarded-Host", trap.address()), ("X-Forwarded-For", trap.address()), ("Forwarded", &forwarded),
            ("X-Original-URL", &trap.url), ("X-Rewrite-URL", &trap.url), ("Referer", &trap.url), ("Origin", &trap.url), ("True-Client-IP", trap.address()),
            ("X-Callback-URL", &trap.url), ("X-Wap-Profile", &trap.url), ("Destination", &trap.url), ("Via", trap.address()), ("X-Request-Id", &trap.url),
        ] {
            for path in [READ, "/", "/v1/nothing", "/readyz"] {
                world.a.admin.get(path).header(name, value).try_send().unwrap();
            }
        }
        // A request for another server, as to a proxy.
        for line in [format!("GET {}/ HTTP/1.1", trap.url), format!("CONNECT {} HTTP/1.1", trap.address())] {
            let (status, _) = super::raw(&world.server.url, format!("{line}\r\nHost: {}\r\nConnection: close\r\n\r\n", trap.address()).as_bytes());
            assert!(status != 500 && status != 502, "{line}: {status}");
        }
        for header in [
            json!({"alg": "EdDSA", "typ": "at+jwt", "kid": trap.url}),
            json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "k", "jku": trap.url}),
            json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "k", "x5u": trap.url}),
        ] {
            let claims = json!({"iss": trap.url, "aud": trap.url, "sub": NOBODY, "exp": 99_999_999_999_i64});
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let token = format!("{}.{}.{}", part(&header), part(&claims), "A".repeat(86));
            world.stranger.with_token(&token).get(READ).problem("invalid-token").expect(401);
        }
        trap.assert_untouched();
    }
}
