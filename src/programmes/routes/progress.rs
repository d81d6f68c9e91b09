//! The progress of an activity, by the handlers of [`crate::items`]: it only grows.

use crate::access::{Permit, Right};
use crate::acting::conflict;
use crate::db::Db;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Result};
use crate::items::{Edit, Parent, routes};
use crate::journal::Writer;
use crate::programmes::model::progress::{ActivityPlace, InActivity};
use crate::programmes::model::{Loaded, Looker, Progress};
use crate::programmes::rules::carrying;
use crate::programmes::store::activities as store;
use crate::programmes::store::room::ProgressRoom;

pub(super) fn operations() -> Vec<Operation> {
    const PATH: &str = "/v1/programmes/{id}/activities/{item_id}/progress";
    vec![
        routes::lists::<Progress>(PATH, "listProgress")
            .summary("The progress of an activity, newest first")
            .description("For partners."),
        routes::adds::<Progress>(PATH, "addProgress")
            .summary("Records whom an activity reached, or takes an entry back")
            .description(
                "By the partner that carries the activity out, or the lead (403), while the programme is active or \
                 suspended (409 `state-conflict`). Only `new_people` add to the activity's `reached`, all to its \
                 `service_contacts`. Nothing is changed or removed: with `reverses` an entry is taken back by another, \
                 once (409 `already-reversed`); one that does so itself is not (422). The activity's version stays; \
                 `Awasir-Parent-Version` names it.",
            ),
        routes::reads::<Progress>("/v1/programmes/{id}/activities/{item_id}/progress/{entry_id}", "readProgress")
            .summary("Reads an entry of an activity's progress")
            .description("For partners."),
    ]
}

impl Parent for InActivity {
    type Id = ActivityPlace;
    type Looker = Looker;
    type Standing = ();
    type Room = ProgressRoom;
    const READ: Right = Right::ProgrammesRead;
    const WRITE: Right = Right::ProgrammesWrite;
    const ITEM: &'static str = "entry_id";

    fn named(call: &Call) -> Result<ActivityPlace> {
        Ok(ActivityPlace { programme: call.id("id")?, activity: call.id("item_id")? })
    }

    fn path(place: ActivityPlace) -> String {
        format!("/v1/programmes/{}/activities/{}", place.programme, place.activity)
    }

    fn looker(call: &Call) -> Result<Looker> {
        Looker::of(call)
    }

    fn find(db: &mut Db, looker: &Looker, place: ActivityPlace) -> Result<Self> {
        let programme = <Loaded as Parent>::find(db, looker, place.programme)?;
        store::in_programme(db, programme, place.activity)
    }

    fn lock(w: &mut Writer<'_>, looker: &Looker, place: ActivityPlace) -> Result<Self> {
        let programme = <Loaded as Parent>::lock(w, looker, place.programme)?;
        store::in_programme(w.db(), programme, place.activity)
    }

    fn id(&self) -> ActivityPlace {
        ActivityPlace { programme: self.programme.row.id, activity: self.activity }
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn for_rules(&self, _looker: &Looker) -> Result<()> {
        Ok(())
    }

    fn shows_all(&self, _looker: &Looker) -> bool {
        true
    }

    fn permit(&self, looker: &Looker) -> Result<Permit> {
        let standing = self.programme.standing(looker.now)?;
        looker.caller.permit(Self::WRITE, &carrying::may_record(&standing, self.led_by))
    }

    fn room(&self, w: &mut Writer<'_>, permit: &Permit) -> Result<ProgressRoom> {
        let now = w.now();
        let mut room = ProgressRoom::new(w.db(), &self.programme, permit, now)?;
        room.activity = Some(self.activity);
        Ok(room)
    }

    fn require_open(
        &self,
        looker: &Looker,
        _permit: &Permit,
        _part: &'static str,
        _edit: Edit,
    ) -> Result<()> {
        if carrying::progress_is_open(self.programme.row.state) {
            return Ok(());
        }
        Err(conflict(&self.programme, looker, Code::StateConflict)?)
    }

    /// What is counted is no change of the activity itself.
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
