//! The stages of a donor link: one table of what can be done when, by whom, and where it leads. No I/O.
//!
//! What is pledged and received moves a link as well: [`follows`]. How it is counted: [`counting`].

pub mod counting;
#[cfg(test)]
mod tests;

use super::codes::{LinkAction, LinkStage};
use crate::commitments::fulfilment::Stage;
use crate::states::{self, edge};
use crate::types::OrganisationId;

/// For whom an edge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whose donor it is.
    Introducer,
    /// To whom the donor is introduced.
    Beneficiary,
    /// Either.
    Either,
}

/// The kind of thing whose table this is.
#[derive(Debug)]
pub enum Links {}

/// One thing that can be done in one stage.
pub type Edge = states::Edge<Links>;

use LinkAction as A;
use LinkStage as S;

/// The table. What is not in it can't be done.
pub const EDGES: &[Edge] = &[
    edge(S::Offered, A::Accept, Who::Beneficiary, (), S::Accepted),
    edge(S::Offered, A::Decline, Who::Beneficiary, (), S::Declined),
    edge(S::Accepted, A::Introduce, Who::Introducer, (), S::Introduced),
    edge(S::Accepted, A::End, Who::Either, (), S::Ended),
    edge(S::Introduced, A::Advance, Who::Either, (), S::InDiscussion),
    edge(S::Introduced, A::End, Who::Either, (), S::Ended),
    edge(S::InDiscussion, A::End, Who::Either, (), S::Ended),
    edge(S::Pledged, A::End, Who::Either, (), S::Ended),
    edge(S::Funded, A::Close, Who::Either, (), S::Closed),
    edge(S::Funded, A::End, Who::Either, (), S::Ended),
];

/// That an action is not in the table, or not for this organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotNow;

/// A link as far as the rules ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub stage: LinkStage,
    /// The stage to which it falls back when nothing is pledged or received.
    pub talks: Option<LinkStage>,
    /// Whose donor it is.
    pub introducer: OrganisationId,
    /// To whom the donor is introduced.
    pub beneficiary: OrganisationId,
    /// What was last done, and by whom.
    pub last: Option<(LinkAction, OrganisationId)>,
}

impl Standing {
    /// Whether an organisation's own donor stands by its own purpose.
    pub fn is_own(&self) -> bool {
        self.introducer == self.beneficiary
    }
}

impl states::Machine for Links {
    type State = S;
    type Action = A;
    type Who = Who;
    type Guard = ();
    type Next = S;
    type Standing = Standing;
    type Actor = OrganisationId;
    type Refusal = NotNow;
    const EDGES: &'static [Edge] = EDGES;
    const NOT_NOW: NotNow = NotNow;

    fn state(link: &Standing) -> S {
        link.stage
    }

    fn admits(edge: &Edge, link: &Standing, actor: OrganisationId) -> Result<(), NotNow> {
        if meant(edge.who, link).contains(&actor) { Ok(()) } else { Err(NotNow) }
    }
}

fn meant(who: Who, link: &Standing) -> Vec<OrganisationId> {
    match who {
        Who::Introducer => vec![link.introducer],
        Who::Beneficiary => vec![link.beneficiary],
        Who::Either => vec![link.introducer, link.beneficiary],
    }
}

/// For whom an action is, whatever the stage.
pub fn acting(action: A, link: &Standing) -> Vec<OrganisationId> {
    let edges = EDGES.iter().filter(|edge| edge.action == action);
    let mut able: Vec<OrganisationId> = edges.flat_map(|edge| meant(edge.who, link)).collect();
    able.sort_unstable();
    able.dedup();
    able
}

/// A sentence for the document: from where an action leads where, and who may take it.
pub fn describe(action: A) -> String {
    states::describe::<Links>(action, |edge: &Edge| {
        let who = match edge.who {
            Who::Introducer => "the organisation whose donor it is",
            Who::Beneficiary => "the beneficiary",
            Who::Either => "either organisation",
        };
        format!("by {who}: to `{}`", edge.next)
    })
}

/// Whether what an action would bring about stands already by this organisation's own doing, so that it is answered
/// once more instead of refused.
pub fn stands(action: A, link: &Standing, own: OrganisationId) -> bool {
    let last = link.last == Some((action, own));
    match action {
        A::Accept => {
            link.beneficiary == own
                && !link.is_own()
                && (link.stage == S::Accepted || is_introduced(link.stage))
        }
        A::Introduce => link.introducer == own && !link.is_own() && is_introduced(link.stage),
        A::Decline => last && link.stage == S::Declined,
        A::Advance => last && link.talks == Some(S::InDiscussion),
        A::End => last && link.stage == S::Ended,
        A::Close => last && link.stage == S::Closed,
    }
}

/// Whether donor and beneficiary were made known to each other, and that did not come to nothing.
pub fn is_introduced(stage: S) -> bool {
    is_giving(stage) || stage == S::Closed
}

/// Whether it goes on, so that something may be pledged and received.
pub fn is_giving(stage: S) -> bool {
    matches!(stage, S::Introduced | S::InDiscussion | S::Pledged | S::Funded)
}

/// Whether it is neither refused nor over.
pub fn is_open(stage: S) -> bool {
    matches!(stage, S::Offered | S::Accepted) || is_giving(stage)
}

/// Where a link stands by what is pledged and received.
pub fn follows(stage: S, talks: Option<S>, pledged: bool, received: bool) -> S {
    match stage {
        _ if !is_giving(stage) => stage,
        _ if received => S::Funded,
        _ if pledged => S::Pledged,
        _ => talks.unwrap_or(S::Introduced),
    }
}

/// How far a link in this stage has fulfilled the commitment that it arises from.
pub fn fulfils(stage: S) -> Option<Stage> {
    match stage {
        S::Declined | S::Ended => None,
        S::Closed => Some(Stage::Done),
        _ => Some(Stage::UnderWay),
    }
}
