//! How much of something that is no money: sacks, hours, kilometres.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::decimal::{Decimal, DecimalError, Written, decimal_schema};
use crate::http::decode::{At, Decode, Described, Value};

/// How many decimals a quantity may have.
const DECIMALS: u32 = 3;

/// How much: a decimal number in a string, `"12.5"`, held in thousandths.
///
/// A body's is more than zero and has three decimals at most; one that was summed or reversed may be anything.
/// Written without zeros at the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i64);

impl Quantity {
    /// So many thousandths; negative for what is taken back.
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// The thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// Both together; none when 64 bits do not hold it.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The same taken back; none for the lowest one, which has no counterpart.
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = Written { units: self.0, places: DECIMALS }.to_string();
        out.write_str(written.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Quantity({self})")
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What was written before, which may be negative or nothing.
impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let units = text.parse().and_then(|decimal: Decimal| decimal.units(DECIMALS));
        units.map(Self).map_err(serde::de::Error::custom)
    }
}

impl Decode for Quantity {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let decimal = Decimal::decode(value, at)?;
        decimal
            .positive_units(DECIMALS)
            .map_or_else(|error: DecimalError| error.report(at), |units| Some(Self(units)))
    }
}

impl utoipa::PartialSchema for Quantity {
    fn schema() -> Described {
        decimal_schema(
            "A decimal number in a string, like \"12.5\", with three decimals at most; more than zero where it is asked \
             for. Arabic digits are understood. Answered without zeros at the end.",
        )
    }
}

impl utoipa::ToSchema for Quantity {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Quantity")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::decode::decode;
    use proptest::prelude::*;

    fn quantity(text: &str) -> Result<Quantity, &'static str> {
        decode(&Value::String(text.to_owned())).map_err(|problem| problem.field_errors()[0].code)
    }

    #[test]
    fn thousandths_of_one() {
        for (text, thousandths, written) in [
            ("12.5", 12_500, "12.5"),
            ("12.500", 12_500, "12.5"),
            ("100", 100_000, "100"),
            ("0.001", 1, "0.001"),
            ("٢٠٫٢٥", 20_250, "20.25"),
            ("9223372036854775.807", i64::MAX, "9223372036854775.807"),
        ] {
            let quantity = quantity(text).unwrap();
            assert_eq!((quantity.thousandths(), quantity.to_string().as_str()), (thousandths, written));
            assert_eq!(serde_json::to_value(quantity).unwrap(), written);
        }
        assert_eq!(Quantity::from_thousandths(0).to_string(), "0");
        assert_eq!(Quantity::from_thousandths(-2500).to_string(), "-2.5");
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for (text, code) in [
            ("0.0001", "too-many-decimals"),
            ("1.0000", "too-many-decimals"),
            ("0", "too-small"),
            ("-1", "too-small"),
            ("9223372036854775.808", "too-large"),
            ("", "invalid-format"),
            ("12 sacks", "invalid-format"),
        ] {
            assert_eq!(quantity(text), Err(code), "{text}");
        }
        let number = decode::<Quantity>(&Value::Number(5.into())).unwrap_err();
        assert_eq!(number.field_errors()[0].code, "wrong-type");
    }

    #[test]
    fn sums_end_where_64_bits_do() {
        let [one, most] = [1, i64::MAX].map(Quantity::from_thousandths);
        assert_eq!(one.checked_add(most), None);
        assert_eq!(one.checked_neg().and_then(|back| most.checked_add(back)), Some(Quantity(i64::MAX - 1)));
        assert_eq!(Quantity(i64::MIN).checked_neg(), None);
    }

    proptest! {
        #[test]
        fn quantities_come_back(thousandths in any::<i64>()) {
            let quantity = Quantity::from_thousandths(thousandths);
            let json = serde_json::to_string(&quantity).unwrap();
            prop_assert_eq!(serde_json::from_str::<Quantity>(&json).unwrap(), quantity);
            let written = quantity.to_string();
            prop_assert!(!written.ends_with('.') && (!written.contains('.') || !written.ends_with('0')));
        }
    }
}
