//! What a thing says that has items below it.

use super::model::{Edit, Item};
use super::store::Findings;
use crate::access::{Permit, Right};
use crate::db::Db;
use crate::http::call::Call;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::OrganisationId;

/// The id of what an item is below.
pub type ParentId<I> = <<I as Item>::Parent as Parent>::Id;

/// A thing with items below it, as loaded.
pub trait Parent: Sized + Send + 'static {
    /// What its path names: its id; for an item in its thing, both of theirs.
    type Id: Copy + Send + Sync + 'static;
    /// Who looks at it.
    type Looker: Clone + Send + Sync + 'static;
    /// What the rules ask of it.
    type Standing;
    /// Where the body of an item is checked.
    type Room: Findings;
    /// The right to read its items.
    const READ: Right;
    /// The right to add, change and remove them.
    const WRITE: Right;
    /// What the path of an item calls its id.
    const ITEM: &'static str = "item_id";

    /// The one that the path names.
    ///
    /// # Errors
    /// `not-found` when the path has no id there.
    fn named(call: &Call) -> Result<Self::Id>;
    /// Its own path.
    fn path(id: Self::Id) -> String;
    /// The caller, with the right to read.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    fn looker(call: &Call) -> Result<Self::Looker>;
    /// Finds it.
    ///
    /// # Errors
    /// `not-found`, also when they may not see it, or not what is below it.
    fn find(db: &mut Db, looker: &Self::Looker, id: Self::Id) -> Result<Self>;
    /// Locks it and finds it.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    fn lock(w: &mut Writer<'_>, looker: &Self::Looker, id: Self::Id) -> Result<Self>;

    /// Its id.
    fn id(&self) -> Self::Id;
    /// Its version, answered beside each item.
    fn version(&self) -> i64;
    /// What the rules ask of it, at the instant of the look.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    fn for_rules(&self, looker: &Self::Looker) -> Result<Self::Standing>;
    /// Whether they see all of its items; else [`Item::outside`].
    fn shows_all(&self, looker: &Self::Looker) -> bool;
    /// Asks the guard for leave to edit what is below it.
    ///
    /// # Errors
    /// `forbidden`; `organisation-ambiguous`.
    fn permit(&self, looker: &Self::Looker) -> Result<Permit>;
    /// Where a body is checked for it.
    ///
    /// # Errors
    /// The engine's.
    fn room(&self, w: &mut Writer<'_>, permit: &Permit) -> Result<Self::Room>;
    /// Refuses an edit of the list named `part` for which it is closed.
    ///
    /// # Errors
    /// `state-conflict`.
    fn require_open(
        &self,
        looker: &Self::Looker,
        permit: &Permit,
        part: &'static str,
        edit: Edit,
    ) -> Result<()>;
    /// Does what an edit of the list named `part` does to it; answers it as it is then.
    ///
    /// # Errors
    /// The engine's.
    fn touched(
        self,
        looker: &Self::Looker,
        w: &mut Writer<'_>,
        permit: &Permit,
        part: &'static str,
        edit: Edit,
    ) -> Result<Self>;

    /// Which organisations those see in it who don't see all; by default any that its items name.
    fn told_of(&self) -> Option<Vec<OrganisationId>> {
        None
    }

    /// An item as they see it; none where it is about an organisation of which they are not told.
    fn shown<I: Item<Parent = Self>>(&self, looker: &Self::Looker, item: I) -> Option<I> {
        if self.shows_all(looker) {
            return Some(item);
        }
        match self.told_of() {
            Some(told) => item.outside().among(&told),
            None => Some(item.outside()),
        }
    }
}
