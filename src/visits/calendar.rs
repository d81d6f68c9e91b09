//! A visit as an event of a calendar. Made of the visit as it is answered: what a party doesn't see there, it
//! doesn't see here.

use std::collections::HashMap;

use jiff::civil::{DateTime, Time};
use serde::Deserialize;

use super::codes::{Response, Side, VisitState};
use crate::http::calendar::{Calendar, zone};
use crate::http::problem::{Problem, Result};
use crate::text::{Locale, LocalizedText, Name};
use crate::types::{CalendarDate, Instant, Json, OrganisationId, Place, TimeOfDay, TimeZoneName, VisitId};

/// What of an answered visit goes into the event.
#[derive(Debug, Deserialize)]
pub struct Event {
    id: VisitId,
    version: i64,
    state: VisitState,
    title: Option<Name>,
    summary: Option<LocalizedText>,
    schedule: When,
    place: Option<Place>,
    parties: Vec<Attendee>,
    created_by_organisation_id: OrganisationId,
    created_at: Instant,
    updated_at: Instant,
}

#[derive(Debug, Deserialize)]
struct When {
    date: CalendarDate,
    end_date: Option<CalendarDate>,
    start_time: Option<TimeOfDay>,
    end_time: Option<TimeOfDay>,
    time_zone: String,
}

#[derive(Debug, Deserialize)]
struct Attendee {
    organisation_id: OrganisationId,
    side: Side,
    response: Option<Response>,
}

/// What the event says besides the visit.
pub struct Frame<'a> {
    /// Where the server is reached.
    pub public_url: &'a str,
    /// The reader's language.
    pub locale: Locale,
    /// What the parties are called.
    pub names: HashMap<OrganisationId, Json<Name>>,
    /// Whether it went on without the reader's organisation, for which it is off.
    pub left: bool,
}

impl Event {
    /// The version of the visit that it shows.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Who takes part, also those that declined.
    pub fn parties(&self) -> Vec<OrganisationId> {
        self.parties.iter().map(|party| party.organisation_id).collect()
    }

    /// The calendar with this one event; the same bytes for the same visit.
    ///
    /// # Errors
    /// `internal` when what is stored can't be read.
    pub fn calendar(&self, frame: &Frame<'_>) -> Result<String> {
        let called: HashMap<OrganisationId, Name> =
            frame.names.iter().map(|(id, name)| Ok((*id, name.get()?))).collect::<Result<_>>()?;
        let name = |id| called.get(&id).map_or("", |name| name.best(frame.locale));
        let zone = self.schedule.zone()?;
        let mut calendar = Calendar::new();
        if self.schedule.start_time.is_some() {
            zone::write(&mut calendar, &zone, self.schedule.date, self.schedule.last());
        }
        calendar.component("VEVENT", |event| {
            event.text("UID", &format!("{}@{}", self.id, host(frame.public_url)));
            event.moment("DTSTAMP", self.updated_at);
            // The first version's is 0; every change raises the version, and nothing lowers it.
            event.line("SEQUENCE", &(self.version - 1).to_string());
            self.schedule.write(event, &zone);
            event.line("STATUS", self.status(frame.left));
            match &self.title {
                Some(title) => event.text("SUMMARY", title.best(frame.locale)),
                None => event.text("SUMMARY", &self.made_title(frame.locale, name)),
            }
            if let Some(summary) = &self.summary {
                event.text("DESCRIPTION", summary.best(frame.locale));
            }
            if let Some(place) = &self.place {
                event.text("LOCATION", place.name.best(frame.locale));
            }
            self.write_parties(event, name);
            event.line("URL", &format!("{}/v1/visits/{}", frame.public_url, self.id));
            event.moment("CREATED", self.created_at);
            event.moment("LAST-MODIFIED", self.updated_at);
        });
        Ok(calendar.finish())
    }

    fn status(&self, left: bool) -> &'static str {
        match self.state {
            _ if left => "CANCELLED",
            VisitState::Draft | VisitState::Proposed => "TENTATIVE",
            VisitState::Accepted | VisitState::Held | VisitState::Reported | VisitState::Concluded => {
                "CONFIRMED"
            }
            VisitState::Declined | VisitState::Cancelled => "CANCELLED",
        }
    }

    /// "A visit of these to those": of those that have not declined, where a side has any.
    fn made_title<'a>(&self, locale: Locale, name: impl Fn(OrganisationId) -> &'a str) -> String {
        let of = |side: Side| {
            let all: Vec<&Attendee> = self.parties.iter().filter(|party| party.side == side).collect();
            let stay = |party: &&&Attendee| party.response != Some(Response::Declined);
            let some = if all.iter().any(|party| stay(&party)) {
                all.iter().filter(stay).map(|party| name(party.organisation_id)).collect::<Vec<_>>()
            } else {
                all.iter().map(|party| name(party.organisation_id)).collect()
            };
            some.join(locale.pick(" و", " and "))
        };
        let (visitors, hosts) = (of(Side::Visitor), of(Side::Host));
        locale.pick(format!("زيارة {visitors} إلى {hosts}"), format!("Visit of {visitors} to {hosts}"))
    }

    /// Organisations take part and answer, not their delegates, whose addresses are nobody's here. An
    /// organisation's address is its id: a `cal-address` may be any URI.
    fn write_parties<'a>(&self, event: &mut Calendar, name: impl Fn(OrganisationId) -> &'a str) {
        let address = |id: OrganisationId| format!("urn:uuid:{id}");
        let author = self.created_by_organisation_id;
        event.line_with("ORGANIZER", &[("CN", name(author))], &address(author));
        for party in &self.parties {
            let answer = match party.response {
                Some(Response::Accepted) => "ACCEPTED",
                Some(Response::Declined) => "DECLINED",
                Some(Response::Pending | Response::Unavailable) | None => "NEEDS-ACTION",
            };
            let parameters = [
                ("CN", name(party.organisation_id)),
                ("CUTYPE", "GROUP"),
                ("ROLE", "REQ-PARTICIPANT"),
                ("PARTSTAT", answer),
            ];
            event.line_with("ATTENDEE", &parameters, &address(party.organisation_id));
        }
    }
}

impl When {
    /// A stored zone was checked; should one ever be dropped from the list, UTC stands in.
    fn zone(&self) -> Result<TimeZoneName> {
        self.time_zone.parse().or_else(|_| "UTC".parse()).map_err(Problem::internal)
    }

    fn last(&self) -> CalendarDate {
        self.end_date.unwrap_or(self.date)
    }

    /// A date alone is whole days, and ends on the day after the last one. With a time it is a time in the
    /// zone; of several days without an end it lasts the last day out; of one day without an end it has none,
    /// and none is made up: RFC 5545 takes it for the moment that it begins at.
    fn write(&self, event: &mut Calendar, zone: &TimeZoneName) {
        let after = self.last().civil().tomorrow().unwrap_or(self.last().civil());
        let Some(start) = self.start_time else {
            let days = [("VALUE", "DATE")];
            event.line_with("DTSTART", &days, &self.date.civil().strftime("%Y%m%d").to_string());
            event.line_with("DTEND", &days, &after.strftime("%Y%m%d").to_string());
            return;
        };
        let start = self.date.civil().to_datetime(of_day(start));
        let end = match (self.end_time, self.end_date) {
            (Some(end), _) => Some(self.last().civil().to_datetime(of_day(end))),
            (None, Some(_)) => Some(after.to_datetime(Time::midnight())),
            (None, None) => None,
        };
        let mut at = |name: &str, at: DateTime| {
            event.line_with(name, &[("TZID", zone.as_str())], &at.strftime("%Y%m%dT%H%M%S").to_string());
        };
        at("DTSTART", start);
        // Where clocks are put forward at that very hour the end, as written, may come before the beginning.
        if let Some(end) = end.filter(|end| is_before(zone, start, *end)) {
            at("DTEND", end);
        }
    }
}

fn of_day(time: TimeOfDay) -> Time {
    let minutes = time.minutes();
    let small = |n: u16| i8::try_from(n).unwrap_or_default();
    Time::new(small(minutes / 60), small(minutes % 60), 0, 0).unwrap_or(Time::midnight())
}

fn is_before(zone: &TimeZoneName, start: DateTime, end: DateTime) -> bool {
    match (zone.zone().to_timestamp(start), zone.zone().to_timestamp(end)) {
        (Ok(start), Ok(end)) => start < end,
        _ => start < end,
    }
}

/// The host of an address: without scheme, port and path.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('/').next().unwrap_or(rest);
    match rest.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const A: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
    const B: &str = "01890a5d-ac96-774b-bcce-b302099a8058";
    const C: &str = "01890a5d-ac96-774b-bcce-b302099a8059";

    fn visit(changes: Value) -> Value {
        let mut visit = json!({
            "id": A, "version": 3, "state": "proposed", "title": null, "summary": null, "place": null,
            "schedule": {"date": "2025-07-04", "end_date": null, "start_time": null, "end_time": null,
                         "time_zone": "Africa/Khartoum", "weekday": "friday"},
            "parties": [
                {"organisation_id": A, "side": "visitor", "response": "accepted"},
                {"organisation_id": B, "side": "host", "response": "pending"},
                {"organisation_id": C, "side": "visitor", "response": "declined"},
            ],
            "created_by_organisation_id": A,
            "created_at": "2025-06-01T10:00:00.123456Z", "updated_at": "2025-06-02T10:00:00.9Z",
        });
        for (name, value) in changes.as_object().unwrap() {
            match value.as_object() {
                Some(members) if name == "schedule" => {
                    visit[name].as_object_mut().unwrap().extend(members.clone());
                }
                _ => visit[name] = value.clone(),
            }
        }
        visit
    }

    fn lines(changes: Value, locale: Locale, left: bool) -> Vec<String> {
        let event: Event = serde_json::from_value(visit(changes)).unwrap();
        let name = |id: &str, ar: &str, en: &str| {
            let name = Name::of([("ar", ar), ("en", en)]).unwrap();
            (serde_json::from_value(json!(id)).unwrap(), Json::new(&name).unwrap())
        };
        let names =
            [name(A, "الوادي", "Wadi"), name(B, "النيل، \"الأزرق\"", "Nile"), name(C, "الجزيرة", "Gezira")];
        let frame = Frame { public_url: "http://[::1]:8080/awasir", locale, names: names.into(), left };
        let text = event.calendar(&frame).unwrap();
        text.replace("\r\n ", "").lines().map(str::to_owned).collect()
    }

    #[track_caller]
    fn has(lines: &[String], wanted: &[&str]) {
        for line in wanted {
            assert!(lines.iter().any(|one| one == line), "{line}\nis not in\n{lines:#?}");
        }
    }

    fn of<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
        let named = |line: &&str| line.split([':', ';']).next() == Some(name);
        lines.iter().map(String::as_str).filter(named).collect()
    }

    #[test]
    fn a_visit_without_much() {
        let lines = lines(json!({}), Locale::Ar, false);
        has(
            &lines,
            &[
                "UID:01890a5d-ac96-774b-bcce-b302099a8057@[::1]",
                "DTSTAMP:20250602T100000Z",
                "CREATED:20250601T100000Z",
                "LAST-MODIFIED:20250602T100000Z",
                "SEQUENCE:2",
                "DTSTART;VALUE=DATE:20250704",
                "DTEND;VALUE=DATE:20250705",
                "STATUS:TENTATIVE",
                "SUMMARY:زيارة الوادي إلى النيل، \"الأزرق\"",
                "ORGANIZER;CN=\"الوادي\":urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
                "ATTENDEE;CN=\"النيل، ^'الأزرق^'\";CUTYPE=GROUP;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:\
                 urn:uuid:01890a5d-ac96-774b-bcce-b302099a8058",
                "ATTENDEE;CN=\"الجزيرة\";CUTYPE=GROUP;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED:\
                 urn:uuid:01890a5d-ac96-774b-bcce-b302099a8059",
                "URL:http://[::1]:8080/awasir/v1/visits/01890a5d-ac96-774b-bcce-b302099a8057",
            ],
        );
        assert!(of(&lines, "DESCRIPTION").is_empty() && of(&lines, "LOCATION").is_empty());
        assert!(of(&lines, "METHOD").is_empty() && !lines.contains(&"BEGIN:VTIMEZONE".to_owned()));
    }

    #[test]
    fn a_title_is_made_of_those_that_stay() {
        let responses = |responses: [&str; 3]| {
            let sides = [(A, "visitor"), (B, "host"), (C, "visitor")];
            let party = |((id, side), response): ((&str, &str), &str)| json!({"organisation_id": id, "side": side, "response": response});
            json!({"parties": sides.into_iter().zip(responses).map(party).collect::<Value>()})
        };
        let summary = |changes, locale| of(&lines(changes, locale, false), "SUMMARY").concat();
        let all = responses(["accepted", "accepted", "accepted"]);
        assert_eq!(summary(all.clone(), Locale::En), "SUMMARY:Visit of Wadi and Gezira to Nile");
        assert!(summary(all, Locale::Ar).starts_with("SUMMARY:زيارة الوادي والجزيرة إلى النيل"));
        let none = responses(["declined", "accepted", "declined"]);
        assert_eq!(summary(none, Locale::En), "SUMMARY:Visit of Wadi and Gezira to Nile");
        let title = json!({"title": {"ar": "زيارة ودية", "en": "A visit; friendly"}});
        assert_eq!(summary(title.clone(), Locale::En), "SUMMARY:A visit\\; friendly");
        assert_eq!(summary(title, Locale::Ar), "SUMMARY:زيارة ودية");
    }

    #[test]
    fn every_state_has_its_status() {
        for (state, status) in [
            ("draft", "TENTATIVE"),
            ("proposed", "TENTATIVE"),
            ("accepted", "CONFIRMED"),
            ("held", "CONFIRMED"),
            ("reported", "CONFIRMED"),
            ("concluded", "CONFIRMED"),
            ("declined", "CANCELLED"),
            ("cancelled", "CANCELLED"),
        ] {
            assert_eq!(
                of(&lines(json!({"state": state}), Locale::Ar, false), "STATUS"),
                [format!("STATUS:{status}")]
            );
            assert_eq!(of(&lines(json!({"state": state}), Locale::Ar, true), "STATUS"), ["STATUS:CANCELLED"]);
        }
    }

    #[test]
    fn days_and_times() {
        let when = |schedule: Value| {
            let lines = lines(json!({"schedule": schedule}), Locale::Ar, false);
            let zones = lines.iter().filter(|line| *line == "BEGIN:VTIMEZONE").count();
            let begins = lines.iter().rposition(|line| line.starts_with("DTSTART")).unwrap();
            (lines[begins].clone(), of(&lines, "DTEND").concat(), zones)
        };
        let is = |start: &str, end: &str, zones| (start.to_owned(), end.to_owned(), zones);
        assert_eq!(
            when(json!({"end_date": "2025-07-05"})),
            is("DTSTART;VALUE=DATE:20250704", "DTEND;VALUE=DATE:20250706", 0)
        );
        assert_eq!(
            when(json!({"date": "2200-12-31"})),
            is("DTSTART;VALUE=DATE:22001231", "DTEND;VALUE=DATE:22010101", 0)
        );
        let start = "DTSTART;TZID=Africa/Khartoum:20250704T093000";
        assert_eq!(when(json!({"start_time": "09:30"})), is(start, "", 1));
        assert_eq!(
            when(json!({"start_time": "09:30", "end_time": "14:00"})),
            is(start, "DTEND;TZID=Africa/Khartoum:20250704T140000", 1)
        );
        assert_eq!(
            when(json!({"start_time": "09:30", "end_time": "08:00", "end_date": "2025-07-05"})),
            is(start, "DTEND;TZID=Africa/Khartoum:20250705T080000", 1)
        );
        assert_eq!(
            when(json!({"start_time": "09:30", "end_date": "2025-07-05"})),
            is(start, "DTEND;TZID=Africa/Khartoum:20250706T000000", 1)
        );
        // 02:30 is 03:30 on that day.
        let gap = json!({"date": "2025-03-30", "start_time": "02:30", "end_time": "03:00", "time_zone": "Europe/Berlin"});
        assert_eq!(when(gap), is("DTSTART;TZID=Europe/Berlin:20250330T023000", "", 1));
        assert_eq!(
            when(json!({"start_time": "09:30", "time_zone": "Gone/Away"})).0,
            "DTSTART;TZID=UTC:20250704T093000"
        );
    }

    #[test]
    fn hosts_of_addresses() {
        for (url, expected) in [
            ("https://awasir.example.org", "awasir.example.org"),
            ("http://127.0.0.1:8080", "127.0.0.1"),
            ("http://[::1]", "[::1]"),
            ("https://example.org/awasir", "example.org"),
        ] {
            assert_eq!(host(url), expected);
        }
    }
}
