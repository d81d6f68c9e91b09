//! Numbers as people type and paste them: Arabic digits, and the marks that a text copied from Arabic brings along.

/// The digit as 0–9: of ASCII, Arabic-Indic (٠–٩) or extended (۰–۹); none when it is no digit of these.
pub fn ascii_digit(character: char) -> Option<char> {
    let zero = match character {
        '0'..='9' => return Some(character),
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        _ => return None,
    };
    char::from_digit(u32::from(character) - u32::from(zero), 10)
}

/// The direction marks that a number or address copied from Arabic text brings along.
pub fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{061C}' | '\u{FEFF}')
}

/// The text without white space and invisible marks around it.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || is_invisible(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_kind_are_the_same() {
        for digits in ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"] {
            let ascii: Option<String> = digits.chars().map(ascii_digit).collect();
            assert_eq!(ascii.as_deref(), Some("0123456789"), "{digits}");
        }
        for other in ['٫', '.', 'x', '½', '०', '０'] {
            assert_eq!(ascii_digit(other), None, "{other}");
        }
        assert_eq!(trimmed("\u{202A} ٥٠\u{A0}\u{202C}"), "٥٠");
    }
}
