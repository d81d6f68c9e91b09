//! What of a programme's bodies only the tables know.

use crate::commitments::fulfilment;
use crate::communities::store::check_exist;
use crate::db::Db;
use crate::http::problem::{FieldError, Result};
use crate::items::Findings;
use crate::organisations::store::names::active_among;
use crate::programmes::model::Looker;
use crate::programmes::model::terms::Terms;
use crate::types::{CommitmentId, CommunityId, OrganisationId};

/// Where a body is checked: for whom the caller writes, and what was found wrong.
pub struct Room {
    /// For whom the caller writes.
    pub own: OrganisationId,
    /// What was found wrong.
    errors: Vec<FieldError>,
}

impl Room {
    /// Where nothing was found wrong yet.
    pub fn new(own: OrganisationId) -> Self {
        Self { own, errors: Vec::new() }
    }
}

impl Findings for Room {
    fn errors(&mut self) -> &mut Vec<FieldError> {
        &mut self.errors
    }
}

/// Reports communities that aren't there.
///
/// # Errors
/// The engine's.
pub fn communities(found: &mut Room, db: &mut Db, asked: &[CommunityId]) -> Result<()> {
    found.errors.extend(check_exist(db, asked, "/community_ids")?);
    Ok(())
}

/// Reports partners that are no active organisation; `known` are those that were partners before.
///
/// # Errors
/// The engine's.
pub fn partners(found: &mut Room, db: &mut Db, terms: &Terms, known: &[OrganisationId]) -> Result<()> {
    let named: Vec<OrganisationId> = terms.partners.iter().map(|partner| partner.organisation_id).collect();
    let active = active_among(db, &named)?;
    for (i, id) in named.iter().enumerate() {
        if !active.contains(id) && !known.contains(id) {
            let pointer = format!("/partners/{i}/organisation_id");
            found.report(pointer, "unknown-reference", "is no active organisation of the network");
        }
    }
    if !named.contains(&found.own) {
        let detail = "the organisation that you act for must be one of the partners";
        found.report("/partners".to_owned(), "own-organisation-missing", detail);
    }
    Ok(())
}

/// Reports a commitment of no visit in which the own organisation took part.
///
/// # Errors
/// The engine's.
pub fn arises(found: &mut Room, db: &mut Db, looker: &Looker, commitment: CommitmentId) -> Result<()> {
    if !fulfilment::may_arise(db, &looker.visits, found.own, commitment)? {
        let detail = "is no commitment of a visit of this organisation's";
        found.report("/arises_from_commitment_id".to_owned(), "unknown-reference", detail);
    }
    Ok(())
}
