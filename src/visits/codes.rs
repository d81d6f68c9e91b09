//! The closed lists of words about visits.

use crate::types::codes::codes;

codes! {
    /// Where a visit stands.
    pub enum VisitState in "visit.state" {
        /// Being written; seen by its own organisation only.
        Draft = "draft",
        /// Put to the other parties.
        Proposed = "proposed",
        /// Every remaining party has accepted.
        Accepted = "accepted",
        /// No visitor or no host is left.
        Declined = "declined",
        /// Called off.
        Cancelled = "cancelled",
        /// It took place.
        Held = "held",
        /// Its report waits for approval.
        Reported = "reported",
        /// Its report is approved.
        Concluded = "concluded",
    }
}

codes! {
    /// Who may see a visit once its parties agree.
    pub enum VisitVisibility in "visibility" {
        /// The parties alone.
        Parties = "parties",
        /// Every member organisation of the network.
        Network = "network",
    }
}

codes! {
    /// On which side of a visit a party or delegate stands.
    pub enum Side in "visit.side" {
        /// Comes.
        Visitor = "visitor",
        /// Receives.
        Host = "host",
    }
}

codes! {
    /// A party's answer to a visit.
    pub enum Response in "visit.response" {
        /// Not yet answered.
        Pending = "pending",
        /// Accepted.
        Accepted = "accepted",
        /// Declined: stays listed and counts no more.
        Declined = "declined",
        /// Suspended, left or dissolved: not waited for.
        Unavailable = "unavailable",
    }
}

codes! {
    /// A party's word on the report.
    pub enum ReportApproval in "visit.report_approval" {
        /// Not yet given.
        Pending = "pending",
        /// Approved.
        Approved = "approved",
        /// Objected, with a reason.
        Objected = "objected",
        /// Concluded over its silence.
        NoAnswer = "no_answer",
    }
}

codes! {
    /// What a visit is for.
    pub enum Purpose in "visit.purpose" {
        /// To be friends.
        Friendly = "friendly",
        /// To learn from each other.
        ExperienceExchange = "experience_exchange",
        /// To see the projects.
        ProjectReview = "project_review",
        /// To plan together.
        JointPlanning = "joint_planning",
        /// To stand by someone.
        Support = "support",
        /// An emergency.
        Emergency = "emergency",
        /// Anything else.
        Other = "other",
    }
}

codes! {
    /// Why a visit was declined, moved or called off.
    pub enum ReasonCode in "visit.reason_code" {
        /// The security situation.
        Security = "security",
        /// The road is impassable.
        Road = "road",
        /// Rain.
        Rain = "rain",
        /// A death.
        Bereavement = "bereavement",
        /// No fuel.
        NoFuel = "no_fuel",
        /// Nobody could be reached.
        NoContact = "no_contact",
        /// Anything else.
        Other = "other",
    }
}

codes! {
    /// Whether a delegate is one person or several.
    pub enum DelegateKind in "delegate.kind" {
        /// One person.
        Person = "person",
        /// Several people under one name, with a head count or without.
        Group = "group",
    }
}

codes! {
    /// What an item of the agenda is.
    pub enum AgendaKind in "agenda.kind" {
        /// The guests are received.
        Reception = "reception",
        /// Someone presents something.
        Presentation = "presentation",
        /// A tour.
        Tour = "tour",
        /// A discussion.
        Discussion = "discussion",
        /// The close.
        Closing = "closing",
        /// Anything else.
        Other = "other",
    }
}

codes! {
    /// What a presentation shows.
    pub enum Presents in "agenda.presents" {
        /// Projects.
        Projects = "projects",
        /// Activities.
        Activities = "activities",
        /// Fields of work.
        Fields = "fields",
        /// Plans.
        Plans = "plans",
    }
}

codes! {
    /// What a discussion is about.
    pub enum Topic in "discussion.topic" {
        /// Managing projects.
        ProjectManagement = "project_management",
        /// Raising money.
        Fundraising = "fundraising",
        /// Learning from each other.
        ExperienceExchange = "experience_exchange",
        /// The way to a legal status.
        Registration = "registration",
        /// Linking with those who may support.
        DonorLinking = "donor_linking",
        /// Challenges both sides have.
        SharedChallenges = "shared_challenges",
        /// Programmes run together.
        JointProgrammes = "joint_programmes",
        /// Media.
        Media = "media",
        /// Answering emergencies.
        EmergencyResponse = "emergency_response",
        /// Working in step.
        Coordination = "coordination",
        /// Anything else.
        Other = "other",
    }
}

codes! {
    /// What can be done to a visit.
    pub enum VisitAction in "visit.action" {
        /// Puts a draft to the other parties.
        Propose = "propose",
        /// Says yes to the version seen.
        Accept = "accept",
        /// Says no.
        Decline = "decline",
        /// Proposes another date.
        Reschedule = "reschedule",
        /// Calls it off.
        Cancel = "cancel",
        /// Records that it took place.
        Hold = "hold",
        /// Records a visit that took place while a party could not answer.
        RecordHeld = "record-held",
        /// Takes back the record that it took place.
        UndoHold = "undo-hold",
        /// Submits the report for approval.
        SubmitReport = "submit-report",
        /// Approves the version of the report seen.
        ApproveReport = "approve-report",
        /// Sends the report back, with a reason.
        ReturnReport = "return-report",
        /// Concludes over thirty days of silence.
        Conclude = "conclude",
        /// Records an objection.
        Object = "object",
    }
}
