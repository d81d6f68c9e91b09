//! Contributions to a programme: pledged by their giver, confirmed by another.

use std::sync::Arc;

use crate::access::{Permit, Right};
use crate::acting::conflict;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Problem, Result};
use crate::items::routes::{added, answered, changes, reads};
use crate::items::store as items;
use crate::items::{Around, Findings, Item, Parent, Stored};
use crate::journal::Writer;
use crate::programmes::codes::ContributionStatus;
use crate::programmes::model::contribution::{ByMember, Confirm, NewContribution};
use crate::programmes::model::{Contribution, Loaded, Looker};
use crate::programmes::rules::carrying;
use crate::programmes::store::contributions as store;
use crate::types::{ContributionId, OrganisationId, ProgrammeId};

pub(super) fn operations() -> Vec<Operation> {
    const PATH: &str = "/v1/programmes/{id}/contributions";
    const ONE: &str = "/v1/programmes/{id}/contributions/{item_id}";
    vec![
        Operation::get(PATH, "listContributions", list)
            .summary("The contributions to a programme, newest first")
            .description(
                "For partners. What came through a donor link from a donor whom the network doesn't know stands here for those \
                 alone who share the link, for all others in the summary's `from_donors`.",
            )
            .needs(Right::ProgrammesRead)
            .filter_many::<ContributionStatus>("status", "How far it is.")
            .pages::<Contribution>("A page of contributions."),
        Operation::post(PATH, "addContribution", add)
            .summary("Pledges a contribution of one's own organisation, or takes back one that was received")
            .description(
                "Pledged for the caller's own organisation, which gives it (`programmes:write`), while the terms are in \
                 force (409 `state-conflict`). With `reverses` one that was received is taken back by who may confirm \
                 it (`contributions:confirm`), also once the programme is completed; once (409 `already-reversed`). \
                 Five thousand at the most (409 `limit-reached`). The programme's own version stays; `Awasir-Parent-Version` names it.",
            )
            .needs_any_of(&[Right::ProgrammesWrite, Right::ContributionsConfirm])
            .body::<NewContribution>()
            .creates::<Contribution>("It."),
        reads::<Contribution>(ONE, "readContribution").summary("Reads a contribution").description("For partners."),
        changes::<Contribution>(ONE, "changeContribution")
            .summary("Changes or cancels a contribution that is pledged")
            .description(
                "Its giver (403), as long as it is pledged (409 `state-conflict`), also once the programme is completed; \
                 what a partner that left has pledged the lead cancels, and changes nothing else of it (422 \
                 `not-yours`). `money` is replaced whole.",
            ),
        Operation::post("/v1/programmes/{id}/contributions/{item_id}/confirm", "confirmContribution", confirm)
            .summary("Confirms that a contribution arrived")
            .description(
                "By the lead; of what the lead gives, by any other partner; never by the giver (403). Also once the \
                 programme is completed.",
            )
            .needs(Right::ContributionsConfirm)
            .version(VersionNeed::Optional)
            .optional_body::<Confirm>()
            .ok::<Contribution>("It, as it is now; the same again when this organisation confirmed it already."),
    ]
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let id: ProgrammeId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let statuses: Vec<ContributionStatus> = call.query().many("status")?;
    let read = move |db: &mut crate::db::Db| {
        <Loaded as Parent>::find(db, &looker, id)?;
        store::page_in(db, &looker, id, &statuses, &page)
    };
    call.page(call.app().database.snapshot(read).await?, limit, Item::place_in_list)
}

async fn add(call: Arc<Call>) -> Result<Answer> {
    let id: ProgrammeId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let input = call.input::<NewContribution>();
    let reverses = input.get().ok().and_then(|new| new.reverses);
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let programme = <Loaded as Parent>::lock(w, &admitting, id)?;
            let permit = match reverses {
                Some(reversed) => may_take_back(&admitting, w, &programme, reversed)?,
                None => programme.permit(&admitting)?,
            };
            Ok(Admitted::by(&permit, programme).with(permit))
        },
        move |w, (programme, permit): (Loaded, Permit)| {
            added::<Contribution>(&acting, &looker, w, programme, &permit, &input)
        },
    )
    .await
}

/// Leave to take a contribution back: of who may confirm it. Where there is none such, any partner is told so.
fn may_take_back(
    looker: &Looker,
    w: &mut Writer<'_>,
    programme: &Loaded,
    reversed: ContributionId,
) -> Result<Permit> {
    let able = match store::find(w.db(), programme.row.id, reversed)? {
        Some(found) => carrying::may_confirm(&programme.standing(looker.now)?, found.organisation_id),
        None => programme.current(),
    };
    permit_to_confirm(looker, &able)
}

fn permit_to_confirm(looker: &Looker, able: &[OrganisationId]) -> Result<Permit> {
    looker.caller.permit(Right::ContributionsConfirm, able)
}

async fn confirm(call: Arc<Call>) -> Result<Answer> {
    let (id, item_id): (ProgrammeId, ContributionId) = (call.id("id")?, call.id("item_id")?);
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let programme = <Loaded as Parent>::lock(w, &admitting, id)?;
            // As it is stored, not as this caller reads it: what it is decides, and it is written back.
            let found = Contribution::one(w.db(), id, item_id.uuid())?;
            if !found.is_shown(w.db(), &admitting)? {
                return Err(Problem::new(Code::NotFound));
            }
            let mut able = carrying::may_confirm(&programme.standing(admitting.now)?, found.organisation_id);
            // What came from a donor was recorded by who received it.
            able.retain(|_| found.donor_id.is_none());
            let permit = permit_to_confirm(&admitting, &able)?;
            Ok(Admitted::by(&permit, (programme, found)).with(permit))
        },
        move |w, ((programme, found), permit): ((Loaded, Contribution), Permit)| {
            confirmed(&acting, &looker, w, &programme, &found, &permit)
        },
    )
    .await
}

fn confirmed(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    programme: &Loaded,
    before: &Contribution,
    permit: &Permit,
) -> Result<Answer> {
    let own = permit.organisation();
    let received = before.status == ContributionStatus::Received;
    if received && before.confirmed_by.as_ref().is_some_and(|by| by.organisation_id == own) {
        return answered(before, programme);
    }
    let current = Versioned { id: before.id.uuid(), version: before.version, thing: before };
    call.check_version(w.db(), current)?;
    let Confirm { received_on, receipt_number, channel, .. } = call.decode()?;
    let mut room = programme.room(w, permit)?;
    if let Some(day) = received_on {
        room.day_has_come(day, "/received_on".to_owned());
    }
    room.settle()?;
    if !carrying::confirming_is_open(programme.row.state) {
        return Err(conflict(programme, looker, Code::StateConflict)?);
    }
    if before.status != ContributionStatus::Pledged {
        return Err(Problem::new(Code::StateConflict).with("state", before.status));
    }
    let receipt_number = receipt_number.map(crate::http::decode::Text::into_inner);
    let after = Contribution {
        version: before.version + 1,
        status: ContributionStatus::Received,
        received_on: Some(received_on.unwrap_or(room.today)),
        receipt_number: receipt_number.or_else(|| before.receipt_number.clone()),
        channel: channel.or(before.channel),
        confirmed_by: Some(ByMember { organisation_id: own, member_id: room.member }),
        confirmed_at: Some(w.now()),
        updated_at: w.now(),
        ..before.clone()
    };
    items::update_as(w, permit, before, &after, "programme.contribution.confirmed")?;
    answered(&after, programme)
}
