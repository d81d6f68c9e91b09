//! A programme as answered and as stored.

use diesel::prelude::*;
use serde::Serialize;

use super::partner::ViewPartner;
use super::terms::{PendingAmendment, PendingRemoval, Signature};
use crate::db::schema::programmes;
use crate::http::cursor::Cursor;
use crate::programmes::codes::{Lacking, ProgrammeAction, ProgrammeState, ProgrammeVisibility};
use crate::programmes::rules::Lack;
use crate::text::{LocalizedText, Name};
use crate::types::{
    CalendarDate, CommitmentId, CommunityId, Instant, Json, Money, OrganisationId, Period, ProgrammeId,
    Sector, TimeZoneName,
};
use crate::view;
use crate::visits::codes::ReasonCode;

view! {
    /// What was last done to the programme, by whom, and why.
    pub struct LastReason, kept {
        /// What was done.
        pub action: ProgrammeAction,
        /// Why, in words.
        pub reason: Option<LocalizedText>,
        /// Why, by code.
        pub reason_code: Option<ReasonCode>,
        /// By which organisation; null where it followed by itself.
        pub organisation_id: Option<OrganisationId>,
        /// When.
        pub at: Instant,
    }
}

view! {
    /// A shared programme. Others than its partners see it once it is agreed and if its terms open it to the network:
    /// then title, objectives, sectors, communities, period, the partners with their roles, and the state alone; all
    /// else is null or empty.
    pub struct Programme {
        /// Its id.
        pub id: ProgrammeId,
        /// Raised by every change of the programme itself.
        pub version: i64,
        /// Where it stands.
        pub state: ProgrammeState,
        /// Who may see it.
        pub visibility: Option<ProgrammeVisibility>,
        /// Who may see its amounts; the network none where it does not see the programme.
        pub amounts_visibility: Option<ProgrammeVisibility>,
        /// What was last done to it, by whom, and why.
        pub last_reason: Option<Json<LastReason>>,
        /// What the caller may do now.
        pub allowed_actions: Vec<ProgrammeAction>,
        /// What it is called.
        pub title: Json<Name>,
        /// What it is to achieve.
        pub objectives: Json<LocalizedText>,
        /// In which fields of work.
        pub sectors: Json<Vec<Sector>>,
        /// Which communities it serves.
        pub community_ids: Json<Vec<CommunityId>>,
        /// From when until when.
        pub period: Period,
        /// What it is to cost, one amount for each currency.
        pub budget: Option<Json<Vec<Money>>>,
        /// Who carries it; those who left it too.
        pub partners: Vec<ViewPartner>,
        /// The revision of the terms on the table or in force.
        pub terms_revision: Option<i64>,
        /// The digest of these terms.
        pub terms_digest: Option<String>,
        /// Who signed these terms.
        pub signatures: Vec<Signature>,
        /// Changed terms that wait for signatures.
        pub pending_amendment: Option<PendingAmendment>,
        /// A partner's removal that is announced.
        pub pending_removal: Option<PendingRemoval>,
        /// To whom the lead was offered.
        pub lead_offered_to_organisation_id: Option<OrganisationId>,
        /// The commitment that it fulfils; null for who may not see that.
        #[names = "commitment"]
        pub arises_from_commitment_id: Option<CommitmentId>,
        /// When every partner had signed.
        pub agreed_at: Option<Instant>,
        /// Who drew it up.
        pub created_by_organisation_id: Option<OrganisationId>,
        /// When it was drawn up.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

view! {
    /// What an action lacks, where nothing else stands in its way.
    pub struct Missing {
        /// What.
        pub what: Lacking,
        /// Whose; empty where it is nobody's.
        pub organisation_ids: Vec<OrganisationId>,
    }
}

impl From<Lack> for Missing {
    fn from(lack: Lack) -> Self {
        let (what, organisation_ids) = match lack {
            Lack::Signatures(of) => (Lacking::Signatures, of),
            Lack::ActivePartners(of) => (Lacking::ActivePartners, of),
            Lack::Partners => (Lacking::Partners, Vec::new()),
            Lack::Period => (Lacking::Period, Vec::new()),
        };
        Self { what, organisation_ids }
    }
}

impl Programme {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

/// A row of the table. As JSON, which the journal keeps: under the names of the public members.
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programmes, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct ProgrammeRow {
    pub id: ProgrammeId,
    pub state: ProgrammeState,
    pub visibility: ProgrammeVisibility,
    pub amounts_visibility: ProgrammeVisibility,
    pub title: Json<Name>,
    pub objectives: Json<LocalizedText>,
    pub sectors: Json<Vec<Sector>>,
    pub community_ids: Json<Vec<CommunityId>>,
    #[serde(skip)]
    pub starts_on: CalendarDate,
    #[serde(skip)]
    pub ends_on: CalendarDate,
    pub budget: Json<Vec<Money>>,
    pub terms_revision: i64,
    #[serde(skip)]
    pub last_revision: i64,
    #[serde(skip)]
    pub pending_revision: Option<i64>,
    #[serde(rename = "lead_offered_to_organisation_id")]
    pub lead_offered_to: Option<OrganisationId>,
    pub arises_from_commitment_id: Option<CommitmentId>,
    pub last_reason: Option<Json<LastReason>>,
    pub agreed_at: Option<Instant>,
    #[serde(skip)]
    pub time_zone: String,
    #[serde(skip)]
    pub folded: String,
    pub created_by_organisation_id: OrganisationId,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ProgrammeRow {
    /// From when until when.
    pub fn period(&self) -> Period {
        Period { starts_on: self.starts_on, ends_on: self.ends_on }
    }

    /// The day that it is, in its zone, at this moment.
    pub fn today(&self, now: Instant) -> CalendarDate {
        // A stored zone was checked; should one ever be dropped from the list, UTC stands in.
        let zone = self.time_zone.parse::<TimeZoneName>().or_else(|_| "UTC".parse::<TimeZoneName>());
        zone.map_or(self.starts_on, |zone| zone.today_in_zone(now))
    }
}
