//! A member's name erased from the signatures that they gave: title and organisation stay under the terms.

use diesel::prelude::*;

use super::KIND;
use super::programmes::lock_roots;
use crate::db::schema::{programme_signatures, programmes};
use crate::http::problem::Result;
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::text::Name;
use crate::types::{Json, MemberId, ProgrammeId};

/// Locks the programmes whose terms a member ever signed, in the order of their ids.
///
/// # Errors
/// The engine's.
pub fn lock_programmes_of(w: &mut Writer<'_>, member: MemberId) -> Result<Vec<ProgrammeId>> {
    let ids: Vec<ProgrammeId> = programme_signatures::table
        .filter(programme_signatures::member_id.eq(member))
        .select(programme_signatures::programme_id)
        .distinct()
        .order(programme_signatures::programme_id.asc())
        .load(w.db())?;
    lock_roots(w, &ids)?;
    Ok(ids)
}

/// Erases a member's name from all that they signed. The journal and the programmes as kept for those who left have
/// the person by id alone.
///
/// # Errors
/// The engine's.
pub fn erase_member(w: &mut Writer<'_>, member: MemberId) -> Result<()> {
    for id in lock_programmes_of(w, member)? {
        let own = programme_signatures::table
            .filter(programme_signatures::programme_id.eq(id))
            .filter(programme_signatures::member_id.eq(member))
            .filter(programme_signatures::name.is_not_null());
        let erased =
            diesel::update(own).set(programme_signatures::name.eq(None::<Json<Name>>)).execute(w.db())?;
        if erased > 0 {
            touch(w, id)?;
        }
    }
    Ok(())
}

/// Raises the programme's version: its answer is another.
fn touch(w: &mut Writer<'_>, id: ProgrammeId) -> Result<()> {
    let now = w.now();
    diesel::update(programmes::table.find(id))
        .set((programmes::version.eq(programmes::version + 1), programmes::updated_at.eq(now)))
        .execute(w.db())?;
    let version: i64 = programmes::table.find(id).select(programmes::version).first(w.db())?;
    // What was signed was proposed.
    w.of_draft(false);
    let changes = Changes::none().with_name("signatures");
    w.record(Entry { action: "programme.signature_erased", thing: Thing::new(KIND, id), version, changes })
}
