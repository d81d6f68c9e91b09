//! Days, times of day and zones, read and written.

use super::*;
use proptest::prelude::*;

#[test]
fn the_source_document_says_a_friday() {
    let visit: CalendarDate = "2025-07-04".parse().unwrap();
    assert_eq!(visit.weekday(), Weekday::Friday);
    assert_eq!(visit.day_month_swapped().unwrap().to_string(), "2025-04-07");
    assert_eq!(CalendarDate::new(2025, 7, 14).unwrap().day_month_swapped(), None);
    assert_eq!(CalendarDate::new(2025, 7, 7).unwrap().day_month_swapped(), None);
    assert_eq!(visit.plus_days(30).unwrap().to_string(), "2025-08-03");
    assert_eq!(CalendarDate::new(2000, 1, 2).unwrap().days_since_2000(), 1);
    assert_eq!(CalendarDate::new(1999, 12, 31).unwrap().days_since_2000(), -1);
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "2025-02-29",
        "2025-2-9",
        "2025-13-01",
        "2025-07-04T00:00",
        "٢٠٢٥-٠٧-٠٤",
        "+025-07-04",
        "",
        "2025/07/04",
    ] {
        assert_eq!(text.parse::<CalendarDate>(), Err(DateError::Date), "{text}");
    }
    assert_eq!("1899-12-31".parse::<CalendarDate>(), Err(DateError::Range));
    assert_eq!("2201-01-01".parse::<CalendarDate>(), Err(DateError::Range));
    assert_eq!(CalendarDate::from_days_since_2000(i32::MAX), None);
    assert_eq!(CalendarDate::from_days_since_2000(i32::MIN), None);
}

#[test]
fn times_of_day() {
    assert_eq!("09:05".parse::<TimeOfDay>().unwrap().to_string(), "09:05");
    assert_eq!("23:59".parse::<TimeOfDay>().unwrap().minutes(), 1439);
    for text in ["24:00", "9:05", "09:60", "09:05:00", "٠٩:٠٥", ""] {
        assert_eq!(text.parse::<TimeOfDay>(), Err(DateError::Time), "{text}");
    }
}

#[test]
fn zones_come_from_the_binary() {
    let khartoum: TimeZoneName = "africa/khartoum".parse().unwrap();
    assert_eq!(khartoum.as_str(), "Africa/Khartoum");
    let late: Instant = "2025-07-03T22:30:00Z".parse().unwrap();
    assert_eq!(khartoum.today_in_zone(late).to_string(), "2025-07-04");
    // Three hours ahead until 2017-11-01.
    let before: Instant = "2017-06-01T21:30:00Z".parse().unwrap();
    assert_eq!(khartoum.today_in_zone(before).to_string(), "2017-06-02");
    for name in ["", "Sudan/Khartoum", "+02:00", "Africa/Khartoum\0", "../etc/passwd"] {
        assert!(name.parse::<TimeZoneName>().is_err(), "{name}");
    }
}

proptest! {
    #[test]
    fn dates_come_back_from_text_and_from_number(days in -36_524i32..=73_414) {
        let date = CalendarDate::from_days_since_2000(days).unwrap();
        prop_assert_eq!(date.days_since_2000(), days);
        prop_assert_eq!(date.to_string().parse::<CalendarDate>().unwrap(), date);
        prop_assert_eq!(serde_json::from_value::<CalendarDate>(serde_json::to_value(date).unwrap()).unwrap(), date);
    }

    #[test]
    fn any_text_is_a_date_or_an_error(text in "\\PC{0,12}") {
        if let Ok(date) = text.parse::<CalendarDate>() {
            prop_assert_eq!(date.to_string(), text);
        }
    }
}
