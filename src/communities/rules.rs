//! What makes a possible duplicate; no I/O.

/// Whether two P-codes may name the same place: one lies within the other, or nobody said where.
///
/// P-codes are nested by their letters: `SD01001` is in `SD01`.
pub fn may_be_same_place(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_within_each_other_may_be_the_same() {
        for (a, b, same) in [
            ("SD15", "SD15", true),
            ("SD15", "SD15001", true),
            ("SD15001", "SD15", true),
            ("", "SD15001", true),
            ("", "", true),
            ("SD15001", "SD15002", false),
            ("SD15", "SD01", false),
        ] {
            assert_eq!(may_be_same_place(a, b), same, "{a:?} {b:?}");
        }
    }
}
