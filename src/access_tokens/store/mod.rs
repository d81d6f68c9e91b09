//! The table of access tokens.
//!
//! - [`reading`]: lists and one; [`writing`]: made, narrowed, rotated, adopted, withdrawn;
//! - [`standing`]: what moves with the standing of owner and organisation.

pub mod reading;
pub mod standing;
pub mod writing;

/// What the journal calls it.
pub const KIND: &str = "access_token";
