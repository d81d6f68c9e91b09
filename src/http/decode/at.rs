//! Where in a body the decoder is, and what it found wrong so far.

use super::Value;
use crate::http::problem::FieldError;

/// How many errors one answer names at most.
pub const MAX_ERRORS: usize = 100;

/// A place in a body, as a JSON pointer, with the errors collected so far.
pub struct At<'a> {
    pointer: String,
    errors: &'a mut Vec<FieldError>,
    current: Option<&'a serde_json::Value>,
}

impl<'a> At<'a> {
    /// The body itself.
    pub fn new(errors: &'a mut Vec<FieldError>) -> Self {
        Self { pointer: String::new(), errors, current: None }
    }

    /// A body that is the public form of a thing with a patch applied: what cannot be written may stand in it as
    /// it is.
    pub fn patching(errors: &'a mut Vec<FieldError>, current: &'a serde_json::Value) -> Self {
        Self { pointer: String::new(), errors, current: Some(current) }
    }

    /// Reports a member that the object here does not take: `unknown-field`; or, in a patch, `read-only` when the
    /// thing has it, and nothing when it is what it was.
    pub fn unknown_member(&mut self, name: &str, value: &Value) {
        self.member(name, |at| match at.was() {
            Some(before) if same(&value.to_json(), before) => {}
            Some(_) => at.report("read-only", "cannot be changed this way"),
            None => at.report("unknown-field", "there is no such member"),
        });
    }

    /// Reports a derived member that is not what follows from the others: `read-only`; but nothing in a patch
    /// when it is what it was.
    pub fn read_only_member(&mut self, name: &str, value: &Value) {
        self.member(name, |at| {
            if at.was() != Some(&value.to_json()) {
                at.report("read-only", "follows from the other members and cannot be set");
            }
        });
    }

    /// In a patch, what stood here before it.
    fn was(&self) -> Option<&'a serde_json::Value> {
        self.current.and_then(|current| current.pointer(&self.pointer))
    }

    /// Reports a mistake here. After [`MAX_ERRORS`] no more are kept.
    pub fn report(&mut self, code: &'static str, detail: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FieldError::new(self.pointer.clone(), code, detail));
        }
    }

    /// Reports that another type was expected here.
    pub fn wrong_type(&mut self, expected: &str, found: &Value) {
        self.report("wrong-type", format!("expected {expected}, found {}", found.kind()));
    }

    /// Goes into a member of the object here.
    pub fn member<R>(&mut self, name: &str, f: impl FnOnce(&mut Self) -> R) -> R {
        let length = self.pointer.len();
        self.pointer.push('/');
        for character in name.chars() {
            match character {
                '~' => self.pointer.push_str("~0"),
                '/' => self.pointer.push_str("~1"),
                other => self.pointer.push(other),
            }
        }
        let result = f(self);
        self.pointer.truncate(length);
        result
    }

    /// Goes into an item of the array here.
    pub fn index<R>(&mut self, i: usize, f: impl FnOnce(&mut Self) -> R) -> R {
        self.member(&i.to_string(), f)
    }

    /// Reports every member that stands twice or more in an object.
    pub fn duplicates(&mut self, members: &[(String, Value)]) {
        let mut seen = std::collections::BTreeMap::new();
        for (name, _) in members {
            let times: &mut usize = seen.entry(name.as_str()).or_default();
            *times += 1;
            if *times == 2 {
                self.member(name, |at| at.report("duplicate-field", "is given more than once"));
            }
        }
    }

    /// The place as a JSON pointer.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// How many mistakes were reported so far, here or elsewhere: compare before and after to know of one.
    pub fn reported(&self) -> usize {
        self.errors.len()
    }
}

/// Whether two values say the same: in an object null is the same as nothing, and a merge takes out what is null.
fn same(one: &serde_json::Value, other: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Null, Object};
    match (one, other) {
        (Object(one), Object(other)) => one.keys().chain(other.keys()).all(|name| {
            let said = |object: &serde_json::Map<String, serde_json::Value>| {
                object.get(name).cloned().unwrap_or(Null)
            };
            same(&said(one), &said(other))
        }),
        (Array(one), Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        _ => one == other,
    }
}
