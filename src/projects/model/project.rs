//! A project as answered and as stored.

use diesel::prelude::*;
use serde::Serialize;

use crate::db::schema::projects;
use crate::http::cursor::Cursor;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::projects::codes::{ProjectStatus, ProjectVisibility};
use crate::text::{LocalizedText, Name};
use crate::types::given::money_of;
use crate::types::{
    Beneficiaries, CalendarDate, CommunityId, Instant, Json, Money, OrganisationId, Place, ProjectId, Sector,
};
use crate::view;

view! {
    /// What an organisation does or wants to do. Others see it if it is open to the network: the place as far as its
    /// locality, no number of people under 5, amounts where `amounts_visibility` says so; else these are null.
    pub struct Project {
        /// Its id.
        pub id: ProjectId,
        /// Raised by every change of the project itself, not by its receipts.
        pub version: i64,
        /// Whose it is.
        pub organisation_id: OrganisationId,
        /// What it is called.
        pub title: Json<Name>,
        /// What it is about.
        pub summary: Option<Json<LocalizedText>>,
        /// In which fields of work.
        pub sectors: Json<Vec<Sector>>,
        /// Which communities it serves.
        pub community_ids: Json<Vec<CommunityId>>,
        /// Where it takes place.
        pub place: Option<Json<Place>>,
        /// How far it is.
        pub status: ProjectStatus,
        /// Who may see it.
        pub visibility: ProjectVisibility,
        /// Who of these may see its amounts.
        pub amounts_visibility: ProjectVisibility,
        /// What it is to cost.
        pub budget: Option<Money>,
        /// Of which day that is.
        pub budget_as_of: Option<CalendarDate>,
        /// Its first day.
        pub starts_on: Option<CalendarDate>,
        /// Its last day.
        pub ends_on: Option<CalendarDate>,
        /// Whom it is to reach.
        pub target_beneficiaries: Option<Json<Beneficiaries>>,
        /// All that was promised for it or came without a promise, by currency: never less than what came of it.
        /// Null where amounts are not shown, and so are the two below.
        pub pledged: Option<Vec<Money>>,
        /// All that came in for it, by currency: receipts, and what came through donor links.
        pub received: Option<Vec<Money>>,
        /// What the budget has more than was promised in its currency; null without a budget.
        pub funding_gap: Option<Money>,
        /// When it was entered.
        pub created_at: Instant,
        /// When it was last changed.
        pub updated_at: Instant,
    }
}

impl Project {
    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}

/// A row of the table. As JSON, which the journal keeps with the budget beside it: under the names of the public
/// members.
#[derive(Debug, Clone, Serialize, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = projects, treat_none_as_null = true, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns are the members of the same names")]
pub struct ProjectRow {
    pub id: ProjectId,
    pub organisation_id: OrganisationId,
    pub title: Json<Name>,
    pub summary: Option<Json<LocalizedText>>,
    pub sectors: Json<Vec<Sector>>,
    pub community_ids: Json<Vec<CommunityId>>,
    pub place: Option<Json<Place>>,
    #[serde(skip)]
    pub pcode: Option<String>,
    pub status: ProjectStatus,
    pub visibility: ProjectVisibility,
    pub amounts_visibility: ProjectVisibility,
    #[serde(skip)]
    pub budget_minor: Option<i64>,
    #[serde(skip)]
    pub budget_currency: Option<String>,
    pub budget_as_of: Option<CalendarDate>,
    pub starts_on: Option<CalendarDate>,
    pub ends_on: Option<CalendarDate>,
    pub target_beneficiaries: Option<Json<Beneficiaries>>,
    #[serde(skip)]
    pub folded: String,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ProjectRow {
    /// What it is to cost.
    ///
    /// # Errors
    /// `internal` when the currency is none.
    pub fn budget(&self) -> Result<Option<Money>> {
        money_of(self.budget_minor, self.budget_currency.as_deref())
    }

    /// For whom it is.
    pub fn audiences(&self) -> Vec<Audience> {
        let own = Audience::Organisation(self.organisation_id);
        let open = self.visibility == ProjectVisibility::Network;
        std::iter::once(own).chain(open.then_some(Audience::Network)).collect()
    }

    /// Its place in lists.
    pub fn place_in_list(&self) -> Cursor {
        Cursor { created_at: self.created_at.micros(), id: self.id.uuid() }
    }
}
