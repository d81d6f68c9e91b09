//! A donor link written: inserted, saved, moved along, with all that follows from that.

use diesel::prelude::*;

use super::KIND;
use super::{disbursements, pledges};
use crate::access::Permit;
use crate::commitments::fulfilment;
use crate::commitments::model::Fulfilment;
use crate::db::schema::donor_links;
use crate::donor_links::codes::LinkStage;
use crate::donor_links::model::{LinkRow, Loaded};
use crate::donor_links::rules;
use crate::http::problem::Result;
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::Json;

/// Adds a link.
///
/// # Errors
/// `commitment-taken`, `state-conflict` of the commitment that it arises from; the engine's.
pub fn insert(w: &mut Writer<'_>, _permit: &Permit, row: &LinkRow) -> Result<()> {
    diesel::insert_into(donor_links::table).values(row).execute(w.db())?;
    let thing = Thing::new(KIND, row.id);
    let action = if row.stage == LinkStage::Offered { "donor_link.offered" } else { "donor_link.created" };
    let changes = Changes::between(None, Some(row))?;
    w.record(Entry { action, thing, version: row.version, changes })?;
    w.show_new_to(thing, &row.audiences())?;
    fulfil(w, None, row)
}

/// Writes a changed link, with what follows: a link that is over drops what is still promised, and the grant where it
/// came to nothing; the commitment that it arises from moves with it.
///
/// # Errors
/// `state-conflict` of that commitment; the engine's.
pub fn save(
    w: &mut Writer<'_>,
    _permit: &Permit,
    before: &Loaded,
    after: Loaded,
    action: &'static str,
) -> Result<Loaded> {
    write(w, before, after, action)
}

pub(super) fn write(
    w: &mut Writer<'_>,
    before: &Loaded,
    mut after: Loaded,
    action: &'static str,
) -> Result<Loaded> {
    let row = &mut after.row;
    if !rules::is_open(row.stage) && !rules::is_introduced(row.stage) {
        row.granted_at = None;
    }
    let step = row.next_step.as_ref().filter(|_| rules::is_open(row.stage)).map(Json::get).transpose()?;
    row.next_step_due_on = step.and_then(|step| step.due_on);
    row.version = before.row.version + 1;
    row.updated_at = w.now();
    diesel::update(donor_links::table.find(row.id)).set(&*row).execute(w.db())?;
    let changes = Changes::between(Some(&before.row), Some(&*row))?;
    w.record(Entry { action, thing: Thing::new(KIND, row.id), version: row.version, changes })?;
    if rules::is_giving(before.row.stage) && !rules::is_giving(row.stage) {
        pledges::drop_open(w, row.id)?;
    }
    fulfil(w, Some(before.row.stage), row)?;
    Ok(after)
}

fn fulfil(w: &mut Writer<'_>, was: Option<LinkStage>, row: &LinkRow) -> Result<()> {
    let Some(commitment) = row.arises_from_commitment_id else { return Ok(()) };
    w.of_donors();
    let by = Fulfilment::DonorLink.by(row.id.uuid());
    fulfilment::move_on(w, commitment, by, was.and_then(rules::fulfils), rules::fulfils(row.stage))
}

/// Moves a locked link to where it stands by what is pledged and received now.
///
/// # Errors
/// The engine's.
pub fn follow(w: &mut Writer<'_>, link: Loaded) -> Result<Loaded> {
    let row = &link.row;
    if !rules::is_giving(row.stage) {
        return Ok(link);
    }
    let pledged = pledges::any_open(w.db(), row.id)?;
    let received = disbursements::any_standing(w.db(), row.id)?;
    let stage = rules::follows(row.stage, row.talks_stage, pledged, received);
    if stage == row.stage {
        return Ok(link);
    }
    let action = match stage {
        LinkStage::Funded => "donor_link.funded",
        LinkStage::Pledged if row.stage != LinkStage::Funded => "donor_link.pledged",
        _ => "donor_link.taken_back",
    };
    let mut after = link.clone();
    after.row.stage = stage;
    write(w, &link, after, action)
}
