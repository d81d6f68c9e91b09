//! How an access token is written: `awasir_at_`, 36 letters and digits at random (214 bits), and the CRC-32 of these 36 in
//! six more.
//!
//! The checksum tells a mistyped token, and a text that only looks like one, without asking the database. Scanners
//! for leaked secrets find tokens by [`PATTERN`].

use crate::Result;
use crate::access::codes::{BASE62, Digest, sha256};
use crate::access::random;
use crate::access::secret::SecretText;

/// What every access token begins with.
pub const PREFIX: &str = "awasir_at_";
/// The regular expression of an access token, for scanners of leaked secrets. A match whose checksum is wrong is none.
pub const PATTERN: &str = "awasir_at_[0-9A-Za-z]{42}";

const RANDOM: usize = 36;
const CHECKSUM: usize = 6;
/// How much of it lists show: not so much that guessing the rest were easier than 160 bits.
const SHOWN_FIRST: usize = 4;
const SHOWN_LAST: usize = 4;

/// A new one.
///
/// # Errors
/// `internal` when the system gives no random bytes.
pub fn generate() -> Result<SecretText> {
    let random = random::text(BASE62, RANDOM)?;
    let checksum = checksum(&random);
    Ok(SecretText::new(format!("{PREFIX}{random}{checksum}")))
}

/// What it is known by: none when it can't be an access token, so that the database isn't asked.
pub fn digest(text: &str) -> Option<Digest> {
    let (random, given) = text.strip_prefix(PREFIX)?.split_at_checked(RANDOM)?;
    let is_written_so = given.len() == CHECKSUM && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_written_so && checksum(random) == given).then(|| sha256(text))
}

/// Whether it is meant as an access token, right or wrong.
pub fn is_meant(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// By what admins recognise it: how it begins, and its last four characters.
pub fn shown(secret: &SecretText) -> (String, String) {
    let text = secret.expose();
    let first = text.get(..PREFIX.len() + SHOWN_FIRST).unwrap_or(PREFIX);
    let last = text.get(text.len().saturating_sub(SHOWN_LAST)..).unwrap_or_default();
    (first.to_owned(), last.to_owned())
}

/// CRC-32 (ISO 3309, as in zip) in base 62, the most significant digit first.
fn checksum(random: &str) -> String {
    let mut rest = crc32fast::hash(random.as_bytes()) as usize;
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62.get(rest % BASE62.len()).copied().unwrap_or(b'0');
        rest /= BASE62.len();
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_is_known_by_its_digest() {
        let secret = generate().unwrap();
        let text = secret.expose();
        assert_eq!(text.len(), PREFIX.len() + 42);
        assert_eq!(digest(text), Some(sha256(text)));
        assert_ne!(text, generate().unwrap().expose());
        let (prefix, last) = shown(&secret);
        assert!(text.starts_with(&prefix) && prefix.len() == 14, "{prefix}");
        assert!(text.ends_with(&last) && last.len() == 4, "{last}");
    }

    /// The checksum as others compute it: Python's `zlib.crc32(b"0" * 36)` is 0x39BE_D2BD.
    #[test]
    fn the_checksum_is_crc_32() {
        let zeros = "0".repeat(36);
        let mut number = 0_u64;
        for letter in checksum(&zeros).bytes() {
            let digit = BASE62.iter().position(|one| *one == letter).unwrap();
            number = number * 62 + digit as u64;
        }
        assert_eq!(number, u64::from(crc32fast::hash(zeros.as_bytes())));
        assert_eq!(crc32fast::hash(b"123456789"), 0xCBF4_3926, "the check value of CRC-32");
    }

    #[test]
    fn what_is_none_is_refused() {
        let text = generate().unwrap().expose().to_owned();
        for bad in [
            String::new(),
            PREFIX.to_owned(),
            text[..text.len() - 1].to_owned(),
            format!("{text}0"),
            format!(" {text}"),
            text.replacen("awasir_at_", "awasir_it_", 1),
            text.replacen(&text[10..12], "é", 1),
        ] {
            assert_eq!(digest(&bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_letter_is_always_seen(at in 10_usize..52, letter in "[0-9A-Za-z]") {
            let text = generate().unwrap().expose().to_owned();
            let mut wrong = text.clone();
            wrong.replace_range(at..=at, &letter);
            prop_assert_eq!(digest(&wrong).is_some(), wrong == text);
        }
    }
}
