//! Public types of organisations.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::codes::{ContactVisibility, LegalForm, OrganisationAction, OrganisationStatus};
use crate::db::schema::invitations;
use crate::http::cursor::Cursor;
use crate::http::decode::{Components, Described, reference};
use crate::http::view::Shown;
use crate::invitations::model::IssuedInvitation;
use crate::text::{LocalizedText, Name};
use crate::types::{
    CalendarDate, CommunityId, Email, Instant, InvitationId, Json, MemberId, OrganisationId, Phone, Sector,
};
use crate::view;

view! {
    /// An organisation of the network, or one that asks to belong to it.
    pub struct Organisation {
        /// Its id.
        pub id: OrganisationId,
        /// Raised by every change.
        pub version: i64,
        /// Where it stands in the network.
        pub status: OrganisationStatus,
        /// What it is called.
        pub name: Json<Name>,
        /// Its name as on its certificate.
        pub official_name: Option<Json<Name>>,
        /// What it is called for short.
        pub short_name: Option<Json<Name>>,
        /// What kind of body it is.
        pub legal_form: LegalForm,
        /// What it says of itself.
        pub about: Option<Json<LocalizedText>>,
        /// Its fields of work.
        pub sectors: Json<Vec<Sector>>,
        /// The communities that it serves.
        pub community_ids: Json<Vec<CommunityId>>,
        /// When it was founded.
        pub founded_on: Option<CalendarDate>,
        /// Its address on the web.
        pub website: Option<String>,
        /// Its ids elsewhere: those that the caller may see.
        pub external_ids: Json<Vec<ExternalId>>,
        /// What was last decided about its standing: for its own people, the applicant and the network's admin.
        pub last_decision: Option<Json<Decision>>,
        /// While it is not admitted: who asks. For the applicant and the network's admin.
        pub application: Option<Application>,
        /// When it was entered.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

impl Organisation {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

view! {
    /// An organisation's id in another list.
    pub struct ExternalId {
        /// Whose list: `SD-HAC`.
        pub scheme: String,
        /// The id in it.
        pub value: String,
        /// Who may see it.
        pub visibility: ContactVisibility,
    }
}

view! {
    /// A decision about an organisation's standing.
    pub struct Decision {
        /// What was done.
        pub action: OrganisationAction,
        /// Why.
        pub reason: Option<LocalizedText>,
        /// When.
        pub at: Instant,
    }
}

view! {
    /// Who asks, and what the network's admin should look at first.
    pub struct Application {
        /// Who asks; null where a former member organisation applies again.
        pub applicant: Option<Json<Applicant>>,
        /// Organisations of the same name or with the same external id; null where they weren't looked for.
        pub possible_duplicates: Option<Vec<PossibleDuplicate>>,
    }
}

/// The person who asks for an organisation to be admitted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Applicant {
    /// What they are called.
    pub name: Name,
    /// Their e-mail address.
    pub email: Option<Email>,
    /// Their telephone.
    pub phone: Option<Phone>,
}

view! {
    /// An organisation that may be the same as another.
    pub struct PossibleDuplicate {
        /// Its id.
        pub id: OrganisationId,
        /// What it is called.
        pub name: Json<Name>,
        /// Where it stands.
        pub status: OrganisationStatus,
    }
}

view! {
    /// The network admin's invitation of an admin for an organisation that has none.
    pub struct AdminInvitation in invitations {
        /// Its id.
        pub id: InvitationId,
        /// Whom it is to.
        pub name: Option<Json<Name>>,
        /// Their e-mail address.
        pub email: Option<String>,
        /// Their telephone.
        pub phone: Option<String>,
        /// Why it was issued.
        pub reason: Option<Json<LocalizedText>>,
        /// From when it can be accepted: time to object.
        pub usable_from: Instant,
        /// Until when it can be accepted.
        pub expires_at: Instant,
        /// When it was accepted.
        pub accepted_at: Option<Instant>,
        /// When it was withdrawn.
        pub revoked_at: Option<Instant>,
        /// Who objected to it, which ended it.
        pub objected_by: Option<MemberId>,
        /// When it was issued.
        pub created_at: Instant,
    }
}

/// An organisation, with what its making or admission answers once.
#[derive(Debug, Serialize)]
pub struct WithSecrets {
    /// The organisation.
    #[serde(flatten)]
    pub organisation: Organisation,
    /// The invitation of its admin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation: Option<IssuedInvitation>,
    /// The applicant's proof, for the header `Awasir-Status-Token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_token: Option<String>,
}

impl PartialSchema for WithSecrets {
    fn schema() -> Described {
        let mut described = Organisation::schema();
        if let RefOr::T(Schema::Object(object)) = &mut described {
            object.properties.insert("invitation".to_owned(), reference("IssuedInvitation"));
            object
                .properties
                .insert("status_token".to_owned(), <crate::http::view::ShownOnce as Shown>::in_place());
        }
        described
    }
}

impl ToSchema for WithSecrets {
    fn name() -> std::borrow::Cow<'static, str> {
        "OrganisationWithSecrets".into()
    }

    fn schemas(out: &mut Components) {
        Organisation::schemas(out);
        IssuedInvitation::components(out);
    }
}

impl PartialSchema for Applicant {
    fn schema() -> Described {
        crate::http::view::object(
            &["The person who asks."],
            vec![
                ("name", <Name as Shown>::in_place()),
                ("email", <Option<Email> as Shown>::in_place()),
                ("phone", <Option<Phone> as Shown>::in_place()),
            ],
        )
    }
}

impl ToSchema for Applicant {
    fn schemas(out: &mut Components) {
        <Name as Shown>::components(out);
        <Email as Shown>::components(out);
        <Phone as Shown>::components(out);
    }
}

impl Shown for Applicant {
    fn in_place() -> Described {
        reference("Applicant")
    }

    fn components(out: &mut Components) {
        crate::http::view::refer::<Self>(out);
    }
}
