//! One visit for the calendars of its parties.

use std::sync::Arc;

use crate::access::Right;
use crate::http::answer::Answer;
use crate::http::calendar::MEDIA_TYPE;
use crate::http::call::Call;
use crate::http::operation::Operation;
use crate::http::problem::{Code, Result};
use crate::organisations::store::names;
use crate::types::{Json, VisitId};
use crate::visits::calendar::{Event, Frame};
use crate::visits::model::{Known, Level, Looker};
use crate::visits::store::visits as store;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/visits/{id}/calendar.ics", "readVisitCalendar", read)
            .summary("One visit for a calendar (iCalendar)")
            .description(
                "RFC 5545, with one event; for the visit's parties, a draft for its own organisation. `SEQUENCE` is \
                 raised by every change. `STATUS` is `TENTATIVE` until all have accepted, then `CONFIRMED`, and \
                 `CANCELLED` once declined or cancelled; also for an organisation that declined and without which the \
                 visit went on. Organisations stand as `ATTENDEE`s, with their answers. A date alone is whole days; a \
                 time of day stands in the visit's zone, and has no end where none is planned. Texts are in the \
                 caller's language, where there are such.",
            )
            .needs(Right::VisitsRead)
            .content("text/calendar", "The visit as an event."),
    ]
}

async fn read(call: Arc<Call>) -> Result<Answer> {
    let id: VisitId = call.id("id")?;
    let looker = Looker::of(&call)?;
    let app = Arc::clone(call.app());
    let locale = call.locale();
    let database = &call.app().database;
    database
        .snapshot(move |db| {
            let seen = match store::find(db, &looker.sight, id) {
                Ok(visit) if looker.level(&visit) == Level::Party => {
                    // Nothing that the visit names goes into its event.
                    Some(Json::new(&looker.listed(&visit, &Known::default())?)?)
                }
                // What the network sees of it is not for calendars.
                Ok(_) => None,
                Err(problem) if problem.code() == Code::NotFound => None,
                Err(problem) => return Err(problem),
            };
            let (left, event) = match seen {
                Some(visit) => (false, visit.cast::<Event>().get()?),
                None => (true, store::find_last_seen(db, &looker.sight, id)?.cast::<Event>().get()?),
            };
            let names = names::of(db, event.parties())?;
            let frame = Frame { public_url: &app.settings.public_url, locale, names, left };
            let calendar = event.calendar(&frame)?;
            Ok(Answer::content(MEDIA_TYPE, calendar.into_bytes()).with_version(event.version()))
        })
        .await
}
