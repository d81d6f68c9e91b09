//! `/v1/commitments`: across visits. Within one they are items of its record.

use std::collections::HashMap;
use std::sync::Arc;

use super::codes::{CommitmentStatus, Strength};
use super::model::{Commit, Commitment, NewCommitment};
use super::rules::{self, Taking};
use super::store::{self, Filter};
use crate::access::{Permit, Right};
use crate::acting::{answered, conflict};
use crate::http::answer::Answer;
use crate::http::call::{Call, Versioned};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Problem, Result};
use crate::items::routes::{Place, change_at, read_at};
use crate::items::store as items;
use crate::items::{Around, Item, Parent, Stored};
use crate::journal::Writer;
use crate::types::{CalendarDate, CommitmentId, Json, OrganisationId, TimeZoneName, VisitId};
use crate::visits::model::{Loaded, Looker, Visit};
use crate::visits::routes::{admit, touch};
use crate::visits::rules::editing;
use crate::visits::store::visits;

/// The operations of this room.
pub fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/commitments", "listCommitments", list)
            .summary("Commitments of all visits, newest first")
            .description(
                "Of the visits that the caller sees, once they were held. `overdue` counts what was committed in a \
                 concluded visit and is neither done nor dropped on its day, in the network's time zone: talk is never \
                 overdue.",
            )
            .needs(Right::VisitsRead)
            .filter::<OrganisationId>("responsible_organisation_id", "Who took it upon itself.")
            .filter_many::<CommitmentStatus>("status", "How far it has come.")
            .filter_many::<Strength>("strength", "How far the words went.")
            .filter::<bool>("overdue", "Whether its day has passed.")
            .filter::<CalendarDate>("due_before", "Due before this day.")
            .filter::<VisitId>("visit_id", "Of this visit.")
            .pages::<Commitment>("A page of commitments."),
        Operation::get("/v1/commitments/{id}", "readCommitment", |call: Arc<Call>| async move {
            read_at::<Commitment>(alone(&call)?, call).await
        })
        .summary("One commitment")
        .description("To be seen by those who see its visit; `fulfilled_by` is null for who may not see that thing.")
        .needs(Right::VisitsRead)
        .ok::<Commitment>("The commitment."),
        Operation::patch("/v1/commitments/{id}", "changeCommitment", |call: Arc<Call>| async move {
            change_at::<Commitment>(alone(&call)?, call).await
        })
        .summary("Changes a commitment, or tells how far it has come")
        .description(
            "Status and note are told by a responsible organisation alone (403), and they alone once the visit is \
             concluded.",
        )
        .needs(Right::VisitsWrite)
        .body::<NewCommitment>()
        .ok::<Commitment>("The commitment as it is now."),
        Operation::post("/v1/commitments/{id}/commit", "commit", commit)
            .summary("Takes upon one's own organisation what was talked about")
            .description(
                "Of what was discussed, called for or agreed in principle, a party makes its own promise: it alone is \
                 responsible then. To what another party has committed it adds itself, for the same day. Possible as long \
                 as the visit stands, also once it is concluded.",
            )
            .needs(Right::VisitsDecide)
            .version(VersionNeed::Optional)
            .body::<Commit>()
            .ok::<Visit>("The whole visit as it is now; the same again when its effect stands already."),
    ]
}

/// The commitment that the path names without its visit.
fn alone(call: &Call) -> Result<Place<VisitId>> {
    Ok(Place::Alone(call.id("id")?, |db, id| store::visit_of(db, id.into())))
}

async fn list(call: Arc<Call>) -> Result<Answer> {
    let looker = Looker::of(&call)?;
    let filter = filter(&call)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let read = move |db: &mut crate::db::Db| {
        let mut rows = store::list(db, &looker.sight, &filter, &page)?;
        Commitment::veil(&mut rows, db, &looker)?;
        let ids: Vec<VisitId> = rows.iter().map(|one| one.visit_id).collect();
        let visits = visits::load_all(db, &ids)?.into_iter();
        let visits: HashMap<VisitId, Loaded> = visits.map(|visit| (visit.row.id, visit)).collect();
        let seen = rows.into_iter().filter_map(|one| visits.get(&one.visit_id)?.shown(&looker, one));
        Ok(seen.collect::<Vec<Commitment>>())
    };
    call.page(call.app().database.snapshot(read).await?, limit, Item::place_in_list)
}

fn filter(call: &Call) -> Result<Filter> {
    let zone: TimeZoneName = call.app().settings.time_zone.parse().map_err(Problem::internal)?;
    let today = zone.today_in_zone(call.now());
    call.query().read(|reader| Filter {
        responsible: reader.one("responsible_organisation_id"),
        statuses: reader.many("status"),
        strengths: reader.many("strength"),
        overdue: reader.one::<bool>("overdue").map(|overdue| (overdue, today)),
        due_before: reader.one("due_before"),
        visit: reader.one("visit_id"),
    })
}

async fn commit(call: Arc<Call>) -> Result<Answer> {
    let id: CommitmentId = call.id("id")?;
    let input = call.input::<Commit>();
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let visit = store::visit_of(w.db(), id)?;
            admit(&admitting, w, visit, Right::VisitsDecide)
        },
        move |w, (visit, permit): (Loaded, Permit)| {
            let due_on = input.get().map(|said| said.due_on);
            take_upon(&acting, &looker, w, &visit, &permit, (id, due_on))
        },
    )
    .await
}

fn take_upon(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    visit: &Loaded,
    permit: &Permit,
    (id, due_on): (CommitmentId, Result<CalendarDate>),
) -> Result<Answer> {
    let before: Commitment = Commitment::one(w.db(), visit.row.id, id.0)?;
    let responsible = before.responsible_organisation_ids.get()?;
    let own = permit.organisation();
    let taking = due_on.as_ref().map(|due| rules::take_upon(&before, &responsible, own, *due));
    if !matches!(taking, Ok(Taking::Stands)) {
        let seen = Commitment::one_seen_by(w.db(), looker, visit.row.id, id.0)?;
        call.check_version(w.db(), Versioned { id: id.0, version: before.version, thing: &seen })?;
        let due_on = due_on?;
        let open = editing::progress_is_open(visit.row.state) && visit.remaining().contains(&own);
        let Taking::Taken(responsible) = rules::take_upon(&before, &responsible, own, due_on) else {
            let detail = "it is committed already, and for another day";
            return Err(conflict(visit, looker, Code::StateConflict)?.detail(detail));
        };
        if !open {
            return Err(conflict(visit, looker, Code::StateConflict)?);
        }
        let mut after = before.clone();
        after.strength = Strength::Committed;
        after.responsible_organisation_ids = Json::new(&responsible)?;
        after.due_on = Some(due_on);
        after.version += 1;
        after.updated_at = w.now();
        items::update(w, permit, &before, &after)?;
        let part = Commitment::PART.name;
        if editing::record_is_open(visit.row.state) {
            touch::touched(looker, w, permit, visit, part)?;
        } else {
            visits::touch(w, visit, part)?;
        }
    }
    let visit = visits::find(w.db(), &looker.sight, visit.row.id)?;
    answered(&visit, w.db(), looker)
}
