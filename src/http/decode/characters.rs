//! Which characters a text may have, and how it is put into its one form.

use unicode_normalization::UnicodeNormalization;

use super::At;

/// Whether a text may have several lines.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Lines {
    One,
    Many,
}

/// The text trimmed, in normalisation form C, with its lines ended by `\n`; `None` (and `forbidden-character`
/// reported) when it has control characters or ones that turn the direction of what follows.
///
/// Joiners and marks of direction stay: Arabic and Persian are written with them.
pub fn clean(text: &str, lines: Lines, at: &mut At<'_>) -> Option<String> {
    let mut normal: String = text.trim().nfc().collect();
    if lines == Lines::Many && normal.contains('\r') {
        normal = normal.replace("\r\n", "\n").replace('\r', "\n");
    }
    if let Some(found) = normal.chars().find(|c| forbidden(*c, lines)) {
        let code = u32::from(found);
        at.report("forbidden-character", format!("has the character U+{code:04X}, which is not taken here"));
        return None;
    }
    // Nothing but what cannot be seen is nothing.
    if normal.chars().all(|c| c.is_whitespace() || invisible(c)) {
        normal.clear();
    }
    Some(normal)
}

fn forbidden(character: char, lines: Lines) -> bool {
    match character {
        '\n' | '\t' | '\u{2028}' | '\u{2029}' => lines == Lines::One,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        // Noncharacters, which no text is written with.
        '\u{fdd0}'..='\u{fdef}' => true,
        other => other.is_control() || u32::from(other) & 0xfffe == 0xfffe,
    }
}

fn invisible(character: char) -> bool {
    // Unicode's Default_Ignorable_Code_Point, and the blank pattern of Braille.
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
