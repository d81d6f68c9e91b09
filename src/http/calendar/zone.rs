//! What a time zone does in the years that an event lies in, from the zone data that the binary carries.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::Calendar;
use crate::types::{CalendarDate, TimeZoneName};

/// In seconds.
const DAY: i64 = 24 * 3600;

/// One onset: from this moment on the zone's clocks are so far ahead of UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Onset {
    at: Timestamp,
    from: Offset,
    to: Offset,
    daylight: bool,
    name: String,
}

/// Writes a `VTIMEZONE` that is right from the beginning of the first day's year to the end of the last
/// one's: each onset by its date, no rule to be gone wrong by. Beyond these years it promises nothing.
pub fn write(calendar: &mut Calendar, zone: &TimeZoneName, first: CalendarDate, last: CalendarDate) {
    calendar.component("VTIMEZONE", |calendar| {
        calendar.line("TZID", zone.as_str());
        for onset in onsets(zone.zone(), first.civil(), last.civil()) {
            calendar.component(if onset.daylight { "DAYLIGHT" } else { "STANDARD" }, |calendar| {
                // In the time that was shown until then.
                let shown = onset.from.to_datetime(onset.at);
                calendar.line("DTSTART", &shown.strftime("%Y%m%dT%H%M%S").to_string());
                calendar.line("TZOFFSETFROM", &offset(onset.from));
                calendar.line("TZOFFSETTO", &offset(onset.to));
                calendar.text("TZNAME", &onset.name);
            });
        }
    });
}

fn onsets(zone: &TimeZone, first: Date, last: Date) -> Vec<Onset> {
    // No zone is as far as a day from UTC.
    let begin = moved(midnight(first.first_of_year()), -DAY);
    let end = moved(midnight(last.last_of_year()), 2 * DAY);
    let in_force = zone.preceding(begin).take(1);
    let during = zone.following(moved(begin, -1)).take_while(|transition| transition.timestamp() < end);
    let mut onsets: Vec<Onset> = in_force
        .chain(during)
        .map(|transition| Onset {
            at: transition.timestamp(),
            from: zone.to_offset(moved(transition.timestamp(), -1)),
            to: transition.offset(),
            daylight: transition.dst().is_dst(),
            name: transition.abbreviation().to_owned(),
        })
        .collect();
    if onsets.first().is_none_or(|first| first.at > begin) {
        // It had never changed before: what has always been begins some time.
        let info = zone.to_offset_info(begin);
        let (offset, name) = (info.offset(), info.abbreviation().to_owned());
        let always = Onset { at: begin, from: offset, to: offset, daylight: info.dst().is_dst(), name };
        onsets.insert(0, always);
    }
    onsets
}

fn midnight(day: Date) -> Timestamp {
    Offset::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn moved(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(at.as_second() + seconds).unwrap_or(at)
}

fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, seconds) = (seconds.abs() / 3600, seconds.abs() / 60 % 60, seconds.abs() % 60);
    let odd = if seconds == 0 { String::new() } else { format!("{seconds:02}") };
    format!("{sign}{hours:02}{minutes:02}{odd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone(name: &str) -> TimeZoneName {
        name.parse().unwrap()
    }

    fn day(text: &str) -> CalendarDate {
        text.parse().unwrap()
    }

    fn written(name: &str, first: &str, last: &str) -> Vec<String> {
        let mut calendar = Calendar::new();
        write(&mut calendar, &zone(name), day(first), day(last));
        let text = calendar.finish();
        let lines = text.lines().map(str::to_owned).skip_while(|line| line != "BEGIN:VTIMEZONE").skip(1);
        lines.take_while(|line| line != "END:VTIMEZONE").collect()
    }

    #[test]
    fn khartoum_before_and_since() {
        let onset = |at: &str, from: &str, to: &str, name: &str| {
            ["BEGIN:STANDARD", at, from, to, name, "END:STANDARD"].map(str::to_owned).to_vec()
        };
        let now = onset("DTSTART:20171101T000000", "TZOFFSETFROM:+0300", "TZOFFSETTO:+0200", "TZNAME:CAT");
        let before = onset("DTSTART:20000115T120000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0300", "TZNAME:EAT");
        let named =
            |parts: &[Vec<String>]| [&["TZID:Africa/Khartoum".to_owned()][..], &parts.concat()].concat();
        assert_eq!(written("Africa/Khartoum", "2025-07-04", "2025-07-04"), named(std::slice::from_ref(&now)));
        assert_eq!(
            written("Africa/Khartoum", "2016-07-04", "2016-07-05"),
            named(std::slice::from_ref(&before))
        );
        assert_eq!(written("Africa/Khartoum", "2017-03-01", "2017-03-01"), named(&[before, now]));
    }

    #[test]
    fn berlin_in_both_halves_of_the_year() {
        let lines = written("Europe/Berlin", "2025-07-04", "2025-07-04").join("\n");
        for part in [
            "BEGIN:STANDARD\nDTSTART:20241027T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:CET\nEND:STANDARD",
            "BEGIN:DAYLIGHT\nDTSTART:20250330T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nTZNAME:CEST\nEND:DAYLIGHT",
            "BEGIN:STANDARD\nDTSTART:20251026T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nTZNAME:CET\nEND:STANDARD",
        ] {
            assert!(lines.contains(part), "{part}\nis not in\n{lines}");
        }
        // Long after the last date that the data spells out.
        assert!(written("Europe/Berlin", "2150-01-01", "2150-01-01").contains(&"BEGIN:DAYLIGHT".to_owned()));
    }

    #[test]
    fn zones_that_never_changed_and_odd_offsets() {
        let lines = written("UTC", "2025-07-04", "2025-07-04").join(" ");
        assert!(lines.contains("TZOFFSETFROM:+0000 TZOFFSETTO:+0000 TZNAME:UTC"), "{lines}");
        let lines = written("Africa/Khartoum", "1905-01-01", "1905-01-01").join(" ");
        assert!(lines.contains("TZOFFSETTO:+021008 TZNAME:LMT"), "{lines}");
        let offset = |seconds| super::offset(Offset::from_seconds(seconds).unwrap());
        assert_eq!(
            (offset(-12_600).as_str(), offset(-1).as_str(), offset(0).as_str()),
            ("-0330", "-000001", "+0000")
        );
    }

    proptest! {
        /// By the rule of RFC 5545 the onset in force is the last one not after the moment.
        #[test]
        fn the_offset_is_the_zone_s_all_year(
            name in prop::sample::select(vec![
                "Africa/Khartoum", "Europe/Berlin", "Africa/Cairo", "America/St_Johns", "Europe/Dublin",
                "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia", "UTC", "Asia/Riyadh", "Etc/GMT+12",
            ]),
            year in 1900i16..=2200, lasts in 0i32..31, at in 0i64..366 * 24 * 60,
        ) {
            let zone = zone(name);
            let first = CalendarDate::new(year, 12, 31).unwrap();
            let last = first.plus_days(lasts).unwrap_or(first);
            let moment = moved(midnight(first.civil().first_of_year()), at * 60 - DAY / 2);
            let onsets = onsets(zone.zone(), first.civil(), last.civil());
            let in_force = onsets.iter().rfind(|onset| onset.at <= moment).unwrap();
            prop_assert_eq!(in_force.to, zone.zone().to_offset(moment));
            prop_assert!(onsets.is_sorted_by(|a, b| a.at < b.at));
            prop_assert!(onsets.windows(2).all(|pair| pair[0].to == pair[1].from));
        }
    }
}
