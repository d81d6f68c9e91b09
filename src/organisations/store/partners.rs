//! Partners: organisations that share something.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::access::Sight;
use crate::db::Db;
use crate::db::schema::{
    donor_links, organisations, programme_partners, visit_facets, visit_parties, visits,
};
use crate::http::problem::Result;
use crate::natively;
use crate::programmes::codes::ProgrammeState;
use crate::types::{AnyId, OrganisationId, VisitId};
use crate::visits::codes::{Response, Side, VisitState};
use crate::visits::store::facets;

diesel::alias!(visit_parties as ours: Ours);
diesel::alias!(programme_partners as my_place: MyPlace);

/// A partnership as seen from one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partnership {
    /// The caller's organisation.
    pub mine: OrganisationId,
    /// The one it shares something with.
    pub theirs: OrganisationId,
}

/// Which of these organisations share something with one that the caller reads for: a visit past its
/// draft, which **they** accepted and the caller's did not decline; or a programme that was agreed, in which both are;
/// or a donor link that they offered or accepted.
/// Nobody becomes a partner by merely inviting: what partners see must be given, not taken. Whatever else is shared
/// one day joins here.
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
        let mut partners = partners_of(db, mine, theirs)?;
        let others: Vec<_> = theirs.iter().copied().filter(|one| !partners.contains(one)).collect();
        partners.extend(in_a_programme_with(db, mine, &others)?);
        let others: Vec<_> = theirs.iter().copied().filter(|one| !partners.contains(one)).collect();
        partners.extend(by_a_donor_link_with(db, mine, &others)?);
        partnerships.extend(partners.into_iter().map(|theirs| Partnership { mine, theirs }));
    }
    Ok(partnerships)
}

/// With whom an organisation is in a programme that was agreed and not called off.
fn in_a_programme_with(
    db: &mut Db,
    mine: OrganisationId,
    theirs: &[OrganisationId],
) -> Result<Vec<OrganisationId>> {
    if theirs.is_empty() {
        return Ok(Vec::new());
    }
    let agreed = [
        ProgrammeState::Agreed,
        ProgrammeState::Active,
        ProgrammeState::Suspended,
        ProgrammeState::Completed,
    ];
    let same_programme =
        my_place.field(programme_partners::programme_id).eq(programme_partners::programme_id);
    Ok(organisations::table
        .filter(organisations::id.eq_any(theirs.to_vec()))
        .filter(exists(
            my_place
                .inner_join(programme_partners::table.on(same_programme))
                .filter(my_place.field(programme_partners::organisation_id).eq(mine))
                .filter(my_place.field(programme_partners::left_on).is_null())
                .filter(my_place.field(programme_partners::state).eq_any(agreed))
                .filter(programme_partners::organisation_id.eq(organisations::id))
                .filter(programme_partners::left_on.is_null())
                // Who never signed has given nothing.
                .filter(programme_partners::joined_on.is_not_null()),
        ))
        .select(organisations::id)
        .load(db)?)
}

/// With whom an organisation shares a donor link by the other's own word: it offered one that was not declined, or
/// accepted one.
fn by_a_donor_link_with(
    db: &mut Db,
    mine: OrganisationId,
    theirs: &[OrganisationId],
) -> Result<Vec<OrganisationId>> {
    use crate::donor_links::codes::LinkStage;
    if theirs.is_empty() {
        return Ok(Vec::new());
    }
    let offered: Vec<OrganisationId> = donor_links::table
        .filter(donor_links::introduced_by_organisation_id.eq_any(theirs.to_vec()))
        .filter(donor_links::beneficiary_organisation_id.eq(mine))
        .filter(donor_links::stage.ne(LinkStage::Declined))
        .select(donor_links::introduced_by_organisation_id)
        .distinct()
        .load(db)?;
    let accepted: Vec<OrganisationId> = donor_links::table
        .filter(donor_links::beneficiary_organisation_id.eq_any(theirs.to_vec()))
        .filter(donor_links::introduced_by_organisation_id.eq(mine))
        .filter(donor_links::stage.ne_all([LinkStage::Offered, LinkStage::Declined]))
        .select(donor_links::beneficiary_organisation_id)
        .distinct()
        .load(db)?;
    Ok(offered.into_iter().chain(accepted).collect())
}

/// Of so many visits all can be gone through for each of the others.
const FEW: usize = 300;

/// One look for each of them that stops at the first visit found: along the caller's visits where they are few,
/// else along those that the caller is shown with the other as a party.
fn partners_of(db: &mut Db, mine: OrganisationId, theirs: &[OrganisationId]) -> Result<Vec<OrganisationId>> {
    let visits_of_mine: Vec<VisitId> = visit_parties::table
        .filter(visit_parties::organisation_id.eq(mine))
        .select(visit_parties::visit_id)
        .limit(FEW as i64 + 1)
        .load(db)?;
    if visits_of_mine.len() > FEW {
        let mut partners = Vec::new();
        for one in theirs {
            if share_a_visit(db, mine, *one)? {
                partners.push(*one);
            }
        }
        return Ok(partners);
    }
    let same_visit = ours.field(visit_parties::visit_id).eq(visit_parties::visit_id);
    Ok(organisations::table
        .filter(organisations::id.eq_any(theirs.to_vec()))
        .filter(exists(
            ours.inner_join(visit_parties::table.on(same_visit))
                .inner_join(visits::table.on(visits::id.eq(visit_parties::visit_id)))
                .filter(ours.field(visit_parties::organisation_id).eq(mine))
                .filter(ours.field(visit_parties::response).ne(Response::Declined))
                .filter(visit_parties::organisation_id.eq(organisations::id))
                .filter(visit_parties::response.eq(Response::Accepted))
                .filter(visits::state.ne(VisitState::Draft)),
        ))
        .select(organisations::id)
        .load(db)?)
}

/// Who did not decline a visit that is more than a draft is shown it: what both share is among its facets.
fn share_a_visit(db: &mut Db, mine: OrganisationId, theirs: OrganisationId) -> Result<bool> {
    for side in Side::ALL {
        let same_visit = ours.field(visit_parties::visit_id).eq(visit_parties::visit_id);
        let query = visit_facets::table
            .inner_join(visit_parties::table.on(visit_parties::visit_id.eq(visit_facets::visit_id)))
            .inner_join(ours.on(same_visit))
            .filter(visit_facets::organisation_id.eq(AnyId(mine.0)))
            .filter(visit_facets::facet.eq(facets::party(theirs, *side)))
            .filter(visit_parties::organisation_id.eq(theirs))
            .filter(visit_parties::response.eq(Response::Accepted))
            .filter(visit_parties::state.ne(VisitState::Draft))
            .filter(ours.field(visit_parties::organisation_id).eq(mine))
            .filter(ours.field(visit_parties::response).ne(Response::Declined))
            .select(visit_facets::visit_id)
            .limit(1);
        let found: Option<AnyId> = natively!(db, connection => query.first(connection)).optional()?;
        if found.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
