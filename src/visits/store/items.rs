//! Delegates, agenda, discussions and commitments: each its own table, all written the same way.

use diesel::prelude::*;

use super::facets;
use crate::access::{Permit, Sight};
use crate::commitments::model::Commitment;
use crate::db::Db;
use crate::db::schema::{
    commitments, delegate_links, visit_agenda_items, visit_delegates, visit_discussions,
};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{DelegateId, VisitId};
use crate::visits::codes::Topic;
use crate::visits::model::{AgendaItem, Delegate, Discussion, Item};

/// What else an item's writing asks, where it asks more than its row.
pub trait Around: Item {
    /// Whether something else names it, so that it can't be removed.
    ///
    /// # Errors
    /// The engine's.
    fn is_in_use(&self, _db: &mut Db) -> Result<bool> {
        Ok(false)
    }

    /// What is written beside its row.
    ///
    /// # Errors
    /// The engine's.
    fn after_writing(&self, _db: &mut Db) -> Result<()> {
        Ok(())
    }

    /// What goes before its row does.
    ///
    /// # Errors
    /// The engine's.
    fn before_removal(&self, _db: &mut Db) -> Result<()> {
        Ok(())
    }

    /// Under which topic its visit is found by it.
    fn topic(&self) -> Option<(VisitId, Topic)> {
        None
    }

    /// Takes out of items what this caller may not see, though it sees their visit.
    ///
    /// # Errors
    /// The engine's.
    fn veil(_items: &mut [Self], _db: &mut Db, _sight: &Sight) -> Result<()> {
        Ok(())
    }
}

/// An item with a table.
pub trait Stored: Around {
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
    ($item:ty, $table:ident, by $order:expr) => {
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
                self.after_writing(db)
            }

            fn set_row(&self, db: &mut Db) -> Result<()> {
                diesel::update($table::table.find(self.id)).set(self).execute(db)?;
                self.after_writing(db)
            }

            fn remove_row(&self, db: &mut Db) -> Result<()> {
                if self.is_in_use(db)? {
                    return Err(Problem::new(Code::InUse));
                }
                self.before_removal(db)?;
                diesel::delete($table::table.find(self.id)).execute(db)?;
                Ok(())
            }
        }
    };
}

stored!(Delegate, visit_delegates, by(visit_delegates::created_at.asc(), visit_delegates::id.asc()));
stored!(AgendaItem, visit_agenda_items, by(visit_agenda_items::position.asc(), visit_agenda_items::id.asc()));
stored!(Discussion, visit_discussions, by(visit_discussions::created_at.asc(), visit_discussions::id.asc()));
stored!(Commitment, commitments, by(commitments::created_at.asc(), commitments::id.asc()));

impl Around for Delegate {
    /// Whether it brought up a discussion.
    fn is_in_use(&self, db: &mut Db) -> Result<bool> {
        let raised = visit_discussions::table.filter(visit_discussions::raised_by.eq(self.id));
        Ok(diesel::select(diesel::dsl::exists(raised)).get_result(db)?)
    }

    /// Remembers which member a delegate is said to be, for as long as the member's values may have to be
    /// erased: when the delegate is removed, or said to be another, the journal still has them.
    fn after_writing(&self, db: &mut Db) -> Result<()> {
        let Some(member) = self.member_id else { return Ok(()) };
        let known: Option<DelegateId> = delegate_links::table
            .find((member, self.id))
            .select(delegate_links::delegate_id)
            .first(db)
            .optional()?;
        if known.is_none() {
            diesel::insert_into(delegate_links::table)
                .values((
                    delegate_links::member_id.eq(member),
                    delegate_links::delegate_id.eq(self.id),
                    delegate_links::visit_id.eq(self.visit_id),
                ))
                .execute(db)?;
        }
        Ok(())
    }
}

impl Around for AgendaItem {}

impl Around for Discussion {
    fn topic(&self) -> Option<(VisitId, Topic)> {
        Some((self.visit_id, self.topic))
    }
}

impl Around for Commitment {
    /// Whether it brought something forth.
    fn is_in_use(&self, _db: &mut Db) -> Result<bool> {
        Ok(self.fulfilled_by.is_some())
    }

    fn before_removal(&self, db: &mut Db) -> Result<()> {
        crate::commitments::store::unlist(db, self.id)
    }

    fn veil(items: &mut [Self], db: &mut Db, sight: &Sight) -> Result<()> {
        crate::commitments::store::hide_unseen(items, db, sight)
    }
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
