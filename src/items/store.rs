//! Items' rows: each kind its own table, all read and written the same way.

use uuid::Uuid;

use super::model::{Edit, Item};
use super::parent::{Parent, ParentId};
use crate::access::Permit;
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

    /// Refuses an edit for which the item itself is closed, whatever its parent is.
    ///
    /// # Errors
    /// `state-conflict`.
    fn require_open(&self, _edit: Edit) -> Result<()> {
        Ok(())
    }

    /// Refuses to be added beside what is there already.
    ///
    /// # Errors
    /// `state-conflict` and the like; the engine's.
    fn before_adding(&self, _db: &mut Db) -> Result<()> {
        Ok(())
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

    /// Whether this caller may see it, given that it sees its parent.
    ///
    /// # Errors
    /// The engine's.
    fn is_shown(&self, _db: &mut Db, _looker: &<Self::Parent as Parent>::Looker) -> Result<bool> {
        Ok(true)
    }

    /// Takes out of items what this caller may not see, though it sees their parent.
    ///
    /// # Errors
    /// The engine's.
    fn veil(_items: &mut [Self], _db: &mut Db, _looker: &<Self::Parent as Parent>::Looker) -> Result<()> {
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
    fn one_seen_by(
        db: &mut Db,
        looker: &<Self::Parent as Parent>::Looker,
        parent: ParentId<Self>,
        id: Uuid,
    ) -> Result<Self> {
        let mut item = Self::one(db, parent, id)?;
        if !item.is_shown(db, looker)? {
            return Err(Problem::new(Code::NotFound));
        }
        Self::veil(std::slice::from_mut(&mut item), db, looker)?;
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

/// An item that is kept as a row of another type.
pub trait Rowed: Item {
    /// Its row.
    type Row;

    /// The items of these rows, with what is derived of them.
    ///
    /// # Errors
    /// The engine's; `internal` when what is stored can't be read.
    fn of_rows(db: &mut Db, rows: Vec<Self::Row>) -> Result<Vec<Self>>;
    /// As it is kept.
    ///
    /// # Errors
    /// `internal` when a part can't be written as JSON.
    fn row(&self) -> Result<Self::Row>;
}

/// Has a kind of item [`Stored`] in its table, and read below its parent by an index that begins with this column;
/// with `all by` an order, [`Whole`] too; `as` the type of its row where that is another, see [`Rowed`].
#[macro_export]
macro_rules! stored {
    ($item:ty, $table:ident, below $parent:ident: $id:ty) => {
        impl $crate::items::Rowed for $item {
            type Row = Self;

            fn of_rows(_db: &mut $crate::db::Db, rows: Vec<Self>) -> $crate::Result<Vec<Self>> {
                Ok(rows)
            }

            fn row(&self) -> $crate::Result<Self> {
                Ok(self.clone())
            }
        }

        $crate::stored!($item as $item, $table, below $parent: $id);
    };
    ($item:ty as $row:ty, $table:ident, below $parent:ident: $id:ty) => {
        impl $crate::items::Stored for $item {
            fn page(
                db: &mut $crate::db::Db,
                parent: $crate::items::ParentId<Self>,
                page: &$crate::http::call::PageRequest,
            ) -> $crate::Result<Vec<Self>> {
                let (created_at, id) = page.before();
                let rows: Vec<$row> = $table::table
                    .filter($table::$parent.eq(<$id>::from(parent)))
                    .filter($table::created_at.le(created_at))
                    .filter($table::created_at.lt(created_at).or($table::id.lt(id)))
                    .order(($table::created_at.desc(), $table::id.desc()))
                    .limit(page.rows())
                    .select(<$row>::as_select())
                    .load(db)?;
                <Self as $crate::items::Rowed>::of_rows(db, rows)
            }

            fn one(
                db: &mut $crate::db::Db,
                parent: $crate::items::ParentId<Self>,
                id: uuid::Uuid,
            ) -> $crate::Result<Self> {
                let found: Vec<$row> = $table::table
                    .filter($table::id.eq($crate::types::AnyId(id)))
                    .filter($table::$parent.eq(<$id>::from(parent)))
                    .select(<$row>::as_select())
                    .load(db)?;
                let found = <Self as $crate::items::Rowed>::of_rows(db, found)?.pop();
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
                let row = $crate::items::Rowed::row(self)?;
                diesel::insert_into($table::table).values(&row).execute(db)?;
                Ok(())
            }

            fn set_row(&self, db: &mut $crate::db::Db) -> $crate::Result<()> {
                let row = $crate::items::Rowed::row(self)?;
                diesel::update($table::table.find(self.id)).set(&row).execute(db)?;
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
/// What [`Around::before_adding`] refuses; the engine's.
pub fn insert<I: Stored>(w: &mut Writer<'_>, _permit: &Permit, item: &I) -> Result<()> {
    item.before_adding(w.db())?;
    item.add_row(w.db())?;
    I::follow(w, None, Some(item))?;
    record(w, item, I::PART.actions[0], (None, Some(item)), 0)
}

/// Writes a changed item.
///
/// # Errors
/// The engine's.
pub fn update<I: Stored>(w: &mut Writer<'_>, permit: &Permit, before: &I, after: &I) -> Result<()> {
    update_as(w, permit, before, after, I::PART.actions[1])
}

/// Writes an item changed by an action of its own, which the journal calls by that name.
///
/// # Errors
/// The engine's.
pub fn update_as<I: Stored>(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &I,
    after: &I,
    action: &'static str,
) -> Result<()> {
    after.set_row(w.db())?;
    I::follow(w, Some(before), Some(after))?;
    record(w, after, action, (Some(before), Some(after)), 0)
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
    record(w, item, I::PART.actions[2], (Some(item), None), 1)
}

fn record<I: Item>(
    w: &mut Writer<'_>,
    item: &I,
    action: &'static str,
    (before, after): (Option<&I>, Option<&I>),
    later: i64,
) -> Result<()> {
    let changes = Changes::between(before, after)?.without(I::DERIVED).names_only(I::NAMED_ONLY);
    let (id, version, _) = item.key();
    w.record(Entry { action, thing: Thing::new(I::PART.kind, id), version: version + later, changes })
}
