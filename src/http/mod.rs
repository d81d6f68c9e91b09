//! What every resource speaks HTTP with. Knows no resource.
//!
//! - [`operation`], [`pipeline`], `form`, [`call`], [`answer`]: the way of a request and back;
//! - [`problem`]: the catalogue of problems; [`decode`]: bodies, with everything wrong named at once;
//! - [`view`]: public types, as they are answered;
//! - [`query`], [`page`], [`cursor`]: lists; [`etag`], [`patch`]: one thing;
//! - [`calendar`]: iCalendar; [`idempotency`]: repeated requests; [`limits`], [`address`]: who may call how often.

pub mod address;
pub mod answer;
pub mod calendar;
pub mod call;
pub mod cursor;
pub mod decode;
pub mod encoding;
pub mod etag;
mod form;
pub mod idempotency;
pub mod internal;
pub mod limits;
pub mod operation;
pub mod page;
pub mod parts;
pub mod patch;
pub mod pipeline;
pub mod problem;
pub mod query;
pub mod view;
