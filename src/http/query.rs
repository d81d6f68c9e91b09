//! Query strings, read strictly: what is unknown, repeated or malformed is refused, all of it at once.

use std::fmt::Display;
use std::str::FromStr;

use super::decode::MAX_ERRORS;
use super::problem::{Code, FieldError, Problem, Result};

/// A query string that has only parameters which the operation knows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads what stands after the `?`. `known` has each parameter's name and whether it may be repeated.
    /// 400 `invalid-parameter` with everything that is wrong.
    pub fn parse(raw: &str, known: &[(&str, bool)]) -> Result<Self> {
        let mut errors = Vec::new();
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in raw.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let Some(name) = decoded(name) else {
                errors.push(FieldError::new(name, "invalid-format", "the name is not percent-encoded UTF-8"));
                continue;
            };
            let Some((_, repeats)) = known.iter().find(|(known, _)| *known == name) else {
                errors.push(FieldError::new(name, "unknown-parameter", "there is no such parameter here"));
                continue;
            };
            match decoded(value) {
                None => errors.push(FieldError::new(
                    name,
                    "invalid-format",
                    "the value is not percent-encoded UTF-8",
                )),
                Some(value) if value.chars().any(char::is_control) => {
                    errors.push(FieldError::new(name, "forbidden-character", "has a control character"));
                }
                Some(_) if !repeats && pairs.iter().any(|(n, _)| *n == name) => {
                    errors.push(FieldError::new(name, "duplicate-parameter", "can be given only once"));
                }
                Some(value) => pairs.push((name, value)),
            }
        }
        refuse(errors)?;
        Ok(Self { pairs })
    }

    /// The parameters as they were given, decoded: what a cursor is bound to.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter's text, undecided.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// One parameter; 400 when it is not what it should be.
    pub fn one<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Option<T>> {
        self.read(|reader| reader.one(name))
    }

    /// Every value of a parameter that may be repeated; 400 when one is not what it should be.
    pub fn many<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Vec<T>> {
        self.read(|reader| reader.many(name))
    }

    /// A P-code's beginning: letters and digits.
    pub fn pcode(&self, name: &str) -> Result<Option<String>> {
        self.read(|reader| {
            let read = |text: &str| {
                let fine =
                    (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
                fine.then(|| text.to_ascii_uppercase())
                    .ok_or_else(|| "expected a P-code or its beginning".to_owned())
            };
            reader.each(name, read).into_iter().next()
        })
    }

    /// Several parameters, so that one answer names all that are wrong.
    pub fn read<R>(&self, f: impl FnOnce(&mut Reader<'_>) -> R) -> Result<R> {
        let mut reader = Reader { query: self, errors: Vec::new() };
        let result = f(&mut reader);
        refuse(reader.errors)?;
        Ok(result)
    }
}

/// What [`Query::pcode`] reads, for the document.
pub struct PcodeBeginning;

impl utoipa::PartialSchema for PcodeBeginning {
    fn schema() -> super::decode::Described {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9]{1,10}$")).into()
    }
}

/// Percent-encodes a value for a query string.
pub fn encode(value: &str) -> String {
    use std::fmt::Write as _;
    value.bytes().fold(String::with_capacity(value.len()), |mut text, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(char::from(byte))
            }
            // Writing to a string can't fail.
            _ => drop(write!(text, "%{byte:02X}")),
        }
        text
    })
}

/// Reads parameters and gathers what is wrong with them.
pub struct Reader<'q> {
    query: &'q Query,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    /// One parameter, when it is given and good.
    pub fn one<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        self.many(name).into_iter().next()
    }

    /// Every good value of a parameter.
    pub fn many<T: FromStr<Err: Display>>(&mut self, name: &str) -> Vec<T> {
        self.each(name, |text| text.parse().map_err(|error: T::Err| error.to_string()))
    }

    /// Every value of a parameter that `f` takes; what it refuses is reported with its words.
    pub fn each<T>(&mut self, name: &str, f: impl Fn(&str) -> std::result::Result<T, String>) -> Vec<T> {
        let query = self.query;
        let mut values = Vec::new();
        for (_, text) in query.pairs().filter(|(n, _)| *n == name) {
            match f(text) {
                Ok(value) => values.push(value),
                Err(detail) => self.report(name, "invalid-value", detail),
            }
        }
        values
    }

    /// Reports what is wrong with a parameter, or with how several go together.
    pub fn report(&mut self, name: &str, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError::new(name, code, detail));
    }
}

fn refuse(mut errors: Vec<FieldError>) -> Result<()> {
    if errors.is_empty() {
        return Ok(());
    }
    errors.truncate(MAX_ERRORS);
    Err(Problem::new(Code::InvalidParameter).with_errors(errors))
}

/// A name or value with its escapes undone; `None` when an escape is broken or the bytes are not UTF-8.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? * 16 + hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KNOWN: &[(&str, bool)] = &[("limit", false), ("state", true), ("q", false)];

    fn errors(raw: &str) -> Vec<(String, &'static str)> {
        let problem = Query::parse(raw, KNOWN).unwrap_err();
        assert_eq!(problem.code(), Code::InvalidParameter);
        problem.field_errors().iter().map(|e| (e.pointer.clone(), e.code)).collect()
    }

    #[test]
    fn what_is_right_is_read() {
        let query = Query::parse("limit=5&state=a&&state=b&q=%D9%83%D8%B3+%2B", KNOWN).unwrap();
        assert_eq!(query.one::<u8>("limit").unwrap(), Some(5));
        assert_eq!(query.many::<String>("state").unwrap(), ["a", "b"]);
        assert_eq!(query.text("q"), Some("كس +"));
        assert_eq!(Query::parse("", KNOWN).unwrap().one::<u8>("limit").unwrap(), None);
        assert_eq!(Query::parse("q", KNOWN).unwrap().text("q"), Some(""));
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        assert_eq!(
            errors("limit=1&limit=2&x=1&%ff=1&q=%f&q=%00&y"),
            [
                ("limit".into(), "duplicate-parameter"),
                ("x".into(), "unknown-parameter"),
                ("%ff".into(), "invalid-format"),
                ("q".into(), "invalid-format"),
                ("q".into(), "forbidden-character"),
                ("y".into(), "unknown-parameter"),
            ]
        );
        assert_eq!(errors("q=%C3%28"), [("q".into(), "invalid-format")]);
        assert_eq!(errors("q=%+1"), [("q".into(), "invalid-format")]);
        let query = Query::parse("limit=x&state=1&state=z", KNOWN).unwrap();
        let problem = query.read(|r| (r.one::<u8>("limit"), r.many::<u8>("state"))).unwrap_err();
        assert_eq!(problem.field_errors().len(), 2);
    }

    proptest! {
        #[test]
        fn any_text_comes_through(text in "[^\\p{Cc}]{0,20}") {
            let raw: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
            let query = Query::parse(&format!("q={raw}"), KNOWN).unwrap();
            prop_assert_eq!(query.text("q"), Some(text.as_str()));
        }

        #[test]
        fn no_query_harms(raw in ".{0,60}") {
            let _ = Query::parse(&raw, KNOWN);
        }
    }
}
