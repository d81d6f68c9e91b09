//! From one day to another, both of them in it.

use serde::{Deserialize, Serialize};

use super::CalendarDate;
use crate::body;
use crate::http::decode::{At, Components, Decode, Described, Value};

body! {
    /// From one day to another, both of them in it.
    pub struct PeriodMembers {
        /// The first day.
        pub starts_on: CalendarDate,
        /// The last day; not before the first.
        pub ends_on: CalendarDate,
    }
    where check = in_order
}

fn in_order(period: &PeriodMembers, at: &mut At<'_>) {
    if period.ends_on < period.starts_on {
        let detail = format!("is before the first day, {}", period.starts_on);
        at.member("ends_on", |at| at.report("out-of-range", detail));
    }
}

/// From one day to another, both of them in it; the last is not before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Days")]
pub struct Period {
    /// The first day.
    pub starts_on: CalendarDate,
    /// The last day.
    pub ends_on: CalendarDate,
}

/// What is kept of a period.
#[derive(Deserialize)]
struct Days {
    starts_on: CalendarDate,
    ends_on: CalendarDate,
}

/// A last day before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period ends before it starts")]
pub struct EndsBeforeItStarts;

impl Period {
    /// The period from one day to another.
    ///
    /// # Errors
    /// When the last is before the first.
    pub fn new(starts_on: CalendarDate, ends_on: CalendarDate) -> Result<Self, EndsBeforeItStarts> {
        if ends_on < starts_on { Err(EndsBeforeItStarts) } else { Ok(Self { starts_on, ends_on }) }
    }

    /// Whether the day is in it.
    pub fn contains_day(&self, day: CalendarDate) -> bool {
        (self.starts_on..=self.ends_on).contains(&day)
    }

    /// Whether every day of the other is in it.
    pub fn contains(&self, other: &Self) -> bool {
        self.contains_day(other.starts_on) && self.contains_day(other.ends_on)
    }
}

impl TryFrom<Days> for Period {
    type Error = EndsBeforeItStarts;

    fn try_from(days: Days) -> Result<Self, EndsBeforeItStarts> {
        Self::new(days.starts_on, days.ends_on)
    }
}

impl Decode for Period {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let members = PeriodMembers::decode(value, at)?;
        Self::new(members.starts_on, members.ends_on).ok()
    }
}

impl utoipa::PartialSchema for Period {
    fn schema() -> Described {
        PeriodMembers::schema()
    }
}

impl utoipa::ToSchema for Period {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Period")
    }

    fn schemas(out: &mut Components) {
        PeriodMembers::schemas(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::{decode, parse};
    use proptest::prelude::*;

    fn period(body: &str) -> Result<Period, Vec<(String, &'static str)>> {
        decode(&parse(body.as_bytes()).unwrap()).map_err(|problem| {
            problem.field_errors().iter().map(|error| (error.pointer.clone(), error.code)).collect()
        })
    }

    #[test]
    fn both_days_in_their_order() {
        let body = r#"{"starts_on":"2026-01-01","ends_on":"2026-06-30"}"#;
        let half = period(body).unwrap();
        assert_eq!(serde_json::to_string(&half).unwrap(), body);
        assert_eq!(serde_json::from_str::<Period>(body).unwrap(), half);
        let day = |text: &str| text.parse::<CalendarDate>().unwrap();
        for (text, inside) in
            [("2025-12-31", false), ("2026-01-01", true), ("2026-06-30", true), ("2026-07-01", false)]
        {
            assert_eq!(half.contains_day(day(text)), inside, "{text}");
        }
        let one = period(r#"{"starts_on":"2026-01-01","ends_on":"2026-01-01"}"#).unwrap();
        assert_eq!(one.starts_on, one.ends_on);
        assert!(half.contains(&one) && half.contains(&half) && !one.contains(&half));
        let later = Period::new(day("2026-06-30"), day("2026-07-01")).unwrap();
        assert!(!half.contains(&later));
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for (body, pointer, code) in [
            (r#"{"starts_on":"2026-01-02","ends_on":"2026-01-01"}"#, "/ends_on", "out-of-range"),
            (r#"{"starts_on":"2026-01-02"}"#, "/ends_on", "required"),
            (r#"{"starts_on":null,"ends_on":"2026-01-02"}"#, "/starts_on", "required"),
            (r#"{"starts_on":"2026-02-30","ends_on":"2026-01-02"}"#, "/starts_on", "invalid-date"),
            (r#"{"starts_on":"2026-01-02","ends_on":"2026-01-02","days":1}"#, "/days", "unknown-field"),
            (r#""2026""#, "", "wrong-type"),
        ] {
            assert_eq!(period(body), Err(vec![(pointer.to_owned(), code)]), "{body}");
        }
        let kept = r#"{"starts_on":"2026-01-02","ends_on":"2026-01-01"}"#;
        assert!(serde_json::from_str::<Period>(kept).is_err());
    }

    proptest! {
        #[test]
        fn to_contain_is_to_have_every_day(a in 0i32..12, b in 0i32..12, c in 0i32..12, d in 0i32..12) {
            let day = |days| CalendarDate::from_days_since_2000(days).unwrap();
            let (one, other) = (Period::new(day(a), day(b)), Period::new(day(c), day(d)));
            prop_assert_eq!(one.is_ok(), a <= b);
            if let (Ok(one), Ok(other)) = (one, other) {
                prop_assert_eq!(one.contains(&other), (c..=d).all(|days| one.contains_day(day(days))));
            }
        }
    }
}
