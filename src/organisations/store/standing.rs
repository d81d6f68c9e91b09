//! Steps from one status to another, with all that hangs on them.

use std::time::Duration;

use diesel::prelude::*;

use super::writing::{By, claim, read, release, store_details};
use super::{KIND, Row};
use crate::accounts::store::raise_epochs_of_members;
use crate::db::schema::organisations::dsl;
use crate::http::problem::Result;
use crate::invitations::store::withdraw_all;
use crate::journal::{Changes, Entry, Thing, Writer};
use crate::organisations::bodies::OrganisationChanges;
use crate::organisations::codes::{OrganisationAction as Action, OrganisationStatus as Status};
use crate::organisations::model::{Applicant, Decision};
use crate::organisations::rules;
use crate::text::LocalizedText;
use crate::types::{Instant, Json, OrganisationId};

/// How long an applicant can read a decision.
const TOKEN_AFTER_DECISION: Duration = Duration::from_secs(90 * 24 * 3600);

/// Takes a step. Whoever signs in for the organisation loses, or gets back, at once what its standing gives.
///
/// # Errors
/// `state-conflict`; `external-id-taken` where it becomes a member.
pub fn step(
    w: &mut Writer<'_>,
    _by: &By<'_>,
    before: &Row,
    action: Action,
    reason: Option<LocalizedText>,
) -> Result<Row> {
    let to = rules::next(action, before.status)?;
    take(w, before, action, to, reason, Changes::none())
}

/// Applies again, with changes.
///
/// # Errors
/// `state-conflict`; `validation-failed` for communities that aren't there.
pub fn resubmit(w: &mut Writer<'_>, by: &By<'_>, before: &Row, details: &OrganisationChanges) -> Result<Row> {
    let to = rules::next(Action::Resubmit, before.status)?;
    let changes = store_details(w, by, before, details)?;
    take(w, before, Action::Resubmit, to, None, changes)
}

fn take(
    w: &mut Writer<'_>,
    before: &Row,
    action: Action,
    to: Status,
    reason: Option<LocalizedText>,
    changes: Changes,
) -> Result<Row> {
    let (id, now, version) = (before.id, w.now(), before.version + 1);
    let decision = Decision { action, reason, at: now };
    let changes = changes.with("status", before.status.as_str().into(), to.as_str().into()).with(
        "last_decision",
        serde_json::Value::Null,
        decision_value(&decision)?,
    );
    diesel::update(dsl::organisations.find(id))
        .set((
            dsl::status.eq(to),
            dsl::last_decision.eq(Some(Json::new(&decision)?)),
            dsl::version.eq(version),
            dsl::updated_at.eq(now),
        ))
        .execute(w.db())?;
    keep_token(w, id, action, now)?;
    match (before.status.claims_external_ids(), to.claims_external_ids()) {
        (false, true) => claim(w.db(), id)?,
        (true, false) => release(w.db(), id)?,
        _ => {}
    }
    if (before.status == Status::Active) != (to == Status::Active) {
        raise_epochs_of_members(w, id)?;
    }
    if to != Status::Active {
        withdraw_all(w, id)?;
    }
    w.record(Entry { action: told(action), thing: Thing::new(KIND, id), version, changes })?;
    if before.status == Status::Active && to != Status::Active {
        crate::visits::store::party_unavailable(w, id)?;
    }
    if (before.status == Status::Active) != (to == Status::Active) {
        crate::programmes::store::partner_standing_changed(w, id)?;
        crate::registrations::store::helper_standing_changed(w, id)?;
    }
    if before.status == Status::Active && to != Status::Active {
        crate::donor_links::store::party_unavailable(w, id)?;
    }
    read(w.db(), id)
}

fn decision_value(decision: &Decision) -> Result<serde_json::Value> {
    serde_json::to_value(decision).map_err(crate::http::problem::Problem::internal)
}

/// The applicant's token is good until approval, or 90 days after a decision that nothing followed.
fn keep_token(w: &mut Writer<'_>, id: OrganisationId, action: Action, now: Instant) -> Result<()> {
    let expires = match action {
        Action::Return | Action::Reject => Some(now.plus(TOKEN_AFTER_DECISION)),
        Action::Resubmit => None,
        Action::Approve => {
            // What was asked to reach the applicant by is not needed any more.
            diesel::update(dsl::organisations.find(id))
                .set((
                    dsl::status_token_digest.eq(None::<Vec<u8>>),
                    dsl::applicant.eq(None::<Json<Applicant>>),
                    dsl::status_token_expires_at.eq(None::<Instant>),
                ))
                .execute(w.db())?;
            return Ok(());
        }
        Action::Suspend | Action::Reinstate | Action::Leave | Action::Dissolve => return Ok(()),
    };
    diesel::update(dsl::organisations.find(id))
        .set(dsl::status_token_expires_at.eq(expires))
        .execute(w.db())?;
    Ok(())
}

fn told(action: Action) -> &'static str {
    match action {
        Action::Approve => "organisation.approved",
        Action::Return => "organisation.returned",
        Action::Reject => "organisation.rejected",
        Action::Resubmit => "organisation.resubmitted",
        Action::Suspend => "organisation.suspended",
        Action::Reinstate => "organisation.reinstated",
        Action::Leave => "organisation.left",
        Action::Dissolve => "organisation.dissolved",
    }
}

/// Records that others read how an organisation is reached.
///
/// # Errors
/// The engine's.
pub fn note_contact_read(w: &mut Writer<'_>, id: OrganisationId, version: i64) -> Result<()> {
    let thing = Thing::new(KIND, id);
    w.record(Entry { action: "organisation.contact_read", thing, version, changes: Changes::none() })
}
