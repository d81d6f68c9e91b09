//! Public types of shared programmes.
//!
//! - [`programme`]: a programme as answered and as stored; [`partner`]: who is in it; [`terms`]: what is signed,
//!   revision by revision, and the signatures;
//! - [`loaded`]: a programme with all of these, as far as the rules ask;
//! - [`bodies`]: what is sent; [`seen`]: what of a programme a caller sees.

pub mod bodies;
pub mod loaded;
pub mod partner;
pub mod programme;
pub mod seen;
pub mod terms;

pub use bodies::{NewPartner, NewProgramme, ProgrammeChanges};
pub use loaded::Loaded;
pub use partner::{PartnerRow, ViewPartner};
pub use programme::{LastReason, Programme, ProgrammeRow};
pub use seen::{Level, Looker};
pub use terms::{Signature, SignatureRow, Terms, TermsRow, ViewTerms};
