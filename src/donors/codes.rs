//! The lists of words that donors use.

use crate::types::codes::codes;

codes! {
    /// What a donor is.
    pub enum DonorKind in "donor.kind" {
        /// One person.
        Individual = "individual",
        /// A family.
        Family = "family",
        /// People of one place who live abroad.
        DiasporaGroup = "diaspora_group",
        /// A foundation.
        Foundation = "foundation",
        /// A company.
        Company = "company",
        /// A body of a state.
        Government = "government",
        /// A non-governmental organisation that works in several countries.
        InternationalNgo = "international_ngo",
        /// An agency of the United Nations.
        UnAgency = "un_agency",
        /// A religious body.
        Religious = "religious",
        /// Anything else.
        Other = "other",
    }
}

codes! {
    /// Who may know of a donor.
    pub enum DonorVisibility in "donor.visibility" {
        /// The organisation that keeps the record; nobody else knows that there is such a donor.
        Owner = "owner",
        /// The network: its name, kind and interests, never its contact.
        Network = "network",
    }
}

codes! {
    /// Whether what a project lacks is what a donor gives.
    pub enum Fits in "donor.fits" {
        /// It is less than the donor gives at the least.
        Below = "below",
        /// It is.
        Within = "within",
        /// It is more than the donor gives at the most: it may give a part of it.
        Above = "above",
        /// One of the two is not known, or they are in different currencies.
        Unknown = "unknown",
    }
}

codes! {
    /// Why a donor is named for a project.
    pub enum MatchReason in "donor.reason" {
        /// It may support fields of work that the project is in.
        Sectors = "sectors",
        /// It may support places where the project is.
        Places = "places",
        /// What the project lacks beside what the donor gives.
        Range = "range",
    }
}
