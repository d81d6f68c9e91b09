//! What is sent about organisations.

use super::codes::{ContactVisibility, LegalForm};
use super::contact::NewContact;
use crate::body;
use crate::http::decode::{At, List, Text};
use crate::text::{LocalizedText, Name};
use crate::types::{CalendarDate, CommunityId, Email, OrganisationId, Phone, Sector};

body! {
    /// An organisation to be entered: by the network's admin as a member, by a stranger as an application.
    pub struct NewOrganisation {
        /// The client's own id (UUID v4 or v7); not for strangers.
        pub id: Option<OrganisationId>,
        /// What it is called.
        pub name: Name,
        /// Its name as on its certificate.
        pub official_name: Option<Name>,
        /// What it is called for short.
        pub short_name: Option<Name>,
        /// What kind of body it is; `other` when not said.
        pub legal_form: Option<LegalForm>,
        /// What it says of itself.
        pub about: Option<LocalizedText>,
        /// Its fields of work.
        pub sectors: List<Sector, 0, 27>,
        /// The communities that it serves.
        pub community_ids: List<CommunityId, 0, 200>,
        /// When it was founded.
        pub founded_on: Option<CalendarDate>,
        /// Its address on the web, beginning with https:// or http://.
        pub website: Option<Text<1, 300>>,
        /// Its ids in other lists.
        pub external_ids: List<NewExternalId, 0, 20>,
        /// How it is reached.
        pub contact: Option<NewContact>,
        /// Who asks: needed of strangers, and theirs alone.
        pub applicant: Option<NewApplicant>,
        /// Its first admin, who is invited: the network admin's alone.
        pub admin: Option<FirstAdmin>,
    }
    where check = new_goes_together
}

body! {
    /// What of an organisation may be changed.
    pub struct OrganisationChanges {
        /// What it is called.
        pub name: Name,
        /// Its name as on its certificate.
        pub official_name: Option<Name>,
        /// What it is called for short.
        pub short_name: Option<Name>,
        /// What kind of body it is.
        pub legal_form: LegalForm,
        /// What it says of itself.
        pub about: Option<LocalizedText>,
        /// Its fields of work.
        pub sectors: List<Sector, 0, 27>,
        /// The communities that it serves.
        pub community_ids: List<CommunityId, 0, 200>,
        /// When it was founded.
        pub founded_on: Option<CalendarDate>,
        /// Its address on the web, beginning with https:// or http://.
        pub website: Option<Text<1, 300>>,
        /// Its ids in other lists.
        pub external_ids: List<NewExternalId, 0, 20>,
        /// How it is reached.
        pub contact: Option<NewContact>,
    }
    where check = changes_go_together
}

body! {
    /// An id in another list.
    pub struct NewExternalId {
        /// Whose list: letters, digits, dots, dashes.
        pub scheme: Text<1, 50>,
        /// The id in it.
        pub value: Text<1, 100>,
        /// Who may see it; `partners` when not said.
        pub visibility: Option<ContactVisibility>,
    }
    where check = scheme_is_a_code
}

body! {
    /// Who asks for an organisation to be admitted; an e-mail address or a telephone is needed.
    pub struct NewApplicant {
        /// What they are called.
        pub name: Name,
        /// Their e-mail address.
        pub email: Option<Email>,
        /// Their telephone.
        pub phone: Option<Phone>,
    }
    where check = applicant_can_be_reached
}

body! {
    /// The first admin of an organisation.
    pub struct FirstAdmin {
        /// What they are called.
        pub name: Name,
        /// Their e-mail address.
        pub email: Option<Email>,
        /// Their telephone.
        pub phone: Option<Phone>,
    }
}

body! {
    /// A decision and its reason.
    pub struct Reasoned {
        /// Why.
        pub reason: LocalizedText,
    }
}

body! {
    /// A step that needs no reason.
    pub struct MaybeReasoned {
        /// Why.
        pub reason: Option<LocalizedText>,
    }
}

body! {
    /// An admin for an organisation that has none.
    pub struct NewAdminInvitation {
        /// Why.
        pub reason: LocalizedText,
        /// Whom.
        pub name: Option<Name>,
        /// Their e-mail address.
        pub email: Option<Email>,
        /// Their telephone.
        pub phone: Option<Phone>,
    }
}

impl NewOrganisation {
    /// What an organisation holds, without what only its making asks.
    pub fn details(self) -> OrganisationChanges {
        OrganisationChanges {
            name: self.name,
            official_name: self.official_name,
            short_name: self.short_name,
            legal_form: self.legal_form.unwrap_or(LegalForm::Other),
            about: self.about,
            sectors: self.sectors,
            community_ids: self.community_ids,
            founded_on: self.founded_on,
            website: self.website,
            external_ids: self.external_ids,
            contact: self.contact,
        }
    }
}

impl NewExternalId {
    /// Who may see it.
    pub fn visibility(&self) -> ContactVisibility {
        self.visibility.unwrap_or(ContactVisibility::Partners)
    }
}

fn new_goes_together(new: &NewOrganisation, at: &mut At<'_>) {
    crate::types::id::check_client_made(new.id.map(OrganisationId::uuid), at);
    changes_go_together(&new.clone().details(), at);
}

fn changes_go_together(changes: &OrganisationChanges, at: &mut At<'_>) {
    each_once("sectors", &changes.sectors, at);
    each_once("community_ids", &changes.community_ids, at);
    let ids: Vec<(&str, &str)> =
        changes.external_ids.iter().map(|id| (id.scheme.as_str(), id.value.as_str())).collect();
    each_once("external_ids", &ids, at);
    let web = |website: &str| website.starts_with("https://") || website.starts_with("http://");
    if changes.website.as_deref().is_some_and(|website| !web(website)) {
        at.member("website", |at| at.report("invalid-format", "must begin with https:// or http://"));
    }
}

fn each_once<T: PartialEq>(name: &str, items: &[T], at: &mut At<'_>) {
    for (i, item) in items.iter().enumerate() {
        if items.iter().take(i).any(|before| before == item) {
            at.member(name, |at| at.index(i, |at| at.report("duplicate-value", "is given before")));
        }
    }
}

fn scheme_is_a_code(id: &NewExternalId, at: &mut At<'_>) {
    // No colon: the filter `external_id` writes `scheme:value`.
    if !id.scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) {
        at.member("scheme", |at| at.report("invalid-format", "has letters, digits, dots and dashes only"));
    }
}

fn applicant_can_be_reached(applicant: &NewApplicant, at: &mut At<'_>) {
    if applicant.email.is_none() && applicant.phone.is_none() {
        at.member("email", |at| at.report("required", "an e-mail address or a telephone is needed"));
    }
}
