//! Another master key: everything sealed anew under it.
//!
//! The new key is made and safe before anything is sealed under it; then the database says that it seals, and keeps the old
//! one sealed under the new one; then everything is sealed anew, page by page, while servers run and read both; and only
//! when nothing is left is the old one forgotten. Broken off at any moment, all opens under the key that the database
//! names, and giving the command again ends it.

use std::path::{Path, PathBuf};

use diesel::prelude::*;

use super::master::{self, Master, Row};
use super::source::Source;
use super::{KEYS_LOCK, SIGNING};
use crate::access::keyring::MasterKeys;
use crate::access::passphrase::Derivation;
use crate::access::secret::SecretText;
use crate::accounts::second_factor;
use crate::db::dialect::{self, in_transaction};
use crate::db::schema::{
    donor_contacts, donors, master_keys, outbox, sealed_secrets, second_factors, signing_keys,
};
use crate::db::{Alone, Db, Target, Work};
use crate::donors::sealing::Part;
use crate::http::problem::{Problem, Result};
use crate::mail::content;
use crate::types::{AnyId, DonorId, Instant, UserId};

/// Rows sealed anew in one transaction.
const PAGE: i64 = 500;

/// Seals a column of a table anew, page by page in the order of its key, each row for its own purpose; in how many rows.
macro_rules! seal_anew {
    ($db:expr, $keys:expr, $table:ident($key:ident: $id:ty, $sealed:ident), $purpose:expr) => {{
        let (purpose, mut after, mut sealed): (fn($id) -> String, _, _) =
            ($purpose, <$id>::from(uuid::Uuid::nil()), 0);
        loop {
            let rows: Vec<($id, Option<Vec<u8>>)> = $table::table
                .filter($table::$key.gt(after))
                .order($table::$key)
                .limit(PAGE)
                .select(($table::$key, $table::$sealed.nullable()))
                .load($db)?;
            let Some((last, _)) = rows.last() else { break Ok::<usize, Problem>(sealed) };
            after = *last;
            sealed += in_transaction($db, |db| {
                let mut changed = 0;
                for (id, old) in rows.iter().filter_map(|(id, old)| Some((*id, old.as_ref()?))) {
                    if $keys.is_current(old) {
                        continue;
                    }
                    let again = anew($keys, &purpose(id), old)?;
                    // Unless it was changed meanwhile: then it is sealed under the new key already.
                    let same = $table::table.find(id).filter($table::$sealed.eq(old));
                    changed += diesel::update(same).set($table::$sealed.eq(again)).execute(db)?;
                }
                Ok(changed)
            })?;
        }
    }};
}

/// Where the new master key is to be.
#[derive(Clone, Debug)]
pub enum NewMaster {
    /// A new key in the key file that the settings name.
    SameFile,
    /// A new key in a new file.
    File(PathBuf),
    /// A passphrase in a file.
    PassphraseFile(PathBuf),
    /// A passphrase.
    Passphrase(SecretText),
}

impl NewMaster {
    /// As what the settings would name then.
    fn source(&self) -> Option<Source> {
        match self {
            Self::SameFile => None,
            Self::File(path) => Some(Source::File { path: path.clone(), named: true }),
            Self::PassphraseFile(path) => {
                Some(Source::PassphraseFile { path: path.clone(), tried: std::sync::Arc::default() })
            }
            Self::Passphrase(passphrase) => Some(Source::Passphrase(passphrase.clone())),
        }
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Rotated {
    /// How many values that the network entered were sealed anew.
    pub sealed: usize,
    /// Where the key from before is kept, when its own file has the new one now.
    pub kept: Option<PathBuf>,
}

/// Seals everything anew under a new master key. `source` is where the present one is. Of two that are told to at once
/// the second waits for the first and then finds what that has left: the key file is never written from an old reading.
///
/// # Errors
/// `internal`, in words for the operator; the engine's.
pub fn rotate_master(target: &Target, source: Source, new: &NewMaster, now: Instant) -> Result<Rotated> {
    let mut alone = Alone::wait(target, Work::ChangingMaster)?;
    let db = &mut alone.db;
    let held = match (Master::from(source, db, now), new.source()) {
        (Ok(master), _) => master,
        // Broken off before: the new key is the database's already.
        (Err(problem), Some(new)) if problem.database().is_none() => {
            let master = Master::from(new, db, now).map_err(|_| problem)?;
            return Ok(Rotated { sealed: finish(db, &master.keys)?, kept: None });
        }
        (Err(problem), _) => return Err(problem),
    };
    let path = match (&held.source, new) {
        (Source::File { path, .. }, NewMaster::SameFile) => Some(path.clone()),
        (_, NewMaster::SameFile) => {
            return Err(Problem::internal(
                "the database is sealed under a passphrase: name the new one with --new-passphrase-file or \
                 --new-passphrase-stdin, or a new key file with --new-key-file",
            ));
        }
        _ => None,
    };
    // Backups from before open under it alone, and its file is about to be written over.
    let kept =
        path.as_deref().map(|path| held.keys.keep_beside(path).map_err(Problem::internal)).transpose()?;
    let (keys, derivation) = make(&held.keys, new, path.as_deref())?;
    // Where this fails the file keeps both keys: whether the database has the new one may not be known, as when the
    // connection breaks at the commit, and with both in it the file is right either way.
    switch(db, &held.keys, &keys, derivation.as_ref(), now)?;
    let sealed = finish(db, &keys)?;
    if let Some(path) = path {
        keys.newest_alone().replace(&path).map_err(Problem::internal)?;
    }
    Ok(Rotated { sealed, kept })
}

/// A new key that lasts, on top of the old ones.
fn make(old: &MasterKeys, new: &NewMaster, path: Option<&Path>) -> Result<(MasterKeys, Option<Derivation>)> {
    let source = match (new, new.source()) {
        (NewMaster::File(path), _) => return Ok((old.with_newest(&new_file(old, path)?), None)),
        (_, Some(source)) => source,
        (_, None) => {
            let both = old.with_new_key().map_err(Problem::internal)?;
            if let Some(path) = path {
                both.replace(path).map_err(Problem::internal)?;
            }
            return Ok((both, None));
        }
    };
    let passphrase = source.passphrase()?;
    let (id, derivation) = (MasterKeys::new_id().map_err(Problem::internal)?, Derivation::new()?);
    let keys = MasterKeys::of(&id, derivation.key(&passphrase)?);
    Ok((old.with_newest(&keys), Some(derivation)))
}

/// The key in a new file. One that is there is what this command made before it was broken off, if it holds one key and
/// the database knows nothing of it.
fn new_file(old: &MasterKeys, path: &Path) -> Result<MasterKeys> {
    if !path.exists() {
        return MasterKeys::create(path).map_err(Problem::internal);
    }
    let left = MasterKeys::load(path).ok();
    let left = left.filter(|keys| keys.ids().count() == 1 && !keys.ids().any(|id| old.holds(id)));
    left.ok_or_else(|| Problem::internal(format!("{} is there already; name a new file", path.display())))
}

/// Has the new key seal from now on. What this process's own keys are for is sealed anew with it.
fn switch(
    db: &mut Db,
    old: &MasterKeys,
    new: &MasterKeys,
    derivation: Option<&Derivation>,
    now: Instant,
) -> Result<()> {
    in_transaction(db, |db| {
        // Waits for those who are sealing under the old one.
        dialect::lock_key(db, KEYS_LOCK)?;
        let rows = master::rows(db)?;
        let current = rows.iter().find(|row| row.is_current).map(|row| row.id.as_str());
        if current != old.ids().next() {
            return Err(Problem::internal("the master key was changed by another process meanwhile"));
        }
        for row in &rows {
            let Some(secret) = new.secret(&row.id) else {
                return Err(Problem::internal(format!("the master key {} is missing", row.id)));
            };
            let sealed = new.seal(&master::purpose_of_key(&row.id), secret.expose())?;
            diesel::update(master_keys::table.find(&row.id))
                .set((master_keys::is_current.eq(false), master_keys::sealed_key.eq(Some(sealed))))
                .execute(db)?;
        }
        let id = new.ids().next().unwrap_or_default();
        diesel::insert_into(master_keys::table)
            .values(Row::current(new, id, derivation, now)?)
            .execute(db)?;
        seal_own_anew(db, new)
    })
}

fn seal_own_anew(db: &mut Db, keys: &MasterKeys) -> Result<()> {
    let signing: Vec<(String, Vec<u8>)> =
        signing_keys::table.select((signing_keys::id, signing_keys::sealed)).load(db)?;
    for (id, sealed) in signing {
        let again = anew(keys, SIGNING, &sealed)?;
        diesel::update(signing_keys::table.find(id)).set(signing_keys::sealed.eq(again)).execute(db)?;
    }
    let secrets: Vec<(String, Vec<u8>)> =
        sealed_secrets::table.select((sealed_secrets::purpose, sealed_secrets::sealed)).load(db)?;
    for (purpose, sealed) in secrets {
        let again = anew(keys, &purpose, &sealed)?;
        diesel::update(sealed_secrets::table.find(purpose))
            .set(sealed_secrets::sealed.eq(again))
            .execute(db)?;
    }
    Ok(())
}

fn anew(keys: &MasterKeys, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    keys.seal(purpose, keys.open(purpose, sealed)?.expose())
}

/// Seals anew what people entered and is not yet, until nothing is left, and forgets the old keys; in how many rows.
fn finish(db: &mut Db, keys: &MasterKeys) -> Result<usize> {
    let mut sealed = 0;
    loop {
        let found = seal_anew!(db, keys, donor_contacts(donor_id: DonorId, sealed), |id| Part::Contact.purpose(id))?
            + seal_anew!(db, keys, donors(id: DonorId, sealed_name), |id| Part::Name.purpose(id))?
            + seal_anew!(db, keys, second_factors(user_id: UserId, sealed), second_factor::store::purpose)?
            + seal_anew!(db, keys, outbox(id: AnyId, sealed), content::purpose)?;
        sealed += found;
        if found == 0 {
            break;
        }
    }
    in_transaction(db, |db| {
        dialect::lock_key(db, KEYS_LOCK)?;
        diesel::delete(master_keys::table.filter(master_keys::is_current.eq(false))).execute(db)?;
        Ok(())
    })?;
    // What was overwritten is not to stand in the log under the old key; servers that run may be in the way.
    let _ = dialect::empty_log(db);
    Ok(sealed)
}

#[cfg(test)]
mod tests;
