//! Public types of registration dossiers, and dossiers as loaded.

pub mod bodies;
pub mod dossier;
pub mod loaded;
pub mod note;
pub mod obligation;
pub mod requirement;

pub use bodies::{NewRegistration, RegistrationChanges};
pub use dossier::{ListedRegistration, Registration, RegistrationReason, RegistrationRow, Share};
pub use loaded::{Loaded, Looker};
pub use note::Note;
pub use obligation::Obligation;
pub use requirement::{LackingRequirement, Requirement};
