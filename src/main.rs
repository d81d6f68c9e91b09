//! The command line of Awasir: it parses, reads the settings, and calls the library.

use std::path::PathBuf;
use std::process::ExitCode;

use awasir::access::keys::NewMaster;
use awasir::access::secret::SecretText;
use awasir::accounts::operating::SecondFactorFate;
use awasir::commands::{self, Account, CommandError, KeyKind, ServeOptions, Typed};
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
    ResetPassword(ResetPassword),
    /// Copy the database to a file while the server runs
    Backup {
        /// The file to write; it must not exist yet
        file: PathBuf,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print the settings in force and where each came from
    CheckConfig,
    /// Look after the audit trail
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
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
    /// Read the passphrase that the master key is made of from the first line of standard input; at a terminal it is asked
    /// for and not shown
    #[arg(long)]
    master_passphrase_stdin: bool,
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
struct ResetPassword {
    #[command(flatten)]
    person: Person,
    /// Remove the second factor and its recovery codes too: for somebody who has lost both. Make sure who asks for it
    #[arg(long)]
    remove_second_factor: bool,
}

#[derive(Args)]
struct CreateAdmin {
    #[command(flatten)]
    person: Person,
    /// Read the password from the first line of standard input; at a terminal it is asked for twice and not shown
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Subcommand)]
enum Audit {
    /// Go through the chain over all entries and name the first that was altered, removed or inserted; also in a copy of the
    /// database, and while a server runs
    Verify {
        /// A link that was printed or answered before and kept elsewhere, which the chain must still have
        #[arg(long, value_name = "SEQ:LINK")]
        head: Option<String>,
    },
}

#[derive(Subcommand)]
enum Keys {
    /// Rotate the signing keys, or with --master the master key
    Rotate(Rotate),
}

#[derive(Args)]
struct Rotate {
    /// The keys that sign access tokens (the default)
    #[arg(long, conflicts_with = "master")]
    signing: bool,
    /// The master key, with which secrets in the database are encrypted. A new key goes into the key file that the
    /// settings name; the old one is kept beside it as FILE.<key id>, for backups from before
    #[arg(long)]
    master: bool,
    /// Make the new master key in this new file, in place of the key file that there is, which is left as it is
    #[arg(long, value_name = "FILE", requires = "master", group = "new")]
    new_key_file: Option<PathBuf>,
    /// Make the new master key of the passphrase in the first line of this file
    #[arg(long, value_name = "FILE", requires = "master", group = "new")]
    new_passphrase_file: Option<PathBuf>,
    /// Make the new master key of a passphrase, read from standard input (its second line where the first is the
    /// old one); at a terminal it is asked for twice and not shown
    #[arg(long, requires = "master", group = "new")]
    new_passphrase_stdin: bool,
    /// Read the present passphrase from the first line of standard input
    #[arg(long)]
    master_passphrase_stdin: bool,
}

impl Rotate {
    /// What is to be rotated, and to what.
    fn kind(self) -> Result<KeyKind, CommandError> {
        Ok(match (self.master, self.new_key_file, self.new_passphrase_file) {
            (false, ..) => KeyKind::Signing,
            (true, Some(file), _) => KeyKind::Master(NewMaster::File(file)),
            (true, None, Some(file)) => KeyKind::Master(NewMaster::PassphraseFile(file)),
            (true, None, None) if self.new_passphrase_stdin => {
                let new = commands::ask("New passphrase", Typed::Twice)?;
                KeyKind::Master(NewMaster::Passphrase(SecretText::new(new)))
            }
            (true, None, None) => KeyKind::Master(NewMaster::SameFile),
        })
    }
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
            let password = if password_stdin { Some(commands::ask("Password", Typed::Twice)?) } else { None };
            commands::create_admin(&settings, &account(person)?, password.as_deref())
        }
        Command::ResetPassword(ResetPassword { person, remove_second_factor }) => {
            let fate = if remove_second_factor { SecondFactorFate::Removed } else { SecondFactorFate::Stays };
            commands::reset_password(&settings, &account(person)?, fate)
        }
        Command::Backup { file } => commands::backup(&settings, &file),
        Command::Audit { command: Audit::Verify { head } } => {
            commands::audit_verify(&settings, head.as_deref())
        }
        Command::Keys { command: Keys::Rotate(rotate) } => commands::keys_rotate(&settings, &rotate.kind()?),
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
    let environment: Vec<_> = std::env::vars_os().collect();
    let load = |passphrase: Option<String>| {
        let flags = [
            ("database_url", "--database-url", database_url.clone()),
            ("listen", "--listen", listen.clone()),
            ("master_passphrase", "--master-passphrase-stdin", passphrase),
        ];
        let flags = flags
            .into_iter()
            .filter_map(|(setting, flag, value)| Some(Flag { setting, flag, value: value? }))
            .collect();
        Settings::load(Inputs { file: config.clone(), environment: environment.clone(), flags })
    };
    let settings = load(None)?;
    let typed = match command {
        Command::Serve(Serve { master_passphrase_stdin: true, .. }) if !commands::is_sealed(&settings) => {
            Typed::Twice
        }
        Command::Serve(Serve { master_passphrase_stdin: true, .. })
        | Command::Keys { command: Keys::Rotate(Rotate { master_passphrase_stdin: true, .. }) } => {
            Typed::Once
        }
        _ => return Ok(settings),
    };
    Ok(load(Some(commands::ask("Passphrase", typed)?))?)
}

/// Whom the flags name; clap has seen to it that there is exactly one.
fn account(person: Person) -> Result<Account, CommandError> {
    match (person.email, person.phone) {
        (Some(email), _) => Ok(Account::Email(email)),
        (None, Some(phone)) => Ok(Account::Phone(phone)),
        (None, None) => Err(CommandError::new("say who: --email or --phone")),
    }
}
