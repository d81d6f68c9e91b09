//! The table of actions in words, for the OpenAPI document.

use super::{Edge, Guard, Next, Programmes, Who};
use crate::programmes::codes::ProgrammeAction;
use crate::states;

/// A sentence for the document: from where an action leads where, and who may take it.
pub fn describe(action: ProgrammeAction) -> String {
    states::describe::<Programmes>(action, |edge: &Edge| {
        let who = match edge.who {
            Who::Author => "the organisation that drew it up",
            Who::Proposer => "the organisation that drew it up, and the lead",
            Who::Lead => "the lead",
            Who::Other => "a partner that does not lead",
            Who::Unsigned => "a partner that has not signed the terms on the table or in force",
            Who::AskedToSign => "who has to sign what waits",
            Who::Concerned => "a partner, and who would become one",
            Who::Offered => "the partner to whom the lead was offered",
        };
        let guard = match edge.guard {
            Guard::None => "",
            Guard::AllActive => ", once every partner's organisation is active",
            Guard::Begun => ", not before its period (409 `too-early`), with two partners",
            Guard::TwoPartners => ", with two partners",
            Guard::NothingWaits => ", while nothing else waits for signatures (409 `amendment-pending`)",
            Guard::SomethingWaits => ", while an amendment or a removal waits",
            Guard::LeadInactive => ", when the lead's organisation is not active",
        };
        let next = match edge.next {
            Next::To(state) => format!("to `{state}`"),
            Next::AgreedWhenAll => "to `agreed` once all that are waited for have signed".to_owned(),
            Next::InForceWhenAll => {
                "what waits comes into force once all that are waited for have signed".to_owned()
            }
            Next::Stays => "it stays".to_owned(),
            Next::SuspendedWhenFew => {
                "it stays, but with fewer than two partners it is `suspended`".to_owned()
            }
        };
        format!("by {who}{guard}: {next}")
    })
}
