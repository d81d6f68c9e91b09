//! Who signs in: accounts, sessions, passwords.
//!
//! | room | what is in it |
//! | --- | --- |
//! | [`store`] | users, sessions, and what cuts them off |

pub mod store;
