//! What comes into force by time: removals whose notice is over.

use diesel::prelude::*;

use super::programmes::{load, lock_roots};
use super::writing::move_on;
use crate::db::schema::{programme_terms, programmes};
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::ProgrammeId;

/// Moves on the programmes in which a removal was announced long enough, in the order of their ids from `after` on,
/// so many at the most. How many moved, and the last that was looked at; none when there are no more.
///
/// # Errors
/// The engine's.
pub fn take_effect(
    w: &mut Writer<'_>,
    after: Option<ProgrammeId>,
    most: i64,
) -> Result<(usize, Option<ProgrammeId>)> {
    let ids: Vec<ProgrammeId> = programme_terms::table
        .inner_join(programmes::table.on(programmes::id.eq(programme_terms::programme_id)))
        .filter(programme_terms::notice_until.le(w.now()))
        .filter(programme_terms::in_force_at.is_null())
        .filter(programme_terms::dropped_at.is_null())
        .filter(programmes::id.gt(after.unwrap_or(ProgrammeId(uuid::Uuid::nil()))))
        .order(programmes::id.asc())
        .select(programmes::id)
        .limit(most)
        .load(w.db())?;
    let mut moved = 0;
    lock_roots(w, &ids)?;
    for id in &ids {
        if let Some(programme) = load(w.db(), *id)? {
            let after = move_on(w, &programme, "programme.partner_removed")?;
            moved += usize::from(after.row.version != programme.row.version);
        }
    }
    Ok((moved, ids.last().copied()))
}
