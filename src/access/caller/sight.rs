//! What a caller may look at. Made by [`Caller::sight`](super::Caller::sight) alone.

use crate::access::rights::Right;
use crate::types::id::OrganisationId;

/// Through which a caller reads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sight {
    pub(super) right: Right,
    pub(super) organisations: Vec<Seen>,
    pub(super) network: bool,
    pub(super) all_organisations: bool,
}

/// An organisation through which a caller reads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seen {
    /// Which.
    pub organisation: OrganisationId,
    /// Whether it is active; if not, only what is its own is seen through it.
    pub active: bool,
}

impl Sight {
    /// The right that it was made for.
    pub fn right(&self) -> Right {
        self.right
    }

    /// The organisations through which the caller reads.
    pub fn organisations(&self) -> &[Seen] {
        &self.organisations
    }

    /// Whether what is shown to the whole network is seen: some active membership holds the right.
    pub fn network(&self) -> bool {
        self.network
    }

    /// Whether it is the network administrator's look over all organisations, in every status; never contacts, members, drafts.
    pub fn all_organisations(&self) -> bool {
        self.all_organisations
    }

    /// Whether what is this organisation's own is seen.
    pub fn sees_own(&self, organisation: OrganisationId) -> bool {
        self.organisations.iter().any(|seen| seen.organisation == organisation)
    }
}
