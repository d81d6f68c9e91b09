//! A programme with its partners, its terms and their signatures, as loaded: as far as the rules ask, and what
//! follows from what they answer.

use super::partner::PartnerRow;
use super::programme::ProgrammeRow;
use super::terms::{SignatureRow, Terms, TermsPartner, TermsRow};
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::organisations::codes::OrganisationStatus;
use crate::programmes::codes::{PartnerRole, ProgrammeState, ProgrammeVisibility};
use crate::programmes::rules::{Partner, Pending, Standing};
use crate::text::{Name, folded};
use crate::types::{Instant, Json, OrganisationId};

/// A programme and what belongs to it, as loaded.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The programme.
    pub row: ProgrammeRow,
    /// Its partners in the order of the terms, those who left too, with what their organisations are.
    pub partners: Vec<(PartnerRow, OrganisationStatus)>,
    /// The terms on the table or in force.
    pub terms: TermsRow,
    /// What waits for signatures beside those in force.
    pub pending: Option<TermsRow>,
    /// Terms that this write drops, with what became of them.
    pub ended: Vec<TermsRow>,
    /// The signatures under both.
    pub signatures: Vec<SignatureRow>,
    /// Whom the amendment that waits would take in, with what their organisations are.
    pub invited: Vec<(OrganisationId, OrganisationStatus)>,
}

impl Loaded {
    /// As far as the rules ask.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn standing(&self, now: Instant) -> Result<Standing> {
        let row = &self.row;
        let last = row.last_reason.as_ref().map(Json::get).transpose()?;
        let mut partners: Vec<Partner> = Vec::new();
        let proposed = self.pending_terms()?;
        for (partner, status) in self.partners.iter().filter(|(partner, _)| partner.is_in()) {
            partners.push(self.for_rules(
                partner.organisation_id,
                partner.role,
                *status,
                true,
                proposed.as_ref(),
            ));
        }
        for (organisation, status) in &self.invited {
            let wanted = proposed.iter().flat_map(|terms| &terms.partners);
            let role = wanted.filter(|one| one.organisation_id == *organisation).map(|one| one.role).next();
            let role = role.unwrap_or(PartnerRole::Supporting);
            partners.push(self.for_rules(*organisation, role, *status, false, proposed.as_ref()));
        }
        Ok(Standing {
            state: row.state,
            author: row.created_by_organisation_id,
            starts_on: row.starts_on,
            today: row.today(now),
            now,
            last: last.and_then(|last| Some((last.action, last.organisation_id?))),
            offered_to: row.lead_offered_to,
            pending: self.pending.as_ref().map(|pending| Pending {
                kind: pending.kind,
                removes: pending.removes_organisation_id,
                notice_until: pending.notice_until,
                reason: pending.reason_code,
            }),
            partners,
        })
    }

    fn for_rules(
        &self,
        organisation: OrganisationId,
        role: PartnerRole,
        status: OrganisationStatus,
        current: bool,
        proposed: Option<&Terms>,
    ) -> Partner {
        Partner {
            organisation,
            role,
            current,
            proposed: proposed.is_some_and(|terms| terms.names(organisation)),
            status,
            signed: self.signature(organisation, self.row.terms_revision).is_some(),
            signed_pending: self
                .row
                .pending_revision
                .is_some_and(|revision| self.signature(organisation, revision).is_some()),
        }
    }

    /// An organisation's signature under a revision.
    pub fn signature(&self, organisation: OrganisationId, revision: i64) -> Option<&SignatureRow> {
        self.signatures.iter().find(|one| one.organisation_id == organisation && one.revision == revision)
    }

    /// The terms that wait.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn pending_terms(&self) -> Result<Option<Terms>> {
        self.pending.as_ref().map(TermsRow::terms).transpose()
    }

    /// The terms as they are carried out now: those in force, with the partners and roles of today.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn terms_of_today(&self) -> Result<Terms> {
        let current = self.partners.iter().map(|(partner, _)| partner).filter(|partner| partner.is_in());
        let partners = current.map(|partner| {
            Ok(TermsPartner {
                organisation_id: partner.organisation_id,
                role: partner.role,
                responsibilities: partner.responsibilities.as_ref().map(Json::get).transpose()?,
            })
        });
        Ok(Terms { partners: partners.collect::<Result<_>>()?, ..self.terms.terms()? })
    }

    /// Takes terms over into the programme itself, but for the partners.
    ///
    /// # Errors
    /// `internal` when a part can't be written as JSON.
    pub fn take_terms(&mut self, terms: &Terms) -> Result<()> {
        let row = &mut self.row;
        row.title = Json::new(&terms.title)?;
        row.objectives = Json::new(&terms.objectives)?;
        row.sectors = Json::new(&terms.sectors)?;
        row.community_ids = Json::new(&terms.community_ids)?;
        row.starts_on = terms.period.starts_on;
        row.ends_on = terms.period.ends_on;
        row.budget = Json::new(&terms.budget)?;
        row.folded = folded(Name::texts(&terms.title));
        Ok(())
    }

    /// Makes the partners those of these terms: who is no more in it leaves, as `leaves` writes it; who is new joins.
    ///
    /// # Errors
    /// `internal` when a part can't be written as JSON.
    pub fn take_partners(
        &mut self,
        terms: &Terms,
        mut leaves: impl FnMut(&mut PartnerRow) -> Result<()>,
    ) -> Result<()> {
        let mut partners = Vec::with_capacity(self.partners.len());
        for (place, wanted) in terms.partners.iter().enumerate() {
            let mut row = PartnerRow::new(self.row.id, place, wanted)?;
            let known =
                self.partners.iter().find(|(known, _)| known.organisation_id == wanted.organisation_id);
            let status =
                known.map(|(_, status)| *status).or_else(|| self.invited_status(wanted.organisation_id));
            if let Some((known, _)) = known.filter(|(known, _)| known.is_in()) {
                row.joined_on = known.joined_on;
            }
            partners.push((row, status.unwrap_or(OrganisationStatus::Active)));
        }
        for (known, status) in &self.partners {
            if !terms.names(known.organisation_id) {
                let mut row = known.clone();
                row.place_in_list = i64::try_from(partners.len()).unwrap_or_default();
                if row.is_in() {
                    leaves(&mut row)?;
                }
                partners.push((row, *status));
            }
        }
        self.partners = partners;
        Ok(())
    }

    fn invited_status(&self, organisation: OrganisationId) -> Option<OrganisationStatus> {
        self.invited.iter().find(|(invited, _)| *invited == organisation).map(|(_, status)| *status)
    }

    /// The partner that an organisation is now.
    pub fn partner(&self, organisation: OrganisationId) -> Option<&PartnerRow> {
        let current = self.partners.iter().map(|(partner, _)| partner).filter(|partner| partner.is_in());
        current.into_iter().find(|partner| partner.organisation_id == organisation)
    }

    /// The same, to be changed; nothing where it is none.
    pub fn partner_mut(&mut self, organisation: OrganisationId) -> impl Iterator<Item = &mut PartnerRow> {
        let partners = self.partners.iter_mut().map(|(partner, _)| partner);
        partners.filter(move |partner| partner.is_in() && partner.organisation_id == organisation)
    }

    /// The organisations that are in it now.
    pub fn current(&self) -> Vec<OrganisationId> {
        let current = self.partners.iter().filter(|(partner, _)| partner.is_in());
        current.map(|(partner, _)| partner.organisation_id).collect()
    }

    /// The organisations that may do something with it: its author while a draft, then its partners and whom the
    /// amendment that waits would take in.
    pub fn concerned(&self) -> Vec<OrganisationId> {
        if self.row.state == ProgrammeState::Draft {
            return vec![self.row.created_by_organisation_id];
        }
        self.current().into_iter().chain(self.invited.iter().map(|(organisation, _)| *organisation)).collect()
    }

    /// Who sees it: its author while a draft; then its partners, and whom an amendment would take in; and the
    /// network, once it was agreed and if its terms open it.
    pub fn audiences(&self) -> Vec<Audience> {
        let mut audiences: Vec<Audience> = self.concerned().into_iter().map(Audience::Organisation).collect();
        if self.row.agreed_at.is_some() && self.row.visibility == ProgrammeVisibility::Network {
            audiences.push(Audience::Network);
        }
        audiences
    }
}
