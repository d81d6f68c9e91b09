//! Public types of visits.
//!
//! - [`visit`]: a visit as answered, as listed, as stored; [`loaded`]: with its parties, as far as the rules ask;
//! - [`schedule`]: when; [`party`]: who;
//! - [`items`]: delegates, agenda, discussions (commitments have a room of their own); `item`: all four as
//!   [`crate::items`] serves them;
//! - [`bodies`]: what is sent; [`seen`]: what of a visit a caller sees.

pub mod bodies;
mod item;
pub mod items;
pub mod loaded;
pub mod party;
pub mod schedule;
pub mod seen;
pub mod visit;

pub use bodies::{NewParty, NewVisit, VisitChanges};
pub use items::{
    AgendaItem, Delegate, Discussion, NewAgendaItem, NewDelegate, NewDiscussion, PublicNameConsent,
};
pub use loaded::Loaded;
pub use party::{Objection, PartyRow, ViewParty};
pub use schedule::{NewSchedule, Schedule};
pub use seen::{Known, Level, Looker};
pub use visit::{LastReason, ListedVisit, Marked, Record, Reminder, Report, Visit, VisitRow};
