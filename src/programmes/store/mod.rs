//! The tables of programmes.
//!
//! - [`programmes`]: the programme with its partners, terms and signatures: found, locked, loaded;
//! - [`writing`]: inserted, saved, removed, with all that follows;
//! - [`list`]: pages of them; [`checks`]: what of a body only the tables know;
//! - [`erasing`]: signatures' personal values erased; [`due`]: what comes into force by time.

pub mod checks;
pub mod due;
pub mod erasing;
pub mod list;
pub mod programmes;
pub mod writing;

pub use writing::partner_standing_changed;

/// What the journal calls a programme.
pub const KIND: &str = "programme";
