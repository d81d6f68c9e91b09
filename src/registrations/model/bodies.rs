//! What is sent to make, change and move a dossier.

use super::requirement::NewRequirement;
use crate::body;
use crate::http::decode::{At, List, Text};
use crate::organisations::codes::LegalForm;
use crate::registrations::codes::RegistrationLevel;
use crate::text::{LocalizedText, Name};
use crate::types::id::check_client_made;
use crate::types::{CalendarDate, CommitmentId, RegistrationId};
use crate::visits::model::bodies::Version;

/// The number that the authority gave.
pub type RegistrationNumber = Text<1, 100>;

body! {
    /// A dossier to be begun, for the organisation of the path.
    pub struct NewRegistration {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<RegistrationId>,
        /// With which authority.
        pub authority: Name,
        /// Whose authority that is.
        pub level: RegistrationLevel,
        /// As what the organisation is to be registered.
        pub legal_form: LegalForm,
        /// The number that the authority gave.
        pub number: Option<RegistrationNumber>,
        /// The commitment that it fulfils: help that a visit of this organisation's promised.
        pub arises_from_commitment_id: Option<CommitmentId>,
        /// What the authority asks for.
        pub requirements: List<NewRequirement, 0, 100>,
    }
    where check = new_goes_together
}

body! {
    /// What of a dossier may be changed, each in its time: authority, level and legal form until it is registered; the
    /// days of a step once that was taken; the commitment while it is in preparation; the number until it is cancelled.
    pub struct RegistrationChanges {
        /// With which authority.
        pub authority: Name,
        /// Whose authority that is.
        pub level: RegistrationLevel,
        /// As what the organisation is to be registered.
        pub legal_form: LegalForm,
        /// The number that the authority gave.
        pub number: Option<RegistrationNumber>,
        /// When it was handed in; not in the future.
        pub submitted_on: Option<CalendarDate>,
        /// When the organisation was registered; not in the future, nor before it was handed in.
        pub registered_on: Option<CalendarDate>,
        /// The last day for which it is good, after that; null where it has no end.
        pub expires_on: Option<CalendarDate>,
        /// The commitment that it fulfils.
        pub arises_from_commitment_id: Option<CommitmentId>,
    }
}

body! {
    /// That a dossier was handed in.
    pub struct SubmitRegistration {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// When; today by default, not in the future.
        pub submitted_on: Option<CalendarDate>,
    }
}

body! {
    /// That the authority registered the organisation.
    pub struct RecordRegistration {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// The number that it gave; the dossier's by default.
        pub number: Option<RegistrationNumber>,
        /// When; today by default, not in the future, nor before the dossier was handed in.
        pub registered_on: Option<CalendarDate>,
        /// The last day for which it is good, after that; left out where it has no end.
        pub expires_on: Option<CalendarDate>,
        /// Whether the organisation's own `legal_form` becomes the one that was sought; asks `organisations:write` too.
        pub change_legal_form: Option<bool>,
    }
}

body! {
    /// That the authority refused.
    pub struct RejectRegistration {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// Why.
        pub reason: LocalizedText,
    }
}

body! {
    /// That a registration was renewed.
    pub struct RenewRegistration {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// The last day for which it is good now: after today, and after the one before.
        pub expires_on: CalendarDate,
    }
}

body! {
    /// Why a registration ends, or stands still for a while.
    pub struct StopRegistration {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// In words.
        pub reason: Option<LocalizedText>,
    }
}

fn new_goes_together(new: &NewRegistration, at: &mut At<'_>) {
    check_client_made(new.id.map(RegistrationId::uuid), at);
}
