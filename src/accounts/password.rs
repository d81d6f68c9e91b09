//! A password as a member of a body: taken as it is typed, shown nowhere.

use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use crate::access::secret::SecretText;
use crate::http::decode::{At, Decode, Described, Value};

/// More than any password has; what is longer was sent to burn our time.
const MOST: usize = 1_000;

/// A password, neither trimmed nor judged.
#[derive(Clone, Debug)]
pub struct Password(SecretText);

impl Password {
    /// The text itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(SecretText::new(text))
    }
}

impl Decode for Password {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Value::String(text) = value else {
            at.wrong_type("a string", value);
            return None;
        };
        if text.is_empty() {
            at.report("too-short", "must not be empty");
            return None;
        }
        if text.chars().count() > MOST {
            at.report("too-long", "no password is that long");
            return None;
        }
        Some(Self::from(text.as_str()))
    }
}

impl utoipa::PartialSchema for Password {
    fn schema() -> Described {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .description(Some("A password. A new one has 10 to 200 characters and is none of the commonest."))
            .min_length(Some(1))
            .max_length(Some(MOST))
            .into()
    }
}

impl utoipa::ToSchema for Password {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Password")
    }
}
