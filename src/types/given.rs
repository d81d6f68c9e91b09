//! What is given: an amount of money, or so many units of something. In bodies and answers these are the members
//! `money`, or `quantity` and `unit`, beside a `description`; in tables four columns.

use super::{CurrencyCode, Money, Quantity};
use crate::http::problem::{Problem, Result};

/// Something wrong with what is given: the member, the code, and in words.
pub type Mistake = (&'static str, &'static str, &'static str);

/// What does not go together in what is given.
pub fn mistakes(money: Option<Money>, quantity: Option<Quantity>, unit: bool) -> Vec<Mistake> {
    let mut found = Vec::new();
    match (money.is_some(), quantity.is_some(), unit) {
        (true, false, false) | (false, true, true) => {}
        (true, ..) => found.push(("quantity", "not-both", "it is money, or a quantity of something")),
        (false, false, false) => {
            found.push(("money", "required", "say how much money, or quantity and unit"));
        }
        (false, false, true) => found.push(("quantity", "required", "say how many of these")),
        (false, true, false) => found.push(("unit", "required", "say of what")),
    }
    found
}

/// The same where goods have to be described too.
pub fn mistakes_described(
    money: Option<Money>,
    quantity: Option<Quantity>,
    unit: bool,
    description: bool,
) -> Vec<Mistake> {
    let mut found = mistakes(money, quantity, unit);
    if quantity.is_some() && money.is_none() && !description {
        found.push(("description", "required", "say what it is"));
    }
    found
}

/// What is given, as columns: below zero where it takes another back, so that sums are right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Minor units of the currency.
    pub amount_minor: Option<i64>,
    /// The currency.
    pub currency: Option<String>,
    /// Thousandths of the unit.
    pub quantity_thousandths: Option<i64>,
    /// The unit.
    pub unit: Option<String>,
}

impl Columns {
    /// Of what a body or an answer says; `reversed` where it takes another back. What a body says is more than
    /// zero, so that it has a counterpart below.
    pub fn of(
        money: Option<Money>,
        quantity: Option<Quantity>,
        unit: Option<String>,
        reversed: bool,
    ) -> Self {
        let kept = |number: i64| if reversed { -number } else { number };
        Self {
            amount_minor: money.map(|money| kept(money.minor())),
            currency: money.map(|money| money.currency().as_str().to_owned()),
            quantity_thousandths: quantity.map(|quantity| kept(quantity.thousandths())),
            unit,
        }
    }

    /// The amount, never below zero.
    ///
    /// # Errors
    /// `internal` when the currency is none.
    pub fn money(&self) -> Result<Option<Money>> {
        money_of(self.amount_minor.map(i64::saturating_abs), self.currency.as_deref())
    }

    /// The quantity, never below zero.
    pub fn quantity(&self) -> Option<Quantity> {
        self.quantity_thousandths.map(|number| Quantity::from_thousandths(number.saturating_abs()))
    }
}

/// An amount in two columns; none where one of them is null.
///
/// # Errors
/// `internal` when the currency is none.
pub fn money_of(minor: Option<i64>, currency: Option<&str>) -> Result<Option<Money>> {
    let currency = currency.map(currency_of).transpose()?;
    Ok(currency.zip(minor).map(|(currency, minor)| Money::from_minor(currency, minor)))
}

/// The currency of a stored amount.
///
/// # Errors
/// `internal` when there is no such currency.
pub fn currency_of(stored: &str) -> Result<CurrencyCode> {
    CurrencyCode::parse(stored).ok_or_else(|| Problem::internal("a stored currency that is none"))
}
