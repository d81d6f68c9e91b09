//! What is accepted as a password.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

use crate::http::problem::FieldError;

/// The fewest characters of a password.
pub const MIN_CHARACTERS: usize = 10;
/// The most characters of a password.
pub const MAX_CHARACTERS: usize = 200;

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../../data/common-passwords.txt").lines();
    lines.map(str::trim).filter(|line| !line.is_empty()).collect()
});

/// What is wrong with a password that somebody chose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Weakness {
    /// Fewer than ten characters.
    TooShort,
    /// More than two hundred characters.
    TooLong,
    /// One of those that are tried first.
    TooCommon,
    /// The person's own e-mail address or telephone number.
    SameAsLogin,
}

impl Weakness {
    /// The code of the field error.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::TooCommon => "too-common",
            Self::SameAsLogin => "same-as-login",
        }
    }

    /// The sentence for a person.
    pub fn detail(self) -> String {
        match self {
            Self::TooShort => format!("a password has at least {MIN_CHARACTERS} characters"),
            Self::TooLong => format!("a password has at most {MAX_CHARACTERS} characters"),
            Self::TooCommon => "this password is one of the commonest and would be guessed".to_owned(),
            Self::SameAsLogin => {
                "the password must not be the e-mail address or the telephone number".to_owned()
            }
        }
    }

    /// The field error at `pointer` (`/password`).
    pub fn at(self, pointer: &str) -> FieldError {
        FieldError { pointer: pointer.to_owned(), code: self.code(), detail: self.detail() }
    }
}

/// Whether `password` may be chosen by somebody who signs in with `logins` (e-mail, phone). There are no rules
/// about capitals, digits or signs: length and not being guessable is all that is asked.
pub fn check(password: &str, logins: &[&str]) -> std::result::Result<(), Weakness> {
    let password = normalise(password);
    let length = password.chars().count();
    if length < MIN_CHARACTERS {
        return Err(Weakness::TooShort);
    }
    if length > MAX_CHARACTERS {
        return Err(Weakness::TooLong);
    }
    let folded = password.trim().to_lowercase();
    if COMMON.contains(folded.as_str()) || is_one_letter(&folded) {
        return Err(Weakness::TooCommon);
    }
    if logins.iter().any(|login| is_login(&folded, login)) {
        return Err(Weakness::SameAsLogin);
    }
    Ok(())
}

fn is_one_letter(folded: &str) -> bool {
    let mut letters = folded.chars();
    letters.next().is_none_or(|first| letters.all(|letter| letter == first))
}

fn is_login(folded: &str, login: &str) -> bool {
    let login = login.trim().to_lowercase();
    if login.is_empty() {
        return false;
    }
    if let Some((local, _)) = login.split_once('@') {
        return folded == login || folded == local;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_number = folded.chars().all(|letter| letter.is_ascii_digit() || " +-()".contains(letter));
    let (number, own) = (digits(folded), digits(&login));
    // +249 9…, 00249 9… and 09… are the same telephone.
    is_number
        && !own.is_empty()
        && number.trim_start_matches('0').len() >= 8
        && own.ends_with(number.trim_start_matches('0'))
}

/// The same text typed on two keyboards is the same password: NFC, nothing else is touched (no trimming).
pub(super) fn normalise(password: &str) -> String {
    password.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_chosen() {
        let logins = ["Amal@Example.org", "+249911122345"];
        let long = "س".repeat(200);
        let too_long = "س".repeat(201);
        let cases: &[(&str, std::result::Result<(), Weakness>)] = &[
            ("correct horse battery", Ok(())),
            ("كلمة سر جيدة جدا", Ok(())),
            ("short", Err(Weakness::TooShort)),
            ("123456789", Err(Weakness::TooShort)),
            ("تسعة حرو", Err(Weakness::TooShort)),
            ("1234567890", Err(Weakness::TooCommon)),
            ("PassWord123", Err(Weakness::TooCommon)),
            ("aaaaaaaaaaaa", Err(Weakness::TooCommon)),
            ("AMAL@example.org", Err(Weakness::SameAsLogin)),
            ("0911122345", Err(Weakness::SameAsLogin)),
            ("+249911122345", Err(Weakness::SameAsLogin)),
            ("00249 911122345", Err(Weakness::SameAsLogin)),
            ("0911122346", Ok(())),
            (&too_long, Err(Weakness::TooLong)),
        ];
        for (password, expected) in cases {
            assert_eq!(check(password, &logins), *expected, "{password}");
        }
        assert_eq!(check(&format!("{}ش", &long[2..]), &logins), Ok(()));
        assert_eq!(check("a sentence to remember", &["", "  "]), Ok(()));
    }
}
