//! The journal: nothing unseen.
//!
//! Every write appends what it did in its own transaction. Audit, and later sync, live stream and
//! webhooks, are readings of this one journal, in the order of `seq`.
//!
//! - [`writer`]: [`Writer`], without which the stores' write functions can't be called;
//! - [`entry`]: what is recorded, and how values stand apart from their digests;
//! - [`erasing`]: what may be erased, and by which entries; [`origin`]: addresses;
//! - [`audience`]: who may see a thing, the index of visibility-filtered lists;
//! - [`sequencer`]: the task that numbers committed entries on PostgreSQL, and seals them on both engines;
//! - [`sealing`]: the chain; [`verifying`]: the chain gone through, with [`apart`], what stands beside it;
//! - [`reader`]: entries by `seq`.

mod apart;
pub mod audience;
pub mod entry;
pub mod erasing;
pub mod origin;
pub mod reader;
pub mod sealing;
pub mod sequencer;
pub mod verifying;
pub mod writer;

pub use audience::Audience;
pub use entry::{Changes, Entry, Thing};
pub use erasing::Erasure;
pub use writer::{Author, Effect, Writer};
