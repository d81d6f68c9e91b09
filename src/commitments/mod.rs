//! Commitments: what came of a visit, from talk to promise. Talk is recorded as talk.
//!
//! - [`codes`]: the closed lists of words; [`model`]: the public types;
//! - [`rules`]: what each strength asks, who may tell progress, what is waited for; no I/O;
//! - [`store`]: the lists across visits; [`routes`]: `/v1/commitments`;
//! - [`fulfilment`]: what a commitment brings forth, and what becomes of it.
//!
//! Within their visit they are written as its other items are: [`crate::items`].

pub mod codes;
pub mod fulfilment;
pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
