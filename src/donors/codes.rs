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
