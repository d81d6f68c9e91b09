//! Bodies: types, sizes, broken JSON, and everything wrong named at once.

use super::*;

fn raw(world: &World, media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    world.a.contributor.request(reqwest::Method::POST, COMMUNITIES).bytes(media_type, body).send()
}

const JSON: &str = "application/json";

on_both_engines! {
    fn the_type_of_a_body(world: World) {
        let body = |name: &str| village(name).to_string();
        for wrong in [
            "text/plain", "application/x-www-form-urlencoded", "application/merge-patch+json", "application/jsonx",
            "application/json; charset=iso-8859-6", "multipart/form-data; boundary=x", "", "json", ";",
        ] {
            raw(&world, wrong, body("ربك")).problem("unsupported-media-type").expect(415);
        }
        let fine = ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=\"UTF-8\""];
        for (n, media_type) in fine.iter().enumerate() {
            raw(&world, media_type, body(&format!("ربك {n}"))).expect(201);
        }
        let packed = world.a.contributor.request(reqwest::Method::POST, COMMUNITIES).header("Content-Encoding", "gzip");
        packed.bytes(JSON, body("ربك")).problem("unsupported-media-type");
    }

    fn the_size_of_a_body(world: World) {
        let text = |bytes: usize| format!("{{\"name\":{{\"ar\":\"{}\"}}}}", "x".repeat(bytes));
        raw(&world, JSON, text(300 * 1024)).problem("body-too-large").expect(413);
        raw(&world, JSON, text(100 * 1024)).problem("validation-failed").error("/name/ar", "too-long");
    }

    fn broken_json_is_told_where(world: World) {
        let reply = raw(&world, JSON, "{\"name\":\n  {\"ar\": }}").problem("malformed-json").expect(400);
        assert_eq!((reply.json()["line"].clone(), reply.json()["column"].clone()), (json!(2), json!(10)), "{reply}");
        let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        let broken: [Vec<u8>; 14] = [
            b"{".to_vec(), b"{} {}".to_vec(), b"{},".to_vec(), b"nul".to_vec(), b"{'a':1}".to_vec(),
            b"{\"a\":01}".to_vec(), b"{\"a\":NaN}".to_vec(), b"{\"a\":\"\x01\"}".to_vec(), b"\"\\ud800\"".to_vec(),
            b"{\"name\":{\"ar\":\"\xff\"}}".to_vec(), b"\xff\xfe{\0}\0".to_vec(), b"{\"a\":1,}".to_vec(),
            deep(33).into_bytes(), deep(100_000).into_bytes(),
        ];
        for body in broken {
            let said = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let reply = raw(&world, JSON, body);
            assert!(reply.status == 400, "{said}: {reply}");
            let reply = reply.problem("malformed-json");
            assert!(reply.json()["line"].is_u64() && reply.json()["column"].is_u64(), "{reply}");
        }
        raw(&world, JSON, "").problem("malformed-json").expect(400);
        raw(&world, JSON, deep(32)).problem("validation-failed").error("", "wrong-type");
        for other in ["null", "1", "\"x\"", "true", "1e400"] {
            assert!([400, 422].contains(&raw(&world, JSON, other).status), "{other}");
        }
    }

    fn everything_wrong_is_named_at_once(world: World) {
        let body = r#"{"name": {"ar": "", "xx-yyyyyyyyyy": "y", "en": 5}, "country": "XX", "nmae": 1, "latitude": "n",
                       "other_names": [{"ar": "x"}, 7], "latitude": "m", "id": "7"}"#;
        let reply = raw(&world, JSON, body).problem("validation-failed").expect(422);
        let reply = reply.error("/nmae", "unknown-field").error("/latitude", "duplicate-field");
        let reply = reply.error("/country", "unknown-country").error("/name/ar", "too-short").error("/name/en", "wrong-type").error("/latitude", "wrong-type");
        let reply = reply.error("/other_names/1", "wrong-type");
        let errors = reply.json()["errors"].as_array().unwrap().clone();
        assert!(errors.len() >= 6, "{reply}");
        for error in errors {
            assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{reply}");
        }
    }

    fn no_more_than_a_hundred_errors(world: World) {
        let many: serde_json::Map<String, Value> = (0..500).map(|n| (format!("m{n}"), json!(1))).collect();
        let reply = world.a.contributor.post(COMMUNITIES, Value::Object(many)).problem("validation-failed");
        assert_eq!(reply.errors().len(), 100, "{reply}");
    }

    fn pointers_are_escaped(world: World) {
        let reply = world.a.contributor.post(COMMUNITIES, json!({"a/b~c": 1})).problem("validation-failed");
        reply.error("/a~1b~0c", "unknown-field");
    }

    fn characters_that_are_not_taken(world: World) {
        for character in ["\0", "\u{1}", "\u{1b}", "\u{7f}", "\u{85}", "\u{202e}", "\u{202a}", "\u{2066}", "\u{2069}"] {
            let body = json!({"name": {"ar": format!("أ{character}ب")}, "country": "SD"});
            let reply = world.a.contributor.post(COMMUNITIES, body).problem("validation-failed");
            reply.error("/name/ar", "forbidden-character");
        }
        for nothing in ["", " ", "\u{200b}\u{200f}", "\u{a0}"] {
            let body = json!({"name": {"ar": nothing}, "country": "SD"});
            world.a.contributor.post(COMMUNITIES, body).problem("validation-failed").error("/name/ar", "too-short");
        }
        // Joiners are part of how Arabic and Persian are written; spaces around go; NFC is the one form.
        let body = json!({"name": {"ar": "  می\u{200c}خواهم  ", "fr": "Cafe\u{301}"}, "country": "SD"});
        let reply = world.a.contributor.post(COMMUNITIES, body).expect(201);
        assert_eq!(reply.json()["name"], json!({"ar": "می\u{200c}خواهم", "fr": "Café"}));
    }

    fn a_body_where_none_is_taken_does_no_harm(world: World) {
        let request = world.a.viewer.request(reqwest::Method::GET, COMMUNITIES);
        request.bytes("text/plain", "x").expect(200);
    }
}
