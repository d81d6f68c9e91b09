use super::*;
use crate::body;
use crate::http::problem::{Code, FieldError};
use proptest::prelude::*;

body! {
    /// A place to try things in.
    pub struct Inner {
        /// How many.
        pub count: Int<1, 10>,
        pub r#type: Option<Text<1, 5>>,
    }
}

body! {
    /// The whole.
    /// Of two lines.
    pub struct Outer {
        pub name: Text<1, 8>,
        pub note: Option<MultilineText<0, 20>>,
        pub inner: Option<Inner>,
        pub items: List<Inner, 0, 3>,
        pub flags: List<bool, 1, 2>,
    }
    where check = not_both
}

body! {
    /// Nothing at all.
    pub struct Nothing {}
}

fn not_both(outer: &Outer, at: &mut At<'_>) {
    if outer.inner.is_some() && !outer.items.is_empty() {
        at.report("not-both", "inner or items, not both");
    }
}

fn errors<T: Decode + std::fmt::Debug>(text: &str) -> Vec<(String, &'static str)> {
    let problem = decode::<T>(&parse(text.as_bytes()).unwrap()).unwrap_err();
    assert_eq!(problem.code(), Code::ValidationFailed);
    problem.field_errors().iter().map(|FieldError { pointer, code, .. }| (pointer.clone(), *code)).collect()
}

fn refused(bytes: &[u8]) -> Problem {
    let problem = parse(bytes).unwrap_err();
    assert_eq!(problem.code(), Code::MalformedJson);
    problem
}

#[test]
fn what_is_right_is_taken() {
    let text = r#"{"name":"  e\u0301 ", "note":"a\r\nb", "inner":null, "items":[{"count":3.0,"type":"x"}], "flags":[true]}"#;
    let outer: Outer = decode(&parse(text.as_bytes()).unwrap()).unwrap();
    assert_eq!(outer.name.as_str(), "é");
    assert_eq!(outer.note.unwrap().as_str(), "a\nb");
    assert!(outer.inner.is_none());
    assert_eq!(outer.items[0].count.get(), 3);
    assert_eq!(outer.items[0].r#type.as_deref(), Some("x"));
    assert_eq!(*outer.flags, [true]);
    assert!(decode::<Nothing>(&Value::empty()).is_ok());
}

#[test]
fn everything_wrong_is_named_at_once() {
    let text = r#"{"name":"", "note":5, "inner":{"count":11,"type":"abcdef","x":1}, "items":[{}, {"count":1.5}, 3],
                   "a/b~c":1, "name":"123456789", "flags":[]}"#;
    let mut found = errors::<Outer>(text);
    let mut expected = vec![
        ("/name", "too-long"),
        ("/name", "duplicate-field"),
        ("/a~1b~0c", "unknown-field"),
        ("/note", "wrong-type"),
        ("/inner/x", "unknown-field"),
        ("/inner/count", "too-large"),
        ("/inner/type", "too-long"),
        ("/items/0/count", "required"),
        ("/items/1/count", "wrong-type"),
        ("/items/2", "wrong-type"),
        ("/flags", "too-few"),
    ];
    found.sort();
    expected.sort();
    assert_eq!(found.iter().map(|(p, c)| (p.as_str(), *c)).collect::<Vec<_>>(), expected);
}

#[test]
fn rules_across_members_are_tried_once_each_is_good() {
    let both = r#"{"name":"a","inner":{"count":1},"items":[{"count":1}],"flags":[true]}"#;
    assert_eq!(errors::<Outer>(both), [(String::new(), "not-both")]);
    let worse = r#"{"name":"a","inner":{"count":1},"items":[{"count":1}],"flags":[true],"z":1}"#;
    assert_eq!(errors::<Outer>(worse), [("/z".to_owned(), "unknown-field")]);
    assert_eq!(errors::<Outer>("[]"), [(String::new(), "wrong-type")]);
}

#[test]
fn at_most_a_hundred_errors() {
    let members: Vec<String> = (0..500).map(|i| format!("\"m{i}\":1")).collect();
    assert_eq!(errors::<Nothing>(&format!("{{{}}}", members.join(","))).len(), MAX_ERRORS);
}

#[test]
fn characters_that_are_refused_and_some_that_are_not() {
    for bad in [
        "a\\u0000b",
        "a\\nb",
        "a\\tb",
        "a\\u001bb",
        "a\\u007fb",
        "a\\u0085b",
        "a\\u202eb",
        "a\\u2067b",
        "a\\u2028b",
    ] {
        assert_eq!(
            errors::<Text<1, 50>>(&format!("\"{bad}\"")),
            [(String::new(), "forbidden-character")],
            "{bad}"
        );
    }
    for good in ["می\u{200c}خواهم", "a\u{200d}b", "\u{200f}عربي", "  x\n"] {
        let value = Value::String(good.to_owned());
        assert_eq!(decode::<Text<1, 50>>(&value).unwrap().as_str(), good.trim());
    }
    assert_eq!(errors::<Text<1, 50>>("\" \u{200b}\u{200e} \""), [(String::new(), "too-short")]);
    assert!(decode::<MultilineText<1, 50>>(&Value::String("a\n\tb".into())).is_ok());
    assert!(decode::<MultilineText<1, 50>>(&Value::String("a\u{b}b".into())).is_err());
}

#[test]
fn whole_numbers_at_their_edges() {
    type Any = Int<{ i64::MIN }, { i64::MAX }>;
    let int = |text: &str| decode::<Any>(&parse(text.as_bytes()).unwrap()).map(Any::get);
    assert_eq!(int("9223372036854775807").unwrap(), i64::MAX);
    assert_eq!(int("-9223372036854775808").unwrap(), i64::MIN);
    assert_eq!(int("-0").unwrap(), 0);
    assert!(int("0.5").is_err() && int("1e300").is_err() && int("\"1\"").is_err());
    assert_eq!(errors::<Int<0, 5>>("18446744073709551615"), [(String::new(), "too-large")]);
    assert_eq!(errors::<Int<0, 5>>("-1e30"), [(String::new(), "too-small")]);
    assert_eq!(errors::<Any>("9223372036854775808"), [(String::new(), "too-large")]);
}

#[test]
fn malformed_json_says_where() {
    let problem = refused(b"{\n  \"a\": tru }");
    assert_eq!((problem.member("line").unwrap(), problem.member("column").unwrap()), (&2.into(), &11.into()));
    let problem = refused(b"{\n \"a\": \"\xff\"}");
    assert_eq!((problem.member("line").unwrap(), problem.member("column").unwrap()), (&2.into(), &8.into()));
    for bad in [
        "",
        " ",
        "{",
        "{}{}",
        "{} x",
        "[1,]",
        "{\"a\":1,}",
        "nul",
        "NaN",
        "1e999",
        "\"\\ud800\"",
        "'a'",
        "\u{feff}{}",
    ] {
        refused(bad.as_bytes());
    }
}

#[test]
fn depth_has_a_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert!(refused(nested(MAX_DEPTH + 1).as_bytes()).to_string().contains("32"));
    refused("{\"a\":".repeat(100_000).as_bytes());
    refused("[".repeat(100_000).as_bytes());
}

#[test]
fn schemas_say_what_decoding_does() {
    let schema = serde_json::to_value(<Outer as utoipa::PartialSchema>::schema()).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["description"], "The whole.\nOf two lines.");
    assert_eq!(schema["required"], serde_json::json!(["name", "flags"]));
    assert_eq!(
        schema["properties"]["name"],
        serde_json::json!({"type": "string", "minLength": 1, "maxLength": 8, "pattern": ONE_LINE})
    );
    assert_eq!(schema["properties"]["note"].get("pattern"), None);
    assert_eq!(schema["properties"]["note"]["type"], serde_json::json!(["string", "null"]));
    assert_eq!(schema["properties"]["inner"]["oneOf"][1]["$ref"], "#/components/schemas/Inner");
    assert_eq!(schema["properties"]["items"]["items"]["$ref"], "#/components/schemas/Inner");
    assert_eq!(schema["properties"]["items"]["maxItems"], 3);
    let inner = serde_json::to_value(<Inner as utoipa::PartialSchema>::schema()).unwrap();
    assert_eq!(inner["properties"]["count"]["description"], "How many.");
    assert_eq!(inner["properties"]["count"]["minimum"], 1);
    assert!(inner["properties"]["type"].is_object());
    let mut components = Vec::new();
    <Outer as utoipa::ToSchema>::schemas(&mut components);
    assert!(components.iter().all(|(name, _)| name == "Inner") && !components.is_empty());
}

/// Any JSON.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec(
                (prop_oneof!["[a-c~/]{0,3}", Just("name".to_owned()), Just("items".to_owned())], inner),
                0..5
            )
            .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_read_is_what_was_written(value in json()) {
        let read = parse(value.to_string().as_bytes()).unwrap();
        prop_assert_eq!(read.to_json(), value.clone());
        prop_assert_eq!(to_value(&value).to_json(), value);
    }

    #[test]
    fn no_bytes_harm(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Err(problem) = parse(&bytes) {
            prop_assert_eq!(problem.code(), Code::MalformedJson);
        }
    }

    #[test]
    fn any_json_is_decoded_or_refused_with_reasons(value in json()) {
        if let Err(problem) = decode::<Outer>(&to_value(&value)) {
            prop_assert_eq!(problem.code(), Code::ValidationFailed);
            prop_assert!(!problem.field_errors().is_empty());
            for error in problem.field_errors() {
                // A pointer leads to what is there, or is one member short of it.
                let parent = error.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                prop_assert!(value.pointer(parent).is_some(), "{}", error.pointer);
            }
        }
    }

    #[test]
    fn a_text_is_stable_under_decoding(text in ".{0,40}") {
        if let Ok(once) = decode::<Text<0, 200>>(&Value::String(text)) {
            let again = decode::<Text<0, 200>>(&Value::String(once.clone().into_inner())).unwrap();
            prop_assert_eq!(once, again);
        }
    }
}
