//! The version that a caller saw, compared with the thing's own.

use actix_web::http::header::ETAG;
use uuid::Uuid;

use crate::db::Db;
use crate::http::etag::{Expected, etag};
use crate::http::problem::{Code, Problem, Result};
use crate::http::view::Shown;
use crate::journal::reader::changed_since;
use crate::types::AnyId;

/// A thing and its version, for the comparison with what the caller saw.
pub struct Versioned<'a, T> {
    /// Its id.
    pub id: Uuid,
    /// Its version now.
    pub version: i64,
    /// The thing as the caller is answered it: its ETag is told when the versions differ.
    pub thing: &'a T,
}

impl<T: serde::Serialize + Shown> Versioned<'_, T> {
    /// Refuses who saw another version, with what changed since that they may know of.
    ///
    /// # Errors
    /// `version-mismatch`.
    pub(super) fn check(&self, db: &mut Db, expected: &Expected) -> Result<()> {
        if expected.allows(self.version) {
            return Ok(());
        }
        let since = expected.oldest().unwrap_or(0);
        let changed = changed_since(db, AnyId(self.id), since)?;
        let shown = serde_json::to_value(self.thing).map_err(Problem::internal)?;
        // What this caller reads as nothing, set or not, is not told to have changed.
        let nothing = |name: &str| match &shown[name] {
            serde_json::Value::Array(named) => named.is_empty(),
            named => named.is_null(),
        };
        let changed: Vec<_> = changed
            .into_iter()
            .filter(|name| !T::POINTERS.contains(&name.as_str()) || !nothing(name))
            .collect();
        let problem = Problem::new(Code::VersionMismatch)
            .with("current_version", self.version)
            .with("changed_fields", changed);
        let body = serde_json::to_vec(self.thing).map_err(Problem::internal)?;
        Err(problem.header(ETAG, etag(self.version, &body)))
    }
}
