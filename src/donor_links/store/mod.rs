//! The tables of donor links.
//!
//! - [`links`]: a link found, locked, loaded, and pages of them; [`checks`]: what of a body only the tables know;
//! - [`writing`]: inserted and saved, with all that follows from that; [`standing`]: what an organisation's standing does;
//! - [`pledges`], [`disbursements`]: what is promised and what came; [`room`]: where it is checked;
//! - [`contacts`]: the donor's contact read through a link, and by whom.

pub mod checks;
pub mod contacts;
pub mod disbursements;
pub mod links;
pub mod pledges;
pub mod room;
pub mod standing;
pub mod writing;

pub use standing::party_unavailable;

/// What the journal calls a donor link.
pub const KIND: &str = "donor_link";
