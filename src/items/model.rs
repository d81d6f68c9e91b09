//! What a kind of item says of itself.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::parent::{Parent, ParentId};
use crate::http::cursor::Cursor;
use crate::http::decode::{Decode, Members};
use crate::http::problem::Result;
use crate::http::view::Shown;
use crate::types::{Instant, OrganisationId};

/// One of the lists of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The member of the thing, and the path's segment.
    pub name: &'static str,
    /// What the journal calls an item.
    pub kind: &'static str,
    /// What the journal calls adding, changing and removing one.
    pub actions: [&'static str; 3],
    /// How many a thing may have; none where they may be as many as they come to be.
    pub most: Option<usize>,
}

/// A [`Part`]: its name, what the journal calls an item, how many there may be.
#[macro_export]
macro_rules! part {
    ($name:literal, $kind:literal, $most:expr) => {
        $crate::items::Part {
            name: $name,
            kind: $kind,
            actions: [concat!($kind, ".created"), concat!($kind, ".changed"), concat!($kind, ".deleted")],
            most: $most,
        }
    };
}

/// What an item gets besides its content.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<Parent> {
    /// Its id.
    pub id: Uuid,
    /// The id of what it is below.
    pub parent: Parent,
    /// For whom it is written.
    pub by: OrganisationId,
    /// Its version.
    pub version: i64,
    /// When it was added.
    pub created_at: Instant,
    /// When it is written.
    pub updated_at: Instant,
}

/// What is done to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// It is added.
    Added,
    /// It is added to take back another, which stays as it is.
    Reversed,
    /// Nothing changes but how far it has come: [`Item::PROGRESS`].
    Progress,
    /// It changes.
    Changed,
    /// It is removed.
    Removed,
}

/// An item below a thing.
pub trait Item: Clone + std::fmt::Debug + Serialize + ToSchema + Shown + Send + Sync + 'static {
    /// What it is below.
    type Parent: Parent;
    /// What is sent to add or change one.
    type New: Decode + Members + ToSchema + Clone + Send + Sync + 'static;
    /// Its list.
    const PART: Part;
    /// The members that tell how far it has come, and may change after all else is closed.
    const PROGRESS: &'static [&'static str] = &[];
    /// The members that a merge patch replaces as a whole, being of one shape or of another.
    const REPLACED: &'static [&'static str] = &[];
    /// The members that are derived from elsewhere: not the item's own, and so not the journal's.
    const DERIVED: &'static [&'static str] = &[];
    /// The members of which the journal keeps that they changed and nothing else: what tells a person outside the network.
    const NAMED_ONLY: &'static [&'static str] = &[];

    /// Its id, version and the instant of its adding.
    fn key(&self) -> (Uuid, i64, Instant);
    /// The id that a client chose.
    fn chosen(new: &Self::New) -> Option<Uuid>;
    /// What adding this one is.
    fn adding(_new: &Self::New) -> Edit {
        Edit::Added
    }
    /// The item of what was sent, as it was checked in the room; `before` is what it was.
    ///
    /// # Errors
    /// `internal` when a part can't be written as JSON.
    fn make(
        new: Self::New,
        before: Option<&Self>,
        room: &<Self::Parent as Parent>::Room,
        stamp: Stamp<ParentId<Self>>,
    ) -> Result<Self>;
    /// What those see of it who see its parent, but not all of that.
    #[must_use]
    fn outside(self) -> Self;
    /// It without other organisations than these; none where it is one of theirs.
    fn among(self, _told: &[OrganisationId]) -> Option<Self> {
        Some(self)
    }
    /// Whether this organisation may edit or remove it.
    fn is_editable_by(&self, parent: &<Self::Parent as Parent>::Standing, own: OrganisationId) -> bool;

    /// Whether this organisation may remove it; by default as it may edit it.
    fn is_removable_by(&self, parent: &<Self::Parent as Parent>::Standing, own: OrganisationId) -> bool {
        self.is_editable_by(parent, own)
    }

    /// Its place in lists.
    fn place_in_list(&self) -> Cursor {
        let (id, _, created_at) = self.key();
        Cursor { created_at: created_at.micros(), id }
    }
}
