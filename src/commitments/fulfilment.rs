//! What a commitment brings forth, and what becomes of it: one way for visits in return and for whatever
//! else is created with `arises_from_commitment_id`.

use diesel::prelude::*;

use super::codes::CommitmentStatus;
use super::model::{Commitment, FulfilledBy};
use crate::access::Sight;
use crate::db::schema::commitments;
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Item, Stored};
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::types::{CommitmentId, Json, OrganisationId, VisitId};
use crate::visits::store::checks::takes_part_in;
use crate::visits::store::visits;

/// How far what arises from a commitment has come. None: not that far, or no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It was put to others: the commitment is in progress.
    UnderWay,
    /// It came to its end: the commitment is done.
    Done,
}

/// Whether something of an organisation's may arise from a commitment: of a visit that is more than a draft, in which
/// it takes part and that it sees.
///
/// # Errors
/// The engine's.
pub fn may_arise(db: &mut Db, visits: &Sight, own: OrganisationId, commitment: CommitmentId) -> Result<bool> {
    let visit: Option<VisitId> =
        commitments::table.find(commitment).select(commitments::visit_id).first(db).optional()?;
    match visit {
        Some(visit) => takes_part_in(db, visits, own, visit),
        None => Ok(false),
    }
}

/// Moves a commitment along with what arises from it: taken up by it, done, or free again.
///
/// # Errors
/// `commitment-taken` when something else fulfils it; `state-conflict` when it is done, dropped or gone.
pub fn move_on(
    w: &mut Writer<'_>,
    commitment: CommitmentId,
    by: FulfilledBy,
    was: Option<Stage>,
    is: Option<Stage>,
) -> Result<()> {
    if was == is {
        return Ok(());
    }
    let Some(before) = lock(w, commitment)? else {
        let gone = Problem::new(Code::StateConflict).detail("the commitment that it arises from is no more");
        return if was.is_none() { Err(gone) } else { Ok(()) };
    };
    let taken_by = before.fulfilled_by.as_ref().map(Json::get).transpose()?;
    let mine = taken_by.as_ref().is_some_and(|taken| taken.id == by.id);
    let mut after = before.clone();
    let action = match is {
        Some(stage) => {
            if taken_by.is_some() && !mine {
                return Err(Problem::new(Code::CommitmentTaken));
            }
            // Only who is responsible says that what is done or given up is not.
            if was.is_none() && !unfinished(&before) {
                let detail = "the commitment that it arises from is done or dropped";
                return Err(Problem::new(Code::StateConflict).with("state", before.status).detail(detail));
            }
            after.fulfilled_by = Some(Json::new(&by)?);
            match stage {
                Stage::UnderWay => {
                    after.status = CommitmentStatus::InProgress;
                    "commitment.taken_up"
                }
                Stage::Done => {
                    after.status = CommitmentStatus::Done;
                    "commitment.fulfilled"
                }
            }
        }
        None if mine => {
            after.fulfilled_by = None;
            if unfinished(&before) {
                after.status = CommitmentStatus::Open;
            }
            "commitment.freed"
        }
        None => return Ok(()),
    };
    write(w, action, &before, after)
}

fn unfinished(commitment: &Commitment) -> bool {
    matches!(commitment.status, CommitmentStatus::Open | CommitmentStatus::InProgress)
}

/// Locks the visit that a commitment is of, and reads it; none when it is there no more.
fn lock(w: &mut Writer<'_>, id: CommitmentId) -> Result<Option<Commitment>> {
    let find = |w: &mut Writer<'_>| -> Result<Option<Commitment>> {
        Ok(commitments::table.find(id).select(Commitment::as_select()).first(w.db()).optional()?)
    };
    let Some(found) = find(w)? else { return Ok(None) };
    dialect::lock(w.db(), Root::Visit, found.visit_id.uuid())?;
    find(w)
}

fn write(w: &mut Writer<'_>, action: &'static str, before: &Commitment, mut after: Commitment) -> Result<()> {
    after.version += 1;
    after.updated_at = w.now();
    after.set_row(w.db())?;
    // Nothing arises from one of a draft.
    w.of_draft(false);
    w.record(Entry {
        action,
        thing: Thing::new(Commitment::PART.kind, after.id),
        version: after.version,
        changes: Changes::between(Some(before), Some(&after))?,
    })?;
    if let Some(visit) = visits::load(w.db(), after.visit_id)? {
        visits::touch(w, &visit, Commitment::PART.name)?;
    }
    Ok(())
}
