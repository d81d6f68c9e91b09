//! What an action does to a programme, its partners and its terms. No I/O.

use super::{Edge, FEWEST, NOTICE, Next};
use crate::http::problem::Result;
use crate::organisations::codes::OrganisationStatus;
use crate::programmes::codes::{
    PartnerRole, ProgrammeAction as A, ProgrammeState as S, ProgrammeVisibility, RemovalReason, TermsKind,
};
use crate::programmes::model::terms::{Terms, TermsRow};
use crate::programmes::model::{LastReason, Loaded, PartnerRow, SignatureRow};
use crate::text::LocalizedText;
use crate::types::{Instant, Json, OrganisationId};
use crate::visits::codes::ReasonCode;

/// What an action says besides.
#[derive(Debug, Clone)]
pub enum Said {
    /// Why, perhaps.
    Why(Option<LocalizedText>, Option<ReasonCode>),
    /// A signature.
    Signed(Box<SignatureRow>),
    /// The terms as they are to be, and who may see the programme by them.
    Amended(Box<Amended>),
    /// To whom the lead is offered; to the lead itself: to nobody any more.
    Offered(OrganisationId),
    /// Who is to be taken out.
    Removed(OrganisationId, RemovalReason, Option<LocalizedText>),
}

/// Terms as they are to be.
#[derive(Debug, Clone)]
pub struct Amended {
    /// The terms.
    pub terms: Terms,
    /// Who might see the programme.
    pub visibility: ProgrammeVisibility,
    /// Who might see its amounts.
    pub amounts_visibility: ProgrammeVisibility,
}

/// Carries an edge out on the programme.
///
/// # Errors
/// `internal` when a part can't be read or written as JSON.
pub fn carry_out(
    edge: &Edge,
    programme: &mut Loaded,
    said: &Said,
    own: OrganisationId,
    now: Instant,
) -> Result<()> {
    match said {
        Said::Why(reason, reason_code) => {
            let given = last_reason(edge.action, Some(own), (reason.clone(), *reason_code), now);
            programme.row.last_reason = Some(Json::new(&given)?);
        }
        Said::Signed(signature) => programme.signatures.push((**signature).clone()),
        Said::Amended(amended) => put_beside(programme, amended, None, own, now)?,
        Said::Offered(to) => programme.row.lead_offered_to = Some(*to).filter(|to| *to != own),
        Said::Removed(whom, reason_code, reason) => {
            let mut terms = programme.terms_of_today()?;
            terms.partners.retain(|partner| partner.organisation_id != *whom);
            let row = &programme.row;
            let (visibility, amounts_visibility) = (row.visibility, row.amounts_visibility);
            let amended = Amended { terms, visibility, amounts_visibility };
            put_beside(programme, &amended, Some((*whom, *reason_code, reason.clone())), own, now)?;
        }
    }
    if let Next::To(state) = edge.next {
        programme.row.state = state;
    }
    match edge.action {
        A::Propose => {
            programme.terms.was_proposed = true;
            programme.terms.drafted_at = now;
        }
        // What is proposed again, changed or not, is signed anew.
        A::WithdrawProposal => {
            let taken_back = programme.terms.clone();
            renew_terms(programme, taken_back, now);
        }
        A::Decline | A::Cancel if programme.row.agreed_at.is_none() => programme.terms.dropped_at = Some(now),
        A::Withdraw => {
            leave(programme, own, now)?;
            drop_pending(programme, now);
        }
        A::AcceptLead | A::TakeOverLead => {
            exchange_lead(programme, own);
            drop_pending(programme, now);
        }
        A::DeclineAmendment => drop_pending(programme, now),
        _ => {}
    }
    if matches!(programme.row.state, S::Cancelled | S::Completed | S::Declined) {
        drop_pending(programme, now);
        programme.row.lead_offered_to = None;
    }
    settle(programme, now)
}

/// What follows by itself: agreed when all that are waited for have signed, what waits in force when they have signed
/// that, suspended with fewer than two partners.
///
/// # Errors
/// `internal` when a part can't be read or written as JSON.
pub fn settle(programme: &mut Loaded, now: Instant) -> Result<()> {
    let standing = programme.standing(now)?;
    if standing.state == S::Proposed && standing.is_agreed() {
        programme.row.state = S::Agreed;
        programme.row.agreed_at = Some(now);
        programme.terms.in_force_at = Some(now);
    }
    if standing.removal_is_void() {
        drop_pending(programme, now);
    } else if super::is_in_force(standing.state) && standing.takes_effect() {
        come_into_force(programme, now)?;
    }
    join(programme, now);
    if programme.row.state == S::Active && programme.standing(now)?.remaining() < FEWEST {
        programme.row.state = S::Suspended;
        let given = last_reason(A::Suspend, None, (None, None), now);
        programme.row.last_reason = Some(Json::new(&given)?);
    }
    let offered_to = programme.row.lead_offered_to;
    programme.row.lead_offered_to = offered_to.filter(|to| programme.partner(*to).is_some());
    Ok(())
}

/// Who signed the terms in force is in the programme since then: also one that could sign late only.
fn join(programme: &mut Loaded, now: Instant) {
    if programme.row.agreed_at.is_none() {
        return;
    }
    let (today, revision) = (programme.row.today(now), programme.row.terms_revision);
    let signed: Vec<OrganisationId> = programme
        .signatures
        .iter()
        .filter(|signature| signature.revision == revision)
        .map(|signature| signature.organisation_id)
        .collect();
    for (partner, _) in programme.partners.iter_mut().filter(|(partner, _)| partner.is_in()) {
        if signed.contains(&partner.organisation_id) {
            partner.joined_on.get_or_insert(today);
        }
    }
}

/// Puts other terms in the place of those on the table: under a new revision where others have seen them, which
/// no signature is under.
///
/// # Errors
/// `internal` when a part can't be written as JSON.
pub fn redraft(programme: &mut Loaded, amended: &Amended, own: OrganisationId, now: Instant) -> Result<()> {
    programme.take_terms(&amended.terms)?;
    programme.take_partners(&amended.terms, |_| Ok(()))?;
    let named = |partner: &PartnerRow| amended.terms.names(partner.organisation_id);
    programme.partners.retain(|(partner, _)| named(partner));
    programme.row.visibility = amended.visibility;
    programme.row.amounts_visibility = amended.amounts_visibility;
    let mut terms = programme.terms.clone().with(&amended.terms)?;
    terms.visibility = amended.visibility;
    terms.amounts_visibility = amended.amounts_visibility;
    terms.drafted_by_organisation_id = own;
    terms.drafted_at = now;
    let old = std::mem::replace(&mut programme.terms, terms);
    if old.was_proposed {
        renew_terms(programme, old, now);
    }
    Ok(())
}

/// Gives the terms on the table a revision of their own, which nobody has signed; `old` are those that they replace.
fn renew_terms(programme: &mut Loaded, old: TermsRow, now: Instant) {
    programme.row.last_revision += 1;
    programme.terms.revision = programme.row.last_revision;
    programme.terms.was_proposed = programme.row.state == S::Proposed;
    programme.terms.drafted_at = now;
    programme.row.terms_revision = programme.row.last_revision;
    programme.signatures.clear();
    programme.ended.push(TermsRow { dropped_at: Some(now), ..old });
}

/// The first terms of a draft.
///
/// # Errors
/// `internal` when a part can't be written as JSON.
pub fn first_terms(
    id: crate::types::ProgrammeId,
    amended: &Amended,
    own: OrganisationId,
    now: Instant,
) -> Result<TermsRow> {
    let (canonical, digest) = amended.terms.sealed()?;
    Ok(TermsRow {
        programme_id: id,
        revision: 1,
        kind: TermsKind::Terms,
        canonical,
        digest,
        visibility: amended.visibility,
        amounts_visibility: amended.amounts_visibility,
        removes_organisation_id: None,
        reason_code: None,
        reason: None,
        notice_until: None,
        drafted_by_organisation_id: own,
        drafted_at: now,
        was_proposed: false,
        in_force_at: None,
        dropped_at: None,
    })
}

/// Narrows who may see a programme in force, and who might by what waits.
pub fn narrow(programme: &mut Loaded, to: ProgrammeVisibility, amounts: ProgrammeVisibility) {
    programme.row.visibility = to;
    programme.row.amounts_visibility = amounts;
    if let Some(pending) = &mut programme.pending {
        pending.visibility = pending.visibility.min(to);
        pending.amounts_visibility = pending.amounts_visibility.min(amounts);
    }
}

type Removal = (OrganisationId, RemovalReason, Option<LocalizedText>);

/// Puts terms beside those in force, to be signed. Their revision is one that was never given.
fn put_beside(
    programme: &mut Loaded,
    amended: &Amended,
    removal: Option<Removal>,
    own: OrganisationId,
    now: Instant,
) -> Result<()> {
    let mut row = first_terms(programme.row.id, amended, own, now)?;
    row.revision = programme.row.last_revision + 1;
    row.was_proposed = true;
    row.kind = TermsKind::Amendment;
    if let Some((whom, reason_code, reason)) = removal {
        row.kind = TermsKind::Removal;
        row.removes_organisation_id = Some(whom);
        row.reason_code = Some(reason_code);
        row.reason = reason.as_ref().map(Json::new).transpose()?;
        row.notice_until = Some(now.plus(NOTICE));
    }
    // Who is named anew is active: the body was checked for that.
    let new = amended.terms.partners.iter().map(|partner| partner.organisation_id);
    let new: Vec<_> = new.filter(|one| programme.partner(*one).is_none()).collect();
    programme.invited = new.into_iter().map(|one| (one, OrganisationStatus::Active)).collect();
    programme.row.last_revision = row.revision;
    programme.row.pending_revision = Some(row.revision);
    programme.pending = Some(row);
    Ok(())
}

/// What waited is dropped, with the signatures under it.
fn drop_pending(programme: &mut Loaded, now: Instant) {
    let Some(mut dropped) = programme.pending.take() else { return };
    dropped.dropped_at = Some(now);
    programme.row.pending_revision = None;
    programme.invited.clear();
    programme.ended.push(dropped);
}

/// What waited takes the place of the terms in force.
fn come_into_force(programme: &mut Loaded, now: Instant) -> Result<()> {
    let Some(mut new) = programme.pending.take() else { return Ok(()) };
    let (terms, today) = (new.terms()?, programme.row.today(now));
    let removal = last_reason(A::RemovePartner, Some(new.drafted_by_organisation_id), (None, None), now);
    let amendment = LastReason { action: A::Amend, ..removal.clone() };
    let how = if new.kind == TermsKind::Removal {
        LastReason { reason: new.reason.as_ref().map(Json::get).transpose()?, ..removal }
    } else {
        amendment
    };
    programme.take_terms(&terms)?;
    programme.take_partners(&terms, |gone| {
        gone.left_on = Some(today);
        gone.leaving = Some(Json::new(&how)?);
        Ok(())
    })?;
    // A removal changes nothing of who may see it: that may have been narrowed meanwhile.
    if new.kind == TermsKind::Amendment {
        programme.row.visibility = new.visibility;
        programme.row.amounts_visibility = new.amounts_visibility;
    }
    programme.row.last_reason = Some(Json::new(&how)?);
    programme.row.terms_revision = new.revision;
    programme.row.pending_revision = None;
    programme.invited.clear();
    new.in_force_at = Some(now);
    programme.terms = new;
    Ok(())
}

/// A partner leaves, an event and no change of terms.
fn leave(programme: &mut Loaded, own: OrganisationId, now: Instant) -> Result<()> {
    let today = programme.row.today(now);
    let how = programme.row.last_reason.clone();
    for partner in programme.partner_mut(own) {
        partner.left_on = Some(today);
        partner.leaving.clone_from(&how);
    }
    Ok(())
}

/// The new lead and the old one exchange their roles.
fn exchange_lead(programme: &mut Loaded, own: OrganisationId) {
    let mine = programme.partner(own).map_or(PartnerRole::Supporting, |partner| partner.role);
    for (partner, _) in programme.partners.iter_mut().filter(|(partner, _)| partner.is_in()) {
        if partner.organisation_id == own {
            partner.role = PartnerRole::Lead;
        } else if partner.role == PartnerRole::Lead {
            partner.role = mine;
        }
    }
    programme.row.lead_offered_to = None;
}

fn last_reason(
    action: A,
    organisation_id: Option<OrganisationId>,
    (reason, reason_code): (Option<LocalizedText>, Option<ReasonCode>),
    at: Instant,
) -> LastReason {
    LastReason { action, reason, reason_code, organisation_id, at }
}
