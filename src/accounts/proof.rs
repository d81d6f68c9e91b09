//! Whether somebody is who they say: the password, and how often one may guess.

use std::net::IpAddr;

use super::model::Login;
use super::password::Password;
use super::rules::ADDRESS_KNOWN;
use super::second_factor::{challenge, store as second_factors};
use super::store::{self, Account};
use crate::access::limits::Limits;
use crate::http::address::rate_key;
use crate::http::call::Call;
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Author, Writer};
use crate::types::UserId;

/// An account whose password somebody knew a moment ago.
pub struct Proved {
    account: Account,
    /// The same password at today's cost.
    rehashed: Option<String>,
}

/// Checks a password, in the same time and with the same answer whether or not there is an account.
///
/// # Errors
/// `invalid-credentials`; `rate-limited` for who guesses.
pub async fn by_password(call: &Call, login: Login, password: &Password) -> Result<Proved> {
    let app = call.app();
    let key = login.key();
    let since = call.now().minus(ADDRESS_KNOWN);
    let (account, addresses) = app
        .database
        .snapshot(move |db| {
            let account = store::find_by_login(db, &login)?;
            // Asked for nobody too: what is done is the same, account or none.
            let user = account.as_ref().map_or_else(|| UserId(uuid::Uuid::nil()), |account| account.id);
            Ok((account, store::known_addresses(db, user, since)?))
        })
        .await?;
    let counted = throttle(&app.limits, &key, call.address(), &addresses)?;
    let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
    let right = app.passwords.verify(password.expose(), hash).await;
    if counted && !matches!(right, Ok(false)) {
        app.limits.no_failure(&key);
    }
    let right = right?;
    let account = account.filter(|_| right).ok_or_else(wrong)?;
    let stale = account.password_hash.as_deref().is_some_and(|hash| app.passwords.needs_rehash(hash));
    // A full queue is no reason to turn somebody away who has the right password.
    let rehashed = if stale { app.passwords.hash(password.expose()).await.ok() } else { None };
    Ok(Proved { account, rehashed })
}

/// Slows the pair of account and address; the account as a whole for addresses that it doesn't know:
/// whether the attempt was counted there.
fn throttle(limits: &Limits, account: &str, address: IpAddr, known: &[String]) -> Result<bool> {
    slow(limits, account, address)?;
    let is_known = |text: &String| text.parse::<IpAddr>().is_ok_and(|one| rate_key(one) == rate_key(address));
    if known.iter().any(is_known) {
        return Ok(false);
    }
    let refused = limits.sign_in_from_elsewhere(account).and_then(|decision| decision.problem());
    refused.map_or(Ok(true), Err)
}

/// Slows what is tried out from one address.
///
/// # Errors
/// `rate-limited`.
pub fn slow(limits: &Limits, what: &str, address: IpAddr) -> Result<()> {
    let refused = limits.sign_in(what, address).and_then(|decision| decision.problem());
    refused.map_or(Ok(()), Err)
}

/// How far a password leads.
pub enum Reach {
    /// All the way: the account is locked.
    SignedIn(Account),
    /// To the second factor, which this problem asks for. It is to be answered once the write is committed.
    HalfWay(Problem),
}

/// 401, the same whatever was wrong.
pub fn wrong() -> Problem {
    Problem::new(Code::InvalidCredentials)
}

impl Proved {
    /// Whose account it is.
    pub fn user(&self) -> UserId {
        self.account.id
    }

    /// Who writes from here on.
    pub fn author(&self, call: &Call) -> Author {
        call.author_proved(self.account.id)
    }

    /// Locks the account, sees that the password is still the one that was proved, and whether it is enough.
    ///
    /// # Errors
    /// `invalid-credentials` when it was changed meanwhile, or the account erased.
    pub fn lock(&self, w: &mut Writer<'_>, call: &Call) -> Result<Reach> {
        let gone = |problem: Problem| if problem.code() == Code::InvalidToken { wrong() } else { problem };
        let mut account = store::lock(w, self.account.id).map_err(gone)?;
        if account.password_hash != self.account.password_hash {
            return Err(wrong());
        }
        if let Some(hash) = &self.rehashed {
            store::set_password(w, account.id, hash, account.password_temporary, None)?;
            account.password_hash = Some(hash.clone());
        }
        if second_factors::confirmed(w.db(), account.id)?.is_some() {
            return Ok(Reach::HalfWay(challenge::asked(call.app().keys.refresh(), &account, w.now())));
        }
        Ok(Reach::SignedIn(account))
    }
}
