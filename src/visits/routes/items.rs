//! Delegates, agenda, discussions and commitments of a visit, by the handlers of [`crate::items`]: what a visit says
//! of its items.

use super::permit;
use super::touch::touched;
use crate::access::{Permit, Right};
use crate::acting::conflict;
use crate::commitments::model::Commitment;
use crate::db::Db;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Result};
use crate::items::{Edit, Parent, Whole};
use crate::journal::Writer;
use crate::operations_of_items;
use crate::types::{DelegateId, OrganisationId, VisitId};
use crate::visits::codes::VisitState;
use crate::visits::model::seen::Level;
use crate::visits::model::{AgendaItem, Delegate, Discussion, Loaded, Looker};
use crate::visits::rules::{Standing, editing};
use crate::visits::store::checks::Room;
use crate::visits::store::visits as store;

const WHEN: &str = "Until the visit is concluded; in `reported` each edit is the editor's approval (where they may \
                    decide) and clears the others'. Every edit raises the visit's version, which \
                    `Awasir-Parent-Version` names.";

pub(super) fn operations() -> Vec<Operation> {
    [
        operations_of_items!(
            Delegate, "/v1/visits/{id}/delegates",
            ["listDelegates", "addDelegate", "readDelegate", "changeDelegate", "removeDelegate"],
            ["delegates of a visit", "a delegate"], WHEN,
            "Any party, until the organisation that it names has answered; then that one alone (403). One that \
             brought up a discussion can't be removed: 409 `in-use`."
        ),
        operations_of_items!(
            AgendaItem, "/v1/visits/{id}/agenda",
            ["listAgenda", "addAgendaItem", "readAgendaItem", "changeAgendaItem", "removeAgendaItem"],
            ["agenda items of a visit", "an agenda item"], WHEN,
            "Any party; a presentation its presenter alone once that one has answered (403)."
        ),
        operations_of_items!(
            Discussion, "/v1/visits/{id}/discussions",
            ["listDiscussions", "addDiscussion", "readDiscussion", "changeDiscussion", "removeDiscussion"],
            ["discussions of a visit", "a discussion"], WHEN,
            "Any party."
        ),
        operations_of_items!(
            Commitment, "/v1/visits/{id}/commitments",
            ["listVisitCommitments", "addCommitment", "readVisitCommitment", "changeVisitCommitment", "removeCommitment"],
            ["commitments of a visit", "a commitment"], WHEN,
            "Any party; status and note a responsible organisation alone (403), and they alone once the visit is \
             concluded."
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Parent for Loaded {
    type Id = VisitId;
    type Looker = Looker;
    type Standing = Standing;
    type Room = Room;
    const READ: Right = Right::VisitsRead;
    const WRITE: Right = Right::VisitsWrite;

    fn named(call: &Call) -> Result<VisitId> {
        call.id("id")
    }

    fn path(id: VisitId) -> String {
        format!("/v1/visits/{id}")
    }

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn find(db: &mut Db, looker: &Looker, id: VisitId) -> Result<Self> {
        store::find(db, &looker.sight, id)
    }

    fn lock(w: &mut Writer<'_>, looker: &Looker, id: VisitId) -> Result<Self> {
        store::lock(w, &looker.sight, id)
    }

    fn id(&self) -> VisitId {
        self.row.id
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn for_rules(&self, looker: &Looker) -> Result<Standing> {
        self.standing(looker.now)
    }

    /// Who declined is not told beyond the parties.
    fn told_of(&self) -> Option<Vec<OrganisationId>> {
        Some(self.remaining())
    }

    fn shows_all(&self, looker: &Looker) -> bool {
        looker.level(self) == Level::Party
    }

    fn permit(&self, looker: &Looker) -> Result<Permit> {
        permit(looker, self, Self::WRITE)
    }

    fn room(&self, w: &mut Writer<'_>, permit: &Permit) -> Result<Room> {
        let sides = self.parties.iter().map(|(party, _)| (party.organisation_id, party.side));
        let delegates = Delegate::load(w.db(), self.row.id)?;
        let agenda = AgendaItem::load(w.db(), self.row.id)?;
        Ok(Room {
            own: permit.organisation(),
            sides: sides.collect(),
            delegates: delegates.iter().map(|delegate| delegate.id).collect::<Vec<DelegateId>>(),
            last_position: agenda.iter().map(|item| item.position).max().unwrap_or(0),
            projects: Vec::new(),
            errors: Vec::new(),
        })
    }

    fn require_open(&self, looker: &Looker, permit: &Permit, _part: &'static str, edit: Edit) -> Result<()> {
        let state = self.row.state;
        let progress = edit == Edit::Progress && editing::progress_is_open(state);
        if (progress || editing::record_is_open(state)) && still_in(looker, self, permit)? {
            return Ok(());
        }
        Err(conflict(self, looker, Code::StateConflict)?)
    }

    fn touched(
        self,
        looker: &Looker,
        w: &mut Writer<'_>,
        permit: &Permit,
        part: &'static str,
        edit: Edit,
    ) -> Result<Self> {
        match edit {
            Edit::Progress => store::touch(w, &self, part),
            _ => touched(looker, w, permit, &self, part),
        }
    }
}

/// Whether the organisation has not declined; once a report waits for approval, whether it is in the visit by
/// its own word: who has not answered does not keep the others from concluding.
fn still_in(looker: &Looker, visit: &Loaded, permit: &Permit) -> Result<bool> {
    let standing = visit.standing(looker.now)?;
    let party = standing.party(permit.organisation());
    let reported = visit.row.state == VisitState::Reported;
    Ok(party.is_some_and(|party| if reported { standing.binds(party) } else { party.remains() }))
}
