//! The closed lists of words about registration dossiers.

use crate::types::codes::codes;

codes! {
    /// Where a dossier stands. What is stored is never `renewal_due` or `expired`: those are `registered` as its days
    /// have it.
    pub enum RegistrationStatus in "registration.status" {
        /// Being put together.
        Preparing = "preparing",
        /// Handed in.
        Submitted = "submitted",
        /// Looked at by the authority.
        UnderReview = "under_review",
        /// Registered, and good for more than sixty days, or without an end.
        Registered = "registered",
        /// Registered, and to expire within sixty days.
        RenewalDue = "renewal_due",
        /// Registered until a day that is past.
        Expired = "expired",
        /// Refused by the authority.
        Rejected = "rejected",
        /// Stopped by the authority for a while.
        Suspended = "suspended",
        /// Given up, or struck off.
        Cancelled = "cancelled",
    }
}

codes! {
    /// What can be done to a dossier.
    pub enum RegistrationAction in "registration.action" {
        /// Records that it was handed in.
        Submit = "submit",
        /// Records that the authority looks at it.
        Review = "review",
        /// Records that the authority registered the organisation.
        Register = "register",
        /// Records that the authority refused.
        Reject = "reject",
        /// Takes a refused one up again.
        Reopen = "reopen",
        /// Records that the authority stopped it for a while.
        Suspend = "suspend",
        /// Records that this is over.
        Reinstate = "reinstate",
        /// Records that it is good until a later day.
        Renew = "renew",
        /// Gives it up, or records that it was struck off.
        Cancel = "cancel",
    }
}

codes! {
    /// Whose authority it is.
    pub enum RegistrationLevel in "registration.level" {
        /// The federation's.
        Federal = "federal",
        /// A state's.
        State = "state",
        /// A locality's.
        Local = "local",
    }
}

codes! {
    /// How far a requirement is.
    pub enum RequirementState in "registration.requirement.state" {
        /// Not there.
        Missing = "missing",
        /// Being made.
        InProgress = "in_progress",
        /// There.
        Ready = "ready",
        /// Handed in.
        Submitted = "submitted",
    }
}

codes! {
    /// Whether an obligation comes again.
    pub enum Repeats in "registration.obligation.repeats" {
        /// It doesn't.
        None = "none",
        /// Each year.
        Yearly = "yearly",
    }
}

impl RequirementState {
    /// Those for which the authority's registration is not recorded.
    pub const LACKING: [Self; 2] = [Self::Missing, Self::InProgress];
}
