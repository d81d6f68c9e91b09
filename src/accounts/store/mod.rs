//! Accounts, sessions, reset codes and mailed tokens in the database.

mod emails;
mod erasing;
mod mailed;
pub mod network_sessions;
mod resets;
mod revoking;
mod sessions;
mod users;

pub use emails::forget_earlier_emails;
pub use erasing::{being_erased, check_network_keeps_an_admin, erase, finish_erasing, logins_of};
pub use mailed::{end_mailed, find_mailed, make_mailed, redeem_mailed, reset_link};
pub use resets::{find_reset, issue_reset, members_account, redeem};
pub(crate) use revoking::REMEMBERED;
pub use revoking::{cut_off, end_jwts, end_session, end_sessions_of, raise_epoch, raise_epochs_of_members};
pub use sessions::{
    KIND as SESSION_KIND, known_addresses, list as list_sessions, lock as lock_session, own as own_session,
    rotate, start,
};
pub use users::{
    Account, KIND, LoginColumns, NewAccount, claims_of, create, find, find_by_login, lock, name_of, public,
    set_password, share_an_organisation, taken_by, update,
};
