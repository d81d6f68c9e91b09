//! Public types of projects.
//!
//! - [`project`]: a project as answered and as stored; [`bodies`]: what is sent to make and change one;
//! - [`receipt`]: what came in for it; [`seen`]: what of a project a caller sees.

pub mod bodies;
pub mod project;
pub mod receipt;
pub mod seen;

pub use bodies::{NewProject, ProjectChanges};
pub use project::{Project, ProjectRow};
pub use receipt::Receipt;
pub use seen::{Loaded, Looker};
