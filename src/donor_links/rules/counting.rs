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
