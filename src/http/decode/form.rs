//! Forms (`application/x-www-form-urlencoded`), as OAuth 2.0 has them (RFC 6749, section 3.2): what isn't known is
//! passed over, what has no value counts as left out, nothing may be given twice.

use super::{At, Decode, Members, Value};
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::http::query::decoded;

/// Reads a form: its parameters in order, each a string. What isn't percent-encoded UTF-8 is 400 `invalid-request`.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    let read = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        Some((decoded(name)?, Value::String(decoded(value)?)))
    };
    let text = std::str::from_utf8(bytes).ok();
    let parts = text.map(|text| text.split('&').filter(|part| !part.is_empty()));
    let members = parts.and_then(|parts| parts.map(read).collect::<Option<Vec<_>>>());
    members.map(Value::Object).ok_or_else(|| refused("the form is not percent-encoded UTF-8"))
}

/// What a form says of a `T`; else 400 `invalid-request`, which names the first parameter that is wrong.
pub fn of<T: Decode + Members>(form: &Value) -> Result<T> {
    let Value::Object(parameters) = form else { return Err(Problem::internal("a form is no object")) };
    let known = parameters.iter().filter(|(name, _)| T::MEMBERS.contains(&name.as_str()));
    let mut members: Vec<(String, Value)> = Vec::new();
    for (name, value) in known {
        if members.iter().any(|(before, _)| before == name) {
            return Err(refused(format!("{name} is given more than once")));
        }
        members.push((name.clone(), value.clone()));
    }
    members.retain(|(_, value)| value.as_str() != Some(""));
    let mut errors = Vec::new();
    let decoded = T::decode(&Value::Object(members), &mut At::new(&mut errors));
    match (decoded, errors.first()) {
        (Some(decoded), None) => Ok(decoded),
        (_, Some(FieldError { pointer, detail, .. })) => {
            Err(refused(format!("{} {detail}", pointer.trim_start_matches('/'))))
        }
        (None, None) => Err(Problem::internal("a decoder refused a value without saying why")),
    }
}

fn refused(why: impl Into<String>) -> Problem {
    Problem::new(Code::InvalidRequest).detail(why)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::body;
    use crate::http::decode::Text;

    body! {
        /// A form.
        pub struct Asked {
            /// What is needed.
            pub kind: Text<1, 5>,
            /// What is not.
            pub scope: Option<Text<1, 50>>,
        }
    }

    fn read(form: &str) -> std::result::Result<(String, Option<String>), String> {
        let asked = parse(form.as_bytes()).and_then(|form| of::<Asked>(&form));
        let text = |asked: Asked| (asked.kind.to_string(), asked.scope.map(|scope| scope.to_string()));
        asked.map(text).map_err(|problem| {
            assert_eq!(problem.code(), Code::InvalidRequest);
            problem.to_string()
        })
    }

    #[test]
    fn what_is_right_is_read() {
        let some = |kind: &str, scope: Option<&str>| Ok((kind.to_owned(), scope.map(str::to_owned)));
        assert_eq!(read("kind=a&scope=x+y%2Bz"), some("a", Some("x y+z")));
        assert_eq!(read("&&kind=a&scope&"), some("a", None), "no value: left out");
        assert_eq!(read("other=1&other=2&kind=%D9%83&%6Bin=x"), some("ك", None), "what is not known");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (form, why) in [
            ("", "kind is required"),
            ("kind=", "kind is required"),
            ("kind=a&kind=a", "kind is given more than once"),
            ("kind=a&%73cope=&scope=x", "scope is given more than once"),
            ("kind=%", "not percent-encoded"),
            ("kind=a&other=%ff", "not percent-encoded"),
            ("kind=toolong", "kind "),
        ] {
            let told = read(form).unwrap_err();
            assert!(told.contains(why), "{form}: {told}");
        }
        assert!(parse(b"kind=\xff").is_err());
    }

    proptest! {
        #[test]
        fn no_form_harms(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(form) = parse(&bytes) {
                let _ = of::<Asked>(&form);
            }
        }
    }
}
