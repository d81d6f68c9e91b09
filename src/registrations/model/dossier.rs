//! A dossier as answered and as stored.

use diesel::prelude::*;
use serde::Serialize;

use super::{Note, Obligation, Requirement};
use crate::db::schema::{registration_shares, registrations};
use crate::http::cursor::Cursor;
use crate::organisations::codes::LegalForm;
use crate::registrations::codes::{RegistrationAction, RegistrationLevel, RegistrationStatus};
use crate::registrations::rules::Days;
use crate::text::{LocalizedText, Name};
use crate::types::{CalendarDate, CommitmentId, Instant, Json, OrganisationId, RegistrationId};
use crate::view;

view! {
    /// What was last done to a dossier, by whom, and why.
    pub struct RegistrationReason, kept {
        /// What was done.
        pub action: RegistrationAction,
        /// Why, in words.
        pub reason: Option<LocalizedText>,
        /// By which organisation.
        pub organisation_id: OrganisationId,
        /// When.
        pub at: Instant,
    }
}

view! {
    /// An organisation that helps with a dossier: it reads it and adds notes, until that is taken back.
    pub struct Share {
        /// Which.
        pub organisation_id: OrganisationId,
        /// Since when.
        pub shared_at: Instant,
    }
}

view! {
    /// That the organisation is registered in another form than it stands in the network under.
    pub struct LegalFormOffer {
        /// As what it stands in the network.
        pub from: LegalForm,
        /// As what it is registered.
        pub to: LegalForm,
    }
}

/// Declares the dossier as answered and as listed: the same members, the first with what is in it.
macro_rules! registration_views {
    ($($(#[doc = $doc:literal])* $(#[names = $named:literal])? $member:ident: $type:ty,)*) => {
        view! {
            /// A registration dossier with what is in it, seen by its organisation and by those that it is shared with.
            pub struct Registration {
                $($(#[doc = $doc])* $(#[names = $named])? pub $member: $type,)*
                /// What the authority asks for.
                pub requirements: Vec<Requirement>,
                /// What follows from it, the first due first.
                pub obligations: Vec<Obligation>,
                /// What was noted on it: the newest fifty, newest first.
                pub notes: Vec<Note>,
            }
        }

        view! {
            /// A registration dossier in a list: without requirements, obligations and notes.
            pub struct ListedRegistration { $($(#[doc = $doc])* $(#[names = $named])? pub $member: $type,)* }
        }

        impl ListedRegistration {
            /// The whole dossier: with what is in it.
            pub fn with(
                self,
                requirements: Vec<Requirement>,
                obligations: Vec<Obligation>,
                notes: Vec<Note>,
            ) -> Registration {
                Registration { $($member: self.$member,)* requirements, obligations, notes }
            }
        }
    };
}

registration_views! {
    /// Its id.
    id: RegistrationId,
    /// Raised by every change, of requirements, obligations and shares too; not by notes.
    version: i64,
    /// Whose it is.
    organisation_id: OrganisationId,
    /// With which authority.
    authority: Json<Name>,
    /// Whose authority that is.
    level: RegistrationLevel,
    /// As what the organisation is to be registered, or is.
    legal_form: LegalForm,
    /// While it is registered as something else than it stands in the network under: both. For its own people.
    legal_form_offer: Option<LegalFormOffer>,
    /// Where it stands today, in the network's time zone: a registration that expires within sixty days reads
    /// `renewal_due`, past its last day `expired`.
    status: RegistrationStatus,
    /// What was last done to it, by whom, and why.
    last_reason: Option<Json<RegistrationReason>>,
    /// What the caller may do now.
    allowed_actions: Vec<RegistrationAction>,
    /// The number that the authority gave.
    number: Option<String>,
    /// When it was handed in.
    submitted_on: Option<CalendarDate>,
    /// When the organisation was registered.
    registered_on: Option<CalendarDate>,
    /// The last day for which it is good; null where it has no end.
    expires_on: Option<CalendarDate>,
    /// The commitment that it fulfils; null for who may not see that.
    #[names = "commitment"]
    arises_from_commitment_id: Option<CommitmentId>,
    /// Who helps with it.
    shared_with: Vec<Share>,
    /// When it was begun.
    created_at: Instant,
    /// When it was last changed.
    updated_at: Instant,
}

impl ListedRegistration {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

/// A row of the table. As JSON, which the journal keeps: under the names of the public members.
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = registrations, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct RegistrationRow {
    pub id: RegistrationId,
    pub organisation_id: OrganisationId,
    pub authority: Json<Name>,
    pub level: RegistrationLevel,
    pub legal_form: LegalForm,
    pub status: RegistrationStatus,
    pub number: Option<String>,
    pub submitted_on: Option<CalendarDate>,
    pub registered_on: Option<CalendarDate>,
    pub expires_on: Option<CalendarDate>,
    pub arises_from_commitment_id: Option<CommitmentId>,
    pub last_reason: Option<Json<RegistrationReason>>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl RegistrationRow {
    /// Its days.
    pub fn days(&self) -> Days {
        Days {
            submitted_on: self.submitted_on,
            registered_on: self.registered_on,
            expires_on: self.expires_on,
        }
    }
}

/// With whom a dossier is shared: a row of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = registration_shares)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct ShareRow {
    #[serde(skip)]
    pub registration_id: RegistrationId,
    pub organisation_id: OrganisationId,
    pub shared_at: Instant,
}
