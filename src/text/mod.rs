//! Words for people: languages, texts in several of them, folding for search, labels, counted nouns
//! and days; and the one form of a value that is signed.

pub mod canonical;
pub mod days;
pub mod digits;
pub mod direction;
pub mod fold;
pub mod labels;
pub mod locale;
mod locale_value;
pub mod localized;
pub mod plural;
pub mod tag;

pub use fold::{fold, fold_words, folded};
pub use locale::Locale;
pub use localized::{Localized, LocalizedText, Name};
pub use tag::LanguageTag;
