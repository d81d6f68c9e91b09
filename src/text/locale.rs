//! The two languages that the server itself speaks.

use std::fmt;
use std::str::FromStr;

/// A language that the server answers in. Arabic unless somebody asks for English.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Hash, Ord, PartialOrd)]
pub enum Locale {
    #[default]
    Ar,
    En,
}

/// The text named no language that the server speaks.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct UnknownLocale;

impl fmt::Display for UnknownLocale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected ar or en")
    }
}

impl std::error::Error for UnknownLocale {}

impl Locale {
    /// Every locale, the default first.
    pub const ALL: &'static [Locale] = &[Locale::Ar, Locale::En];

    /// The language's BCP 47 tag.
    pub fn as_str(self) -> &'static str {
        match self {
            Locale::Ar => "ar",
            Locale::En => "en",
        }
    }

    /// The direction in which it is written, as HTML's `dir` has it.
    pub fn direction(self) -> &'static str {
        match self {
            Locale::Ar => "rtl",
            Locale::En => "ltr",
        }
    }

    /// Picks the one of the pair that is in this language.
    pub fn pick<T>(self, ar: T, en: T) -> T {
        match self {
            Locale::Ar => ar,
            Locale::En => en,
        }
    }

    /// The best of an `Accept-Language` header; Arabic where it names neither or is malformed.
    /// Of two with the same weight the one named first wins.
    pub fn from_accept_language(header: &str) -> Locale {
        let mut best: Option<(u16, Locale)> = None;
        for range in header.split(',') {
            let Some((locale, weight)) = accepted(range) else {
                continue;
            };
            if weight > 0 && best.is_none_or(|(top, _)| weight > top) {
                best = Some((weight, locale));
            }
        }
        best.map_or(Locale::default(), |(_, locale)| locale)
    }
}

/// One range of the header: its locale and its weight in thousandths.
fn accepted(range: &str) -> Option<(Locale, u16)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?;
    let locale = if tag == "*" { Locale::default() } else { tag.parse().ok()? };
    let mut weight = 1000;
    for parameter in parts {
        if let Some(q) = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")) {
            weight = thousandths(q.trim())?;
        }
    }
    Some((locale, weight))
}

/// A quality value of RFC 9110: `0`, `0.8`, `1.000`.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let fraction = format!("{fraction:0<3}").parse::<u16>().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

impl FromStr for Locale {
    type Err = UnknownLocale;

    /// Takes a tag with or without a region: `ar`, `ar-SD`, `EN-gb`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let language = text.split(['-', '_']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "ar" => Ok(Locale::Ar),
            "en" => Ok(Locale::En),
            _ => Err(UnknownLocale),
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Locale::{self, Ar, En};

    #[test]
    fn the_best_of_what_is_accepted() {
        for (header, expected) in [
            ("", Ar),
            ("en", En),
            ("en-GB,en;q=0.9,ar;q=0.8", En),
            ("ar-SD, en;q=0.9", Ar),
            ("en;q=0.3, ar;q=0.7", Ar),
            ("fr, de;q=0.8", Ar),
            ("fr, en;q=0.2", En),
            ("*", Ar),
            ("en;q=0", Ar),
            ("en;q=1.5", Ar),
            ("en;q=abc, en;q=0.1", En),
            (";;;,,q=", Ar),
        ] {
            assert_eq!(Locale::from_accept_language(header), expected, "{header}");
        }
    }

    #[test]
    fn written_and_read_again() {
        for locale in Locale::ALL {
            assert_eq!(locale.as_str().parse(), Ok(*locale));
        }
        assert!("fr".parse::<Locale>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_header_harms(header in ".{0,80}") {
            let _ = Locale::from_accept_language(&header);
        }
    }
}
