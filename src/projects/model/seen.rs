//! What of a project a caller sees: all of it as its own organisation, what may go out as anybody else.

use std::sync::Arc;

use super::project::{Project, ProjectRow};
use crate::access::{Caller, Right, Sight};
use crate::http::call::Call;
use crate::http::problem::Result;
use crate::projects::codes::ProjectVisibility;
use crate::projects::rules::{Amounts, Given};
use crate::types::beneficiaries::outsiders::alone_for_outsiders;
use crate::types::{CalendarDate, Json, OrganisationId};

/// Who looks, and when.
#[derive(Clone)]
pub struct Looker {
    /// What they may see.
    pub sight: Sight,
    /// What they may see of donors.
    pub donors: Sight,
    /// Who they are.
    pub caller: Arc<Caller>,
    /// The day on which they look.
    pub today: CalendarDate,
}

/// A project, and how far the caller may go with its receipts.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The project.
    pub row: ProjectRow,
    /// Whether they may know from which donors receipts came, and say so.
    pub names_donors: bool,
    /// The day that it is.
    pub today: CalendarDate,
}

impl Looker {
    /// The caller, with the right to read projects.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    pub fn of(call: &Call) -> Result<Self> {
        let caller = Arc::clone(call.caller()?);
        let (sight, donors) = (caller.sight(Right::ProjectsRead), caller.sight(Right::DonorsRead));
        Ok(Self { sight, donors, caller, today: call.today()? })
    }

    /// Whether they see all of it: it is their own organisation's.
    pub fn is_own(&self, project: &ProjectRow) -> bool {
        self.sight.sees_own(project.organisation_id)
    }

    /// Whether they see its amounts, given that they see it.
    pub fn sees_amounts(&self, project: &ProjectRow) -> bool {
        let open = [project.visibility, project.amounts_visibility] == [ProjectVisibility::Network; 2];
        self.is_own(project) || open
    }

    /// Whether they may know by which donors an organisation is supported.
    pub fn knows_donors_of(&self, organisation: OrganisationId) -> bool {
        self.donors.sees_own(organisation)
    }

    /// A project as they see it; `given` is what was promised and came, of one whose amounts they see.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn project(&self, row: &ProjectRow, given: Option<&Given>) -> Result<Project> {
        let (own, budget) = (self.is_own(row), row.budget()?);
        let amounts = given.filter(|_| self.sees_amounts(row)).map(|given| Amounts::of(given, budget));
        let place = match &row.place {
            Some(place) if !own => Some(Json::new(&place.get()?.beyond_admin2())?),
            place => place.clone(),
        };
        let target = match &row.target_beneficiaries {
            Some(target) if !own => Some(Json::new(&alone_for_outsiders(&target.get()?))?),
            target => target.clone(),
        };
        let shown = amounts.is_some();
        let (pledged, received, funding_gap) = match amounts {
            Some(amounts) => (Some(amounts.pledged), Some(amounts.received), amounts.funding_gap),
            None => (None, None, None),
        };
        Ok(Project {
            id: row.id,
            version: row.version,
            organisation_id: row.organisation_id,
            title: row.title.clone(),
            summary: row.summary.clone(),
            sectors: row.sectors.clone(),
            community_ids: row.community_ids.clone(),
            place,
            status: row.status,
            visibility: row.visibility,
            amounts_visibility: row.amounts_visibility,
            budget: budget.filter(|_| shown),
            budget_as_of: row.budget_as_of.filter(|_| shown),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            target_beneficiaries: target,
            pledged,
            received,
            funding_gap,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
