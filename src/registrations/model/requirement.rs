//! What an authority asks for.

use uuid::Uuid;

use super::loaded::Loaded;
use crate::db::schema::registration_requirements;
use crate::http::decode::{At, Int};
use crate::http::problem::Result;
use crate::items::{Item, Part, Stamp};
use crate::registrations::codes::RequirementState;
use crate::registrations::rules::Standing;
use crate::registrations::store::room::Room;
use crate::text::{LocalizedText, Name};
use crate::types::id::check_client_made;
use crate::types::{Instant, Json, OrganisationId, RegistrationId, RequirementId};
use crate::{body, part, view};

view! {
    /// Something that the authority asks for: so many copies of a paper, a fee, a premises.
    pub struct Requirement in registration_requirements, written {
        /// Its id.
        pub id: RequirementId,
        /// Raised by every change.
        pub version: i64,
        /// Of which dossier.
        pub registration_id: RegistrationId,
        /// What it is.
        pub title: Json<Name>,
        /// How many of it.
        pub quantity: Option<i64>,
        /// How far it is.
        pub state: RequirementState,
        /// A word on that.
        pub note: Option<Json<LocalizedText>>,
        /// When it was added.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

view! {
    /// A requirement that stands in the way of the registration.
    pub struct LackingRequirement {
        /// Its id.
        pub id: RequirementId,
        /// What it is.
        pub title: Json<Name>,
        /// How far it is.
        pub state: RequirementState,
    }
}

body! {
    /// A requirement to be added, or changed.
    pub struct NewRequirement {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<RequirementId>,
        /// What it is.
        pub title: Name,
        /// How many of it.
        pub quantity: Option<Int<1, 1_000_000>>,
        /// How far it is; `missing` by default.
        pub state: Option<RequirementState>,
        /// A word on that.
        pub note: Option<LocalizedText>,
    }
    where check = client_made
}

fn client_made(new: &NewRequirement, at: &mut At<'_>) {
    check_client_made(new.id.map(RequirementId::uuid), at);
}

impl Item for Requirement {
    type Parent = Loaded;
    type New = NewRequirement;
    const PART: Part = part!("requirements", "registration.requirement", Some(100));

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewRequirement) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(
        new: NewRequirement,
        before: Option<&Self>,
        _room: &Room,
        stamp: Stamp<RegistrationId>,
    ) -> Result<Self> {
        let state = new.state.or(before.map(|before| before.state));
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            registration_id: stamp.parent,
            title: Json::new(&new.title)?,
            quantity: new.quantity.map(Int::get),
            state: state.unwrap_or(RequirementState::Missing),
            note: new.note.as_ref().map(Json::new).transpose()?,
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
