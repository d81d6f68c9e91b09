//! What the operator does to accounts: on the command line, and for the demonstration.

use super::model::Login;
use super::rules::check_new_password;
use super::second_factor::store as second_factors;
use super::store::{self, LoginColumns, NewAccount};
use crate::access::codes::temporary_password;
use crate::access::passwords::PasswordHasher;
use crate::access::secret::SecretText;
use crate::app::App;
use crate::db::Database;
use crate::http::problem::{Code, Problem, Result};
use crate::invitations::model::IssuedInvitation;
use crate::invitations::store::{self as invitations, Issue, Issuer};
use crate::journal::Author;
use crate::text::{Locale, Name};
use crate::types::UserId;

/// What a network admin is called until they say otherwise.
fn unnamed() -> Result<Name> {
    Name::of([("ar", "مشرف الشبكة"), ("en", "Network admin")])
        .ok_or_else(|| Problem::internal("the network admin's name is none"))
}

/// Makes a network admin who signs in with this e-mail address and password.
///
/// # Errors
/// As [`create_admin`].
pub async fn create_network_admin(app: &App, email: &str, password: &str) -> Result<UserId> {
    let login = Login::Email(email.parse().map_err(Problem::internal)?);
    create_admin(&app.database, &app.passwords, &app.ids.id(), login, password, Author::command("demo")).await
}

/// Makes a network admin who signs in with this password.
///
/// # Errors
/// `validation-failed` for a weak password; `email-taken`, `phone-taken` when the account exists.
pub async fn create_admin(
    database: &Database,
    passwords: &PasswordHasher,
    id: &UserId,
    login: Login,
    password: &str,
    author: Author,
) -> Result<UserId> {
    check_new_password(password, &[&login.key()], "/password")?;
    let password_hash = passwords.hash(password).await?;
    let (id, name) = (*id, unnamed()?);
    database
        .write(author, move |w| {
            if store::find_by_login(w.db(), &login)?.is_some() {
                return Err(Problem::new(match login {
                    Login::Email(_) => Code::EmailTaken,
                    Login::Phone(_) => Code::PhoneTaken,
                }));
            }
            let (email, phone) = match &login {
                Login::Email(_) => (Some(login.key()), None),
                Login::Phone(_) => (None, Some(login.key())),
            };
            let new = NewAccount {
                id,
                name: &name,
                locale: Locale::default(),
                login: LoginColumns { email, phone },
                password_hash: &password_hash,
                network_admin: true,
            };
            store::create(w, &new)?;
            Ok(id)
        })
        .await
}

/// Invites somebody to administer the network.
///
/// # Errors
/// The engine's.
pub async fn invite_admin(
    database: &Database,
    public_url: String,
    login: Login,
    author: Author,
) -> Result<IssuedInvitation> {
    let (email, phone) = match login {
        Login::Email(email) => (Some(email), None),
        Login::Phone(phone) => (None, Some(phone)),
    };
    let issue = Issue { email, phone, name: Some(unnamed()?), ..Issue::default() };
    database
        .write(author, move |w| invitations::issue(w, Issuer::Operator { public_url: &public_url }, &issue))
        .await
}

/// What becomes of the second factor when the operator resets a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactorFate {
    /// It is asked for as before.
    Stays,
    /// It is removed, with its recovery codes: for who has lost both.
    Removed,
}

/// What the operator reset.
pub struct ResetPassword {
    /// The temporary password.
    pub temporary: SecretText,
    /// Whether the account had a second factor.
    pub had_second_factor: bool,
}

/// Gives an account a temporary password and ends its sessions.
///
/// # Errors
/// `not-found` when there is no such account.
pub async fn reset_password(
    database: &Database,
    passwords: &PasswordHasher,
    login: Login,
    fate: SecondFactorFate,
    author: Author,
) -> Result<ResetPassword> {
    let temporary = temporary_password()?;
    let hash = passwords.hash(temporary.expose()).await?;
    let had_second_factor = database
        .write(author, move |w| {
            let account =
                store::find_by_login(w.db(), &login)?.ok_or_else(|| Problem::new(Code::NotFound))?;
            let account = store::lock(w, account.id)?;
            let action = Some("user.temporary_password_set");
            store::set_password(w, account.id, &hash, true, action)?;
            store::end_sessions_of(w, account.id, None)?;
            match fate {
                SecondFactorFate::Stays => {
                    second_factors::forgive(w, account.id)?;
                    Ok(second_factors::confirmed(w.db(), account.id)?.is_some())
                }
                SecondFactorFate::Removed => second_factors::remove(w, account.id),
            }
        })
        .await?;
    Ok(ResetPassword { temporary, had_second_factor })
}
