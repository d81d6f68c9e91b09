//! A visit and its parties.
//!
//! - [`reading`]: found, locked and loaded; [`filling`]: what a body says as rows; [`writing`]: added, saved, removed.

mod filling;
mod reading;
mod writing;

pub use filling::{draft, fill, party_rows, schedule};
pub use reading::{
    find, find_last_seen, find_last_seen_by, is_built_on, load, load_all, lock, parties_of, record_of,
    record_seen_by, with_parties,
};
pub use writing::{delete, insert, insert_record, move_on, party_unavailable, save, touch};
