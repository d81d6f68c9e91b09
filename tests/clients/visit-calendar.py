"""What visit-calendar.sh runs: makes visits through the API and reads their calendars back with icalendar.

    python3 visit-calendar.py URL EMAIL PASSWORD    (of the network's admin)
"""

import sys
import unicodedata
from datetime import date, datetime, timedelta, timezone

from api import Api
from icalendar import Calendar

URL, ADMIN, PASSWORD = sys.argv[1:]
api = Api(URL, PASSWORD)
call, post, is_ = api.call, api.post, api.is_


def raw_is_sound(raw, what):
    """Every line ends with CR LF, has 75 octets at the most, and whole characters with their marks."""
    is_(raw[-2:], b"\r\n", f"{what}: the end")
    is_(raw.count(b"\n"), raw.count(b"\r\n"), f"{what}: line ends")
    is_(raw.count(b"\r"), raw.count(b"\r\n"), f"{what}: line ends")
    for line in raw[:-2].split(b"\r\n"):
        is_(len(line) <= 75, True, f"{what}: {len(line)} octets in {line!r}")
        text = line.decode()
        if text.startswith(" "):
            is_(unicodedata.category(text[1])[0] != "M", True, f"{what}: a mark begins the line {text!r}")


def read(visit, token):
    """The visit's event, its zones' own view of a local time, and the raw text."""
    raw, headers = call("GET", f"/v1/visits/{visit}/calendar.ics", token)
    is_(headers["Content-Type"], "text/calendar; charset=utf-8", "the media type")
    is_(raw, call("GET", f"/v1/visits/{visit}/calendar.ics", token)[0], "the same bytes again")
    raw_is_sound(raw, visit)
    calendar = Calendar.from_ical(raw)
    for part in calendar.walk():
        is_(part.errors, [], f"{part.name} of {visit}")
    is_(str(calendar["VERSION"]), "2.0", "VERSION")
    is_("PRODID" in calendar, True, "PRODID")
    events = calendar.walk("VEVENT")
    is_(len(events), 1, "events")
    return events[0], calendar.walk("VTIMEZONE")


class Visits:
    """Visits of organisation A to organisation B."""

    def __init__(self):
        network = api.login(ADMIN)
        self.a, self.token = api.organisation(network, "جمعية الوادي", "admin@wadi.example")
        self.b, self.others = api.organisation(network, 'منظمة "النيل"، للتنمية', "admin@nile.example")

    def make(self, schedule, **more):
        body = {
            "purposes": ["friendly"],
            "schedule": schedule,
            "parties": [
                {"organisation_id": self.a, "side": "visitor"},
                {"organisation_id": self.b, "side": "host"},
            ],
        }
        return post("/v1/visits", body | more, self.token)["id"]

    def act(self, visit, action, body=None, token=None):
        return post(f"/v1/visits/{visit}/{action}", body or {}, token or self.token)


def texts(visits):
    summary = (
        "زيارةٌ للوقوفِ على مشاريعِ الجمعيّةِ، وتبادلِ التجاربِ في إدارتها؛ تشمل: المدرسةَ, والمركزَ الصحّيَّ; "
        "ثم جولةً في القرية\nوالسطر الثاني بشرطة \\ مائلة، و\\n حرفان لا سطر\n\nنهاية 👩‍👩‍👧 النص " + "مُدَّتُهَا " * 40
    ).strip()
    visit = visits.make(
        {"date": "2025-07-04"},
        title={"ar": "زيارة ودّية, أولى; إلى ود مدني"},
        summary={"ar": summary},
        place={"name": {"ar": "دار الجمعية، ود مدني; حي الدرجة"}, "country": "SD"},
    )
    event, zones = read(visit, visits.token)
    is_(str(event["SUMMARY"]), "زيارة ودّية, أولى; إلى ود مدني", "SUMMARY")
    is_(str(event["DESCRIPTION"]), summary, "DESCRIPTION")
    is_(str(event["LOCATION"]), "دار الجمعية، ود مدني; حي الدرجة", "LOCATION")
    is_((event["DTSTART"].dt, event["DTEND"].dt), (date(2025, 7, 4), date(2025, 7, 5)), "a date alone")
    is_(zones, [], "zones of a date alone")
    is_(str(event["UID"]), f"{visit}@127.0.0.1", "UID")
    is_(str(event["URL"]), f"{URL}/v1/visits/{visit}", "URL")
    is_(event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt, "DTSTAMP")
    is_(event["DTSTAMP"].dt.utcoffset(), timedelta(0), "DTSTAMP's zone")
    is_(event["ORGANIZER"], f"urn:uuid:{visits.a}", "ORGANIZER")
    one, other = event["ATTENDEE"]
    is_((other, other.params["CN"]), (f"urn:uuid:{visits.b}", 'منظمة "النيل"، للتنمية'), "ATTENDEE")
    is_((other.params["CUTYPE"], other.params["PARTSTAT"]), ("GROUP", "NEEDS-ACTION"), "ATTENDEE")
    is_(one.params["CN"], "جمعية الوادي", "ATTENDEE")
    event, _ = read(visits.make({"date": "2025-07-04", "end_date": "2025-07-05"}), visits.token)
    is_(str(event["SUMMARY"]), 'زيارة جمعية الوادي إلى منظمة "النيل"، للتنمية', "a title that is made")
    is_((event["DTSTART"].dt, event["DTEND"].dt), (date(2025, 7, 4), date(2025, 7, 6)), "two days")


def times(visits):
    for day, zone, hours in [
        ("2025-07-04", None, 2),
        ("2025-12-04", "Africa/Khartoum", 2),
        ("2016-07-04", "Africa/Khartoum", 3),
        ("2017-10-31", "Africa/Khartoum", 3),
        ("2017-11-01", "Africa/Khartoum", 2),
        ("2025-07-04", "Europe/Berlin", 2),
        ("2025-12-04", "Europe/Berlin", 1),
        ("2025-03-29", "Europe/Berlin", 1),
        ("2025-03-30", "Europe/Berlin", 2),
        ("2150-07-04", "Europe/Berlin", 2),
        ("2025-07-04", "UTC", 0),
    ]:
        schedule = {"date": day, "start_time": "09:30", "end_time": "13:00", "time_zone": zone}
        event, zones = read(visits.make(schedule), visits.token)
        what = f"{day} in {zone}"
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        local = datetime.fromisoformat(f"{day}T09:30")
        is_(start.replace(tzinfo=None), local, what)
        is_(end - start, timedelta(hours=3, minutes=30), what)
        is_(start.utcoffset(), timedelta(hours=hours), what)
        # The reader's own data may say so whatever we write: the zone that we wrote is asked too.
        is_(len(zones), 1, what)
        written = zones[0].to_tz(lookup_tzid=False)
        is_(local.replace(tzinfo=written).utcoffset(), timedelta(hours=hours), f"{what}, by the VTIMEZONE")
        utc = local.replace(tzinfo=timezone(timedelta(hours=hours))).astimezone(timezone.utc)
        is_(start.astimezone(timezone.utc), utc, what)
    event, _ = read(visits.make({"date": "2025-07-04", "start_time": "09:30"}), visits.token)
    is_("DTEND" in event or "DURATION" in event, False, "an end that nobody planned")
    nights = {"date": "2025-07-04", "end_date": "2025-07-06", "start_time": "20:00", "end_time": "08:00"}
    event, _ = read(visits.make(nights), visits.token)
    is_(event["DTEND"].dt - event["DTSTART"].dt, timedelta(days=1, hours=12), "over two nights")


def changes(visits):
    visit = visits.make({"date": "2025-07-04"})
    sequences, uids = [], set()

    def stands(status):
        event, _ = read(visit, visits.token)
        is_(str(event["STATUS"]), status, "STATUS")
        sequences.append(int(event["SEQUENCE"]))
        uids.add(str(event["UID"]))
        return event

    stands("TENTATIVE")
    version = visits.act(visit, "propose")["version"]
    stands("TENTATIVE")
    visits.act(visit, "accept", {"version": version}, visits.others)
    event = stands("CONFIRMED")
    is_([one.params["PARTSTAT"] for one in event["ATTENDEE"]], ["ACCEPTED", "ACCEPTED"], "PARTSTAT")
    visits.act(visit, "reschedule", {"schedule": {"date": "2025-08-01"}, "reason_code": "rain"})
    event = stands("TENTATIVE")
    is_(event["DTSTART"].dt, date(2025, 8, 1), "another date")
    is_([one.params["PARTSTAT"] for one in event["ATTENDEE"]], ["ACCEPTED", "NEEDS-ACTION"], "PARTSTAT")
    visits.act(visit, "cancel", {}, visits.others)
    stands("CANCELLED")
    is_(sequences, sorted(set(sequences)), "SEQUENCE goes up with every change")
    is_(len(uids), 1, "one UID")


visits = Visits()
texts(visits)
times(visits)
changes(visits)
print(f"calendar: {api.checked} checks passed, 0 failed")
