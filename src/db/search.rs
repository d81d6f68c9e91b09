//! Patterns and keys for searching, the same on both engines.

/// A `LIKE` pattern (escaped with `\`) for a folded word anywhere in a folded text.
pub fn containing(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// The least text after all that begin with `prefix`: together with the prefix itself a range that an index
/// can be asked for. Texts are compared by their characters' numbers, which is byte by byte.
pub fn after_prefix(prefix: &str) -> String {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            characters.push(next);
            return characters.into_iter().collect();
        }
    }
    char::MAX.to_string().repeat(prefix.chars().count() + 1)
}

/// The advisory lock that stands for a text.
pub fn lock_of(text: &str) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = crate::access::codes::sha256(text);
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_their_signs_literally() {
        assert_eq!(containing("قرية"), "%قرية%");
        assert_eq!(containing("100%_\\"), "%100\\%\\_\\\\%");
    }

    #[test]
    fn a_prefix_bounds_a_range() {
        assert_eq!(after_prefix("SD15"), "SD16");
        assert!("SD15999" < after_prefix("SD15").as_str());
        assert!("SD16" >= after_prefix("SD15").as_str());
        assert_eq!(after_prefix("سد"), "سذ");
        assert_eq!(after_prefix("\u{D7FF}"), "\u{E000}");
        assert_eq!(after_prefix("ا\u{10FFFF}"), "ب");
        assert!("\u{10FFFF}" < after_prefix("\u{10FFFF}").as_str());
    }
}
