//! Delegates, agenda, discussions and commitments: each its own table, all written the same way.

use diesel::prelude::*;

use crate::access::Permit;
use crate::commitments::model::Commitment;
use crate::db::Db;
use crate::db::schema::{
    commitments, delegate_links, visit_agenda_items, visit_delegates, visit_discussions,
};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{DelegateId, VisitId};
use crate::visits::model::{AgendaItem, Delegate, Discussion, Item};

/// An item with a table.
pub trait Stored: Item {
    /// All of a visit, in their order.
    ///
    /// # Errors
    /// The engine's.
    fn load(db: &mut Db, visit: VisitId) -> Result<Vec<Self>>;
    /// Adds the row.
    ///
    /// # Errors
    /// The engine's.
    fn add_row(&self, db: &mut Db) -> Result<()>;
    /// Writes the row.
    ///
    /// # Errors
    /// The engine's.
    fn set_row(&self, db: &mut Db) -> Result<()>;
    /// Removes the row.
    ///
    /// # Errors
    /// `in-use`; the engine's.
    fn remove_row(&self, db: &mut Db) -> Result<()>;
}

macro_rules! stored {
    ($item:ty, $table:ident, by $order:expr, unless $in_use:expr, noting $note:expr) => {
        impl Stored for $item {
            fn load(db: &mut Db, visit: VisitId) -> Result<Vec<Self>> {
                Ok($table::table
                    .filter($table::visit_id.eq(visit))
                    .order($order)
                    .select(Self::as_select())
                    .load(db)?)
            }

            fn add_row(&self, db: &mut Db) -> Result<()> {
                diesel::insert_into($table::table).values(self).execute(db)?;
                let note: fn(&mut Db, &Self) -> Result<()> = $note;
                note(db, self)
            }

            fn set_row(&self, db: &mut Db) -> Result<()> {
                diesel::update($table::table.find(self.id)).set(self).execute(db)?;
                let note: fn(&mut Db, &Self) -> Result<()> = $note;
                note(db, self)
            }

            fn remove_row(&self, db: &mut Db) -> Result<()> {
                let in_use: fn(&mut Db, &Self) -> Result<bool> = $in_use;
                if in_use(db, self)? {
                    return Err(Problem::new(Code::InUse));
                }
                diesel::delete($table::table.find(self.id)).execute(db)?;
                Ok(())
            }
        }
    };
}

stored!(
    Delegate,
    visit_delegates,
    by(visit_delegates::created_at.asc(), visit_delegates::id.asc()),
    unless | db,
    delegate | raised_something(db, delegate.id),
    noting link
);
stored!(
    AgendaItem,
    visit_agenda_items,
    by(visit_agenda_items::position.asc(), visit_agenda_items::id.asc()),
    unless | _,
    _ | Ok(false),
    noting | _,
    _ | Ok(())
);
stored!(
    Discussion,
    visit_discussions,
    by(visit_discussions::created_at.asc(), visit_discussions::id.asc()),
    unless | _,
    _ | Ok(false),
    noting | _,
    _ | Ok(())
);
stored!(
    Commitment,
    commitments,
    by(commitments::created_at.asc(), commitments::id.asc()),
    unless | _,
    _ | Ok(false),
    noting | _,
    _ | Ok(())
);

fn raised_something(db: &mut Db, delegate: DelegateId) -> Result<bool> {
    let raised = visit_discussions::table.filter(visit_discussions::raised_by.eq(delegate));
    Ok(diesel::select(diesel::dsl::exists(raised)).get_result(db)?)
}

/// Remembers which member a delegate is said to be, for as long as the member's values may have to be erased:
/// when the delegate is removed, or said to be another, the journal still has them.
fn link(db: &mut Db, delegate: &Delegate) -> Result<()> {
    let Some(member) = delegate.member_id else { return Ok(()) };
    let known: Option<DelegateId> = delegate_links::table
        .find((member, delegate.id))
        .select(delegate_links::delegate_id)
        .first(db)
        .optional()?;
    if known.is_none() {
        diesel::insert_into(delegate_links::table)
            .values((
                delegate_links::member_id.eq(member),
                delegate_links::delegate_id.eq(delegate.id),
                delegate_links::visit_id.eq(delegate.visit_id),
            ))
            .execute(db)?;
    }
    Ok(())
}

/// Adds an item.
///
/// # Errors
/// The engine's.
pub fn insert<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, item: &I) -> Result<()> {
    item.add_row(w.db())?;
    record(w, item, I::PART.actions[0], Changes::between(None, Some(item))?, 0)
}

/// Writes a changed item.
///
/// # Errors
/// The engine's.
pub fn update<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, before: &I, after: &I) -> Result<()> {
    after.set_row(w.db())?;
    record(w, after, I::PART.actions[1], Changes::between(Some(before), Some(after))?, 0)
}

/// Removes an item.
///
/// # Errors
/// `in-use` when another item names it; the engine's.
pub fn delete<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, item: &I) -> Result<()> {
    item.remove_row(w.db())?;
    record(w, item, I::PART.actions[2], Changes::between(Some(item), None)?, 1)
}

fn record<I: Item>(
    w: &mut Writer<'_>,
    item: &I,
    action: &'static str,
    changes: Changes,
    later: i64,
) -> Result<()> {
    let (id, version, _) = item.key();
    w.record(Entry { action, thing: Thing::new(I::PART.kind, id), version: version + later, changes })
}
