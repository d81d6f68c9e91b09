//! The chain gone through from its first link to its last: what was altered, removed or inserted first.
//!
//! It needs no key and no server, and changes nothing. What the database says of itself can be rewritten as a whole, and its
//! newest entries cut off with their links: that is told only by a link kept elsewhere, before.
//!
//! What stands apart from the entries can be erased, and each erasure has an entry ([`super::erasing`]): what is gone without one
//! that covers it was removed.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use diesel::prelude::*;

use super::apart::Apart;
use super::sealing::{self, Seal, Sealable};
use crate::db::schema::{journal_entries, journal_seals};
use crate::db::{Db, dialect};
use crate::http::problem::{Problem, Result};
use crate::types::{AnyId, Instant};

/// Within which time an entry has its number and its link, when servers run: that takes a second, and about a minute while very
/// much is written.
pub const SEALED_WITHIN: Duration = Duration::from_secs(600);
/// How many entries are read at a time.
const PAGE: i64 = 1000;

/// What was gone through without finding anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// How many numbered entries there are.
    pub entries: i64,
    /// The newest link.
    pub head: Seal,
    /// Entries that are committed and have no link yet: the newest.
    pub waiting: i64,
}

/// What happened to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It says something else than when it was sealed.
    Altered,
    /// It is gone.
    Removed,
    /// It was not there.
    Inserted,
    /// It has no link, though it had the time for it: the chain was cut off before it.
    Unsealed,
    /// Something that was kept of it is gone, and no erasure accounts for it.
    Unaccounted,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// At which number.
    pub seq: i64,
    /// The entry there, if there is one.
    pub entry: Option<AnyId>,
    /// What happened.
    pub fault: Fault,
    /// In words.
    pub told: String,
}

/// What came of it.
pub type Outcome = std::result::Result<Verified, Finding>;

/// Goes through the chain, on one state of the database as it is `now`; where a link is given that was kept elsewhere, it has to be
/// among them.
///
/// # Errors
/// The engine's.
pub fn verify(db: &mut Db, kept: Option<Seal>, now: Instant) -> Result<Outcome> {
    dialect::be_patient(db)?;
    dialect::snapshot(db, |db| Walk::begin(db, kept, now)?.go_through(db))
}

/// Between which times an entry may have been written that waits for its number or its link.
type Lately = (Instant, Instant);

struct Walk {
    /// The link before the next entry.
    before: Seal,
    /// The newest link that is written.
    last: Seal,
    kept: Option<Seal>,
    /// Between when an entry may have been written that has no link, or no number, yet.
    lately: Lately,
    entries: i64,
    /// From which number on is still to be read.
    next: i64,
    ahead: VecDeque<Sealable>,
    links: HashMap<i64, Seal>,
    apart: Apart,
}

impl Walk {
    fn begin(db: &mut Db, kept: Option<Seal>, now: Instant) -> Result<Self> {
        Ok(Self {
            before: Seal::NONE,
            last: sealing::head(db)?,
            kept,
            lately: (now.minus(SEALED_WITHIN), now.plus(SEALED_WITHIN)),
            entries: 0,
            next: i64::MIN,
            ahead: VecDeque::new(),
            links: HashMap::new(),
            apart: Apart::default(),
        })
    }

    fn go_through(mut self, db: &mut Db) -> Result<Outcome> {
        let mut waiting = unnumbered(db, self.lately)?;
        if let (Some(entry), Db::Sqlite(_)) = (waiting.first, &*db) {
            let told = "it has no number, and the writer gives every entry one".to_owned();
            return Ok(Err(Finding { seq: 0, entry: Some(entry), fault: Fault::Inserted, told }));
        }
        while let Some(entry) = self.next(db)? {
            if let Some(found) = self.look_at(db, &entry)? {
                return Ok(Err(found));
            }
            self.entries += 1;
            if self.before.seq > self.last.seq {
                waiting.count += 1;
            }
        }
        if self.before.seq < self.last.seq {
            return Ok(Err(self.gone(self.before.seq + 1, self.last.seq)));
        }
        if let Some(kept) = self.kept {
            let told = format!(
                "the chain ends at {}, and the link that you kept is of {}: what came after was cut off",
                self.last.seq, kept.seq
            );
            return Ok(Err(Finding { seq: self.last.seq + 1, entry: None, fault: Fault::Removed, told }));
        }
        if let Some(entry) = waiting.too_long {
            let told = "it has no number and had the time for one: no server has run since, or it was written by hand".to_owned();
            return Ok(Err(Finding {
                seq: self.before.seq + 1,
                entry: Some(entry),
                fault: Fault::Unsealed,
                told,
            }));
        }
        Ok(Ok(Verified { entries: self.entries, head: self.last, waiting: waiting.count }))
    }

    fn next(&mut self, db: &mut Db) -> Result<Option<Sealable>> {
        // One more than is looked at: what was renumbered is known by its neighbour.
        if self.ahead.len() < 2 {
            let page = sealing::entries_from(db, self.next, PAGE)?;
            if let (Some(first), Some(last)) = (page.first(), page.last()) {
                let (first, last) = (first.seq.unwrap_or_default(), last.seq.unwrap_or_default());
                self.next = last.saturating_add(1);
                let around = (first.saturating_sub(1), last.saturating_add(1));
                self.links.retain(|seq, _| *seq >= self.before.seq);
                self.links.extend(links_between(db, around)?);
                self.ahead.extend(page);
                self.apart.look_at(db, self.ahead.iter())?;
            }
        }
        Ok(self.ahead.pop_front())
    }

    /// What is wrong with the next entry; else the walk is past it.
    fn look_at(&mut self, db: &mut Db, entry: &Sealable) -> Result<Option<Finding>> {
        let (seq, expected) = (entry.seq.unwrap_or_default(), self.before.seq + 1);
        let found = |fault, told: String| Ok(Some(Finding { seq, entry: Some(entry.id), fault, told }));
        if seq < expected {
            return found(Fault::Inserted, format!("the first entry has the number 1, this one {seq}"));
        }
        if seq > expected {
            return Ok(Some(self.gone(expected, seq - 1)));
        }
        let made = self.before.then(seq, &entry.digest_as(seq)?);
        match self.links.get(&seq).copied() {
            None if seq <= self.last.seq => {
                return found(Fault::Inserted, "it has no link, and entries after it have theirs".to_owned());
            }
            None if entry.at > self.lately.1 => {
                return found(Fault::Unsealed, "it is dated ahead of now, and has no link".to_owned());
            }
            None if entry.at < self.lately.0 => {
                let minutes = SEALED_WITHIN.as_secs() / 60;
                let told = format!(
                    "it has had no link for more than {minutes} minutes: no server has run since, or the links from here on were removed"
                );
                return found(Fault::Unsealed, told);
            }
            Some(link) if link != made => {
                let (fault, told) = self.diagnose(db, entry, link)?;
                return found(fault, told.to_owned());
            }
            _ => {}
        }
        match self.kept.take_if(|kept| kept.seq == seq) {
            Some(kept) if kept != made => {
                let told = "its link is not the one that you kept: the chain was written anew".to_owned();
                return found(Fault::Altered, told);
            }
            _ => {}
        }
        if let Some((fault, told)) = self.apart.fault(entry) {
            return found(fault, told);
        }
        self.before = made;
        Ok(None)
    }

    /// An entry that does not fit its link: altered, or another's place taken by renumbering.
    fn diagnose(&self, db: &mut Db, entry: &Sealable, link: Seal) -> Result<(Fault, &'static str)> {
        let seq = link.seq;
        if let Some(next) = self.ahead.front()
            && self.before.then(seq, &next.digest_as(seq)?) == link
        {
            return Ok((Fault::Inserted, "the entry after it fits its link: those after it were renumbered"));
        }
        let after = match self.links.get(&(seq + 1)) {
            Some(after) => Some(*after),
            None => links_between(db, (seq + 1, seq + 1))?.pop().map(|(_, link)| link),
        };
        if after
            .is_some_and(|after| entry.digest_as(seq + 1).is_ok_and(|it| link.then(seq + 1, &it) == after))
        {
            return Ok((
                Fault::Removed,
                "the one with this number now fits the link after it: those after it were renumbered",
            ));
        }
        Ok((Fault::Altered, "it does not fit its link"))
    }

    fn gone(&self, first: i64, last: i64) -> Finding {
        let told = if first == last {
            "there is no entry with this number".to_owned()
        } else {
            format!("there are no entries from {first} to {last}")
        };
        Finding { seq: first, entry: None, fault: Fault::Removed, told }
    }
}

fn links_between(db: &mut Db, (first, last): (i64, i64)) -> Result<Vec<(i64, Seal)>> {
    let found: Vec<(i64, Vec<u8>)> = journal_seals::table
        .filter(journal_seals::seq.between(first, last))
        .select((journal_seals::seq, journal_seals::link))
        .load(db)?;
    Ok(found.into_iter().map(sealing::as_seal).map(|seal| (seal.seq, seal)).collect())
}

struct Unnumbered {
    count: i64,
    first: Option<AnyId>,
    /// One that is too old to be waiting still, or dated ahead.
    too_long: Option<AnyId>,
}

/// Entries without a number: on PostgreSQL those that the sequencer is about to number.
fn unnumbered(db: &mut Db, (from, to): Lately) -> Result<Unnumbered> {
    let without = || journal_entries::table.filter(journal_entries::seq.is_null());
    let count: i64 = without().count().get_result(db).map_err(Problem::from)?;
    let first = without().select(journal_entries::id).first(db).optional()?;
    let too_long = without()
        .filter(journal_entries::at.lt(from).or(journal_entries::at.gt(to)))
        .order(journal_entries::at)
        .select(journal_entries::id)
        .first(db)
        .optional()?;
    Ok(Unnumbered { count, first, too_long })
}
