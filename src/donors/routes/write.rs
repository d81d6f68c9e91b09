//! Donors entered, changed, removed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{admit, answer, keys, versioned};
use crate::access::{Permit, Right};
use crate::donors::contact::DonorContact;
use crate::donors::model::{Donor, DonorChanges, DonorRow, NewDonor};
use crate::donors::store::{self, writing};
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::{Code, Problem, Result};
use crate::types::DonorId;

/// A donor's name is not kept for repeats, whoever may know of it: it may be sealed later.
const NEVER_KEPT: &[&str] = &["/name"];

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/donors", "createDonor", create)
            .summary("Enters a donor")
            .description(
                "Only its own organisation knows of it unless `visibility` is `network`. Its contact, and the name of one \
                 that nobody else knows of, are encrypted in the database. An organisation may enter 2,000 of these: \
                 409 `limit-reached`.",
            )
            .needs(Right::DonorsWrite)
            .body::<NewDonor>()
            .creates::<Donor>("The donor, without its contact."),
        Operation::patch("/v1/donors/{id}", "changeDonor", change)
            .summary("Changes a donor")
            .description(
                "By its own organisation. `interests` is merged, its amounts replaced whole. With the visibility \
                 `owner` what was known of its name goes from the journal too.",
            )
            .needs(Right::DonorsWrite)
            .body::<DonorChanges>()
            .ok::<Donor>("The donor as it is now."),
        Operation::delete("/v1/donors/{id}", "deleteDonor", delete)
            .summary("Removes a donor and its contact")
            .description("409 `in-use` while a donor link or a receipt names it.")
            .needs(Right::DonorsWrite)
            .version(VersionNeed::Required),
    ]
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<NewDonor>();
    let caller = Arc::clone(call.caller()?);
    let acting = Arc::clone(&call);
    let answer = call
        .write(
            move |_| {
                let permit = caller.permit_somewhere(Right::DonorsWrite)?;
                Ok(Admitted::by(&permit, ()).with(permit))
            },
            move |w, ((), permit)| {
                let input = input.get()?.clone();
                let (keys, sight) = (keys(&acting), acting.sight(Right::DonorsRead)?);
                if let Some(id) = input.id
                    && idempotency::choose(&acting, w, id.uuid())? == Chosen::Repeated
                {
                    let row = store::find(w.db(), &sight, id)?;
                    return Ok(answer(&store::shown(w.db(), keys, &sight, &row)?)?.kept_without(NEVER_KEPT));
                }
                let id = input.id.unwrap_or_else(|| w.new_id());
                let contact = input.contact.as_ref().map(DonorContact::from).unwrap_or_default();
                let row = writing::insert(w, keys, &permit, id, &input.details(), &contact)?;
                let donor = store::shown(w.db(), keys, &sight, &row)?;
                let created = Answer::created(&donor, donor.version, format!("/v1/donors/{id}"))?;
                Ok(created.kept_without(NEVER_KEPT))
            },
        )
        .await?;
    if answer.is_replayed() { named_again(&call, answer).await } else { Ok(answer) }
}

/// A kept answer with the name that the donor has now; as it is when the donor is gone.
async fn named_again(call: &Arc<Call>, answer: Answer) -> Result<Answer> {
    let mut body: serde_json::Value = serde_json::from_slice(answer.bytes()).map_err(Problem::internal)?;
    let Some(id) = body["id"].as_str().and_then(DonorId::parse) else { return Ok(answer) };
    let (sight, reading) = (call.sight(Right::DonorsRead)?, Arc::clone(call));
    let named = call.app().database.snapshot(move |db| {
        let row = store::find(db, &sight, id)?;
        store::name_of(db, keys(&reading), &row)
    });
    match named.await {
        Ok(name) => body["name"] = serde_json::to_value(name).map_err(Problem::internal)?,
        Err(problem) if problem.code() == Code::NotFound => {}
        Err(problem) => return Err(problem),
    }
    answer.with_json(&body)
}

async fn change(call: Arc<Call>) -> Result<Answer> {
    let id: DonorId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    let patching = Arc::clone(&call);
    let hidden = Arc::new(AtomicBool::new(false));
    let noting = Arc::clone(&hidden);
    let answer = call
        .write(
            move |w| admit(&caller, w, id),
            move |w, (before, permit): (DonorRow, Permit)| {
                let (keys, sight) = (keys(&patching), patching.sight(Right::DonorsRead)?);
                let seen = store::shown(w.db(), keys, &sight, &before)?;
                patching.require_version(w.db(), versioned(&seen))?;
                let whole = ["interests/minimum", "interests/maximum"];
                let details: DonorChanges = patch::apply(&seen, patching.body(), &whole)?;
                let after = writing::update(w, keys, &permit, &before, &details)?;
                noting.store(writing::hides(&before, &after), Ordering::Relaxed);
                answer(&store::shown(w.db(), keys, &sight, &after)?)
            },
        )
        .await?;
    if hidden.load(Ordering::Relaxed) {
        call.app().database.forget_log().await;
    }
    Ok(answer)
}

async fn delete(call: Arc<Call>) -> Result<Answer> {
    let id: DonorId = call.id("id")?;
    let caller = Arc::clone(call.caller()?);
    let deleting = Arc::clone(&call);
    let answer = call
        .write(
            move |w| admit(&caller, w, id),
            move |w, (before, permit): (DonorRow, Permit)| {
                let sight = deleting.sight(Right::DonorsRead)?;
                let seen = store::shown(w.db(), keys(&deleting), &sight, &before)?;
                deleting.require_version(w.db(), versioned(&seen))?;
                writing::delete(w, &permit, &before)?;
                Ok(Answer::none())
            },
        )
        .await?;
    call.app().database.forget_log().await;
    Ok(answer)
}
