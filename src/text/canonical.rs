//! JSON in one form: RFC 8785 (JSON Canonicalization Scheme), so that what is signed has one digest.

use serde::Serialize;

use crate::access::codes::sha256;
use crate::http::problem::{Problem, Result};

/// The canonical form of a value: members in the order of their names' UTF-16 code units, no white space.
///
/// # Errors
/// `internal` when it can't be written as JSON.
pub fn canonical(value: &impl Serialize) -> Result<String> {
    serde_json_canonicalizer::to_string(value).map_err(Problem::internal)
}

/// The SHA-256 of a text, in lower-case hexadecimal.
pub fn digest(text: &str) -> String {
    sha256(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
