//! The commitments that an organisation took upon itself, and that are due soon or were before today.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{commitment_responsibles, commitments, visit_parties};
use crate::http::problem::Result;
use crate::inbox::codes::InboxAction;
use crate::inbox::model::{Asked, Matter, Waiting};
use crate::inbox::rules;
use crate::text::LocalizedText;
use crate::types::{CalendarDate, CommitmentId, Json};
use crate::visits::codes::Response;

/// Those that wait, due first.
///
/// # Errors
/// The engine's.
pub(super) fn waiting(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    // An organisation that declined sees its visit no further, nor what came of it.
    let takes_part = visit_parties::table
        .filter(visit_parties::visit_id.eq(commitments::visit_id))
        .filter(visit_parties::organisation_id.eq(asked.organisation))
        .filter(visit_parties::response.ne(Response::Declined));
    let due_on = commitment_responsibles::waits_until.assume_not_null();
    let rows: Vec<(CommitmentId, CalendarDate, Json<LocalizedText>)> = commitment_responsibles::table
        .inner_join(commitments::table.on(commitments::id.eq(commitment_responsibles::commitment_id)))
        .filter(commitment_responsibles::organisation_id.eq(asked.organisation))
        .filter(due_on.le(rules::commitments_until(asked.today())))
        .filter(diesel::dsl::exists(takes_part))
        .order((due_on.asc(), commitment_responsibles::commitment_id.asc()))
        .limit(rules::MOST.into())
        .select((commitments::id, due_on, commitments::description))
        .load(db)?;
    Ok(rows
        .into_iter()
        .map(|(id, due_on, what)| Waiting {
            action: InboxAction::Fulfil,
            id: id.uuid(),
            due_on: Some(due_on),
            matter: Matter::Commitment(what, due_on),
        })
        .collect())
}
