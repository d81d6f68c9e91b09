//! The reference lists: sectors, places, topics, currencies and labels, embedded in the binary.
//!
//! [`tables`] is what the code looks things up in, [`data`] what clients are answered by [`routes`].

pub mod data;
pub mod routes;
pub mod tables;

pub use data::{List, document};
pub use routes::operations;
