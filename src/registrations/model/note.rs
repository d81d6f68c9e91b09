//! What is noted on a dossier, by its own people and by those who help.

use uuid::Uuid;

use super::loaded::Loaded;
use crate::db::schema::registration_notes;
use crate::http::decode::At;
use crate::http::problem::Result;
use crate::items::{Item, Part, Stamp};
use crate::registrations::rules::Standing;
use crate::registrations::store::room::Room;
use crate::text::LocalizedText;
use crate::types::id::check_client_made;
use crate::types::{Instant, Json, MemberId, NoteId, OrganisationId, RegistrationId};
use crate::{body, part, view};

view! {
    /// A note on a dossier. It is never changed.
    pub struct Note in registration_notes, written {
        /// Its id.
        pub id: NoteId,
        /// Always 1.
        pub version: i64,
        /// On which dossier.
        pub registration_id: RegistrationId,
        /// Of which organisation.
        pub organisation_id: OrganisationId,
        /// By which of its members.
        pub member_id: MemberId,
        /// What it says.
        pub text: Json<LocalizedText>,
        /// When it was written.
        pub created_at: Instant,
        /// The same.
        pub updated_at: Instant,
    }
}

body! {
    /// A note to be added.
    pub struct NewNote {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<NoteId>,
        /// What it says.
        pub text: LocalizedText,
    }
    where check = client_made
}

fn client_made(new: &NewNote, at: &mut At<'_>) {
    check_client_made(new.id.map(NoteId::uuid), at);
}

impl Item for Note {
    type Parent = Loaded;
    type New = NewNote;
    const PART: Part = part!("notes", "registration.note", Some(1_000));

    fn key(&self) -> (Uuid, i64, Instant) {
        (self.id.0, self.version, self.created_at)
    }

    fn chosen(new: &NewNote) -> Option<Uuid> {
        new.id.map(|id| id.0)
    }

    fn make(new: NewNote, _before: Option<&Self>, room: &Room, stamp: Stamp<RegistrationId>) -> Result<Self> {
        Ok(Self {
            id: stamp.id.into(),
            version: stamp.version,
            registration_id: stamp.parent,
            organisation_id: stamp.by,
            member_id: room.member,
            text: Json::new(&new.text)?,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }

    fn outside(self) -> Self {
        self
    }

    /// Nobody's.
    fn is_editable_by(&self, _dossier: &Standing, _own: OrganisationId) -> bool {
        false
    }
}
