//! TOTP (RFC 6238) as every authenticator app has it: SHA-1, six digits, steps of 30 seconds.

use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::access::random;
use crate::access::secret::SecretBytes;
use crate::http::problem::{Problem, Result};
use crate::http::query::encode;
use crate::types::Instant;

/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// Digits of a code.
pub const DIGITS: usize = 6;
/// How long a code is shown, in seconds.
const STEP: i64 = 30;
/// How many steps an app's clock may be before or behind ours.
const SKEW: i64 = 1;
const MICROSECONDS: i64 = 1_000_000;

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It belongs to this time step, which was not used yet.
    Step(i64),
    /// It was good once.
    Used,
    /// It belongs to no step near now.
    None,
}

/// A new secret.
///
/// # Errors
/// `internal` when the system gives no random bytes.
pub fn new_secret() -> Result<SecretBytes> {
    Ok(SecretBytes::new(random::bytes::<SECRET_BYTES>()?))
}

/// What six digits are worth now, when codes up to the step `last` were used.
///
/// # Errors
/// `internal` when the secret is none.
pub fn find(secret: &SecretBytes, digits: &str, now: Instant, last: i64) -> Result<Match> {
    let totp = totp(secret)?;
    let current = now.micros().div_euclid(STEP * MICROSECONDS);
    let mut found = Match::None;
    for step in current - SKEW..=current + SKEW {
        let Ok(seconds) = u64::try_from(step * STEP) else { continue };
        if totp.check(digits, seconds).is_none() {
            continue;
        }
        match found {
            Match::Step(_) => {}
            _ if step > last => found = Match::Step(step),
            _ => found = Match::Used,
        }
    }
    Ok(found)
}

/// One step exactly: which steps count, and which were used, is said by [`find`].
fn totp(secret: &SecretBytes) -> Result<Totp> {
    let builder = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS as u8)
        .with_step_duration(STEP.unsigned_abs())
        .with_skew(0)
        .with_secret(secret.expose().to_vec());
    builder.build().map_err(Problem::internal)
}

/// The secret as it is typed into an app: base32, without padding.
pub fn base32(secret: &SecretBytes) -> String {
    Secret::from(secret.expose().to_vec()).to_base32()
}

/// The same as apps read it from a QR code: `otpauth://totp/…`, for an account of a network.
pub fn url(secret: &SecretBytes, network: &str, account: &str) -> String {
    // A colon parts the two, so neither may have one.
    let (network, account) = (network.replace(':', " "), account.replace(':', " "));
    let (issuer, account) = (encode(network.trim()), encode(account.trim()));
    format!(
        "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP}",
        base32(secret)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc() -> SecretBytes {
        SecretBytes::new(*b"12345678901234567890")
    }

    /// RFC 6238, Appendix B: the last six of its eight digits.
    #[test]
    fn the_rfcs_own_vectors() {
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in vectors {
            let found = find(&rfc(), code, Instant::from_seconds(seconds), 0).unwrap();
            assert_eq!(found, Match::Step(seconds / 30), "{code}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_before_and_after_and_once() {
        let (code, step) = ("050471", 1_111_111_111 / 30);
        let at = |offset: i64, last: i64| {
            find(&rfc(), code, Instant::from_seconds(1_111_111_111 + offset), last).unwrap()
        };
        for offset in [-30, -1, 0, 1, 30] {
            assert_eq!(at(offset, step - 1), Match::Step(step), "{offset}");
            assert_eq!(at(offset, step), Match::Used, "{offset}");
            assert_eq!(at(offset, step + 5), Match::Used, "{offset}");
        }
        for offset in [-62, 60, 3600] {
            assert_eq!(at(offset, 0), Match::None, "{offset}");
        }
        assert_eq!(find(&rfc(), "", Instant::from_seconds(59), 0).unwrap(), Match::None);
        assert_eq!(find(&rfc(), "2870820", Instant::from_seconds(59), 0).unwrap(), Match::None);
        assert_eq!(find(&rfc(), "755224", Instant::from_seconds(0), -1).unwrap(), Match::Step(0));
    }

    #[test]
    fn apps_are_told_all_that_they_need() {
        let url = url(&rfc(), "شبكة: Awasir", "amna@wadi.example");
        let shown = "otpauth://totp/%D8%B4%D8%A8%D9%83%D8%A9%20%20Awasir:amna%40wadi.example?\
                     secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%D8%B4%D8%A8%D9%83%D8%A9%20%20Awasir&\
                     algorithm=SHA1&digits=6&period=30";
        assert_eq!(url, shown);
        let secret = new_secret().unwrap();
        assert_eq!((secret.expose().len(), base32(&secret).len()), (20, 32));
        assert_ne!(base32(&secret), base32(&new_secret().unwrap()));
    }
}
