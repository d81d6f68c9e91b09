//! The table of invitations.

mod accepted;
mod checks;
mod erasing;
mod issued;
mod mailing;

pub use accepted::{claim, join, make_network_admin};
pub use checks::{check_not_member, member_to_invite};
pub use erasing::{About, accepted_at, erase};
pub use issued::{Issue, KIND, Kept, Key, find, issue, list, lock_and_find, withdraw, withdraw_all};
pub use mailing::{Issuer, link};
