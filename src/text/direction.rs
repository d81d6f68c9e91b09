//! Words of the other direction inside a sentence, set apart so that they don't carry its parts about.

use std::borrow::Cow;

use super::Locale;

/// First strong isolate: what follows has the direction of its own first letter.
const OPEN: char = '\u{2068}';
/// The end of it.
const CLOSE: char = '\u{2069}';

/// A name or quotation for a sentence in this language: between U+2068 and U+2069 where it has letters that
/// run the other way.
pub fn isolated(text: &str, locale: Locale) -> Cow<'_, str> {
    let other = |c: char| c.is_alphabetic() && runs_left(c) != (locale == Locale::Ar);
    if text.chars().any(other) { format!("{OPEN}{text}{CLOSE}").into() } else { text.into() }
}

/// Whether a letter runs from right to left: the blocks that Unicode sets aside for such scripts.
fn runs_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_the_other_way_is_set_apart() {
        for (text, ar, en) in [
            ("جمعية الوادي", "جمعية الوادي", "\u{2068}جمعية الوادي\u{2069}"),
            ("Wadi", "\u{2068}Wadi\u{2069}", "Wadi"),
            ("غرفة طوارئ 5", "غرفة طوارئ 5", "\u{2068}غرفة طوارئ 5\u{2069}"),
            ("جمعية CARE", "\u{2068}جمعية CARE\u{2069}", "\u{2068}جمعية CARE\u{2069}"),
            ("12", "12", "12"),
        ] {
            assert_eq!((isolated(text, Locale::Ar), isolated(text, Locale::En)), (ar.into(), en.into()));
        }
    }
}
