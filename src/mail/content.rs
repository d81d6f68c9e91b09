//! What a mail is about: whom it goes to and what opens the door. Sealed in its row, and only there.

use serde::{Deserialize, Serialize};

use crate::access::keys::Keys;
use crate::access::secret::{SecretBytes, SecretText};
use crate::db::Db;
use crate::http::problem::{Problem, Result};
use crate::journal::Writer;
use crate::types::{AnyId, Email};

/// What is sealed is as long as a multiple of this: its length tells little.
const STEP: usize = 128;

/// What kinds of mail there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody is invited.
    Invitation,
    /// Somebody asked for a new password.
    PasswordReset,
    /// An account has another e-mail address, or none: told to those it had.
    EmailChanged,
}

impl Kind {
    /// As the table has it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
            Self::EmailChanged => "email_changed",
        }
    }

    /// Reads what the table has.
    ///
    /// # Errors
    /// `internal`: a newer Awasir put it there.
    pub fn parse(text: &str) -> Result<Self> {
        [Self::Invitation, Self::PasswordReset, Self::EmailChanged]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| Problem::internal("a mail is of a kind that this version does not know"))
    }
}

/// What is sealed of a mail.
#[derive(Clone, Serialize, Deserialize)]
pub struct Content {
    /// Whom it goes to.
    pub to: Email,
    /// What opens the door. Of a new password there is none until it is known whether the address is anybody's; a notice
    /// has none.
    pub token: Option<String>,
}

impl Content {
    /// With the token that was made already.
    pub fn with_token(to: &Email, token: &SecretText) -> Self {
        Self { to: to.clone(), token: Some(token.expose().to_owned()) }
    }
}

/// What a mail's content is sealed for: this row opens it, no other.
pub fn purpose(id: AnyId) -> String {
    format!("mail {id}")
}

/// Seals a mail's content.
///
/// # Errors
/// As [`Keys::seal`].
pub fn seal(keys: &Keys, w: &mut Writer<'_>, id: AnyId, content: &Content) -> Result<Vec<u8>> {
    let mut json = serde_json::to_vec(content).map_err(Problem::internal)?;
    json.resize(json.len().next_multiple_of(STEP), b' ');
    let json = SecretBytes::new(json);
    keys.seal(w.db(), &purpose(id), json.expose())
}

/// Opens what [`seal`] made.
///
/// # Errors
/// As [`Keys::unseal`].
pub fn open(keys: &Keys, db: &mut Db, id: AnyId, sealed: &[u8]) -> Result<Content> {
    let json = keys.unseal(db, &purpose(id), sealed)?;
    // What serde would say of it may quote it.
    serde_json::from_slice(json.expose())
        .map_err(|_| Problem::internal(format!("mail {id} is not of its form")))
}
