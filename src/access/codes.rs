//! What is handed to people and kept as a digest only: invitation tokens, codes to read out over the telephone,
//! an applicant's status token, what is mailed for a new password, temporary passwords.
//!
//! The texts are shown once; the database knows their SHA-256 (they are random enough for a plain digest:
//! 160 bits, or 60 for what must be read out, which is short-lived and rate limited).

use aws_lc_rs::digest::{SHA256, digest};

use super::random;
use super::secret::SecretText;
use crate::Result;

/// A SHA-256 digest, as the tables keep it.
pub type Digest = [u8; 32];

/// The alphabet of tokens: digits, capitals, small letters.
pub const BASE62: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// No 0/O, 1/I: what is read out or written by hand can't be taken for something else.
const READABLE: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// 28 base62 characters are 166 bits.
const TOKEN_LENGTH: usize = 28;
const CODE_GROUPS: usize = 3;
const CODE_LENGTH: usize = CODE_GROUPS * 4;
const TEMPORARY_GROUPS: usize = 4;

const INVITATION: &str = "awasir_it_";
const STATUS: &str = "awasir_st_";
const RESET: &str = "awasir_pr_";

/// SHA-256 of a text or of bytes.
pub fn sha256(content: impl AsRef<[u8]>) -> Digest {
    let mut sum = [0; 32];
    for (to, from) in sum.iter_mut().zip(digest(&SHA256, content.as_ref()).as_ref()) {
        *to = *from;
    }
    sum
}

/// A new invitation token, `awasir_it_…`.
pub fn invitation_token() -> Result<SecretText> {
    token(INVITATION)
}

/// The digest of what looks like an invitation token; `None` when it can't be one, so that the database isn't asked.
pub fn invitation_digest(text: &str) -> Option<Digest> {
    token_digest(INVITATION, text)
}

/// A new status token of an application, `awasir_st_…`.
pub fn status_token() -> Result<SecretText> {
    token(STATUS)
}

/// The digest of what looks like a status token, else `None`.
pub fn status_digest(text: &str) -> Option<Digest> {
    token_digest(STATUS, text)
}

/// A new token for a new password, `awasir_pr_…`, to be mailed.
pub fn reset_token() -> Result<SecretText> {
    token(RESET)
}

/// The digest of what looks like a mailed token for a new password, else `None`.
pub fn reset_digest(text: &str) -> Option<Digest> {
    token_digest(RESET, text)
}

/// A new code to read out: `K7QM-3XPA-9TRD`, 60 bits.
pub fn read_out_code() -> Result<SecretText> {
    grouped(CODE_GROUPS)
}

/// The digest of a code as a person typed it: small letters, spaces, dashes of any kind, Arabic digits and invisible
/// direction marks are understood. `None` when it can't be a code.
pub fn read_out_digest(typed: &str) -> Option<Digest> {
    let mut code = String::with_capacity(CODE_LENGTH);
    for letter in typed.chars().filter(|letter| !is_filling(*letter)) {
        let letter = western_digit(letter).to_ascii_uppercase();
        if code.len() == CODE_LENGTH || !u8::try_from(letter).is_ok_and(|byte| READABLE.contains(&byte)) {
            return None;
        }
        code.push(letter);
    }
    (code.len() == CODE_LENGTH).then(|| sha256(code))
}

/// So many digits as a person typed them: spaces, dashes, Arabic digits and invisible direction marks are understood.
/// `None` when they are more, fewer or something else.
pub fn digits(typed: &str, count: usize) -> Option<String> {
    let typed = typed.chars().filter(|letter| !is_filling(*letter)).map(western_digit).take(count + 1);
    let digits: String = typed.collect();
    (digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// A password to begin with, printed once and to be changed at the first sign-in: 80 bits, no letter that could be misread.
pub fn temporary_password() -> Result<SecretText> {
    grouped(TEMPORARY_GROUPS)
}

fn token(prefix: &str) -> Result<SecretText> {
    Ok(SecretText::new(prefix.to_owned() + &random::text(BASE62, TOKEN_LENGTH)?))
}

fn token_digest(prefix: &str, text: &str) -> Option<Digest> {
    let text = text.trim();
    let random = text.strip_prefix(prefix)?;
    (random.len() == TOKEN_LENGTH && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .then(|| sha256(text))
}

fn grouped(groups: usize) -> Result<SecretText> {
    let groups = (0..groups).map(|_| random::text(READABLE, 4)).collect::<Result<Vec<_>>>()?;
    Ok(SecretText::new(groups.join("-")))
}

fn is_filling(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{640}')
        || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{61C}')
}

fn western_digit(letter: char) -> char {
    let digit = match letter {
        '٠'..='٩' => letter as u32 - '٠' as u32,
        '۰'..='۹' => letter as u32 - '۰' as u32,
        _ => return letter,
    };
    char::from_digit(digit, 10).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_random_and_known_by_their_digest() {
        let token = invitation_token().unwrap();
        let text = token.expose();
        assert!(text.starts_with("awasir_it_") && text.len() == 38, "{text}");
        assert_eq!(invitation_digest(&format!(" {text}\n")), Some(sha256(text)));
        assert_ne!(text, invitation_token().unwrap().expose());
        assert_eq!(status_digest(text), None, "another kind");
        for bad in [
            "",
            "awasir_it_",
            "awasir_it_short",
            &format!("{text}x"),
            &text.replacen("awasir_it_", "awasir_it_é", 1),
        ] {
            assert_eq!(invitation_digest(bad), None, "{bad}");
        }
        assert!(status_digest(status_token().unwrap().expose()).is_some());
    }

    #[test]
    fn a_code_is_understood_however_it_is_typed() {
        let plain = read_out_digest("K7QM-3XPA-9TRD").unwrap();
        assert_eq!(plain, sha256("K7QM3XPA9TRD"));
        for typed in [
            "k7qm3xpa9trd",
            " K7QM 3XPA 9TRD ",
            "k٧qm–٣xpa–٩trd",
            "\u{2066}K۷QM-۳XPA-۹TRD\u{2069}",
            "K7QM—3XPA_9TRD\n",
        ] {
            assert_eq!(read_out_digest(typed), Some(plain), "{typed}");
        }
        for bad in [
            "",
            "K7QM-3XPA-9TR",
            "K7QM-3XPA-9TRDD",
            "K7QM-3XPA-9TR0",
            "K7QM-3XPA-9TRI",
            "كلمة-سر-طويلة",
            "K7QM/3XPA/9TRD",
        ] {
            assert_eq!(read_out_digest(bad), None, "{bad}");
        }
    }

    #[test]
    fn digits_are_understood_however_they_are_typed() {
        for typed in ["050471", " 050 471\n", "٠٥٠٤٧١", "۰۵۰-۴۷۱", "\u{2066}٠٥٠ ٤٧١\u{2069}"]
        {
            assert_eq!(digits(typed, 6).as_deref(), Some("050471"), "{typed}");
        }
        for bad in ["", "05047", "0504711", "05047a", "+50471", "K7QM-3XPA-9TRD", "٠٥٠٤٧é"] {
            assert_eq!(digits(bad, 6), None, "{bad}");
        }
    }

    #[test]
    fn made_codes_are_read_back() {
        for _ in 0..50 {
            let code = read_out_code().unwrap();
            assert_eq!(code.expose().len(), 14);
            assert!(read_out_digest(code.expose()).is_some());
        }
        assert_eq!(temporary_password().unwrap().expose().len(), 19);
        assert_eq!(READABLE.len(), 32, "five bits a letter");
    }

    #[test]
    fn the_digest_is_sha_256() {
        let hex: String = sha256("abc").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
