//! The terms of a programme in their canonical form, and the signatures under them.

use diesel::prelude::*;
use serde::Serialize;

use crate::db::schema::{programme_signatures, programme_terms};
use crate::http::problem::Result;
use crate::programmes::codes::{PartnerRole, ProgrammeVisibility, RemovalReason, TermsKind};
use crate::text::canonical::{canonical, digest};
use crate::text::{LocalizedText, Name};
use crate::types::{
    CommunityId, Instant, Json, MemberId, Money, OrganisationId, Period, ProgrammeId, Sector,
};
use crate::view;

view! {
    /// A partner as the terms have it.
    pub struct TermsPartner, kept {
        /// Which organisation.
        pub organisation_id: OrganisationId,
        /// What it is in the programme.
        pub role: PartnerRole,
        /// What it takes upon itself.
        pub responsibilities: Option<LocalizedText>,
    }
}

view! {
    /// What the partners sign. Its canonical form is that of RFC 8785 (JSON Canonicalization Scheme) of exactly
    /// these members, null included; the digest is the SHA-256 of that, in hexadecimal.
    pub struct Terms, kept {
        /// What the programme is called.
        pub title: Name,
        /// What it is to achieve.
        pub objectives: LocalizedText,
        /// In which fields of work.
        pub sectors: Vec<Sector>,
        /// Which communities it serves.
        pub community_ids: Vec<CommunityId>,
        /// From when until when.
        pub period: Period,
        /// What it is to cost, one amount for each currency.
        pub budget: Vec<Money>,
        /// Who carries it, in the order given.
        pub partners: Vec<TermsPartner>,
    }
}

impl TermsPartner {
    /// Whether both say the same of the same organisation.
    pub fn is_as(&self, other: &Self) -> bool {
        (self.organisation_id, self.role, &self.responsibilities)
            == (other.organisation_id, other.role, &other.responsibilities)
    }
}

impl Terms {
    /// Whether these have the same partners, in the same order.
    pub fn has_partners_of(&self, other: &Self) -> bool {
        self.partners.len() == other.partners.len()
            && self.partners.iter().zip(&other.partners).all(|(one, other)| one.is_as(other))
    }

    /// The canonical form and its digest.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn sealed(&self) -> Result<(String, String)> {
        let text = canonical(self)?;
        let digest = digest(&text);
        Ok((text, digest))
    }

    /// Whether these terms have an organisation among the partners.
    pub fn names(&self, organisation: OrganisationId) -> bool {
        self.partners.iter().any(|partner| partner.organisation_id == organisation)
    }
}

view! {
    /// Who signed: the name and title of that day.
    pub struct SignedBy, kept {
        /// Which member.
        pub member_id: MemberId,
        /// The name; null once erased.
        pub name: Option<Name>,
        /// The title.
        pub title: Option<Name>,
    }
}

view! {
    /// A partner's signature under a revision of the terms.
    pub struct Signature, kept {
        /// Whose.
        pub organisation_id: OrganisationId,
        /// Under which revision.
        pub revision: i64,
        /// By whom, as they were called on that day.
        pub signed_by: SignedBy,
        /// When.
        pub signed_at: Instant,
        /// The digest that was signed.
        pub digest: String,
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = programme_signatures, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct SignatureRow {
    pub programme_id: ProgrammeId,
    pub revision: i64,
    pub organisation_id: OrganisationId,
    pub digest: String,
    pub member_id: MemberId,
    pub name: Option<Json<Name>>,
    pub title: Option<Json<Name>>,
    pub signed_at: Instant,
}

impl SignatureRow {
    /// As answered.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn view(&self) -> Result<Signature> {
        let read = |text: &Option<Json<Name>>| text.as_ref().map(Json::get).transpose();
        let signed_by =
            SignedBy { member_id: self.member_id, name: read(&self.name)?, title: read(&self.title)? };
        Ok(Signature {
            organisation_id: self.organisation_id,
            revision: self.revision,
            signed_by,
            signed_at: self.signed_at,
            digest: self.digest.clone(),
        })
    }
}

/// What the journal keeps of a signature: the person by id alone.
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the members of a signature")]
pub struct JournaledSignature<'a> {
    pub organisation_id: OrganisationId,
    pub revision: i64,
    pub member_id: MemberId,
    pub digest: &'a str,
    pub signed_at: Instant,
}

impl<'a> From<&'a SignatureRow> for JournaledSignature<'a> {
    fn from(row: &'a SignatureRow) -> Self {
        Self {
            organisation_id: row.organisation_id,
            revision: row.revision,
            member_id: row.member_id,
            digest: &row.digest,
            signed_at: row.signed_at,
        }
    }
}

/// A revision of the terms, as stored.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programme_terms, primary_key(programme_id, revision), treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are described where the table is made")]
pub struct TermsRow {
    pub programme_id: ProgrammeId,
    pub revision: i64,
    pub kind: TermsKind,
    pub canonical: String,
    pub digest: String,
    pub visibility: ProgrammeVisibility,
    pub amounts_visibility: ProgrammeVisibility,
    pub removes_organisation_id: Option<OrganisationId>,
    pub reason_code: Option<RemovalReason>,
    pub reason: Option<Json<LocalizedText>>,
    pub notice_until: Option<Instant>,
    pub drafted_by_organisation_id: OrganisationId,
    pub drafted_at: Instant,
    pub was_proposed: bool,
    pub in_force_at: Option<Instant>,
    pub dropped_at: Option<Instant>,
}

impl TermsRow {
    /// The terms themselves.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn terms(&self) -> Result<Terms> {
        serde_json::from_str(&self.canonical).map_err(crate::http::problem::Problem::internal)
    }

    /// The same row with these terms.
    ///
    /// # Errors
    /// `internal` when they can't be written as JSON.
    pub fn with(mut self, terms: &Terms) -> Result<Self> {
        (self.canonical, self.digest) = terms.sealed()?;
        Ok(self)
    }
}

view! {
    /// A revision of the terms with its canonical form, and who signed it.
    pub struct ViewTerms {
        /// Which revision.
        pub revision: i64,
        /// What it is.
        pub kind: TermsKind,
        /// The SHA-256 of the canonical form, in hexadecimal: what `sign` names.
        pub digest: String,
        /// The canonical form (RFC 8785) of `terms`, as it is signed.
        pub canonical: String,
        /// The terms.
        pub terms: Terms,
        /// Who may see the programme by these terms.
        pub visibility: ProgrammeVisibility,
        /// Who may see its amounts.
        pub amounts_visibility: ProgrammeVisibility,
        /// Whom it takes out; of a removal.
        pub removes_organisation_id: Option<OrganisationId>,
        /// Why; of a removal.
        pub reason_code: Option<RemovalReason>,
        /// Why, in words.
        pub reason: Option<Json<LocalizedText>>,
        /// Until when that is announced.
        pub notice_until: Option<Instant>,
        /// Who drew it up.
        pub drafted_by_organisation_id: OrganisationId,
        /// When it was put to the others; of a draft, when that was drawn up.
        pub drafted_at: Instant,
        /// When it came into force; null where it has not.
        pub in_force_at: Option<Instant>,
        /// When it was declined, replaced before it was in force, or fell with what it rested on.
        pub dropped_at: Option<Instant>,
        /// Who signed it.
        pub signatures: Vec<Signature>,
    }
}

view! {
    /// Changed terms that wait for signatures beside those in force.
    pub struct PendingAmendment, kept {
        /// The revision that it would be.
        pub revision: i64,
        /// What `sign` names beside it.
        pub digest: String,
        /// The terms as they would be.
        pub terms: Terms,
        /// Who might see the programme.
        pub visibility: ProgrammeVisibility,
        /// Who might see its amounts.
        pub amounts_visibility: ProgrammeVisibility,
        /// Who drafted it.
        pub drafted_by_organisation_id: OrganisationId,
        /// When.
        pub drafted_at: Instant,
        /// Who signed it.
        pub signatures: Vec<Signature>,
        /// Whose signature is waited for.
        pub waits_for_organisation_ids: Vec<OrganisationId>,
    }
}

view! {
    /// A partner's removal that is announced, and waits for the others' signatures.
    pub struct PendingRemoval, kept {
        /// Whom it takes out.
        pub organisation_id: OrganisationId,
        /// Why.
        pub reason_code: RemovalReason,
        /// Why, in words.
        pub reason: Option<LocalizedText>,
        /// Until when it is announced: not before does it take effect.
        pub notice_until: Instant,
        /// The revision that the terms would be.
        pub revision: i64,
        /// What `sign` names beside it.
        pub digest: String,
        /// Who announced it.
        pub drafted_by_organisation_id: OrganisationId,
        /// When.
        pub drafted_at: Instant,
        /// Who signed it.
        pub signatures: Vec<Signature>,
        /// Whose signature is waited for.
        pub waits_for_organisation_ids: Vec<OrganisationId>,
    }
}
