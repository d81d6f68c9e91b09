//! The operations of a kind of item: one set of handlers for all kinds, whatever they are below.
//!
//! In their paths [`Parent::ITEM`] is the item's id, `{item_id}`; [`Parent::named`] reads the others.

use std::sync::Arc;

use uuid::Uuid;

use super::model::{Edit, Item, Stamp};
use super::parent::{Parent, ParentId};
use super::store::{self, Checked, Findings, Stored};
use crate::access::Permit;
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Input, Versioned};
use crate::http::idempotency::{self, Chosen};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::patch;
use crate::http::problem::{Code, FieldError, Problem, Result};
use crate::journal::Writer;

/// What an item needs to be served.
pub trait Served: Stored + Checked {}
impl<I: Stored + Checked> Served for I {}

/// The five operations of a kind of item: its type, the path of its list, the operations' ids, what many are called
/// and one of them, when they may be edited, and by whom one may.
#[macro_export]
macro_rules! operations_of_items {
    (
        $item:ty, $path:literal, [$list:literal, $add:literal, $read:literal, $change:literal, $remove:literal],
        [$many:literal, $one:literal], $when:expr, $whose:expr
    ) => {{
        use $crate::items::routes;
        vec![
            routes::lists::<$item>($path, $list).summary(concat!("The ", $many, ", newest first")),
            routes::adds::<$item>($path, $add).summary(concat!("Adds ", $one)).description($when),
            routes::reads::<$item>(concat!($path, "/{item_id}"), $read).summary(concat!("Reads ", $one)),
            routes::changes::<$item>(concat!($path, "/{item_id}"), $change)
                .summary(concat!("Changes ", $one))
                .description($whose),
            routes::removes::<$item>(concat!($path, "/{item_id}"), $remove)
                .summary(concat!("Removes ", $one))
                .description($whose),
        ]
    }};
}

/// Lists the items below a thing.
pub fn lists<I: Served>(path: &'static str, id: &'static str) -> Operation {
    Operation::get(path, id, list::<I>).needs(I::Parent::READ).pages::<I>("A page of them.")
}

/// Adds one.
pub fn adds<I: Served>(path: &'static str, id: &'static str) -> Operation {
    Operation::post(path, id, add::<I>).needs(I::Parent::WRITE).body::<I::New>().creates::<I>("It.")
}

/// Reads one.
pub fn reads<I: Served>(path: &'static str, id: &'static str) -> Operation {
    Operation::get(
        path,
        id,
        |call: Arc<Call>| async move { read_at::<I>(below::<I::Parent>(&call)?, call).await },
    )
    .needs(I::Parent::READ)
    .ok::<I>("It.")
}

/// Changes one by merge patch.
pub fn changes<I: Served>(path: &'static str, id: &'static str) -> Operation {
    Operation::patch(path, id, |call: Arc<Call>| async move {
        change_at::<I>(below::<I::Parent>(&call)?, call).await
    })
    .needs(I::Parent::WRITE)
    .body::<I::New>()
    .ok::<I>("It, as it is now.")
}

/// Removes one.
pub fn removes<I: Served>(path: &'static str, id: &'static str) -> Operation {
    Operation::delete(path, id, remove::<I>).needs(I::Parent::WRITE).version(VersionNeed::Required)
}

/// Where an item is.
#[derive(Debug, Clone, Copy)]
pub enum Place<Id> {
    /// Named below its thing.
    Below(Id, Uuid),
    /// Named alone; and how what it is below is found.
    Alone(Uuid, fn(&mut Db, Uuid) -> Result<Id>),
}

impl<Id: Copy> Place<Id> {
    /// The id of what it is below, and its own.
    fn find(self, db: &mut Db) -> Result<(Id, Uuid)> {
        match self {
            Self::Below(parent, item) => Ok((parent, item)),
            Self::Alone(item, parent_of) => Ok((parent_of(db, item)?, item)),
        }
    }
}

/// The place that the path of an item below its thing names.
fn below<P: Parent>(call: &Call) -> Result<Place<P::Id>> {
    Ok(Place::Below(P::named(call)?, call.id(P::ITEM)?))
}

/// An item, answered.
pub(crate) fn answered<I: Item>(item: &I, parent: &I::Parent) -> Result<Answer> {
    Ok(Answer::thing(item, item.key().1)?.parent_version(parent.version()))
}

async fn list<I: Served>(call: Arc<Call>) -> Result<Answer> {
    let id = I::Parent::named(&call)?;
    let looker = I::Parent::looker(&call)?;
    let page = call.page_request()?;
    let limit = page.limit;
    let read = move |db: &mut Db| {
        let parent = I::Parent::find(db, &looker, id)?;
        let (mut page, mut shown) = (page, Vec::new());
        loop {
            let mut rows = I::page(db, id, &page)?;
            I::veil(&mut rows, db, &looker)?;
            page.after = rows.last().map(I::place_in_list);
            let is_last = rows.len() < limit.plus_one();
            shown.extend(rows.into_iter().filter_map(|item| parent.shown(&looker, item)));
            // What is not shown takes no place.
            if is_last || shown.len() >= limit.plus_one() {
                shown.truncate(limit.plus_one());
                return Ok(shown);
            }
        }
    };
    call.page(call.app().database.snapshot(read).await?, limit, I::place_in_list)
}

/// Reads an item.
pub(crate) async fn read_at<I: Served>(place: Place<ParentId<I>>, call: Arc<Call>) -> Result<Answer> {
    let looker = I::Parent::looker(&call)?;
    call.app()
        .database
        .snapshot(move |db| {
            let (id, item_id) = place.find(db)?;
            let parent = I::Parent::find(db, &looker, id)?;
            let item = I::one_seen_by(db, &looker, id, item_id)?;
            let shown = parent.shown(&looker, item).ok_or_else(|| Problem::new(Code::NotFound))?;
            answered(&shown, &parent)
        })
        .await
}

async fn add<I: Served>(call: Arc<Call>) -> Result<Answer> {
    let id = I::Parent::named(&call)?;
    let looker = I::Parent::looker(&call)?;
    let input = call.input::<I::New>();
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let parent = I::Parent::lock(w, &admitting, id)?;
            let permit = parent.permit(&admitting)?;
            Ok(Admitted::by(&permit, parent).with(permit))
        },
        move |w, (parent, permit): (I::Parent, Permit)| {
            added::<I>(&acting, &looker, w, parent, &permit, &input)
        },
    )
    .await
}

/// Adds an item below what was found, with leave to do so.
pub(crate) fn added<I: Served>(
    call: &Call,
    looker: &<I::Parent as Parent>::Looker,
    w: &mut Writer<'_>,
    parent: I::Parent,
    permit: &Permit,
    input: &Input<I::New>,
) -> Result<Answer> {
    let (id, mut new) = (parent.id(), input.get()?.clone());
    if let Some(chosen) = I::chosen(&new)
        && idempotency::choose(call, w, chosen)? == Chosen::Repeated
    {
        let there = I::one_seen_by(w.db(), looker, id, chosen)?;
        return answered(&there, &parent);
    }
    let mut room = parent.room(w, permit)?;
    I::check(&mut new, None, &mut room, w.db(), "")?;
    room.settle()?;
    let edit = I::adding(&new);
    parent.require_open(looker, permit, I::PART.name, edit)?;
    if let Some(most) = I::PART.most
        && I::count(w.db(), id)? >= most
    {
        return Err(Problem::new(Code::LimitReached).with("limit", most));
    }
    let item_id = I::chosen(&new).unwrap_or_else(|| w.new_id());
    let (by, now) = (permit.organisation(), w.now());
    let stamp = Stamp { id: item_id, parent: id, by, version: 1, created_at: now, updated_at: now };
    let item = I::make(new, None, &room, stamp)?;
    store::insert(w, permit, &item)?;
    let parent = parent.touched(looker, w, permit, I::PART.name, edit)?;
    let path = format!("{}/{}/{item_id}", I::Parent::path(id), I::PART.name);
    Ok(Answer::created(&item, 1, path)?.parent_version(parent.version()))
}

/// An item with what it is below, and leave to edit it.
type Found<I> = ((<I as Item>::Parent, I), Permit);

/// Locks what an item is below, finds the item, and asks whether this caller may edit it.
fn admit_item<I: Served>(
    looker: &<I::Parent as Parent>::Looker,
    w: &mut Writer<'_>,
    place: Place<ParentId<I>>,
    edit: Edit,
) -> Result<Admitted<Found<I>>> {
    let (id, item_id) = place.find(w.db())?;
    let parent = I::Parent::lock(w, looker, id)?;
    let item = I::one(w.db(), id, item_id)?;
    if !item.is_shown(w.db(), looker)? {
        return Err(Problem::new(Code::NotFound));
    }
    let permit = parent.permit(looker)?;
    let (standing, own) = (parent.for_rules(looker)?, permit.organisation());
    let may = match edit {
        Edit::Removed => item.is_removable_by(&standing, own),
        _ => item.is_editable_by(&standing, own),
    };
    if !may {
        return Err(Problem::new(Code::Forbidden).detail("the organisation that it is of alone edits it now"));
    }
    Ok(Admitted::by(&permit, (parent, item)).with(permit))
}

/// Changes an item by merge patch.
pub(crate) async fn change_at<I: Served>(place: Place<ParentId<I>>, call: Arc<Call>) -> Result<Answer> {
    let looker = I::Parent::looker(&call)?;
    let (admitting, patching) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit_item::<I>(&admitting, w, place, Edit::Changed),
        move |w, ((parent, before), permit): Found<I>| {
            let (item_id, version, created_at) = before.key();
            let id = parent.id();
            let seen = I::one_seen_by(w.db(), &looker, id, item_id)?;
            patching.require_version(w.db(), Versioned { id: item_id, version, thing: &seen })?;
            let mut new: I::New = patch::apply(&seen, patching.body(), I::REPLACED)?;
            if I::chosen(&new) != Some(item_id) {
                let detail = "cannot be changed this way";
                return Err(Problem::errors(vec![FieldError::new("/id", "read-only", detail)]));
            }
            let mut room = parent.room(w, &permit)?;
            I::check(&mut new, Some(&before), &mut room, w.db(), "")?;
            room.settle()?;
            let (by, updated_at) = (permit.organisation(), w.now());
            let stamp = Stamp { id: item_id, parent: id, by, version: version + 1, created_at, updated_at };
            let after = I::make(new, Some(&before), &room, stamp)?;
            let changed = changed_members(&before, &after)?;
            if changed.is_empty() {
                return answered(&seen, &parent);
            }
            let progress = changed.iter().all(|name| I::PROGRESS.contains(&name.as_str()));
            let edit = if progress { Edit::Progress } else { Edit::Changed };
            parent.require_open(&looker, &permit, I::PART.name, edit)?;
            before.require_open(edit)?;
            store::update(w, &permit, &before, &after)?;
            let parent = parent.touched(&looker, w, &permit, I::PART.name, edit)?;
            answered(&I::one_seen_by(w.db(), &looker, id, item_id)?, &parent)
        },
    )
    .await
}

/// The members in which two states of an item differ.
pub(crate) fn changed_members<I: Item>(before: &I, after: &I) -> Result<Vec<String>> {
    let json = |item: &I| serde_json::to_value(item).map_err(Problem::internal);
    Ok(patch::changed(&json(before)?, &json(after)?))
}

async fn remove<I: Served>(call: Arc<Call>) -> Result<Answer> {
    let place = below::<I::Parent>(&call)?;
    let looker = I::Parent::looker(&call)?;
    let (admitting, removing) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| admit_item::<I>(&admitting, w, place, Edit::Removed),
        move |w, ((parent, before), permit): Found<I>| {
            let (item_id, version, _) = before.key();
            let seen = I::one_seen_by(w.db(), &looker, parent.id(), item_id)?;
            removing.require_version(w.db(), Versioned { id: item_id, version, thing: &seen })?;
            parent.require_open(&looker, &permit, I::PART.name, Edit::Removed)?;
            before.require_open(Edit::Removed)?;
            store::delete(w, &permit, &before)?;
            let parent = parent.touched(&looker, w, &permit, I::PART.name, Edit::Removed)?;
            Ok(Answer::none().parent_version(parent.version()))
        },
    )
    .await
}
