//! What of a programme a caller sees: all of it as a partner, its terms as one who is asked to become one, what may
//! go out as anybody else.

use std::sync::Arc;

use super::loaded::Loaded;
use super::programme::Programme;
use super::terms::{PendingAmendment, PendingRemoval, Signature};
use crate::access::{Caller, Right, Sight};
use crate::http::call::Call;
use crate::http::problem::{Problem, Result};
use crate::programmes::codes::{ProgrammeAction, TermsKind};
use crate::programmes::rules;
use crate::types::{AnyId, Instant, Json, OrganisationId};
use crate::visits::model::Known;

/// How much is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What may be known beyond the partners.
    Outside,
    /// The programme itself and its terms: who is asked to become a partner.
    Invited,
    /// Everything.
    Partner,
}

/// Who looks, and when.
#[derive(Clone)]
pub struct Looker {
    /// What they may see.
    pub sight: Sight,
    /// What they may see of visits.
    pub visits: Sight,
    /// Who they are.
    pub caller: Arc<Caller>,
    /// When they look.
    pub now: Instant,
}

impl Looker {
    /// The caller, with the right to read programmes.
    ///
    /// # Errors
    /// `unauthenticated` for strangers.
    pub fn of(call: &Call) -> Result<Self> {
        let caller = Arc::clone(call.caller()?);
        let (sight, visits) = (caller.sight(Right::ProgrammesRead), caller.sight(Right::VisitsRead));
        Ok(Self { sight, visits, caller, now: call.now() })
    }

    /// How much of this programme they see, given that they see it.
    pub fn level(&self, programme: &Loaded) -> Level {
        let sees = |organisation: &OrganisationId| self.sight.sees_own(*organisation);
        if programme.current().iter().any(sees) {
            return Level::Partner;
        }
        let invited = programme.invited.iter().any(|(organisation, _)| sees(organisation));
        if invited { Level::Invited } else { Level::Outside }
    }

    /// What they may do now: for the one organisation for which they may decide or sign.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn allowed_actions(&self, programme: &Loaded) -> Result<Vec<ProgrammeAction>> {
        let rights = |organisation| self.caller.rights_in(organisation);
        let able = |own: &OrganisationId| {
            let rights = rights(*own);
            rights.contains(Right::ProgrammesDecide) || rights.contains(Right::ProgrammesSign)
        };
        let able: Vec<OrganisationId> = programme.concerned().into_iter().filter(able).collect();
        let [organisation] = able.as_slice() else { return Ok(Vec::new()) };
        let mut actions = rules::allowed(&programme.standing(self.now)?, *organisation);
        actions.retain(|action| rights(*organisation).contains(needed(*action)));
        Ok(actions)
    }

    /// A programme as they see it.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn programme(&self, programme: &Loaded, commitments: &Known) -> Result<Programme> {
        let level = self.level(programme);
        let mut shown = view(programme, self.now, level > Level::Outside)?;
        if level == Level::Invited {
            leave_to_partners(&mut shown);
        }
        shown.allowed_actions = self.allowed_actions(programme)?;
        shown.arises_from_commitment_id =
            shown.arises_from_commitment_id.filter(|commitment| commitments.has(AnyId(commitment.0)));
        Ok(shown)
    }
}

/// A programme as its partners see it, to be kept for one that leaves: with nothing to be done, without the commitment
/// that it arises from, and the people who signed by id alone, so that nobody's name stays in it.
///
/// # Errors
/// `internal` when what is stored can't be read.
pub fn kept(programme: &Loaded, now: Instant) -> Result<Programme> {
    let mut kept = view(programme, now, true)?;
    kept.arises_from_commitment_id = None;
    for signature in &mut kept.signatures {
        signature.signed_by.name = None;
    }
    Ok(kept)
}

/// Leaves out what is the partners' own matter: who signed as a person, who left and why, what was last done.
fn leave_to_partners(shown: &mut Programme) {
    shown.last_reason = None;
    shown.partners.retain(|partner| partner.left_on.is_none());
    let pending = shown.pending_amendment.iter_mut().flat_map(|pending| &mut pending.signatures);
    for signature in shown.signatures.iter_mut().chain(pending) {
        signature.signed_by.name = None;
    }
}

/// A programme from inside or outside, whoever looks.
fn view(programme: &Loaded, now: Instant, inside: bool) -> Result<Programme> {
    let row = &programme.row;
    let partners = programme.partners.iter().map(|(partner, _)| partner);
    // Who never signed is not told to be a partner.
    let partners = partners.filter(|partner| inside || (partner.is_in() && partner.joined_on.is_some()));
    let waits_for = programme.standing(now)?.unsigned_pending();
    Ok(Programme {
        id: row.id,
        version: row.version,
        state: row.state,
        visibility: Some(row.visibility).filter(|_| inside),
        amounts_visibility: Some(row.amounts_visibility).filter(|_| inside),
        last_reason: row.last_reason.clone().filter(|_| inside),
        allowed_actions: Vec::new(),
        title: row.title.clone(),
        objectives: row.objectives.clone(),
        sectors: row.sectors.clone(),
        community_ids: row.community_ids.clone(),
        period: row.period(),
        budget: Some(row.budget.clone()).filter(|_| inside),
        partners: partners.map(|partner| partner.view(inside)).collect(),
        terms_revision: Some(row.terms_revision).filter(|_| inside),
        terms_digest: Some(programme.terms.digest.clone()).filter(|_| inside),
        signatures: if inside { signatures(programme, row.terms_revision)? } else { Vec::new() },
        pending_amendment: if inside { amendment(programme, &waits_for)? } else { None },
        pending_removal: if inside { removal(programme, &waits_for)? } else { None },
        lead_offered_to_organisation_id: row.lead_offered_to.filter(|_| inside),
        arises_from_commitment_id: row.arises_from_commitment_id.filter(|_| inside),
        agreed_at: row.agreed_at.filter(|_| inside),
        created_by_organisation_id: Some(row.created_by_organisation_id).filter(|_| inside),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

/// The right that an action asks.
pub fn needed(action: ProgrammeAction) -> Right {
    match action {
        ProgrammeAction::Sign | ProgrammeAction::AcceptLead | ProgrammeAction::TakeOverLead => {
            Right::ProgrammesSign
        }
        _ => Right::ProgrammesDecide,
    }
}

/// The signatures under a revision.
///
/// # Errors
/// `internal` when what is stored can't be read.
pub fn signatures(programme: &Loaded, revision: i64) -> Result<Vec<Signature>> {
    let under = programme.signatures.iter().filter(|signature| signature.revision == revision);
    under.map(|signature| signature.view()).collect()
}

fn amendment(programme: &Loaded, waits_for: &[OrganisationId]) -> Result<Option<PendingAmendment>> {
    let Some(pending) = programme.pending.as_ref().filter(|one| one.kind == TermsKind::Amendment) else {
        return Ok(None);
    };
    Ok(Some(PendingAmendment {
        revision: pending.revision,
        digest: pending.digest.clone(),
        terms: pending.terms()?,
        visibility: pending.visibility,
        amounts_visibility: pending.amounts_visibility,
        drafted_by_organisation_id: pending.drafted_by_organisation_id,
        drafted_at: pending.drafted_at,
        signatures: signatures(programme, pending.revision)?,
        waits_for_organisation_ids: waits_for.to_vec(),
    }))
}

fn removal(programme: &Loaded, waits_for: &[OrganisationId]) -> Result<Option<PendingRemoval>> {
    let Some(pending) = programme.pending.as_ref().filter(|one| one.kind == TermsKind::Removal) else {
        return Ok(None);
    };
    let lacks = || Problem::internal("a removal without whom, why or until when");
    Ok(Some(PendingRemoval {
        organisation_id: pending.removes_organisation_id.ok_or_else(lacks)?,
        reason_code: pending.reason_code.ok_or_else(lacks)?,
        reason: pending.reason.as_ref().map(Json::get).transpose()?,
        notice_until: pending.notice_until.ok_or_else(lacks)?,
        revision: pending.revision,
        digest: pending.digest.clone(),
        drafted_by_organisation_id: pending.drafted_by_organisation_id,
        drafted_at: pending.drafted_at,
        signatures: signatures(programme, pending.revision)?,
        waits_for_organisation_ids: waits_for.to_vec(),
    }))
}
