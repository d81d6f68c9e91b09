//! A master key made of a passphrase: argon2id, over a salt and at a cost that the database keeps beside it.

use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization as _;

use super::keyring::KEY_BYTES;
use super::random;
use super::secret::{SecretBytes, SecretText};
use crate::Result;
use crate::http::problem::Problem;

const SALT_BYTES: usize = 16;

/// How a key is made of a passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// Not secret, of one key only.
    pub salt: Vec<u8>,
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Derivation {
    /// With a new salt, at the cost of RFC 9106's choice for 64 MiB: it is paid once, at the start, and again for each
    /// guess of whoever has the database.
    ///
    /// # Errors
    /// `internal` when the system gives no random bytes.
    pub fn new() -> Result<Self> {
        let salt = random::bytes::<SALT_BYTES>()?.to_vec();
        Ok(Self { salt, memory_kib: 64 * 1024, passes: 3, lanes: 4 })
    }

    /// The key. However a keyboard composes its letters, the same passphrase makes the same key.
    ///
    /// # Errors
    /// `internal` when argon2 refuses the cost.
    pub fn key(&self, passphrase: &SecretText) -> Result<SecretBytes> {
        let refused = |error: argon2::Error| Problem::internal(format!("argon2 refuses {self:?}: {error}"));
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY_BYTES)).map_err(refused)?;
        let composed = SecretText::new(passphrase.expose().nfc().collect::<String>());
        let mut key = vec![0; KEY_BYTES];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(composed.expose().as_bytes(), &self.salt, &mut key)
            .map_err(refused)?;
        Ok(SecretBytes::new(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_of_its_passphrase_and_its_salt() {
        let cheap = |salt: u8| Derivation { salt: vec![salt; 16], memory_kib: 32, passes: 1, lanes: 4 };
        let key = |salt, text: &str| cheap(salt).key(&SecretText::new(text)).unwrap().expose().to_vec();
        assert_eq!(key(1, "أرض الجزيرة الخضراء"), key(1, "\u{627}\u{654}رض الجزيرة الخضراء"));
        assert_ne!(key(1, "a passphrase of some length"), key(2, "a passphrase of some length"));
        assert_ne!(key(1, "a passphrase of some length"), key(1, "a passphrase of some lengtH"));
        assert_ne!(Derivation::new().unwrap().salt, Derivation::new().unwrap().salt);
    }
}
