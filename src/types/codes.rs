//! Closed lists of words: one macro makes the enum and everything that reads, writes and documents it.

use crate::http::decode::{At, Value};

/// A list of codes whose values have a label in Arabic and English under `<PREFIX>.<code>`.
pub trait Labelled {
    /// The key under which the labels stand: `visit.state`.
    const PREFIX: &'static str;
    /// Every code, in the order of declaration.
    const CODES: &'static [&'static str];
}

/// A word that is not in its list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown value {value:?}; known are: {known}")]
pub struct UnknownCode {
    value: String,
    known: String,
}

impl UnknownCode {
    /// The word that was met and the list that it is not in.
    pub fn new(value: &str, known: &[&str]) -> Self {
        Self { value: value.to_owned(), known: known.join(", ") }
    }
}

/// Reads a code from a body: `wrong-type` when it is no string, `unknown-value` (with the list) when not in it.
pub fn decode_code<T>(
    value: &Value,
    at: &mut At<'_>,
    parse: fn(&str) -> Option<T>,
    known: &[&str],
) -> Option<T> {
    let Value::String(text) = value else {
        at.report("wrong-type", format!("must be one of: {}", known.join(", ")));
        return None;
    };
    let found = parse(text);
    if found.is_none() {
        at.report("unknown-value", format!("must be one of: {}", known.join(", ")));
    }
    found
}

/// The schema of a list of codes: a string with its values.
pub fn code_schema(
    description: &str,
    known: &'static [&'static str],
) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .description(Some(description.trim()))
        .enum_values(Some(known.iter().copied()))
        .into()
}

/// Declares a closed list of codes.
///
/// ```ignore
/// codes! {
///     /// On which side a party stands.
///     pub enum Side in "visit.side" {
///         /// Comes.
///         Visitor = "visitor",
///         /// Receives.
///         Host = "host",
///     }
/// }
/// ```
///
/// Makes the enum (`Copy`, ordered as declared) with `ALL`, `CODES`, `as_str`, `parse`, `Display`, `FromStr`,
/// serde by code, `Decode`, `ToSchema`; with `in "prefix"` also [`Labelled`] and `label(locale)`.
macro_rules! codes {
    ($(#[doc = $doc:literal])* $visibility:vis enum $name:ident in $prefix:literal { $($body:tt)* }) => {
        $crate::types::codes::codes! { $(#[doc = $doc])* $visibility enum $name { $($body)* } }

        impl $crate::types::codes::Labelled for $name {
            const PREFIX: &'static str = $prefix;
            const CODES: &'static [&'static str] = $name::CODES;
        }

        impl $name {
            /// The word for this value that a person reads; the code itself should a label be missing.
            pub fn label(self, locale: $crate::text::Locale) -> &'static str {
                $crate::text::labels::of($prefix, self.as_str(), locale).unwrap_or(self.as_str())
            }
        }
    };
    ($(#[doc = $doc:literal])* $visibility:vis enum $name:ident {
        $($(#[doc = $about:literal])* $variant:ident = $code:literal),+ $(,)?
    }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility enum $name {
            $($(#[doc = $about])* $variant,)+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Every code, in the same order.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The code as it is written in JSON and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value of a code; none when it is not in the list.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::types::codes::UnknownCode;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                Self::parse(code).ok_or_else(|| $crate::types::codes::UnknownCode::new(code, Self::CODES))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                code.parse().map_err(serde::de::Error::custom)
            }
        }

        impl $crate::http::decode::Decode for $name {
            fn decode(value: &$crate::http::decode::Value, at: &mut $crate::http::decode::At<'_>) -> Option<Self> {
                $crate::types::codes::decode_code(value, at, Self::parse, Self::CODES)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::types::codes::code_schema(concat!($($doc, "\n"),*), Self::CODES)
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
        // Hook: the column type (text) is implemented here, by `crate::db::text_column!($name);`.
    };
}

pub(crate) use codes;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::{Decode, decode};
    use crate::text::Locale;
    use crate::visits::codes::Side;

    #[test]
    fn a_code_reads_and_writes_itself() {
        for &side in Side::ALL {
            assert_eq!(Side::parse(side.as_str()), Some(side));
            assert_eq!(side.to_string().parse::<Side>().ok(), Some(side));
            let text = serde_json::to_string(&side).unwrap();
            assert_eq!(text, format!("\"{side}\""));
            assert_eq!(serde_json::from_str::<Side>(&text).unwrap(), side);
        }
        assert_eq!(Side::CODES, ["visitor", "host"]);
        assert_eq!(Side::PREFIX, "visit.side");
        assert_eq!(Side::Host.label(Locale::Ar), "الجهة المضيفة");
    }

    #[test]
    fn an_unknown_code_is_refused_with_the_list() {
        let problem = decode::<Side>(&Value::String("guest".to_owned())).unwrap_err();
        let answer = format!("{problem:?}");
        assert!(answer.contains("unknown-value") && answer.contains("visitor, host"), "{answer}");
        assert!(format!("{:?}", decode::<Side>(&Value::Bool(true)).unwrap_err()).contains("wrong-type"));
        fn decodes<T: Decode>() {}
        decodes::<Side>();
    }
}
