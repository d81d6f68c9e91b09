//! Who may accept an invitation.
//!
//! A new account is made with the e-mail address or phone number of the invitation, or the one given.
//! Where there is an account with it already, only its owner accepts: by its password or by a token.
//! So neither does an invitation open somebody's account, nor does an account that was made up before,
//! under another's address, get what the invitation was to give to that other.

use super::model::Acceptance;
use super::store::Kept;
use crate::accounts::model::Login;
use crate::accounts::proof::{self, Proved, Reach};
use crate::accounts::rules::check_new_password;
use crate::accounts::store::{self as accounts, LoginColumns, NewAccount};
use crate::http::call::Call;
use crate::http::problem::{FieldError, Problem, Result};
use crate::journal::{Author, Writer};
use crate::text::Name;
use crate::types::{Email, SessionId, UserId};

/// Who accepts, and how it is known.
pub enum Acceptor {
    /// Signed in.
    SignedIn(UserId, SessionId),
    /// Knew the password of the account.
    Known(Box<Proved>),
    /// Has no account yet.
    New(Box<Newcomer>),
}

/// An account to be made.
pub struct Newcomer {
    id: UserId,
    name: Name,
    login: LoginColumns,
    password_hash: String,
}

impl Acceptor {
    /// Finds out who accepts.
    ///
    /// # Errors
    /// `invalid-credentials` when there is an account and this is not its owner; `validation-failed` when
    /// something is missing for a new one.
    pub async fn of(call: &Call, kept: &Kept, body: &Acceptance) -> Result<Self> {
        let columns = login_columns(kept, body);
        let logins = logins(&columns)?;
        let asked = logins.clone();
        let owners = call
            .app()
            .database
            .snapshot(move |db| {
                let owners = asked.into_iter().map(|login| Ok((accounts::find_by_login(db, &login)?, login)));
                owners.collect::<Result<Vec<_>>>()
            })
            .await?;
        let mut owners = owners.into_iter().filter_map(|(account, login)| Some((account?.id, login)));
        if let Some(caller) = call.signed_in() {
            caller.require_settled()?;
            let others = kept.logins() != LoginColumns::default() && {
                let owners: Vec<UserId> = owners.map(|(owner, _)| owner).collect();
                !owners.is_empty() && !owners.contains(&caller.user)
            };
            return if others {
                Err(proof::wrong())
            } else {
                Ok(Self::SignedIn(caller.user, caller.person()?))
            };
        }
        let Some(password) = &body.password else { return Err(missing("/password", "is required")) };
        if logins.is_empty() {
            return Err(missing("/email", "is required, or a phone number is: the invitation has neither"));
        }
        // Judged before anybody asks whether the account exists: the answer to a weak password must not tell.
        let keys: Vec<String> = logins.iter().map(Login::key).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        check_new_password(password.expose(), &keys, "/password")?;
        let name = match (&body.name, kept.name()) {
            (Some(name), _) => Some(name.clone()),
            (None, Some(name)) => Some(name.get()?),
            (None, None) => None,
        };
        let nameless = || missing("/name", "is required: the invitation has none");
        // The same holds for a missing name, where any address can be given.
        if name.is_none() && kept.logins() == LoginColumns::default() {
            return Err(nameless());
        }
        if let Some((_, login)) = owners.next() {
            return Ok(Self::Known(Box::new(proof::by_password(call, login, password).await?)));
        }
        let name = name.ok_or_else(nameless)?;
        let password_hash = call.app().passwords.hash(password.expose()).await?;
        let id = call.app().ids.id();
        Ok(Self::New(Box::new(Newcomer { id, name, login: columns, password_hash })))
    }

    /// Whose account it is or will be.
    pub fn user(&self) -> UserId {
        match self {
            Self::SignedIn(user, _) => *user,
            Self::Known(proved) => proved.user(),
            Self::New(newcomer) => newcomer.id,
        }
    }

    /// Who writes.
    pub fn author(&self, call: &Call) -> Author {
        Author { user: Some(self.user()), ..call.author() }
    }

    /// Locks the account there is. Where its password is not enough, the problem that asks for the second factor: then
    /// nothing is accepted. Who has shown it is signed in, and accepts as such.
    ///
    /// # Errors
    /// `invalid-credentials` when its password was changed meanwhile.
    pub fn lock(&self, w: &mut Writer<'_>, call: &Call) -> Result<Option<Problem>> {
        match self {
            Self::SignedIn(user, _) => accounts::lock(w, *user).map(|_| None),
            Self::Known(proved) => match proved.lock(w, call)? {
                Reach::SignedIn(_) => Ok(None),
                Reach::HalfWay(asked) => Ok(Some(asked)),
            },
            Self::New(_) => Ok(None),
        }
    }

    /// Makes the account where there is none.
    ///
    /// # Errors
    /// `invalid-credentials` when another has made one with this login meanwhile.
    pub fn create(&self, w: &mut Writer<'_>, call: &Call) -> Result<()> {
        let Self::New(newcomer) = self else { return Ok(()) };
        for login in logins(&newcomer.login)? {
            if accounts::find_by_login(w.db(), &login)?.is_some() {
                return Err(proof::wrong());
            }
        }
        accounts::create(
            w,
            &NewAccount {
                id: newcomer.id,
                name: &newcomer.name,
                locale: call.locale(),
                login: newcomer.login.clone(),
                password_hash: &newcomer.password_hash,
                network_admin: false,
            },
        )
    }
}

/// The invitation's e-mail and phone; the given ones count only where it has neither.
fn login_columns(kept: &Kept, body: &Acceptance) -> LoginColumns {
    let invited = kept.logins();
    if invited != LoginColumns::default() {
        return invited;
    }
    LoginColumns {
        email: body.email.as_ref().map(Email::folded),
        phone: body.phone.as_ref().map(|phone| phone.as_str().to_owned()),
    }
}

fn logins(columns: &LoginColumns) -> Result<Vec<Login>> {
    let mut logins = Vec::new();
    if let Some(email) = &columns.email {
        logins.push(Login::Email(email.parse().map_err(Problem::internal)?));
    }
    if let Some(phone) = &columns.phone {
        logins.push(Login::Phone(phone.parse().map_err(Problem::internal)?));
    }
    Ok(logins)
}

fn missing(pointer: &str, detail: &str) -> Problem {
    Problem::errors(vec![FieldError::new(pointer, "required", detail)])
}
