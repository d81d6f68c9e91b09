//! Commitments: what came of a visit, from talk to promise. Talk is recorded as talk.
//!
//! - [`codes`]: the closed lists of words; [`model`]: the public types;
//! - [`rules`]: what each strength asks, and who may tell progress; no I/O.
//!
//! They are written through their visit (`/v1/visits/{id}/commitments`), as its other items are:
//! [`crate::visits::store::items`].

pub mod codes;
pub mod model;
pub mod rules;
