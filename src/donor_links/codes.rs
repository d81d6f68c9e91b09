//! The closed lists of words about donor links.

use crate::types::codes::codes;

codes! {
    /// Where a donor link stands.
    pub enum LinkStage in "donor_link.stage" {
        /// Put to the beneficiary.
        Offered = "offered",
        /// The beneficiary wants it.
        Accepted = "accepted",
        /// The beneficiary doesn't.
        Declined = "declined",
        /// Both were made known to each other.
        Introduced = "introduced",
        /// They talk.
        InDiscussion = "in_discussion",
        /// Something was promised.
        Pledged = "pledged",
        /// Something came.
        Funded = "funded",
        /// All that was to come came.
        Closed = "closed",
        /// It came to nothing more.
        Ended = "ended",
    }
}

codes! {
    /// What can be done to a donor link.
    pub enum LinkAction in "donor_link.action" {
        /// Takes the offer.
        Accept = "accept",
        /// Doesn't.
        Decline = "decline",
        /// Says that donor and beneficiary were made known to each other.
        Introduce = "introduce",
        /// Says that they talk.
        Advance = "advance",
        /// Ends it without more, with a reason.
        End = "end",
        /// Ends it, all having come.
        Close = "close",
    }
}

codes! {
    /// Where `advance` can lead.
    pub enum AdvanceTo {
        /// They talk.
        InDiscussion = "in_discussion",
    }
}

codes! {
    /// How far somebody's leave is that a link needs.
    pub enum ApprovalState in "donor_link.approval" {
        /// It has to be asked for.
        Needed = "needed",
        /// It was asked for.
        Requested = "requested",
        /// It was given.
        Granted = "granted",
        /// It was not.
        Refused = "refused",
        /// It turned out not to be needed.
        NotNeeded = "not_needed",
    }
}

codes! {
    /// How far a pledge is.
    pub enum PledgeStatus in "pledge.status" {
        /// Still to come, as a whole or in part.
        Open = "open",
        /// All of it came.
        Fulfilled = "fulfilled",
        /// No more of it is to come.
        Cancelled = "cancelled",
    }
}

codes! {
    /// Whose rate it is.
    pub enum RateBasis in "rate.basis" {
        /// The central bank's.
        Official = "official",
        /// That of the bank through which it came.
        Bank = "bank",
        /// The market's.
        Market = "market",
        /// What both sides agreed upon.
        Agreed = "agreed",
    }
}
