//! The closed lists of words about commitments.

use crate::types::codes::codes;

codes! {
    /// What a commitment is about.
    pub enum CommitmentKind in "commitment.kind" {
        /// A programme run together.
        JointProgramme = "joint_programme",
        /// A project done together.
        JointProject = "joint_project",
        /// Making a donor known to the other side.
        DonorIntroduction = "donor_introduction",
        /// Help on the way to a legal status.
        RegistrationSupport = "registration_support",
        /// A visit in return.
        ReturnVisit = "return_visit",
        /// Working in step.
        Coordination = "coordination",
        /// Passing on what one knows.
        KnowledgeSharing = "knowledge_sharing",
        /// Telling the public.
        MediaCoverage = "media_coverage",
        /// Anything else.
        Other = "other",
    }
}

codes! {
    /// How far words went, weakest first. Only the last is a promise.
    pub enum Strength in "commitment.strength" {
        /// It was talked about.
        Discussed = "discussed",
        /// The sides called for it together.
        CalledFor = "called_for",
        /// The sides agreed that it matters.
        AgreedInPrinciple = "agreed_in_principle",
        /// Somebody took it upon themselves.
        Committed = "committed",
    }
}

codes! {
    /// How far a commitment has come.
    pub enum CommitmentStatus in "commitment.status" {
        /// Not begun.
        Open = "open",
        /// Under way.
        InProgress = "in_progress",
        /// Kept.
        Done = "done",
        /// Given up, with a reason.
        Dropped = "dropped",
    }
}

codes! {
    /// What can be done to a commitment beyond editing it.
    pub enum CommitmentAction in "commitment.action" {
        /// A party takes a weaker understanding upon itself.
        Commit = "commit",
    }
}
