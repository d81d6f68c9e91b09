//! What is let through to a write: a thing, and the proof that it may be written to.

use crate::access::{NetworkPermit, Permit, SelfPermit};
use crate::types::OrganisationId;

/// A thing that the caller may write to, and for whom it writes.
pub struct Admitted<T> {
    pub(in crate::http) thing: T,
    pub(in crate::http) organisation: Option<OrganisationId>,
}

impl<T> Admitted<T> {
    /// By the guard's permit, for the organisation that it names.
    pub fn by(permit: &Permit, thing: T) -> Self {
        Self { thing, organisation: Some(permit.organisation()) }
    }

    /// By the network admin's permit: for no organisation.
    pub fn by_network(_permit: &NetworkPermit, thing: T) -> Self {
        Self { thing, organisation: None }
    }

    /// Carries the proof along to the work.
    #[must_use]
    pub fn with<P>(self, proof: P) -> Admitted<(T, P)> {
        Admitted { thing: (self.thing, proof), organisation: self.organisation }
    }

    /// For one's own account.
    pub fn by_self(_permit: &SelfPermit, thing: T) -> Self {
        Self { thing, organisation: None }
    }
}

/// Marks a write open to strangers: what proves the right is in the body (a token, a code).
pub struct Open;

impl<T> Admitted<T> {
    /// By what the stranger holds.
    pub fn by_holding(_open: &Open, thing: T) -> Self {
        Self { thing, organisation: None }
    }
}
