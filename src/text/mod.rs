//! Words for people: languages, texts in several of them, folding for search, labels.

pub mod locale;

pub use locale::Locale;
