//! HMAC-SHA256 under keys of this network's own: what authenticates cursors and refresh tokens.

use aws_lc_rs::hmac;

use super::random;
use super::secret::SecretBytes;
use crate::Result;
use crate::http::problem::Problem;

const KEY_BYTES: usize = 32;

/// A key of 32 random bytes for HMAC-SHA256: what authenticates cursors and refresh tokens.
#[derive(Clone)]
pub struct MacKey(hmac::Key);

impl MacKey {
    /// 32 new random bytes, to be sealed and kept; make the key of them with [`MacKey::new`].
    pub fn generate() -> Result<SecretBytes> {
        Ok(SecretBytes::new(random::bytes::<KEY_BYTES>()?))
    }

    /// The key of the bytes that were kept. 500 when they aren't 32.
    pub fn new(bytes: &SecretBytes) -> Result<Self> {
        if bytes.expose().len() != KEY_BYTES {
            return Err(Problem::internal("a MAC key is not 32 bytes long"));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes.expose())))
    }

    /// The first `N` (at most 32) bytes of the MAC of `parts`, each set apart from the next by its length.
    pub fn sign<const N: usize>(&self, parts: &[&[u8]]) -> [u8; N] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut tag = [0_u8; N];
        for (to, from) in tag.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        tag
    }

    /// Whether `tag` is the MAC of `parts`, in a time that doesn't tell where they differ.
    pub fn verify<const N: usize>(&self, parts: &[&[u8]], tag: &[u8; N]) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.sign::<N>(parts), tag).is_ok()
    }
}

impl std::fmt::Debug for MacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MacKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_knows_its_parts_apart() {
        let key = MacKey::new(&MacKey::generate().unwrap()).unwrap();
        let tag: [u8; 16] = key.sign(&[b"ab", b"c"]);
        assert!(key.verify(&[b"ab", b"c"], &tag));
        assert!(!key.verify(&[b"a", b"bc"], &tag));
        assert!(!MacKey::new(&MacKey::generate().unwrap()).unwrap().verify(&[b"ab", b"c"], &tag));
        assert!(MacKey::new(&SecretBytes::new(*b"short")).is_err());
    }
}
