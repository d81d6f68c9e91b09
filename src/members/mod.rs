//! Members: the people of an organisation, those who sign in and those known by name.
//!
//! - [`model`]: the public types; [`rules`]: what keeps an organisation its admin;
//! - [`store`]: the table, and its personal values erased; [`routes`]: `/v1/organisations/{id}/members`.

pub mod model;
pub mod routes;
pub mod rules;
pub mod store;

pub use routes::operations;
