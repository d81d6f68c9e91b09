//! The closed lists of words about traces.

use crate::types::codes::codes;

codes! {
    /// A kind of thing that a trace goes through.
    pub enum NodeType in "trace.node" {
        /// A visit.
        Visit = "visit",
        /// What was agreed in one, or talked about.
        Commitment = "commitment",
        /// A shared programme.
        Programme = "programme",
        /// A project.
        Project = "project",
        /// A donor introduced to an organisation.
        DonorLink = "donor_link",
        /// What a donor gave through that.
        Disbursement = "disbursement",
        /// A registration dossier.
        Registration = "registration",
    }
}

codes! {
    /// How one thing of a trace stands to another.
    pub enum Relation in "trace.relation" {
        /// A commitment to the visit in which it was agreed.
        AgreedIn = "agreed_in",
        /// A thing to the commitment that brought it forth; a disbursement to its donor link.
        ArisesFrom = "arises_from",
        /// A thing to the commitment that it keeps.
        Fulfils = "fulfils",
        /// A donor link or a disbursement to a project.
        Funds = "funds",
        /// A donor link or a disbursement to a programme.
        ContributesTo = "contributes_to",
        /// A visit to the one that it returns.
        Returns = "returns",
    }
}
