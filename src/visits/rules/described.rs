//! The table of actions in words, for the OpenAPI document.

use super::{Edge, Guard, Next, Visits, Who, is_answer};
use crate::states;
use crate::visits::codes::VisitAction;

/// A sentence for the document: from where an action leads where, and who may take it.
pub fn describe(action: VisitAction) -> String {
    let told = |edge: &Edge| {
        let who = match edge.who {
            Who::Author => "the organisation that drew it up",
            Who::Asked => "a party that has not answered",
            Who::Remaining => "any party that has not declined",
            Who::Bound => "a party that has accepted, or drew it up",
            Who::Approving => "a party that has accepted, or drew it up, and whose approval is not given",
            Who::Approved => "a party that has approved",
            Who::Objecting => {
                "a party that has not answered, or, once concluded, whose approval is not given"
            }
            Who::Recorder => "the organisation that recorded it",
        };
        let next = match edge.next {
            Next::To(state) => format!("`{state}`"),
            Next::AcceptedWhenAll => "`accepted` once all that are waited for have accepted".to_owned(),
            Next::DeclinedWhenNoneLeft => {
                "`declined` when a side has nobody left, `accepted` when all that remain have accepted"
                    .to_owned()
            }
            Next::ConcludedWhenAll => {
                "`concluded` once all that are waited for have approved, until then `reported`".to_owned()
            }
            Next::Back => "the state before it was recorded as held".to_owned(),
        };
        let guard = match edge.guard {
            Guard::None => "",
            Guard::DateHasCome => ", not before its date (409 `too-early`)",
            Guard::Fresh => ", within 7 days (later: 409 `too-late`) and before a report was submitted",
            Guard::Silence => {
                ", 30 days after approval was last asked for, with two reminders recorded (before: 409 `too-early`)"
            }
        };
        format!("by {who}{guard}: to {next}")
    };
    let both =
        if is_answer(action) { "\n\nOne person never answers for both sides: 409 `both-sides`." } else { "" };
    states::describe::<Visits>(action, told) + both
}
