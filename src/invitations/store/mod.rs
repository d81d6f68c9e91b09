//! The table of invitations.

mod accepted;
mod erasing;
mod issued;
mod mailing;

pub use accepted::{claim, join, make_network_admin};
pub use erasing::{About, accepted_at, erase};
pub use issued::{
    Issue, KIND, Kept, Key, check_not_member, find, issue, list, lock_and_find, member_to_invite, withdraw,
    withdraw_all,
};
pub use mailing::{Issuer, link};
