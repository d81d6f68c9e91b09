//! The parties of a visit, as stored and as answered.

use diesel::prelude::*;
use serde::Serialize;

use super::visit::Visit;
use crate::db::schema::visit_parties;
use crate::organisations::codes::OrganisationStatus;
use crate::text::LocalizedText;
use crate::types::{CalendarDate, Instant, Json, OrganisationId, UserId, VisitId};
use crate::view;
use crate::visits::codes::{ReportApproval, Response, Side, VisitState};
use crate::visits::rules::Party;

view! {
    /// An objection to the report.
    pub struct Objection, kept {
        /// Why.
        pub reason: LocalizedText,
        /// When.
        pub at: Instant,
    }
}

view! {
    /// A party of a visit. What it answered is null for those who are no party themselves.
    pub struct ViewParty {
        /// Which organisation.
        pub organisation_id: OrganisationId,
        /// Whether it comes or receives.
        pub side: Side,
        /// What it answered; `unavailable` where it has not and can't, because it is not active.
        pub response: Option<Response>,
        /// The version of the visit that it accepted.
        pub accepted_version: Option<i64>,
        /// Its word on the report.
        pub report_approval: Option<ReportApproval>,
        /// The version of the visit whose report it approved.
        pub approved_version: Option<i64>,
        /// Its objection.
        pub objection: Option<Json<Objection>>,
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = visit_parties, primary_key(visit_id, organisation_id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PartyRow {
    /// Of which visit.
    #[serde(skip)]
    pub visit_id: VisitId,
    /// Which organisation.
    pub organisation_id: OrganisationId,
    /// On which side.
    pub side: Side,
    /// Its place among the parties, as they were given.
    #[serde(skip)]
    pub place_in_list: i64,
    /// What it answered.
    pub response: Response,
    /// The version that it accepted.
    pub accepted_version: Option<i64>,
    /// Who answered.
    pub responded_by: Option<UserId>,
    /// Its word on the report.
    pub report_approval: ReportApproval,
    /// The version that it approved.
    pub approved_version: Option<i64>,
    /// Who approved.
    pub approved_by: Option<UserId>,
    /// Its objection.
    pub objection: Option<Json<Objection>>,
    /// Whether it ever answered; never cleared.
    #[serde(skip)]
    pub has_answered: bool,
    /// The visit as it was when this party declined, where it went on without it.
    #[serde(skip)]
    pub seen_last: Option<Json<Visit>>,
    /// The visit's state, for the lists of an organisation's visits.
    #[serde(skip)]
    pub state: VisitState,
    /// When the visit was drawn up, for the same.
    #[serde(skip)]
    pub created_at: Instant,
    /// The day by which what this party does next is due, for its inbox; none where nothing is waited for by a day.
    #[serde(skip)]
    pub waits_until: Option<CalendarDate>,
}

impl PartyRow {
    /// A party that was not asked yet.
    pub fn new(
        visit_id: VisitId,
        organisation_id: OrganisationId,
        side: Side,
        place: usize,
        created_at: Instant,
    ) -> Self {
        Self {
            visit_id,
            organisation_id,
            side,
            place_in_list: i64::try_from(place).unwrap_or_default(),
            response: Response::Pending,
            accepted_version: None,
            responded_by: None,
            report_approval: ReportApproval::Pending,
            approved_version: None,
            approved_by: None,
            objection: None,
            has_answered: false,
            seen_last: None,
            state: VisitState::Draft,
            created_at,
            waits_until: None,
        }
    }

    /// As far as the rules ask.
    pub fn for_rules(&self, status: OrganisationStatus) -> Party {
        Party {
            organisation: self.organisation_id,
            side: self.side,
            response: self.response,
            accepted_version: self.accepted_version,
            responded_by: self.responded_by,
            approval: self.report_approval,
            approved_version: self.approved_version,
            approved_by: self.approved_by,
            has_answered: self.has_answered,
            active: status == OrganisationStatus::Active,
        }
    }

    /// Takes over what the rules changed.
    pub fn take(&mut self, party: &Party) {
        self.response = party.response;
        self.accepted_version = party.accepted_version;
        self.responded_by = party.responded_by;
        self.report_approval = party.approval;
        self.approved_version = party.approved_version;
        self.approved_by = party.approved_by;
        self.has_answered = party.has_answered;
    }
}
