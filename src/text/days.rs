//! Days in words: a date as people say it, and how far off it is.

use super::Locale;
use super::plural::Forms;
use crate::types::CalendarDate;

/// The months, as the Sudan calls them, and in English.
const MONTHS: [(&str, &str); 12] = [
    ("يناير", "January"),
    ("فبراير", "February"),
    ("مارس", "March"),
    ("أبريل", "April"),
    ("مايو", "May"),
    ("يونيو", "June"),
    ("يوليو", "July"),
    ("أغسطس", "August"),
    ("سبتمبر", "September"),
    ("أكتوبر", "October"),
    ("نوفمبر", "November"),
    ("ديسمبر", "December"),
];

/// Days after a preposition (منذ، بعد), which is where they are counted here.
const DAYS_AR: Forms = Forms::arabic(["# يوم", "يوم", "يومين", "# أيام", "# يومًا", "# يوم"]);
const DAYS_EN: Forms = Forms::english("# day", "# days");

/// «الجمعة 4 يوليو 2025», "Friday 4 July 2025".
pub fn long(date: CalendarDate, locale: Locale) -> String {
    let civil = date.civil();
    let at = usize::try_from(civil.month() - 1).unwrap_or_default();
    let (ar, en) = MONTHS.get(at).copied().unwrap_or_default();
    let (weekday, month) = (date.weekday().label(locale), locale.pick(ar, en));
    format!("{weekday} {} {month} {}", civil.day(), civil.year())
}

/// So many days: «يومين», «3 أيام», "3 days". In Arabic as it stands after a preposition.
pub fn counted(days: u64, locale: Locale) -> String {
    locale.pick(DAYS_AR, DAYS_EN).with(days)
}

/// How far a day is from today: «اليوم», «غدًا», «أمس», «منذ 3 أيام», «بعد يومين».
pub fn relative(date: CalendarDate, today: CalendarDate, locale: Locale) -> String {
    let off = date.days_since_2000() - today.days_since_2000();
    let days = counted(u64::from(off.unsigned_abs()), locale);
    match (off, locale) {
        (0, _) => locale.pick("اليوم", "today").to_owned(),
        (1, _) => locale.pick("غدًا", "tomorrow").to_owned(),
        (-1, _) => locale.pick("أمس", "yesterday").to_owned(),
        (2.., Locale::Ar) => format!("بعد {days}"),
        (2.., Locale::En) => format!("in {days}"),
        (_, Locale::Ar) => format!("منذ {days}"),
        (_, Locale::En) => format!("{days} ago"),
    }
}

/// For how long something lasts that began on a day not after today: «منذ اليوم», «منذ يوم», «منذ 11 يومًا»,
/// "since today", "for 11 days".
pub fn lasting(since: CalendarDate, today: CalendarDate, locale: Locale) -> String {
    let days = u64::try_from(today.days_since_2000() - since.days_since_2000()).unwrap_or_default();
    match (days, locale) {
        (0, _) => locale.pick("منذ اليوم", "since today").to_owned(),
        (_, Locale::Ar) => format!("منذ {}", counted(days, locale)),
        (_, Locale::En) => format!("for {}", counted(days, locale)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Weekday;

    fn day(text: &str) -> CalendarDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_date_as_people_say_it() {
        for (date, ar, en) in [
            ("2025-07-04", "الجمعة 4 يوليو 2025", "Friday 4 July 2025"),
            ("2026-01-31", "السبت 31 يناير 2026", "Saturday 31 January 2026"),
            ("2024-02-29", "الخميس 29 فبراير 2024", "Thursday 29 February 2024"),
            ("2025-12-01", "الإثنين 1 ديسمبر 2025", "Monday 1 December 2025"),
        ] {
            assert_eq!((long(day(date), Locale::Ar), long(day(date), Locale::En)), (ar.into(), en.into()));
        }
        let months: Vec<String> =
            (1..=12).map(|month| long(CalendarDate::new(2025, month, 9).unwrap(), Locale::En)).collect();
        for (month, said) in (1..=12).zip(&months) {
            let civil = CalendarDate::new(2025, month, 9).unwrap().civil();
            assert_eq!(*said, civil.strftime("%A 9 %B 2025").to_string());
        }
        assert_eq!(Weekday::ALL.len(), 7);
    }

    #[test]
    fn how_far_a_day_is() {
        let today = day("2025-07-10");
        for (off, ar, en) in [
            (0, "اليوم", "today"),
            (1, "غدًا", "tomorrow"),
            (2, "بعد يومين", "in 2 days"),
            (3, "بعد 3 أيام", "in 3 days"),
            (14, "بعد 14 يومًا", "in 14 days"),
            (-1, "أمس", "yesterday"),
            (-2, "منذ يومين", "2 days ago"),
            (-3, "منذ 3 أيام", "3 days ago"),
            (-10, "منذ 10 أيام", "10 days ago"),
            (-11, "منذ 11 يومًا", "11 days ago"),
            (-99, "منذ 99 يومًا", "99 days ago"),
            (-100, "منذ 100 يوم", "100 days ago"),
            (-102, "منذ 102 يوم", "102 days ago"),
            (-103, "منذ 103 أيام", "103 days ago"),
        ] {
            let date = today.plus_days(off).unwrap();
            assert_eq!(relative(date, today, Locale::Ar), ar);
            assert_eq!(relative(date, today, Locale::En), en);
        }
    }

    #[test]
    fn how_long_it_lasts() {
        let today = day("2025-07-10");
        for (days, ar, en) in [
            (-1, "منذ اليوم", "since today"),
            (0, "منذ اليوم", "since today"),
            (1, "منذ يوم", "for 1 day"),
            (2, "منذ يومين", "for 2 days"),
            (3, "منذ 3 أيام", "for 3 days"),
            (11, "منذ 11 يومًا", "for 11 days"),
            (100, "منذ 100 يوم", "for 100 days"),
        ] {
            let since = today.plus_days(-days).unwrap();
            assert_eq!(lasting(since, today, Locale::Ar), ar);
            assert_eq!(lasting(since, today, Locale::En), en);
        }
    }
}
