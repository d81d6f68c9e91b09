//! What each command of the command line does. `main.rs` parses; everything else is here, and says
//! what went wrong in one sentence.

use std::path::Path;

use crate::config::{ConfigErrors, Settings};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// The keys that sign access tokens: the next becomes the active one.
    Signing,
    /// The master key: everything encrypted with the old one is encrypted anew.
    Master,
}

/// Runs the server until it is told to stop.
///
/// # Errors
/// When it cannot start: the database, the address, the master key.
pub fn serve(_settings: &Settings, _options: ServeOptions) -> Result<(), CommandError> {
    not_in_this_build("serve")
}

/// Applies the pending migrations, creating the database's file if need be.
///
/// # Errors
/// When the database cannot be reached, or a newer Awasir has migrated it.
pub fn migrate(_settings: &Settings) -> Result<(), CommandError> {
    not_in_this_build("migrate")
}

/// Makes a network admin. With `password`, the account can sign in with it; else a one-time link is
/// printed.
///
/// # Errors
/// When the account exists, the password is refused, or the database cannot be reached.
pub fn create_admin(
    _settings: &Settings,
    _account: &Account,
    _password: Option<&str>,
) -> Result<(), CommandError> {
    not_in_this_build("create-admin")
}

/// Gives an account a temporary password, which is printed, and ends its sessions.
///
/// # Errors
/// When there is no such account, or the database cannot be reached.
pub fn reset_password(_settings: &Settings, _account: &Account) -> Result<(), CommandError> {
    not_in_this_build("reset-password")
}

/// Writes a consistent copy of the database to `file` while the server runs.
///
/// # Errors
/// When `file` exists or cannot be written, or the database cannot be reached.
pub fn backup(_settings: &Settings, _file: &Path) -> Result<(), CommandError> {
    not_in_this_build("backup")
}

/// Changes keys.
///
/// # Errors
/// When the database or the master key cannot be reached.
pub fn keys_rotate(_settings: &Settings, _kind: KeyKind) -> Result<(), CommandError> {
    not_in_this_build("keys rotate")
}

/// The OpenAPI document, as committed in `openapi/openapi.json`. It depends on no setting.
///
/// # Errors
/// When standard output cannot be written.
pub fn openapi() -> Result<(), CommandError> {
    not_in_this_build("openapi")
}

/// Prints the settings in force and where each came from; secrets are masked.
///
/// # Errors
/// When standard output cannot be written.
pub fn check_config(settings: &Settings) -> Result<(), CommandError> {
    print(&settings.report())?;
    for warning in settings.warnings() {
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

fn not_in_this_build(command: &str) -> Result<(), CommandError> {
    Err(CommandError::new(format!("`awasir {command}` is not part of this build")))
}
