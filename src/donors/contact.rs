//! How a donor is reached.
//!
//! [`DonorContact`] can't be written as JSON, nor printed: the ways out of it are [`DonorContact::answer`], which nobody may
//! keep, and [`DonorContact::seal`]. It stands in a table of its own that no list, search or view reads.

use serde::{Deserialize, Serialize};

use super::sealing::{self, Part};
use crate::access::keys::Keys;
use crate::db::Db;
use crate::http::answer::Answer;
use crate::http::decode::List;
use crate::http::problem::{Problem, Result};
use crate::journal::Writer;
use crate::text::{LocalizedText, Name};
use crate::types::{DonorId, Email, Phone};
use crate::{body, view};

body! {
    /// A person to speak with.
    pub struct NewContactPerson {
        /// Their name.
        pub name: Name,
        /// What they are there.
        pub title: Option<LocalizedText>,
    }
}

body! {
    /// How a donor is reached.
    pub struct NewDonorContact {
        /// Whom to speak with.
        pub persons: List<NewContactPerson, 0, 20>,
        /// By e-mail.
        pub email: Option<Email>,
        /// By telephone.
        pub phone: Option<Phone>,
        /// What else one should know.
        pub notes: Option<LocalizedText>,
    }
}

view! {
    /// A person to speak with.
    pub struct ShownContactPerson {
        /// Their name.
        pub name: Name,
        /// What they are there.
        pub title: Option<LocalizedText>,
    }
}

view! {
    /// A donor's name, and how it is reached: answered to who shares a donor link, as long as that is granted there.
    pub struct LinkedContact {
        /// What it is called.
        pub name: Name,
        /// Whom to speak with.
        pub persons: Vec<ShownContactPerson>,
        /// By e-mail.
        pub email: Option<String>,
        /// By telephone.
        pub phone: Option<String>,
        /// What else one should know.
        pub notes: Option<LocalizedText>,
    }
}

view! {
    /// How a donor is reached: answered to its owner, and to whom the owner grants it through a donor link.
    pub struct ShownDonorContact {
        /// Whom to speak with.
        pub persons: Vec<ShownContactPerson>,
        /// By e-mail.
        pub email: Option<String>,
        /// By telephone.
        pub phone: Option<String>,
        /// What else one should know.
        pub notes: Option<LocalizedText>,
    }
}

/// How a donor is reached; empty where nothing is known.
#[derive(Clone, Default, PartialEq)]
pub struct DonorContact(Kept);

/// As it is sealed.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    persons: Vec<KeptPerson>,
    email: Option<String>,
    phone: Option<String>,
    notes: Option<LocalizedText>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct KeptPerson {
    name: Name,
    title: Option<LocalizedText>,
}

impl std::fmt::Debug for DonorContact {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("DonorContact(…)")
    }
}

impl From<&NewDonorContact> for DonorContact {
    fn from(new: &NewDonorContact) -> Self {
        let person = |one: &NewContactPerson| KeptPerson { name: one.name.clone(), title: one.title.clone() };
        Self(Kept {
            persons: new.persons.iter().map(person).collect(),
            email: new.email.as_ref().map(|email| email.as_str().to_owned()),
            phone: new.phone.as_ref().map(|phone| phone.as_str().to_owned()),
            notes: new.notes.clone(),
        })
    }
}

impl DonorContact {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The answer to who may read it: `no-store`, without an ETag, not compressed.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn answer(&self) -> Result<Answer> {
        Ok(Answer::json(&self.shown())?.confidential())
    }

    /// The same with the donor's name, to who may read it through a donor link.
    ///
    /// # Errors
    /// `internal` when it can't be written as JSON.
    pub fn answer_named(&self, name: Name) -> Result<Answer> {
        let ShownDonorContact { persons, email, phone, notes } = self.shown();
        Ok(Answer::json(&LinkedContact { name, persons, email, phone, notes })?.confidential())
    }

    /// As it is shown: what a merge patch applies to.
    pub(super) fn shown(&self) -> ShownDonorContact {
        let Kept { persons, email, phone, notes } = self.0.clone();
        let person = |one: KeptPerson| ShownContactPerson { name: one.name, title: one.title };
        ShownDonorContact { persons: persons.into_iter().map(person).collect(), email, phone, notes }
    }

    /// Sealed for this donor's row.
    pub(super) fn seal(&self, keys: &Keys, w: &mut Writer<'_>, donor: DonorId) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(&self.0).map_err(|_| Problem::internal("a contact that is no JSON"))?;
        sealing::seal(keys, w, Part::Contact, donor, json)
    }

    /// Of this donor's row.
    pub(super) fn open(keys: &Keys, db: &mut Db, donor: DonorId, sealed: &[u8]) -> Result<Self> {
        sealing::open(keys, db, Part::Contact, donor, sealed).map(Self)
    }
}
