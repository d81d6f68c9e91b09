//! Language tags of RFC 5646, in the case that it recommends.

use std::fmt;
use std::str::FromStr;

use super::Locale;

const LONGEST: usize = 63;

/// The tags in their canonical case, for the schema; of several variants or extensions it shows one.
pub const PATTERN: &str = concat!(
    "^(([a-z]{2,3}(-[a-z]{3})?|[a-z]{4,8})(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?",
    "(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))?(-[a-wyz0-9]-[a-z0-9]{2,8})?(-x-[a-z0-9]{1,8})?|x-[a-z0-9]{1,8})$",
);

/// A well-formed language tag: `ar`, `en`, `ar-Latn`, `pt-BR`.
///
/// The language is in lower case, a script in title case, a region in upper case, all else in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag(Box<str>);

/// A text that is no language tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a language tag of BCP 47, like ar, en or ar-Latn")]
pub struct InvalidTag;

impl LanguageTag {
    /// The tag in its canonical case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its language alone: `ar` of `ar-Latn`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// Its script, where it names one: `Latn` of `ar-Latn`.
    pub fn script(&self) -> Option<&str> {
        self.0
            .split('-')
            .skip(1)
            .take_while(|part| part.len() > 2)
            .find(|part| part.len() == 4 && is_alpha(part))
    }
}

impl From<Locale> for LanguageTag {
    fn from(locale: Locale) -> Self {
        Self(locale.as_str().into())
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for LanguageTag {
    type Err = InvalidTag;

    fn from_str(text: &str) -> Result<Self, InvalidTag> {
        if text.len() > LONGEST || !is_well_formed(text) {
            return Err(InvalidTag);
        }
        Ok(Self(in_canonical_case(text).into()))
    }
}

fn is_alpha(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_digits(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_digit())
}

/// The grammar of RFC 5646, section 2.1, without the irregular tags of old (`i-klingon`).
fn is_well_formed(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let sized = parts
        .iter()
        .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    sized && (is_private_use(&parts) || after_language(&parts).is_some_and(are_variants_and_extensions))
}

fn is_private_use(parts: &[&str]) -> bool {
    parts.len() > 1 && parts.first().is_some_and(|part| part.eq_ignore_ascii_case("x"))
}

/// What is left after the language, its extensions, script and region; none when there is no language.
fn after_language<'a, 'b>(parts: &'a [&'b str]) -> Option<&'a [&'b str]> {
    let (language, mut rest) = parts.split_first()?;
    if !(2..=8).contains(&language.len()) || !is_alpha(language) {
        return None;
    }
    if language.len() <= 3 {
        for _ in 0..3 {
            rest = without_first(rest, |part| part.len() == 3 && is_alpha(part));
        }
    }
    rest = without_first(rest, |part| part.len() == 4 && is_alpha(part));
    Some(without_first(rest, |part| {
        (part.len() == 2 && is_alpha(part)) || (part.len() == 3 && is_digits(part))
    }))
}

fn without_first<'a, 'b>(parts: &'a [&'b str], fits: impl Fn(&str) -> bool) -> &'a [&'b str] {
    match parts.split_first() {
        Some((first, rest)) if fits(first) => rest,
        _ => parts,
    }
}

fn are_variants_and_extensions(mut parts: &[&str]) -> bool {
    let is_variant = |part: &str| {
        (5..=8).contains(&part.len())
            || (part.len() == 4 && part.as_bytes().first().is_some_and(u8::is_ascii_digit))
    };
    let mut seen: Vec<String> = Vec::new();
    while let Some((first, rest)) = parts.split_first() {
        if seen.contains(&first.to_ascii_lowercase()) {
            return false;
        }
        seen.push(first.to_ascii_lowercase());
        if first.len() == 1 {
            if first.eq_ignore_ascii_case("x") {
                return !rest.is_empty();
            }
            let length = rest.iter().take_while(|part| part.len() > 1).count();
            if length == 0 {
                return false;
            }
            parts = rest.get(length..).unwrap_or_default();
        } else if is_variant(first) && seen.iter().all(|part| part.len() > 1) {
            parts = rest;
        } else {
            return false;
        }
    }
    true
}

/// Section 2.1.1: two letters upper case, four title case, but not at the beginning nor after a singleton.
fn in_canonical_case(text: &str) -> String {
    let mut canonical = String::with_capacity(text.len());
    let mut plain = true;
    for part in text.split('-') {
        let start = canonical.len();
        if start > 0 {
            canonical.push('-');
        }
        let lower = part.to_ascii_lowercase();
        match part.len() {
            2 if !plain => canonical.push_str(&part.to_ascii_uppercase()),
            4 if !plain => {
                canonical.push_str(&lower[..1].to_ascii_uppercase());
                canonical.push_str(&lower[1..]);
            }
            _ => canonical.push_str(&lower),
        }
        // Everything behind the first singleton stays in lower case.
        plain = part.len() == 1 || (plain && start > 0);
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_put_into_their_case() {
        for (given, canonical) in [
            ("AR", "ar"),
            ("ar-latn", "ar-Latn"),
            ("AR-LATN-sd", "ar-Latn-SD"),
            ("pt-br", "pt-BR"),
            ("es-419", "es-419"),
            ("zh-cmn-HANS-cn", "zh-cmn-Hans-CN"),
            ("sl-Rozaj-BISKE", "sl-rozaj-biske"),
            ("de-CH-1901", "de-CH-1901"),
            ("en-ca-X-CA", "en-CA-x-ca"),
            ("en-U-CA-Latn", "en-u-ca-latn"),
            ("x-Din", "x-din"),
        ] {
            assert_eq!(
                given.parse::<LanguageTag>().map(|tag| tag.to_string()),
                Ok(canonical.to_owned()),
                "{given}"
            );
        }
        let tag: LanguageTag = "ar-latn-sd".parse().unwrap();
        assert_eq!((tag.language(), tag.script()), ("ar", Some("Latn")));
        assert_eq!("ar-SD".parse::<LanguageTag>().unwrap().script(), None);
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for text in [
            "",
            "a",
            "-",
            "ar-",
            "-ar",
            "ar_SD",
            "ar--SD",
            "عربي",
            "arabiclanguage",
            "ar-Latn-Latn",
            "ar-a",
            "x",
            "en-x",
            "1r",
            "de-1901-1901",
            "ar SD",
            "en-u-ca-u-ca",
            "ar-toolongsubtag",
            "ar\0",
        ] {
            assert_eq!(text.parse::<LanguageTag>(), Err(InvalidTag), "{text}");
        }
    }
}
