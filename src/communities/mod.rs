//! Communities: the villages, quarters and camps that organisations serve, one list for the whole network.
//!
//! - [`model`]: the public types; [`rules`]: what makes a possible duplicate;
//! - [`store`]: the table; [`routes`]: `/v1/communities`.

pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
