//! What every resource speaks HTTP with: problems, decoding, lists, versions, limits. Knows no resource.

pub mod decode;
pub mod problem;
