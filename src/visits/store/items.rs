//! Delegates, agenda, discussions and commitments: each its own table, all written the same way.

use diesel::prelude::*;

use super::facets;
use crate::access::Permit;
use crate::commitments::model::Commitment;
use crate::db::Db;
use crate::db::schema::{commitments, visit_agenda_items, visit_delegates, visit_discussions};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{DelegateId, VisitId};
use crate::visits::codes::Topic;
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
    /// The visit whose lists go by it, and by what.
    fn topic(&self) -> Option<(VisitId, Topic)>;
}

macro_rules! stored {
    ($item:ty, $table:ident, by $order:expr, listed by $topic:expr, unless $in_use:expr) => {
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
                diesel::delete($table::table.find(self.id)).execute(db)?;
                Ok(())
            }

            fn topic(&self) -> Option<(VisitId, Topic)> {
                let topic: fn(&Self) -> Option<Topic> = $topic;
                topic(self).map(|topic| (self.visit_id, topic))
            }
        }
    };
}

stored!(
    Delegate,
    visit_delegates,
    by(visit_delegates::created_at.asc(), visit_delegates::id.asc()),
    listed by |_| None,
    unless | db,
    delegate | raised_something(db, delegate.id)
);
stored!(
    AgendaItem,
    visit_agenda_items,
    by(visit_agenda_items::position.asc(), visit_agenda_items::id.asc()),
    listed by |_| None,
    unless | _,
    _ | Ok(false)
);
stored!(
    Discussion,
    visit_discussions,
    by(visit_discussions::created_at.asc(), visit_discussions::id.asc()),
    listed by |one| Some(one.topic),
    unless | _,
    _ | Ok(false)
);
stored!(
    Commitment,
    commitments,
    by(commitments::created_at.asc(), commitments::id.asc()),
    listed by |_| None,
    unless | _,
    _ | Ok(false)
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
    list_by(w, None, Some(item))?;
    record(w, item, I::PART.actions[0], Changes::between(None, Some(item))?, 0)
}

/// Writes a changed item.
///
/// # Errors
/// The engine's.
pub fn update<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, before: &I, after: &I) -> Result<()> {
    after.set_row(w.db())?;
    list_by(w, Some(before), Some(after))?;
    record(w, after, I::PART.actions[1], Changes::between(Some(before), Some(after))?, 0)
}

/// Removes an item.
///
/// # Errors
/// `in-use` when another item names it; the engine's.
pub fn delete<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, item: &I) -> Result<()> {
    item.remove_row(w.db())?;
    list_by(w, Some(item), None)?;
    record(w, item, I::PART.actions[2], Changes::between(Some(item), None)?, 1)
}

fn list_by<I: Stored>(w: &mut Writer<'_>, before: Option<&I>, after: Option<&I>) -> Result<()> {
    let (gone, new) = (before.and_then(I::topic), after.and_then(I::topic));
    match gone.or(new) {
        Some((visit, _)) => facets::keep_topics(w, visit, gone.map(|(_, one)| one), new.map(|(_, one)| one)),
        None => Ok(()),
    }
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
