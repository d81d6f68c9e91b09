//! Who calls and what they may.

pub mod role;
