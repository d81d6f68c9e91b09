//! Folding Arabic (and Latin) text so that what is searched and what is stored meet.
//!
//! Both sides go through [`fold`]; a match is then a plain substring, the same on both engines. Folding is
//! idempotent. The letters are mapped in composed text: decomposing would split أ into ا and a mark.

use unicode_normalization::UnicodeNormalization;

use super::digits::ascii_digit;

/// Words that names are written with both joined and apart ("عبد الوهاب", "عبدالوهاب"), already folded.
const JOINED: [&str; 7] = ["عبد", "ابو", "ابي", "ابن", "بن", "ام", "ال"];

/// The folded form of a text: what the search columns hold.
///
/// Letters that are confused in writing become one, vowel marks, tatweel and invisible controls go, digits
/// become ASCII, letters lower case, white space single spaces; the space after عبد, ابو, ابن and the like goes.
pub fn fold(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for character in text.nfkc() {
        push_folded(character, &mut letters);
    }
    // Lower-casing and dropping what stood between may have left sequences that compose (rare, Latin only).
    let composed: String = letters.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    join_names(&composed)
}

/// The folded words of a query, those of two letters or more; each must be a substring of a folded text.
pub fn fold_words(query: &str) -> Vec<String> {
    fold(query).split(' ').filter(|word| word.chars().nth(1).is_some()).map(str::to_owned).collect()
}

/// Several texts folded into one search column, a line each, so that no word reaches from one into the next.
pub fn folded<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut column = String::new();
    for text in texts {
        let line = fold(text);
        if line.is_empty() {
            continue;
        }
        if !column.is_empty() {
            column.push('\n');
        }
        column.push_str(&line);
    }
    column
}

fn push_folded(character: char, into: &mut String) {
    match character {
        'أ' | 'إ' | 'آ' | 'ٱ' => into.push('ا'),
        'ة' => into.push('ه'),
        'ى' | 'ی' => into.push('ي'),
        'ک' => into.push('ك'),
        '٠'..='٩' | '۰'..='۹' => into.extend(ascii_digit(character)),
        'ς' => into.push('σ'),
        'ß' | 'ẞ' => into.push_str("ss"),
        _ if is_dropped(character) => {}
        _ => into.extend(character.to_lowercase()),
    }
}

/// Vowel and Qur'anic marks, tatweel, and what is not seen at all: bidi and zero-width controls.
fn is_dropped(character: char) -> bool {
    match character {
        // Two small letters stand among the Qur'anic marks and are kept.
        '\u{06E5}' | '\u{06E6}' => false,
        '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{06D6}'..='\u{06ED}' => true,
        '\u{0640}' => true,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{FEFF}' => true,
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' => true,
        _ => false,
    }
}

fn join_names(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut glue = true;
    for word in text.split_whitespace() {
        if !glue {
            joined.push(' ');
        }
        joined.push_str(word);
        glue = JOINED.contains(&word);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn finds(query: &str, text: &str) -> bool {
        let text = fold(text);
        let words = fold_words(query);
        !words.is_empty() && words.iter().all(|word| text.contains(word.as_str()))
    }

    #[test]
    fn the_four_delegates_are_found_however_they_are_written() {
        let delegates = [
            ("ابوبكر عبد الوهاب", ["أبو بكر عبدالوهاب", "أبوبكر", "ابو بكر", "عبدالوهاب", "الوهاب"]),
            ("الفاتح محمد عبد المطلب", ["الفاتح محمّد", "عبدالمطلب", "الفَاتِح", "المطلب", "فاتح"]),
            ("المعز محمد الأمين", ["المعز الامين", "المُعِزّ", "محمد الأمين", "الإمين", "معز"]),
            ("جلال الخير عبد الله", ["جلال الخير عبدالله", "عبد الله", "جـلال", "الخير", "جلال"]),
        ];
        for (name, queries) in delegates {
            for query in queries {
                assert!(finds(query, name), "{query} in {name}");
            }
        }
    }

    #[test]
    fn the_cases_of_the_standard() {
        assert!(finds("ابوبكر", "أبو بكر"));
        assert!(finds("أبو بكر", "ابوبكر"));
        assert!(finds("عبدالوهاب", "عبد الوهاب"));
        assert!(finds("الصحة", "التعليم والصحّة"));
        assert!(finds("الصحه", "والصحّة"));
        assert!(finds("ام درمان", "أمدرمان"));
        assert!(finds("على", "علي"));
        assert!(finds("2025", "عام ٢٠٢٥"));
        assert!(finds("۲۰۲۵", "2025"));
        assert!(finds("AWASIR", "Awasir"));
        assert!(finds("كلمه", "کلمة"));
        assert!(!finds("الكسمبر", "عديد البشاقرة"));
    }

    #[test]
    fn letters_kept_and_letters_dropped() {
        assert_eq!(fold("مُؤسَّسة شُؤون الرِّئاسة"), "مؤسسه شؤون الرئاسه");
        assert_eq!(fold("ﷲ"), "الله");
        assert_eq!(fold("ﻷمل"), "لامل");
        assert_eq!(fold("ا\u{0654}حمد"), "احمد");
        assert_eq!(fold("  عِديد\u{200F}\n\tالبشاقرة "), "عديد البشاقره");
        assert_eq!(fold("\u{06E5}"), "\u{06E5}");
    }

    #[test]
    fn words_of_one_letter_are_no_query() {
        assert_eq!(fold_words("و ا بن"), vec!["بن".to_owned()]);
        assert!(fold_words("  ").is_empty());
    }

    #[test]
    fn texts_of_a_column_do_not_run_into_each_other() {
        assert_eq!(folded(["عبد", "الوهاب", " "]), "عبد\nالوهاب");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
        }

        #[test]
        fn folding_arabic_twice_changes_nothing(text in "[\u{0600}-\u{06FF}\u{FB50}-\u{FDFF}\u{FE70}-\u{FEFF} ]{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
        }
    }
}
