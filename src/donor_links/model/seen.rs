//! What of a donor link a caller sees, and what they may do with it.

use std::collections::HashMap;
use std::sync::Arc;

use super::link::{DonorLink, LinkRow};
use crate::access::{Caller, Right, Sight};
use crate::app::App;
use crate::donor_links::codes::{LinkAction, LinkStage};
use crate::donor_links::rules::{self, Links, Standing};
use crate::http::call::Call;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::programmes::codes::ProgrammeState;
use crate::states;
use crate::text::Name;
use crate::types::{AnyId, CalendarDate, DonorId, DonorLinkId, Instant, Json, OrganisationId};
use crate::visits::model::Known;

/// A donor link as loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The link.
    pub row: LinkRow,
    /// What else is asked where something is given; none where it was not asked.
    pub giving: Option<Giving>,
}

/// What is asked of a link through which something is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Giving {
    /// The day that it is.
    pub today: CalendarDate,
    /// Where its programme stands, and whether the beneficiary is its partner; none where it is for a project.
    pub programme: Option<(ProgrammeState, bool)>,
}

impl From<LinkRow> for Loaded {
    fn from(row: LinkRow) -> Self {
        Self { row, giving: None }
    }
}

impl Loaded {
    /// As far as the rules ask.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn standing(&self) -> Result<Standing> {
        let last = self.row.last_reason.as_ref().map(Json::get).transpose()?;
        Ok(Standing {
            stage: self.row.stage,
            talks: self.row.talks_stage,
            introducer: self.row.introduced_by_organisation_id,
            beneficiary: self.row.beneficiary_organisation_id,
            last: last.map(|last| (last.action, last.organisation_id)),
        })
    }

    /// The organisations that share it.
    pub fn parties(&self) -> Vec<OrganisationId> {
        self.row.parties()
    }
}

impl LinkRow {
    /// The organisations that share it: one where its own donor stands by its own purpose.
    pub fn parties(&self) -> Vec<OrganisationId> {
        let mut parties = vec![self.introduced_by_organisation_id, self.beneficiary_organisation_id];
        parties.dedup();
        parties
    }

    /// To whom it is shown.
    pub fn audiences(&self) -> Vec<Audience> {
        self.parties().into_iter().map(Audience::Organisation).collect()
    }
}

/// What is asked elsewhere for links that are to be shown.
#[derive(Debug, Default)]
pub struct Besides {
    /// The commitments whose visit the caller sees.
    pub commitments: Known,
    /// What donors are called whose name this caller may read.
    pub names: HashMap<DonorId, Name>,
    /// When their contact was last read through these links.
    pub read: HashMap<DonorLinkId, Instant>,
}

/// Who looks, and on which day.
#[derive(Clone)]
pub struct Looker {
    /// What they may see.
    pub sight: Sight,
    /// What they may see of visits.
    pub visits: Sight,
    /// Who they are.
    pub caller: Arc<Caller>,
    /// The day that it is.
    pub today: CalendarDate,
    /// By whose keys sealed names are read.
    pub app: Arc<App>,
}

impl Looker {
    /// The caller, with the right to read donors and their links.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    pub fn of(call: &Call) -> Result<Self> {
        let caller = Arc::clone(call.caller()?);
        let (sight, visits) = (caller.sight(Right::DonorsRead), caller.sight(Right::VisitsRead));
        let (today, app) = (call.today()?, Arc::clone(call.app()));
        Ok(Self { sight, visits, caller, today, app })
    }

    /// Whether they look for the organisation whose donor it is.
    pub fn introduces(&self, link: &LinkRow) -> bool {
        self.sight.sees_own(link.introduced_by_organisation_id)
    }

    /// What they may do now: for the one organisation for which they may.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn allowed_actions(&self, link: &Loaded) -> Result<Vec<LinkAction>> {
        let standing = link.standing()?;
        let may = |one: &OrganisationId| self.caller.rights_in(*one).contains(Right::DonorsWrite);
        let allowed = |action: &LinkAction| {
            let able: Vec<OrganisationId> =
                rules::acting(*action, &standing).into_iter().filter(|one| may(one)).collect();
            matches!(able.as_slice(), [own] if states::find::<Links>(*action, &standing, *own).is_ok())
        };
        Ok(LinkAction::ALL.iter().copied().filter(allowed).collect())
    }

    /// A link as they see it.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn link(&self, link: &Loaded, besides: &Besides) -> Result<DonorLink> {
        let row = &link.row;
        let over = matches!(row.stage, LinkStage::Declined | LinkStage::Ended);
        let last = row.last_reason.as_ref().filter(|_| over).map(Json::get).transpose()?;
        let introduces = self.introduces(row);
        Ok(DonorLink {
            id: row.id,
            version: row.version,
            stage: row.stage,
            allowed_actions: self.allowed_actions(link)?,
            last_reason: row.last_reason.clone(),
            reason: last.and_then(|last| last.reason),
            donor_id: row.donor_id,
            donor_name: besides.names.get(&row.donor_id).cloned(),
            introduced_by_organisation_id: row.introduced_by_organisation_id,
            beneficiary_organisation_id: row.beneficiary_organisation_id,
            project_id: row.project_id,
            programme_id: row.programme_id,
            message: row.message.clone(),
            approvals: row.approvals.clone(),
            next_step: row.next_step.clone(),
            granted_at: row.granted_at,
            contact_last_read_at: besides.read.get(&row.id).copied().filter(|_| introduces),
            arises_from_commitment_id: row
                .arises_from_commitment_id
                .filter(|commitment| besides.commitments.has(AnyId(commitment.0))),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
