//! Projects found, locked and seen.

use diesel::prelude::*;

use super::{KIND, sums};
use crate::access::Sight;
use crate::db::schema::{audience, projects};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Audience, Writer, audience as seeing};
use crate::projects::model::{Looker, Project, ProjectRow};
use crate::types::{AnyId, OrganisationId, ProjectId};

/// One project that the caller may see.
///
/// # Errors
/// `not-found`, also when they may not.
pub fn find(db: &mut Db, sight: &Sight, id: ProjectId) -> Result<ProjectRow> {
    let row: Option<ProjectRow> = projects::table
        .filter(projects::id.eq(id))
        .filter(projects::id.eq_any(seeing::seen(vec![AnyId(id.0)], sight)))
        .select(ProjectRow::as_select())
        .first(db)
        .optional()?;
    row.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Locks a project that the caller sees and reads it: nobody else waits for it, or has others wait.
///
/// # Errors
/// `not-found`, also when the caller may not see it.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: ProjectId) -> Result<ProjectRow> {
    find(w.db(), sight, id)?;
    dialect::lock(w.db(), Root::Project, id.uuid())?;
    find(w.db(), sight, id)
}

/// Projects as the caller sees them, in the order of their rows: in as many statements for many as for one.
///
/// # Errors
/// The engine's.
pub fn seen(db: &mut Db, looker: &Looker, rows: &[ProjectRow]) -> Result<Vec<Project>> {
    let with_amounts = rows.iter().filter(|row| looker.sees_amounts(row)).map(|row| row.id).collect();
    let mut given = sums::given(db, with_amounts)?;
    let one = |row: &ProjectRow| {
        let given = looker.sees_amounts(row).then(|| given.remove(&row.id).unwrap_or_default());
        looker.project(row, given.as_ref())
    };
    rows.iter().map(one).collect()
}

/// A project as the caller sees it.
///
/// # Errors
/// The engine's.
pub fn seen_by(db: &mut Db, looker: &Looker, row: &ProjectRow) -> Result<Project> {
    let seen = seen(db, looker, std::slice::from_ref(row))?.pop();
    seen.ok_or_else(|| Problem::internal("a project was lost from sight"))
}

/// Which of these projects an organisation sees: its own, and those open to the network.
///
/// # Errors
/// The engine's.
pub fn seen_by_organisation(
    db: &mut Db,
    organisation: OrganisationId,
    ids: Vec<ProjectId>,
) -> Result<Vec<ProjectId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let through = [Audience::Organisation(organisation), Audience::Network].map(Audience::column);
    let ids: Vec<AnyId> = ids.into_iter().map(|id| AnyId(id.0)).collect();
    let seen: Vec<AnyId> = audience::table
        .filter(audience::thing_kind.eq(KIND))
        .filter(audience::thing_id.eq_any(ids))
        .filter(audience::organisation_id.eq_any(through))
        .select(audience::thing_id)
        .load(db)?;
    Ok(seen.into_iter().map(|id| ProjectId(id.0)).collect())
}
