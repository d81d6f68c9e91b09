//! What donor links ask of an organisation: to answer an offer, to introduce, to take the next step, to acknowledge what
//! came.

use std::collections::HashMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{audience, donor_disbursements, donor_links, programmes, projects};
use crate::donor_links::codes::LinkStage;
use crate::donor_links::model::LinkRow;
use crate::http::problem::Result;
use crate::inbox::codes::InboxAction;
use crate::inbox::model::{Asked, Came, Matter, Waiting};
use crate::inbox::rules::{self, MOST};
use crate::journal::Audience;
use crate::text::Name;
use crate::types::{CalendarDate, DisbursementId, DonorLinkId, Json, OrganisationId, ProgrammeId, ProjectId};

diesel::alias!(donor_disbursements as later: Later);

/// What the projects and programmes are called for which donors are offered.
#[derive(Default)]
struct Purposes {
    projects: HashMap<ProjectId, Json<Name>>,
    programmes: HashMap<ProgrammeId, Json<Name>>,
}

impl Purposes {
    /// Of these links; of programmes those that the organisation sees as they are now, as who left one does not.
    fn of(db: &mut Db, links: &[LinkRow], own: OrganisationId) -> Result<Self> {
        let mut found = Self::default();
        let named: Vec<ProjectId> = links.iter().filter_map(|link| link.project_id).collect();
        if !named.is_empty() {
            let titles = projects::table.filter(projects::id.eq_any(named));
            let titles: Vec<(ProjectId, Json<Name>)> =
                titles.select((projects::id, projects::title)).load(db)?;
            found.projects.extend(titles);
        }
        let named: Vec<ProgrammeId> = links.iter().filter_map(|link| link.programme_id).collect();
        if !named.is_empty() {
            let eyes = [Audience::Organisation(own), Audience::Network].map(Audience::column);
            let shown = audience::table
                .filter(audience::thing_id.eq(programmes::id))
                .filter(audience::organisation_id.eq_any(eyes));
            let titles = programmes::table.filter(programmes::id.eq_any(named)).filter(exists(shown));
            let titles: Vec<(ProgrammeId, Json<Name>)> =
                titles.select((programmes::id, programmes::title)).load(db)?;
            found.programmes.extend(titles);
        }
        Ok(found)
    }

    /// What one is for, and whether that is a project: the organisation's own, or a programme of which it is a partner.
    fn of_link(&self, link: &LinkRow) -> Option<(Json<Name>, bool)> {
        let project = link.project_id.and_then(|id| self.projects.get(&id)).map(|title| (title, true));
        let programme =
            || link.programme_id.and_then(|id| self.programmes.get(&id)).map(|title| (title, false));
        project.or_else(programme).map(|(title, is_project)| (title.clone(), is_project))
    }
}

/// The links that wait, on either side.
///
/// # Errors
/// The engine's; `internal` when what is stored can't be read.
pub(super) fn waiting(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    if !asked.donors {
        return Ok(Vec::new());
    }
    let (own, today) = (asked.organisation, asked.today());
    let offered = offered(db, own)?;
    let purposes = Purposes::of(db, &offered, own)?;
    let mut links = offered;
    links.extend(accepted(db, own)?);
    links.extend(steps(db, own, today)?);
    let mut found = Vec::new();
    for link in links {
        found.extend(rules::of_donor_link(&link, purposes.of_link(&link), own, today)?);
    }
    // Each is the most urgent of its sort; of all together, the same.
    found.sort_unstable_by_key(Waiting::place_in_list);
    found.truncate(MOST.into());
    Ok(found)
}

/// What is offered to the organisation. That is on no day, and goes by id.
fn offered(db: &mut Db, own: OrganisationId) -> Result<Vec<LinkRow>> {
    Ok(donor_links::table
        .filter(donor_links::beneficiary_organisation_id.eq(own))
        .filter(donor_links::stage.eq(LinkStage::Offered))
        .order(donor_links::id.asc())
        .limit(MOST.into())
        .select(LinkRow::as_select())
        .load(db)?)
}

/// What of its offers was accepted, and waits for it to introduce them. That is on no day either.
fn accepted(db: &mut Db, own: OrganisationId) -> Result<Vec<LinkRow>> {
    Ok(donor_links::table
        .filter(donor_links::introduced_by_organisation_id.eq(own))
        .filter(donor_links::stage.eq(LinkStage::Accepted))
        .order(donor_links::id.asc())
        .limit(MOST.into())
        .select(LinkRow::as_select())
        .load(db)?)
}

/// The links of either side whose next step is due, where nothing else is to be done first.
fn steps(db: &mut Db, own: OrganisationId, today: CalendarDate) -> Result<Vec<LinkRow>> {
    let due_first = (donor_links::next_step_due_on.asc(), donor_links::id.asc());
    let until = rules::steps_until(today);
    let mut links: Vec<LinkRow> = donor_links::table
        .filter(donor_links::introduced_by_organisation_id.eq(own))
        .filter(donor_links::next_step_due_on.le(until))
        .filter(donor_links::stage.ne(LinkStage::Accepted))
        .order(due_first)
        .limit(MOST.into())
        .select(LinkRow::as_select())
        .load(db)?;
    let as_beneficiary: Vec<LinkRow> = donor_links::table
        .filter(donor_links::beneficiary_organisation_id.eq(own))
        // One's own was found above.
        .filter(donor_links::introduced_by_organisation_id.ne(own))
        .filter(donor_links::next_step_due_on.le(until))
        .filter(donor_links::stage.ne(LinkStage::Offered))
        .order(due_first)
        .limit(MOST.into())
        .select(LinkRow::as_select())
        .load(db)?;
    links.extend(as_beneficiary);
    Ok(links)
}

/// What came through the links that the organisation introduced, and that it has not acknowledged: on no day, by id.
///
/// # Errors
/// The engine's.
pub(super) fn unacknowledged(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    use donor_disbursements as disbursements;
    if !asked.donors {
        return Ok(Vec::new());
    }
    let taken_back = later.filter(later.field(disbursements::reverses).eq(disbursements::id.nullable()));
    type Row = (DisbursementId, DonorLinkId, OrganisationId, CalendarDate);
    let rows: Vec<Row> = donor_links::table
        .inner_join(disbursements::table.on(disbursements::donor_link_id.eq(donor_links::id)))
        .filter(donor_links::introduced_by_organisation_id.eq(asked.organisation))
        .filter(donor_links::beneficiary_organisation_id.ne(asked.organisation))
        .filter(disbursements::acknowledged_at.is_null())
        .filter(disbursements::reverses.is_null())
        .filter(not(exists(taken_back)))
        .order(disbursements::id.asc())
        .limit(MOST.into())
        .select((
            disbursements::id,
            donor_links::id,
            donor_links::beneficiary_organisation_id,
            disbursements::received_on,
        ))
        .load(db)?;
    let waits = |(id, link, by, on): Row| Waiting {
        action: InboxAction::Acknowledge,
        id: id.uuid(),
        due_on: None,
        matter: Matter::Disbursement(Came { link, by, on }),
    };
    Ok(rows.into_iter().map(waits).collect())
}
