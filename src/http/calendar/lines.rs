//! Content lines: how a text is escaped, a parameter quoted, a line folded.

use unicode_normalization::char::is_combining_mark;

/// How many octets a line has at the most, but for its end.
const OCTETS: usize = 75;

/// A text as the value of a property. The Arabic comma and semicolon are letters like any other.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The value of a parameter: quoted unless it is plain. What can't stand between quotes is written as RFC 6868 has it.
pub fn parameter(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_/+.".contains(&byte);
    if !value.is_empty() && value.bytes().all(plain) {
        return value.to_owned();
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('"');
    for character in value.chars() {
        match character {
            '^' => quoted.push_str("^^"),
            '"' => quoted.push_str("^'"),
            '\n' => quoted.push_str("^n"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Appends a line with its end: broken where it is too long, inside no character and no combining sequence.
/// Control characters, which no line may have, are left out: so no value begins a line of its own.
pub fn fold(line: &str, out: &mut String) {
    let kept: String = line.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    let (mut rest, mut room) = (kept.as_str(), OCTETS);
    while rest.len() > room {
        let (line, after) = rest.split_at(break_at(rest, room));
        out.push_str(line);
        out.push_str("\r\n ");
        // The blank by which a line goes on is one of its octets.
        (rest, room) = (after, OCTETS - 1);
    }
    out.push_str(rest);
    out.push_str("\r\n");
}

/// The last place within so many octets at which nothing is torn; a sequence longer than that is torn
/// between its characters.
fn break_at(text: &str, room: usize) -> usize {
    let end = text.floor_char_boundary(room);
    (1..=end).rev().find(|at| text.is_char_boundary(*at) && !tears(text, *at)).unwrap_or(end)
}

fn tears(text: &str, at: usize) -> bool {
    const JOINER: char = '\u{200d}';
    let (before, after) = text.split_at(at);
    let joins = |c: char| c == JOINER || c == '\u{200c}' || is_combining_mark(c);
    after.starts_with(joins) || before.ends_with(JOINER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(line: &str) -> String {
        let mut out = String::new();
        fold(line, &mut out);
        out
    }

    fn unescaped(text: &str) -> String {
        let (mut out, mut characters) = (String::new(), text.chars());
        while let Some(character) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some('n' | 'N') => out.push('\n'),
                    Some(escaped) => out.push(escaped),
                    None => panic!("{text} ends with a backslash"),
                },
                ';' | ',' => panic!("{text} has a bare {character}"),
                other => out.push(other),
            }
        }
        out
    }

    #[test]
    fn what_has_to_be_is_escaped() {
        assert_eq!(escape("a;b,c\\d\ne،ف؛ق:\"x\""), "a\\;b\\,c\\\\d\\ne،ف؛ق:\"x\"");
        assert_eq!(parameter("Africa/Khartoum"), "Africa/Khartoum");
        assert_eq!(parameter("جمعية الوادي"), "\"جمعية الوادي\"");
        assert_eq!(parameter("a \"b\"^c; d, e:\n"), "\"a ^'b^'^^c; d, e:^n\"");
        assert_eq!(parameter(""), "\"\"");
    }

    #[test]
    fn folded_at_seventy_five_octets() {
        assert_eq!(folded(&"x".repeat(75)), format!("{}\r\n", "x".repeat(75)));
        assert_eq!(folded(&"x".repeat(76)), format!("{}\r\n x\r\n", "x".repeat(75)));
        let long = folded(&"x".repeat(75 + 74 + 1));
        assert_eq!(long, format!("{}\r\n {}\r\n x\r\n", "x".repeat(75), "x".repeat(74)));
        // Two octets a letter: 37 of them are 74.
        assert_eq!(folded(&"ب".repeat(38)), format!("{}\r\n ب\r\n", "ب".repeat(37)));
        assert_eq!(folded("a\r\nb\u{0}c\td"), "abc\td\r\n");
    }

    #[test]
    fn a_letter_keeps_its_marks() {
        // The shadda and fatha would begin the next line.
        let line = format!("{}بَّت", "x".repeat(73));
        assert_eq!(folded(&line), format!("{}\r\n بَّت\r\n", "x".repeat(73)));
        let family = "👩\u{200d}👧";
        assert_eq!(
            folded(&format!("{}{family}", "x".repeat(70))),
            format!("{}\r\n {family}\r\n", "x".repeat(70))
        );
        // What doesn't fit on any line is torn after all.
        let endless = format!("ب{}", "\u{64e}".repeat(100));
        assert_eq!(folded(&endless).replace("\r\n ", ""), format!("{endless}\r\n"));
    }

    proptest! {
        #[test]
        fn a_line_comes_back_as_it_went(
            line in prop::collection::vec(
                prop_oneof!["[ -~]{0,40}", "[\u{621}-\u{652}\u{200c}\u{200d} ،؛]{0,40}", "\\PC{0,20}"], 0..12,
            ).prop_map(|parts| parts.concat())
        ) {
            let folded = folded(&line);
            let physical: Vec<&str> = folded.strip_suffix("\r\n").unwrap().split("\r\n").collect();
            for (i, one) in physical.iter().enumerate() {
                prop_assert!(one.len() <= OCTETS, "{} octets", one.len());
                prop_assert!(i == 0 || one.starts_with(' '));
                prop_assert!(i + 1 == physical.len() || one.len() > 1, "nothing on a line");
            }
            let kept: String = line.chars().filter(|c| !c.is_control()).collect();
            prop_assert_eq!(physical.join("\r\n").replace("\r\n ", ""), kept);
        }

        #[test]
        fn a_text_comes_back_as_it_went(text in "[\\PC\n]{0,60}") {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains('\n'));
            prop_assert_eq!(unescaped(&escaped), text);
        }

        #[test]
        fn a_parameter_never_ends_early(value in "[\\PC\n]{0,40}") {
            let written = parameter(&value);
            let inside = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&written);
            prop_assert!(!inside.contains(['"', '\n']));
        }
    }
}
