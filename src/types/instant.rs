//! A moment in time, to the microsecond, in UTC.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A moment, as microseconds since 1970-01-01T00:00:00Z; written as RFC 3339 with `Z`.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = crate::db::sql_types::Moment)]
pub struct Instant(i64);

/// 0001-01-01T00:00:00Z and 9999-12-30T22:00:00Z: what every writer and both engines can hold.
const EARLIEST: i64 = -62_135_596_800_000_000;
const LATEST: i64 = 253_402_207_200_000_000;

impl Instant {
    /// Before any other.
    pub const EARLIEST: Self = Self(EARLIEST);

    /// The moment so many microseconds after the beginning of 1970; beyond the years 1 to 9999 the nearest in them.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(EARLIEST, LATEST))
    }

    /// Microseconds since the beginning of 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the beginning of 1970, as a JWT counts them.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The moment so many seconds after the beginning of 1970.
    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(1_000_000))
    }

    /// The system's clock, now.
    pub fn system_now() -> Self {
        Self::from_micros(jiff::Timestamp::now().as_microsecond())
    }

    /// This moment and so much later.
    pub fn plus(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(micros_of(duration)))
    }

    /// This moment and so much earlier.
    pub fn minus(self, duration: Duration) -> Self {
        Self::from_micros(self.0.saturating_sub(micros_of(duration)))
    }

    /// How long after `earlier` this is; nothing when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The same moment for jiff.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

fn micros_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.timestamp(), out)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Instant({self})")
    }
}

impl FromStr for Instant {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from_micros(text.parse::<jiff::Timestamp>()?.as_microsecond()))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl crate::http::decode::Decode for Instant {
    fn decode(value: &crate::http::decode::Value, at: &mut crate::http::decode::At<'_>) -> Option<Self> {
        let crate::http::decode::Value::String(text) = value else {
            at.report("wrong-type", "must be an instant in a string, like 2025-07-04T09:30:00Z");
            return None;
        };
        let instant = text.parse().ok();
        if instant.is_none() {
            at.report("invalid-instant", "must be an instant of RFC 3339, like 2025-07-04T09:30:00Z");
        }
        instant
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("An instant, RFC 3339 in UTC with Z."))
            .into()
    }
}

impl utoipa::ToSchema for Instant {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Instant")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn written_in_utc_with_z() {
        let noon: Instant = "2025-07-04T12:00:00+02:00".parse().unwrap();
        assert_eq!(noon.to_string(), "2025-07-04T10:00:00Z");
        assert_eq!(noon.plus(Duration::from_micros(5)).to_string(), "2025-07-04T10:00:00.000005Z");
        assert_eq!(noon.minus(Duration::from_secs(1)).since(noon), Duration::ZERO);
        assert_eq!(noon.since(noon.minus(Duration::from_secs(1))), Duration::from_secs(1));
        assert_eq!(Instant::from_seconds(noon.seconds()), noon);
    }

    #[test]
    fn beyond_the_calendar_is_the_edge_of_it() {
        assert_eq!(Instant::from_micros(i64::MAX).to_string(), "9999-12-30T22:00:00Z");
        assert_eq!(Instant::from_micros(i64::MIN).to_string(), "0001-01-01T00:00:00Z");
    }

    proptest! {
        #[test]
        fn text_and_number_are_the_same_instant(micros in EARLIEST..LATEST) {
            let instant = Instant::from_micros(micros);
            prop_assert_eq!(instant.micros(), micros);
            prop_assert_eq!(instant.to_string().parse::<Instant>().unwrap(), instant);
        }
    }
}
