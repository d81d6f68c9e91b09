//! When a visit takes place: a day or several, with times or without, in a zone.

use crate::http::decode::At;
use crate::types::{CalendarDate, TimeOfDay, TimeZoneName, Weekday};
use crate::{body, view};

/// How many days a visit may last.
const MOST_DAYS: i32 = 31;

body! {
    /// When a visit is to take place.
    pub struct NewSchedule {
        /// The (first) day.
        pub date: CalendarDate,
        /// The last day, where there are several.
        pub end_date: Option<CalendarDate>,
        /// When it begins.
        pub start_time: Option<TimeOfDay>,
        /// When it ends.
        pub end_time: Option<TimeOfDay>,
        /// In which time zone; the network's where none is named.
        pub time_zone: Option<TimeZoneName>,
        /// The day of the week, to be checked against the date: `weekday-mismatch` names the date with day and
        /// month exchanged where that one fits.
        pub weekday: Option<Weekday>,
    }
    where check = goes_together
}

fn goes_together(schedule: &NewSchedule, at: &mut At<'_>) {
    let last = schedule.end_date.unwrap_or(schedule.date);
    if last < schedule.date {
        at.member("end_date", |at| at.report("before-start", "is before the first day"));
    } else if last.days_since_2000() - schedule.date.days_since_2000() >= MOST_DAYS {
        at.member("end_date", |at| at.report("out-of-range", format!("{MOST_DAYS} days at the most")));
    }
    match (schedule.start_time, schedule.end_time) {
        (None, Some(_)) => at.member("start_time", |at| at.report("required", "is required with end_time")),
        (Some(start), Some(end)) if last == schedule.date && end <= start => {
            at.member("end_time", |at| at.report("before-start", "is not after start_time"));
        }
        _ => {}
    }
    if let Some(weekday) = schedule.weekday
        && schedule.date.weekday() != weekday
    {
        let mut detail = format!("{} is a {}, not a {weekday}", schedule.date, schedule.date.weekday());
        if let Some(swapped) = schedule.swap_that_fits() {
            detail.push_str(&format!("; {swapped} is: were day and month exchanged?"));
        }
        at.member("weekday", |at| at.report("weekday-mismatch", detail));
    }
}

impl NewSchedule {
    /// The date with day and month exchanged, where the weekday given is that one's.
    pub fn swap_that_fits(&self) -> Option<CalendarDate> {
        self.date.day_month_swapped().filter(|swapped| Some(swapped.weekday()) == self.weekday)
    }
}

view! {
    /// When a visit takes place.
    pub struct Schedule {
        /// The (first) day.
        pub date: CalendarDate,
        /// The last day, where there are several.
        pub end_date: Option<CalendarDate>,
        /// When it begins, HH:MM.
        pub start_time: Option<String>,
        /// When it ends, HH:MM.
        pub end_time: Option<String>,
        /// In which time zone (IANA).
        pub time_zone: String,
        /// The first day's day of the week.
        pub weekday: Weekday,
    }
}
