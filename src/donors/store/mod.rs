//! The tables of donors.
//!
//! - [`reading`]: one donor, its name, its contact; [`list`]: pages; [`writing`]: made, changed, removed;
//! - [`matches`]: those that may support a project.

pub mod list;
pub mod matches;
pub mod reading;
pub mod writing;

pub use reading::{contact_of, find, lock, name_of, names_of, shown};
