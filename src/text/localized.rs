//! Text in several languages side by side, by language tag.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Locale;
use super::tag::{LanguageTag, PATTERN};
use crate::http::decode::{At, Decode, Lines, ONE_LINE, Value, clean};

/// How many languages one text may stand in.
pub const MOST_LANGUAGES: usize = 20;

/// A text in one or more languages: `{"ar": "جمعية الكسمبر الخيرية"}`.
///
/// At least one entry, none empty, each of at most `MAX` characters; of several lines when `LINES`. Written in the
/// order of the tags, so that the same text is always the same JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Localized<const MAX: usize, const LINES: bool>(BTreeMap<LanguageTag, String>);

/// A text of up to 4000 characters and several lines.
pub type LocalizedText = Localized<4000, true>;

/// A name or title: up to 300 characters on one line.
pub type Name = Localized<300, false>;

impl<const MAX: usize, const LINES: bool> Localized<MAX, LINES> {
    /// A text from what its author knows to be good (the demonstration, tests); none when it is not.
    pub fn of<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let entries =
            entries.into_iter().map(|(tag, text)| (tag.to_owned(), Value::String(text.to_owned()))).collect();
        let mut errors = Vec::new();
        Self::decode(&Value::Object(entries), &mut At::new(&mut errors))
    }

    /// A text that the server itself makes, in both of its languages.
    pub fn in_both(ar: String, en: String) -> Self {
        Self([(Locale::Ar.into(), ar), (Locale::En.into(), en)].into())
    }

    /// The entry of exactly this tag.
    pub fn get(&self, tag: &str) -> Option<&str> {
        self.iter().find(|(own, _)| *own == tag).map(|(_, text)| text)
    }

    /// Every tag with its text, in the order of the tags.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(tag, text)| (tag.as_str(), text.as_str()))
    }

    /// Every text, in whatever language: what the search column folds.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// The text that serves a reader of this language best: the language itself, one of its regions, for English
    /// then what is in Latin letters, then Arabic, then English, then whatever there is.
    pub fn best(&self, locale: Locale) -> &str {
        let wanted = locale.as_str();
        let in_own_script =
            |(tag, _): &(&LanguageTag, &String)| tag.language() == wanted && tag.script() != Some("Latn");
        let latin = |(tag, _): &(&LanguageTag, &String)| locale == Locale::En && tag.script() == Some("Latn");
        self.get(wanted)
            .or_else(|| self.0.iter().find(in_own_script).map(|(_, text)| text.as_str()))
            .or_else(|| self.0.iter().find(latin).map(|(_, text)| text.as_str()))
            .or_else(|| self.get("ar"))
            .or_else(|| self.get("en"))
            .or_else(|| self.texts().next())
            .unwrap_or_default()
    }
}

fn lines(many: bool) -> Lines {
    if many { Lines::Many } else { Lines::One }
}

/// One entry of a text, checked; none when something was reported.
fn entry(
    tag: &str,
    value: &Value,
    most: usize,
    many: bool,
    at: &mut At<'_>,
) -> Option<(LanguageTag, String)> {
    let parsed = tag.parse::<LanguageTag>();
    if let Err(error) = parsed {
        at.report("invalid-language-tag", error.to_string());
    }
    let Value::String(text) = value else {
        at.wrong_type("a string", value);
        return None;
    };
    let text = clean(text, lines(many), at)?;
    let length = text.chars().count();
    if length == 0 {
        at.report("too-short", "must not be empty");
        return None;
    }
    if length > most {
        at.report("too-long", format!("has {length} characters; {most} are taken"));
        return None;
    }
    Some((parsed.ok()?, text))
}

impl<const MAX: usize, const LINES: bool> Decode for Localized<MAX, LINES> {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Value::Object(members) = value else {
            at.wrong_type(r#"an object of texts by language, like {"ar": "…"}"#, value);
            return None;
        };
        let before = at.reported();
        let mut entries = BTreeMap::new();
        // In a body null means absent, here too.
        let given: Vec<_> = members.iter().filter(|(_, value)| *value != Value::Null).collect();
        if given.is_empty() {
            at.report("too-few", "needs a text in one language at least");
        }
        if given.len() > MOST_LANGUAGES {
            at.report("too-many", format!("has {} languages; {MOST_LANGUAGES} are taken", given.len()));
            return None;
        }
        for (tag, value) in given {
            at.member(tag, |at| {
                if let Some((tag, text)) = entry(tag, value, MAX, LINES, at)
                    && entries.insert(tag, text).is_some()
                {
                    at.report("duplicate-field", "is given more than once");
                }
            });
        }
        (at.reported() == before && !entries.is_empty()).then_some(Self(entries))
    }
}

impl<const MAX: usize, const LINES: bool> Serialize for Localized<MAX, LINES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// From what is stored: what was decoded once. Tags and emptiness are checked, lengths are not: a limit lowered
/// later must not make an old text unreadable.
impl<'de, const MAX: usize, const LINES: bool> Deserialize<'de> for Localized<MAX, LINES> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let stored = BTreeMap::<Cow<'de, str>, String>::deserialize(deserializer)?;
        let mut entries = BTreeMap::new();
        for (tag, text) in stored {
            entries.insert(tag.parse().map_err(D::Error::custom)?, text);
        }
        if entries.is_empty() {
            return Err(D::Error::custom("a text in no language"));
        }
        Ok(Self(entries))
    }
}

impl<const MAX: usize, const LINES: bool> utoipa::PartialSchema for Localized<MAX, LINES> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .pattern((!LINES).then_some(ONE_LINE));
        let tag = ObjectBuilder::new().schema_type(Type::String).pattern(Some(PATTERN));
        let shape = if LINES { "" } else { " On one line." };
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(format!(
                "A text by BCP 47 language tag, in one language at least; ar-Latn is a transliteration.{shape}"
            )))
            .property_names(Some(tag))
            .additional_properties(Some(AdditionalProperties::RefOr(text.into())))
            .min_properties(Some(1))
            .max_properties(Some(MOST_LANGUAGES))
            .examples([serde_json::json!({"ar": "جمعية الكسمبر الخيرية"})])
            .into()
    }
}

impl<const MAX: usize, const LINES: bool> utoipa::ToSchema for Localized<MAX, LINES> {
    fn name() -> Cow<'static, str> {
        match (MAX, LINES) {
            (4000, true) => "LocalizedText".into(),
            (300, false) => "LocalizedName".into(),
            (_, true) => format!("LocalizedText{MAX}").into(),
            (_, false) => format!("LocalizedName{MAX}").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::{decode, parse};
    use proptest::prelude::*;

    fn errors<T: Decode + std::fmt::Debug>(body: &str) -> Vec<(String, &'static str)> {
        let problem = decode::<T>(&parse(body.as_bytes()).unwrap()).unwrap_err();
        problem.field_errors().iter().map(|error| (error.pointer.clone(), error.code)).collect()
    }

    #[test]
    fn tags_are_canonical_and_in_order() {
        let body = r#"{"EN": " Al-Kasambar ", "AR-latn": "al-Kasambar", "ar": "الكسمبر"}"#;
        let text: LocalizedText = decode(&parse(body.as_bytes()).unwrap()).unwrap();
        let json = r#"{"ar":"الكسمبر","ar-Latn":"al-Kasambar","en":"Al-Kasambar"}"#;
        assert_eq!(serde_json::to_string(&text).unwrap(), json);
        assert_eq!(serde_json::from_str::<LocalizedText>(json).unwrap(), text);
        assert_eq!(text.texts().count(), 3);
    }

    #[test]
    fn all_that_is_wrong_is_named() {
        let found = errors::<Name>(r#"{"ar": " ", "en_GB": 3, "en": "a\nb", "EN": "b", "fr": "\u202eabc"}"#);
        assert_eq!(
            found,
            [
                ("/ar".to_owned(), "too-short"),
                ("/en_GB".to_owned(), "invalid-language-tag"),
                ("/en_GB".to_owned(), "wrong-type"),
                ("/en".to_owned(), "forbidden-character"),
                ("/fr".to_owned(), "forbidden-character"),
            ]
        );
        assert_eq!(errors::<Name>("{}"), [(String::new(), "too-few")]);
        assert_eq!(errors::<Name>(r#"{"ar": null}"#), [(String::new(), "too-few")]);
        assert_eq!(errors::<Name>(r#""نص""#), [(String::new(), "wrong-type")]);
        assert_eq!(errors::<Name>(r#"{"ar": "أ", "AR": "ب"}"#), [("/AR".to_owned(), "duplicate-field")]);
        assert_eq!(
            errors::<Name>(&format!(r#"{{"ar": "{}"}}"#, "ا".repeat(301))),
            [("/ar".to_owned(), "too-long")]
        );
        assert!(Name::of([("ar", "ا".repeat(300).as_str())]).is_some());
        let many: Vec<String> =
            (b'a'..=b'u').map(|letter| format!(r#""e{}":"x""#, char::from(letter))).collect();
        assert_eq!(errors::<Name>(&format!("{{{}}}", many.join(","))), [(String::new(), "too-many")]);
    }

    #[test]
    fn the_best_text_for_a_reader() {
        let of = |entries: &[(&str, &str)]| LocalizedText::of(entries.iter().copied()).unwrap();
        let both = of(&[("ar", "ا"), ("ar-Latn", "a"), ("en", "A")]);
        assert_eq!((both.best(Locale::Ar), both.best(Locale::En)), ("ا", "A"));
        let written = of(&[("ar", "ا"), ("ar-Latn", "a")]);
        assert_eq!((written.best(Locale::Ar), written.best(Locale::En)), ("ا", "a"));
        let regional = of(&[("ar-SD", "ا"), ("en-GB", "A"), ("ar-Latn", "a")]);
        assert_eq!((regional.best(Locale::Ar), regional.best(Locale::En)), ("ا", "A"));
        assert_eq!(of(&[("fr", "f")]).best(Locale::Ar), "f");
    }

    proptest! {
        #[test]
        fn a_text_comes_back_as_it_went(
            entries in prop::collection::btree_map("[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", "[\u{0621}-\u{064A}a-zA-Z0-9 .,\n]{0,30}[\u{0621}-\u{064A}]", 1..6)
        ) {
            let text = LocalizedText::of(entries.iter().map(|(tag, text)| (tag.as_str(), text.as_str()))).unwrap();
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(&serde_json::from_str::<LocalizedText>(&json).unwrap(), &text);
            let again: LocalizedText = decode(&parse(json.as_bytes()).unwrap()).unwrap();
            prop_assert_eq!(again, text);
        }

        #[test]
        fn any_object_decodes_or_is_refused(entries in prop::collection::vec(("\\PC{0,12}", "\\PC{0,12}"), 0..5)) {
            let members = entries.into_iter().map(|(tag, text)| (tag, Value::String(text))).collect();
            if let Ok(text) = decode::<LocalizedText>(&Value::Object(members)) {
                let json = serde_json::to_string(&text).unwrap();
                prop_assert_eq!(serde_json::from_str::<LocalizedText>(&json).unwrap(), text);
            }
        }
    }
}
