//! The tables of projects.
//!
//! - [`projects`]: found, locked, seen; [`list`]: pages of them; [`writing`]: inserted, saved, removed;
//! - [`checks`]: what of a body only the tables know; [`sums`]: what was promised and came, added up;
//! - [`receipts`]: what came in without a donor link.

pub mod checks;
pub mod list;
pub mod projects;
pub mod receipts;
pub mod sums;
pub mod writing;

/// What the journal calls a project.
pub const KIND: &str = "project";
