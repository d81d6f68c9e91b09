//! What is sent to make and change a project.

use super::project::ProjectRow;
use crate::body;
use crate::http::decode::{At, List, no_twice};
use crate::http::problem::Result;
use crate::projects::codes::{ProjectStatus, ProjectVisibility};
use crate::text::{LocalizedText, Name, folded};
use crate::types::id::check_client_made;
use crate::types::{
    Beneficiaries, CalendarDate, CommunityId, Instant, Json, Money, NewBeneficiaries, OrganisationId, Place,
    ProjectId, Sector,
};

/// The fields of work.
pub type Sectors = List<Sector, 0, 27>;
/// The communities served.
pub type Communities = List<CommunityId, 0, 50>;

body! {
    /// A project to be entered, of the caller's organisation.
    pub struct NewProject {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<ProjectId>,
        /// Whose it is: for those who may enter projects of several organisations, in place of the header.
        pub organisation_id: Option<OrganisationId>,
        /// What it is called.
        pub title: Name,
        /// What it is about.
        pub summary: Option<LocalizedText>,
        /// In which fields of work.
        pub sectors: Sectors,
        /// Which communities it serves.
        pub community_ids: Communities,
        /// Where it takes place.
        pub place: Option<Place>,
        /// How far it is; an idea by default.
        pub status: Option<ProjectStatus>,
        /// Who may see it; the own organisation by default.
        pub visibility: Option<ProjectVisibility>,
        /// Who of these may see its amounts; the own organisation by default.
        pub amounts_visibility: Option<ProjectVisibility>,
        /// What it is to cost.
        pub budget: Option<Money>,
        /// Of which day that is; today by default.
        pub budget_as_of: Option<CalendarDate>,
        /// Its first day.
        pub starts_on: Option<CalendarDate>,
        /// Its last day; not before the first.
        pub ends_on: Option<CalendarDate>,
        /// Whom it is to reach.
        pub target_beneficiaries: Option<NewBeneficiaries>,
    }
    where check = new_goes_together
}

body! {
    /// What of a project may be changed.
    pub struct ProjectChanges {
        /// What it is called.
        pub title: Name,
        /// What it is about.
        pub summary: Option<LocalizedText>,
        /// In which fields of work.
        pub sectors: Sectors,
        /// Which communities it serves.
        pub community_ids: Communities,
        /// Where it takes place; replaced whole.
        pub place: Option<Place>,
        /// How far it is; null is an idea.
        pub status: Option<ProjectStatus>,
        /// Who may see it; null is the own organisation.
        pub visibility: Option<ProjectVisibility>,
        /// Who of these may see its amounts; null is the own organisation.
        pub amounts_visibility: Option<ProjectVisibility>,
        /// What it is to cost; replaced whole.
        pub budget: Option<Money>,
        /// Of which day that is. Left out, it is today where the budget changes, and goes with it.
        pub budget_as_of: Option<CalendarDate>,
        /// Its first day.
        pub starts_on: Option<CalendarDate>,
        /// Its last day; not before the first.
        pub ends_on: Option<CalendarDate>,
        /// Whom it is to reach.
        pub target_beneficiaries: Option<NewBeneficiaries>,
    }
    where check = changes_go_together
}

fn new_goes_together(new: &NewProject, at: &mut At<'_>) {
    check_client_made(new.id.map(ProjectId::uuid), at);
    changes_go_together(&new.details(), at);
}

fn changes_go_together(changes: &ProjectChanges, at: &mut At<'_>) {
    no_twice(&changes.sectors, "sectors", at);
    no_twice(&changes.community_ids, "community_ids", at);
    if changes.starts_on.zip(changes.ends_on).is_some_and(|(first, last)| last < first) {
        at.member("ends_on", |at| at.report("out-of-range", "is before the first day"));
    }
}

impl NewProject {
    /// What a project holds itself, without what only its making asks.
    pub fn details(&self) -> ProjectChanges {
        ProjectChanges {
            title: self.title.clone(),
            summary: self.summary.clone(),
            sectors: self.sectors.clone(),
            community_ids: self.community_ids.clone(),
            place: self.place.clone(),
            status: self.status,
            visibility: self.visibility,
            amounts_visibility: self.amounts_visibility,
            budget: self.budget,
            budget_as_of: self.budget_as_of,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            target_beneficiaries: self.target_beneficiaries,
        }
    }
}

/// What a project has besides what is said of it.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    /// Its id.
    pub id: ProjectId,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// Its version.
    pub version: i64,
    /// When it was entered.
    pub created_at: Instant,
    /// When it is written.
    pub updated_at: Instant,
}

impl ProjectChanges {
    /// The project of what is said: nothing is written yet.
    ///
    /// # Errors
    /// `internal` when a part can't be written as JSON.
    pub fn row(&self, stamp: Stamp) -> Result<ProjectRow> {
        let target = self.target_beneficiaries.map(|target| Beneficiaries::from(target.sums()));
        Ok(ProjectRow {
            id: stamp.id,
            organisation_id: stamp.organisation,
            title: Json::new(&self.title)?,
            summary: self.summary.as_ref().map(Json::new).transpose()?,
            sectors: Json::new(&self.sectors.to_vec())?,
            community_ids: Json::new(&self.community_ids.to_vec())?,
            place: self.place.as_ref().map(Json::new).transpose()?,
            pcode: self.place.as_ref().and_then(|place| place.area().pcode()).map(str::to_owned),
            status: self.status.unwrap_or(ProjectStatus::Idea),
            visibility: self.visibility.unwrap_or(ProjectVisibility::Organisation),
            amounts_visibility: self.amounts_visibility.unwrap_or(ProjectVisibility::Organisation),
            budget_minor: self.budget.map(Money::minor),
            budget_currency: self.budget.map(|budget| budget.currency().to_string()),
            budget_as_of: self.budget_as_of,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            target_beneficiaries: target.as_ref().map(Json::new).transpose()?,
            folded: folded(self.title.texts()),
            version: stamp.version,
            created_at: stamp.created_at,
            updated_at: stamp.updated_at,
        })
    }
}
