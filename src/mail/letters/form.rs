//! How a mail is written: each part once as text and once as HTML, of the same sentences.
//!
//! Names in sentences come from people. In text they are set apart by isolates where they run the other way, in HTML they
//! are escaped and stand in `<bdi>`.

use std::fmt;

use super::Letter;
use crate::http::problem::page::escaped;
use crate::text::direction::isolated;
use crate::text::{Locale, days};
use crate::types::{Instant, TimeZoneName};

/// What is said in one language.
pub(super) struct Part {
    /// Its language.
    pub locale: Locale,
    /// Its subject.
    pub subject: String,
    /// The paragraphs before the link.
    pub before: Vec<Paragraph>,
    /// The link, if there is one.
    pub link: Option<Link>,
    /// The paragraphs after it.
    pub after: Vec<Paragraph>,
}

/// What is to be opened.
pub(super) struct Link {
    /// What stands on it in HTML.
    pub button: &'static str,
    /// Its address.
    pub address: String,
}

/// A paragraph, in both of its forms.
pub(super) struct Paragraph {
    text: String,
    html: String,
}

/// The values for the places that sentences leave open: `{name}`.
pub(super) struct Fill {
    locale: Locale,
    values: Vec<(&'static str, String)>,
}

impl Fill {
    pub(super) fn new(locale: Locale) -> Self {
        Self { locale, values: Vec::new() }
    }

    pub(super) fn with(mut self, place: &'static str, value: String) -> Self {
        self.values.push((place, value));
        self
    }

    /// A sentence as text.
    pub(super) fn line(&self, sentence: &str) -> String {
        let value = |value: &str| isolated(value, self.locale).into_owned();
        self.filled(sentence, ToOwned::to_owned, value)
    }

    /// A sentence in both forms.
    pub(super) fn both(&self, sentence: &str) -> Paragraph {
        let value = |value: &str| format!("<bdi>{}</bdi>", escaped(value));
        Paragraph { text: self.line(sentence), html: self.filled(sentence, escaped, value) }
    }

    fn filled(
        &self,
        sentence: &str,
        words: impl Fn(&str) -> String,
        value: impl Fn(&str) -> String,
    ) -> String {
        let mut out = String::new();
        for (i, piece) in sentence.split(['{', '}']).enumerate() {
            if i % 2 == 0 {
                out.push_str(&words(piece));
            } else {
                let held = self.values.iter().find(|(place, _)| *place == piece);
                out.push_str(&value(held.map_or("", |(_, value)| value)));
            }
        }
        out
    }
}

/// A moment as people say it: «الجمعة 4 يوليو 2025، الساعة 17:05 بتوقيت Africa/Khartoum».
pub(super) struct When<'a> {
    /// The moment.
    pub at: Instant,
    /// Where its hour is told.
    pub zone: &'a TimeZoneName,
    /// The language.
    pub locale: Locale,
}

impl fmt::Display for When<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = days::long(self.zone.today_in_zone(self.at), self.locale);
        let hour = self.zone.zone().to_datetime(self.at.timestamp()).strftime("%H:%M");
        let zone = isolated(self.zone.as_str(), self.locale);
        match self.locale {
            Locale::Ar => write!(f, "{day}، الساعة {hour} بتوقيت {zone}"),
            Locale::En => write!(f, "{day}, {hour} ({zone} time)"),
        }
    }
}

const BODY: &str = "margin:0;padding:24px;background:#f6f5f2;color:#1f2328;\
                    font-family:'Segoe UI',Tahoma,'Noto Naskh Arabic','Noto Sans Arabic',Arial,sans-serif;font-size:16px;line-height:1.7";
const SHEET: &str = "max-width:560px;margin:0 auto 24px;padding:24px;background:#ffffff;border:1px solid #e3e1dc;border-radius:8px";
const BUTTON: &str = "display:inline-block;padding:10px 22px;background:#1f6f54;color:#ffffff;border-radius:6px;\
                      text-decoration:none;font-weight:bold";
const ADDRESS: &str = "font-size:13px;line-height:1.5;word-break:break-all;color:#57606a";

/// A mail of these parts, the first of which gives it its language as a whole.
pub(super) fn letter(parts: Vec<Part>) -> Letter {
    let locale = parts.first().map(|part| part.locale).unwrap_or_default();
    let subjects: Vec<&str> = parts.iter().map(|part| part.subject.as_str()).collect();
    let subject = subjects.join(" · ");
    let texts: Vec<String> = parts.iter().map(text).collect();
    let sheets: String = parts.iter().map(sheet).collect();
    let (lang, dir, title) = (locale.as_str(), locale.direction(), escaped(&subject));
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n</head>\n\
         <body style=\"{BODY}\">\n{sheets}</body>\n</html>\n"
    );
    Letter { subject, text: texts.join("\n\n——————————\n\n") + "\n", html }
}

fn text(part: &Part) -> String {
    let before = part.before.iter().map(|paragraph| paragraph.text.as_str());
    let after = part.after.iter().map(|paragraph| paragraph.text.as_str());
    let all: Vec<&str> =
        before.chain(part.link.iter().map(|link| link.address.as_str())).chain(after).collect();
    all.join("\n\n")
}

/// Language and direction stand on the part itself too: many readers of mail throw away what is around it.
fn sheet(part: &Part) -> String {
    let paragraphs = |paragraphs: &[Paragraph]| -> String {
        paragraphs.iter().map(|paragraph| format!("<p>{}</p>\n", paragraph.html)).collect()
    };
    let (lang, dir, align) =
        (part.locale.as_str(), part.locale.direction(), part.locale.pick("right", "left"));
    format!(
        "<div lang=\"{lang}\" dir=\"{dir}\" style=\"{SHEET};text-align:{align}\">\n{}{}{}</div>\n",
        paragraphs(&part.before),
        part.link.as_ref().map(linked).unwrap_or_default(),
        paragraphs(&part.after),
    )
}

fn linked(link: &Link) -> String {
    let (address, button) = (escaped(&link.address), escaped(link.button));
    format!(
        "<p><a href=\"{address}\" style=\"{BUTTON}\">{button}</a></p>\n\
         <p dir=\"ltr\" style=\"{ADDRESS}\">{address}</p>\n"
    )
}
