//! Public types of shared programmes.
//!
//! - [`programme`]: a programme as answered and as stored; [`partner`]: who is in it; [`terms`]: what is signed,
//!   revision by revision, and the signatures;
//! - [`loaded`]: a programme with all of these, as far as the rules ask;
//! - [`activity`], [`progress`], [`contribution`], [`indicator`]: what is carried out, counted and given;
//!   [`summary`]: all of it added up;
//! - [`bodies`]: what is sent; [`seen`]: what of a programme a caller sees.

pub mod activity;
pub mod bodies;
pub mod contribution;
pub mod indicator;
pub mod loaded;
pub mod partner;
pub mod programme;
pub mod progress;
pub mod seen;
pub mod summary;
pub mod terms;

pub use activity::Activity;
pub use bodies::{NewPartner, NewProgramme, ProgrammeChanges};
pub use contribution::Contribution;
pub use indicator::Indicator;
pub use loaded::Loaded;
pub use partner::{PartnerRow, ViewPartner};
pub use programme::{LastReason, Programme, ProgrammeRow};
pub use progress::Progress;
pub use seen::{Level, Looker};
pub use terms::{Signature, SignatureRow, Terms, TermsRow, ViewTerms};
