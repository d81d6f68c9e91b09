//! The closed lists of words about organisations.

use crate::types::codes::codes;

codes! {
    /// Where an organisation stands in the network.
    pub enum OrganisationStatus in "organisation.status" {
        /// Asked to join; the network admin has not decided.
        Applied = "applied",
        /// Sent back to the applicant: more is needed.
        Returned = "returned",
        /// Not admitted; may apply again.
        Rejected = "rejected",
        /// A member.
        Active = "active",
        /// A member whose people may read and export what is its own, and nothing else.
        Suspended = "suspended",
        /// Left of its own will; may apply again.
        Left = "left",
        /// No longer exists.
        Dissolved = "dissolved",
    }
}

codes! {
    /// What kind of body an organisation is. A source that says منظمة and جمعية means two different things.
    pub enum LegalForm in "organisation.legal_form" {
        /// جمعية
        Association = "association",
        /// منظمة
        Organisation = "organisation",
        /// مؤسسة خيرية
        Foundation = "foundation",
        /// مبادرة
        Initiative = "initiative",
        /// جمعية تعاونية
        Cooperative = "cooperative",
        /// لجنة
        Committee = "committee",
        /// غرفة طوارئ
        EmergencyRoom = "emergency_room",
        /// شبكة
        Network = "network",
        /// وقف
        Endowment = "endowment",
        /// رابطة مغتربين
        DiasporaAssociation = "diaspora_association",
        /// منظمة دولية
        InternationalNgo = "international_ngo",
        /// وكالة أممية
        UnAgency = "un_agency",
        /// جهة حكومية
        Government = "government",
        /// شركة
        Company = "company",
        /// أخرى
        Other = "other",
    }
}

codes! {
    /// Who may see a way of contact, or an external id, of an organisation.
    pub enum ContactVisibility in "visibility" {
        /// Its own people alone.
        Organisation = "organisation",
        /// Those it shares a visit, programme or link with: the default.
        Partners = "partners",
        /// Every member organisation of the network.
        Network = "network",
    }
}

codes! {
    /// What can be done to an organisation's standing.
    pub enum OrganisationAction in "organisation.action" {
        /// Admits the applicant.
        Approve = "approve",
        /// Asks the applicant for more.
        Return = "return",
        /// Refuses the application.
        Reject = "reject",
        /// Applies again, with changes.
        Resubmit = "resubmit",
        /// Suspends a member.
        Suspend = "suspend",
        /// Ends a suspension.
        Reinstate = "reinstate",
        /// Leaves the network: the organisation's own admin.
        Leave = "leave",
        /// Records that the organisation is no more.
        Dissolve = "dissolve",
    }
}
