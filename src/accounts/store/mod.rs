//! Accounts and sessions in the database.

mod revoking;

pub use revoking::{end_session, end_sessions_of, raise_epoch, raise_epochs_of_members};
