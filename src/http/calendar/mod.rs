//! iCalendar (RFC 5545): an object written line by line. Knows no resource.
//!
//! - [`lines`]: content lines: escaped, quoted, folded;
//! - [`zone`]: what a time zone does in the years that an event lies in.
//!
//! Our own, because the crate `icalendar` brings a second library for dates (chrono) into the tree, has no time
//! zones to write, and takes octets for characters where it folds.

pub mod lines;
pub mod zone;

use crate::types::Instant;

/// The media type of what [`Calendar::finish`] gives.
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// An iCalendar object in the making.
#[derive(Debug)]
pub struct Calendar {
    text: String,
}

impl Calendar {
    /// An object without a method: something to be kept, not to be acted on.
    #[expect(clippy::new_without_default, reason = "what is begun is finished")]
    pub fn new() -> Self {
        let mut calendar = Self { text: String::with_capacity(2048) };
        calendar.line("BEGIN", "VCALENDAR");
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//Awasir//Awasir//AR");
        calendar
    }

    /// A component with what stands in it.
    pub fn component(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.line("BEGIN", name);
        inside(self);
        self.line("END", name);
    }

    /// A property whose value is written as it is: a number, a date, a URI.
    pub fn line(&mut self, name: &str, value: &str) {
        self.line_with(name, &[], value);
    }

    /// The same with parameters, which are quoted where they have to be.
    pub fn line_with(&mut self, name: &str, parameters: &[(&str, &str)], value: &str) {
        let mut line = name.to_owned();
        for (parameter, value) in parameters {
            line.push_str(&format!(";{parameter}={}", lines::parameter(value)));
        }
        line.push(':');
        line.push_str(value);
        lines::fold(&line, &mut self.text);
    }

    /// A property whose value is text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.line(name, &lines::escape(value));
    }

    /// A property whose value is a moment, to the second.
    pub fn moment(&mut self, name: &str, at: Instant) {
        self.line(name, &at.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    /// The object as it is answered.
    pub fn finish(mut self) -> String {
        self.line("END", "VCALENDAR");
        self.text
    }
}
