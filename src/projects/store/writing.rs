//! A project written: inserted, saved, removed, and what follows from that.

use diesel::dsl::exists;
use diesel::prelude::*;
use serde::Serialize;

use super::KIND;
use crate::access::Permit;
use crate::db::Db;
use crate::db::schema::{
    audience, donor_links, project_communities, project_receipts, project_sectors, projects,
    visit_agenda_items, visit_agenda_projects,
};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Audience, Changes, Entry, Thing, Writer};
use crate::projects::model::ProjectRow;
use crate::types::{AnyId, Money};

/// What the journal keeps of a project, by the names that the API has for it.
#[derive(Serialize)]
struct Journaled<'a> {
    #[serde(flatten)]
    row: &'a ProjectRow,
    budget: Option<Money>,
}

impl<'a> Journaled<'a> {
    fn of(row: &'a ProjectRow) -> Result<Self> {
        Ok(Self { budget: row.budget()?, row })
    }
}

/// Adds a project.
///
/// # Errors
/// The engine's.
pub fn insert(w: &mut Writer<'_>, _permit: &Permit, row: &ProjectRow) -> Result<()> {
    diesel::insert_into(projects::table).values(row).execute(w.db())?;
    find_by(w, None, row)?;
    let thing = Thing::new(KIND, row.id);
    let changes = Changes::between(None, Some(&Journaled::of(row)?))?;
    w.record(Entry { action: "project.created", thing, version: row.version, changes })?;
    w.show_new_to(thing, &row.audiences())
}

/// Writes a changed project and shows it to whom it is for now; false where nothing changes, and nothing is written.
///
/// # Errors
/// The engine's.
pub fn save(w: &mut Writer<'_>, _permit: &Permit, before: &ProjectRow, after: &ProjectRow) -> Result<bool> {
    let changes = Changes::between(Some(&Journaled::of(before)?), Some(&Journaled::of(after)?))?;
    if changes.is_empty() {
        return Ok(false);
    }
    diesel::update(projects::table.find(after.id)).set(after).execute(w.db())?;
    find_by(w, Some(before), after)?;
    let thing = Thing::new(KIND, after.id);
    w.record(Entry { action: "project.changed", thing, version: after.version, changes })?;
    w.show_to(thing, after.created_at, &after.audiences())?;
    Ok(true)
}

/// Keeps by what lists are narrowed.
fn find_by(w: &mut Writer<'_>, before: Option<&ProjectRow>, after: &ProjectRow) -> Result<()> {
    let sectors = after.sectors.get()?;
    if before.map(|before| before.sectors.get()).transpose()?.as_ref() != Some(&sectors) {
        diesel::delete(project_sectors::table.filter(project_sectors::project_id.eq(after.id)))
            .execute(w.db())?;
        for sector in sectors {
            diesel::insert_into(project_sectors::table)
                .values((project_sectors::project_id.eq(after.id), project_sectors::sector.eq(sector)))
                .execute(w.db())?;
        }
    }
    let communities = after.community_ids.get()?;
    if before.map(|before| before.community_ids.get()).transpose()?.as_ref() != Some(&communities) {
        diesel::delete(project_communities::table.filter(project_communities::project_id.eq(after.id)))
            .execute(w.db())?;
        for community in communities {
            diesel::insert_into(project_communities::table)
                .values((
                    project_communities::project_id.eq(after.id),
                    project_communities::community_id.eq(community),
                ))
                .execute(w.db())?;
        }
    }
    Ok(())
}

/// Removes a project on which nothing hangs: no receipt, no donor link, no item of an agenda that its organisation
/// sees. Agendas that it does not see don't hold it, and are not told of: they are left without it.
///
/// # Errors
/// `in-use`; the engine's.
pub fn delete(w: &mut Writer<'_>, _permit: &Permit, row: &ProjectRow) -> Result<()> {
    if is_in_use(w.db(), row)? {
        return Err(Problem::new(Code::InUse));
    }
    let (id, thing) = (row.id, Thing::new(KIND, row.id));
    diesel::delete(visit_agenda_projects::table.filter(visit_agenda_projects::project_id.eq(id)))
        .execute(w.db())?;
    diesel::delete(project_sectors::table.filter(project_sectors::project_id.eq(id))).execute(w.db())?;
    diesel::delete(project_communities::table.filter(project_communities::project_id.eq(id)))
        .execute(w.db())?;
    diesel::delete(projects::table.find(id)).execute(w.db())?;
    w.show_to(thing, row.created_at, &[])?;
    let changes = Changes::between(Some(&Journaled::of(row)?), None)?;
    w.record(Entry { action: "project.deleted", thing, version: row.version + 1, changes })
}

fn is_in_use(db: &mut Db, row: &ProjectRow) -> Result<bool> {
    let received = project_receipts::table.filter(project_receipts::project_id.eq(row.id));
    let linked = donor_links::table.filter(donor_links::project_id.eq(row.id));
    let through: Vec<AnyId> =
        [Audience::Organisation(row.organisation_id), Audience::Network].map(Audience::column).into();
    let named = visit_agenda_projects::table
        .inner_join(
            visit_agenda_items::table.on(visit_agenda_items::id.eq(visit_agenda_projects::agenda_item_id)),
        )
        .inner_join(audience::table.on(audience::thing_id.eq(visit_agenda_items::visit_id)))
        .filter(visit_agenda_projects::project_id.eq(row.id))
        .filter(audience::organisation_id.eq_any(through));
    Ok(diesel::select(exists(received)).get_result(db)?
        || diesel::select(exists(linked)).get_result(db)?
        || diesel::select(exists(named)).get_result(db)?)
}
