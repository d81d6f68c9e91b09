//! Calendar dates, times of day and time zones, as people write them.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::codes::codes;
use super::instant::Instant;
use crate::http::decode::{At, Decode, Value};

const FIRST_YEAR: i16 = 1900;
const LAST_YEAR: i16 = 2200;
const EPOCH: Date = Date::constant(2000, 1, 1);

codes! {
    /// A day of the week.
    pub enum Weekday in "weekday" {
        /// الإثنين
        Monday = "monday",
        /// الثلاثاء
        Tuesday = "tuesday",
        /// الأربعاء
        Wednesday = "wednesday",
        /// الخميس
        Thursday = "thursday",
        /// الجمعة
        Friday = "friday",
        /// السبت
        Saturday = "saturday",
        /// الأحد
        Sunday = "sunday",
    }
}

/// A text that is no date, time of day or time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not of the form, or no day of the calendar.
    #[error("must be a date of the calendar, in the form 2025-07-04")]
    Date,
    /// A day before 1900 or after 2200.
    #[error("must lie between 1900-01-01 and 2200-12-31")]
    Range,
    /// Not a time of day.
    #[error("must be a time of day, in the form 09:30")]
    Time,
    /// Not a name of the IANA time zone database.
    #[error("must be a time zone of the IANA database, like Africa/Khartoum")]
    Zone,
}

impl DateError {
    /// The code by which a body's error names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Date => "invalid-date",
            Self::Range => "out-of-range",
            Self::Time => "invalid-time",
            Self::Zone => "unknown-time-zone",
        }
    }
}

/// A day of the calendar between 1900 and 2200, without a time or a zone; written `YYYY-MM-DD`.
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
#[diesel(sql_type = crate::db::sql_types::Day)]
pub struct CalendarDate(Date);

impl CalendarDate {
    /// The day of a year, month and day of the month.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DateError> {
        Date::new(year, month, day).map_err(|_| DateError::Date)?.try_into()
    }

    /// The first day that there is: 1900-01-01.
    pub const FIRST: Self = Self(Date::constant(FIRST_YEAR, 1, 1));

    /// Days since 2000-01-01, as PostgreSQL counts them; negative before it.
    pub fn days_since_2000(self) -> i32 {
        // Within 1900–2200 the number of days is far inside an i32.
        i32::try_from(self.0.duration_since(EPOCH).as_hours() / 24).unwrap_or_default()
    }

    /// The day so many days after 2000-01-01; none beyond 1900–2200.
    pub fn from_days_since_2000(days: i32) -> Option<Self> {
        let distance = SignedDuration::from_hours(i64::from(days) * 24);
        EPOCH.checked_add(distance).ok()?.try_into().ok()
    }

    /// The day so many days later, or earlier when negative; none beyond 1900–2200.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        Self::from_days_since_2000(self.days_since_2000().checked_add(days)?)
    }

    /// Its day of the week.
    pub fn weekday(self) -> Weekday {
        match self.0.weekday() {
            jiff::civil::Weekday::Monday => Weekday::Monday,
            jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
            jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
            jiff::civil::Weekday::Thursday => Weekday::Thursday,
            jiff::civil::Weekday::Friday => Weekday::Friday,
            jiff::civil::Weekday::Saturday => Weekday::Saturday,
            jiff::civil::Weekday::Sunday => Weekday::Sunday,
        }
    }

    /// The date with day and month exchanged (4/7 read as 7/4); none where that is no date or the same one.
    pub fn day_month_swapped(self) -> Option<Self> {
        let swapped = Self::new(self.0.year(), self.0.day(), self.0.month()).ok()?;
        (swapped != self).then_some(swapped)
    }

    /// The same day for jiff.
    pub const fn civil(self) -> Date {
        self.0
    }
}

impl TryFrom<Date> for CalendarDate {
    type Error = DateError;

    fn try_from(date: Date) -> Result<Self, DateError> {
        if (FIRST_YEAR..=LAST_YEAR).contains(&date.year()) { Ok(Self(date)) } else { Err(DateError::Range) }
    }
}

impl FromStr for CalendarDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let shape = text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if text.len() != 10 || !shape {
            return Err(DateError::Date);
        }
        let number = |part: &str| part.parse::<i16>().map_err(|_| DateError::Date);
        let small = |part: &str| part.parse::<i8>().map_err(|_| DateError::Date);
        Self::new(number(&text[..4])?, small(&text[5..7])?, small(&text[8..])?)
    }
}

impl fmt::Display for CalendarDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for CalendarDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CalendarDate({self})")
    }
}

/// A time of day to the minute; written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    minute: u16,
}

impl TimeOfDay {
    /// The time of an hour (0–23) and minute (0–59).
    pub fn new(hour: u16, minute: u16) -> Result<Self, DateError> {
        if hour < 24 && minute < 60 { Ok(Self { minute: hour * 60 + minute }) } else { Err(DateError::Time) }
    }

    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.minute
    }
}

impl FromStr for TimeOfDay {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let [a, b, b':', c, d] = text.as_bytes() else {
            return Err(DateError::Time);
        };
        if ![a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) {
            return Err(DateError::Time);
        }
        let two = |tens: &u8, ones: &u8| u16::from(tens - b'0') * 10 + u16::from(ones - b'0');
        Self::new(two(a, b), two(c, d))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}", self.minute / 60, self.minute % 60)
    }
}

/// The zone data that the binary carries; the machine's own is not asked, so that every node agrees.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone by its name in the IANA database: `Africa/Khartoum`.
#[derive(Clone, PartialEq, Eq)]
pub struct TimeZoneName {
    name: Box<str>,
    zone: TimeZone,
}

impl TimeZoneName {
    /// The name, in the database's own spelling.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The same zone for jiff.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The day that it is there at this moment.
    pub fn today_in_zone(&self, now: Instant) -> CalendarDate {
        CalendarDate(self.zone.to_datetime(now.timestamp()).date())
    }

    /// The moment at which a day begins there.
    pub fn beginning_of(&self, day: CalendarDate) -> Instant {
        let midnight = day.0.to_datetime(jiff::civil::Time::midnight());
        let began = self.zone.to_timestamp(midnight).map(jiff::Timestamp::as_microsecond);
        began.map_or(Instant::EARLIEST, Instant::from_micros)
    }
}

impl FromStr for TimeZoneName {
    type Err = DateError;

    fn from_str(name: &str) -> Result<Self, DateError> {
        let zone = ZONES.get(name).map_err(|_| DateError::Zone)?;
        let name = zone.iana_name().ok_or(DateError::Zone)?.into();
        Ok(Self { name, zone })
    }
}

impl fmt::Display for TimeZoneName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

impl fmt::Debug for TimeZoneName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "TimeZoneName({})", self.name)
    }
}

/// What the three types share: text in JSON, one error when it does not parse, a string in the schema.
macro_rules! text_value {
    ($name:ident, $schema:expr) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
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
                match text.trim().parse::<Self>() {
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
                use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
                let string = ObjectBuilder::new().schema_type(Type::String);
                let shape: fn(ObjectBuilder) -> ObjectBuilder = $schema;
                let date = SchemaFormat::KnownFormat(KnownFormat::Date);
                if stringify!($name) == "CalendarDate" {
                    return shape(string.format(Some(date))).into();
                }
                shape(string).into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    };
}

text_value!(CalendarDate, |string| string.description(Some("A day of the calendar, 1900 to 2200.")));
text_value!(TimeOfDay, |string| string
    .description(Some("A time of day, HH:MM."))
    .pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$")));
text_value!(TimeZoneName, |string| string.description(Some("A time zone's name in the IANA database.")));

#[cfg(test)]
mod tests;
