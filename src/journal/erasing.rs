//! What may be erased of the journal, and by which entry that is said: the entries and their digests stay, what was digested
//! goes, with its salt.
//!
//! Nothing goes without an entry of an erasure that covers it: [`super::verifying`] takes for erased what such an entry, later in
//! the chain, accounts for, and for removed what none does. So the table stands here alone, and [`Writer::erase`] and
//! [`Writer::erase_kept`] are the only ways to erase: each removes and records.

use std::collections::BTreeSet;

use diesel::dsl::max;
use diesel::prelude::*;

use super::{Changes, Entry, Thing, Writer};
use crate::db::dialect;
use crate::db::schema::{journal_entries, journal_values};
use crate::http::problem::Result;
use crate::types::people::PERSONAL;
use crate::types::{AnyId, Json, UserId};

type Held = Json<serde_json::Map<String, serde_json::Value>>;

/// Whose addresses an erasure takes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addresses {
    /// Nobody's.
    Nobodys,
    /// Those of the person whom it is about, in all that they did.
    Theirs,
    /// Those of strangers, in what they wrote of the thing.
    Strangers,
}

/// Makes the enum with `ALL` and what each covers, from one table.
macro_rules! erasures {
    ($($(#[$about:meta])+ $erasure:ident: $action:literal, $values:expr, $addresses:ident;)+) => {
        /// An erasure: its action, and what it covers in the entries before its own.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Erasure {
            $($(#[$about])+ $erasure),+
        }

        impl Erasure {
            /// Every erasure that there is.
            pub const ALL: &'static [Self] = &[$(Self::$erasure),+];

            /// The action of its entry.
            pub const fn action(self) -> &'static str {
                match self { $(Self::$erasure => $action),+ }
            }

            /// The fields whose values are erased in every entry about the same thing.
            pub const fn values(self) -> &'static [&'static str] {
                match self { $(Self::$erasure => $values),+ }
            }

            /// The addresses that are erased.
            pub const fn addresses(self) -> Addresses {
                match self { $(Self::$erasure => Addresses::$addresses),+ }
            }
        }
    };
}

erasures! {
    /// A member.
    Member: "member.erased", PERSONAL, Nobodys;
    /// An account.
    User: "user.erased", PERSONAL, Theirs;
    /// Whom an invitation was for.
    Invitation: "invitation.erased", PERSONAL, Nobodys;
    /// Who a delegate was.
    Delegate: "visit.delegate.erased", PERSONAL, Nobodys;
    /// Who applied for an organisation.
    Applicant: "organisation.applicant_erased", &[], Strangers;
    /// The name of a donor that others knew of and know of no more.
    DonorHidden: "donor.hidden", &["name"], Nobodys;
    /// A donor that is kept no more.
    DonorDeleted: "donor.deleted", &["name", "kind", "interests", "visibility"], Nobodys;
}

impl Erasure {
    /// The erasure that an action is, if it is one.
    pub fn of_action(action: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|erasure| erasure.action() == action)
    }
}

impl Writer<'_> {
    /// Erases what the journal keeps of a thing, as far as the erasure covers it, and records it, with what else was changed.
    /// Where it is a person's, of what this write records from here on the address is not kept either.
    ///
    /// # Errors
    /// The engine's.
    pub fn erase(&mut self, erasure: Erasure, thing: Thing, version: i64, changes: Changes) -> Result<()> {
        self.remove_values(thing, erasure.values())?;
        self.remove_addresses(thing, erasure.addresses())?;
        self.record_erasure(erasure, thing, version, changes)
    }

    /// Erases what the journal keeps of a thing that isn't changed by it: it says nothing of the person any more, or is gone.
    /// Recorded, by the names of the fields and under the thing's last version, where anything was kept; whether it was.
    ///
    /// # Errors
    /// As [`Writer::erase`].
    pub fn erase_kept(&mut self, erasure: Erasure, thing: Thing) -> Result<bool> {
        let erased = self.remove_values(thing, erasure.values())?;
        let addresses = self.remove_addresses(thing, erasure.addresses())?;
        if erased.is_empty() && addresses == 0 {
            return Ok(false);
        }
        let last: Option<i64> = journal_entries::table
            .filter(journal_entries::thing_id.eq(AnyId(thing.id)))
            .select(max(journal_entries::thing_version))
            .first(self.db())?;
        let changes = erased.iter().fold(Changes::none(), |all, name| all.with_name(name));
        self.record_erasure(erasure, thing, last.unwrap_or(1), changes)?;
        Ok(true)
    }

    fn record_erasure(
        &mut self,
        erasure: Erasure,
        thing: Thing,
        version: i64,
        changes: Changes,
    ) -> Result<()> {
        let entry = self.append(Entry { action: erasure.action(), thing, version, changes })?;
        dialect::journal::place_after(self.db(), entry, AnyId(thing.id))
    }

    /// The fields of which something was there.
    fn remove_values(&mut self, thing: Thing, fields: &[&str]) -> Result<BTreeSet<String>> {
        let mut erased = BTreeSet::new();
        if fields.is_empty() {
            return Ok(erased);
        }
        let kept: Vec<(AnyId, Held)> = journal_values::table
            .inner_join(journal_entries::table.on(journal_entries::id.eq(journal_values::entry_id)))
            .filter(journal_entries::thing_id.eq(AnyId(thing.id)))
            .select((journal_values::entry_id, journal_values::field_values))
            .load(self.db())?;
        for (entry, held) in kept {
            let (gone, left): (serde_json::Map<_, _>, serde_json::Map<_, _>) =
                held.get()?.into_iter().partition(|(name, _)| fields.contains(&name.as_str()));
            let row = journal_values::table.filter(journal_values::entry_id.eq(entry));
            if left.is_empty() {
                diesel::delete(row).execute(self.db())?;
            } else if !gone.is_empty() {
                diesel::update(row)
                    .set(journal_values::field_values.eq(Json::new(&left)?.cast::<serde_json::Value>()))
                    .execute(self.db())?;
            }
            erased.extend(gone.into_iter().map(|(name, _)| name));
        }
        Ok(erased)
    }

    /// How many entries had one.
    fn remove_addresses(&mut self, thing: Thing, addresses: Addresses) -> Result<usize> {
        let kept = || journal_entries::table.filter(journal_entries::address.is_not_null());
        let none = || journal_entries::address.eq(None::<Json<serde_json::Value>>);
        Ok(match addresses {
            Addresses::Nobodys => 0,
            Addresses::Theirs => {
                self.forget_address();
                let theirs = || kept().filter(journal_entries::user_id.eq(Some(UserId(thing.id))));
                // Each has its index; in this order, for one may be numbered in between.
                let waiting = theirs().filter(journal_entries::seq.is_null());
                let numbered = theirs().filter(journal_entries::seq.is_not_null());
                diesel::update(waiting).set(none()).execute(self.db())?
                    + diesel::update(numbered).set(none()).execute(self.db())?
            }
            Addresses::Strangers => {
                let theirs = kept()
                    .filter(journal_entries::thing_id.eq(AnyId(thing.id)))
                    .filter(journal_entries::user_id.is_null());
                diesel::update(theirs).set(none()).execute(self.db())?
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_an_action_of_its_own_and_covers_something() {
        for (n, &erasure) in Erasure::ALL.iter().enumerate() {
            assert_eq!(Erasure::of_action(erasure.action()), Some(erasure), "{n}");
            let covers = !erasure.values().is_empty() || erasure.addresses() != Addresses::Nobodys;
            assert!(covers, "{erasure:?}");
        }
        assert_eq!(Erasure::of_action("donor.changed"), None);
    }
}
