//! Clients that authenticate themselves (RFC 6749, section 2.3): by HTTP Basic, or in the form, but not by both.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::model::ClientCredentials;
use crate::access::secret::SecretText;
use crate::http::call::Call;
use crate::http::problem::{Code, Problem, Result};
use crate::http::query;
use crate::types::AccessTokenId;

/// Base64 as the standard has it; that some leave out the padding does no harm.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// An id and a secret, neither of them proved.
struct Credentials {
    id: String,
    secret: SecretText,
}

/// What a client says that it is.
///
/// # Errors
/// `invalid-request` when it says so twice; `invalid-client` when it doesn't say so, or can't be understood.
fn presented(call: &Call) -> Result<Credentials> {
    let form: ClientCredentials = call.form()?;
    let refused = |why: &str| Problem::new(Code::InvalidRequest).detail(why);
    match (call.basic(), form.client_id, form.client_secret) {
        (Some(_), _, Some(_)) => {
            Err(refused("the client authenticates itself by HTTP Basic and in the form as well"))
        }
        (Some(basic), id, None) => {
            let credentials = by_basic(basic.expose()).ok_or_else(unknown)?;
            // The form may say once more who it is.
            match id {
                Some(id) if id.expose() != credentials.id => {
                    Err(refused("client_id is not the one of HTTP Basic"))
                }
                _ => Ok(credentials),
            }
        }
        (None, Some(id), Some(secret)) => {
            Ok(Credentials { id: id.expose().to_owned(), secret: SecretText::new(secret.expose()) })
        }
        (None, ..) => Err(unknown().detail("the client does not authenticate itself")),
    }
}

/// The id and secret behind `Basic`: both percent-encoded, a colon between, in base64.
fn by_basic(given: &str) -> Option<Credentials> {
    let bytes = BASE64.decode(given).ok()?;
    let (id, secret) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some(Credentials { id: query::decoded(id)?, secret: SecretText::new(query::decoded(secret)?) })
}

/// One answer for all who aren't a client of ours: which of the two is wrong, or whether it ended, is not told.
fn unknown() -> Problem {
    Problem::new(Code::InvalidClient)
}

/// The client that calls.
///
/// # Errors
/// `invalid-request` when it authenticates itself twice; `invalid-client` when it isn't one of ours that works now.
pub async fn authenticate(call: &Call) -> Result<AccessTokenId> {
    let credentials = presented(call)?;
    let id = AccessTokenId::parse(&credentials.id).ok_or_else(unknown)?;
    let _ = (id, &credentials.secret);
    Err(unknown())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_basic() {
        let read = |text: &str| {
            let credentials = by_basic(text)?;
            Some((credentials.id, credentials.secret.expose().to_owned()))
        };
        let sent = |text: &[u8]| read(&base64::engine::general_purpose::STANDARD.encode(text));
        let some = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(sent(b"id:secret"), some("id", "secret"));
        assert_eq!(sent(b"i%64:s%3Ae+c"), some("id", "s:e c"));
        assert_eq!(sent("id:سر".as_bytes()), some("id", "سر"));
        assert_eq!(sent(b"id:a:b"), some("id", "a:b"), "the first colon");
        assert_eq!(sent(b":"), some("", ""));
        assert_eq!(read("aWQ6cw"), some("id", "s"), "without its padding");
        for bad in [&b"id"[..], b"", b"id:%zz", b"id:%", b"i%ff:s", b"id:\xff"] {
            assert_eq!(sent(bad), None, "{bad:?}");
        }
        for bad in ["", "*", "aWQ6 cw==", "aWQ6cw==="] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
