//! The standing of an organisation as one table, and who sees what of it; no I/O.

use super::codes::OrganisationAction as Action;
use super::codes::{ContactVisibility, OrganisationStatus as Status};
use crate::http::problem::{Code, Problem, Result};

/// Who may take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The network's admin.
    NetworkAdmin,
    /// Whoever asked, by the status token; of a former member organisation, its own admins.
    Applicant,
    /// The organisation's own admins.
    OwnAdmin,
}

/// A step from one status to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// Where it may be done.
    pub from: &'static [Status],
    /// Where it leads.
    pub to: Status,
    /// Whose it is.
    pub by: Actor,
}

/// Every step there is.
pub const STEPS: [Step; 8] = [
    step(Action::Approve, &[Status::Applied], Status::Active, Actor::NetworkAdmin),
    step(Action::Return, &[Status::Applied], Status::Returned, Actor::NetworkAdmin),
    step(Action::Reject, &[Status::Applied], Status::Rejected, Actor::NetworkAdmin),
    step(
        Action::Resubmit,
        &[Status::Returned, Status::Rejected, Status::Left],
        Status::Applied,
        Actor::Applicant,
    ),
    step(Action::Suspend, &[Status::Active], Status::Suspended, Actor::NetworkAdmin),
    step(Action::Reinstate, &[Status::Suspended], Status::Active, Actor::NetworkAdmin),
    step(Action::Leave, &[Status::Active], Status::Left, Actor::OwnAdmin),
    step(Action::Dissolve, &[Status::Active], Status::Dissolved, Actor::NetworkAdmin),
];

const fn step(action: Action, from: &'static [Status], to: Status, by: Actor) -> Step {
    Step { action, from, to, by }
}

/// What an actor may do in a status.
pub fn allowed(status: Status, by: Actor) -> Vec<Action> {
    STEPS.iter().filter(|step| step.by == by && step.from.contains(&status)).map(|step| step.action).collect()
}

/// Where an action leads from a status.
///
/// # Errors
/// `state-conflict` with the status and what its actor may do there.
pub fn next(action: Action, from: Status) -> Result<Status> {
    let step = STEPS.iter().find(|step| step.action == action);
    let step = step.ok_or_else(|| Problem::internal("an action without a step"))?;
    if step.from.contains(&from) { Ok(step.to) } else { Err(conflict(from, step.by)) }
}

/// 409: not in this status.
pub fn conflict(status: Status, by: Actor) -> Problem {
    Problem::new(Code::StateConflict).with("state", status).with("allowed_actions", allowed(status, by))
}

impl Status {
    /// Whether the whole network knows of it; else the network's admin and its own people do.
    pub fn is_in_network(self) -> bool {
        matches!(self, Self::Active | Self::Suspended | Self::Left | Self::Dissolved)
    }

    /// Whether its external ids are nobody else's.
    pub fn claims_external_ids(self) -> bool {
        matches!(self, Self::Active | Self::Suspended)
    }

    /// Whether somebody has to administer it: not where there is nothing left to administer.
    pub fn needs_an_admin(self) -> bool {
        !matches!(self, Self::Left | Self::Dissolved | Self::Rejected)
    }

    /// Whether it is asked for, and not decided for good.
    pub fn is_application(self) -> bool {
        !self.is_in_network()
    }
}

/// With whose eyes an organisation is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eyes {
    /// Its own people's.
    Own,
    /// The applicant's.
    Applicant,
    /// The network admin's.
    NetworkAdmin,
    /// Those of an organisation that it shares something with.
    Partner,
    /// Those of any other member organisation.
    Network,
}

impl Eyes {
    /// Whether they see what is shown so widely. The network's admin sees no private contact.
    pub fn see(self, visibility: ContactVisibility) -> bool {
        match self {
            Self::Own | Self::Applicant => true,
            Self::Partner => visibility != ContactVisibility::Organisation,
            Self::NetworkAdmin | Self::Network => visibility == ContactVisibility::Network,
        }
    }

    /// Whether they see every external id: who decides on an application compares them.
    pub fn see_external_ids(self) -> bool {
        matches!(self, Self::Own | Self::Applicant | Self::NetworkAdmin)
    }

    /// Whether they see what was decided, and who asked.
    pub fn see_decisions(self) -> bool {
        matches!(self, Self::Own | Self::Applicant | Self::NetworkAdmin)
    }
}

/// The eyes of a caller that may see the organisation at all; partners are found out later, where it matters.
pub fn eyes(status: Status, own: bool, network_admin: bool, network: bool) -> Option<Eyes> {
    if own {
        Some(Eyes::Own)
    } else if network_admin {
        Some(Eyes::NetworkAdmin)
    } else if network && status.is_in_network() {
        Some(Eyes::Network)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The domain's picture once more, edge by edge.
    #[test]
    fn the_table_is_the_picture() {
        let edges = [
            ("applied", "approve", "active"),
            ("applied", "return", "returned"),
            ("applied", "reject", "rejected"),
            ("returned", "resubmit", "applied"),
            ("rejected", "resubmit", "applied"),
            ("left", "resubmit", "applied"),
            ("active", "suspend", "suspended"),
            ("suspended", "reinstate", "active"),
            ("active", "leave", "left"),
            ("active", "dissolve", "dissolved"),
        ];
        for &from in Status::ALL {
            for &action in Action::ALL {
                let drawn = edges
                    .iter()
                    .find(|(a, b, _)| *a == from.as_str() && *b == action.as_str())
                    .map(|(.., to)| *to);
                match (next(action, from), drawn) {
                    (Ok(to), Some(drawn)) => assert_eq!(to.as_str(), drawn),
                    (Err(problem), None) => assert_eq!(problem.code(), Code::StateConflict),
                    (found, drawn) => panic!("{action} from {from}: {found:?}, drawn {drawn:?}"),
                }
            }
        }
        assert_eq!(STEPS.len(), Action::ALL.len());
    }

    #[test]
    fn who_may_do_what() {
        for (status, by, actions) in [
            (Status::Applied, Actor::NetworkAdmin, &[Action::Approve, Action::Return, Action::Reject][..]),
            (Status::Active, Actor::NetworkAdmin, &[Action::Suspend, Action::Dissolve]),
            (Status::Active, Actor::OwnAdmin, &[Action::Leave]),
            (Status::Left, Actor::Applicant, &[Action::Resubmit]),
            (Status::Left, Actor::NetworkAdmin, &[]),
            (Status::Dissolved, Actor::NetworkAdmin, &[]),
        ] {
            assert_eq!(allowed(status, by), actions, "{status} {by:?}");
        }
    }

    #[test]
    fn who_sees_what() {
        use ContactVisibility as V;
        for (eyes, seen) in [
            (Eyes::Own, &[V::Organisation, V::Partners, V::Network][..]),
            (Eyes::Applicant, &[V::Organisation, V::Partners, V::Network]),
            (Eyes::Partner, &[V::Partners, V::Network]),
            (Eyes::Network, &[V::Network]),
            (Eyes::NetworkAdmin, &[V::Network]),
        ] {
            let sees: Vec<V> = V::ALL.iter().copied().filter(|v| eyes.see(*v)).collect();
            assert_eq!(sees, seen, "{eyes:?}");
        }
        assert_eq!(eyes(Status::Applied, false, false, true), None);
        assert_eq!(eyes(Status::Applied, true, false, false), Some(Eyes::Own));
        assert_eq!(eyes(Status::Applied, false, true, false), Some(Eyes::NetworkAdmin));
        assert_eq!(eyes(Status::Left, false, false, true), Some(Eyes::Network));
        assert_eq!(eyes(Status::Active, false, false, false), None);
    }
}
