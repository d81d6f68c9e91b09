//! Since when an account has its e-mail address, and which one it had before.

use diesel::prelude::*;

use super::users::Account;
use crate::accounts::rules::EMAIL_TRUSTED_AFTER;
use crate::db::Db;
use crate::db::schema::users;
use crate::http::problem::Result;
use crate::journal::Writer;
use crate::types::{Instant, UserId};

impl Account {
    /// Whether a new password may be mailed to its address: it came by an invitation or from the operator, or is the
    /// account's long enough ([`EMAIL_TRUSTED_AFTER`]).
    pub fn email_is_trusted(&self, now: Instant) -> bool {
        self.email_since.is_none_or(|since| since.plus(EMAIL_TRUSTED_AFTER) <= now)
    }

    /// The last of its addresses to which a new password could be mailed.
    fn last_trusted_email(&self, now: Instant) -> Option<&str> {
        if self.email_is_trusted(now) { self.email.as_deref() } else { self.email_before.as_deref() }
    }

    /// Which addresses are to be told that this account's becomes `after`: the one that it has, and the one that was
    /// trusted last. So whoever changes it several times reaches no address of which its owner wasn't told,
    /// whichever of those before was the owner's.
    pub fn emails_to_tell(&self, after: Option<&str>, now: Instant) -> Vec<String> {
        let trusted = self.last_trusted_email(now).filter(|trusted| self.email.as_deref() != Some(trusted));
        let all = self.email.as_deref().into_iter().chain(trusted);
        all.filter(|address| Some(*address) != after).map(ToOwned::to_owned).collect()
    }
}

/// Keeps that an account, which is locked, gets another address in this moment, or none.
///
/// # Errors
/// The engine's.
pub(super) fn keep_change(w: &mut Writer<'_>, before: &Account) -> Result<()> {
    let now = w.now();
    diesel::update(users::table.find(before.id))
        .set((
            users::email_since.eq(Some(now)),
            users::email_before.eq(before.last_trusted_email(now).map(ToOwned::to_owned)),
        ))
        .execute(w.db())?;
    Ok(())
}

/// Forgets earlier addresses, of so many accounts at the most, whose present one is trusted by now: how many were found,
/// and of how many it was forgotten.
///
/// # Errors
/// The engine's.
pub fn forget_earlier_emails(db: &mut Db, now: Instant, limit: i64) -> Result<(usize, usize)> {
    let over =
        users::email_before.is_not_null().and(users::email_since.le(Some(now.minus(EMAIL_TRUSTED_AFTER))));
    let found: Vec<UserId> = users::table.filter(over).select(users::id).limit(limit).load(db)?;
    let accounts = users::table.filter(users::id.eq_any(&found)).filter(over);
    let forgotten = diesel::update(accounts).set(users::email_before.eq(None::<String>)).execute(db)?;
    Ok((found.len(), forgotten))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Locale, Name};
    use crate::types::Json;

    const DAY: i64 = 24 * 3600;

    fn account(email: Option<&str>, since: Option<i64>, before: Option<&str>) -> Account {
        Account {
            id: UserId(uuid::Uuid::now_v7()),
            name: Json::new(&Name::of([("en", "Amna")]).unwrap()).unwrap(),
            locale: Locale::default().as_str().to_owned(),
            email: email.map(ToOwned::to_owned),
            phone: None,
            password_hash: None,
            password_temporary: false,
            network_admin: false,
            epoch: 1,
            version: 1,
            created_at: Instant::from_seconds(0),
            updated_at: Instant::from_seconds(0),
            email_since: since.map(Instant::from_seconds),
            email_before: before.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn who_is_told_of_a_change() {
        let now = Instant::from_seconds(100 * DAY);
        let (fresh, old) = (Some(94 * DAY), Some(93 * DAY));
        // The account's address, since when, the one before; the new one; who is told, and whom the next change tells.
        let cases = [
            ((Some("a"), None, None), Some("b"), vec!["a"], Some("a")),
            ((Some("a"), None, None), None, vec!["a"], Some("a")),
            ((None, None, None), Some("b"), vec![], None),
            ((Some("b"), fresh, Some("a")), Some("c"), vec!["b", "a"], Some("a")),
            ((Some("b"), fresh, Some("a")), None, vec!["b", "a"], Some("a")),
            ((Some("b"), fresh, Some("a")), Some("a"), vec!["b"], Some("a")),
            ((Some("a"), fresh, Some("a")), Some("b"), vec!["a"], Some("a")),
            ((Some("b"), fresh, None), Some("c"), vec!["b"], None),
            ((None, fresh, Some("a")), Some("c"), vec!["a"], Some("a")),
            ((Some("b"), old, Some("a")), Some("c"), vec!["b"], Some("b")),
            ((None, old, Some("a")), Some("c"), vec![], None),
        ];
        for ((email, since, before), after, told, trusted) in cases {
            let account = account(email, since, before);
            let what = format!("{email:?} {since:?} {before:?} {after:?}");
            assert_eq!(account.emails_to_tell(after, now), told, "{what}");
            assert_eq!(account.last_trusted_email(now), trusted, "{what}");
            assert_eq!(account.email_is_trusted(now), since != fresh, "{what}");
        }
    }
}
