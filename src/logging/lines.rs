//! What a line of the log looks like.

use std::cell::RefCell;
use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use log::Record;

use super::REQUESTS;
use crate::config::LogFormat;

/// An answered request, as the log tells it.
#[derive(Clone, Copy, Debug)]
pub struct RequestLine<'a> {
    /// `GET`, `POST` …
    pub method: &'a str,
    /// The route's pattern (`/v1/visits/{id}`), `-` when there is none: never the path or the query.
    pub route: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// From the request's head to the answer's.
    pub duration: Duration,
    /// The `X-Request-Id` of the answer.
    pub request_id: &'a str,
    /// Who called: the id of a user or access token with its kind, `-` for a stranger.
    pub who: &'a str,
}

impl RequestLine<'_> {
    /// The level at which the request counts.
    fn level(&self) -> &'static str {
        match self.status {
            500.. => "ERROR",
            429 => "WARN",
            _ => "INFO",
        }
    }

    /// Appends the line, with its end.
    pub(super) fn write(&self, out: &mut Vec<u8>, format: LogFormat, at: SystemTime) {
        let micros = u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX);
        if format == LogFormat::Json {
            out.extend_from_slice(b"{\"ts\":\"");
            timestamp(out, at);
            out.extend_from_slice(b"\",\"level\":\"");
            out.extend_from_slice(self.level().as_bytes());
            out.extend_from_slice(b"\",\"target\":\"");
            out.extend_from_slice(REQUESTS.as_bytes());
            out.extend_from_slice(b"\",\"message\":\"request\"");
            member(out, b",\"method\":", self.method);
            member(out, b",\"route\":", self.route);
            out.extend_from_slice(b",\"status\":");
            number(out, u64::from(self.status));
            out.extend_from_slice(b",\"duration_us\":");
            number(out, micros);
            member(out, b",\"request_id\":", self.request_id);
            member(out, b",\"who\":", self.who);
            out.extend_from_slice(b"}\n");
        } else {
            timestamp(out, at);
            out.push(b' ');
            out.extend_from_slice(self.level().as_bytes());
            out.push(b' ');
            out.extend_from_slice(REQUESTS.as_bytes());
            out.extend_from_slice(b": ");
            plain(out, self.method);
            out.push(b' ');
            plain(out, self.route);
            out.push(b' ');
            number(out, u64::from(self.status));
            out.push(b' ');
            number(out, micros);
            out.extend_from_slice("µs id=".as_bytes());
            plain(out, self.request_id);
            out.extend_from_slice(b" who=");
            plain(out, self.who);
            out.push(b'\n');
        }
    }
}

/// Appends the line of a record of the `log` macros, with its end.
pub(super) fn record(out: &mut Vec<u8>, format: LogFormat, at: SystemTime, record: &Record<'_>) {
    let message = record.args().to_string();
    if format == LogFormat::Json {
        out.extend_from_slice(b"{\"ts\":\"");
        timestamp(out, at);
        member(out, b"\",\"level\":", record.level().as_str());
        member(out, b",\"target\":", record.target());
        member(out, b",\"message\":", &message);
        out.extend_from_slice(b"}\n");
    } else {
        timestamp(out, at);
        out.push(b' ');
        out.extend_from_slice(record.level().as_str().as_bytes());
        out.push(b' ');
        plain(out, record.target());
        out.extend_from_slice(b": ");
        plain(out, &message);
        out.push(b'\n');
    }
}

/// A JSON string behind `name`.
fn member(out: &mut Vec<u8>, name: &[u8], value: &str) {
    out.extend_from_slice(name);
    // A string always serialises, and writing to memory never fails.
    let _ = serde_json::to_writer(out, value);
}

/// Text in which nothing can end the line or steer a terminal.
fn plain(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return out.extend_from_slice(text.as_bytes());
    }
    for letter in text.chars() {
        if letter.is_control()
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
        {
            // Writing to memory never fails, here and below.
            let _ = write!(out, "{}", letter.escape_default());
        } else {
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// A number in decimal.
fn number(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(value % 10).unwrap_or_default();
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// The instant in RFC 3339, UTC, with microseconds. The second is formatted once a thread.
fn timestamp(out: &mut Vec<u8>, at: SystemTime) {
    thread_local!(static SECOND: RefCell<(u64, Vec<u8>)> = const { RefCell::new((0, Vec::new())) });
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs();
    let written = SECOND.try_with(|cached| {
        let mut cached = cached.borrow_mut();
        if cached.0 != seconds || cached.1.is_empty() {
            cached.0 = seconds;
            cached.1 = second(seconds);
        }
        out.extend_from_slice(&cached.1);
    });
    if written.is_err() {
        out.extend_from_slice(&second(seconds)); // the thread is ending
    }
    out.push(b'.');
    let micros = u64::from(since.subsec_micros()) + 1_000_000;
    let begin = out.len();
    number(out, micros);
    out.remove(begin); // the leading one, which kept the zeros behind it
    out.push(b'Z');
}

/// `2026-11-23T15:45:01` of a number of seconds since 1970.
fn second(seconds: u64) -> Vec<u8> {
    let instant = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    let mut text = instant.unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string().into_bytes();
    text.truncate(19);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    const LINE: RequestLine<'_> = RequestLine {
        method: "GET",
        route: "/v1/visits/{id}",
        status: 200,
        duration: Duration::from_micros(412),
        request_id: "0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2d",
        who: "user 0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2e",
    };

    fn at() -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(1_795_448_701_000_042)
    }

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_request_as_text() {
        assert_eq!(
            text(|out| LINE.write(out, LogFormat::Text, at())),
            "2026-11-23T15:45:01.000042Z INFO awasir::request: GET /v1/visits/{id} 200 412µs \
             id=0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2d who=user 0192f0c1-7c1e-7c61-8d0b-5a0b8f0b1c2e\n"
        );
    }

    #[test]
    fn a_request_as_json() {
        let line = text(|out| LINE.write(out, LogFormat::Json, at()));
        let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(value["ts"], "2026-11-23T15:45:01.000042Z");
        assert_eq!(value["status"], 200);
        assert_eq!(value["duration_us"], 412);
        assert_eq!(value["route"], "/v1/visits/{id}");
        assert_eq!(value["target"], REQUESTS);
    }

    #[test]
    fn nothing_a_caller_says_can_break_a_line() {
        let odd = RequestLine { request_id: "a\nb\"\u{202e}\u{1b}[2J", ..LINE };
        let plain = text(|out| odd.write(out, LogFormat::Text, at()));
        assert_eq!(plain.matches('\n').count(), 1);
        assert!(!plain.contains('\u{1b}') && !plain.contains('\u{202e}'), "{plain}");
        let json = text(|out| odd.write(out, LogFormat::Json, at()));
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(value["request_id"], odd.request_id);
    }

    #[test]
    fn a_record_keeps_arabic_and_loses_line_ends() {
        let message = format_args!("زيارة\nsecond line").to_string();
        let line = text(|out| {
            let args = format_args!("{message}");
            record(
                out,
                LogFormat::Text,
                at(),
                &Record::builder().args(args).level(log::Level::Warn).target("awasir::db").build(),
            );
        });
        assert_eq!(line, "2026-11-23T15:45:01.000042Z WARN awasir::db: زيارة\\nsecond line\n");
    }

    /// `cargo test --release --lib logging -- --ignored --nocapture` prints what a line costs.
    #[test]
    #[ignore = "a measurement, to be run in a release build"]
    fn what_a_line_costs() {
        let writer: &'static super::super::writer::Writer = Box::leak(Box::default());
        writer.start(std::fs::File::create("/dev/null").expect("a sink")).expect("a thread");
        for format in [LogFormat::Text, LogFormat::Json] {
            let begun = Instant::now();
            for _ in 0..1_000_000 {
                writer.append(|out| LINE.write(out, format, SystemTime::now()));
            }
            let each = begun.elapsed() / 1_000_000;
            println!("{format:?}: {each:?} a line");
            assert!(each < Duration::from_micros(2));
        }
    }
}
