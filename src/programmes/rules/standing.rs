//! A programme as far as the rules ask, and who has to sign what in it. No I/O.

use super::FEWEST;
use crate::organisations::codes::OrganisationStatus;
use crate::programmes::codes::{PartnerRole, ProgrammeAction, ProgrammeState, RemovalReason, TermsKind};
use crate::types::{CalendarDate, Instant, OrganisationId};

/// An organisation that is in a programme, or that the amendment which waits would take in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// What it is in the programme.
    pub role: PartnerRole,
    /// Whether it is in the programme now.
    pub current: bool,
    /// Whether the terms that wait have it.
    pub proposed: bool,
    /// What its organisation is in the network.
    pub status: OrganisationStatus,
    /// Whether it signed the terms on the table or in force.
    pub signed: bool,
    /// Whether it signed the terms that wait.
    pub signed_pending: bool,
}

impl Partner {
    /// Whether its organisation can act: one that can't is not waited for.
    pub fn active(&self) -> bool {
        self.status == OrganisationStatus::Active
    }

    /// Whether it counts: an organisation that left the network or was dissolved carries nothing out.
    pub fn remains(&self) -> bool {
        self.current && !matches!(self.status, OrganisationStatus::Left | OrganisationStatus::Dissolved)
    }
}

/// Terms that wait for signatures beside those in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// A change, or the removal of a partner.
    pub kind: TermsKind,
    /// Whom it takes out; of a removal.
    pub removes: Option<OrganisationId>,
    /// Until when that is announced.
    pub notice_until: Option<Instant>,
    /// Why; of a removal.
    pub reason: Option<RemovalReason>,
}

/// A programme, as far as the rules ask.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its state.
    pub state: ProgrammeState,
    /// Who drew it up.
    pub author: OrganisationId,
    /// The first day of its period.
    pub starts_on: CalendarDate,
    /// The day that it is in the programme's zone.
    pub today: CalendarDate,
    /// The moment that it is.
    pub now: Instant,
    /// What was last done, and by whom.
    pub last: Option<(ProgrammeAction, OrganisationId)>,
    /// To whom the lead was offered.
    pub offered_to: Option<OrganisationId>,
    /// What waits for signatures beside the terms in force.
    pub pending: Option<Pending>,
    /// Its partners, and who would become one.
    pub partners: Vec<Partner>,
}

impl Standing {
    /// What an organisation is in it.
    pub fn partner(&self, organisation: OrganisationId) -> Option<&Partner> {
        self.partners.iter().find(|one| one.organisation == organisation)
    }

    /// Who leads it.
    pub fn lead(&self) -> Option<&Partner> {
        self.partners.iter().find(|one| one.current && one.role == PartnerRole::Lead)
    }

    /// How many partners still count.
    pub fn remaining(&self) -> usize {
        self.partners.iter().filter(|one| one.remains()).count()
    }

    /// Whose signature under the terms on the table is waited for.
    pub fn unsigned(&self) -> Vec<OrganisationId> {
        let waited = self.partners.iter().filter(|one| one.current && one.active() && !one.signed);
        waited.map(|one| one.organisation).collect()
    }

    /// Whether all that are waited for have signed the terms on the table, two at the least.
    pub fn is_agreed(&self) -> bool {
        self.unsigned().is_empty()
            && self.partners.iter().filter(|one| one.remains() && one.signed).count() >= FEWEST
    }

    /// Whether an organisation's signature is asked under what waits: every partner's but the one's whom a removal takes
    /// out, and of whom an amendment takes in. A partner that can't sign is not waited for; but nobody is taken in
    /// unasked, or left out by an amendment without their own word.
    pub fn has_to_sign_pending(&self, one: &Partner) -> bool {
        let Some(pending) = self.pending else { return false };
        match (pending.kind, one.current) {
            (TermsKind::Removal, _) => {
                pending.removes != Some(one.organisation) && one.current && one.active()
            }
            (_, true) => one.active() || !one.proposed,
            (_, false) => one.proposed,
        }
    }

    /// Whose signature under what waits is waited for.
    pub fn unsigned_pending(&self) -> Vec<OrganisationId> {
        let asked = self.partners.iter().filter(|one| self.has_to_sign_pending(one));
        asked.filter(|one| !one.signed_pending).map(|one| one.organisation).collect()
    }

    /// Whether what waits comes into force: all have signed, two at the least but of a removal, who is taken in is
    /// active, and the time for which it was announced is over.
    pub fn takes_effect(&self) -> bool {
        let Some(pending) = self.pending else { return false };
        let signed = self.partners.iter().filter(|one| one.signed_pending && self.has_to_sign_pending(one));
        // Of a removal one may be left to sign: then nobody is left to carry it out with.
        let fewest = if pending.kind == TermsKind::Removal { 1 } else { FEWEST };
        signed.count() >= fewest
            && self.unsigned_pending().is_empty()
            && self.partners.iter().all(|one| one.current || !one.proposed || one.active())
            && pending.notice_until.is_none_or(|until| self.now >= until)
    }

    /// Whether a removal waits whose reason is one no more: the partner's organisation is active again.
    pub fn removal_is_void(&self) -> bool {
        let Some(Pending { removes: Some(removes), reason: Some(reason), .. }) = self.pending else {
            return false;
        };
        let back = self.partner(removes).is_some_and(Partner::active);
        back && reason != RemovalReason::Unreachable
    }
}
