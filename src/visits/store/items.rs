//! Delegates, agenda, discussions and commitments: each its own table, all written the same way.

use diesel::prelude::*;

use crate::access::{Permit, Sight};
use crate::commitments::model::Commitment;
use crate::db::Db;
use crate::db::schema::{commitments, visit_agenda_items, visit_delegates, visit_discussions};
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
    /// Takes out of items what this caller may not see, though it sees their visit.
    ///
    /// # Errors
    /// The engine's.
    fn veil(items: &mut [Self], db: &mut Db, sight: &Sight) -> Result<()>;
}

/// Nothing to be done.
fn nothing<T: ?Sized>(_: &mut Db, _: &T) -> Result<()> {
    Ok(())
}

/// Nothing is hidden.
fn open<T>(_: &mut [T], _: &mut Db, _: &Sight) -> Result<()> {
    Ok(())
}

macro_rules! stored {
    ($item:ty, $table:ident, by $order:expr, unless $in_use:expr, first $first:expr, veil $veil:expr) => {
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
                Ok(())
            }

            fn set_row(&self, db: &mut Db) -> Result<()> {
                diesel::update($table::table.find(self.id)).set(self).execute(db)?;
                Ok(())
            }

            fn remove_row(&self, db: &mut Db) -> Result<()> {
                let in_use: fn(&mut Db, &Self) -> Result<bool> = $in_use;
                if in_use(db, self)? {
                    return Err(Problem::new(Code::InUse));
                }
                let first: fn(&mut Db, &Self) -> Result<()> = $first;
                first(db, self)?;
                diesel::delete($table::table.find(self.id)).execute(db)?;
                Ok(())
            }

            fn veil(items: &mut [Self], db: &mut Db, sight: &Sight) -> Result<()> {
                let veil: fn(&mut [Self], &mut Db, &Sight) -> Result<()> = $veil;
                veil(items, db, sight)
            }
        }
    };
}

stored!(
    Delegate,
    visit_delegates,
    by (visit_delegates::created_at.asc(), visit_delegates::id.asc()),
    unless |db, delegate| raised_something(db, delegate.id),
    first nothing,
    veil open
);
stored!(
    AgendaItem,
    visit_agenda_items,
    by (visit_agenda_items::position.asc(), visit_agenda_items::id.asc()),
    unless |_, _| Ok(false),
    first nothing,
    veil open
);
stored!(
    Discussion,
    visit_discussions,
    by (visit_discussions::created_at.asc(), visit_discussions::id.asc()),
    unless |_, _| Ok(false),
    first nothing,
    veil open
);
stored!(
    Commitment,
    commitments,
    by (commitments::created_at.asc(), commitments::id.asc()),
    unless |_, commitment| Ok(commitment.fulfilled_by.is_some()),
    first |db, commitment| crate::commitments::store::unlist(db, commitment.id),
    veil crate::commitments::store::hide_unseen
);

fn raised_something(db: &mut Db, delegate: DelegateId) -> Result<bool> {
    let raised = visit_discussions::table.filter(visit_discussions::raised_by.eq(delegate));
    Ok(diesel::select(diesel::dsl::exists(raised)).get_result(db)?)
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
