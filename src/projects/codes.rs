//! The closed lists of words about projects.

use crate::types::codes::codes;

codes! {
    /// How far a project is.
    pub enum ProjectStatus in "project.status" {
        /// Thought of.
        Idea = "idea",
        /// Support is looked for.
        SeekingSupport = "seeking_support",
        /// Support is found.
        Supported = "supported",
        /// Being carried out.
        Ongoing = "ongoing",
        /// Carried out.
        Completed = "completed",
        /// Called off.
        Cancelled = "cancelled",
    }
}

codes! {
    /// Who may see something of a project.
    pub enum ProjectVisibility in "project.visibility" {
        /// Its own organisation.
        Organisation = "organisation",
        /// The whole network.
        Network = "network",
    }
}

codes! {
    /// From whom a receipt came.
    pub enum ReceiptSource in "receipt.source" {
        /// A donor.
        Donor = "donor",
        /// The members, by their subscriptions.
        Subscriptions = "subscriptions",
        /// Many together: a village, a mosque, a market.
        Collection = "collection",
        /// Somebody who does not want to be known.
        Anonymous = "anonymous",
    }
}
