//! Counted nouns: which form of a word goes with a number, by the plural rules of CLDR.

use super::Locale;

/// The plural forms of CLDR. Arabic has all six, English two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plural {
    /// None.
    Zero,
    /// One.
    One,
    /// Two: the dual.
    Two,
    /// 3–10, 103–110 …: the noun in the plural.
    Few,
    /// 11–99, 111–199 …: the noun in the singular, accusative.
    Many,
    /// 100–102, 200–202 …: the noun in the singular, genitive. In English all but one.
    Other,
}

impl Plural {
    /// The form that goes with a whole number.
    pub const fn of(locale: Locale, count: u64) -> Self {
        match (locale, count, count % 100) {
            (Locale::Ar, 0, _) => Self::Zero,
            (Locale::Ar | Locale::En, 1, _) => Self::One,
            (Locale::Ar, 2, _) => Self::Two,
            (Locale::Ar, _, 3..=10) => Self::Few,
            (Locale::Ar, _, 11..=99) => Self::Many,
            (Locale::Ar | Locale::En, ..) => Self::Other,
        }
    }
}

/// What is counted, in each form; `#` stands for the number.
#[derive(Debug, Clone, Copy)]
pub struct Forms {
    locale: Locale,
    forms: [&'static str; 6],
}

impl Forms {
    /// Of an Arabic noun: zero, one, two, few, many, other.
    pub const fn arabic(forms: [&'static str; 6]) -> Self {
        Self { locale: Locale::Ar, forms }
    }

    /// Of an English noun.
    pub const fn english(one: &'static str, other: &'static str) -> Self {
        Self { locale: Locale::En, forms: [other, one, other, other, other, other] }
    }

    /// The form for a number, with the number in it.
    pub fn with(&self, count: u64) -> String {
        let [zero, one, two, few, many, other] = self.forms;
        let form = match Plural::of(self.locale, count) {
            Plural::Zero => zero,
            Plural::One => one,
            Plural::Two => two,
            Plural::Few => few,
            Plural::Many => many,
            Plural::Other => other,
        };
        form.replace('#', &count.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Plural::{Few, Many, One, Other, Two, Zero};

    /// The rules as they stand in CLDR's `plurals.xml`, for whole numbers; `other` is what no rule takes.
    const ARABIC: &[(Plural, &str)] = &[
        (Zero, "n = 0"),
        (One, "n = 1"),
        (Two, "n = 2"),
        (Few, "n % 100 = 3..10"),
        (Many, "n % 100 = 11..99"),
    ];
    const ENGLISH: &[(Plural, &str)] = &[(One, "i = 1 and v = 0")];

    /// Whether a rule takes a whole number: `n` and `i` are the number, `v` (its visible decimals) is 0.
    fn takes(rule: &str, number: u64) -> bool {
        rule.split(" and ").all(|relation| {
            let (left, right) = relation.split_once(" = ").unwrap();
            let (operand, modulus) =
                left.split_once(" % ").map_or((left, None), |(n, m)| (n, m.parse().ok()));
            let value = if operand == "v" { 0 } else { number };
            let value = modulus.map_or(value, |modulus: u64| value % modulus);
            let (first, last) = right.split_once("..").unwrap_or((right, right));
            (first.parse().unwrap()..=last.parse().unwrap()).contains(&value)
        })
    }

    #[test]
    fn the_forms_are_cldr_s_from_0_to_1000() {
        for (locale, rules) in [(Locale::Ar, ARABIC), (Locale::En, ENGLISH)] {
            for number in 0..=1000 {
                let mut taken = rules.iter().filter(|(_, rule)| takes(rule, number)).map(|(form, _)| *form);
                assert_eq!(Plural::of(locale, number), taken.next().unwrap_or(Other), "{locale:?} {number}");
                assert_eq!(taken.next(), None, "{locale:?} {number}: two rules take it");
            }
        }
    }

    /// The integer samples that CLDR gives beside its Arabic rules.
    #[test]
    fn and_so_are_its_samples() {
        let few = (3..=10).chain(103..=110).chain([1003]);
        let many = (11..=26).chain([111, 1011]);
        let other =
            [100, 101, 102, 200, 201, 202, 300, 301, 302, 400, 401, 402, 500, 501, 502, 600, 1000, 10_000];
        for (form, samples) in [
            (Few, few.collect::<Vec<_>>()),
            (Many, many.collect()),
            (Other, [&other[..], &[1_000_000]].concat()),
        ] {
            for number in samples {
                assert_eq!(Plural::of(Locale::Ar, number), form, "{number}");
            }
        }
    }

    #[test]
    fn the_number_stands_in_the_form() {
        let days = Forms::arabic(["# يوم", "يوم", "يومين", "# أيام", "# يومًا", "# يوم"]);
        let said: Vec<String> = [0, 1, 2, 3, 10, 11, 99, 100, 103].iter().map(|n| days.with(*n)).collect();
        assert_eq!(
            said,
            ["0 يوم", "يوم", "يومين", "3 أيام", "10 أيام", "11 يومًا", "99 يومًا", "100 يوم", "103 أيام"]
        );
        let days = Forms::english("# day", "# days");
        assert_eq!([0, 1, 2, 100].map(|n| days.with(n)), ["0 days", "1 day", "2 days", "100 days"]);
    }
}
