//! Who read a donor's contact through a link.

use crate::http::cursor::Cursor;
use crate::text::Name;
use crate::types::{AnyId, Instant, Json, MemberId, OrganisationId};
use crate::view;

view! {
    /// That the donor's contact was read.
    pub struct ContactReading {
        /// Its id.
        pub id: AnyId,
        /// For which organisation.
        pub organisation_id: OrganisationId,
        /// By which of its members.
        pub member_id: MemberId,
        /// What this member is called.
        pub name: Json<Name>,
        /// When.
        pub created_at: Instant,
    }
}

impl ContactReading {
    /// Its place in the list.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.0 }
    }
}
