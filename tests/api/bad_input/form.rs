//! The form of a body: broken JSON, depth, encoding, type and size, for every operation that reads one.

use super::*;

/// What is not JSON, or not JSON that is taken.
fn broken() -> Vec<Vec<u8>> {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let texts = [
        " ",
        "{",
        "{}{}",
        "{} x",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":1e999}",
        "{\"a\":\"\u{1}\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"a\":\"\\x\"}",
        "\u{feff}{}",
        "name=x",
        "<a/>",
    ];
    let mut broken: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).collect();
    broken.extend([deep(33).into_bytes(), "{\"a\":".repeat(20_000).into_bytes(), deep(100_000).into_bytes()]);
    // Not UTF-8: alone, cut off, overlong, a surrogate, another encoding.
    let bytes: [&[u8]; 5] = [b"\xff", b"\xd9", b"\xc0\xaf", b"\xed\xa0\x80", b"\xc7\xe1"];
    broken.extend(bytes.map(|bytes| [b"{\"a\":\"".as_slice(), bytes, b"\"}"].concat()));
    broken.push(b"\xff\xfe{\0}\0".to_vec());
    broken
}

/// Every operation of which a body is read, with its path.
fn with_bodies(examples: &Examples) -> Vec<(Described, String)> {
    let reads =
        |one: &Described| one.body().is_some() || (one.method == reqwest::Method::POST && !one.has_body());
    let found = operations().into_iter().filter(reads);
    found
        .map(|operation| (examples.fill(&operation.path), operation))
        .map(|(path, one)| (one, path))
        .collect()
}

on_both_engines! {
    fn bodies_that_are_not_json(world: World) {
        let examples = Examples::of(&world);
        let (mut findings, mut tried) = (Findings::default(), 0);
        let broken = broken();
        for (operation, path) in with_bodies(&examples) {
            let required = operation.operation["requestBody"]["required"] == true;
            let nothing = required.then(Vec::new);
            for body in broken.iter().cloned().chain(nothing) {
                let reply = with_body(&operation, &world.a.admin, &path, body).send();
                tried += 1;
                findings.expect(&reply, 400, "malformed-json", None);
                let placed = reply.json()["line"].is_u64() && reply.json()["column"].is_u64();
                let none = required && reply.text().contains("the request has none");
                if !(placed || none) {
                    findings.note(format!("does not say where: {reply}"));
                }
            }
        }
        findings.settle(tried);
    }

    fn bodies_of_another_type_or_too_big(world: World) {
        let examples = Examples::of(&world);
        let (mut findings, mut tried) = (Findings::default(), 0);
        let limit = world.server.app.settings.body_limit_bytes;
        for (operation, path) in with_bodies(&examples) {
            let bare = || operation.bare(&world.a.admin, &path);
            let types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                "application/json; charset=utf-16", "application/jsonx", "application/merge-patch+json", "", "json"];
            let wrong = types.iter().filter(|one| !(merges(&operation) && one.ends_with("merge-patch+json")));
            for media_type in wrong {
                findings.expect(&bare().bytes(media_type, "{}").send(), 415, "unsupported-media-type", None);
                tried += 1;
            }
            let packed = bare().header("Content-Encoding", "gzip").bytes(JSON, "{}").send();
            findings.expect(&packed, 415, "unsupported-media-type", None);
            let huge = format!("{{\"zzz\":\"{}\"}}", "x".repeat(limit));
            findings.expect(&bare().bytes(JSON, huge.clone()).send(), 413, "body-too-large", None);
            // Its length not told beforehand.
            findings.expect(&bare().chunks(JSON, huge).send(), 413, "body-too-large", None);
            tried += 3;
        }
        findings.settle(tried);
    }
}
