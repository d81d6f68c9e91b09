//! Activities and indicators of a programme, by the handlers of [`crate::items`]: what a programme says of its items.

use crate::access::{Permit, Right};
use crate::acting::conflict;
use crate::db::Db;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Problem, Result};
use crate::items::{Edit, Item, Parent};
use crate::journal::Writer;
use crate::operations_of_items;
use crate::programmes::codes::ProgrammeState;
use crate::programmes::model::{Activity, Contribution, Indicator, Level, Loaded, Looker};
use crate::programmes::rules::{Standing, carrying};
use crate::programmes::store::programmes as store;
use crate::programmes::store::room::Room;
use crate::types::{OrganisationId, ProgrammeId};

const WHEN: &str = "By any partner, until the programme is completed, declined or cancelled (409 `state-conflict`). \
                    Seen by partners only. The programme's own version stays; `Awasir-Parent-Version` names it.";

pub(super) fn operations() -> Vec<Operation> {
    [
        operations_of_items!(
            Activity, "/v1/programmes/{id}/activities",
            ["listActivities", "addActivity", "readActivity", "changeActivity", "removeActivity"],
            ["activities of a programme", "an activity"], WHEN,
            "The partner that carries it out, and the lead (403). One with progress can't be removed: 409 `in-use`. \
             `place` is replaced whole."
        ),
        operations_of_items!(
            Indicator, "/v1/programmes/{id}/indicators",
            ["listIndicators", "addIndicator", "readIndicator", "changeIndicator", "removeIndicator"],
            ["indicators of a programme", "an indicator"], WHEN,
            "Any partner."
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The same, where the caller sees all of it: as a partner.
fn of_partner(programme: Loaded, looker: &Looker) -> Result<Loaded> {
    if looker.level(&programme) == Level::Partner { Ok(programme) } else { Err(Problem::new(Code::NotFound)) }
}

impl Loaded {
    /// Those that carry it out: its author while a draft, then its partners.
    fn carriers(&self) -> Vec<OrganisationId> {
        if self.row.state == ProgrammeState::Draft {
            vec![self.row.created_by_organisation_id]
        } else {
            self.current()
        }
    }
}

impl Parent for Loaded {
    type Id = ProgrammeId;
    type Looker = Looker;
    type Standing = Standing;
    type Room = Room;
    const READ: Right = Right::ProgrammesRead;
    const WRITE: Right = Right::ProgrammesWrite;

    fn named(call: &Call) -> Result<ProgrammeId> {
        call.id("id")
    }

    fn path(id: ProgrammeId) -> String {
        format!("/v1/programmes/{id}")
    }

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn find(db: &mut Db, looker: &Looker, id: ProgrammeId) -> Result<Self> {
        of_partner(store::find(db, &looker.sight, id)?, looker)
    }

    fn lock(w: &mut Writer<'_>, looker: &Looker, id: ProgrammeId) -> Result<Self> {
        of_partner(store::lock(w, &looker.sight, id)?, looker)
    }

    fn id(&self) -> ProgrammeId {
        self.row.id
    }

    fn version(&self) -> i64 {
        self.row.version
    }

    fn for_rules(&self, looker: &Looker) -> Result<Standing> {
        self.standing(looker.now)
    }

    fn shows_all(&self, _looker: &Looker) -> bool {
        true
    }

    fn permit(&self, looker: &Looker) -> Result<Permit> {
        looker.caller.permit(Self::WRITE, &self.carriers())
    }

    fn room(&self, w: &mut Writer<'_>, permit: &Permit) -> Result<Room> {
        let now = w.now();
        Room::new(w.db(), self, permit, now)
    }

    fn require_open(&self, looker: &Looker, _permit: &Permit, part: &'static str, edit: Edit) -> Result<()> {
        let state = self.row.state;
        let open = if part == Contribution::PART.name {
            carrying::contributions_are_open(state, edit)
        } else {
            carrying::plans_are_open(state)
        };
        if open { Ok(()) } else { Err(conflict(self, looker, Code::StateConflict)?) }
    }

    /// What is carried out is no change of the programme itself.
    fn touched(
        self,
        _looker: &Looker,
        _w: &mut Writer<'_>,
        _permit: &Permit,
        _part: &'static str,
        _edit: Edit,
    ) -> Result<Self> {
        Ok(self)
    }
}
