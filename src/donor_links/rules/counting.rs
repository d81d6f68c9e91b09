//! How what came counts against what was pledged. No I/O.

use crate::donor_links::codes::PledgeStatus;
use crate::types::{Money, Quantity};

/// What was pledged, as far as counting asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measured {
    /// Money.
    Money(Money),
    /// So many of something.
    Goods(Quantity, String),
}

/// What came, as it was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Came {
    /// How much money.
    pub money: Option<Money>,
    /// How many units.
    pub quantity: Option<Quantity>,
    /// Of what.
    pub unit: Option<String>,
    /// What it is to count as.
    pub counts_as: Option<Money>,
    /// Whether a rate was told.
    pub rate: bool,
    /// Whether it is said to be more than was pledged.
    pub surplus: bool,
}

/// Something wrong: the member, the code, and in words.
pub type Mistake = (&'static str, &'static str, &'static str);

impl Measured {
    /// Its units: minor ones of the currency, thousandths of the unit.
    pub fn units(&self) -> i64 {
        match self {
            Self::Money(money) => money.minor(),
            Self::Goods(quantity, _) => quantity.thousandths(),
        }
    }
}

/// What something counts for against a pledge: in its minor units or thousandths. None where it was given without one.
///
/// # Errors
/// What does not go together.
pub fn counted(pledge: Option<&Measured>, came: &Came) -> Result<Option<i64>, Vec<Mistake>> {
    let mut found = Vec::new();
    let Some(pledge) = pledge else {
        refuse_counting(came, "there is no pledge against which it counts", &mut found);
        if came.surplus {
            found.push(("surplus", "not-needed", "there is no pledge of which it could be more"));
        }
        return if found.is_empty() { Ok(None) } else { Err(found) };
    };
    let units = match pledge {
        Measured::Goods(_, unit) => {
            refuse_counting(came, "what was pledged in goods is counted in these", &mut found);
            match (came.quantity, &came.unit) {
                (Some(quantity), Some(own)) if own == unit => Some(quantity.thousandths()),
                (Some(_), _) => {
                    found.push(("unit", "other-unit", "the pledge is counted in another unit"));
                    None
                }
                (None, _) => {
                    found.push(("quantity", "required", "the pledge is counted in units of something"));
                    None
                }
            }
        }
        Measured::Money(pledged) => in_money(*pledged, came, &mut found),
    };
    if found.is_empty() { Ok(units) } else { Err(found) }
}

fn refuse_counting(came: &Came, why: &'static str, found: &mut Vec<Mistake>) {
    if came.counts_as.is_some() {
        found.push(("counts_as", "not-needed", why));
    }
    if came.rate {
        found.push(("rate", "not-needed", why));
    }
}

fn in_money(pledged: Money, came: &Came, found: &mut Vec<Mistake>) -> Option<i64> {
    let same = came.money.filter(|money| money.currency() == pledged.currency());
    if let Some(money) = same {
        refuse_counting(came, "the pledge is in the same currency", found);
        return Some(money.minor());
    }
    match came.counts_as {
        None => found.push(("counts_as", "required", "say what it counts as in the pledge's currency")),
        Some(counts_as) if counts_as.currency() != pledged.currency() => {
            found.push(("counts_as", "other-currency", "the pledge is in another currency"));
        }
        Some(_) => {}
    }
    match (came.money.is_some(), came.rate) {
        (true, false) => found.push(("rate", "required", "the currencies differ: say at what rate")),
        (false, true) => found.push(("rate", "not-needed", "goods have no rate of exchange")),
        _ => {}
    }
    came.counts_as.map(Money::minor)
}

/// Whether something fits into what is left of a pledge.
pub fn fits(pledged: i64, counted: i64, more: i64) -> bool {
    // Surplus may have gone beyond what was pledged: nothing is left then.
    more <= left(pledged, counted)
}

/// What is left of a pledge.
pub fn left(pledged: i64, counted: i64) -> i64 {
    pledged.saturating_sub(counted).max(0)
}

/// How far a pledge is: `goes_on` says whether its link does.
pub fn status(was: PledgeStatus, pledged: i64, counted: i64, goes_on: bool) -> PledgeStatus {
    match was {
        PledgeStatus::Cancelled => PledgeStatus::Cancelled,
        _ if counted >= pledged => PledgeStatus::Fulfilled,
        _ if goes_on => PledgeStatus::Open,
        _ => PledgeStatus::Cancelled,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::types::CurrencyCode;

    fn money(minor: i64, currency: &str) -> Money {
        Money::from_minor(CurrencyCode::parse(currency).unwrap(), minor)
    }

    fn codes(pledge: Option<&Measured>, came: &Came) -> Vec<(&'static str, &'static str)> {
        let mistakes = counted(pledge, came).unwrap_err();
        mistakes.into_iter().map(|(member, code, _)| (member, code)).collect()
    }

    #[test]
    fn what_counts_against_what() {
        let in_dollars = Measured::Money(money(1000, "USD"));
        let in_sacks = Measured::Goods(Quantity::from_thousandths(5000), "sacks".to_owned());
        let dollars = Came { money: Some(money(7, "USD")), ..Came::default() };
        let pounds = Came { money: Some(money(7, "SDG")), ..Came::default() };
        let unit = |unit: &str| Some(unit.to_owned());
        let sacks =
            Came { quantity: Some(Quantity::from_thousandths(300)), unit: unit("sacks"), ..Came::default() };
        assert_eq!(counted(None, &dollars), Ok(None));
        assert_eq!(counted(Some(&in_dollars), &dollars), Ok(Some(7)));
        assert_eq!(counted(Some(&in_sacks), &sacks), Ok(Some(300)));
        let worth = Some(money(3, "USD"));
        let exchanged = Came { counts_as: worth, rate: true, ..pounds.clone() };
        assert_eq!(counted(Some(&in_dollars), &exchanged), Ok(Some(3)));
        let valued = Came { counts_as: worth, ..sacks.clone() };
        assert_eq!(counted(Some(&in_dollars), &valued), Ok(Some(3)));

        let missing = [("counts_as", "required"), ("rate", "required")];
        assert_eq!(codes(Some(&in_dollars), &pounds), missing);
        assert_eq!(codes(Some(&in_dollars), &sacks), missing[..1]);
        let in_euros = Came { counts_as: Some(money(3, "EUR")), rate: true, ..pounds.clone() };
        assert_eq!(codes(Some(&in_dollars), &in_euros), [("counts_as", "other-currency")]);
        let more = Came { counts_as: worth, rate: true, ..dollars.clone() };
        let not_needed = [("counts_as", "not-needed"), ("rate", "not-needed")];
        assert_eq!(codes(Some(&in_dollars), &more), not_needed);
        assert_eq!(codes(None, &more), not_needed);
        assert_eq!(codes(None, &Came { surplus: true, ..dollars.clone() }), [("surplus", "not-needed")]);
        assert_eq!(
            codes(Some(&in_dollars), &Came { rate: true, ..valued.clone() }),
            [("rate", "not-needed")]
        );
        assert_eq!(codes(Some(&in_sacks), &valued), not_needed[..1]);
        assert_eq!(codes(Some(&in_sacks), &dollars), [("quantity", "required")]);
        let boxes = Came { unit: unit("boxes"), ..sacks };
        assert_eq!(codes(Some(&in_sacks), &boxes), [("unit", "other-unit")]);
    }

    /// What happens to a pledge: so much comes, perhaps more than was pledged, or what came n-th is taken back.
    #[derive(Debug, Clone)]
    enum Event {
        Comes(i64, bool),
        TakenBack(usize),
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            (1..60_i64, prop::bool::weighted(0.1)).prop_map(|(units, surplus)| Event::Comes(units, surplus)),
            (0..20_usize).prop_map(Event::TakenBack),
        ]
    }

    proptest! {
        /// Whatever comes and is taken back: without surplus the sum never exceeds the pledge, what is left and what came
        /// add up to it, and it is fulfilled exactly when all came.
        #[test]
        fn never_more_than_was_pledged(
            pledged in 1..200_i64,
            events in prop::collection::vec(event(), 0..40),
            goes_on in any::<bool>(),
        ) {
            let mut came: Vec<(i64, bool)> = Vec::new();
            let mut status_now = PledgeStatus::Open;
            for event in events {
                let sum: i64 = came.iter().map(|(units, _)| units).sum();
                match event {
                    Event::Comes(units, surplus) if surplus || fits(pledged, sum, units) => came.push((units, surplus)),
                    Event::Comes(units, _) => prop_assert!(units > left(pledged, sum)),
                    Event::TakenBack(n) if n < came.len() => drop(came.remove(n)),
                    Event::TakenBack(_) => {}
                }
                let sum: i64 = came.iter().map(|(units, _)| units).sum();
                let beyond: i64 = came.iter().filter(|(_, surplus)| *surplus).map(|(units, _)| units).sum();
                prop_assert!(sum - beyond <= pledged);
                prop_assert_eq!(left(pledged, sum), (pledged - sum).max(0));
                prop_assert!(fits(pledged, sum, left(pledged, sum)) && !fits(pledged, sum, left(pledged, sum) + 1));
                status_now = status(status_now, pledged, sum, true);
                prop_assert_eq!(status_now == PledgeStatus::Fulfilled, sum >= pledged);
                prop_assert_ne!(status_now, PledgeStatus::Cancelled);
            }
            let sum: i64 = came.iter().map(|(units, _)| units).sum();
            let over = status(status_now, pledged, sum, goes_on);
            prop_assert_eq!(over == PledgeStatus::Cancelled, sum < pledged && !goes_on);
            prop_assert_eq!(status(PledgeStatus::Cancelled, pledged, sum, goes_on), PledgeStatus::Cancelled);
        }

        #[test]
        fn at_the_ends_of_64_bits(pledged in 1..i64::MAX, counted in 0..i64::MAX, more in 1..i64::MAX) {
            prop_assert_eq!(fits(pledged, counted, more), i128::from(counted) + i128::from(more) <= i128::from(pledged));
        }
    }
}
