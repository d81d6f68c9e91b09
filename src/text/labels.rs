//! The words by which people read what the machine calls by a code, in Arabic and English.

use super::Locale;
use crate::reference::tables::{Label, tables};

/// A label in both languages, Arabic first: `labels::get("visit.state.proposed")`.
pub fn get(key: &str) -> Option<(&'static str, &'static str)> {
    tables().labels.get(key).map(|label| (label.ar, label.en))
}

/// The label of a code under its list's key: `labels::of("visit.state", "proposed", locale)`.
pub fn of(prefix: &str, code: &str, locale: Locale) -> Option<&'static str> {
    let (ar, en) = get(&format!("{prefix}.{code}"))?;
    Some(locale.pick(ar, en))
}

/// Every key with its label, in the order of the keys.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Label)> {
    tables().labels.iter().map(|(key, label)| (key.as_str(), label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_agree_with_the_thing_that_they_are_of() {
        assert_eq!(get("visit.state.proposed"), Some(("مقترحة", "Proposed")));
        assert_eq!(of("role", "network_admin", Locale::Ar), Some("مشرف الشبكة"));
        assert_eq!(of("sector", "orphans", Locale::Ar), Some("كفالة ورعاية الأيتام"));
        assert_eq!(get("visit.state.unheard-of"), None);
        assert!(all().count() > 200);
    }
}
