//! The tables of programmes.
//!
//! - [`programmes`]: the programme with its partners, terms and signatures: found, locked, loaded;
//! - [`writing`]: inserted, saved, removed, with all that follows;
//! - [`list`]: pages of them; [`checks`]: what of a body only the tables know;
//! - [`activities`], [`contributions`], [`indicators`]: what is carried out, counted and given; [`room`]: where it is
//!   checked; [`summary`]: added up;
//! - [`erasing`]: signatures' personal values erased; [`due`]: what comes into force by time.

pub mod activities;
pub mod checks;
pub mod contributions;
pub mod due;
pub mod erasing;
pub mod indicators;
pub mod list;
pub mod programmes;
pub mod room;
pub mod summary;
pub mod writing;

pub use writing::partner_standing_changed;

/// What the journal calls a programme.
pub const KIND: &str = "programme";
