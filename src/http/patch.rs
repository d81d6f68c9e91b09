//! JSON merge patch (RFC 7396) over the public form of a thing, and what came of it.

use serde_json::Value as Json;

use super::decode::{At, Decode, Members, Value, to_value};
use super::problem::{Problem, Result};

/// Members that every change touches, so that naming them says nothing.
const ALWAYS_CHANGED: &[&str] = &["version", "updated_at"];

/// The patch applied. `whole` names the members (paths from the root: `budget`, `interests/minimum`) that an object
/// in the patch replaces instead of merging into: money, schedules and the like. Arrays are always replaced whole.
pub fn merge(current: &Json, patch: &Value, whole: &[&str]) -> Value {
    merged(Some(current), patch, &mut String::new(), whole)
}

fn merged(current: Option<&Json>, patch: &Value, path: &mut String, whole: &[&str]) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    if !path.is_empty() && whole.contains(&path.as_str()) {
        return patch.clone();
    }
    let mut members: Vec<(String, Value)> = match current {
        Some(Json::Object(members)) => members.iter().map(|(n, v)| (n.clone(), to_value(v))).collect(),
        _ => Vec::new(),
    };
    for (name, change) in changes {
        if *change == Value::Null {
            members.retain(|(n, _)| n != name);
            continue;
        }
        let before = current.and_then(|current| current.get(name));
        let after = inside(path, name, |path| merged(before, change, path, whole));
        match members.iter_mut().find(|(n, _)| n == name) {
            Some((_, value)) => *value = after,
            None => members.push((name.clone(), after)),
        }
    }
    Value::Object(members)
}

fn inside<R>(path: &mut String, name: &str, f: impl FnOnce(&mut String) -> R) -> R {
    let length = path.len();
    if length > 0 {
        path.push('/');
    }
    path.push_str(name);
    let result = f(path);
    path.truncate(length);
    result
}

/// The thing as it would be after the patch, decoded and checked as a whole; 422 with all that is wrong.
///
/// `current` is the public form, `members` are those that can be written (`T::MEMBERS`). Any other is ignored
/// where the patch says what it already is; else it is `read-only`, or `unknown-field` when the thing has none such.
/// That goes for objects inside as well.
pub fn decode_patched<T: Decode>(
    current: &Json,
    patch: &Value,
    members: &[&str],
    whole: &[&str],
) -> Result<T> {
    let mut errors = Vec::new();
    let mut at = At::patching(&mut errors, current);
    let Value::Object(changes) = patch else {
        at.wrong_type("an object", patch);
        return Err(Problem::errors(errors));
    };
    duplicates(patch, &mut String::new(), whole, &mut at);
    for (name, change) in changes {
        // Merging takes out what is null, so the decoder would not see it.
        if *change == Value::Null && !members.contains(&name.as_str()) {
            at.unknown_member(name, change);
        }
    }
    let decoded = T::decode(&merge(current, patch, whole), &mut at);
    match decoded {
        _ if !errors.is_empty() => Err(Problem::errors(errors)),
        Some(decoded) => Ok(decoded),
        None => Err(Problem::internal("a decoder refused a patch without saying why")),
    }
}

/// A whole that takes the place of another, decoded: what can't be written may stand in it as it is in
/// `current`, which has the same form.
///
/// # Errors
/// `validation-failed` with everything that is wrong.
pub fn decode_whole<T: Decode>(current: &Json, whole: &Value) -> Result<T> {
    let mut errors = Vec::new();
    let decoded = T::decode(whole, &mut At::patching(&mut errors, current));
    match decoded {
        _ if !errors.is_empty() => Err(Problem::errors(errors)),
        Some(decoded) => Ok(decoded),
        None => Err(Problem::internal("a decoder refused a whole without saying why")),
    }
}

/// Reports what stands twice in the objects that merging goes into; the decoder sees to the others.
fn duplicates(patch: &Value, path: &mut String, whole: &[&str], at: &mut At<'_>) {
    let Value::Object(changes) = patch else {
        return;
    };
    if !path.is_empty() && whole.contains(&path.as_str()) {
        return;
    }
    at.duplicates(changes);
    for (name, change) in changes {
        inside(path, name, |path| at.member(name, |at| duplicates(change, path, whole, at)));
    }
}

/// The names of the top-level members that differ, sorted; not those that every change touches.
pub fn changed(before: &Json, after: &Json) -> Vec<String> {
    let names = |json: &Json| -> Vec<String> {
        json.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
    };
    let mut all = names(before);
    all.extend(names(after));
    all.sort();
    all.dedup();
    all.retain(|name| {
        let (old, new) = (before.get(name), after.get(name));
        // Absent and null are the same to a reader.
        let differs = old.unwrap_or(&Json::Null) != new.unwrap_or(&Json::Null);
        differs && !ALWAYS_CHANGED.contains(&name.as_str())
    });
    all
}

/// Applies a merge patch to a thing as the caller sees it, and decodes the whole as `T`.
///
/// # Errors
/// `validation-failed` with everything that is wrong.
pub fn apply<C: serde::Serialize, T: Decode + Members>(
    current: &C,
    patch: &Value,
    whole: &[&str],
) -> Result<T> {
    let current = serde_json::to_value(current).map_err(crate::http::problem::Problem::internal)?;
    decode_patched(&current, patch, T::MEMBERS, whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body;
    use crate::http::decode::{List, Text, parse};
    use proptest::prelude::*;
    use serde_json::json;

    body! {
        /// A part.
        pub struct Part { pub a: Option<Text<1, 5>>, pub b: Option<Text<1, 5>> }
    }
    body! {
        /// A thing.
        pub struct Thing {
            pub title: Text<1, 5>,
            pub note: Option<Text<1, 5>>,
            pub part: Option<Part>,
            pub money: Option<Part>,
            pub parts: List<Part, 0, 5>,
        }
    }

    fn current() -> Json {
        json!({"id": "x", "version": 3, "title": "t", "note": "n", "derived": null, "sums": {"a": 7, "b": null},
               "part": {"a": "1", "b": "2", "total": 7}, "money": {"a": "1", "b": "2"},
               "parts": [{"a": "1", "state": "open"}]})
    }

    fn patched(patch: &str) -> std::result::Result<Thing, Vec<(String, &'static str)>> {
        let patch = parse(patch.as_bytes()).unwrap();
        decode_patched::<Thing>(&current(), &patch, Thing::MEMBERS, &["money"])
            .map_err(|p| p.field_errors().iter().map(|e| (e.pointer.clone(), e.code)).collect())
    }

    fn error(patch: &str) -> (String, &'static str) {
        let mut errors = patched(patch).unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors.remove(0)
    }

    #[test]
    fn the_examples_of_the_standard() {
        for (target, patch, result) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
            (r#"{"a":"b"}"#, r#"["c"]"#, r#"["c"]"#),
            (r#"{"a":"foo"}"#, "null", "null"),
            (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
            (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"e":null,"a":1}"#),
            ("[1,2]", r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ] {
            let json = |text: &str| serde_json::from_str::<Json>(text).unwrap();
            let got = merge(&json(target), &parse(patch.as_bytes()).unwrap(), &[]);
            assert_eq!(got.to_json(), json(result), "{target} {patch}");
        }
    }

    #[test]
    fn what_is_patched_and_what_stays() {
        let thing = patched(r#"{"note":null,"part":{"a":"9"},"money":{"a":"9"}}"#).unwrap();
        assert_eq!(thing.title.as_str(), "t");
        assert!(thing.note.is_none());
        let part = thing.part.unwrap();
        assert_eq!((part.a.as_deref(), part.b.as_deref()), (Some("9"), Some("2")));
        let money = thing.money.unwrap();
        assert_eq!((money.a.as_deref(), money.b.as_deref()), (Some("9"), None));
        assert_eq!(thing.parts.len(), 1);
        assert!(patched("{}").is_ok());
    }

    #[test]
    fn what_is_read_only() {
        assert!(
            patched(r#"{"id":"x","version":3,"derived":null,"part":{"total":7},"parts":[{"state":"open"}]}"#)
                .is_ok()
        );
        // A merge takes out what is null: what was read can be sent back all the same.
        assert!(patched(r#"{"sums":{"a":7,"b":null}}"#).is_ok());
        assert_eq!(error(r#"{"sums":{"a":8,"b":null}}"#), ("/sums".into(), "read-only"));
        assert_eq!(error(r#"{"sums":{"b":0}}"#), ("/sums".into(), "read-only"));
        assert_eq!(error(r#"{"version":4}"#), ("/version".into(), "read-only"));
        assert_eq!(error(r#"{"id":null}"#), ("/id".into(), "read-only"));
        assert_eq!(error(r#"{"derived":1}"#), ("/derived".into(), "read-only"));
        assert_eq!(error(r#"{"part":{"total":8}}"#), ("/part/total".into(), "read-only"));
        assert_eq!(error(r#"{"parts":[{"state":"done"}]}"#), ("/parts/0/state".into(), "read-only"));
        assert_eq!(error(r#"{"zzz":1}"#), ("/zzz".into(), "unknown-field"));
        assert_eq!(error(r#"{"zzz":null}"#), ("/zzz".into(), "unknown-field"));
        assert_eq!(error(r#"{"title":null}"#), ("/title".into(), "required"));
        assert_eq!(error(r#"{"part":{"a":"1","a":"2"}}"#), ("/part/a".into(), "duplicate-field"));
        assert_eq!(error(r#"{"money":{"a":"1","a":"2"}}"#), ("/money/a".into(), "duplicate-field"));
        assert_eq!(error(r#"{"note":"1","note":"2"}"#), ("/note".into(), "duplicate-field"));
        assert_eq!(error("[]"), (String::new(), "wrong-type"));
    }

    #[test]
    fn what_changed() {
        let after = json!({"id": "x", "version": 4, "title": "u", "note": null, "sums": {"a": 7, "b": null}, "part": {"a": "1", "b": "2", "total": 7},
                           "money": {"a": "1", "b": "2"}, "parts": []});
        assert_eq!(changed(&current(), &after), ["note", "parts", "title"]);
        assert!(changed(&current(), &current()).is_empty());
    }

    /// Any JSON object with few names, so that they meet.
    fn object() -> impl Strategy<Value = Json> {
        let leaf =
            prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), (0..9i64).prop_map(Json::from)];
        let any = leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
                prop::collection::btree_map("[a-d]", inner, 0..4)
                    .prop_map(|m| Json::Object(m.into_iter().collect())),
            ]
        });
        prop::collection::btree_map("[a-d]", any, 0..4).prop_map(|m| Json::Object(m.into_iter().collect()))
    }

    /// The pseudo-code of RFC 7396, word for word.
    fn reference(target: &Json, patch: &Json) -> Json {
        let Json::Object(changes) = patch else {
            return patch.clone();
        };
        let mut target = target.as_object().cloned().unwrap_or_default();
        for (name, value) in changes {
            if value.is_null() {
                target.remove(name);
            } else {
                let merged = reference(target.get(name).unwrap_or(&Json::Null), value);
                target.insert(name.clone(), merged);
            }
        }
        Json::Object(target)
    }

    proptest! {
        #[test]
        fn merging_is_what_the_standard_says(target in object(), patch in object()) {
            let once = merge(&target, &to_value(&patch), &[]).to_json();
            prop_assert_eq!(&once, &reference(&target, &patch));
            prop_assert_eq!(&merge(&once, &to_value(&patch), &[]).to_json(), &once);
            for name in changed(&target, &once) {
                prop_assert!(patch.get(&name).is_some());
            }
        }
    }
}
