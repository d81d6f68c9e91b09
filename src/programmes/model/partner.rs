//! The partners of a programme, as stored and as answered.

use diesel::prelude::*;
use serde::Serialize;

use super::programme::{LastReason, Programme};
use super::terms::TermsPartner;
use crate::db::schema::programme_partners;
use crate::programmes::codes::{PartnerRole, ProgrammeState};
use crate::text::LocalizedText;
use crate::types::{CalendarDate, Json, OrganisationId, ProgrammeId};
use crate::view;

view! {
    /// A partner of a programme. Beyond the partners: its organisation and role alone, of those still in.
    pub struct ViewPartner {
        /// Which organisation.
        pub organisation_id: OrganisationId,
        /// What it is in the programme.
        pub role: PartnerRole,
        /// What it takes upon itself.
        pub responsibilities: Option<Json<LocalizedText>>,
        /// Since when it is in the programme; null until that is agreed.
        pub joined_on: Option<CalendarDate>,
        /// Since when no more.
        pub left_on: Option<CalendarDate>,
        /// How it left.
        pub leaving: Option<Json<LastReason>>,
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = programme_partners, primary_key(programme_id, organisation_id), treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PartnerRow {
    /// Of which programme.
    #[serde(skip)]
    pub programme_id: ProgrammeId,
    /// Which organisation.
    pub organisation_id: OrganisationId,
    /// What it is in the programme.
    pub role: PartnerRole,
    /// What it takes upon itself.
    pub responsibilities: Option<Json<LocalizedText>>,
    /// Its place among the partners, as they were given.
    #[serde(skip)]
    pub place_in_list: i64,
    /// Since when it is in the programme.
    pub joined_on: Option<CalendarDate>,
    /// Since when no more.
    pub left_on: Option<CalendarDate>,
    /// How it left.
    pub leaving: Option<Json<LastReason>>,
    /// The programme as it was when this partner left.
    #[serde(skip)]
    pub seen_last: Option<Json<Programme>>,
    /// The programme's state, for what is asked of one organisation's programmes.
    #[serde(skip)]
    pub state: ProgrammeState,
}

impl PartnerRow {
    /// A partner as the terms have it.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn new(
        programme_id: ProgrammeId,
        place: usize,
        partner: &TermsPartner,
    ) -> crate::http::problem::Result<Self> {
        Ok(Self {
            programme_id,
            organisation_id: partner.organisation_id,
            role: partner.role,
            responsibilities: partner.responsibilities.as_ref().map(Json::new).transpose()?,
            place_in_list: i64::try_from(place).unwrap_or_default(),
            joined_on: None,
            left_on: None,
            leaving: None,
            seen_last: None,
            state: ProgrammeState::Draft,
        })
    }

    /// Whether it is in the programme now.
    pub fn is_in(&self) -> bool {
        self.left_on.is_none()
    }

    /// As answered.
    pub fn view(&self, inside: bool) -> ViewPartner {
        ViewPartner {
            organisation_id: self.organisation_id,
            role: self.role,
            responsibilities: self.responsibilities.clone().filter(|_| inside),
            joined_on: self.joined_on.filter(|_| inside),
            left_on: self.left_on,
            leaving: self.leaving.clone().filter(|_| inside),
        }
    }
}
