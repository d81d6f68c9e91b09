//! What the body of an action says, whether that stands already, and what of it goes into the programme.

use crate::access::Permit;
use crate::http::call::Call;
use crate::http::decode::Decode;
use crate::http::problem::{Code, Problem, Result};
use crate::items::Findings;
use crate::journal::Writer;
use crate::programmes::codes::{PartnerRole, ProgrammeAction as A};
use crate::programmes::model::bodies::{Amendment, Because, HandOverLead, RemovePartner, Sign, Withdraw};
use crate::programmes::model::{Loaded, Looker, SignatureRow, TermsRow};
use crate::programmes::rules;
use crate::programmes::rules::effects::{Amended, Said};
use crate::programmes::store::checks::{self, Room};
use crate::programmes::store::programmes as store;
use crate::text::LocalizedText;
use crate::types::OrganisationId;
use crate::visits::codes::ReasonCode;
use crate::visits::model::bodies::SeenVersion;

/// What an action's body says.
pub enum Spoken {
    /// Why, perhaps.
    Why(Option<LocalizedText>, Option<ReasonCode>),
    /// A signature.
    Sign(Sign),
    /// Changed terms.
    Amend(Box<Amendment>),
    /// To whom the lead is offered.
    HandOver(HandOverLead),
    /// Whom the others want to go on without.
    Remove(RemovePartner),
}

impl Spoken {
    /// Reads the body of an action.
    pub(super) fn read(call: &Call, action: A) -> Result<Self> {
        fn body<T: Decode>(call: &Call) -> Result<T> {
            call.decode::<T>()
        }
        Ok(match action {
            A::WithdrawProposal | A::Decline | A::DeclineAmendment | A::Suspend | A::Cancel => {
                let Because { reason, reason_code, .. } = body(call)?;
                Self::Why(reason, reason_code)
            }
            A::Withdraw => {
                let Withdraw { reason, reason_code, .. } = body(call)?;
                Self::Why(Some(reason), reason_code)
            }
            A::Sign => Self::Sign(body(call)?),
            A::Amend => Self::Amend(Box::new(body(call)?)),
            A::HandOverLead => Self::HandOver(body(call)?),
            A::RemovePartner => Self::Remove(body(call)?),
            A::Propose | A::Start | A::Resume | A::Complete | A::AcceptLead | A::TakeOverLead => {
                body::<SeenVersion>(call)?;
                Self::Why(None, None)
            }
        })
    }

    /// Whether a signature, an amendment, an offer or a removal is the one that stands already, by this
    /// organisation's own doing.
    pub(super) fn stands(&self, programme: &Loaded, own: OrganisationId) -> Result<bool> {
        Ok(match self {
            Self::Why(..) => false,
            Self::Sign(sign) => {
                let signed = programme.signature(own, i64::from(sign.revision));
                signed.is_some_and(|signed| signed.digest == *sign.digest.as_str())
            }
            Self::Amend(amendment) => match &programme.pending {
                Some(pending) if pending.drafted_by_organisation_id == own => {
                    let amended = amended(amendment, programme)?;
                    pending.removes_organisation_id.is_none()
                        && pending.digest == amended.terms.sealed()?.1
                        && (pending.visibility, pending.amounts_visibility)
                            == (amended.visibility, amended.amounts_visibility)
                }
                _ => false,
            },
            // An offer to oneself takes back the one that stands.
            Self::HandOver(to) => {
                let leads = programme.partner(own).is_some_and(|partner| partner.role == PartnerRole::Lead);
                let offered = Some(to.organisation_id).filter(|to| *to != own);
                leads && programme.row.lead_offered_to == offered
            }
            Self::Remove(removal) => programme.pending.as_ref().is_some_and(|pending| {
                pending.drafted_by_organisation_id == own
                    && pending.removes_organisation_id == Some(removal.organisation_id)
                    && pending.reason_code == Some(removal.reason_code)
            }),
        })
    }

    /// What only the tables and the programme know to be wrong.
    pub(super) fn check(
        &self,
        looker: &Looker,
        w: &mut Writer<'_>,
        programme: &Loaded,
        own: OrganisationId,
    ) -> Result<()> {
        let mut found = Room::new(own);
        match self {
            Self::Why(..) => {}
            Self::Sign(sign) => return check_signed(sign, looker, programme, own),
            Self::Amend(amendment) => {
                let terms = amended(amendment, programme)?.terms;
                checks::partners(&mut found, w.db(), &terms, &programme.current())?;
                checks::communities(&mut found, w.db(), &terms.community_ids)?;
                let lead = terms.partners.iter().find(|partner| partner.role == PartnerRole::Lead);
                let now = programme.standing(looker.now)?;
                if lead.map(|lead| lead.organisation_id) != now.lead().map(|lead| lead.organisation) {
                    found.report(
                        "/partners".to_owned(),
                        "not-the-lead",
                        "the lead is handed over by hand-over-lead",
                    );
                }
            }
            Self::HandOver(to) => {
                if programme.partner(to.organisation_id).is_none() {
                    found.report(
                        "/organisation_id".to_owned(),
                        "not-a-partner",
                        "is no partner of the programme",
                    );
                }
            }
            Self::Remove(removal) => check_removal(removal, programme, &mut found),
        }
        found.settle()
    }

    /// What goes into the programme.
    pub(super) fn said(&self, w: &mut Writer<'_>, programme: &Loaded, permit: &Permit) -> Result<Said> {
        Ok(match self {
            Self::Why(reason, reason_code) => Said::Why(reason.clone(), *reason_code),
            Self::Sign(sign) => Said::Signed(Box::new(signature(w, sign, programme, permit)?)),
            Self::Amend(amendment) => Said::Amended(Box::new(amended(amendment, programme)?)),
            Self::HandOver(to) => Said::Offered(to.organisation_id),
            Self::Remove(removal) => {
                Said::Removed(removal.organisation_id, removal.reason_code, removal.reason.clone())
            }
        })
    }
}

fn check_removal(removal: &RemovePartner, programme: &Loaded, found: &mut Room) {
    let whom = "/organisation_id".to_owned();
    let partner = programme
        .partners
        .iter()
        .find(|(partner, _)| partner.is_in() && partner.organisation_id == removal.organisation_id);
    match partner {
        None => found.report(whom, "not-a-partner", "is no partner of the programme"),
        Some((partner, _)) if partner.role == PartnerRole::Lead => {
            found.report(whom, "not-a-partner", "the lead is not taken out");
        }
        Some((_, status)) if !rules::holds_of(removal.reason_code, *status) => {
            found.report("/reason_code".to_owned(), "does-not-hold", "is not so of that organisation");
        }
        Some(_) => {}
    }
}

fn amended(amendment: &Amendment, programme: &Loaded) -> Result<Amended> {
    let row = &programme.row;
    let (visibility, amounts_visibility) = (row.visibility, row.amounts_visibility);
    Ok(amendment.of(Amended { terms: programme.terms_of_today()?, visibility, amounts_visibility }))
}

/// A signature is under what was read and is to be signed, or it is none. Who has nothing to sign is told so by the rules.
fn check_signed(sign: &Sign, looker: &Looker, programme: &Loaded, own: OrganisationId) -> Result<()> {
    let standing = programme.standing(looker.now)?;
    let Some(partner) = standing.partner(own) else { return Ok(()) };
    let waits = standing.has_to_sign_pending(partner) && !partner.signed_pending;
    let pending = programme.pending.as_ref().filter(|_| waits);
    let terms = Some(&programme.terms).filter(|_| partner.current && !partner.signed);
    let Some(asked) = pending.or(terms) else { return Ok(()) };
    let is_named = |terms: &&TermsRow| {
        terms.revision == i64::from(sign.revision) && terms.digest == *sign.digest.as_str()
    };
    if [pending, terms].into_iter().flatten().any(|terms| is_named(&terms)) {
        return Ok(());
    }
    let (revision, digest) = (asked.revision, asked.digest.clone());
    Err(Problem::new(Code::TermsChanged).with("revision", revision).with("digest", digest))
}

fn signature(w: &mut Writer<'_>, sign: &Sign, programme: &Loaded, permit: &Permit) -> Result<SignatureRow> {
    let own = permit.organisation();
    let (member_id, name, title) = store::signer(w, permit)?;
    Ok(SignatureRow {
        programme_id: programme.row.id,
        revision: i64::from(sign.revision),
        organisation_id: own,
        digest: sign.digest.as_str().to_owned(),
        member_id,
        name: Some(name),
        title,
        signed_at: w.now(),
    })
}
