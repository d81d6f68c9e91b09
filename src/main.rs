//! The command line of Awasir: it parses, reads the settings, and calls the library.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use awasir::commands::{self, Account, CommandError, KeyKind, ServeOptions};
use awasir::config::{Flag, Inputs, Settings};
use awasir::logging;
use clap::{Args, Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The backend of a coordination network of charities. Without a command it serves.
#[derive(Parser)]
#[command(name = "awasir", version)]
struct CommandLine {
    /// A TOML file with settings (see awasir.example.toml)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the records are: sqlite://PATH or postgres://USER@HOST/DATABASE
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API until Ctrl-C or SIGTERM; migrates the database first
    Serve(Serve),
    /// Apply the pending migrations
    Migrate,
    /// Make a network admin; prints a one-time link unless a password is given
    CreateAdmin(CreateAdmin),
    /// Print a temporary password for an account
    ResetPassword(Person),
    /// Copy the database to a file while the server runs
    Backup {
        /// The file to write; it must not exist yet
        file: PathBuf,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print the settings in force and where each came from
    CheckConfig,
    /// Look after the keys
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
}

#[derive(Args, Default)]
struct Serve {
    /// The address and port to answer on
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Load a small demonstration network and print who can sign in (loopback only)
    #[arg(long)]
    demo: bool,
    /// Refuse to start when a migration is pending
    #[arg(long)]
    no_migrate: bool,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Person {
    /// The e-mail address of the account
    #[arg(long)]
    email: Option<String>,
    /// The phone number of the account
    #[arg(long)]
    phone: Option<String>,
}

#[derive(Args)]
struct CreateAdmin {
    #[command(flatten)]
    person: Person,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Subcommand)]
enum Keys {
    /// Rotate the signing keys, or with --master the master key
    Rotate(Rotate),
}

#[derive(Args)]
#[group(multiple = false)]
struct Rotate {
    /// The keys that sign access tokens (the default)
    #[arg(long)]
    signing: bool,
    /// The master key, with which secrets in the database are encrypted
    #[arg(long)]
    master: bool,
}

fn main() -> ExitCode {
    let result = run(CommandLine::parse());
    logging::flush();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("awasir: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(line: CommandLine) -> Result<(), CommandError> {
    let CommandLine { config, database_url, command } = line;
    let command = command.unwrap_or_else(|| Command::Serve(Serve::default()));
    if matches!(command, Command::Openapi) {
        return commands::openapi();
    }
    let settings = settings(config, database_url, &command)?;
    if matches!(command, Command::CheckConfig) {
        return commands::check_config(&settings);
    }
    logging::init(&settings)?;
    for warning in settings.warnings() {
        log::warn!("{warning}");
    }
    match command {
        Command::Serve(Serve { demo, no_migrate, .. }) => {
            commands::serve(&settings, ServeOptions { demo, no_migrate })
        }
        Command::Migrate => commands::migrate(&settings),
        Command::CreateAdmin(CreateAdmin { person, password_stdin }) => {
            let password = if password_stdin { Some(first_line()?) } else { None };
            commands::create_admin(&settings, &account(person)?, password.as_deref())
        }
        Command::ResetPassword(person) => commands::reset_password(&settings, &account(person)?),
        Command::Backup { file } => commands::backup(&settings, &file),
        Command::Keys { command: Keys::Rotate(Rotate { master, .. }) } => {
            commands::keys_rotate(&settings, if master { KeyKind::Master } else { KeyKind::Signing })
        }
        Command::Openapi | Command::CheckConfig => Ok(()), // answered above
    }
}

/// The settings from the file, the environment and the flags of the command.
fn settings(
    config: Option<PathBuf>,
    database_url: Option<String>,
    command: &Command,
) -> Result<Settings, CommandError> {
    let listen = match command {
        Command::Serve(serve) => serve.listen.clone(),
        _ => None,
    };
    let flags = [("database_url", "--database-url", database_url), ("listen", "--listen", listen)]
        .into_iter()
        .filter_map(|(setting, flag, value)| Some(Flag { setting, flag, value: value? }))
        .collect();
    Ok(Settings::load(Inputs { file: config, environment: std::env::vars_os().collect(), flags })?)
}

/// Whom the flags name; clap has seen to it that there is exactly one.
fn account(person: Person) -> Result<Account, CommandError> {
    match (person.email, person.phone) {
        (Some(email), _) => Ok(Account::Email(email)),
        (None, Some(phone)) => Ok(Account::Phone(phone)),
        (None, None) => Err(CommandError::new("say who: --email or --phone")),
    }
}

/// The first line of standard input, without its end.
fn first_line() -> Result<String, CommandError> {
    let mut text = String::new();
    // More than any password: what comes behind it is not waited for.
    std::io::stdin().take(4096).read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
