//! From one day to another.

use serde::{Deserialize, Serialize};

use super::CalendarDate;
use crate::body;
use crate::http::decode::{At, Components, Decode, Described, Value};

body! {
    /// From when until when, both days included.
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
        at.member("ends_on", |at| at.report("out-of-range", "is before the first day"));
    }
}

/// From one day until another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub starts_on: CalendarDate,
    /// The last day.
    pub ends_on: CalendarDate,
}

impl Period {
    /// Whether a day is one of its days.
    pub fn contains_day(&self, day: CalendarDate) -> bool {
        (self.starts_on..=self.ends_on).contains(&day)
    }

    /// Whether all days of another are among its own.
    pub fn contains(&self, other: &Self) -> bool {
        self.contains_day(other.starts_on) && self.contains_day(other.ends_on)
    }
}

impl Decode for Period {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        PeriodMembers::decode(value, at)
            .map(|PeriodMembers { starts_on, ends_on }| Self { starts_on, ends_on })
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
