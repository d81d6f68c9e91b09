//! Parameters, headers, cursors and the ids in paths, of every operation that takes them.

use awasir::http::cursor::{Cursor, binding};
use awasir::http::query::encode;

use super::shape::{Kind, Shape};
use super::*;

/// Values that a parameter of this schema does not take, percent-encoded.
fn wrong_values(schema: &Value) -> Vec<String> {
    // No parameter takes a control character, bytes that are not UTF-8, or half an escape.
    let mut wrong = ["%00", "a%1Fb", "%FF", "%C3%28", "%f", "%"].map(str::to_owned).to_vec();
    let mut add = |values: &[&str]| wrong.extend(values.iter().map(|value| encode(value)));
    let schema = if schema["type"] == "array" { &schema["items"] } else { schema };
    for kind in Shape::of(schema).kinds {
        match kind {
            Kind::Flag(_) => add(&["", "maybe", "1", "True"]),
            Kind::Whole(min, max) => {
                add(&["", "abc", "1.5", "1e3", "+1", "٣", "0x1"]);
                let beyond = [min.map(|min| min - 1), max.map(|max| max + 1)];
                beyond.iter().flatten().for_each(|number| add(&[&number.to_string()]));
            }
            Kind::Number(min, max) => {
                add(&["", "abc", &(min - 1.0).to_string(), &(max + 1.0).to_string(), "NaN"]);
            }
            Kind::Code(words) => {
                add(&["", "no-such-word", &words[0].to_uppercase(), &format!(" {}", words[0])])
            }
            // What turns the direction of words that are looked for is no word, and does no harm.
            Kind::Text(text) => texts::bad(&text)
                .iter()
                .filter(|(bad, code)| *code != "forbidden-character" || bad.chars().any(char::is_control))
                .for_each(|(bad, _)| add(&[bad])),
            Kind::List(..) | Kind::Members(_) | Kind::ByLanguage(..) => panic!("no parameter: {schema}"),
        }
    }
    wrong
}

/// Somebody whom the operation answers; the admin where it answers nobody (its form is looked at before).
fn reader<'w>(world: &'w World, operation: &Described, path: &str) -> &'w Client {
    let answered = |client: &&&Client| operation.reads() && client.get(path).send().status == 200;
    [&world.a.admin, &world.network_admin].iter().find(answered).copied().unwrap_or(&world.a.admin)
}

/// Values that a header does not take. A new header needs a line here.
fn wrong_headers(name: &str) -> Vec<String> {
    let values: &[&str] = match name {
        "If-Match" => &[
            "",
            "3",
            "W/3",
            "\"\"",
            "\"x\"",
            "\"0\"",
            "\"-1\"",
            "\"3",
            "\"3\",",
            "w/\"3\"",
            "\"99999999999999999999\"",
            "أ",
        ],
        "Idempotency-Key" => &["", "a b", "\"a", "\"\"", "أ"],
        "Awasir-Organisation" => &["", "x", "01890a5dac96774bbcceb302099a8057", "*", "أ"],
        other => panic!("what does the header {other} not take? Add it in bad_input/parameters.rs"),
    };
    let mut wrong: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
    wrong.extend((name == "Idempotency-Key").then(|| "k".repeat(256)));
    wrong
}

on_both_engines! {
    fn every_parameter_of_a_query(world: World) {
        let examples = Examples::of(&world);
        let (mut findings, mut tried) = (Findings::default(), 0);
        for operation in operations().iter().filter(|one| one.path.starts_with("/v1/")) {
            let path = examples.fill(&operation.path);
            let client = reader(&world, operation, &path);
            let mut with = |query: &str, name: &str| {
                let request = operation.bare(client, &format!("{path}?{query}"));
                let reply = operation.with_nothing(request).send();
                let own = query.starts_with("cursor=") && reply.text().contains("/problems/invalid-cursor");
                let code = if own { "invalid-cursor" } else { "invalid-parameter" };
                // Clients of OAuth 2.0 are told in words alone.
                let pointer = (!reply.is_oauth_error()).then_some(name);
                findings.expect(&reply, 400, code, pointer);
                tried += 1;
            };
            with("nonsense=1", "nonsense");
            with("%00=1", "\0");
            for parameter in operation.parameters("query") {
                let name = parameter["name"].as_str().unwrap();
                for value in wrong_values(&parameter["schema"]) {
                    with(&format!("{name}={value}"), name);
                }
                if parameter["schema"]["type"] != "array" {
                    with(&format!("{name}=1&{name}=1"), name);
                }
            }
        }
        findings.settle(tried);
    }

    fn every_list_with_a_cursor_that_is_not_its_own(world: World) {
        let examples = Examples::of(&world);
        let (mut findings, mut tried) = (Findings::default(), 0);
        let made = |path: &str, filters: &[(&'static str, &'static str)]| {
            let filters = filters.iter().copied().chain([("", "")]);
            let place = Cursor { created_at: 1, id: uuid::Uuid::from_u128(7) };
            place.encode(world.server.app.keys.cursor(), &binding(path, filters))
        };
        for operation in operations().iter().filter(|one| one.takes("query", "cursor")) {
            let path = examples.fill(&operation.path);
            let client = reader(&world, operation, &path);
            let with = |cursor: &str| client.get(&format!("{path}?limit=2&cursor={cursor}")).send();
            let own = made(&path, &[]);
            assert_eq!(with(&own).status, 200, "{}: the list's own cursor", operation.name());
            let mut wrong = vec![String::new(), "x".to_owned(), own.repeat(2), format!("{own}A"), own[1..].to_owned()];
            wrong.extend([made("/v1/elsewhere", &[]), made(&path, &[("q", "x")]), own.to_lowercase()]);
            wrong.extend([0, 15, 40].map(|place| {
                let other = if own.as_bytes()[place] == b'A' { "B" } else { "A" };
                format!("{}{other}{}", &own[..place], &own[place + 1..])
            }));
            for cursor in wrong {
                findings.expect(&with(&cursor), 400, "invalid-cursor", Some("cursor"));
                tried += 1;
            }
        }
        findings.settle(tried);
    }

    fn every_header(world: World) {
        let examples = Examples::of(&world);
        let (mut findings, mut tried) = (Findings::default(), 0);
        for operation in operations() {
            let path = examples.fill(&operation.path);
            for parameter in operation.parameters("header") {
                let name = parameter["name"].as_str().unwrap();
                for value in wrong_headers(name) {
                    let request = world.a.admin.request(operation.method.clone(), &path).header(name, &value);
                    findings.expect(&operation.with_nothing(request).send(), 400, "invalid-parameter", Some(name));
                    tried += 1;
                }
            }
        }
        findings.settle(tried);
    }

    fn every_id_in_a_path(world: World) {
        let examples = Examples::of(&world);
        let (mut findings, mut tried) = (Findings::default(), 0);
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let wrong = ["x", "0", "*", "null", &id.replace('-', ""), &id[1..], &format!("{id}0"), &format!("%7B{id}%7D"),
            "%00", "%FF", "%D9%A0", "%E2%80%AE", "a%2Fb", &"9".repeat(5_000)].map(str::to_owned);
        for operation in operations() {
            for parameter in operation.parameters("path").iter().filter(|one| one["schema"]["format"] == "uuid") {
                let place = format!("{{{}}}", parameter["name"].as_str().unwrap());
                let (before, after) = operation.path.split_once(&place).unwrap();
                for bad in &wrong {
                    let path = examples.fill(&format!("{before}{bad}{after}"));
                    let request = operation.bare(&world.a.admin, &path);
                    findings.expect(&operation.with_nothing(request).send(), 404, "not-found", None);
                    tried += 1;
                }
            }
        }
        findings.settle(tried);
    }
}
