//! Erasing a person's entry.

use std::sync::Arc;

use super::{answer, today, versioned};
use crate::access::Right;
use crate::db::{Root, dialect};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Result};
use crate::members::model::Member;
use crate::members::store::erasing::{self as store, By};
use crate::types::{MemberId, OrganisationId};

pub(super) fn operation() -> Operation {
    Operation::post("/v1/organisations/{id}/members/{member_id}/erase", "eraseMember", erase)
        .summary("Erases a person's name and how they are reached")
        .description(
            "For its organisation's admins, and for the person themselves, also when they belong to it no more. Who \
             still does is ended first; the last admin can't be erased: 409 `last-admin`. Name, honorific, e-mail and phone go \
             from the entry, from invitations, kept answers and the journal; from visits go the name, honorific, \
             affiliation and introduction of the delegates that they were: their title and organisation stay. The account \
             with which they sign in stays too (`DELETE /v1/me`). What people wrote in their own words (summaries, \
             discussions, reasons, closing notes), and delegates entered by name without `member_id`, may name the person \
             still: no program can tell.",
        )
        .needs_unless_oneself(Right::MembersWrite)
        .version(VersionNeed::Optional)
        .ok::<Member>("The member as it is now: called a former member.")
}

async fn erase(call: Arc<Call>) -> Result<Answer> {
    let entry: (OrganisationId, MemberId) = (call.id("id")?, call.id("member_id")?);
    let caller = Arc::clone(call.caller()?);
    let checking = Arc::clone(&call);
    let zone = super::zone(&call)?;
    let answered = call
        .write(
            move |w| {
                let sight = caller.sight(Right::MembersRead);
                store::find_own_or_seen(w.db(), &caller, &sight, entry)?;
                dialect::lock(w.db(), Root::Organisation, entry.0.uuid())?;
                let before = store::find_own_or_seen(w.db(), &caller, &sight, entry)?;
                match caller.permit(Right::MembersWrite, &[entry.0]) {
                    Ok(permit) => Ok(Admitted::by(&permit, before).with(By::Admin(permit))),
                    Err(problem)
                        if problem.code() == Code::Forbidden && store::is_oneself(&caller, &before) =>
                    {
                        let permit = caller.permit_self()?;
                        Ok(Admitted::by_self(&permit, before).with(By::Oneself(permit)))
                    }
                    Err(problem) => Err(problem),
                }
            },
            move |w, (before, by)| {
                if before.erased_at.is_none() {
                    // What has its effect still is answered again, whatever version it names.
                    checking.check_version(w.db(), versioned(&before))?;
                }
                let today = today(w, &zone);
                answer(&store::erase(w, &by, &before, today)?)
            },
        )
        .await?;
    call.app().database.forget_log().await;
    Ok(answered)
}
