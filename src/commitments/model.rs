//! Public types of commitments.

use uuid::Uuid;

use super::codes::{CommitmentKind, CommitmentStatus, Strength};
use super::rules;
use crate::access::Right;
use crate::db::schema::commitments;
use crate::http::decode::{Int, List};
use crate::text::LocalizedText;
use crate::types::codes::codes;
use crate::types::{AnyId, CalendarDate, CommitmentId, Instant, Json, OrganisationId, VisitId};
use crate::{body, view};

codes! {
    /// What a commitment can bring forth.
    pub enum Fulfilment {
        /// A shared programme.
        Programme = "programme",
        /// A donor link.
        DonorLink = "donor_link",
        /// Help with a registration.
        Registration = "registration",
        /// A visit in return.
        Visit = "visit",
    }
}

view! {
    /// What a commitment brought forth.
    pub struct FulfilledBy, kept {
        /// What kind of thing.
        pub r#type: Fulfilment,
        /// Which.
        pub id: AnyId,
    }
}

impl Fulfilment {
    /// The right by which things of this kind are read.
    pub fn read_by(self) -> Right {
        match self {
            Self::Visit => Right::VisitsRead,
            Self::Programme => Right::ProgrammesRead,
            Self::DonorLink => Right::DonorsRead,
            Self::Registration => Right::RegistrationsRead,
        }
    }

    /// A thing of this kind, as what fulfils a commitment.
    pub fn by(self, id: impl Into<Uuid>) -> FulfilledBy {
        FulfilledBy { r#type: self, id: AnyId(id.into()) }
    }
}

view! {
    /// What was agreed, or only talked about: its strength says which.
    pub struct Commitment in commitments, written {
        /// Its id.
        pub id: CommitmentId,
        /// Raised by every change.
        pub version: i64,
        /// Of which visit.
        pub visit_id: VisitId,
        /// What it is about.
        pub kind: CommitmentKind,
        /// How far the words went.
        pub strength: Strength,
        /// The very words.
        pub wording: Option<Json<LocalizedText>>,
        /// What it is.
        pub description: Json<LocalizedText>,
        /// Which parties took it upon themselves.
        pub responsible_organisation_ids: Json<Vec<OrganisationId>>,
        /// By when; for what was committed only.
        pub due_on: Option<CalendarDate>,
        /// How far it has come.
        pub status: CommitmentStatus,
        /// A word on that; null beyond the parties.
        pub note: Option<Json<LocalizedText>>,
        /// What it brought forth.
        #[names = "visit, programme, donor_link, registration"]
        pub fulfilled_by: Option<Json<FulfilledBy>>,
        /// When it was recorded.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

body! {
    /// A commitment to be recorded, or changed.
    pub struct NewCommitment {
        /// The client's own id (UUID v4 or v7); never changed.
        pub id: Option<CommitmentId>,
        /// What it is about.
        pub kind: CommitmentKind,
        /// How far the words went.
        pub strength: Strength,
        /// The very words.
        pub wording: Option<LocalizedText>,
        /// What it is.
        pub description: LocalizedText,
        /// Which parties took it upon themselves; at least one when committed. To what is committed an organisation
        /// adds itself only (422 `not-yours`).
        pub responsible_organisation_ids: List<OrganisationId, 0, 13>,
        /// By when; only when committed.
        pub due_on: Option<CalendarDate>,
        /// How far it has come; told by an organisation that was responsible before this edit.
        pub status: Option<CommitmentStatus>,
        /// A word on that, told by the same; required when dropped.
        pub note: Option<LocalizedText>,
    }
    where check = rules::goes_together
}

body! {
    /// That a party takes upon itself what was talked about.
    pub struct Commit {
        /// The version of the commitment seen, where it is to be compared.
        pub version: Option<Int<1, { i64::MAX }>>,
        /// By when.
        pub due_on: CalendarDate,
    }
}
