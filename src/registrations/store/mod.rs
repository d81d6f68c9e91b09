//! The tables of dossiers.
//!
//! - [`dossiers`]: the dossier found, locked, loaded; [`list`]: pages of them;
//! - [`writing`]: inserted, saved, shared, with all that follows;
//! - [`items`]: requirements, obligations, notes; [`room`]: where they are checked.

pub mod dossiers;
pub mod items;
pub mod list;
pub mod room;
pub mod writing;

pub use writing::helper_standing_changed;

/// What the journal calls a dossier.
pub const KIND: &str = "registration";
