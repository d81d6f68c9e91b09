pub mod access;
pub mod commitments;
pub mod http;
pub mod organisations;
pub mod reference;
pub mod text;
pub mod types;
pub mod visits;

pub use http::problem::Result;
