//! A locale as a member of a body or an answer: `"ar"` or `"en"`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Locale;
use crate::http::decode::{At, Decode, Described, Value};
use crate::types::codes::{code_schema, decode_code};

const CODES: &[&str] = &["ar", "en"];

fn parse(code: &str) -> Option<Locale> {
    Locale::ALL.iter().copied().find(|locale| locale.as_str() == code)
}

impl Serialize for Locale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        parse(&code).ok_or_else(|| serde::de::Error::custom("expected ar or en"))
    }
}

impl Decode for Locale {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        decode_code(value, at, parse, CODES)
    }
}

impl utoipa::PartialSchema for Locale {
    fn schema() -> Described {
        code_schema("The language in which the server speaks to somebody.", CODES)
    }
}

impl utoipa::ToSchema for Locale {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Locale")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::decode;

    #[test]
    fn a_locale_reads_and_writes_itself() {
        assert_eq!(CODES, Locale::ALL.iter().map(|locale| locale.as_str()).collect::<Vec<_>>());
        for &locale in Locale::ALL {
            let text = serde_json::to_string(&locale).unwrap();
            assert_eq!(serde_json::from_str::<Locale>(&text).unwrap(), locale);
            assert_eq!(decode::<Locale>(&Value::String(locale.to_string())).unwrap(), locale);
        }
        assert!(decode::<Locale>(&Value::String("fr".to_owned())).is_err());
    }
}
