//! The states of a programme: one table of what can be done when, by whom, and what comes of it. No I/O.
//!
//! What an action does to partners, terms and signatures is in [`effects`]; who has to sign what is here. What is
//! carried out, counted and given: [`carrying`]; the values of indicators: [`measuring`]; sums: [`summing`].

pub mod carrying;
mod described;
pub mod effects;
pub mod measuring;
mod standing;
pub mod summing;
#[cfg(test)]
mod tests;

pub use described::describe;
pub use standing::{Partner, Pending, Standing};

use std::time::Duration;

use super::codes::{PartnerRole, ProgrammeAction, ProgrammeState, RemovalReason};
use crate::commitments::fulfilment::Stage;
use crate::organisations::codes::OrganisationStatus;
use crate::states::{self, edge};
use crate::types::OrganisationId;

/// For whom an edge is. Nobody acts for an organisation that is not active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The organisation that drew up the draft.
    Author,
    /// The same, and the lead.
    Proposer,
    /// The lead.
    Lead,
    /// A partner that does not lead.
    Other,
    /// A partner that has not signed the terms on the table, or, late, those in force.
    Unsigned,
    /// Who has to sign what waits, and has not.
    AskedToSign,
    /// A partner, and who would become one by what waits.
    Concerned,
    /// The partner to whom the lead was offered.
    Offered,
}

/// What has to hold besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    None,
    /// Every partner's organisation is active.
    AllActive,
    /// The period has begun, and there are two partners.
    Begun,
    /// There are two partners.
    TwoPartners,
    /// Nothing waits for signatures.
    NothingWaits,
    /// Something does.
    SomethingWaits,
    /// The lead's organisation is not active.
    LeadInactive,
}

/// How long the removal of a partner is announced before it takes effect.
pub const NOTICE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Fewer partners than this carry nothing out together.
pub const FEWEST: usize = 2;

/// Where an edge leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To this state.
    To(ProgrammeState),
    /// To `agreed` when all that are waited for have signed, else it stays.
    AgreedWhenAll,
    /// It stays; what waits comes into force when all that are waited for have signed.
    InForceWhenAll,
    /// It stays.
    Stays,
    /// It stays; with fewer than two partners it is suspended.
    SuspendedWhenFew,
}

/// The kind of thing whose table this is.
#[derive(Debug)]
pub enum Programmes {}

/// One thing that can be done in one state.
pub type Edge = states::Edge<Programmes>;

use ProgrammeAction as A;
use ProgrammeState as S;

/// What can be done while the terms are in force, in each such state alike.
macro_rules! in_force {
    ($($state:expr),*; $($line:expr),* $(,)?) => {
        &[
            $($line,)*
            $(
                edge($state, A::Sign, Who::AskedToSign, Guard::SomethingWaits, Next::InForceWhenAll),
                edge($state, A::Sign, Who::Unsigned, Guard::None, Next::Stays),
                edge($state, A::Amend, Who::Lead, Guard::NothingWaits, Next::Stays),
                edge($state, A::DeclineAmendment, Who::Concerned, Guard::SomethingWaits, Next::Stays),
                edge($state, A::RemovePartner, Who::Lead, Guard::NothingWaits, Next::Stays),
                edge($state, A::Withdraw, Who::Other, Guard::None, Next::SuspendedWhenFew),
                edge($state, A::HandOverLead, Who::Lead, Guard::None, Next::Stays),
                edge($state, A::AcceptLead, Who::Offered, Guard::None, Next::Stays),
                edge($state, A::TakeOverLead, Who::Other, Guard::LeadInactive, Next::Stays),
                edge($state, A::Cancel, Who::Lead, Guard::None, Next::To(S::Cancelled)),
            )*
        ]
    };
}

/// The table. What is not in it can't be done.
pub const EDGES: &[Edge] = in_force![
    S::Agreed, S::Active, S::Suspended;
    edge(S::Draft, A::Propose, Who::Author, Guard::AllActive, Next::To(S::Proposed)),
    // To propose is not to sign: the lead signs too.
    edge(S::Proposed, A::Sign, Who::Unsigned, Guard::None, Next::AgreedWhenAll),
    edge(S::Proposed, A::WithdrawProposal, Who::Proposer, Guard::None, Next::To(S::Draft)),
    edge(S::Proposed, A::Decline, Who::Other, Guard::None, Next::To(S::Declined)),
    edge(S::Proposed, A::Cancel, Who::Lead, Guard::None, Next::To(S::Cancelled)),
    edge(S::Agreed, A::Start, Who::Lead, Guard::Begun, Next::To(S::Active)),
    edge(S::Active, A::Suspend, Who::Lead, Guard::None, Next::To(S::Suspended)),
    edge(S::Active, A::Complete, Who::Lead, Guard::None, Next::To(S::Completed)),
    edge(S::Suspended, A::Resume, Who::Lead, Guard::TwoPartners, Next::To(S::Active)),
    edge(S::Suspended, A::Complete, Who::Lead, Guard::None, Next::To(S::Completed)),
];

/// Why an action can't be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not in this state, or not by this organisation, or something is missing: [`missing`] says what.
    NotNow,
    /// The period has not begun.
    TooEarly,
    /// Something else waits for signatures.
    SomethingWaits,
}

impl states::Machine for Programmes {
    type State = S;
    type Action = A;
    type Who = Who;
    type Guard = Guard;
    type Next = Next;
    type Standing = Standing;
    type Actor = OrganisationId;
    type Refusal = Refusal;
    const EDGES: &'static [Edge] = EDGES;
    const NOT_NOW: Refusal = Refusal::NotNow;

    fn state(programme: &Standing) -> S {
        programme.state
    }

    fn admits(edge: &Edge, programme: &Standing, actor: OrganisationId) -> Result<(), Refusal> {
        let partner = programme.partner(actor).filter(|own| own.active()).ok_or(Refusal::NotNow)?;
        if !is_for(edge.who, programme, partner) {
            return Err(Refusal::NotNow);
        }
        holds(edge.guard, programme)
    }
}

fn is_for(who: Who, programme: &Standing, own: &Partner) -> bool {
    let leads = own.current && own.role == PartnerRole::Lead;
    match who {
        Who::Author => programme.author == own.organisation,
        Who::Proposer => leads || (own.current && programme.author == own.organisation),
        Who::Lead => leads,
        Who::Other => own.current && !leads,
        Who::Unsigned => own.current && !own.signed,
        Who::AskedToSign => programme.has_to_sign_pending(own) && !own.signed_pending,
        Who::Concerned => own.current || own.proposed,
        Who::Offered => own.current && programme.offered_to == Some(own.organisation),
    }
}

fn holds(guard: Guard, programme: &Standing) -> Result<(), Refusal> {
    let few = programme.remaining() < FEWEST;
    let fine = match guard {
        Guard::None => true,
        Guard::AllActive => programme.partners.iter().filter(|one| one.current).all(Partner::active),
        Guard::Begun if programme.today < programme.starts_on => return Err(Refusal::TooEarly),
        Guard::Begun | Guard::TwoPartners => !few,
        Guard::NothingWaits if programme.pending.is_some() => return Err(Refusal::SomethingWaits),
        Guard::NothingWaits => true,
        Guard::SomethingWaits => programme.pending.is_some(),
        Guard::LeadInactive => programme.lead().is_some_and(|lead| !lead.active()),
    };
    if fine { Ok(()) } else { Err(Refusal::NotNow) }
}

/// Whether a reason to take a partner out holds of its organisation.
pub fn holds_of(reason: RemovalReason, status: OrganisationStatus) -> bool {
    let expected = match reason {
        RemovalReason::Left => OrganisationStatus::Left,
        RemovalReason::Dissolved => OrganisationStatus::Dissolved,
        RemovalReason::Suspended => OrganisationStatus::Suspended,
        RemovalReason::Unreachable => OrganisationStatus::Active,
    };
    status == expected
}

/// What an action lacks, by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// Signatures of these.
    Signatures(Vec<OrganisationId>),
    /// Partners whose organisation is active, in the place of these.
    ActivePartners(Vec<OrganisationId>),
    /// Two partners.
    Partners,
    /// The period's first day.
    Period,
}

/// What is missing for an action where nothing else stands in its way.
pub fn missing(action: ProgrammeAction, programme: &Standing) -> Vec<Lack> {
    let mut lacks = Vec::new();
    match (action, programme.state) {
        (A::Propose, S::Draft) => {
            let inactive = programme.partners.iter().filter(|one| one.current && !one.active());
            lacks.push(Lack::ActivePartners(inactive.map(|one| one.organisation).collect()));
        }
        (A::Start, S::Proposed) => lacks.push(Lack::Signatures(programme.unsigned())),
        (A::Start, S::Agreed) if programme.today < programme.starts_on => lacks.push(Lack::Period),
        _ => {}
    }
    if matches!((action, programme.state), (A::Start, S::Agreed) | (A::Resume, S::Suspended))
        && programme.remaining() < FEWEST
    {
        lacks.push(Lack::Partners);
    }
    lacks.retain(|lack| !matches!(lack, Lack::Signatures(of) | Lack::ActivePartners(of) if of.is_empty()));
    lacks
}

/// The edge by which an action can be done now for this organisation.
///
/// # Errors
/// Why it can't.
pub fn find(action: A, programme: &Standing, own: OrganisationId) -> Result<&'static Edge, Refusal> {
    states::find::<Programmes>(action, programme, own)
}

/// Everything that may be done now for this organisation, in the order of the table.
pub fn allowed(programme: &Standing, own: OrganisationId) -> Vec<A> {
    states::allowed::<Programmes>(programme, own)
}

/// Whether what an action would bring about stands already by this organisation's own doing, so that it is
/// answered once more instead of refused. Signing, amending, offering the lead and announcing a removal ask
/// their bodies as well.
pub fn stands(action: A, programme: &Standing, own: OrganisationId) -> bool {
    let last = programme.last == Some((action, own));
    let leads = programme.lead().is_some_and(|lead| lead.organisation == own);
    match action {
        A::Propose => programme.author == own && programme.state == S::Proposed,
        A::WithdrawProposal => last && programme.state == S::Draft,
        A::Decline => last && programme.state == S::Declined,
        A::DeclineAmendment => last && programme.pending.is_none(),
        A::Start | A::Resume => last && programme.state == S::Active,
        A::Suspend => last && programme.state == S::Suspended,
        A::Complete => last && programme.state == S::Completed,
        A::Cancel => last && programme.state == S::Cancelled,
        A::AcceptLead | A::TakeOverLead => last && leads,
        A::Sign | A::Amend | A::Withdraw | A::HandOverLead | A::RemovePartner => false,
    }
}

/// How far a programme in this state has fulfilled the commitment that it arises from.
pub fn fulfils(state: ProgrammeState) -> Option<Stage> {
    match state {
        S::Draft | S::Declined | S::Cancelled => None,
        S::Proposed | S::Agreed | S::Active | S::Suspended => Some(Stage::UnderWay),
        S::Completed => Some(Stage::Done),
    }
}

/// Whether its terms are in force.
pub fn is_in_force(state: ProgrammeState) -> bool {
    matches!(state, S::Agreed | S::Active | S::Suspended)
}
