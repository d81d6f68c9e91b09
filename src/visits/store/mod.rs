//! The tables of visits.
//!
//! - [`visits`]: the visit with its parties: found, locked, inserted, saved, removed; [`named`]: what it names, as
//!   far as a caller sees that;
//! - [`list`]: pages of them, of the [`streams`] by which they are read newest first, narrowed by [`facets`];
//! - [`items`]: delegates, agenda, discussions, commitments;
//! - [`checks`]: what of a body only the tables know;
//! - [`erasing`]: delegates' personal values erased;
//! - [`reminders`]: of reports that wait for approval.

pub mod checks;
pub mod erasing;
pub mod facets;
pub mod items;
pub mod list;
pub mod named;
pub mod reminders;
pub mod streams;
pub mod visits;

pub use visits::party_unavailable;

/// What the journal calls a visit.
pub const KIND: &str = "visit";
