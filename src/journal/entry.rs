//! What an entry holds.
//!
//! The entry itself keeps, for each field that changed, a salted digest of its values before and
//! after; the values and salts stand apart (`journal_values`), so that personal ones can be erased
//! while the digests, and what is later built on them, still verify.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::http::problem::{Problem, Result};

/// A thing of the domain, as the journal names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thing {
    /// `visit`, `organisation`, …: the singular snake_case name.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
}

impl Thing {
    /// Names a thing.
    pub fn new(kind: &'static str, id: impl Into<Uuid>) -> Self {
        Self { kind, id: id.into() }
    }
}

/// What a write did to one thing.
#[derive(Debug)]
pub struct Entry {
    /// `visit.accepted`, `member.created`: the thing and what happened to it.
    pub action: &'static str,
    /// To what it happened.
    pub thing: Thing,
    /// The thing's version afterwards.
    pub version: i64,
    /// The fields that changed.
    pub changes: Changes,
}

/// The fields that a write changed, with their values before and after.
#[derive(Debug, Default)]
pub struct Changes {
    fields: BTreeMap<String, Change>,
}

#[derive(Debug)]
enum Change {
    Values { before: Value, after: Value },
    NameOnly,
}

/// The values of one field, as kept apart from the entry.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct KeptValues {
    /// 16 random bytes, base64.
    pub salt: String,
    /// Before the write; null when there was nothing.
    pub before: Value,
    /// After the write; null when there is nothing.
    pub after: Value,
}

impl KeptValues {
    /// SHA-256 over salt, before and after, base64.
    pub fn digest(&self) -> String {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        context.update(self.salt.as_bytes());
        context.update(b"\n");
        context.update(self.before.to_string().as_bytes());
        context.update(b"\n");
        context.update(self.after.to_string().as_bytes());
        STANDARD_NO_PAD.encode(context.finish())
    }
}

/// Of each changed field: the digest of its values, or none where only its name is recorded.
pub(super) type Digests = BTreeMap<String, Option<String>>;
/// The values that are kept apart.
pub(super) type Kept = BTreeMap<String, KeptValues>;

/// Members that every thing has and that say nothing of what changed.
const DERIVED: [&str; 5] = ["id", "version", "created_at", "updated_at", "allowed_actions"];

impl Changes {
    /// No field changed: the action says it all.
    pub fn none() -> Self {
        Self::default()
    }

    /// The top-level members in which two states of a thing differ; `None` where the thing was not,
    /// or is no more.
    ///
    /// # Errors
    /// `internal` when a state can't be written as JSON.
    pub fn between<T: Serialize>(before: Option<&T>, after: Option<&T>) -> Result<Self> {
        let mut before = members(before)?;
        let mut fields = BTreeMap::new();
        for (name, after) in members(after)? {
            let before = before.remove(&name).unwrap_or(Value::Null);
            if before != after {
                fields.insert(name, Change::Values { before, after });
            }
        }
        for (name, before) in before.into_iter().filter(|(_, before)| !before.is_null()) {
            fields.insert(name, Change::Values { before, after: Value::Null });
        }
        Ok(Self { fields })
    }

    /// Adds one field with its values.
    #[must_use]
    pub fn with(mut self, name: &str, before: Value, after: Value) -> Self {
        if before != after {
            self.fields.insert(name.to_owned(), Change::Values { before, after });
        }
        self
    }

    /// Records these fields, where they changed, by name only: phones, e-mails, secrets.
    #[must_use]
    pub fn names_only(mut self, names: &[&str]) -> Self {
        for name in names {
            if let Some(change) = self.fields.get_mut(*name) {
                *change = Change::NameOnly;
            }
        }
        self
    }

    /// The same without these fields: what is derived is not what was written.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.fields.retain(|name, _| !names.contains(&name.as_str()));
        self
    }

    /// Adds a field by name only.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.fields.insert(name.to_owned(), Change::NameOnly);
        self
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Digests for the entry, values to be kept apart.
    pub(super) fn split(self) -> Result<(Digests, Kept)> {
        let mut digests = BTreeMap::new();
        let mut kept = BTreeMap::new();
        // All salts at once: asking for random bytes costs more than the bytes.
        let mut salts = vec![[0_u8; 16]; self.fields.len()];
        aws_lc_rs::rand::fill(salts.as_flattened_mut())
            .map_err(|_| Problem::internal("the system gives no random bytes"))?;
        for ((name, change), salt) in self.fields.into_iter().zip(salts) {
            match change {
                Change::NameOnly => {
                    digests.insert(name, None);
                }
                Change::Values { before, after } => {
                    let values = KeptValues { salt: STANDARD_NO_PAD.encode(salt), before, after };
                    digests.insert(name.clone(), Some(values.digest()));
                    kept.insert(name, values);
                }
            }
        }
        Ok((digests, kept))
    }
}

fn members<T: Serialize>(state: Option<&T>) -> Result<BTreeMap<String, Value>> {
    match state.map(serde_json::to_value).transpose().map_err(Problem::internal)? {
        Some(Value::Object(members)) => Ok(members
            .into_iter()
            .filter(|(name, value)| !DERIVED.contains(&name.as_str()) && !value.is_null())
            .collect()),
        _ => Ok(BTreeMap::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn changes_name_what_differs_and_only_that() {
        let before = json!({"id": 1, "name": "a", "gone": 1, "same": 2});
        let after = json!({"id": 2, "name": "b", "same": 2, "new": [1]});
        let changes = Changes::between(Some(&before), Some(&after)).unwrap().names_only(&["new", "same"]);
        let (digests, kept) = changes.split().unwrap();
        assert_eq!(digests.keys().collect::<Vec<_>>(), ["gone", "name", "new"]);
        assert_eq!(kept.keys().collect::<Vec<_>>(), ["gone", "name"]);
        assert_eq!(digests["new"], None);
        assert_eq!(digests["name"].as_ref(), Some(&kept["name"].digest()));
        assert_eq!(kept["gone"].after, Value::Null);
    }

    #[test]
    fn equal_values_have_different_digests() {
        let digest = || {
            let changes = Changes::none().with("phone", Value::Null, json!("+249912345678"));
            changes.split().unwrap().0["phone"].clone()
        };
        assert_ne!(digest(), digest());
    }
}
