//! The closed lists of words about shared programmes.

use crate::types::codes::codes;

codes! {
    /// Where a programme stands.
    pub enum ProgrammeState in "programme.state" {
        /// Being drawn up, seen by its own organisation only.
        Draft = "draft",
        /// Put to the partners to sign.
        Proposed = "proposed",
        /// A partner said no.
        Declined = "declined",
        /// Signed by every partner.
        Agreed = "agreed",
        /// Being carried out.
        Active = "active",
        /// Stopped for a while.
        Suspended = "suspended",
        /// Carried out.
        Completed = "completed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

codes! {
    /// What can be done to a programme.
    pub enum ProgrammeAction in "programme.action" {
        /// Puts a draft to the partners to sign.
        Propose = "propose",
        /// Takes it back into a draft.
        WithdrawProposal = "withdraw-proposal",
        /// Says no.
        Decline = "decline",
        /// Signs the terms on the table, or the amendment or removal that waits.
        Sign = "sign",
        /// Puts changed terms beside those in force.
        Amend = "amend",
        /// Says no to the amendment or removal that waits, which drops it.
        DeclineAmendment = "decline-amendment",
        /// Begins.
        Start = "start",
        /// Stops for a while.
        Suspend = "suspend",
        /// Goes on.
        Resume = "resume",
        /// Ends, carried out.
        Complete = "complete",
        /// Calls it off.
        Cancel = "cancel",
        /// Leaves it.
        Withdraw = "withdraw",
        /// Offers the lead to another partner.
        HandOverLead = "hand-over-lead",
        /// Takes the lead that was offered.
        AcceptLead = "accept-lead",
        /// Announces that a partner is to be taken out.
        RemovePartner = "remove-partner",
        /// Takes the lead from a partner that is not active.
        TakeOverLead = "take-over-lead",
    }
}

codes! {
    /// What a partner is in a programme.
    pub enum PartnerRole in "programme.role" {
        /// Leads it.
        Lead = "lead",
        /// Carries it out.
        Implementing = "implementing",
        /// Pays for it.
        Funding = "funding",
        /// Helps it along.
        Supporting = "supporting",
        /// Tells of it.
        Media = "media",
    }
}

codes! {
    /// Who may see something of a programme.
    pub enum ProgrammeVisibility in "programme.visibility" {
        /// Its partners.
        Partners = "partners",
        /// The whole network, once it is agreed.
        Network = "network",
    }
}

codes! {
    /// What a revision of the terms is.
    pub enum TermsKind in "programme.terms.kind" {
        /// The terms of the programme itself.
        Terms = "terms",
        /// A change of the terms in force.
        Amendment = "amendment",
        /// The terms in force without one of the partners.
        Removal = "removal",
    }
}

codes! {
    /// Why a partner is taken out.
    pub enum RemovalReason in "programme.removal_reason" {
        /// Its organisation left the network.
        Left = "left",
        /// Its organisation was dissolved.
        Dissolved = "dissolved",
        /// Its organisation's membership is suspended.
        Suspended = "suspended",
        /// It can't be reached.
        Unreachable = "unreachable",
    }
}

codes! {
    /// What an action lacks.
    pub enum Lacking in "programme.missing" {
        /// Signatures of these partners.
        Signatures = "signatures",
        /// Partners whose organisation is active, in the place of these.
        ActivePartners = "active_partners",
        /// Two partners at the least.
        Partners = "partners",
        /// The first day of the period.
        Period = "period",
    }
}

codes! {
    /// How far an activity is.
    pub enum ActivityStatus in "activity.status" {
        /// To be carried out.
        Planned = "planned",
        /// Being carried out.
        Ongoing = "ongoing",
        /// Carried out.
        Completed = "completed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

codes! {
    /// Whom an activity is for, by how they came to be where it takes place.
    pub enum PopulationGroup in "population_group" {
        /// Those who live there.
        Host = "host",
        /// Displaced within their country.
        Idp = "idp",
        /// Come back to where they lived.
        Returnee = "returnee",
        /// From another country.
        Refugee = "refugee",
        /// Several of these.
        Mixed = "mixed",
    }
}

codes! {
    /// Whether those whom a progress entry counts were counted before.
    pub enum Counting in "progress.counting" {
        /// None of them was: they add to `reached`.
        NewPeople = "new_people",
        /// They were, in an earlier entry.
        Repeat = "repeat",
        /// Nobody knows.
        NotKnown = "not_known",
    }
}

codes! {
    /// What is given to a programme.
    pub enum ContributionKind in "contribution.kind" {
        /// Money.
        Cash = "cash",
        /// Goods.
        InKind = "in_kind",
        /// Hours of volunteers.
        VolunteerHours = "volunteer_hours",
        /// Transport, storage, training.
        Service = "service",
    }
}

codes! {
    /// How far a contribution is.
    pub enum ContributionStatus in "contribution.status" {
        /// Promised.
        Pledged = "pledged",
        /// Arrived, as another than the giver confirmed.
        Received = "received",
        /// Not to be given any more.
        Cancelled = "cancelled",
    }
}

codes! {
    /// What the values of an indicator are.
    pub enum Measure in "indicator.measure" {
        /// Numbers of something.
        Unit = "unit",
        /// Shares of a hundred.
        Percentage = "percentage",
        /// Names without an order.
        Nominal = "nominal",
        /// Places in an order.
        Ordinal = "ordinal",
        /// Words.
        Qualitative = "qualitative",
    }
}
