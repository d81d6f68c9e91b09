//! The forms of OAuth 2.0 and its answers.

use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::kinds::Token;
use super::rules::scope_of;
use crate::access::Rights;
use crate::access::secret::SecretText;
use crate::http::decode::{At, Components, Decode, Described, Value};
use crate::{body, view};

/// How both kinds of token are sent.
pub const BEARER: &str = "Bearer";

/// A parameter exactly as it was sent, shown nowhere: it may be a secret.
#[derive(Clone, Debug)]
pub struct Sent(SecretText);

impl Sent {
    /// The text itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Decode for Sent {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self(SecretText::new(text.as_str()))),
            other => {
                at.wrong_type("a string", other);
                None
            }
        }
    }

    fn in_place() -> Described {
        <Self as utoipa::PartialSchema>::schema()
    }

    fn components(_: &mut Components) {}
}

impl utoipa::PartialSchema for Sent {
    fn schema() -> Described {
        ObjectBuilder::new().schema_type(Type::String).into()
    }
}

impl utoipa::ToSchema for Sent {}

body! {
    /// How a client authenticates itself in a form.
    pub struct ClientCredentials {
        /// The id of an access token.
        pub client_id: Option<Sent>,
        /// The access token itself.
        pub client_secret: Option<Sent>,
    }
}

body! {
    /// What a client asks a token with.
    pub struct TokenRequest {
        /// `client_credentials`
        pub grant_type: Sent,
        /// The rights that are asked for, with one blank between; without it all that the access token holds.
        pub scope: Option<Sent>,
        /// The access token's id, where the client does not authenticate itself by HTTP Basic.
        pub client_id: Option<Sent>,
        /// The access token itself, where the client does not authenticate itself by HTTP Basic.
        pub client_secret: Option<Sent>,
    }
}

body! {
    /// A token that a client asks about, or is done with.
    pub struct TokenForm {
        /// An access token, or a JWT that was given for one.
        pub token: Sent,
        /// Taken and not needed: which kind it is can be seen.
        pub token_type_hint: Option<Sent>,
        /// The access token's id, where the client does not authenticate itself by HTTP Basic.
        pub client_id: Option<Sent>,
        /// The access token itself, where the client does not authenticate itself by HTTP Basic.
        pub client_secret: Option<Sent>,
    }
}

/// What is known of a token (RFC 7662, section 2.2). Of one that isn't good, or isn't the client's to ask about, nothing
/// but that.
#[derive(Debug, Default, serde::Serialize, utoipa::ToSchema)]
pub struct Introspection {
    /// Whether the token is good at this moment.
    pub active: bool,
    /// The rights that it gives, with one blank between.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client: the access token's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `Bearer`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Until when it is good, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Whose it is: the access token's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// For whom it is: this API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Its own id; an access token's is `sub`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

impl Introspection {
    /// Of a token that works.
    pub fn of(token: &Token, issuer: &str) -> Self {
        let of_both = |id: String, rights: Rights, exp: i64| Self {
            active: true,
            scope: Some(scope_of(rights)),
            client_id: Some(id.clone()),
            sub: Some(id),
            token_type: Some(BEARER),
            exp: Some(exp),
            aud: Some(issuer.to_owned()),
            iss: Some(issuer.to_owned()),
            ..Self::default()
        };
        match token {
            Token::Access(token) => of_both(token.id.to_string(), token.rights_now(), token.until.seconds()),
            Token::Jwt(claims) => Self {
                iat: Some(claims.iat),
                jti: Some(claims.jti.to_string()),
                ..of_both(claims.sub.to_string(), claims.permissions.unwrap_or(Rights::NONE), claims.exp)
            },
        }
    }
}

view! {
    /// A JWT for a client (RFC 6749, section 5.1).
    pub struct TokenGiven {
        /// A JWT (RFC 9068), to be sent as `Authorization: Bearer …`.
        pub access_token: String,
        /// `Bearer`
        pub token_type: &'static str,
        /// For how many seconds it is good.
        pub expires_in: i64,
        /// The rights that it gives, with one blank between.
        pub scope: String,
    }
}
