//! What donor links ask of an organisation: to answer an offer, to introduce, to take the next step, to acknowledge what
//! came.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{donor_disbursements, donor_links, programmes, projects};
use crate::donor_links::codes::LinkStage;
use crate::donor_links::model::LinkRow;
use crate::http::problem::Result;
use crate::inbox::codes::InboxAction;
use crate::inbox::model::{Asked, Came, Matter, Waiting};
use crate::inbox::rules::{self, MOST};
use crate::text::Name;
use crate::types::{CalendarDate, DisbursementId, DonorLinkId, Json, OrganisationId};

diesel::alias!(donor_disbursements as later: Later);

/// The stages in which something may wait.
const OPEN: [LinkStage; 6] = [
    LinkStage::Offered,
    LinkStage::Accepted,
    LinkStage::Introduced,
    LinkStage::InDiscussion,
    LinkStage::Pledged,
    LinkStage::Funded,
];

/// The links that wait, on either side.
///
/// # Errors
/// The engine's; `internal` when what is stored can't be read.
pub(super) fn waiting(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    if !asked.donors {
        return Ok(Vec::new());
    }
    let open = || donor_links::table.filter(donor_links::stage.eq_any(OPEN));
    let newest = (donor_links::created_at.desc(), donor_links::id.desc());
    let mut links: Vec<LinkRow> = open()
        .filter(donor_links::introduced_by_organisation_id.eq(asked.organisation))
        .order(newest)
        .limit(MOST.into())
        .select(LinkRow::as_select())
        .load(db)?;
    let offered: Vec<LinkRow> = open()
        .filter(donor_links::beneficiary_organisation_id.eq(asked.organisation))
        // One's own was found above.
        .filter(donor_links::introduced_by_organisation_id.ne(asked.organisation))
        .order(newest)
        .limit(MOST.into())
        .select(LinkRow::as_select())
        .load(db)?;
    links.extend(offered);
    let mut found = Vec::new();
    for link in links {
        let purpose = if link.stage == LinkStage::Offered { purpose(db, &link)? } else { None };
        found.extend(rules::of_donor_link(&link, purpose, asked.organisation, asked.today())?);
    }
    Ok(found)
}

/// What the project or programme is called for which the organisation is offered a donor: its own, or one of which it is
/// a partner.
fn purpose(db: &mut Db, link: &LinkRow) -> Result<Option<(Json<Name>, bool)>> {
    if let Some(project) = link.project_id {
        let title: Option<Json<Name>> =
            projects::table.find(project).select(projects::title).first(db).optional()?;
        return Ok(title.map(|title| (title, true)));
    }
    let Some(programme) = link.programme_id else { return Ok(None) };
    let title: Option<Json<Name>> =
        programmes::table.find(programme).select(programmes::title).first(db).optional()?;
    Ok(title.map(|title| (title, false)))
}

/// What came through the links that the organisation introduced, and that it has not acknowledged.
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
        .order((disbursements::created_at.asc(), disbursements::id.asc()))
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
