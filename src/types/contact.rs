//! Ways of reaching a person: e-mail addresses and telephone numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::http::decode::{At, Decode, Value};
use crate::text::digits::{ascii_digit, is_invisible, trimmed};

/// A text that is no way of contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Not an e-mail address.
    #[error("must be an e-mail address, like name@example.org")]
    Email,
    /// Not a telephone number.
    #[error(
        "must be a telephone number with its country, like +249912345678, or a Sudanese one, like 0912345678"
    )]
    Phone,
}

impl ContactError {
    /// The code by which a body's error names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Email => "invalid-email",
            Self::Phone => "invalid-phone",
        }
    }
}

/// An e-mail address: trimmed, its domain in lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// The address as it is shown and written to.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address by which it is unique: all in lower case.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for Email {
    type Err = ContactError;

    fn from_str(text: &str) -> Result<Self, ContactError> {
        let text = trimmed(text);
        let (local, domain) = text.rsplit_once('@').ok_or(ContactError::Email)?;
        if text.len() > 254 || !is_local(local) || !is_domain(domain) {
            return Err(ContactError::Email);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }
}

/// RFC 5321's dot-string: no quoted form, nobody has one.
fn is_local(local: &str) -> bool {
    let atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= 64 && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last_has_a_letter = |domain: &str| {
        domain.rsplit('.').next().is_some_and(|last| last.bytes().any(|byte| byte.is_ascii_alphabetic()))
    };
    domain.contains('.') && domain.split('.').all(label) && last_has_a_letter(domain)
}

/// A telephone number in the international form, `+249912345678`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// The number, `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Phone {
    type Err = ContactError;

    /// Understands `+249…`, `00249…`, `249…`, the Sudanese local `09…` and `01…`, Arabic digits, and the spaces,
    /// dashes, dots, brackets and invisible marks that people paste with a number.
    fn from_str(text: &str) -> Result<Self, ContactError> {
        let plain = plain_digits(text).ok_or(ContactError::Phone)?;
        let international = if let Some(rest) = plain.strip_prefix('+') {
            rest
        } else if let Some(rest) = plain.strip_prefix("00") {
            rest
        } else if plain.len() == 10 && (plain.starts_with("09") || plain.starts_with("01")) {
            return Self::checked(&format!("249{}", &plain[1..]));
        } else if plain.len() == 12 && plain.starts_with("249") {
            plain.as_str()
        } else {
            return Err(ContactError::Phone);
        };
        // "+249 (0)912…": the local zero does not belong behind the country.
        match international.strip_prefix("2490") {
            Some(local) if local.len() == 9 => Self::checked(&format!("249{local}")),
            _ => Self::checked(international),
        }
    }
}

impl Phone {
    fn checked(digits: &str) -> Result<Self, ContactError> {
        let numeric = digits.bytes().all(|byte| byte.is_ascii_digit());
        let sudanese = !digits.starts_with("249") || digits.len() == 12;
        if numeric && sudanese && (8..=15).contains(&digits.len()) && !digits.starts_with('0') {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(ContactError::Phone)
        }
    }
}

/// Digits and a leading plus, in ASCII; none when something else is in it.
fn plain_digits(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    for character in trimmed(text).chars() {
        match character {
            '+' | '\u{FF0B}' if plain.is_empty() => plain.push('+'),
            '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' => {}
            _ if character.is_whitespace() || is_invisible(character) => {}
            _ => plain.push(ascii_digit(character)?),
        }
    }
    Some(plain)
}

/// What both share: text in JSON, one error when it does not parse, a string in the schema. `Debug` hides the
/// value: a way of contact has no business in a log.
macro_rules! contact_value {
    ($name:ident, $shown:literal, $schema:expr) => {
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str($shown)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl Decode for $name {
            fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
                let Value::String(text) = value else {
                    at.report("wrong-type", "must be a string");
                    return None;
                };
                match text.parse::<Self>() {
                    Ok(parsed) => Some(parsed),
                    Err(error) => {
                        at.report(error.code(), error.to_string());
                        None
                    }
                }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                let shape: fn(ObjectBuilder) -> ObjectBuilder = $schema;
                shape(ObjectBuilder::new().schema_type(Type::String)).into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    };
}

contact_value!(Email, "Email(…)", |string| string
    .description(Some("An e-mail address; its domain is kept in lower case."))
    .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(utoipa::openapi::KnownFormat::Email)))
    .max_length(Some(254)));
contact_value!(Phone, "Phone(…)", |string| {
    string.description(Some(
    "A telephone number, answered as +249912345678; a Sudanese 09… or 01…, 00 in front, Arabic digits, spaces and dashes are understood."
))
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for text in [
            "+249912345678",
            "00249912345678",
            "249912345678",
            "0912345678",
            "٠٩١٢٣٤٥٦٧٨",
            "۰۹۱۲۳۴۵۶۷۸",
            " 091 234-5678 ",
            "+249 (0)91 234 5678",
            "\u{202A}+249 91 234 5678\u{202C}",
            "‎0912345678",
        ] {
            assert_eq!(text.parse::<Phone>().map(|phone| phone.0), Ok("+249912345678".to_owned()), "{text}");
        }
        assert_eq!("0123456789".parse::<Phone>().unwrap().as_str(), "+249123456789");
        assert_eq!("+44 20 7946 0958".parse::<Phone>().unwrap().as_str(), "+442079460958");
        for text in [
            "",
            "+",
            "912345678",
            "0812345678",
            "+0912345678",
            "091234567",
            "+24991234567",
            "09x2345678",
            "++249912345678",
            "+1234567890123456",
        ] {
            assert_eq!(text.parse::<Phone>(), Err(ContactError::Phone), "{text}");
        }
    }

    #[test]
    fn addresses() {
        let email: Email = " Amna.Ali@Example.ORG ".parse().unwrap();
        assert_eq!(email.as_str(), "Amna.Ali@example.org");
        assert_eq!(email.folded(), "amna.ali@example.org");
        assert_eq!(format!("{email:?}"), "Email(…)");
        assert!("a+b@demo.example".parse::<Email>().is_ok());
        for text in [
            "", "a", "@b.c", "a@", "a@b", "a b@c.d", "a@b..c", "a@-b.c", ".a@b.c", "a@1.2", "a@b.c\0",
            "أ@ب.ج", "a@@b.c",
        ] {
            assert_eq!(text.parse::<Email>(), Err(ContactError::Email), "{text}");
        }
        assert!(format!("{}@example.org", "a".repeat(65)).parse::<Email>().is_err());
    }
}
