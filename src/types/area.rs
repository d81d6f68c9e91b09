//! Where on the map something lies: country, state and locality by their codes, degrees.

use serde::{Deserialize, Serialize};

use crate::http::decode::{At, Decode, Described, Value};
use crate::reference::tables::{HOME_COUNTRY, Label, tables};

/// Declares a code that must stand in an embedded table. It can be kept in a column of text.
macro_rules! listed_code {
    ($(#[doc = $doc:literal])* $name:ident, $code:literal, $detail:literal, $pattern:literal, $find:expr) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub struct $name(&'static str);

        impl $name {
            /// The code.
            pub const fn as_str(self) -> &'static str {
                self.0
            }

            /// The code of this text; none when it is not in the table.
            pub fn parse(text: &str) -> Option<Self> {
                let find: fn(&str) -> Option<&'static str> = $find;
                find(text).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::types::codes::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text).ok_or_else(|| $crate::types::codes::UnknownCode::new(text, &[$detail]))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl $crate::http::decode::Decode for $name {
            fn decode(
                value: &$crate::http::decode::Value,
                at: &mut $crate::http::decode::At<'_>,
            ) -> Option<Self> {
                let $crate::http::decode::Value::String(text) = value else {
                    at.wrong_type("a string", value);
                    return None;
                };
                let found = Self::parse(text);
                if found.is_none() {
                    at.report($code, concat!("must be ", $detail));
                }
                found
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> $crate::http::decode::Described {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($($doc),*).trim()))
                    .pattern(Some($pattern))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }

        $crate::text_column!($name);
    };
}

pub(crate) use listed_code;

listed_code! {
    /// A country of ISO 3166-1, by its two letters.
    CountryCode, "unknown-country", "a country's two letters of ISO 3166-1, like SD", "^[A-Z]{2}$",
    |text| tables().countries.get_key_value(text).map(|(code, _)| *code)
}

listed_code! {
    /// A state, by its P-code.
    Admin1Code, "unknown-pcode", "a state's P-code of /v1/reference/places, like SD15", "^SD[0-9]{2}$",
    |text| tables().states.get_key_value(text).map(|(code, _)| *code)
}

listed_code! {
    /// A locality, by its P-code.
    Admin2Code, "unknown-pcode", "a locality's P-code of /v1/reference/places, like SD01001", "^SD[0-9]{5}$",
    |text| tables().localities.get_key_value(text).map(|(code, _)| *code)
}

impl Admin2Code {
    /// The state that the locality is in.
    pub fn state(self) -> Option<Admin1Code> {
        tables().localities.get(self.0).map(|unit| Admin1Code(unit.state))
    }
}

/// Declares a coordinate: degrees within bounds.
macro_rules! degrees {
    ($(#[doc = $doc:literal])* $name:ident, $bound:literal) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(f64);

        impl $name {
            /// These degrees; none when they lie outside the bounds or are no number. There is one zero: an engine that keeps
            /// JSON by its meaning would give back another text of the other.
            pub fn new(degrees: f64) -> Option<Self> {
                (-$bound..=$bound).contains(&degrees).then_some(Self(degrees + 0.0))
            }

            /// The degrees.
            pub const fn degrees(self) -> f64 {
                self.0
            }
        }

        impl Decode for $name {
            fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
                let Value::Number(number) = value else {
                    at.wrong_type("a number", value);
                    return None;
                };
                let found = number.as_f64().and_then(Self::new);
                if found.is_none() {
                    at.report("out-of-range", concat!("must lie between -", $bound, " and ", $bound));
                }
                found
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> Described {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                ObjectBuilder::new()
                    .schema_type(Type::Number)
                    .description(Some(concat!($($doc),*).trim()))
                    .minimum(Some(-$bound))
                    .maximum(Some($bound))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    };
}

degrees! {
    /// Degrees north of the equator (WGS 84).
    Latitude, 90.0
}

degrees! {
    /// Degrees east of Greenwich (WGS 84).
    Longitude, 180.0
}

/// What is known of where something lies, beside its name. Places and communities are checked by the same rules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// The country.
    pub country: CountryCode,
    /// The state.
    pub admin1_pcode: Option<Admin1Code>,
    /// The locality.
    pub admin2_pcode: Option<Admin2Code>,
    /// Degrees north.
    pub latitude: Option<Latitude>,
    /// Degrees east.
    pub longitude: Option<Longitude>,
}

impl Area {
    /// Reports what does not go together: a locality outside its state, units of another country, half a coordinate.
    pub fn check(&self, at: &mut At<'_>) {
        if self.country.as_str() != HOME_COUNTRY
            && (self.admin1_pcode.is_some() || self.admin2_pcode.is_some())
        {
            let detail = format!("P-codes are known for {HOME_COUNTRY} only");
            let member = if self.admin1_pcode.is_some() { "admin1_pcode" } else { "admin2_pcode" };
            at.member(member, |at| at.report("wrong-country", detail));
        }
        if let (Some(admin1), Some(admin2)) = (self.admin1_pcode, self.admin2_pcode)
            && admin2.state() != Some(admin1)
        {
            at.member("admin2_pcode", |at| {
                at.report("outside-admin1", format!("{admin2} is not in {admin1}"))
            });
        }
        match (self.latitude, self.longitude) {
            (Some(_), None) => {
                at.member("longitude", |at| at.report("required", "is required beside latitude"))
            }
            (None, Some(_)) => {
                at.member("latitude", |at| at.report("required", "is required beside longitude"))
            }
            _ => {}
        }
    }

    /// The state: the one given, else the one that the locality is in.
    pub fn state(&self) -> Option<Admin1Code> {
        self.admin1_pcode.or_else(|| self.admin2_pcode.and_then(Admin2Code::state))
    }

    /// The code of the smallest unit that is known by one: the locality, the state.
    pub fn pcode(&self) -> Option<&'static str> {
        let locality = self.admin2_pcode.map(Admin2Code::as_str);
        locality.or_else(|| self.admin1_pcode.map(Admin1Code::as_str))
    }

    /// The names of the smallest unit that is known: the locality, the state, the country.
    pub fn unit_name(&self) -> Option<Label> {
        let tables = tables();
        let locality = self.admin2_pcode.and_then(|code| tables.localities.get(code.as_str()));
        let state = self.admin1_pcode.and_then(|code| tables.states.get(code.as_str()));
        let country = || tables.countries.get(self.country.as_str()).copied();
        locality.or(state).map(|unit| unit.name).or_else(country)
    }
}
