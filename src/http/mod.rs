//! What every resource speaks HTTP with: problems, decoding, lists, versions, limits. Knows no resource.

pub mod address;
pub mod cursor;
pub mod decode;
pub mod etag;
pub mod limits;
pub mod page;
pub mod patch;
pub mod problem;
pub mod query;
