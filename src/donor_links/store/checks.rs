//! What of a link's bodies only the tables know.

use diesel::prelude::*;

use super::links::owner_of;
use crate::access::Right;
use crate::commitments::fulfilment;
use crate::db::Db;
use crate::db::schema::projects;
use crate::donor_links::model::Looker;
use crate::donor_links::model::bodies::{DonorLinkChanges, NewDonorLink};
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::items::Findings;
use crate::journal::Audience;
use crate::organisations::store::names::active_among;
use crate::programmes::model::Loaded;
use crate::programmes::rules::is_in_force;
use crate::programmes::store::programmes;
use crate::projects::codes::ProjectStatus;
use crate::projects::store::projects::seen_by_organisation;
use crate::types::{CalendarDate, CommitmentId, OrganisationId, ProgrammeId, ProjectId};

/// Where a body is checked: for whom the caller writes, and what was found wrong.
pub struct Found {
    own: OrganisationId,
    errors: Vec<FieldError>,
    /// Why it can't be done now, where all that was said is good.
    closed: Option<Problem>,
}

impl Found {
    /// Where nothing was found wrong yet.
    pub fn new(own: OrganisationId) -> Self {
        Self { own, errors: Vec::new(), closed: None }
    }

    fn unknown(&mut self, member: &str, detail: &str) {
        self.report(format!("/{member}"), "unknown-reference", detail);
    }

    /// Refuses with all that was found.
    ///
    /// # Errors
    /// `validation-failed`; `state-conflict` when what it is for is closed.
    pub fn refuse(mut self) -> Result<()> {
        self.settle()?;
        self.closed.map_or(Ok(()), Err)
    }
}

impl Findings for Found {
    fn errors(&mut self) -> &mut Vec<FieldError> {
        &mut self.errors
    }
}

/// Reports what a new link names and the introducer can't offer.
///
/// # Errors
/// The engine's.
pub fn named(found: &mut Found, db: &mut Db, looker: &Looker, new: &NewDonorLink) -> Result<()> {
    if owner_of(db, new.donor_id)? != Some(found.own) {
        // Whether it is there and another's, or not at all, is not told.
        found.unknown("donor_id", "is no donor of this organisation's");
    }
    let beneficiary = new.beneficiary_organisation_id;
    if active_among(db, &[beneficiary])?.is_empty() {
        found.unknown("beneficiary_organisation_id", "is no active organisation of the network");
    }
    if let Some(id) = new.project_id {
        project(found, db, looker, beneficiary, id)?;
    }
    if let Some(id) = new.programme_id {
        programme(found, db, looker, beneficiary, id)?;
    }
    if let Some(commitment) = new.arises_from_commitment_id {
        arises(found, db, looker, commitment)?;
    }
    Ok(())
}

/// A project of the beneficiary that the introducer may see, and that is neither carried out nor called off.
fn project(
    found: &mut Found,
    db: &mut Db,
    looker: &Looker,
    beneficiary: OrganisationId,
    id: ProjectId,
) -> Result<()> {
    let may = looker.caller.rights_in(found.own).contains(Right::ProjectsRead);
    let seen = may && !seen_by_organisation(db, found.own, vec![id])?.is_empty();
    let row: Option<(OrganisationId, ProjectStatus)> = projects::table
        .find(id)
        .select((projects::organisation_id, projects::status))
        .first(db)
        .optional()?;
    match row.filter(|(owner, _)| seen && *owner == beneficiary) {
        None => found.unknown("project_id", "is no project of the beneficiary's that this organisation sees"),
        Some((_, status)) if matches!(status, ProjectStatus::Completed | ProjectStatus::Cancelled) => {
            let detail = "the project is carried out or called off";
            found.closed = Some(Problem::new(Code::StateConflict).with("state", status).detail(detail));
        }
        Some(_) => {}
    }
    Ok(())
}

/// A programme in force, of which both organisations are partners.
fn programme(
    found: &mut Found,
    db: &mut Db,
    looker: &Looker,
    beneficiary: OrganisationId,
    id: ProgrammeId,
) -> Result<()> {
    let may = looker.caller.rights_in(found.own).contains(Right::ProgrammesRead);
    let programme = if may { programmes::load(db, id)? } else { None };
    let own = found.own;
    let both = |one: &Loaded| {
        let is_in = one.partner(own).is_some() && one.partner(beneficiary).is_some();
        is_in && one.audiences().contains(&Audience::Organisation(own))
    };
    match programme.filter(both) {
        None => {
            found.unknown(
                "programme_id",
                "is no programme of which this organisation and the beneficiary are partners",
            );
        }
        Some(one) if !is_in_force(one.row.state) => {
            let detail = "a donor is introduced for a programme while its terms are in force";
            found.closed =
                Some(Problem::new(Code::StateConflict).with("state", one.row.state).detail(detail));
        }
        Some(_) => {}
    }
    Ok(())
}

fn arises(found: &mut Found, db: &mut Db, looker: &Looker, commitment: CommitmentId) -> Result<()> {
    if !fulfilment::may_arise(db, &looker.visits, found.own, commitment)? {
        found.unknown("arises_from_commitment_id", "is no commitment of a visit of this organisation's");
    }
    Ok(())
}

/// Reports days of approvals that have not come.
pub fn approvals(found: &mut Found, changes: &DonorLinkChanges, today: CalendarDate) {
    for (i, approval) in changes.approvals.iter().enumerate() {
        if approval.on.is_some_and(|on| on > today) {
            found.report(format!("/approvals/{i}/on"), "out-of-range", "is in the future");
        }
    }
}
