//! What follows from a registration: reports, fees, meetings, by a day.

use uuid::Uuid;

use super::loaded::Loaded;
use crate::db::schema::registration_obligations;
use crate::http::decode::At;
use crate::http::problem::Result;
use crate::items::{Item, Part, Stamp};
use crate::registrations::codes::Repeats;
use crate::registrations::rules::Standing;
use crate::registrations::store::room::Room;
use crate::text::Name;
use crate::types::id::check_client_made;
use crate::types::{CalendarDate, Instant, Json, ObligationId, OrganisationId, RegistrationId};
use crate::visits::model::bodies::Version;
use crate::{body, part, view};

view! {
    /// Something that the organisation owes the authority by a day. A yearly one that is done brings forth the next.
    pub struct Obligation in registration_obligations, written {
        /// Its id.
        pub id: ObligationId,
        /// Raised by every change.
        pub version: i64,
        /// Of which dossier.
        pub registration_id: RegistrationId,
        /// What it is.
        pub title: Json<Name>,
        /// By when.
        pub due_on: CalendarDate,
        /// Whether it comes again.
        pub repeats: Repeats,
        /// When it was done.
        pub done_on: Option<CalendarDate>,
        /// The yearly one that brought it forth, which may have been removed since.
        pub follows: Option<ObligationId>,
        /// When it was added.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

body! {
    /// An obligation to be added, or changed as long as it is not done.
    pub struct NewObligation {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<ObligationId>,
        /// What it is.
        pub title: Name,
        /// By when.
        pub due_on: CalendarDate,
        /// Whether it comes again; `none` by default.
        pub repeats: Option<Repeats>,
    }
    where check = client_made
}

body! {
    /// That an obligation was done.
    pub struct ObligationDone {
        /// The version of the obligation seen, where it is to be compared.
        pub version: Option<Version>,
        /// When; today by default, not in the future.
        pub done_on: Option<CalendarDate>,
    }
}

fn client_made(new: &NewObligation, at: &mut At<'_>) {
    check_client_made(new.id.map(ObligationId::uuid), at);
}

impl Item for Obligation {
    type Parent = Loaded;
    type New = NewObligation;
    const PART: Part = part!("obligations", "registration.obligation", Some(200));

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewObligation) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(
        new: NewObligation,
        before: Option<&Self>,
        _room: &Room,
        stamp: Stamp<RegistrationId>,
    ) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            registration_id: stamp.parent,
            title: Json::new(&new.title)?,
            due_on: new.due_on,
            repeats: new.repeats.unwrap_or(Repeats::None),
            done_on: before.and_then(|before| before.done_on),
            follows: before.and_then(|before| before.follows),
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    fn is_editable_by(&self, _dossier: &Standing, _own: OrganisationId) -> bool {
        true
    }
}
