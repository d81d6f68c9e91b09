//! The seal: every numbered entry has a link, made of the link before it and the digest of the entry, so that nobody
//! alters, removes or inserts one without breaking all links after it.
//!
//! What is digested is one text, the same on both engines: the entry's columns as a JSON object in the form of RFC 8785. Values
//! and addresses are in it by their salted digests alone, so that they can be erased and the chain still holds.
//! Writers have no part in it: the sealer follows behind ([`super::sequencer`]).

use diesel::prelude::*;
use serde::Serialize;

use crate::access::codes::{Digest, sha256};
use crate::db::schema::{journal_entries, journal_seals};
use crate::db::{Db, dialect};
use crate::http::problem::Result;
use crate::text::canonical::canonical;
use crate::types::{AccessTokenId, AnyId, Instant, Json, OrganisationId, SessionId, UserId};

/// What the digest of a link begins with: what it is, and in which form.
const DOMAIN: &[u8] = b"awasir journal 1\n";
/// The link before the first.
pub const FIRST: Digest = [0; 32];
/// How many entries are sealed at a time.
pub const AT_ONCE: i64 = 2000;

/// An entry's link in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    /// The entry's number.
    pub seq: i64,
    /// SHA-256 over the link before it and the entry's digest.
    pub link: Digest,
}

impl Seal {
    /// Before the first entry.
    pub const NONE: Self = Self { seq: 0, link: FIRST };

    /// The link of the entry after this one.
    #[must_use]
    pub fn then(&self, seq: i64, entry: &Digest) -> Self {
        Self { seq, link: sha256([DOMAIN, &self.link, entry].concat()) }
    }

    /// The link in lower-case hexadecimal.
    pub fn hex(&self) -> String {
        self.link.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads `SEQ:LINK`, as it is printed.
    pub fn parse(text: &str) -> Option<Self> {
        let (seq, hex) = text.trim().split_once(':')?;
        let mut link = FIRST;
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        for (byte, at) in link.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self { seq: seq.parse().ok().filter(|seq| *seq > 0)?, link })
    }
}

/// What of an entry is sealed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = journal_entries)]
pub struct Sealable {
    pub(super) id: AnyId,
    pub(super) seq: Option<i64>,
    pub(super) at: Instant,
    action: String,
    thing_kind: String,
    pub(super) thing_id: AnyId,
    thing_version: i64,
    pub(super) user_id: Option<UserId>,
    session_id: Option<SessionId>,
    token_id: Option<AccessTokenId>,
    organisation_id: Option<OrganisationId>,
    about_organisation_id: Option<OrganisationId>,
    reserved: Option<String>,
    pub(super) address_digest: Option<String>,
    request_id: String,
    pub(super) digests: Json<serde_json::Value>,
}

/// The text that is digested; its members' names are the columns'.
#[derive(Serialize)]
struct Form<'a> {
    id: AnyId,
    seq: i64,
    /// Microseconds since 1970.
    at: i64,
    action: &'a str,
    thing_kind: &'a str,
    thing_id: AnyId,
    thing_version: i64,
    user_id: Option<UserId>,
    session_id: Option<SessionId>,
    token_id: Option<AccessTokenId>,
    organisation_id: Option<OrganisationId>,
    about_organisation_id: Option<OrganisationId>,
    reserved: Option<&'a str>,
    address_digest: Option<&'a str>,
    request_id: &'a str,
    digests: &'a Json<serde_json::Value>,
}

impl Sealable {
    /// The digest of the entry, were it the one of this number.
    ///
    /// # Errors
    /// `internal` when it has no canonical form: no entry that Awasir wrote.
    pub(super) fn digest_as(&self, seq: i64) -> Result<Digest> {
        Ok(sha256(self.form(seq)?))
    }

    fn form(&self, seq: i64) -> Result<String> {
        canonical(&Form {
            id: self.id,
            seq,
            at: self.at.micros(),
            action: &self.action,
            thing_kind: &self.thing_kind,
            thing_id: self.thing_id,
            thing_version: self.thing_version,
            user_id: self.user_id,
            session_id: self.session_id,
            token_id: self.token_id,
            organisation_id: self.organisation_id,
            about_organisation_id: self.about_organisation_id,
            reserved: self.reserved.as_deref(),
            address_digest: self.address_digest.as_deref(),
            request_id: &self.request_id,
            digests: &self.digests,
        })
    }
}

/// The newest link; [`Seal::NONE`] before there is one.
///
/// # Errors
/// The engine's.
pub fn head(db: &mut Db) -> Result<Seal> {
    let last: Option<(i64, Vec<u8>)> = journal_seals::table
        .order(journal_seals::seq.desc())
        .select((journal_seals::seq, journal_seals::link))
        .first(db)
        .optional()?;
    Ok(last.map_or(Seal::NONE, as_seal))
}

/// A row of links. What is none there fits no entry.
pub(super) fn as_seal((seq, link): (i64, Vec<u8>)) -> Seal {
    Seal { seq, link: Digest::try_from(link).unwrap_or(FIRST) }
}

/// The links of these entries, by their numbers.
///
/// # Errors
/// As [`head`].
pub fn links_of(db: &mut Db, seqs: Vec<i64>) -> Result<Vec<Seal>> {
    let found: Vec<(i64, Vec<u8>)> = journal_seals::table
        .filter(journal_seals::seq.eq_any(seqs))
        .select((journal_seals::seq, journal_seals::link))
        .load(db)?;
    Ok(found.into_iter().map(as_seal).collect())
}

/// The number of the newest entry.
///
/// # Errors
/// The engine's.
pub fn last_seq(db: &mut Db) -> Result<i64> {
    let last: Option<Option<i64>> = journal_entries::table
        .filter(journal_entries::seq.is_not_null())
        .order(journal_entries::seq.desc())
        .select(journal_entries::seq)
        .first(db)
        .optional()?;
    Ok(last.flatten().unwrap_or(0))
}

/// Numbered entries from `seq` on, in order.
///
/// # Errors
/// The engine's.
pub(super) fn entries_from(db: &mut Db, seq: i64, limit: i64) -> Result<Vec<Sealable>> {
    Ok(journal_entries::table
        .filter(journal_entries::seq.ge(seq))
        .order(journal_entries::seq.asc())
        .limit(limit)
        .select(Sealable::as_select())
        .load(db)?)
}

/// The newest link there is, and those of the next entries that have none, made but not written.
///
/// # Errors
/// The engine's; `internal` when an entry has no canonical form.
pub fn next(db: &mut Db, limit: i64) -> Result<(Seal, Vec<Seal>)> {
    let last = head(db)?;
    let mut seals = Vec::new();
    let mut before = last;
    for entry in entries_from(db, last.seq + 1, limit)? {
        let seq = entry.seq.unwrap_or_default();
        if seq != before.seq + 1 {
            // Sealed all the same: that it is missing is then said for ever, and what comes after it stands.
            log::error!("the journal has no entry {}: `awasir audit verify`", before.seq + 1);
        }
        before = before.then(seq, &entry.digest_as(seq)?);
        seals.push(before);
    }
    Ok((last, seals))
}

/// Whether the first entry that has no link yet is from before then.
///
/// # Errors
/// The engine's.
pub fn waits_since(db: &mut Db, then: Instant) -> Result<bool> {
    let last = head(db)?;
    Ok(entries_from(db, last.seq + 1, 1)?.first().is_some_and(|first| first.at < then))
}

/// Writes links, unless others were written since they were made; how many.
///
/// # Errors
/// The engine's.
pub fn write(db: &mut Db, last: Seal, seals: &[Seal]) -> Result<usize> {
    if seals.is_empty() || head(db)? != last {
        return Ok(0);
    }
    dialect::journal::insert_seals(db, seals)?;
    Ok(seals.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    fn entry() -> Sealable {
        let id = |n: u8| Uuid::from_bytes([n; 16]);
        Sealable {
            id: AnyId(id(1)),
            seq: Some(7),
            at: Instant::from_micros(1_764_140_400_000_001),
            action: "visit.accepted".to_owned(),
            thing_kind: "visit".to_owned(),
            thing_id: AnyId(id(2)),
            thing_version: 3,
            user_id: Some(UserId(id(3))),
            session_id: Some(SessionId(id(4))),
            token_id: None,
            organisation_id: Some(OrganisationId(id(5))),
            about_organisation_id: None,
            reserved: Some("none".to_owned()),
            address_digest: Some("Zm9v".to_owned()),
            request_id: "r-1".to_owned(),
            digests: Json::from_text(r#"{"state": "YmFy", "note": null}"#.to_owned()).unwrap(),
        }
    }

    /// The form as API-DESIGN.md has it, and its links as another program makes them.
    #[test]
    fn the_form_is_the_one_that_is_documented() {
        let form = r#"{"about_organisation_id":null,"action":"visit.accepted","address_digest":"Zm9v","at":1764140400000001,"digests":{"note":null,"state":"YmFy"},"id":"01010101-0101-0101-0101-010101010101","organisation_id":"05050505-0505-0505-0505-050505050505","request_id":"r-1","reserved":"none","seq":7,"session_id":"04040404-0404-0404-0404-040404040404","thing_id":"02020202-0202-0202-0202-020202020202","thing_kind":"visit","thing_version":3,"token_id":null,"user_id":"03030303-0303-0303-0303-030303030303"}"#;
        assert_eq!(entry().form(7).unwrap(), form);
        let digest = entry().digest_as(7).unwrap();
        let link = Seal::NONE.then(7, &digest);
        assert_eq!(link.link, sha256([b"awasir journal 1\n".as_slice(), &[0; 32], &sha256(form)].concat()));
        assert_ne!(entry().digest_as(8).unwrap(), digest);
        assert_ne!(link.then(8, &digest).link, link.link);
    }

    #[test]
    fn the_order_in_which_an_engine_answers_digests_does_not_matter() {
        let mut other = entry();
        other.digests = Json::new(&json!({"note": null, "state": "YmFy"})).unwrap();
        assert_eq!(other.digest_as(7).unwrap(), entry().digest_as(7).unwrap());
    }

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let seal = Seal::NONE.then(12, &FIRST);
        assert_eq!(Seal::parse(&format!("12:{}", seal.hex())), Some(seal));
        assert_eq!(Seal::parse(&format!(" 12:{}\n", seal.hex().to_uppercase())), Some(seal));
        for wrong in ["", "12", "12:", "0:00", "x:00", &format!("0:{}", seal.hex()), &seal.hex()] {
            assert_eq!(Seal::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Seal::parse(&format!("1:{}", "ن".repeat(32))), None);
    }
}
