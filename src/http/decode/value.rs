//! JSON as it was sent: every member, duplicates too, in order.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use crate::http::problem::{Code, Problem, Result};

/// How deep objects and arrays may stand in one another.
pub const MAX_DEPTH: usize = 32;

/// A JSON value that keeps duplicate members and their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// An object without members, which an empty body stands for.
    pub fn empty() -> Self {
        Value::Object(Vec::new())
    }

    /// Its type, in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// A member of an object: the last one of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Whether a member is there twice, in it or in anything that it holds.
    pub fn repeats_members(&self) -> bool {
        match self {
            Value::Array(items) => items.iter().any(Value::repeats_members),
            Value::Object(members) => {
                let mut names = HashSet::with_capacity(members.len());
                members.iter().any(|(name, value)| !names.insert(name.as_str()) || value.repeats_members())
            }
            _ => false,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The same for serde_json; of duplicate members the last stays.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(yes) => serde_json::Value::Bool(*yes),
            Value::Number(number) => serde_json::Value::Number(number.clone()),
            Value::String(text) => serde_json::Value::String(text.clone()),
            Value::Array(items) => items.iter().map(Value::to_json).collect(),
            Value::Object(members) => members.iter().map(|(n, v)| (n.clone(), v.to_json())).collect(),
        }
    }
}

/// The same as a [`Value`].
pub fn to_value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(yes) => Value::Bool(*yes),
        serde_json::Value::Number(number) => Value::Number(number.clone()),
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Array(items) => Value::Array(items.iter().map(to_value).collect()),
        serde_json::Value::Object(members) => {
            Value::Object(members.iter().map(|(n, v)| (n.clone(), to_value(v))).collect())
        }
    }
}

/// Reads a body. Anything but one JSON value in UTF-8, at most [`MAX_DEPTH`] deep, is 400 `malformed-json`
/// with `line` and `column`.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = good.iter().filter(|b| **b == b'\n').count() + 1;
            let column = good.iter().rev().take_while(|b| **b != b'\n').count() + 1;
            return Err(malformed("this is not UTF-8", line, column));
        }
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Nested(0).deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    value.map_err(|error| {
        let full = error.to_string();
        // serde_json ends its message with the place, which stands in members of its own here.
        let what = full.split(" at line ").next().unwrap_or("this is not JSON");
        malformed(what, error.line(), error.column())
    })
}

fn malformed(what: &str, line: usize, column: usize) -> Problem {
    Problem::new(Code::MalformedJson)
        .detail(format!("{what} (line {line}, column {column})"))
        .with("line", line)
        .with("column", column)
}

/// Reads one value that stands this deep.
#[derive(Copy, Clone)]
struct Nested(usize);

impl Nested {
    fn deeper<E: serde::de::Error>(self) -> std::result::Result<Self, E> {
        if self.0 < MAX_DEPTH {
            Ok(Self(self.0 + 1))
        } else {
            Err(E::custom(format_args!("nested more than {MAX_DEPTH} deep")))
        }
    }
}

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> std::result::Result<Value, E> {
        Ok(Value::Bool(yes))
    }

    fn visit_i64<E>(self, number: i64) -> std::result::Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> std::result::Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> std::result::Result<Value, E> {
        Number::from_f64(number).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> std::result::Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> std::result::Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(inside)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Value, A::Error> {
        let inside = self.deeper()?;
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(inside)?;
            members.push((name, value));
        }
        Ok(Value::Object(members))
    }
}
