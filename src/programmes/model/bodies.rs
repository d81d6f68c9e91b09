//! What is sent to make, change and move a programme.

use std::collections::HashSet;

use super::terms::{Terms, TermsPartner};
use crate::body;
use crate::http::decode::{At, Int, List, Text, no_twice};
use crate::programmes::codes::{PartnerRole, ProgrammeVisibility, RemovalReason};
use crate::programmes::rules::effects::Amended;
use crate::text::{LocalizedText, Name};
use crate::types::id::check_client_made;
use crate::types::money::no_currency_twice;
use crate::types::{CommitmentId, CommunityId, Money, OrganisationId, Period, ProgrammeId, Sector};
use crate::visits::codes::ReasonCode;
use crate::visits::model::bodies::Version;

/// Partners of one programme at the most.
pub const MOST_PARTNERS: usize = 30;

body! {
    /// An organisation and what it is in the programme.
    pub struct NewPartner {
        /// Which organisation.
        pub organisation_id: OrganisationId,
        /// What it is in the programme; exactly one leads.
        pub role: PartnerRole,
        /// What it takes upon itself.
        pub responsibilities: Option<LocalizedText>,
    }
}

/// The partners: two or more.
pub type Partners = List<NewPartner, 2, MOST_PARTNERS>;
/// The fields of work.
pub type Sectors = List<Sector, 1, 27>;
/// The communities served.
pub type Communities = List<CommunityId, 0, 50>;
/// The budget: one amount for each currency.
pub type Budget = List<Money, 0, 20>;

body! {
    /// A programme to be drawn up. The caller's organisation is one of its partners.
    pub struct NewProgramme {
        /// The client's own id (UUID v4 or v7).
        pub id: Option<ProgrammeId>,
        /// What it is called.
        pub title: Name,
        /// What it is to achieve.
        pub objectives: LocalizedText,
        /// In which fields of work.
        pub sectors: Sectors,
        /// Which communities it serves.
        pub community_ids: Communities,
        /// From when until when.
        pub period: Period,
        /// What it is to cost, one amount for each currency.
        pub budget: Budget,
        /// Who carries it, two or more; exactly one leads.
        pub partners: Partners,
        /// Who may see it once it is agreed; the partners by default.
        pub visibility: Option<ProgrammeVisibility>,
        /// Who of these may see its amounts; the partners by default.
        pub amounts_visibility: Option<ProgrammeVisibility>,
        /// The commitment that it fulfils: of a visit of this organisation's.
        pub arises_from_commitment_id: Option<CommitmentId>,
    }
    where check = new_goes_together
}

body! {
    /// What of a programme may be changed: everything in a draft; while it is proposed all but the commitment, under
    /// a new revision that nobody has signed; once agreed visibility, to the partners alone.
    pub struct ProgrammeChanges {
        /// What it is called.
        pub title: Name,
        /// What it is to achieve.
        pub objectives: LocalizedText,
        /// In which fields of work.
        pub sectors: Sectors,
        /// Which communities it serves.
        pub community_ids: Communities,
        /// From when until when; replaced whole.
        pub period: Period,
        /// What it is to cost, one amount for each currency.
        pub budget: Budget,
        /// Who carries it, two or more; exactly one leads.
        pub partners: Partners,
        /// Who may see it once it is agreed.
        pub visibility: Option<ProgrammeVisibility>,
        /// Who of these may see its amounts.
        pub amounts_visibility: Option<ProgrammeVisibility>,
        /// The commitment that it fulfils.
        pub arises_from_commitment_id: Option<CommitmentId>,
    }
    where check = changes_go_together
}

body! {
    /// The terms as they are to be: what is given takes the place of what is in force, what is not stays.
    pub struct Amendment {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// What it is called.
        pub title: Option<Name>,
        /// What it is to achieve.
        pub objectives: Option<LocalizedText>,
        /// In which fields of work.
        pub sectors: Option<Sectors>,
        /// Which communities it serves.
        pub community_ids: Option<Communities>,
        /// From when until when.
        pub period: Option<Period>,
        /// What it is to cost.
        pub budget: Option<Budget>,
        /// Who carries it: the whole list. The lead stays; it is handed over by `hand-over-lead`.
        pub partners: Option<Partners>,
        /// Who may see it.
        pub visibility: Option<ProgrammeVisibility>,
        /// Who of these may see its amounts.
        pub amounts_visibility: Option<ProgrammeVisibility>,
    }
    where check = amendment_goes_together
}

body! {
    /// A signature: the terms that were read.
    pub struct Sign {
        /// Their revision.
        pub revision: Int<1, { i64::MAX }>,
        /// Their digest, in hexadecimal.
        pub digest: Text<64, 64>,
    }
}

body! {
    /// To whom the lead is offered.
    pub struct HandOverLead {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// A partner; the lead itself takes the offer back.
        pub organisation_id: OrganisationId,
    }
}

body! {
    /// Whom the others want to go on without.
    pub struct RemovePartner {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// Which partner.
        pub organisation_id: OrganisationId,
        /// Why: what its organisation is in the network, or that it can't be reached.
        pub reason_code: RemovalReason,
        /// Why, in words.
        pub reason: Option<LocalizedText>,
    }
}

body! {
    /// Why, perhaps.
    pub struct Because {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// In words.
        pub reason: Option<LocalizedText>,
        /// By code.
        pub reason_code: Option<ReasonCode>,
    }
}

body! {
    /// Why a partner leaves.
    pub struct Withdraw {
        /// The version seen, where it is to be compared.
        pub version: Option<Version>,
        /// In words.
        pub reason: LocalizedText,
        /// By code.
        pub reason_code: Option<ReasonCode>,
    }
}

fn new_goes_together(new: &NewProgramme, at: &mut At<'_>) {
    check_client_made(new.id.map(ProgrammeId::uuid), at);
    changes_go_together(&new.details(), at);
}

fn changes_go_together(changes: &ProgrammeChanges, at: &mut At<'_>) {
    no_twice(&changes.sectors, "sectors", at);
    no_twice(&changes.community_ids, "community_ids", at);
    at.member("budget", |at| no_currency_twice(&changes.budget, at));
    check_partners(&changes.partners, at);
}

fn amendment_goes_together(new: &Amendment, at: &mut At<'_>) {
    if let Some(sectors) = &new.sectors {
        no_twice(sectors, "sectors", at);
    }
    if let Some(communities) = &new.community_ids {
        no_twice(communities, "community_ids", at);
    }
    if let Some(budget) = &new.budget {
        at.member("budget", |at| no_currency_twice(budget, at));
    }
    if let Some(partners) = &new.partners {
        check_partners(partners, at);
    }
}

fn check_partners(partners: &Partners, at: &mut At<'_>) {
    at.member("partners", |at| {
        let mut seen = HashSet::new();
        for (i, partner) in partners.iter().enumerate() {
            if !seen.insert(partner.organisation_id) {
                let twice = |at: &mut At<'_>| at.report("duplicate-value", "is a partner already");
                at.index(i, |at| at.member("organisation_id", twice));
            }
        }
        match partners.iter().filter(|partner| partner.role == PartnerRole::Lead).count() {
            0 => at.report("too-few", "needs one partner that leads"),
            1 => {}
            count => at.report("too-many", format!("{count} lead; exactly one does")),
        }
    });
}

impl NewProgramme {
    /// What a programme holds itself, without what only its making asks.
    pub fn details(&self) -> ProgrammeChanges {
        ProgrammeChanges {
            title: self.title.clone(),
            objectives: self.objectives.clone(),
            sectors: self.sectors.clone(),
            community_ids: self.community_ids.clone(),
            period: self.period,
            budget: self.budget.clone(),
            partners: self.partners.clone(),
            visibility: self.visibility,
            amounts_visibility: self.amounts_visibility,
            arises_from_commitment_id: self.arises_from_commitment_id,
        }
    }
}

fn terms_partners(partners: &Partners) -> Vec<TermsPartner> {
    let one = |partner: &NewPartner| TermsPartner {
        organisation_id: partner.organisation_id,
        role: partner.role,
        responsibilities: partner.responsibilities.clone(),
    };
    partners.iter().map(one).collect()
}

impl ProgrammeChanges {
    /// The terms that it says, and who may see the programme by them.
    pub fn terms(&self) -> Amended {
        let terms = Terms {
            title: self.title.clone(),
            objectives: self.objectives.clone(),
            sectors: self.sectors.to_vec(),
            community_ids: self.community_ids.to_vec(),
            period: self.period,
            budget: self.budget.to_vec(),
            partners: terms_partners(&self.partners),
        };
        let visibility = self.visibility.unwrap_or(ProgrammeVisibility::Partners);
        let amounts_visibility = self.amounts_visibility.unwrap_or(ProgrammeVisibility::Partners);
        Amended { terms, visibility, amounts_visibility }
    }
}

impl Amendment {
    /// The terms as they are to be: these of today but for what it says.
    pub fn of(&self, today: Amended) -> Amended {
        let Amended { terms, visibility, amounts_visibility } = today;
        let terms = Terms {
            title: self.title.clone().unwrap_or(terms.title),
            objectives: self.objectives.clone().unwrap_or(terms.objectives),
            sectors: self.sectors.as_ref().map_or(terms.sectors, |list| list.to_vec()),
            community_ids: self.community_ids.as_ref().map_or(terms.community_ids, |list| list.to_vec()),
            period: self.period.unwrap_or(terms.period),
            budget: self.budget.as_ref().map_or(terms.budget, |list| list.to_vec()),
            partners: self.partners.as_ref().map_or(terms.partners, terms_partners),
        };
        Amended {
            terms,
            visibility: self.visibility.unwrap_or(visibility),
            amounts_visibility: self.amounts_visibility.unwrap_or(amounts_visibility),
        }
    }
}
