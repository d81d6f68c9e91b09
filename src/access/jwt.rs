//! Access tokens: JWTs (RFC 9068) signed with Ed25519, verified without the database.
//!
//! [`verify`] is strict about everything that has ever gone wrong with JWTs: one algorithm, `typ` is `at+jwt`, the key
//! is one of ours by its `kid` (a key, a certificate or an address of one in the header is refused, not used),
//! issuer and audience are ours, every claim is there, and the time is the one handed in. Whatever
//! is wrong, the answer is 401 `invalid-token` and doesn't say what.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::caller::Through;
use super::codes::sha256;
use super::rights::Rights;
use super::role::Role;
use super::secret::SecretBytes;
use crate::Result;
use crate::http::problem::{Code, Problem};
use crate::text::Locale;
use crate::types::id::{AccessTokenId, OrganisationId, SessionId, UserId};
use crate::types::instant::Instant;
use crate::types::network::Network;

/// How far another node's clock may be ahead of ours. `exp` knows no such grace.
const CLOCK_GRACE_SECONDS: i64 = 5;
const TYPE: &str = "at+jwt";
const MAX_TOKEN_BYTES: usize = 16 * 1024;
const MICROSECONDS: i64 = 1_000_000;

/// The role that is the person's and no membership's.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkRole {
    /// Administers the network.
    NetworkAdmin,
}

/// What an access token says.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Claims {
    /// Who issued it: the network's address.
    pub iss: String,
    /// For whom it is: this API.
    pub aud: String,
    /// The user, or the access token.
    pub sub: Uuid,
    /// Who answers for the access token; none where a person signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// Until when it is good, in seconds since 1970.
    pub exp: i64,
    /// Since when.
    pub iat: i64,
    /// From when on, where it isn't at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Its own id.
    pub jti: Uuid,
    /// Through which client it was asked for.
    pub client_id: String,
    /// The session it belongs to; of an access token, an id for this one exchange.
    pub sid: SessionId,
    /// The roles by organisation.
    pub roles: BTreeMap<OrganisationId, Role>,
    /// Raised by every change of membership, role or organisation: a token with a smaller one is stale.
    pub epoch: i64,
    /// Those of the organisations in `roles` that aren't active: their people read their own and no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<OrganisationId>,
    /// Never more than these rights, where it was narrowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Rights>,
    /// The same as OAuth writes it (RFC 9068): codes with spaces between, where an access token asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The networks from which alone it may be used; none: from anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub networks: Vec<Network>,
    /// The network's role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_role: Option<NetworkRole>,
    /// Whether a temporary password must be changed before anything else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pwd: bool,
    /// Whether a second factor must be set up before anything else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enrol: bool,
    /// The language that the person reads.
    #[serde(with = "locale_code")]
    pub locale: Locale,
}

impl Claims {
    /// The person who answers for what is done with it: who signed in, or the access token's owner.
    pub fn user(&self) -> UserId {
        self.owner.unwrap_or(UserId(self.sub))
    }

    /// Through what it was come by.
    pub fn through(&self) -> Through {
        match self.owner {
            Some(_) => Through::AccessToken(AccessTokenId(self.sub)),
            None => Through::Session(self.sid),
        }
    }

    /// Whether it may be used from this address.
    pub fn is_allowed_from(&self, address: IpAddr) -> bool {
        Network::any_holds(&self.networks, address)
    }

    /// Whether the person administers the network.
    pub fn is_network_admin(&self) -> bool {
        self.network_role == Some(NetworkRole::NetworkAdmin)
    }

    /// Whether it is good at this instant, by its own dates.
    pub fn is_in_time(&self, now: Instant) -> bool {
        let now = now.micros();
        let latest = now.saturating_add(CLOCK_GRACE_SECONDS * MICROSECONDS);
        let micros = |seconds: i64| seconds.saturating_mul(MICROSECONDS);
        now < micros(self.exp)
            && micros(self.iat) <= latest
            && self.nbf.is_none_or(|nbf| micros(nbf) <= latest)
    }
}

mod locale_code {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::text::Locale;

    pub fn serialize<S: Serializer>(locale: &Locale, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(locale.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Locale, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|_| D::Error::custom("no such locale"))
    }
}

/// The public half of a signing key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    /// The key's name: its RFC 7638 thumbprint, so that the same key has the same name everywhere.
    pub kid: String,
    /// The 32 bytes.
    pub bytes: [u8; 32],
}

impl PublicKey {
    /// The public key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        let x = URL_SAFE_NO_PAD.encode(bytes);
        // RFC 7638: the required members in the order of the alphabet, without spaces.
        let thumbprint = sha256(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#));
        Self { kid: URL_SAFE_NO_PAD.encode(thumbprint), bytes }
    }

    /// As RFC 8037 writes it.
    pub fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.bytes);
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": x })
    }
}

/// The document at `/.well-known/jwks.json`: the next key too, so that nobody meets a key that they couldn't have known.
pub fn jwks<'a>(keys: impl IntoIterator<Item = &'a PublicKey>) -> Value {
    json!({ "keys": keys.into_iter().map(PublicKey::jwk).collect::<Vec<_>>() })
}

/// A key that signs.
pub struct SigningKey {
    public: PublicKey,
    pkcs8: SecretBytes,
    encoding: EncodingKey,
}

impl SigningKey {
    /// A new one.
    pub fn generate() -> Result<Self> {
        let pair =
            Ed25519KeyPair::generate().map_err(|_| Problem::internal("no signing key could be generated"))?;
        let pkcs8 = pair.to_pkcs8().map_err(|_| Problem::internal("a signing key can't be written"))?;
        Self::from_pkcs8(SecretBytes::new(pkcs8.as_ref()))
    }

    /// The one that [`pkcs8`](Self::pkcs8) gave. 500 when it isn't one.
    pub fn from_pkcs8(pkcs8: SecretBytes) -> Result<Self> {
        let unreadable = || Problem::internal("a signing key can't be read");
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.expose()).map_err(|_| unreadable())?;
        let bytes: [u8; 32] = pair.public_key().as_ref().try_into().map_err(|_| unreadable())?;
        let encoding = EncodingKey::from_ed_der(pkcs8.expose());
        Ok(Self { public: PublicKey::new(bytes), pkcs8, encoding })
    }

    /// The private key, to be sealed and kept.
    pub fn pkcs8(&self) -> &SecretBytes {
        &self.pkcs8
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs.
    pub fn sign(&self, claims: &Claims) -> Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.public.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.encoding)
            .map_err(|error| Problem::internal(format!("signing failed: {error}")))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.public.kid)
    }
}

/// The keys whose tokens are taken, by `kid`.
#[derive(Clone, Debug, Default)]
pub struct PublicKeys(HashMap<String, DecodingKey>);

impl<'a> FromIterator<&'a PublicKey> for PublicKeys {
    fn from_iter<I: IntoIterator<Item = &'a PublicKey>>(keys: I) -> Self {
        Self(keys.into_iter().map(|key| (key.kid.clone(), DecodingKey::from_ed_der(&key.bytes))).collect())
    }
}

/// Whose tokens are taken, and for whom they must be.
#[derive(Clone, Debug)]
pub struct Expected(Validation);

impl Expected {
    /// Tokens of this issuer for this audience.
    pub fn new(issuer: &str, audience: &str) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.algorithms = vec![Algorithm::EdDSA];
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // The library asks the system's clock; ours is handed in, see `Claims::is_in_time`.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self(validation)
    }
}

/// The claims of a token that is ours and good at `now`; else 401 `invalid-token`.
pub fn verify(token: &str, keys: &PublicKeys, expected: &Expected, now: Instant) -> Result<Claims> {
    trusted(token, keys, expected).filter(|claims| claims.is_in_time(now)).ok_or_else(invalid)
}

pub(super) fn invalid() -> Problem {
    Problem::new(Code::InvalidToken)
}

fn trusted(token: &str, keys: &PublicKeys, expected: &Expected) -> Option<Claims> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let header = jsonwebtoken::decode_header(token).ok()?;
    let is_ours = header.alg == Algorithm::EdDSA
        && header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(TYPE))
        && !brings_its_own_key(&header);
    if !is_ours {
        return None;
    }
    let key = keys.0.get(header.kid.as_deref()?)?;
    Some(jsonwebtoken::decode::<Claims>(token, key, &expected.0).ok()?.claims)
}

fn brings_its_own_key(header: &Header) -> bool {
    let key = header.jwk.is_some() || header.jku.is_some();
    let certificate =
        header.x5u.is_some() || header.x5c.is_some() || header.x5t.is_some() || header.x5t_s256.is_some();
    let special = header.crit.is_some() || header.zip.is_some() || header.enc.is_some();
    key || certificate || special
}

#[cfg(test)]
pub(super) mod tests;
