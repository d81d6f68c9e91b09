//! Values erased: the entries and their digests stay, what was digested goes, with its salt.

use diesel::prelude::*;

use super::Writer;
use crate::db::schema::{journal_entries, journal_values};
use crate::http::problem::Result;
use crate::types::{AnyId, Json};

type Held = Json<serde_json::Map<String, serde_json::Value>>;

impl Writer<'_> {
    /// Erases the values kept of these fields in every entry about a thing.
    ///
    /// # Errors
    /// The engine's.
    pub fn erase_values(&mut self, thing: uuid::Uuid, fields: &[&str]) -> Result<()> {
        let kept: Vec<(AnyId, Held)> = journal_values::table
            .inner_join(journal_entries::table.on(journal_entries::id.eq(journal_values::entry_id)))
            .filter(journal_entries::thing_id.eq(AnyId(thing)))
            .select((journal_values::entry_id, journal_values::field_values))
            .load(self.db())?;
        for (entry, held) in kept {
            let before = held.get()?;
            let mut after = before.clone();
            after.retain(|name, _| !fields.contains(&name.as_str()));
            let row = journal_values::table.filter(journal_values::entry_id.eq(entry));
            if after.is_empty() {
                diesel::delete(row).execute(self.db())?;
            } else if after.len() < before.len() {
                diesel::update(row)
                    .set(journal_values::field_values.eq(Json::new(&after)?.cast::<serde_json::Value>()))
                    .execute(self.db())?;
            }
        }
        Ok(())
    }
}
