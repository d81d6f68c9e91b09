//! Public types of donor links.
//!
//! - [`link`]: a link as answered and as stored; [`bodies`]: what is sent; [`seen`]: what of a link a caller sees;
//! - [`pledge`], [`disbursement`]: what is promised and what came; [`rate`]: at what rate it is counted;
//! - [`reading`]: who read the donor's contact.

pub mod bodies;
pub mod disbursement;
pub mod link;
pub mod pledge;
pub mod rate;
pub mod reading;
pub mod seen;

pub use disbursement::Disbursement;
pub use link::{DonorLink, LastReason, LinkRow};
pub use pledge::Pledge;
pub use rate::Rate;
pub use reading::ContactReading;
pub use seen::{Loaded, Looker};
