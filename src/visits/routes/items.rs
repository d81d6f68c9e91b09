//! Delegates, agenda, discussions and commitments of a visit: one set of handlers for the four.

use std::sync::Arc;

use uuid::Uuid;

use super::touch::touched;
use super::{conflict, permit};
use crate::access::{Permit, Right};
use crate::commitments::model::{Commitment, NewCommitment};
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::cursor::Cursor;
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::Writer;
use crate::types::{CommitmentId, DelegateId, VisitId};
use crate::visits::codes::VisitState;
use crate::visits::model::{
    AgendaItem, Delegate, Discussion, Item, Loaded, Looker, NewAgendaItem, NewDelegate, NewDiscussion, Stamp,
};
use crate::visits::rules::editing;
use crate::visits::store::checks::{Checked, Room};
use crate::visits::store::items::{self, Stored};
use crate::visits::store::visits as store;

/// What an item needs to be served.
pub(crate) trait Served: Stored + Checked {}
impl<I: Stored + Checked> Served for I {}

const WHEN: &str = "Until the visit is concluded; in `reported` each edit is the editor's approval (where they may \
                    decide) and clears the others'. Every edit raises the visit's version, which \
                    `Awasir-Parent-Version` names.";

/// The five operations of a kind of item.
macro_rules! operations_of {
    ($item:ty, $new:ty, $path:literal, [$list:literal, $add:literal, $read:literal, $change:literal, $remove:literal],
     [$many:literal, $one:literal], $whose:literal) => {
        vec![
            Operation::get($path, $list, list::<$item>)
                .summary(concat!("The ", $many, " of a visit, newest first"))
                .needs(Right::VisitsRead)
                .pages::<$item>("A page of them."),
            Operation::post($path, $add, add::<$item>)
                .summary(concat!("Adds ", $one))
                .description(WHEN)
                .needs(Right::VisitsWrite)
                .body::<$new>()
                .creates::<$item>("It."),
            Operation::get(concat!($path, "/{item_id}"), $read, read::<$item>)
                .summary(concat!("Reads ", $one))
                .needs(Right::VisitsRead)
                .ok::<$item>("It."),
            Operation::patch(concat!($path, "/{item_id}"), $change, change::<$item>)
                .summary(concat!("Changes ", $one))
                .description($whose)
                .needs(Right::VisitsWrite)
                .body::<$new>()
                .ok::<$item>("It, as it is now."),
            Operation::delete(concat!($path, "/{item_id}"), $remove, remove::<$item>)
                .summary(concat!("Removes ", $one))
                .description($whose)
                .needs(Right::VisitsWrite)
                .version(VersionNeed::Required),
        ]
    };
}

pub(super) fn operations() -> Vec<Operation> {
    [
        operations_of!(
            Delegate, NewDelegate, "/v1/visits/{id}/delegates",
            ["listDelegates", "addDelegate", "readDelegate", "changeDelegate", "removeDelegate"],
            ["delegates", "a delegate"],
            "Any party, until the organisation that it names has answered; then that one alone (403). One that \
             brought up a discussion can't be removed: 409 `in-use`."
        ),
        operations_of!(
            AgendaItem, NewAgendaItem, "/v1/visits/{id}/agenda",
            ["listAgenda", "addAgendaItem", "readAgendaItem", "changeAgendaItem", "removeAgendaItem"],
            ["agenda items", "an agenda item"],
            "Any party; a presentation its presenter alone once that one has answered (403)."
        ),
        operations_of!(
            Discussion, NewDiscussion, "/v1/visits/{id}/discussions",
            ["listDiscussions", "addDiscussion", "readDiscussion", "changeDiscussion", "removeDiscussion"],
            ["discussions", "a discussion"],
            "Any party."
        ),
        operations_of!(
            Commitment, NewCommitment, "/v1/visits/{id}/commitments",
            ["listVisitCommitments", "addCommitment", "readVisitCommitment", "changeVisitCommitment", "removeCommitment"],
            ["commitments", "a commitment"],
            "Any party; status and note a responsible organisation alone (403), and they alone once the visit is \
             concluded."
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn list<I: Served>(call: Arc<Call>) -> Result<Answer> {
    let id: VisitId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let page = call.page_request()?;
    let (limit, after) = (page.limit, page.after);
    let rows = call
        .app()
        .database
        .snapshot(move |db| {
            let visit = store::find(db, &looker.sight, id)?;
            let mut all = I::load(db, id)?;
            I::veil(&mut all, db, &looker.sight)?;
            // A visit has few enough of them to be put in order here.
            all.sort_by_key(|item| std::cmp::Reverse(item.place_in_list()));
            let rest =
                all.into_iter().filter(|item| after.is_none_or(|after: Cursor| item.place_in_list() < after));
            Ok(rest.take(limit.plus_one()).map(|item| looker.item(&visit, item)).collect::<Vec<_>>())
        })
        .await?;
    call.page(rows, limit, I::place_in_list)
}

async fn read<I: Served>(call: Arc<Call>) -> Result<Answer> {
    let place = Place::InVisit(call.id("id")?, call.id("item_id")?);
    read_at::<I>(call, place).await
}

/// Reads an item.
pub(crate) async fn read_at<I: Served>(call: Arc<Call>, place: Place) -> Result<Answer> {
    let looker = Looker::of(&call)?;
    call.app()
        .database
        .snapshot(move |db| {
            let (id, item_id) = place.find(db)?;
            let visit = store::find(db, &looker.sight, id)?;
            let item = looker.item(&visit, one_seen_by::<I>(db, &looker, id, item_id)?);
            answered(&item, visit.row.version)
        })
        .await
}

/// Where an item is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// Named below its visit.
    InVisit(VisitId, Uuid),
    /// A commitment, named alone.
    Commitment(CommitmentId),
}

impl Place {
    /// Its visit's id and its own.
    pub(crate) fn find(self, db: &mut Db) -> Result<(VisitId, Uuid)> {
        match self {
            Self::InVisit(visit, item) => Ok((visit, item)),
            Self::Commitment(id) => Ok((crate::commitments::store::visit_of(db, id)?, id.0)),
        }
    }
}

pub(crate) fn one<I: Stored>(db: &mut Db, visit: VisitId, id: Uuid) -> Result<I> {
    let all = I::load(db, visit)?;
    all.into_iter().find(|item| item.key().0 == id).ok_or_else(|| Problem::new(Code::NotFound))
}

/// The same, without what this caller may not see of it.
pub(crate) fn one_seen_by<I: Stored>(db: &mut Db, looker: &Looker, visit: VisitId, id: Uuid) -> Result<I> {
    let mut item = one::<I>(db, visit, id)?;
    I::veil(std::slice::from_mut(&mut item), db, &looker.sight)?;
    Ok(item)
}

fn answered<I: Item>(item: &I, parent: i64) -> Result<Answer> {
    Ok(Answer::thing(item, item.key().1)?.parent_version(parent))
}

async fn add<I: Served>(call: Arc<Call>) -> Result<Answer> {
    let id: VisitId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let input = call.input::<I::New>();
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| super::admit(&admitting, w, id, Right::VisitsWrite),
        move |w, (visit, permit): (Loaded, Permit)| {
            let mut new = input.get()?.clone();
            if let Some(chosen) = I::chosen(&new)
                && idempotency::choose(&acting, w, chosen)? == Chosen::Repeated
            {
                return answered(&one_seen_by::<I>(w.db(), &looker, id, chosen)?, visit.row.version);
            }
            let mut room = room(w, &visit, &permit)?;
            I::check(&mut new, None, &mut room, w.db(), "")?;
            room.settle()?;
            if !editing::record_is_open(visit.row.state) || !still_in(&looker, &visit, &permit)? {
                return Err(conflict(&looker, &visit, Code::StateConflict)?);
            }
            if I::load(w.db(), id)?.len() >= I::PART.most {
                return Err(Problem::new(Code::LimitReached).with("limit", I::PART.most));
            }
            let item_id = I::chosen(&new).unwrap_or_else(|| w.new_id());
            let now = w.now();
            let stamp = Stamp { id: item_id, visit: id, version: 1, created_at: now, updated_at: now };
            let item = I::make(new, None, stamp)?;
            items::insert(w, &permit, &item)?;
            let visit = touched(&looker, w, &permit, &visit, I::PART.name)?;
            let path = format!("/v1/visits/{id}/{}/{item_id}", I::PART.name);
            Ok(Answer::created(&item, 1, path)?.parent_version(visit.row.version))
        },
    )
    .await
}

/// Locks the visit, finds the item, and asks whether this party may edit it.
fn admit_item<I: Served>(
    looker: &Looker,
    w: &mut Writer<'_>,
    place: Place,
) -> Result<Admitted<((Loaded, I), Permit)>> {
    let (id, item_id) = place.find(w.db())?;
    let visit = store::lock(w, &looker.sight, id)?;
    let item = one::<I>(w.db(), id, item_id)?;
    let permit = permit(looker, &visit, Right::VisitsWrite)?;
    if !item.is_editable_by(&visit.standing(looker.now)?, permit.organisation()) {
        return Err(Problem::new(Code::Forbidden).detail("the organisation that it is of alone edits it now"));
    }
    Ok(Admitted::by(&permit, (visit, item)).with(permit))
}

async fn change<I: Served>(call: Arc<Call>) -> Result<Answer> {
    let place = Place::InVisit(call.id("id")?, call.id("item_id")?);
    change_at::<I>(call, place).await
}

/// Changes an item by merge patch.
pub(crate) async fn change_at<I: Served>(call: Arc<Call>, place: Place) -> Result<Answer> {
    let looker = Looker::of(&call)?;
    let (admitting, patching) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit_item::<I>(&admitting, w, place),
        move |w, ((visit, before), permit): ((Loaded, I), Permit)| {
            let (item_id, version, created_at) = before.key();
            let id = visit.row.id;
            let seen = one_seen_by::<I>(w.db(), &looker, id, item_id)?;
            patching.require_version(w.db(), Versioned { id: item_id, version, thing: &seen })?;
            let mut new: I::New = patch::apply(&seen, patching.body(), &["public_name_consent"])?;
            if I::chosen(&new) != Some(item_id) {
                let detail = "cannot be changed this way";
                return Err(Problem::errors(vec![FieldError::new("/id", "read-only", detail)]));
            }
            let mut room = room(w, &visit, &permit)?;
            I::check(&mut new, Some(&before), &mut room, w.db(), "")?;
            room.settle()?;
            let stamp =
                Stamp { id: item_id, visit: id, version: version + 1, created_at, updated_at: w.now() };
            let after = I::make(new, Some(&before), stamp)?;
            let json = |item: &I| serde_json::to_value(item).map_err(Problem::internal);
            let changed = patch::changed(&json(&before)?, &json(&after)?);
            let progress = changed.iter().all(|name| I::PROGRESS.contains(&name.as_str()));
            if changed.is_empty() {
                return answered(&seen, visit.row.version);
            }
            let open = editing::record_is_open(visit.row.state)
                || (progress && editing::progress_is_open(visit.row.state));
            if !open || !still_in(&looker, &visit, &permit)? {
                return Err(conflict(&looker, &visit, Code::StateConflict)?);
            }
            items::update(w, &permit, &before, &after)?;
            let visit = if progress {
                store::touch(w, &visit, I::PART.name)
            } else {
                touched(&looker, w, &permit, &visit, I::PART.name)
            }?;
            answered(&one_seen_by::<I>(w.db(), &looker, id, item_id)?, visit.row.version)
        },
    )
    .await
}

async fn remove<I: Served>(call: Arc<Call>) -> Result<Answer> {
    let place = Place::InVisit(call.id("id")?, call.id("item_id")?);
    let looker = Looker::of(&call)?;
    let (admitting, removing) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit_item::<I>(&admitting, w, place),
        move |w, ((visit, before), permit): ((Loaded, I), Permit)| {
            let (item_id, version, _) = before.key();
            removing.require_version(w.db(), Versioned { id: item_id, version, thing: &before })?;
            if !editing::record_is_open(visit.row.state) || !still_in(&looker, &visit, &permit)? {
                return Err(conflict(&looker, &visit, Code::StateConflict)?);
            }
            items::delete(w, &permit, &before)?;
            let visit = touched(&looker, w, &permit, &visit, I::PART.name)?;
            Ok(Answer::none().parent_version(visit.row.version))
        },
    )
    .await
}

/// Whether the organisation has not declined; once a report waits for approval, whether it is in the visit by
/// its own word: who has not answered does not keep the others from concluding.
pub(super) fn still_in(looker: &Looker, visit: &Loaded, permit: &Permit) -> Result<bool> {
    let standing = visit.standing(looker.now)?;
    let party = standing.party(permit.organisation());
    let reported = visit.row.state == VisitState::Reported;
    Ok(party.is_some_and(|party| if reported { standing.binds(party) } else { party.remains() }))
}

fn room(w: &mut Writer<'_>, visit: &Loaded, permit: &Permit) -> Result<Room> {
    let sides = visit.parties.iter().map(|(party, _)| (party.organisation_id, party.side));
    let delegates = Delegate::load(w.db(), visit.row.id)?;
    let agenda = AgendaItem::load(w.db(), visit.row.id)?;
    Ok(Room {
        own: permit.organisation(),
        sides: sides.collect(),
        delegates: delegates.iter().map(|delegate| delegate.id).collect::<Vec<DelegateId>>(),
        last_position: agenda.iter().map(|item| item.position).max().unwrap_or(0),
        errors: Vec::new(),
    })
}
