//! Drawing up a visit, with as much of its record as is known.

use std::sync::Arc;

use uuid::Uuid;

use super::{about_weekday, answer, seen, zone};
use crate::access::{Permit, Right};
use crate::commitments::model::Commitment;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call};
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Checked, Findings, Item, Stamp};
use crate::journal::Writer;
use crate::types::{Instant, OrganisationId, VisitId};
use crate::visits::model::{AgendaItem, Delegate, Discussion, Loaded, Looker, NewVisit, Record, Visit};
use crate::visits::store::checks::{New, Room};
use crate::visits::store::visits as store;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::post("/v1/visits", "createVisit", create)
            .summary("Draws up a visit")
            .description(
                "The draft is seen by its own organisation only, which must be one of the parties; these are active \
                 organisations. Delegates, agenda, discussions and commitments may come with it; ids chosen by the \
                 client make the call safe to repeat. A weekday that is not the date's: 422 `weekday-mismatch`, with \
                 `suggested_date` where day and month may have been exchanged.",
            )
            .needs(Right::VisitsWrite)
            .body::<NewVisit>()
            .creates::<Visit>("The draft."),
    ]
}

async fn create(call: Arc<Call>) -> Result<Answer> {
    let input = call.input::<NewVisit>();
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    // On whose behalf: the one of the named parties for which the caller may write.
    let named: Vec<OrganisationId> = match input.get() {
        Ok(input) => input.parties.iter().map(|party| party.organisation_id).collect(),
        Err(_) => Vec::new(),
    };
    call.write(
        move |_| {
            let permit = admitting.caller.permit_among(Right::VisitsWrite, &named)?;
            Ok(Admitted::by(&permit, ()).with(permit))
        },
        move |w, ((), permit)| {
            let input = input.get().map_err(|problem| about_weekday(&acting, problem))?.clone();
            if let Some(id) = input.id
                && idempotency::choose(&acting, w, id.uuid())? == Chosen::Repeated
            {
                let visit = store::find(w.db(), &looker.sight, id)?;
                return answer(&seen(w.db(), &looker, &visit)?);
            }
            draw_up(&acting, &looker, w, &permit, input)
        },
    )
    .await
}

fn draw_up(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    permit: &Permit,
    input: NewVisit,
) -> Result<Answer> {
    let details = input.details();
    let id: VisitId = input.id.unwrap_or_else(|| w.new_id());
    let chosen = chosen_ids(&input);
    let mut room = Room {
        own: permit.organisation(),
        sides: details.parties.iter().map(|party| (party.organisation_id, party.side)).collect(),
        delegates: input.delegates.iter().filter_map(|delegate| delegate.id).collect(),
        last_position: 0,
        projects: Vec::new(),
        errors: Vec::new(),
    };
    let everything = New { parties: true, returns: true, arises: true };
    room.visit(w.db(), &looker.sight, &details, everything)?;
    let record = Record {
        delegates: made::<Delegate>(w, &mut room, id, input.delegates.into_inner())?,
        agenda: made::<AgendaItem>(w, &mut room, id, input.agenda.into_inner())?,
        discussions: made::<Discussion>(w, &mut room, id, input.discussions.into_inner())?,
        commitments: made::<Commitment>(w, &mut room, id, input.commitments.into_inner())?,
    };
    room.settle()?;
    for chosen in chosen {
        take(call, w, chosen)?;
    }
    let row = store::draft(w, permit, id, &details, &zone(call)?)?;
    let visit = store::insert(w, permit, &row, &store::party_rows(id, row.created_at, &details))?;
    store::insert_record(w, permit, &record)?;
    let visit = seen(w.db(), looker, &visit)?;
    Answer::created(&visit, visit.version, format!("/v1/visits/{id}"))
}

/// The ids that the client chose for items.
fn chosen_ids(input: &NewVisit) -> Vec<Uuid> {
    let delegates = input.delegates.iter().filter_map(Delegate::chosen);
    let agenda = input.agenda.iter().filter_map(AgendaItem::chosen);
    let discussions = input.discussions.iter().filter_map(Discussion::chosen);
    let commitments = input.commitments.iter().filter_map(Commitment::chosen);
    delegates.chain(agenda).chain(discussions).chain(commitments).collect()
}

/// Takes an id that the client chose for an item of something new.
fn take(call: &Call, w: &mut Writer<'_>, id: Uuid) -> Result<()> {
    match idempotency::choose(call, w, id)? {
        Chosen::Free => Ok(()),
        Chosen::Repeated => Err(Problem::new(Code::IdTaken)),
    }
}

/// The items of a list, checked; what is wrong is reported to the room.
fn made<I: Checked + Item<Parent = Loaded>>(
    w: &mut Writer<'_>,
    room: &mut Room,
    visit: VisitId,
    list: Vec<I::New>,
) -> Result<Vec<I>> {
    let mut items = Vec::with_capacity(list.len());
    for (i, mut new) in (0i64..).zip(list) {
        I::check(&mut new, None, room, w.db(), &format!("/{}/{i}", I::PART.name))?;
        let id = I::chosen(&new).unwrap_or_else(|| w.new_id());
        // A microsecond apart, so that they stay in the order in which they were given.
        let created_at = Instant::from_micros(w.now().micros() + i);
        let (by, updated_at) = (room.own, w.now());
        let stamp = Stamp { id, parent: visit, by, version: 1, created_at, updated_at };
        items.push(I::make(new, None, room, stamp)?);
    }
    Ok(items)
}
