//! The tables of organisations.
//!
//! - [`reading`]: one, lists, by status token; [`partners`]: who shares something with whom;
//! - [`names`]: what several are called; [`duplicates`]: what an application may be a copy of;
//! - [`writing`]: entering and changing; [`standing`]: steps from one status to another;
//! - [`admins`]: invitations of admins by the network's admin; [`applicants`]: who applied, erased.

pub mod admins;
pub mod applicants;
pub mod duplicates;
pub mod names;
pub mod partners;
pub mod reading;
pub mod standing;
pub mod writing;

use diesel::prelude::*;

use super::codes::{LegalForm, OrganisationStatus};
use super::model::{Applicant, Application, Decision, ExternalId, Organisation};
use super::rules::Eyes;
use crate::db::schema::organisations;
use crate::text::{LocalizedText, Name};
use crate::types::{CalendarDate, CommunityId, Instant, Json, OrganisationId, Sector};

/// What the journal calls it.
pub const KIND: &str = "organisation";

/// An organisation as kept, but for its contact, which nothing reads by the way.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = organisations)]
pub struct Row {
    /// Its id.
    pub id: OrganisationId,
    /// Its version.
    pub version: i64,
    /// Where it stands.
    pub status: OrganisationStatus,
    /// Its name.
    pub name: Json<Name>,
    official_name: Option<Json<Name>>,
    short_name: Option<Json<Name>>,
    legal_form: LegalForm,
    about: Option<Json<LocalizedText>>,
    sectors: Json<Vec<Sector>>,
    community_ids: Json<Vec<CommunityId>>,
    founded_on: Option<CalendarDate>,
    website: Option<String>,
    external_ids: Json<Vec<ExternalId>>,
    external_ids_partners: Json<Vec<ExternalId>>,
    external_ids_network: Json<Vec<ExternalId>>,
    last_decision: Option<Json<Decision>>,
    /// Who asked for it to be admitted.
    pub applicant: Option<Json<Applicant>>,
    created_at: Instant,
    updated_at: Instant,
}

impl Row {
    /// What these eyes see of it.
    pub fn show(self, eyes: Eyes) -> Organisation {
        let application = (eyes.see_decisions() && self.status.is_application())
            .then_some(Application { applicant: self.applicant, possible_duplicates: None });
        let external_ids = match eyes {
            _ if eyes.see_external_ids() => self.external_ids,
            Eyes::Partner => self.external_ids_partners,
            _ => self.external_ids_network,
        };
        Organisation {
            id: self.id,
            version: self.version,
            status: self.status,
            name: self.name,
            official_name: self.official_name,
            short_name: self.short_name,
            legal_form: self.legal_form,
            about: self.about,
            sectors: self.sectors,
            community_ids: self.community_ids,
            founded_on: self.founded_on,
            website: self.website,
            external_ids,
            last_decision: self.last_decision.filter(|_| eyes.see_decisions()),
            application,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// Whether partners see more of it than the network does.
    fn shows_partners_more(&self) -> bool {
        self.external_ids_partners != self.external_ids_network
    }
}
