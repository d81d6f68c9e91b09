pub mod http;
pub mod text;

pub use http::problem::Result;
