//! What each command of the command line does. `main.rs` parses; everything else is here, and says
//! what went wrong in one sentence.

mod accounts;
mod asking;
mod audit;
mod database;
mod serve;

pub use accounts::{create_admin, reset_password};
pub use asking::{Typed, ask};
pub use audit::audit_verify;
pub use database::{backup, is_sealed, keys_rotate, migrate};
pub use serve::serve;

use crate::access::keys::{self, NewMaster};
use crate::config::{ConfigErrors, Settings};
use crate::http::problem::Problem;

/// Why a command failed, in a sentence for the person who gave it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct CommandError {
    message: String,
    code: u8,
}

impl CommandError {
    /// A failure with the exit code 1.
    #[must_use]
    pub fn new(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), code: 1 }
    }

    /// A command that makes no sense, with the exit code 2.
    #[must_use]
    pub fn usage(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), code: 2 }
    }

    /// What the process exits with: 1 for a failure, 2 for a command or settings that make no sense.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.code
    }
}

impl From<ConfigErrors> for CommandError {
    fn from(errors: ConfigErrors) -> Self {
        Self { message: errors.to_string(), code: 2 }
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        Self::new(error)
    }
}

/// What went wrong inside, in its own words; of a refusal, what it means.
impl From<Problem> for CommandError {
    fn from(problem: Problem) -> Self {
        if let Some(cause) = problem.cause() {
            return Self::new(cause);
        }
        let details: Vec<&str> = problem.field_errors().iter().map(|error| error.detail.as_str()).collect();
        match details.as_slice() {
            [] => Self::new(problem.code().meaning(crate::text::Locale::En)),
            details => Self::new(details.join("; ")),
        }
    }
}

/// How `serve` is to start.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServeOptions {
    /// Load the demonstration network.
    pub demo: bool,
    /// Refuse to start when a migration is pending, instead of migrating.
    pub no_migrate: bool,
}

/// How a person is named on the command line: as given, not yet checked.
#[derive(Clone, Debug)]
pub enum Account {
    /// `--email`
    Email(String),
    /// `--phone`
    Phone(String),
}

/// Which keys `keys rotate` changes.
#[derive(Clone, Debug)]
pub enum KeyKind {
    /// The keys that sign access tokens: the next becomes the active one.
    Signing,
    /// The master key: everything encrypted with the old one is encrypted anew.
    Master(NewMaster),
}

/// The OpenAPI document, as committed in `openapi/openapi.json`. It depends on no setting.
///
/// # Errors
/// When standard output cannot be written.
pub fn openapi() -> Result<(), CommandError> {
    print(crate::routes::openapi_json())
}

/// Prints the settings in force and where each came from; secrets are masked.
///
/// # Errors
/// When standard output cannot be written.
pub fn check_config(settings: &Settings) -> Result<(), CommandError> {
    print(&settings.report())?;
    for warning in settings.warnings().iter().cloned().chain(keys::noted(settings)) {
        eprintln!("warning: {warning}");
    }
    Ok(())
}

/// Writes to standard output; that nobody reads any longer (`awasir openapi | head`) is no failure.
fn print(text: &str) -> Result<(), CommandError> {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
