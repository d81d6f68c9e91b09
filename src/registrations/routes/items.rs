//! Requirements, obligations and notes of a dossier, by the handlers of [`crate::items`]; and what is done of the
//! obligations.

use std::sync::Arc;

use crate::access::{Permit, Right};
use crate::acting;
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::call::{Admitted, Call, Versioned};
use crate::http::operation::{Operation, VersionNeed};
use crate::http::problem::{Code, Problem, Result};
use crate::items::routes::{added, answered, lists};
use crate::items::store as items;
use crate::items::{Edit, Findings, Item, Parent, Stored, Whole};
use crate::journal::Writer;
use crate::operations_of_items;
use crate::registrations::model::note::NewNote;
use crate::registrations::model::obligation::ObligationDone;
use crate::registrations::model::{Loaded, Looker, Note, Obligation, Requirement};
use crate::registrations::rules::{self, Standing};
use crate::registrations::store::room::Room;
use crate::registrations::store::{dossiers as store, writing};
use crate::types::{CalendarDate, ObligationId, RegistrationId};

const WHEN: &str = "By the dossier's organisation, until the dossier is cancelled (409 `state-conflict`). Raises the \
                    dossier's version; `Awasir-Parent-Version` names it.";

pub(super) fn operations() -> Vec<Operation> {
    const NOTES: &str = "/v1/registrations/{id}/notes";
    let mut all = operations_of_items!(
        Requirement,
        "/v1/registrations/{id}/requirements",
        ["listRequirements", "addRequirement", "readRequirement", "changeRequirement", "removeRequirement"],
        ["requirements of a dossier", "a requirement"],
        WHEN,
        WHEN
    );
    all.extend(operations_of_items!(
        Obligation, "/v1/registrations/{id}/obligations",
        ["listObligations", "addObligation", "readObligation", "changeObligation", "removeObligation"],
        ["obligations of a dossier", "an obligation"], WHEN,
        "By the dossier's organisation, until the dossier is cancelled (409 `state-conflict`). What is done is changed no \
         more (409 `state-conflict`); it may be removed."
    ));
    all.extend([
        Operation::post("/v1/registrations/{id}/obligations/{item_id}/done", "doneObligation", done)
            .summary("Records that an obligation was done")
            .description(
                "A yearly one brings forth the next, due a year later, once: what was done on 29 February is due on the \
                 28th in years without one. When there are as many as a dossier takes: 409 `limit-reached`.",
            )
            .needs(Right::RegistrationsWrite)
            .version(VersionNeed::Optional)
            .optional_body::<ObligationDone>()
            .ok::<Obligation>("It, as it is now; the same again when it is done already."),
        lists::<Note>(NOTES, "listNotes")
            .summary("The notes on a dossier, newest first")
            .description("By who sees the dossier. It is answered with the newest fifty of them."),
        Operation::post(NOTES, "addNote", note)
            .summary("Adds a note to a dossier")
            .description(
                "By the dossier's organisation (`registrations:write`) and by those that it is shared with \
                 (`registrations:read`), until the dossier is cancelled (409 `state-conflict`). Its version stays.",
            )
            .needs_any_of(&[Right::RegistrationsWrite, Right::RegistrationsRead])
            .body::<NewNote>()
            .creates::<Note>("It."),
    ]);
    all
}

impl Parent for Loaded {
    type Id = RegistrationId;
    type Looker = Looker;
    type Standing = Standing;
    type Room = Room;
    const READ: Right = Right::RegistrationsRead;
    const WRITE: Right = Right::RegistrationsWrite;

    fn named(call: &Call) -> Result<RegistrationId> {
        call.id("id")
    }

    fn path(id: RegistrationId) -> String {
        format!("/v1/registrations/{id}")
    }

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn find(db: &mut Db, looker: &Looker, id: RegistrationId) -> Result<Self> {
        store::find(db, looker, id)
    }

    fn lock(w: &mut Writer<'_>, looker: &Looker, id: RegistrationId) -> Result<Self> {
        store::lock(w, looker, id)
    }

    fn id(&self) -> RegistrationId {
        self.row.id
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn for_rules(&self, looker: &Looker) -> Result<Standing> {
        Ok(self.standing(looker.today))
    }

    fn shows_all(&self, _looker: &Looker) -> bool {
        true
    }

    fn permit(&self, looker: &Looker) -> Result<Permit> {
        super::permit(looker, self)
    }

    fn room(&self, w: &mut Writer<'_>, permit: &Permit) -> Result<Room> {
        Room::new(w.db(), permit)
    }

    fn require_open(
        &self,
        looker: &Looker,
        _permit: &Permit,
        _part: &'static str,
        _edit: Edit,
    ) -> Result<()> {
        if rules::is_open(self.row.status) {
            Ok(())
        } else {
            Err(acting::conflict(self, looker, Code::StateConflict)?)
        }
    }

    /// What is noted on it is no change of it.
    fn touched(
        self,
        _looker: &Looker,
        w: &mut Writer<'_>,
        _permit: &Permit,
        part: &'static str,
        _edit: Edit,
    ) -> Result<Self> {
        if part == Note::PART.name { Ok(self) } else { writing::touch(w, self, part) }
    }
}

async fn note(call: Arc<Call>) -> Result<Answer> {
    let id: RegistrationId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let input = call.input::<NewNote>();
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let dossier = store::lock(w, &admitting, id)?;
            let own = [(Right::RegistrationsWrite, dossier.row.organisation_id)].into_iter();
            let helping = admitting.helping(&dossier).into_iter().map(|one| (Right::RegistrationsRead, one));
            let permit = admitting.caller.permit_each(&own.chain(helping).collect::<Vec<_>>())?;
            Ok(Admitted::by(&permit, dossier).with(permit))
        },
        move |w, (dossier, permit): (Loaded, Permit)| {
            added::<Note>(&acting, &looker, w, dossier, &permit, &input)
        },
    )
    .await
}

async fn done(call: Arc<Call>) -> Result<Answer> {
    let (id, item_id): (RegistrationId, ObligationId) = (call.id("id")?, call.id("item_id")?);
    let looker = Looker::of(&call)?;
    let (admitting, acting) = (looker.clone(), Arc::clone(&call));
    call.write(
        move |w| {
            let dossier = store::lock(w, &admitting, id)?;
            let found = Obligation::one(w.db(), id, item_id.uuid())?;
            let permit = super::permit(&admitting, &dossier)?;
            Ok(Admitted::by(&permit, (dossier, found)).with(permit))
        },
        move |w, ((dossier, found), permit): ((Loaded, Obligation), Permit)| {
            mark_done(&acting, &looker, w, dossier, &found, &permit)
        },
    )
    .await
}

fn mark_done(
    call: &Call,
    looker: &Looker,
    w: &mut Writer<'_>,
    dossier: Loaded,
    before: &Obligation,
    permit: &Permit,
) -> Result<Answer> {
    let said: Result<ObligationDone> = call.decode();
    if let (Some(day), Ok(said)) = (before.done_on, &said)
        && said.done_on.is_none_or(|other| other == day)
    {
        return answered(before, &dossier);
    }
    let current = Versioned { id: before.id.uuid(), version: before.version, thing: before };
    call.check_version(w.db(), current)?;
    let done_on = said?.done_on.unwrap_or(looker.today);
    let mut room = dossier.room(w, permit)?;
    if done_on > looker.today {
        room.report("/done_on".to_owned(), "out-of-range", "is in the future");
    }
    room.settle()?;
    dossier.require_open(looker, permit, Obligation::PART.name, Edit::Changed)?;
    if let Some(day) = before.done_on {
        return Err(Problem::new(Code::StateConflict).with("done_on", day));
    }
    let (version, updated_at) = (before.version + 1, w.now());
    let after = Obligation { version, done_on: Some(done_on), updated_at, ..before.clone() };
    items::update_as(w, permit, before, &after, "registration.obligation.done")?;
    bring_forth(w, permit, before)?;
    let dossier = writing::touch(w, dossier, Obligation::PART.name)?;
    answered(&after, &dossier)
}

/// Adds the obligation that follows a yearly one.
fn bring_forth(w: &mut Writer<'_>, permit: &Permit, done: &Obligation) -> Result<()> {
    let all = Obligation::load(w.db(), done.registration_id)?;
    let Some(due_on) = rules::due_again(done.repeats, done.due_on, days_before(done, &all)) else {
        return Ok(());
    };
    if let Some(most) = Obligation::PART.most
        && all.len() >= most
    {
        return Err(Problem::new(Code::LimitReached).with("limit", most));
    }
    let now = w.now();
    let next = Obligation {
        id: w.new_id(),
        version: 1,
        due_on,
        done_on: None,
        follows: Some(done.id),
        created_at: now,
        updated_at: now,
        ..done.clone()
    };
    items::insert(w, permit, &next)
}

/// The days of those that an obligation follows, one after the other.
fn days_before(one: &Obligation, all: &[Obligation]) -> Vec<CalendarDate> {
    let mut days = Vec::new();
    let mut follows = one.follows;
    while let Some(before) = follows.and_then(|id| all.iter().find(|other| other.id == id)) {
        days.push(before.due_on);
        follows = before.follows;
    }
    days
}
