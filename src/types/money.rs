//! Amounts of money: a currency and a whole number of its minor units.

use std::collections::HashSet;
use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::area::listed_code;
use super::decimal::{Decimal, Written};
use crate::http::decode::{At, Components, Decode, Described, Object, Value, documented, object, reference};
use crate::reference::tables::tables;

listed_code! {
    /// A currency of ISO 4217, by its three letters.
    CurrencyCode, "unknown-currency",
    "a currency's three letters of ISO 4217 (see /v1/reference/currencies), like SDG", "^[A-Z]{3}$",
    |text| tables().currencies.get_key_value(text).map(|(code, _)| *code)
}

impl CurrencyCode {
    /// How many digits its minor unit has: SDG 2, JPY 0, KWD 3.
    pub fn digits(self) -> u32 {
        // Every code there is was found in the table.
        tables().currencies.get(self.0).map(|currency| u32::from(currency.digits)).unwrap_or_default()
    }
}

/// An amount in one currency: `{"amount": "1250000.00", "currency": "SDG"}`.
///
/// Held in minor units. A body's amount is more than zero, with no more decimals than the currency has; one that
/// was summed or reversed may be anything. Written always with all of the currency's decimals.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: CurrencyCode,
}

impl Money {
    const MEMBERS: [&'static str; 2] = ["amount", "currency"];

    /// The most that a body may say, in minor units: so little that no sum of the thousands of amounts that one thing
    /// may have comes near to what 64 bits hold, and so much that nobody gives more.
    pub const LARGEST: i64 = 1_000_000_000_000_000;

    /// So many minor units of a currency; negative for what is taken back.
    pub const fn from_minor(currency: CurrencyCode, minor: i64) -> Self {
        Self { minor, currency }
    }

    /// The minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> CurrencyCode {
        self.currency
    }

    /// The amount as it is written: `1250000.00`.
    pub fn amount(self) -> String {
        self.written().to_string()
    }

    fn written(self) -> Written {
        Written { units: self.minor, places: self.currency.digits() }
    }

    /// Both together; none when the currencies differ (those are never added up) or 64 bits do not hold it.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let minor = self.minor.checked_add(other.minor).filter(|_| self.currency == other.currency)?;
        Some(Self { minor, ..self })
    }

    /// The same amount taken back; none for the lowest one, which has no counterpart.
    pub fn checked_neg(self) -> Option<Self> {
        Some(Self { minor: self.minor.checked_neg()?, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.written(), self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Money({self})")
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut money = serializer.serialize_struct("Money", 2)?;
        money.serialize_field("amount", &self.amount())?;
        money.serialize_field("currency", &self.currency)?;
        money.end()
    }
}

/// What was written before, which may be negative or nothing.
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Stored {
            amount: String,
            currency: CurrencyCode,
        }
        let Stored { amount, currency } = Stored::deserialize(deserializer)?;
        let decimal = amount.parse::<Decimal>().map_err(serde::de::Error::custom)?;
        let minor = decimal.units(currency.digits()).map_err(serde::de::Error::custom)?;
        Ok(Self { minor, currency })
    }
}

impl Decode for Money {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let before = at.reported();
        let members = Object::of(value, &Self::MEMBERS, at)?;
        let amount: Option<Decimal> = members.read("amount", at);
        let currency: Option<CurrencyCode> = members.read("currency", at);
        let (amount, currency) = (amount?, currency?);
        let minor = at.member("amount", |at| match amount.positive_units(currency.digits()) {
            Ok(minor) if minor > Self::LARGEST => {
                let largest = Self { minor: Self::LARGEST, currency };
                at.report("too-large", format!("must be {} or less", largest.amount()));
                None
            }
            Ok(minor) => Some(minor),
            Err(error) => error.report(at),
        })?;
        (at.reported() == before).then_some(Self { minor, currency })
    }
}

impl utoipa::PartialSchema for Money {
    fn schema() -> Described {
        let amount = "A decimal number in a string with no more decimals than the currency has; more than zero where it \
                      is asked for, 10^15 minor units at the most. Arabic digits are understood. Answered with all of the currency's decimals.";
        object(
            &["An amount in one currency. Amounts in different currencies are never added up."],
            vec![
                ("amount", documented(reference("Decimal"), &[amount]), true),
                ("currency", reference("CurrencyCode"), true),
            ],
        )
    }
}

impl utoipa::ToSchema for Money {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Money")
    }

    fn schemas(out: &mut Components) {
        <Decimal as Decode>::components(out);
        <CurrencyCode as Decode>::components(out);
    }
}

/// Reports every amount whose currency one before it has: in a list of one per currency, `at` being the list.
pub fn no_currency_twice(amounts: &[Money], at: &mut At<'_>) {
    let mut seen = HashSet::new();
    for (i, money) in amounts.iter().enumerate() {
        if !seen.insert(money.currency) {
            let detail = format!("{} stands here twice", money.currency);
            at.index(i, |at| at.member("currency", |at| at.report("duplicate-value", detail)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::{decode, parse};
    use proptest::prelude::*;

    fn money(body: &str) -> Result<Money, Vec<(String, &'static str)>> {
        decode(&parse(body.as_bytes()).unwrap()).map_err(|problem| {
            problem.field_errors().iter().map(|error| (error.pointer.clone(), error.code)).collect()
        })
    }

    fn of(amount: &str, currency: &str) -> Result<Money, Vec<(String, &'static str)>> {
        money(&format!(r#"{{"amount":"{amount}","currency":"{currency}"}}"#))
    }

    #[test]
    fn an_amount_has_the_digits_of_its_currency() {
        for (amount, currency, minor, written) in [
            ("1250000.00", "SDG", 125_000_000, "1250000.00"),
            ("5", "USD", 500, "5.00"),
            ("5.1", "USD", 510, "5.10"),
            ("0.01", "EUR", 1, "0.01"),
            ("700", "JPY", 700, "700"),
            ("1.005", "KWD", 1005, "1.005"),
            ("٢٥٠٠٫٥", "SDG", 250_050, "2500.50"),
            ("10000000000000", "SDG", Money::LARGEST, "10000000000000.00"),
        ] {
            let money = of(amount, currency).unwrap();
            assert_eq!((money.minor(), money.currency().as_str()), (minor, currency));
            let json = serde_json::to_string(&money).unwrap();
            assert_eq!(json, format!(r#"{{"amount":"{written}","currency":"{currency}"}}"#));
            assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }
        assert_eq!(of("5", "USD").unwrap().to_string(), "5.00 USD");
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        let at = |pointer: &str, code| Err(vec![(pointer.to_owned(), code)]);
        for (amount, currency, code) in [
            ("1.001", "SDG", "too-many-decimals"),
            ("1.0", "JPY", "too-many-decimals"),
            ("1.0000", "KWD", "too-many-decimals"),
            ("0", "SDG", "too-small"),
            ("0.00", "SDG", "too-small"),
            ("-1", "SDG", "too-small"),
            ("10000000000000.01", "SDG", "too-large"),
            ("92233720368547758.08", "SDG", "too-large"),
            ("9223372036854775.808", "KWD", "too-large"),
            ("", "SDG", "invalid-format"),
            ("1,250", "SDG", "invalid-format"),
            ("ten", "SDG", "invalid-format"),
        ] {
            assert_eq!(of(amount, currency), at("/amount", code), "{amount} {currency}");
        }
        for currency in ["SDP", "sdg", "", "XXX", "USDT"] {
            assert_eq!(of("1", currency), at("/currency", "unknown-currency"), "{currency}");
        }
        assert_eq!(money(r#"{"amount":"5"}"#), at("/currency", "required"));
        assert_eq!(money(r#"{"currency":"SDG","amount":null}"#), at("/amount", "required"));
        assert_eq!(money(r#"{"amount":5,"currency":"SDG"}"#), at("/amount", "wrong-type"));
        assert_eq!(money(r#""5 SDG""#), at("", "wrong-type"));
        assert_eq!(money(r#"{"amount":"5","currency":"SDG","rate":1}"#), at("/rate", "unknown-field"));
        assert_eq!(
            of("x", "SDP"),
            Err(vec![("/amount".to_owned(), "invalid-format"), ("/currency".to_owned(), "unknown-currency")])
        );
    }

    #[test]
    fn what_is_kept_may_be_negative_or_nothing() {
        let sdg = CurrencyCode::parse("SDG").unwrap();
        for minor in [i64::MIN, -1, 0, i64::MAX] {
            let json = serde_json::to_value(Money::from_minor(sdg, minor)).unwrap();
            assert_eq!(serde_json::from_value::<Money>(json).unwrap().minor(), minor);
        }
        for broken in [
            r#"{"amount":"1.001","currency":"SDG"}"#,
            r#"{"amount":"1","currency":"SDP"}"#,
            r#"{"amount":1,"currency":"SDG"}"#,
            r#"{"amount":"1"}"#,
        ] {
            assert!(serde_json::from_str::<Money>(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn sums_stay_in_one_currency() {
        let [sdg, usd] = ["SDG", "USD"].map(|code| CurrencyCode::parse(code).unwrap());
        let five = Money::from_minor(sdg, 500);
        assert_eq!(five.checked_add(Money::from_minor(sdg, -200)), Some(Money::from_minor(sdg, 300)));
        assert_eq!(five.checked_add(Money::from_minor(usd, 1)), None);
        assert_eq!(five.checked_add(Money::from_minor(sdg, i64::MAX)), None);
        assert_eq!(five.checked_neg(), Some(Money::from_minor(sdg, -500)));
        assert_eq!(Money::from_minor(sdg, i64::MIN).checked_neg(), None);

        let mut errors = Vec::new();
        let list = [five, Money::from_minor(usd, 1), five, five];
        At::new(&mut errors).member("budget", |at| no_currency_twice(&list, at));
        let found: Vec<_> = errors.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
        let twice = "duplicate-value";
        assert_eq!(found, [("/budget/2/currency", twice), ("/budget/3/currency", twice)]);
    }

    proptest! {
        #[test]
        fn amounts_come_back_from_a_body(minor in 1..=Money::LARGEST, at in 0usize..) {
            let currencies: Vec<&str> = tables().currencies.keys().copied().collect();
            let currency = CurrencyCode::parse(currencies[at % currencies.len()]).unwrap();
            let money = Money::from_minor(currency, minor);
            let body = serde_json::to_vec(&money).unwrap();
            prop_assert_eq!(decode::<Money>(&parse(&body).unwrap()).unwrap(), money);
            prop_assert_eq!(serde_json::from_slice::<Money>(&body).unwrap(), money);
        }
    }
}
