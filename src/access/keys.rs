//! The keys in the database: those that sign tokens (`next`, `active`, `retired`), and the secrets that
//! authenticate cursors and refresh tokens, all sealed with the master key, so that every node has the
//! same.
//!
//! - [`source`](Source): where the master key is had from, a file or a passphrase;
//! - [`master`](Master): the master key, held against what the database says;
//! - [`rotating`](rotate_master): everything sealed anew under another one.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use diesel::prelude::*;

use super::jwt::{self, Claims, PublicKey, PublicKeys, SigningKey};
use super::keyring::MasterKeys;
use super::mac::MacKey;
use super::secret::SecretBytes;
use crate::db::Db;
use crate::db::dialect::{self, in_transaction};
use crate::db::schema::{sealed_secrets, signing_keys};
use crate::http::cursor::CursorKey;
use crate::http::problem::{Problem, Result};
use crate::types::Instant;

mod master;
mod rotating;
mod source;

pub use master::{Master, SealedUnder, sealed_under};
pub use rotating::{NewMaster, Rotated, rotate_master};
pub use source::{Source, noted, shares_folder};

const SIGNING: &str = "signing-key";
const CURSOR: &str = "cursor-key";
const REFRESH: &str = "refresh-key";
/// Serialises the making of keys among nodes that start at once.
const KEYS_LOCK: i64 = 7_017_280_452_245_743_466;
/// A retired key verifies as long as a token signed with it may live, and a day more.
pub const RETIRED_KEPT: Duration = Duration::from_secs(24 * 3600);

struct Opened {
    active: SigningKey,
    public: Vec<PublicKey>,
}

/// The keys, as this node holds them.
pub struct Keys {
    master: ArcSwap<MasterKeys>,
    source: Source,
    opened: ArcSwap<Opened>,
    cursor: CursorKey,
    refresh: MacKey,
}

impl Keys {
    /// Opens the keys, and makes those that are missing.
    ///
    /// # Errors
    /// `internal` when something sealed can't be opened; the engine's.
    pub fn open(db: &mut Db, master: Master, now: Instant) -> Result<Self> {
        let Master { keys: master, source } = master;
        in_transaction(db, |db| {
            dialect::lock_key(db, KEYS_LOCK)?;
            make_missing(db, &master, now)
        })?;
        let opened = load(db, &master)?;
        let cursor = CursorKey::new(secret(db, &master, CURSOR)?.expose());
        let refresh = MacKey::new(&secret(db, &master, REFRESH)?)?;
        let (master, opened) = (ArcSwap::from_pointee(master), ArcSwap::from_pointee(opened));
        Ok(Self { master, source, opened, cursor, refresh })
    }

    /// Reads the signing keys again: another process may have rotated them. When they are sealed under a
    /// master key that this node doesn't hold, that is had again too.
    ///
    /// # Errors
    /// As [`Keys::open`]; what was opened before stays.
    pub fn reload(&self, db: &mut Db) -> Result<bool> {
        let opened = match load(db, &self.master.load()) {
            Err(problem) if problem.database().is_none() => {
                let master = self.master_again(db)?;
                load(db, &master)?
            }
            loaded => loaded?,
        };
        let before = self.opened.load();
        let kids = |opened: &Opened| opened.public.iter().map(|key| key.kid.clone()).collect::<Vec<_>>();
        let changed =
            kids(&before) != kids(&opened) || before.active.public().kid != opened.active.public().kid;
        if changed {
            self.opened.store(Arc::new(opened));
        }
        Ok(changed)
    }

    /// Seals what nobody may read in the database, within a write's transaction. The purpose names the row that it is
    /// for, so that it opens there alone.
    ///
    /// Which key seals is the database's word: a node that doesn't know yet that the master key was changed would
    /// otherwise seal under the old one, after all else was sealed anew.
    ///
    /// # Errors
    /// `unavailable` while this node can't have the current key.
    pub fn seal(&self, db: &mut Db, purpose: &str, secret: &[u8]) -> Result<Vec<u8>> {
        // Held to the transaction's end: the key isn't changed between.
        dialect::lock_key_shared(db, KEYS_LOCK)?;
        let current = master::current_id(db)?;
        let held = self.master.load().sealing_under(&current);
        let master = match held {
            Some(master) => master,
            None => MasterKeys::clone(&*self.master_again(db).map_err(|problem| late(&problem))?),
        };
        master.seal(purpose, secret)
    }

    /// Opens what [`Keys::seal`] made for the same purpose.
    ///
    /// # Errors
    /// `unavailable` while this node can't have the key; `internal` when it was altered or is another row's.
    pub fn unseal(&self, db: &mut Db, purpose: &str, sealed: &[u8]) -> Result<SecretBytes> {
        let held = self.master.load();
        if held.may_open(sealed) {
            return held.open(purpose, sealed);
        }
        self.master_again(db).map_err(|problem| late(&problem))?.open(purpose, sealed)
    }

    /// The master key as it is now, where this node holds an older one.
    fn master_again(&self, db: &mut Db) -> Result<Arc<MasterKeys>> {
        let master = Arc::new(self.source.again(db)?);
        log::info!("the master key was changed; it was had anew from {}", self.source);
        self.master.store(Arc::clone(&master));
        Ok(master)
    }

    /// Signs an access token.
    ///
    /// # Errors
    /// `internal`.
    pub fn sign(&self, claims: &Claims) -> Result<String> {
        self.opened.load().active.sign(claims)
    }

    /// The public keys, for the verifier.
    pub fn public_keys(&self) -> PublicKeys {
        self.opened.load().public.iter().collect()
    }

    /// The public keys, for others (RFC 7517).
    pub fn jwks(&self) -> serde_json::Value {
        jwt::jwks(&self.opened.load().public)
    }

    /// Authenticates cursors.
    pub fn cursor(&self) -> &CursorKey {
        &self.cursor
    }

    /// Authenticates refresh tokens.
    pub fn refresh(&self) -> &MacKey {
        &self.refresh
    }
}

/// Makes the next key active, retires the active one, makes a new next one.
///
/// # Errors
/// `internal`; the engine's.
pub fn rotate_signing(db: &mut Db, master: &MasterKeys, now: Instant) -> Result<()> {
    in_transaction(db, |db| {
        dialect::lock_key(db, KEYS_LOCK)?;
        make_missing(db, master, now)?;
        diesel::update(signing_keys::table.filter(signing_keys::state.eq("active")))
            .set((signing_keys::state.eq("retired"), signing_keys::retired_at.eq(Some(now))))
            .execute(db)?;
        diesel::update(signing_keys::table.filter(signing_keys::state.eq("next")))
            .set(signing_keys::state.eq("active"))
            .execute(db)?;
        make_missing(db, master, now)
    })
}

/// Forgets keys that were retired long ago; how many.
///
/// # Errors
/// The engine's.
pub fn forget_retired(db: &mut Db, now: Instant) -> Result<usize> {
    let old = signing_keys::table
        .filter(signing_keys::state.eq("retired"))
        .filter(signing_keys::retired_at.lt(Some(now.minus(RETIRED_KEPT))));
    Ok(diesel::delete(old).execute(db)?)
}

/// The master key was changed elsewhere, and this node can't follow.
fn late(problem: &Problem) -> Problem {
    Problem::unavailable(problem.cause().unwrap_or("the master key was changed"))
}

fn make_missing(db: &mut Db, master: &MasterKeys, now: Instant) -> Result<()> {
    for state in ["active", "next"] {
        let there: i64 = signing_keys::table.filter(signing_keys::state.eq(state)).count().get_result(db)?;
        if there == 0 {
            let key = SigningKey::generate()?;
            diesel::insert_into(signing_keys::table)
                .values((
                    signing_keys::id.eq(&key.public().kid),
                    signing_keys::state.eq(state),
                    signing_keys::public_key.eq(&key.public().bytes[..]),
                    signing_keys::sealed.eq(master.seal(SIGNING, key.pkcs8().expose())?),
                    signing_keys::created_at.eq(now),
                ))
                .execute(db)?;
        }
    }
    for purpose in [CURSOR, REFRESH] {
        let there: i64 =
            sealed_secrets::table.filter(sealed_secrets::purpose.eq(purpose)).count().get_result(db)?;
        if there == 0 {
            let sealed = master.seal(purpose, MacKey::generate()?.expose())?;
            diesel::insert_into(sealed_secrets::table)
                .values((sealed_secrets::purpose.eq(purpose), sealed_secrets::sealed.eq(sealed)))
                .execute(db)?;
        }
    }
    Ok(())
}

fn secret(db: &mut Db, master: &MasterKeys, purpose: &str) -> Result<SecretBytes> {
    let sealed: Vec<u8> = sealed_secrets::table.find(purpose).select(sealed_secrets::sealed).first(db)?;
    master.open(purpose, &sealed)
}

fn load(db: &mut Db, master: &MasterKeys) -> Result<Opened> {
    let rows: Vec<(String, Vec<u8>, Vec<u8>)> = signing_keys::table
        .select((signing_keys::state, signing_keys::public_key, signing_keys::sealed))
        .order(signing_keys::id)
        .load(db)?;
    let mut active = None;
    let mut public = Vec::new();
    for (state, bytes, sealed) in rows {
        let bytes = bytes.try_into().map_err(|_| Problem::internal("a public key is not 32 bytes long"))?;
        public.push(PublicKey::new(bytes));
        if state == "active" {
            active = Some(SigningKey::from_pkcs8(master.open(SIGNING, &sealed)?)?);
        }
    }
    let active = active.ok_or_else(|| Problem::internal("there is no active signing key"))?;
    Ok(Opened { active, public })
}
