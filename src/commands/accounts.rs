//! `awasir create-admin`, `awasir reset-password`.

use super::{Account, CommandError, print};
use crate::access::passwords::{Cost, PasswordHasher};
use crate::accounts::model::Login;
use crate::accounts::operating::{self, SecondFactorFate};
use crate::app;
use crate::config::Settings;
use crate::db::executor::Sizes;
use crate::db::{Database, migrations};
use crate::http::problem::{Code, Problem};
use crate::journal::Author;
use crate::types::{Clock, IdMaker};

/// What these commands work with: the database and the hashing, without keys and without a server.
struct Tools {
    database: Database,
    passwords: PasswordHasher,
    ids: IdMaker,
    runtime: tokio::runtime::Runtime,
}

impl Tools {
    fn new(settings: &Settings) -> Result<Self, CommandError> {
        let (clock, sizes) = (Clock::system(), Sizes { readers: 1, writers: 1, queue: 8 });
        let ids = IdMaker::system(clock.clone());
        let cost = Cost {
            memory_kib: settings.argon2_memory_kib,
            passes: settings.argon2_iterations,
            lanes: settings.argon2_parallelism,
        };
        Ok(Self {
            database: Database::start(app::target(settings)?, sizes, clock, ids.clone())?,
            passwords: PasswordHasher::start(cost, 1, 8)?,
            ids,
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        })
    }
}

/// The account as it was named, checked.
fn login(account: &Account) -> Result<Login, CommandError> {
    match account {
        Account::Email(text) => match text.parse() {
            Ok(email) => Ok(Login::Email(email)),
            Err(error) => Err(CommandError::new(format!("--email {error}"))),
        },
        Account::Phone(text) => match text.parse() {
            Ok(phone) => Ok(Login::Phone(phone)),
            Err(error) => Err(CommandError::new(format!("--phone {error}"))),
        },
    }
}

/// Makes a network admin. With `password`, the account can sign in with it; else a one-time link is
/// printed.
///
/// # Errors
/// When the account exists, the password is refused, or the database cannot be reached.
pub fn create_admin(
    settings: &Settings,
    account: &Account,
    password: Option<&str>,
) -> Result<(), CommandError> {
    let login = login(account)?;
    let shown = login.key();
    migrations::migrate(&app::target(settings)?)?;
    let tools = Tools::new(settings)?;
    let author = Author::command("create-admin");
    let Some(password) = password else {
        let inviting = operating::invite_admin(&tools.database, settings.public_url.clone(), login, author);
        let issued = tools.runtime.block_on(inviting)?;
        return print(&format!(
            "{shown} becomes an admin of the network by accepting this invitation, once, until {}:\n  link  {}\n  \
             code  {}\nWhoever has it can use it: hand it over by a safe way.\n",
            issued.expires_at, issued.link, issued.code
        ));
    };
    let id = tools.ids.id();
    let creating = operating::create_admin(&tools.database, &tools.passwords, &id, login, password, author);
    tools.runtime.block_on(creating).map_err(|problem| match problem.code() {
        Code::EmailTaken | Code::PhoneTaken => CommandError::new(format!(
            "there is an account for {shown} already; without --password-stdin you get a link by which its \
             owner becomes an admin of the network"
        )),
        _ => CommandError::from(problem),
    })?;
    print(&format!("{shown} is an admin of the network and can sign in.\n"))
}

/// Gives an account a temporary password, which is printed, and ends its sessions.
///
/// # Errors
/// When there is no such account, or the database cannot be reached.
pub fn reset_password(
    settings: &Settings,
    account: &Account,
    fate: SecondFactorFate,
) -> Result<(), CommandError> {
    let login = login(account)?;
    let shown = login.key();
    super::database::require_migrated(settings)?;
    let tools = Tools::new(settings)?;
    let author = Author::command("reset-password");
    let resetting = operating::reset_password(&tools.database, &tools.passwords, login, fate, author);
    let none = |problem: Problem| match problem.code() {
        Code::NotFound => CommandError::new(format!("there is no account for {shown}")),
        _ => CommandError::from(problem),
    };
    let reset = tools.runtime.block_on(resetting).map_err(none)?;
    let second_factor = match (fate, reset.had_second_factor) {
        (SecondFactorFate::Stays, false) => "",
        (SecondFactorFate::Stays, true) => {
            "Their second factor is still asked for; with --remove-second-factor it is removed.\n"
        }
        (SecondFactorFate::Removed, true) => "Their second factor and its recovery codes are removed.\n",
        (SecondFactorFate::Removed, false) => "There was no second factor to remove.\n",
    };
    print(&format!(
        "{shown} signs in with this temporary password and has to change it then; all sessions have ended:\n  {}\n\
         {second_factor}",
        reset.temporary.expose()
    ))
}
