//! A dossier as loaded, and who looks at it.

use std::sync::Arc;

use super::dossier::{LegalFormOffer, ListedRegistration, RegistrationRow, Share, ShareRow};
use super::requirement::LackingRequirement;
use crate::access::{Caller, Right, Sight};
use crate::http::call::Call;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::organisations::codes::{LegalForm, OrganisationStatus};
use crate::registrations::codes::{RegistrationAction, RegistrationStatus};
use crate::registrations::rules::{self, Standing};
use crate::types::{AnyId, CalendarDate, OrganisationId};
use crate::visits::model::Known;

/// A dossier and what belongs to it, as loaded.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The dossier.
    pub row: RegistrationRow,
    /// With whom it is shared, the first first, with what these organisations are.
    pub shares: Vec<(ShareRow, OrganisationStatus)>,
    /// As what its organisation stands in the network.
    pub own_form: LegalForm,
    /// Whether a requirement is missing or in progress.
    pub lacks: bool,
    /// Which these are, where something is to be done to it.
    pub lacking: Vec<LackingRequirement>,
}

impl Loaded {
    /// How it reads on a day.
    pub fn status(&self, today: CalendarDate) -> RegistrationStatus {
        rules::reads(self.row.status, self.row.expires_on, today)
    }

    /// As far as the rules ask.
    pub fn standing(&self, today: CalendarDate) -> Standing {
        Standing { status: self.status(today), owner: self.row.organisation_id, lacks: self.lacks }
    }

    /// Whether it is shared with an organisation.
    pub fn is_shared_with(&self, organisation: OrganisationId) -> bool {
        self.shares.iter().any(|(share, _)| share.organisation_id == organisation)
    }

    /// Who sees it: its organisation, and those that help, as long as they are active.
    pub fn audiences(&self) -> Vec<Audience> {
        let active = self.shares.iter().filter(|(_, status)| *status == OrganisationStatus::Active);
        let helpers = active.map(|(share, _)| share.organisation_id);
        std::iter::once(self.row.organisation_id).chain(helpers).map(Audience::Organisation).collect()
    }
}

/// Who looks, when, and on which day in the network's time zone.
#[derive(Clone)]
pub struct Looker {
    /// What they may see.
    pub sight: Sight,
    /// What they may see of visits.
    pub visits: Sight,
    /// Who they are.
    pub caller: Arc<Caller>,
    /// The day.
    pub today: CalendarDate,
}

impl Looker {
    /// The caller, with the right to read dossiers.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    pub fn of(call: &Call) -> Result<Self> {
        let caller = Arc::clone(call.caller()?);
        let (sight, visits) = (caller.sight(Right::RegistrationsRead), caller.sight(Right::VisitsRead));
        Ok(Self { sight, visits, caller, today: call.today()? })
    }

    /// The organisations that help with a dossier and through which they see it: active ones of theirs.
    pub fn helping(&self, dossier: &Loaded) -> Vec<OrganisationId> {
        let active = self.sight.organisations().iter().filter(|seen| seen.active);
        active.map(|seen| seen.organisation).filter(|own| dossier.is_shared_with(*own)).collect()
    }

    /// Whether they see a dossier.
    pub fn sees(&self, dossier: &Loaded) -> bool {
        self.sight.sees_own(dossier.row.organisation_id) || !self.helping(dossier).is_empty()
    }

    /// What they may do to a dossier now.
    pub fn allowed_actions(&self, dossier: &Loaded) -> Vec<RegistrationAction> {
        let owner = dossier.row.organisation_id;
        if self.caller.rights_in(owner).contains(Right::RegistrationsWrite) {
            rules::allowed(&dossier.standing(self.today), owner)
        } else {
            Vec::new()
        }
    }

    /// A dossier as they see it; `commitments` are those that they may see.
    pub fn dossier(&self, dossier: &Loaded, commitments: &Known) -> ListedRegistration {
        let row = &dossier.row;
        let status = dossier.status(self.today);
        let good = matches!(status, RegistrationStatus::Registered | RegistrationStatus::RenewalDue);
        let offered = good && self.sight.sees_own(row.organisation_id) && dossier.own_form != row.legal_form;
        ListedRegistration {
            id: row.id,
            version: row.version,
            organisation_id: row.organisation_id,
            authority: row.authority.clone(),
            level: row.level,
            legal_form: row.legal_form,
            legal_form_offer: offered
                .then_some(LegalFormOffer { from: dossier.own_form, to: row.legal_form }),
            status,
            last_reason: row.last_reason.clone(),
            allowed_actions: self.allowed_actions(dossier),
            number: row.number.clone(),
            submitted_on: row.submitted_on,
            registered_on: row.registered_on,
            expires_on: row.expires_on,
            arises_from_commitment_id: row
                .arises_from_commitment_id
                .filter(|commitment| commitments.has(AnyId(commitment.0))),
            shared_with: dossier.shares.iter().map(|(share, _)| Share::from(share)).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<&ShareRow> for Share {
    fn from(row: &ShareRow) -> Self {
        Self { organisation_id: row.organisation_id, shared_at: row.shared_at }
    }
}
