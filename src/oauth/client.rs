//! Clients that authenticate themselves (RFC 6749, section 2.3): by HTTP Basic, or in the form, but not by both.

use std::net::IpAddr;

use actix_web::http::header::{self, HeaderValue};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::model::ClientCredentials;
use crate::access::Rights;
use crate::access::secret::SecretText;
use crate::access_tokens::authentication::{self, Presented, Refused};
use crate::access_tokens::codes::Refusal;
use crate::app::App;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::limits::{Decision, RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::http::problem::{Code, Problem, Result};
use crate::http::query;
use crate::journal::Author;
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

/// The client that calls: an access token that works now and from this address.
pub struct Client {
    /// The access token.
    pub token: Presented,
    /// What is left of its limit.
    left: Option<Decision>,
}

/// Finds out who calls. Who is no client has the attempt counted against its address; a client, its calls against its own
/// limit, which is that of the access token.
///
/// # Errors
/// `invalid-request` when it authenticates itself twice; `invalid-client` when it isn't one of ours that works now;
/// `rate-limited`.
pub async fn authenticate(call: &Call) -> Result<Client> {
    let (app, address) = (call.app(), call.address());
    let known = match presented(call) {
        Ok(credentials) => known(app, &credentials, address).await,
        Err(problem) => Err(problem),
    };
    match &known {
        Err(problem) if problem.status().is_client_error() => {}
        // It is a client's, or ours that it isn't known.
        _ => app.limits.known_client(address),
    }
    let token = known?;
    let left = app.limits.signed_in(token.id.uuid());
    if let Some(refused) = left.and_then(|decision| decision.problem()) {
        return Err(refused);
    }
    app.access_tokens.uses.used(token.id, call.now(), address);
    Ok(Client { token, left })
}

async fn known(app: &App, credentials: &Credentials, address: IpAddr) -> Result<Presented> {
    let refused = match authentication::present(app, credentials.secret.expose()).await? {
        Ok(token) if AccessTokenId::parse(&credentials.id) != Some(token.id) => {
            Refused { token: None, why: Refusal::Unknown }
        }
        Ok(token) if !token.is_allowed_from(address) => {
            Refused { token: Some((token.id, token.organisation)), why: Refusal::WrongNetwork }
        }
        Ok(token) => return Ok(token),
        Err(refused) => refused,
    };
    app.access_tokens.count(app, refused, address);
    Err(unknown())
}

impl Client {
    /// What it may do at this moment.
    pub fn rights(&self) -> Rights {
        self.token.rights_now()
    }

    /// Counts that something was refused to it, which its admins want to know.
    pub fn count(&self, call: &Call, why: Refusal) {
        let token = Some((self.token.id, self.token.organisation));
        call.app().access_tokens.count(call.app(), Refused { token, why }, call.address());
    }

    /// Who writes, for the journal: the client, and who answers for it.
    pub fn author(&self, call: &Call) -> Author {
        Author { user: Some(self.token.owner), token: Some(self.token.id), ..call.author() }
    }

    /// An answer to it alone, which nobody keeps (RFC 6749, section 5.1), with what is left of its limit.
    pub fn answer(&self, answer: Answer) -> Answer {
        let answer = answer.confidential().header(header::PRAGMA, HeaderValue::from_static("no-cache"));
        let Some(left) = &self.left else { return answer };
        let named = [(RATE_LIMIT_POLICY, left.policy_header()), (RATE_LIMIT, left.limit_header())];
        named.into_iter().fold(answer, |answer, (name, value)| match HeaderValue::try_from(value) {
            Ok(value) => answer.header(name, value),
            Err(_) => answer,
        })
    }
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
