//! What stands next to things, in both directions.

use diesel::prelude::*;
use uuid::Uuid;

use super::{Looker, of_kind};
use crate::access::{Right, Sight};
use crate::commitments::model::{FulfilledBy, Fulfilment};
use crate::db::Db;
use crate::db::schema::{
    audience, commitments, donor_disbursements, donor_links, programmes, registrations, visits,
};
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::trace::codes::{NodeType as N, Relation as R};
use crate::trace::rules::{Key, MOST_READ, Related};
use crate::types::{
    AnyId, CommitmentId, DisbursementId, DonorLinkId, Json, ProgrammeId, ProjectId, RegistrationId, VisitId,
};

/// The relations of a layer's things, and whether there are more than were read.
struct Around {
    related: Vec<Related>,
    cut: bool,
}

impl Around {
    fn add(&mut self, from: (N, impl Into<Uuid>), relation: R, to: (N, impl Into<Uuid>)) {
        let related = Related { from: (from.0, from.1.into()), relation, to: (to.0, to.1.into()) };
        self.related.push(related);
    }

    fn read<T>(&mut self, rows: Vec<T>) -> Vec<T> {
        self.cut |= i64::try_from(rows.len()).is_ok_and(|rows| rows >= MOST_READ);
        rows
    }
}

/// The relations of these things.
///
/// # Errors
/// The engine's.
pub(super) fn around(db: &mut Db, looker: &Looker, layer: &[Key]) -> Result<(Vec<Related>, bool)> {
    let mut found = Around { related: Vec::new(), cut: false };
    let promises = of_kind(layer, N::Commitment);
    of_commitments(db, layer, &promises, &mut found)?;
    of_visits(db, layer, &promises, &mut found)?;
    of_programmes(db, layer, &promises, &mut found)?;
    of_links(db, looker, layer, &promises, &mut found)?;
    of_disbursements(db, layer, &mut found)?;
    of_registrations(db, looker, layer, &promises, &mut found)?;
    Ok((found.related, found.cut))
}

fn kind_of(by: Fulfilment) -> N {
    match by {
        Fulfilment::Programme => N::Programme,
        Fulfilment::DonorLink => N::DonorLink,
        Fulfilment::Registration => N::Registration,
        Fulfilment::Visit => N::Visit,
    }
}

/// The commitments of visits, the visits of commitments, and what keeps these.
fn of_commitments(db: &mut Db, layer: &[Key], promises: &[CommitmentId], found: &mut Around) -> Result<()> {
    let in_visits: Vec<VisitId> = of_kind(layer, N::Visit);
    if promises.is_empty() && in_visits.is_empty() {
        return Ok(());
    }
    let rows: Vec<(CommitmentId, VisitId, Option<Json<FulfilledBy>>)> = commitments::table
        .filter(commitments::visit_id.eq_any(in_visits).or(commitments::id.eq_any(promises.to_vec())))
        .order((commitments::created_at.asc(), commitments::id.asc()))
        .limit(MOST_READ)
        .select((commitments::id, commitments::visit_id, commitments::fulfilled_by))
        .load(db)?;
    for (commitment, visit, by) in found.read(rows) {
        found.add((N::Commitment, commitment), R::AgreedIn, (N::Visit, visit));
        if let Some(by) = by.as_ref().map(Json::get).transpose()? {
            found.add((kind_of(by.r#type), by.id), R::Fulfils, (N::Commitment, commitment));
        }
    }
    Ok(())
}

/// What visits arise from and return, what returns them, and which arise from commitments.
fn of_visits(db: &mut Db, layer: &[Key], promises: &[CommitmentId], found: &mut Around) -> Result<()> {
    let ids: Vec<VisitId> = of_kind(layer, N::Visit);
    if ids.is_empty() && promises.is_empty() {
        return Ok(());
    }
    let arise = visits::arises_from_commitment_id.assume_not_null().eq_any(promises.to_vec());
    let return_them = visits::returns_visit_id.assume_not_null().eq_any(ids.clone());
    let rows: Vec<(VisitId, Option<VisitId>, Option<CommitmentId>)> = visits::table
        .filter(visits::id.eq_any(ids).or(arise).or(return_them))
        .order((visits::created_at.asc(), visits::id.asc()))
        .limit(MOST_READ)
        .select((visits::id, visits::returns_visit_id, visits::arises_from_commitment_id))
        .load(db)?;
    for (visit, returned, promise) in found.read(rows) {
        if let Some(returned) = returned {
            found.add((N::Visit, visit), R::Returns, (N::Visit, returned));
        }
        if let Some(promise) = promise {
            found.add((N::Visit, visit), R::ArisesFrom, (N::Commitment, promise));
        }
    }
    Ok(())
}

fn of_programmes(db: &mut Db, layer: &[Key], promises: &[CommitmentId], found: &mut Around) -> Result<()> {
    let ids: Vec<ProgrammeId> = of_kind(layer, N::Programme);
    if ids.is_empty() && promises.is_empty() {
        return Ok(());
    }
    let arise = programmes::arises_from_commitment_id.assume_not_null().eq_any(promises.to_vec());
    let rows: Vec<(ProgrammeId, Option<CommitmentId>)> = programmes::table
        .filter(programmes::id.eq_any(ids).or(arise))
        .order((programmes::created_at.asc(), programmes::id.asc()))
        .limit(MOST_READ)
        .select((programmes::id, programmes::arises_from_commitment_id))
        .load(db)?;
    for (programme, promise) in found.read(rows) {
        if let Some(promise) = promise {
            found.add((N::Programme, programme), R::ArisesFrom, (N::Commitment, promise));
        }
    }
    Ok(())
}

/// The things of a kind that are shown to a caller's own organisations, as a part of a query: what others have of
/// them is not even read.
#[diesel::dsl::auto_type(no_type_alias)]
fn own(kind: &'static str, through: Vec<AnyId>) -> _ {
    audience::table
        .filter(audience::thing_kind.eq(kind))
        .filter(audience::organisation_id.eq_any(through))
        .select(audience::thing_id)
}

fn through(sight: &Sight) -> Vec<AnyId> {
    Audience::all_of(sight).into_iter().map(Audience::column).collect()
}

type LinkRow = (DonorLinkId, Option<ProjectId>, Option<ProgrammeId>, Option<CommitmentId>);

fn of_links(
    db: &mut Db,
    looker: &Looker,
    layer: &[Key],
    promises: &[CommitmentId],
    found: &mut Around,
) -> Result<()> {
    let ids: Vec<DonorLinkId> = of_kind(layer, N::DonorLink);
    let for_projects: Vec<ProjectId> = of_kind(layer, N::Project);
    let for_programmes: Vec<ProgrammeId> = of_kind(layer, N::Programme);
    if ids.is_empty() && for_projects.is_empty() && for_programmes.is_empty() && promises.is_empty() {
        return Ok(());
    }
    let next = donor_links::id
        .eq_any(ids)
        .or(donor_links::project_id.assume_not_null().eq_any(for_projects))
        .or(donor_links::programme_id.assume_not_null().eq_any(for_programmes))
        .or(donor_links::arises_from_commitment_id.assume_not_null().eq_any(promises.to_vec()));
    let seen = own("donor_link", through(&looker.sight(Right::DonorsRead)));
    let rows: Vec<LinkRow> = donor_links::table
        .filter(next)
        .filter(donor_links::id.eq_any(seen))
        .order((donor_links::created_at.asc(), donor_links::id.asc()))
        .limit(MOST_READ)
        .select((
            donor_links::id,
            donor_links::project_id,
            donor_links::programme_id,
            donor_links::arises_from_commitment_id,
        ))
        .load(db)?;
    for (link, project, programme, promise) in found.read(rows) {
        if let Some(project) = project {
            found.add((N::DonorLink, link), R::Funds, (N::Project, project));
        }
        if let Some(programme) = programme {
            found.add((N::DonorLink, link), R::ContributesTo, (N::Programme, programme));
        }
        if let Some(promise) = promise {
            found.add((N::DonorLink, link), R::ArisesFrom, (N::Commitment, promise));
        }
    }
    Ok(())
}

type PaidRow = (DisbursementId, DonorLinkId, Option<ProjectId>, Option<ProgrammeId>);

/// What came through links: seen with them, so that from a project it is met by way of its links. What takes another
/// back is told where a trace begins with it, and nowhere else.
fn of_disbursements(db: &mut Db, layer: &[Key], found: &mut Around) -> Result<()> {
    let ids: Vec<DisbursementId> = of_kind(layer, N::Disbursement);
    let through_links: Vec<DonorLinkId> = of_kind(layer, N::DonorLink);
    if ids.is_empty() && through_links.is_empty() {
        return Ok(());
    }
    let came =
        donor_disbursements::donor_link_id.eq_any(through_links).and(donor_disbursements::reverses.is_null());
    let rows: Vec<PaidRow> = donor_disbursements::table
        .inner_join(donor_links::table.on(donor_links::id.eq(donor_disbursements::donor_link_id)))
        .filter(donor_disbursements::id.eq_any(ids).or(came))
        .order((donor_disbursements::created_at.asc(), donor_disbursements::id.asc()))
        .limit(MOST_READ)
        .select((
            donor_disbursements::id,
            donor_links::id,
            donor_links::project_id,
            donor_links::programme_id,
        ))
        .load(db)?;
    for (paid, link, project, programme) in found.read(rows) {
        found.add((N::Disbursement, paid), R::ArisesFrom, (N::DonorLink, link));
        if let Some(project) = project {
            found.add((N::Disbursement, paid), R::Funds, (N::Project, project));
        }
        if let Some(programme) = programme {
            found.add((N::Disbursement, paid), R::ContributesTo, (N::Programme, programme));
        }
    }
    Ok(())
}

fn of_registrations(
    db: &mut Db,
    looker: &Looker,
    layer: &[Key],
    promises: &[CommitmentId],
    found: &mut Around,
) -> Result<()> {
    let ids: Vec<RegistrationId> = of_kind(layer, N::Registration);
    if ids.is_empty() && promises.is_empty() {
        return Ok(());
    }
    let arise = registrations::arises_from_commitment_id.assume_not_null().eq_any(promises.to_vec());
    let seen = own("registration", through(&looker.sight(Right::RegistrationsRead)));
    let rows: Vec<(RegistrationId, Option<CommitmentId>)> = registrations::table
        .filter(registrations::id.eq_any(ids).or(arise))
        .filter(registrations::id.eq_any(seen))
        .order((registrations::created_at.asc(), registrations::id.asc()))
        .limit(MOST_READ)
        .select((registrations::id, registrations::arises_from_commitment_id))
        .load(db)?;
    for (registration, promise) in found.read(rows) {
        if let Some(promise) = promise {
            found.add((N::Registration, registration), R::ArisesFrom, (N::Commitment, promise));
        }
    }
    Ok(())
}
