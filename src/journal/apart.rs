//! What stands apart from entries, the values and the address: whether it is what was digested and, where it is gone, whether an
//! erasure accounts for that.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use super::entry::{Digests, KeptValues};
use super::erasing::{Addresses, Erasure};
use super::origin::KeptAddress;
use super::sealing::Sealable;
use super::verifying::Fault;
use crate::db::Db;
use crate::db::schema::{journal_entries, journal_values};
use crate::http::decode;
use crate::http::problem::Result;
use crate::types::{AnyId, Json};

type Stored = Json<serde_json::Value>;
/// Values and address.
type Both = (Option<Stored>, Option<Stored>);

/// What of an entry isn't there any more.
enum Gone {
    Values(String),
    Address,
}

/// What is to be said of what stands apart from an entry; nothing where all of it is there and fits.
#[derive(Default)]
struct Findings {
    altered: Option<String>,
    gone: Vec<Gone>,
}

/// An entry of an erasure; none: its number is about to be given, and comes after all there are.
struct Erased {
    by: Erasure,
    seq: Option<i64>,
}

/// What stands apart from some entries, looked at.
#[derive(Default)]
pub(super) struct Apart {
    findings: HashMap<AnyId, Findings>,
    /// Of the things and people of which something is gone, those of entries before too: what has a thousand entries is looked
    /// for once.
    erasures: HashMap<AnyId, Vec<Erased>>,
}

impl Apart {
    /// Looks at what stands apart from these entries: from those before, that is done.
    ///
    /// # Errors
    /// The engine's.
    pub(super) fn look_at<'a>(
        &mut self,
        db: &mut Db,
        entries: impl Iterator<Item = &'a Sealable> + Clone,
    ) -> Result<()> {
        let mut stored = stored(db, entries.clone().map(|entry| entry.id).collect())?;
        let mut touched = BTreeSet::new();
        self.findings.clear();
        for entry in entries {
            let (values, address) = stored.remove(&entry.id).unwrap_or_default();
            let mut found = look_at_values(entry, values.as_ref());
            match &address {
                None if entry.address_digest.is_some() => found.gone.push(Gone::Address),
                None => {}
                Some(address) => found.altered = is_other(entry, address).or(found.altered),
            }
            touched.extend(found.gone.iter().map(|gone| about(entry, gone)));
            if found.altered.is_some() || !found.gone.is_empty() {
                self.findings.insert(entry.id, found);
            }
        }
        touched.retain(|thing| !self.erasures.contains_key(thing));
        self.erasures.extend(erasures(db, touched)?);
        Ok(())
    }

    /// What is wrong with what stands apart from an entry.
    pub(super) fn fault(&self, entry: &Sealable) -> Option<(Fault, String)> {
        let found = self.findings.get(&entry.id)?;
        if let Some(told) = &found.altered {
            return Some((Fault::Altered, told.clone()));
        }
        let gone = found.gone.iter().find(|gone| !self.account_for(entry, gone))?;
        let told = match gone {
            Gone::Values(field) => {
                format!("the values of its field {field:?} are gone, and no erasure after it covers them")
            }
            Gone::Address => "its address is gone, and no erasure after it covers it".to_owned(),
        };
        Some((Fault::Unaccounted, told))
    }

    /// Whether an erasure after it, of the thing or of the person, covers what is gone.
    fn account_for(&self, entry: &Sealable, gone: &Gone) -> bool {
        let erasures = self.erasures.get(&about(entry, gone));
        erasures.into_iter().flatten().any(|erased| {
            let later = erased.seq.is_none_or(|seq| entry.seq.is_some_and(|own| seq > own));
            later
                && match gone {
                    Gone::Values(field) => erased.by.values().contains(&field.as_str()),
                    Gone::Address if entry.user_id.is_some() => erased.by.addresses() == Addresses::Theirs,
                    Gone::Address => erased.by.addresses() == Addresses::Strangers,
                }
        })
    }
}

/// Of what an erasure has to be that covers this.
fn about(entry: &Sealable, gone: &Gone) -> AnyId {
    match (gone, entry.user_id) {
        (Gone::Address, Some(user)) => AnyId(user.uuid()),
        _ => entry.thing_id,
    }
}

fn is_other(entry: &Sealable, address: &Stored) -> Option<String> {
    let fits = |address: KeptAddress| Some(address.digest()) == entry.address_digest;
    let fits = says_once(address) && address.clone().cast().get().is_ok_and(fits);
    (!fits).then(|| "the address that is kept of it is another".to_owned())
}

/// Whether no member is there twice, anywhere in it: SQLite keeps such text as it is written, and of the two another reader may take the
/// other one.
fn says_once(stored: &Stored) -> bool {
    decode::parse(stored.as_text().as_bytes()).is_ok_and(|value| !value.repeats_members())
}

/// The values against their digests; of fields that are recorded by name alone there are neither.
fn look_at_values(entry: &Sealable, values: Option<&Stored>) -> Findings {
    let altered = |told: String| Findings { altered: Some(told), gone: Vec::new() };
    let digests = says_once(&entry.digests).then(|| entry.digests.clone().cast::<Digests>().get());
    let Some(Ok(digests)) = digests else {
        return altered("the digests of its values are none".to_owned());
    };
    let mut digests: BTreeMap<String, String> =
        digests.into_iter().filter_map(|(field, digest)| Some((field, digest?))).collect();
    let values = match values {
        Some(values) if !says_once(values) => {
            return altered("the values that are kept of it say something twice".to_owned());
        }
        Some(values) => values.clone().cast::<BTreeMap<String, serde_json::Value>>().get(),
        None => Ok(BTreeMap::new()),
    };
    let Ok(values) = values else {
        return altered("the values that are kept of it are none".to_owned());
    };
    for (field, values) in values {
        let digest = digests.remove(&field);
        let fits = |values: KeptValues| Some(values.digest()) == digest;
        if !serde_json::from_value(values).is_ok_and(fits) {
            return altered(format!("the values that are kept of its field {field:?} are others"));
        }
    }
    Findings { altered: None, gone: digests.into_keys().map(Gone::Values).collect() }
}

/// Values and addresses, as far as there are any.
fn stored(db: &mut Db, ids: Vec<AnyId>) -> Result<HashMap<AnyId, Both>> {
    let addresses: Vec<(AnyId, Option<Stored>)> = journal_entries::table
        .filter(journal_entries::id.eq_any(ids.clone()))
        .filter(journal_entries::address.is_not_null())
        .select((journal_entries::id, journal_entries::address))
        .load(db)?;
    let values: Vec<(AnyId, Stored)> = journal_values::table
        .filter(journal_values::entry_id.eq_any(ids))
        .select((journal_values::entry_id, journal_values::field_values))
        .load(db)?;
    let mut all: HashMap<AnyId, Both> = HashMap::new();
    for (id, address) in addresses {
        all.entry(id).or_default().1 = address;
    }
    for (id, values) in values {
        all.entry(id).or_default().0 = Some(values);
    }
    Ok(all)
}

/// The erasures of these things, by one query for all, by the index of things. One that waits for its number or its link counts: it
/// was committed with what it erased, and the walk, when it comes to the end, asks whether it waits too long.
fn erasures(db: &mut Db, things: BTreeSet<AnyId>) -> Result<HashMap<AnyId, Vec<Erased>>> {
    let mut all: HashMap<AnyId, Vec<Erased>> = things.iter().map(|thing| (*thing, Vec::new())).collect();
    if things.is_empty() {
        return Ok(all);
    }
    let found: Vec<(AnyId, String, Option<i64>)> = journal_entries::table
        .filter(journal_entries::thing_id.eq_any(things))
        .filter(journal_entries::action.eq_any(Erasure::ALL.iter().map(|erasure| erasure.action())))
        .select((journal_entries::thing_id, journal_entries::action, journal_entries::seq))
        .load(db)?;
    for (thing, action, seq) in found {
        if let Some(by) = Erasure::of_action(&action) {
            all.entry(thing).or_default().push(Erased { by, seq });
        }
    }
    Ok(all)
}
