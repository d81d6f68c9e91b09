//! Texts with a least and a greatest length, counted in characters after they were put into their one form.

use std::ops::Deref;

use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::{At, Components, Decode, Described, Lines, Value, clean};

/// What the document says of a text on one line.
pub const ONE_LINE: &str = r"^[^\t\n\r]*$";

/// Decodes a text between two lengths.
fn bounded(value: &Value, at: &mut At<'_>, lines: Lines, min: usize, max: usize) -> Option<String> {
    let Value::String(text) = value else {
        at.wrong_type("a string", value);
        return None;
    };
    let text = clean(text, lines, at)?;
    let length = text.chars().count();
    if length < min {
        let least = if min == 1 {
            "must not be empty".to_owned()
        } else {
            format!("must have {min} characters or more")
        };
        at.report("too-short", least);
        return None;
    }
    if length > max {
        at.report("too-long", format!("has {length} characters; {max} are taken"));
        return None;
    }
    Some(text)
}

macro_rules! text_type {
    ($(#[doc = $doc:literal])* $name:ident, $lines:expr) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
        pub struct $name<const MIN: usize, const MAX: usize>(String);

        impl<const MIN: usize, const MAX: usize> $name<MIN, MAX> {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, given away.
            pub fn into_inner(self) -> String {
                self.0
            }
        }

        impl<const MIN: usize, const MAX: usize> Deref for $name<MIN, MAX> {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl<const MIN: usize, const MAX: usize> AsRef<str> for $name<MIN, MAX> {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl<const MIN: usize, const MAX: usize> From<$name<MIN, MAX>> for String {
            fn from(text: $name<MIN, MAX>) -> String {
                text.0
            }
        }

        impl<const MIN: usize, const MAX: usize> Serialize for $name<MIN, MAX> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<const MIN: usize, const MAX: usize> Decode for $name<MIN, MAX> {
            fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
                bounded(value, at, $lines, MIN, MAX).map(Self)
            }

            fn in_place() -> Described {
                <Self as utoipa::PartialSchema>::schema()
            }

            fn components(_: &mut Components) {}
        }

        impl<const MIN: usize, const MAX: usize> utoipa::PartialSchema for $name<MIN, MAX> {
            fn schema() -> Described {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length((MIN > 0).then_some(MIN))
                    .max_length(Some(MAX))
                    .pattern(matches!($lines, Lines::One).then_some(ONE_LINE))
                    .into()
            }
        }

        impl<const MIN: usize, const MAX: usize> utoipa::ToSchema for $name<MIN, MAX> {
            fn name() -> std::borrow::Cow<'static, str> {
                format!("{}{MIN}To{MAX}", stringify!($name)).into()
            }
        }
    };
}

text_type! {
    /// A text on one line, of `MIN` to `MAX` characters.
    Text, Lines::One
}

text_type! {
    /// A text of one or more lines, of `MIN` to `MAX` characters.
    MultilineText, Lines::Many
}
