//! What becomes of links when an organisation can act no more.

use diesel::prelude::*;

use super::links::load;
use super::writing::write;
use crate::db::schema::donor_links;
use crate::db::{Root, dialect};
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::{DonorLinkId, OrganisationId};

/// Revokes every grant of an organisation that has just left `active`, on either side: nobody reads a contact through
/// it any more. It does not come back by itself.
///
/// # Errors
/// The engine's.
pub fn party_unavailable(w: &mut Writer<'_>, organisation: OrganisationId) -> Result<()> {
    let granted = donor_links::table.filter(donor_links::granted_at.is_not_null());
    let mut ids: Vec<DonorLinkId> = granted
        .filter(donor_links::introduced_by_organisation_id.eq(organisation))
        .select(donor_links::id)
        .load(w.db())?;
    let received: Vec<DonorLinkId> = granted
        .filter(donor_links::beneficiary_organisation_id.eq(organisation))
        .select(donor_links::id)
        .load(w.db())?;
    ids.extend(received);
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        dialect::lock(w.db(), Root::DonorLink, id.uuid())?;
        let Some(link) = load(w.db(), id)? else { continue };
        if link.row.granted_at.is_some() {
            let mut after = link.clone();
            after.row.granted_at = None;
            write(w, &link, after, "donor_link.grant_revoked")?;
        }
    }
    Ok(())
}
