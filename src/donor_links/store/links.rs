//! A donor link found, locked, loaded; and pages of them.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::KIND;
use crate::access::Sight;
use crate::db::schema::{audience, commitments, donor_contact_readings, donor_links, donors, programmes};
use crate::db::{Db, MultiBackend, Root, dialect};
use crate::donor_links::codes::LinkStage;
use crate::donor_links::model::seen::{Besides, Giving};
use crate::donor_links::model::{DonorLink, LinkRow, Loaded, Looker};
use crate::donors::codes::DonorVisibility;
use crate::donors::store::names_of;
use crate::http::call::PageRequest;
use crate::http::cursor::Cursor;
use crate::http::page::merge_newest;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Audience, Writer, audience as shown};
use crate::programmes::store::programmes as programme_store;
use crate::text::Name;
use crate::types::{
    AnyId, CommitmentId, DonorId, DonorLinkId, Instant, OrganisationId, ProgrammeId, ProjectId, VisitId,
};
use crate::visits::store::named;

/// One link that the caller may see.
///
/// # Errors
/// `not-found`, also when they may not.
pub fn find(db: &mut Db, sight: &Sight, id: DonorLinkId) -> Result<Loaded> {
    if shown::seen_among(db, sight, vec![AnyId(id.0)])?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    load(db, id)?.ok_or_else(|| Problem::new(Code::NotFound))
}

/// One link, whoever may see it.
///
/// # Errors
/// The engine's.
pub fn load(db: &mut Db, id: DonorLinkId) -> Result<Option<Loaded>> {
    let row: Option<LinkRow> =
        donor_links::table.find(id).select(LinkRow::as_select()).first(db).optional()?;
    Ok(row.map(Loaded::from))
}

/// Locks a link that the caller may see; before it the visit of the commitment that it arises from, which may move with
/// it.
///
/// # Errors
/// `not-found`, also when they may not see it.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: DonorLinkId) -> Result<Loaded> {
    let found = find(w.db(), sight, id)?;
    lock_visits(w, found.row.arises_from_commitment_id.into_iter().collect())?;
    dialect::lock(w.db(), Root::DonorLink, id.uuid())?;
    find(w.db(), sight, id)
}

/// The same where something is given: also what it is given for, whose sums it adds to.
///
/// # Errors
/// `not-found`, also when they may not see it.
pub fn lock_with_purpose(w: &mut Writer<'_>, looker: &Looker, id: DonorLinkId) -> Result<Loaded> {
    let found = find(w.db(), &looker.sight, id)?;
    lock_purpose(w, found.row.arises_from_commitment_id, found.row.programme_id, found.row.project_id)?;
    dialect::lock(w.db(), Root::DonorLink, id.uuid())?;
    let mut link = find(w.db(), &looker.sight, id)?;
    let programme = match link.row.programme_id {
        Some(id) => {
            let programme = programme_store::load(w.db(), id)?;
            let programme =
                programme.ok_or_else(|| Problem::internal("a link to a programme that is not there"))?;
            let is_in = programme.partner(link.row.beneficiary_organisation_id).is_some();
            Some((programme.row.state, is_in))
        }
        None => None,
    };
    link.giving = Some(Giving { today: looker.today, programme });
    Ok(link)
}

/// Locks what a link is for, in the order of roots: the visits of the commitments that it and its programme arise from,
/// the programme, the project.
///
/// # Errors
/// The engine's.
pub fn lock_purpose(
    w: &mut Writer<'_>,
    arises_from: Option<CommitmentId>,
    programme: Option<ProgrammeId>,
    project: Option<ProjectId>,
) -> Result<()> {
    let mut promised: Vec<CommitmentId> = arises_from.into_iter().collect();
    if let Some(id) = programme {
        let of_programme: Option<Option<CommitmentId>> = programmes::table
            .find(id)
            .select(programmes::arises_from_commitment_id)
            .first(w.db())
            .optional()?;
        promised.extend(of_programme.flatten());
    }
    lock_visits(w, promised)?;
    if let Some(id) = programme {
        dialect::lock(w.db(), Root::Programme, id.uuid())?;
    }
    if let Some(id) = project {
        dialect::lock(w.db(), Root::Project, id.uuid())?;
    }
    Ok(())
}

fn lock_visits(w: &mut Writer<'_>, promised: Vec<CommitmentId>) -> Result<()> {
    if promised.is_empty() {
        return Ok(());
    }
    let visits: Vec<VisitId> = commitments::table
        .filter(commitments::id.eq_any(promised))
        .select(commitments::visit_id)
        .distinct()
        .order(commitments::visit_id.asc())
        .load(w.db())?;
    visits.into_iter().try_for_each(|visit| dialect::lock(w.db(), Root::Visit, visit.uuid()))
}

/// Locks the organisations that share a link: they stand as they do to the end of the write.
///
/// # Errors
/// The engine's.
pub fn lock_organisations(w: &mut Writer<'_>, mut parties: Vec<OrganisationId>) -> Result<()> {
    parties.sort_unstable();
    parties.into_iter().try_for_each(|id| dialect::lock(w.db(), Root::Organisation, id.uuid()))
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this donor.
    pub donor: Option<DonorId>,
    /// Shared by this organisation, on either side.
    pub organisation: Option<OrganisationId>,
    /// For this project.
    pub project: Option<ProjectId>,
    /// For this programme.
    pub programme: Option<ProgrammeId>,
    /// In any of these stages.
    pub stages: Vec<LinkStage>,
}

/// Links of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, sight: &Sight, filter: &Filter, page: &PageRequest) -> Result<Vec<Loaded>> {
    let mut lists = Vec::new();
    for one in Audience::all_of(sight) {
        lists.push(through(db, one, filter, page)?);
    }
    let place = |row: &LinkRow| Cursor { created_at: row.created_at.micros(), id: row.id.uuid() };
    let rows = merge_newest(lists, page.limit.plus_one(), place);
    Ok(rows.into_iter().map(Loaded::from).collect())
}

/// What one audience of the caller has. An organisation has some thousand links at the most: they are gone through in
/// their order, and each condition is a look by a key.
fn through(db: &mut Db, who: Audience, filter: &Filter, page: &PageRequest) -> Result<Vec<LinkRow>> {
    let (created_at, id) = page.before();
    let mut query = audience::table
        .inner_join(donor_links::table.on(donor_links::id.eq(audience::thing_id)))
        .filter(audience::thing_kind.eq(KIND))
        .filter(audience::organisation_id.eq(who.column()))
        .filter(audience::created_at.le(created_at))
        .filter(audience::created_at.lt(created_at).or(audience::thing_id.lt(id)))
        .select(LinkRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(donor) = filter.donor {
        query = query.filter(donor_links::donor_id.eq(donor));
    }
    if let Some(organisation) = filter.organisation {
        let introduced = donor_links::introduced_by_organisation_id.eq(organisation);
        query = query.filter(introduced.or(donor_links::beneficiary_organisation_id.eq(organisation)));
    }
    if let Some(project) = filter.project {
        query = query.filter(donor_links::project_id.eq(project));
    }
    if let Some(programme) = filter.programme {
        query = query.filter(donor_links::programme_id.eq(programme));
    }
    if !filter.stages.is_empty() {
        query = query.filter(donor_links::stage.eq_any(filter.stages.clone()));
    }
    let newest = (audience::created_at.desc(), audience::thing_id.desc());
    Ok(query.order(newest).limit(page.rows()).load(db)?)
}

/// What else is shown of these links, asked at once for a whole page.
///
/// # Errors
/// The engine's.
pub fn besides(db: &mut Db, looker: &Looker, links: &[Loaded]) -> Result<Besides> {
    let named = links.iter().filter_map(|link| link.row.arises_from_commitment_id).collect();
    let commitments = named::seen_of(db, &looker.visits, Vec::new(), named)?;
    let introduced = links.iter().filter(|link| looker.introduces(&link.row));
    let read = last_read(db, introduced.map(|link| link.row.id).collect())?;
    Ok(Besides { commitments, names: names(db, looker, links)?, read })
}

/// What donors are called: their own to who introduces them, to others those that the network sees.
fn names(db: &mut Db, looker: &Looker, links: &[Loaded]) -> Result<HashMap<DonorId, Name>> {
    let (own, others): (Vec<&Loaded>, Vec<&Loaded>) =
        links.iter().partition(|link| looker.introduces(&link.row));
    let ids = |links: Vec<&Loaded>| links.iter().map(|link| link.row.donor_id).collect::<Vec<DonorId>>();
    let mut shown = ids(own);
    if looker.sight.network() && !others.is_empty() {
        let known: Vec<DonorId> = donors::table
            .filter(donors::id.eq_any(ids(others)))
            .filter(donors::visibility.eq(DonorVisibility::Network))
            .select(donors::id)
            .load(db)?;
        shown.extend(known);
    }
    if shown.is_empty() { Ok(HashMap::new()) } else { names_of(db, &looker.app.keys, &shown) }
}

fn last_read(db: &mut Db, links: Vec<DonorLinkId>) -> Result<HashMap<DonorLinkId, Instant>> {
    use donor_contact_readings as readings;
    if links.is_empty() {
        return Ok(HashMap::new());
    }
    let grouped = readings::table
        .filter(readings::donor_link_id.eq_any(links))
        .group_by(readings::donor_link_id)
        .select((readings::donor_link_id, max(readings::created_at)));
    let rows: Vec<(DonorLinkId, Option<Instant>)> =
        crate::natively!(db, connection => grouped.load(connection))?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

/// A link as the caller sees it.
///
/// # Errors
/// The engine's.
pub fn seen_by(db: &mut Db, looker: &Looker, link: &Loaded) -> Result<DonorLink> {
    let besides = besides(db, looker, std::slice::from_ref(link))?;
    looker.link(link, &besides)
}

/// Whether all of these organisations are active.
///
/// # Errors
/// The engine's.
pub fn are_active(db: &mut Db, parties: &[OrganisationId]) -> Result<bool> {
    use crate::organisations::store::names::active_among;
    let active = active_among(db, parties)?;
    Ok(parties.iter().all(|one| active.contains(one)))
}

/// Whose a donor is.
///
/// # Errors
/// The engine's.
pub fn owner_of(db: &mut Db, donor: DonorId) -> Result<Option<OrganisationId>> {
    Ok(donors::table.find(donor).select(donors::organisation_id).first(db).optional()?)
}
