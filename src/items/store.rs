//! Items' rows: each kind its own table, all read and written the same way.

use uuid::Uuid;

use super::model::Item;
use super::parent::{Parent, ParentId};
use crate::access::{Permit, Sight};
use crate::db::Db;
use crate::http::call::PageRequest;
use crate::http::decode::MAX_ERRORS;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::{Changes, Entry, Thing, Writer};

/// What was found wrong with a body.
pub trait Findings {
    /// All of it, so far.
    fn errors(&mut self) -> &mut Vec<FieldError>;

    /// Reports what is wrong.
    fn report(&mut self, pointer: String, code: &'static str, detail: &str) {
        if self.errors().len() < MAX_ERRORS {
            self.errors().push(FieldError::new(pointer, code, detail));
        }
    }

    /// Refuses with all that was found.
    ///
    /// # Errors
    /// `validation-failed`.
    fn settle(&mut self) -> Result<()> {
        let errors = std::mem::take(self.errors());
        if errors.is_empty() { Ok(()) } else { Err(Problem::errors(errors)) }
    }
}

/// An item that is checked before it is made.
pub trait Checked: Item {
    /// Reports what is wrong with it, and fills in what follows from elsewhere; `at` is the item's pointer.
    ///
    /// # Errors
    /// `forbidden` when a part of it is another's to say; the engine's.
    fn check(
        new: &mut Self::New,
        before: Option<&Self>,
        room: &mut <Self::Parent as Parent>::Room,
        db: &mut Db,
        at: &str,
    ) -> Result<()>;
}

/// What else an item's writing asks, where it asks more than its row.
pub trait Around: Item {
    /// Whether something else names it, so that it can't be removed.
    ///
    /// # Errors
    /// The engine's.
    fn is_in_use(&self, _db: &mut Db) -> Result<bool> {
        Ok(false)
    }

    /// What goes before its row does.
    ///
    /// # Errors
    /// The engine's.
    fn before_removal(&self, _db: &mut Db) -> Result<()> {
        Ok(())
    }

    /// What is written beside its row once that is added (`after` alone), changed (both) or removed (`before` alone).
    ///
    /// # Errors
    /// The engine's.
    fn follow(_w: &mut Writer<'_>, _before: Option<&Self>, _after: Option<&Self>) -> Result<()> {
        Ok(())
    }

    /// Takes out of items what this caller may not see, though it sees their parent.
    ///
    /// # Errors
    /// The engine's.
    fn veil(_items: &mut [Self], _db: &mut Db, _sight: &Sight) -> Result<()> {
        Ok(())
    }
}

/// An item with a table: [`stored!`](crate::stored).
pub trait Stored: Around {
    /// A page of those below a thing, newest first, one more than its limit.
    ///
    /// # Errors
    /// The engine's.
    fn page(db: &mut Db, parent: ParentId<Self>, page: &PageRequest) -> Result<Vec<Self>>;
    /// One below a thing.
    ///
    /// # Errors
    /// `not-found`.
    fn one(db: &mut Db, parent: ParentId<Self>, id: Uuid) -> Result<Self>;
    /// How many there are below a thing.
    ///
    /// # Errors
    /// The engine's.
    fn count(db: &mut Db, parent: ParentId<Self>) -> Result<usize>;
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
    /// The engine's.
    fn remove_row(&self, db: &mut Db) -> Result<()>;

    /// One below a thing, without what this caller may not see of it.
    ///
    /// # Errors
    /// `not-found`.
    fn one_seen_by(db: &mut Db, sight: &Sight, parent: ParentId<Self>, id: Uuid) -> Result<Self> {
        let mut item = Self::one(db, parent, id)?;
        Self::veil(std::slice::from_mut(&mut item), db, sight)?;
        Ok(item)
    }
}

/// An item of which a thing has so few that they are read all together.
pub trait Whole: Stored {
    /// All below a thing, in their order.
    ///
    /// # Errors
    /// The engine's.
    fn load(db: &mut Db, parent: ParentId<Self>) -> Result<Vec<Self>>;
}

/// Has a kind of item [`Stored`] in its table, and read below its parent by an index that begins with this column;
/// with `all by` an order, [`Whole`] too.
#[macro_export]
macro_rules! stored {
    ($item:ty, $table:ident, below $parent:ident: $id:ty) => {
        impl $crate::items::Stored for $item {
            fn page(
                db: &mut $crate::db::Db,
                parent: $crate::items::ParentId<Self>,
                page: &$crate::http::call::PageRequest,
            ) -> $crate::Result<Vec<Self>> {
                let (created_at, id) = page.before();
                Ok($table::table
                    .filter($table::$parent.eq(<$id>::from(parent)))
                    .filter($table::created_at.le(created_at))
                    .filter($table::created_at.lt(created_at).or($table::id.lt(id)))
                    .order(($table::created_at.desc(), $table::id.desc()))
                    .limit(page.rows())
                    .select(Self::as_select())
                    .load(db)?)
            }

            fn one(
                db: &mut $crate::db::Db,
                parent: $crate::items::ParentId<Self>,
                id: uuid::Uuid,
            ) -> $crate::Result<Self> {
                let found = $table::table
                    .filter($table::id.eq($crate::types::AnyId(id)))
                    .filter($table::$parent.eq(<$id>::from(parent)))
                    .select(Self::as_select())
                    .first(db)
                    .optional()?;
                found.ok_or_else(|| $crate::Problem::new($crate::http::problem::Code::NotFound))
            }

            fn count(
                db: &mut $crate::db::Db,
                parent: $crate::items::ParentId<Self>,
            ) -> $crate::Result<usize> {
                let below = $table::table.filter($table::$parent.eq(<$id>::from(parent)));
                let count: i64 = below.count().get_result(db)?;
                usize::try_from(count).map_err($crate::Problem::internal)
            }

            fn add_row(&self, db: &mut $crate::db::Db) -> $crate::Result<()> {
                diesel::insert_into($table::table).values(self).execute(db)?;
                Ok(())
            }

            fn set_row(&self, db: &mut $crate::db::Db) -> $crate::Result<()> {
                diesel::update($table::table.find(self.id)).set(self).execute(db)?;
                Ok(())
            }

            fn remove_row(&self, db: &mut $crate::db::Db) -> $crate::Result<()> {
                diesel::delete($table::table.find(self.id)).execute(db)?;
                Ok(())
            }
        }
    };
    ($item:ty, $table:ident, below $parent:ident: $id:ty, all by $order:expr) => {
        $crate::stored!($item, $table, below $parent: $id);

        impl $crate::items::Whole for $item {
            fn load(
                db: &mut $crate::db::Db,
                parent: $crate::items::ParentId<Self>,
            ) -> $crate::Result<Vec<Self>> {
                Ok($table::table
                    .filter($table::$parent.eq(<$id>::from(parent)))
                    .order($order)
                    .select(Self::as_select())
                    .load(db)?)
            }
        }
    };
}

/// Adds an item.
///
/// # Errors
/// The engine's.
pub fn insert<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, item: &I) -> Result<()> {
    item.add_row(w.db())?;
    I::follow(w, None, Some(item))?;
    record(w, item, I::PART.actions[0], Changes::between(None, Some(item))?, 0)
}

/// Writes a changed item.
///
/// # Errors
/// The engine's.
pub fn update<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, before: &I, after: &I) -> Result<()> {
    after.set_row(w.db())?;
    I::follow(w, Some(before), Some(after))?;
    record(w, after, I::PART.actions[1], Changes::between(Some(before), Some(after))?, 0)
}

/// Removes an item.
///
/// # Errors
/// `in-use` when another item names it; the engine's.
pub fn delete<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, item: &I) -> Result<()> {
    if item.is_in_use(w.db())? {
        return Err(Problem::new(Code::InUse));
    }
    item.before_removal(w.db())?;
    item.remove_row(w.db())?;
    I::follow(w, Some(item), None)?;
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
