//! What was promised for a project and what came of it, added up. No I/O.

use std::collections::BTreeMap;

use crate::types::{CurrencyCode, Money};

/// What was promised and came for one project, as its tables have it: currency by currency, what was taken back below
/// zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// What came without a donor link.
    pub receipts: Vec<Money>,
    /// What was promised through donor links.
    pub pledges: Vec<Pledged>,
    /// What came through donor links as it was promised, in the currency in which it came.
    pub kept: Vec<Money>,
    /// What came through donor links without a promise.
    pub unpromised: Vec<Money>,
}

/// A promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pledged {
    /// How much.
    pub money: Money,
    /// How much of what came counts as that, in minor units of its currency.
    pub counted: i64,
    /// Whether no more is to come.
    pub cancelled: bool,
}

impl Pledged {
    /// What it stands for: what is still promised, and never less than what came of it.
    fn stands_for(self) -> Money {
        let promised = if self.cancelled { 0 } else { self.money.minor() };
        Money::from_minor(self.money.currency(), promised.max(self.counted))
    }
}

/// What of a project's amounts is derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amounts {
    /// All that was promised or came without a promise, by currency.
    pub pledged: Vec<Money>,
    /// All that came, by currency.
    pub received: Vec<Money>,
    /// What the budget has more than was promised in its currency.
    pub funding_gap: Option<Money>,
}

/// Sums by currency. In 128 bits, so that no order in which they are added up matters.
#[derive(Default)]
struct Sums(BTreeMap<CurrencyCode, i128>);

impl Sums {
    fn of(amounts: impl Iterator<Item = Money>) -> Self {
        let mut sums = Self::default();
        for money in amounts {
            *sums.0.entry(money.currency()).or_default() += i128::from(money.minor());
        }
        sums
    }

    fn in_currency(&self, currency: CurrencyCode) -> i128 {
        self.0.get(&currency).copied().unwrap_or_default()
    }

    /// Currency by currency, those of which there is nothing left out.
    fn list(&self) -> Vec<Money> {
        let there = self.0.iter().filter(|(_, minor)| **minor != 0);
        there.map(|(currency, minor)| money(*currency, *minor)).collect()
    }
}

/// More than 64 bits hold takes some nine thousand of the largest amounts; the largest that there is then stands in.
fn money(currency: CurrencyCode, minor: i128) -> Money {
    let bound = if minor < 0 { i64::MIN } else { i64::MAX };
    Money::from_minor(currency, i64::try_from(minor).unwrap_or(bound))
}

impl Amounts {
    /// Adds up what was given to a project of this budget.
    pub fn of(given: &Given, budget: Option<Money>) -> Self {
        let without_promise = || given.receipts.iter().chain(&given.unpromised).copied();
        let received = Sums::of(without_promise().chain(given.kept.iter().copied()));
        let promised = given.pledges.iter().map(|pledge| pledge.stands_for());
        let pledged = Sums::of(without_promise().chain(promised));
        let gap = |budget: Money| {
            let open = i128::from(budget.minor()) - pledged.in_currency(budget.currency());
            money(budget.currency(), open.max(0))
        };
        Self { funding_gap: budget.map(gap), pledged: pledged.list(), received: received.list() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(currency: &str, minor: i64) -> Money {
        Money::from_minor(CurrencyCode::parse(currency).unwrap(), minor)
    }

    fn pledge(currency: &str, minor: i64, counted: i64, cancelled: bool) -> Pledged {
        Pledged { money: of(currency, minor), counted, cancelled }
    }

    #[test]
    fn by_example() {
        let given = Given {
            receipts: vec![of("SDG", 50_000), of("USD", 10)],
            pledges: vec![
                // 1,000 USD promised, of which 600 came as SDG.
                pledge("USD", 1_000, 600, false),
                // Called off after 50; and before anything came.
                pledge("SDG", 300, 50, true),
                pledge("SDG", 7_777, 0, true),
                // The donor gave more.
                pledge("EUR", 5, 8, false),
            ],
            kept: vec![of("SDG", 350_000), of("SDG", 50), of("EUR", 8)],
            unpromised: vec![of("SDG", 900), of("SDG", -900), of("KWD", 0)],
        };
        let amounts = Amounts::of(&given, Some(of("SDG", 60_000)));
        assert_eq!(amounts.received, [of("EUR", 8), of("SDG", 400_050), of("USD", 10)]);
        assert_eq!(amounts.pledged, [of("EUR", 8), of("SDG", 50_050), of("USD", 1_010)]);
        assert_eq!(amounts.funding_gap, Some(of("SDG", 9_950)));
        // Never below zero; of another currency nothing is known.
        assert_eq!(Amounts::of(&given, Some(of("SDG", 50_000))).funding_gap, Some(of("SDG", 0)));
        assert_eq!(Amounts::of(&given, Some(of("JPY", 4))).funding_gap, Some(of("JPY", 4)));
        assert_eq!(Amounts::of(&given, None).funding_gap, None);
        let nothing = Amounts { pledged: vec![], received: vec![], funding_gap: None };
        assert_eq!(Amounts::of(&Given::default(), None), nothing);
    }

    #[test]
    fn the_largest_there_is() {
        let given = Given { receipts: vec![of("SDG", i64::MAX); 3], ..Given::default() };
        assert_eq!(Amounts::of(&given, Some(of("SDG", 1))).funding_gap, Some(of("SDG", 0)));
        assert_eq!(Amounts::of(&given, None).received, [of("SDG", i64::MAX)]);
    }

    const CURRENCIES: [&str; 3] = ["SDG", "USD", "KWD"];

    fn amount() -> impl Strategy<Value = Money> {
        (prop::sample::select(&CURRENCIES), 1..1_000_000_000_000i64)
            .prop_map(|(currency, minor)| of(currency, minor))
    }

    fn amounts() -> impl Strategy<Value = Vec<Money>> {
        prop::collection::vec(amount(), 0..6)
    }

    /// What came of a promise comes in its own currency here, so that the two can be compared.
    fn given() -> impl Strategy<Value = Given> {
        let promise = (amount(), prop::option::of(1..1_000_000_000_000i64), any::<bool>());
        (amounts(), prop::collection::vec(promise, 0..6), amounts()).prop_map(
            |(receipts, promises, unpromised)| {
                let kept = promises
                    .iter()
                    .filter_map(|(money, came, _)| Some(Money::from_minor(money.currency(), (*came)?)));
                let kept = kept.collect();
                let promised = |(money, came, cancelled): &(Money, Option<i64>, bool)| Pledged {
                    money: *money,
                    counted: came.unwrap_or_default(),
                    cancelled: *cancelled,
                };
                Given { receipts, pledges: promises.iter().map(promised).collect(), kept, unpromised }
            },
        )
    }

    fn in_currency(list: &[Money], currency: &str) -> i64 {
        list.iter().find(|money| money.currency().as_str() == currency).map_or(0, |money| money.minor())
    }

    proptest! {
        #[test]
        fn what_holds_of_all_sums(given in given(), budget in prop::option::of(amount())) {
            let amounts = Amounts::of(&given, budget);
            for currency in CURRENCIES {
                let [pledged, received] =
                    [&amounts.pledged, &amounts.received].map(|list| in_currency(list, currency));
                prop_assert!(pledged >= received, "{currency}");
                let came = given.receipts.iter().chain(&given.kept).chain(&given.unpromised);
                let came: i64 = came.filter(|one| one.currency().as_str() == currency).map(|one| one.minor()).sum();
                prop_assert_eq!(received, came);
            }
            prop_assert_eq!(amounts.funding_gap.is_some(), budget.is_some());
            if let (Some(gap), Some(budget)) = (amounts.funding_gap, budget) {
                let pledged = in_currency(&amounts.pledged, budget.currency().as_str());
                prop_assert_eq!(gap.currency(), budget.currency());
                prop_assert_eq!(gap.minor(), (budget.minor() - pledged).max(0));
            }
        }

        #[test]
        fn no_order_matters(given in given(), budget in prop::option::of(amount())) {
            let mut other = given.clone();
            other.receipts.reverse();
            other.pledges.reverse();
            other.kept.reverse();
            other.unpromised.reverse();
            prop_assert_eq!(Amounts::of(&other, budget), Amounts::of(&given, budget));
        }

        /// What is taken back is as if it had never come.
        #[test]
        fn taken_back(given in given(), money in amount(), budget in prop::option::of(amount())) {
            let before = Amounts::of(&given, budget);
            let mut after = given.clone();
            after.unpromised.extend([money, money.checked_neg().unwrap()]);
            prop_assert_eq!(Amounts::of(&after, budget), before.clone());
            // A promise of which nothing came is as if it had never been made, once it is cancelled.
            after.pledges.push(Pledged { money, counted: 0, cancelled: true });
            prop_assert_eq!(Amounts::of(&after, budget), before);
        }
    }
}
