//! A dossier with those that help: found, locked, loaded.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::db::schema::{
    commitments, organisations, registration_requirements, registration_shares, registrations,
};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::items::Whole;
use crate::journal::Writer;
use crate::journal::audience::seen_among;
use crate::organisations::codes::{LegalForm, OrganisationStatus};
use crate::registrations::codes::RequirementState;
use crate::registrations::model::dossier::ShareRow;
use crate::registrations::model::{Loaded, Looker, Obligation, Registration, RegistrationRow, Requirement};
use crate::registrations::store::items::newest_notes;
use crate::types::{AnyId, OrganisationId, RegistrationId, VisitId};
use crate::visits::model::Known;
use crate::visits::store::named;

/// One dossier that the caller may see.
///
/// # Errors
/// `not-found`, also when they may not.
pub fn find(db: &mut Db, looker: &Looker, id: RegistrationId) -> Result<Loaded> {
    // One that is not theirs costs what one costs that is not there.
    if seen_among(db, &looker.sight, vec![AnyId(id.0)])?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    let found = load(db, id)?.filter(|dossier| looker.sees(dossier));
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Locks a dossier that the caller sees and reads it; before it the visit of the commitment that it arises from, which may move with it.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn lock(w: &mut Writer<'_>, looker: &Looker, id: RegistrationId) -> Result<Loaded> {
    let arises_from = find(w.db(), looker, id)?.row.arises_from_commitment_id;
    if let Some(commitment) = arises_from {
        let visit = commitments::table.find(commitment).select(commitments::visit_id);
        // A commitment removed meanwhile moves with nothing; the dossier is read again below.
        if let Some(visit) = visit.first::<VisitId>(w.db()).optional()? {
            dialect::lock(w.db(), Root::Visit, visit.uuid())?;
        }
    }
    dialect::lock(w.db(), Root::Registration, id.uuid())?;
    find(w.db(), looker, id)
}

/// Locks the organisation whose dossier it is, before that: it may move with it.
///
/// # Errors
/// `not-found` when the caller may not see the dossier; the engine's.
pub fn lock_organisation_of(w: &mut Writer<'_>, looker: &Looker, id: RegistrationId) -> Result<()> {
    let owner = find(w.db(), looker, id)?.row.organisation_id;
    dialect::lock(w.db(), Root::Organisation, owner.uuid())
}

/// One dossier, whoever may see it.
///
/// # Errors
/// The engine's.
pub fn load(db: &mut Db, id: RegistrationId) -> Result<Option<Loaded>> {
    let rows = registrations::table.filter(registrations::id.eq(id)).select(RegistrationRow::as_select());
    let rows: Vec<RegistrationRow> = rows.load(db)?;
    Ok(with_parts(db, rows)?.pop())
}

/// Dossiers with all that is asked of each, in the order of their rows.
///
/// # Errors
/// The engine's.
pub fn with_parts(db: &mut Db, rows: Vec<RegistrationRow>) -> Result<Vec<Loaded>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<RegistrationId> = rows.iter().map(|row| row.id).collect();
    let mut owners: Vec<OrganisationId> = rows.iter().map(|row| row.organisation_id).collect();
    owners.sort_unstable();
    owners.dedup();
    let forms: HashMap<OrganisationId, LegalForm> = organisations::table
        .filter(organisations::id.eq_any(owners))
        .select((organisations::id, organisations::legal_form))
        .load(db)?
        .into_iter()
        .collect();
    let lacking: HashSet<RegistrationId> = registration_requirements::table
        .filter(registration_requirements::registration_id.eq_any(ids.clone()))
        .filter(registration_requirements::state.eq_any(RequirementState::LACKING))
        .select(registration_requirements::registration_id)
        .distinct()
        .load(db)?
        .into_iter()
        .collect();
    let mut shares: HashMap<RegistrationId, Vec<(ShareRow, OrganisationStatus)>> = HashMap::new();
    for (share, status) in shares_of(db, ids)? {
        shares.entry(share.registration_id).or_default().push((share, status));
    }
    let loaded = rows.into_iter().map(|row| {
        let own_form = forms.get(&row.organisation_id).copied();
        Ok(Loaded {
            shares: shares.remove(&row.id).unwrap_or_default(),
            own_form: own_form.ok_or_else(|| Problem::internal("a dossier of no organisation"))?,
            lacks: lacking.contains(&row.id),
            lacking: Vec::new(),
            row,
        })
    });
    loaded.collect()
}

fn shares_of(db: &mut Db, ids: Vec<RegistrationId>) -> Result<Vec<(ShareRow, OrganisationStatus)>> {
    use registration_shares as shares;
    // Looked up for each, not joined: PostgreSQL would read all organisations where a page has many.
    let status = organisations::table
        .filter(organisations::id.eq(shares::organisation_id))
        .select(organisations::status)
        .single_value();
    let found: Vec<(ShareRow, Option<OrganisationStatus>)> = shares::table
        .filter(shares::registration_id.eq_any(ids))
        .order((shares::shared_at.asc(), shares::organisation_id.asc()))
        .select((ShareRow::as_select(), status))
        .load(db)?;
    Ok(found.into_iter().filter_map(|(share, status)| Some((share, status?))).collect())
}

/// Of the commitments that these dossiers arise from, those whose visit the caller sees.
///
/// # Errors
/// The engine's.
pub fn seen_commitments(db: &mut Db, looker: &Looker, dossiers: &[Loaded]) -> Result<Known> {
    let named = dossiers.iter().filter_map(|one| one.row.arises_from_commitment_id);
    named::seen_of(db, &looker.visits, Vec::new(), named.collect())
}

/// A dossier as the caller sees it, with what is in it.
///
/// # Errors
/// The engine's.
pub fn seen_by(db: &mut Db, looker: &Looker, dossier: &Loaded) -> Result<Registration> {
    let commitments = seen_commitments(db, looker, std::slice::from_ref(dossier))?;
    let id = dossier.row.id;
    let (requirements, obligations) = (Requirement::load(db, id)?, Obligation::load(db, id)?);
    Ok(looker.dossier(dossier, &commitments).with(requirements, obligations, newest_notes(db, id)?))
}
