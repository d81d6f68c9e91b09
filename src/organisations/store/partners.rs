//! Partners: organisations that share something.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::access::Sight;
use crate::db::Db;
use crate::db::schema::{organisations, visit_parties, visits};
use crate::http::problem::Result;
use crate::types::{OrganisationId, VisitId};
use crate::visits::codes::{Response, VisitState};

diesel::alias!(visit_parties as ours: Ours);

/// A partnership as seen from one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partnership {
    /// The caller's organisation.
    pub mine: OrganisationId,
    /// The one it shares something with.
    pub theirs: OrganisationId,
}

/// Which of these organisations share something with one that the caller reads for: a visit past its
/// draft, which **they** accepted and the caller's did not decline. Nobody becomes a partner by merely
/// inviting: what partners see must be given, not taken. Whatever else is shared one day joins here.
///
/// # Errors
/// The engine's.
pub fn among(db: &mut Db, sight: &Sight, theirs: &[OrganisationId]) -> Result<Vec<Partnership>> {
    let own: Vec<OrganisationId> =
        sight.organisations().iter().filter(|seen| seen.active).map(|seen| seen.organisation).collect();
    if own.is_empty() || theirs.is_empty() {
        return Ok(Vec::new());
    }
    let mut partnerships = Vec::new();
    for mine in own {
        let partners = partners_of(db, mine, theirs)?;
        partnerships.extend(partners.into_iter().map(|theirs| Partnership { mine, theirs }));
    }
    Ok(partnerships)
}

/// Of so many visits all can be gone through for each of the others.
const FEW: usize = 300;

/// One look for each of them that stops at the first visit found. It goes along the caller's visits where
/// they are few, else along the other's: SQLite takes the tables of equal promise in the order they stand.
fn partners_of(db: &mut Db, mine: OrganisationId, theirs: &[OrganisationId]) -> Result<Vec<OrganisationId>> {
    macro_rules! sharing {
        ($parties:expr) => {
            organisations::table
                .filter(organisations::id.eq_any(theirs.to_vec()))
                .filter(exists(
                    $parties
                        .inner_join(visits::table.on(visits::id.eq(visit_parties::visit_id)))
                        .filter(ours.field(visit_parties::organisation_id).eq(mine))
                        .filter(ours.field(visit_parties::response).ne(Response::Declined))
                        .filter(visit_parties::organisation_id.eq(organisations::id))
                        .filter(visit_parties::response.eq(Response::Accepted))
                        .filter(visits::state.ne(VisitState::Draft)),
                ))
                .select(organisations::id)
                .load(db)?
        };
    }
    let visits_of_mine: Vec<VisitId> = visit_parties::table
        .filter(visit_parties::organisation_id.eq(mine))
        .select(visit_parties::visit_id)
        .limit(FEW as i64 + 1)
        .load(db)?;
    let same_visit = ours.field(visit_parties::visit_id).eq(visit_parties::visit_id);
    Ok(if visits_of_mine.len() > FEW {
        sharing!(visit_parties::table.inner_join(ours.on(same_visit)))
    } else {
        sharing!(ours.inner_join(visit_parties::table.on(same_visit)))
    })
}
