//! What of a donor stands in the database sealed under the master key: its contact, and the name of one that nobody
//! but its owner knows of.
//!
//! The donor's id is part of what is authenticated: a blob laid into another donor's row doesn't open there. What is
//! sealed is filled up with blanks, so that its length tells little.

use crate::access::keys::Keys;
use crate::access::secret::SecretBytes;
use crate::db::Db;
use crate::http::problem::{Problem, Result};
use crate::journal::Writer;
use crate::text::Name;
use crate::types::DonorId;

/// What is sealed is as long as a multiple of this.
const STEP: usize = 64;

/// What is sealed of a donor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its name.
    Name,
    /// How it is reached.
    Contact,
}

impl Part {
    /// What it is sealed for.
    pub fn purpose(self, donor: DonorId) -> String {
        let part = match self {
            Self::Name => "donor-name",
            Self::Contact => "donor-contact",
        };
        format!("{part} {donor}")
    }
}

/// Seals JSON.
///
/// # Errors
/// As [`Keys::seal`].
pub fn seal(
    keys: &Keys,
    w: &mut Writer<'_>,
    part: Part,
    donor: DonorId,
    mut json: Vec<u8>,
) -> Result<Vec<u8>> {
    json.resize(json.len().next_multiple_of(STEP), b' ');
    let json = SecretBytes::new(json);
    keys.seal(w.db(), &part.purpose(donor), json.expose())
}

/// Opens what [`seal`] made.
///
/// # Errors
/// As [`Keys::unseal`].
pub fn open<T: serde::de::DeserializeOwned>(
    keys: &Keys,
    db: &mut Db,
    part: Part,
    donor: DonorId,
    sealed: &[u8],
) -> Result<T> {
    let json = keys.unseal(db, &part.purpose(donor), sealed)?;
    // What serde would say of it may quote it.
    serde_json::from_slice(json.expose())
        .map_err(|_| Problem::internal(format!("the {} is not of its form", part.purpose(donor))))
}

/// Seals a name.
///
/// # Errors
/// As [`Keys::seal`].
pub fn seal_name(keys: &Keys, w: &mut Writer<'_>, donor: DonorId, name: &Name) -> Result<Vec<u8>> {
    seal(keys, w, Part::Name, donor, serde_json::to_vec(name).map_err(Problem::internal)?)
}
