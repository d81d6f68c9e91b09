//! Public types of reciprocity.

use crate::http::cursor::Cursor;
use crate::text::Name;
use crate::types::codes::codes;
use crate::types::{CalendarDate, Json, OrganisationId, VisitId};
use crate::view;

codes! {
    /// Who is to make the next visit.
    pub enum Turn in "reciprocity.turn" {
        /// This organisation: it has received more than it made.
        Ours = "ours",
        /// The other one: it has received more than it made.
        Theirs = "theirs",
        /// Neither: as many were made as received.
        Even = "even",
    }
}

view! {
    /// The last visit in one direction.
    pub struct LastVisit {
        /// Which.
        pub visit_id: VisitId,
        /// When it took place.
        pub held_on: CalendarDate,
    }
}

view! {
    /// What went to and fro between one's own organisation and another.
    pub struct Reciprocity {
        /// The other organisation.
        pub organisation_id: OrganisationId,
        /// What it is called.
        pub organisation_name: Json<Name>,
        /// How many visits one's own organisation made to it.
        pub made: i64,
        /// How many it received from it.
        pub received: i64,
        /// The last one made.
        pub last_made: Option<LastVisit>,
        /// The last one received.
        pub last_received: Option<LastVisit>,
        /// Who is to make the next visit.
        pub turn: Turn,
    }
}

impl Reciprocity {
    /// Its place in the list: by the day of the last visit in either direction, then by the organisation.
    pub fn place_in_list(&self) -> Cursor {
        let lasts = self.last_made.iter().chain(&self.last_received);
        let day = lasts.map(|last| last.held_on.days_since_2000()).max().unwrap_or(i32::MIN);
        Cursor { created_at: i64::from(day), id: self.organisation_id.uuid() }
    }
}
