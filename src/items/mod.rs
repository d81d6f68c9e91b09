//! Items below a thing: the lists of a visit's record and, in the same way, of whatever else has lists of its own.
//!
//! One set of handlers serves them all, and one way of writing them: an item says what it is, its parent who sees
//! and edits its items, and what an edit does to it.
//!
//! - [`model`]: [`Item`], what a kind of item says of itself; [`parent`]: [`Parent`], what the thing says that has them;
//! - [`store`]: their rows, each kind's in a table of its own, and how they are written;
//! - [`routes`]: their operations.
//!
//! What has a parent that is itself an item (an activity's progress) has for its parent the item in its thing: a
//! [`Parent`] whose id is both of theirs.

pub mod model;
pub mod parent;
pub mod routes;
pub mod store;

pub use model::{Edit, Item, Part, Stamp};
pub use parent::{Parent, ParentId};
pub use store::{Around, Checked, Findings, Rowed, Stored, Whole};
