//! Decimal numbers in strings, held as whole numbers of their smallest unit: never a float.

use std::fmt;
use std::str::FromStr;

use crate::http::decode::{At, Decode, Described, Value};
use crate::text::digits::{ascii_digit, trimmed};

/// Why a text is not the number that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not written as a decimal number.
    #[error("must be a decimal number in a string, like \"1250.5\", without grouping")]
    Form,
    /// More decimals than are taken: so many.
    #[error("has more decimals than are taken: {0}")]
    Decimals(u32),
    /// Beyond what 64 bits hold, whose largest number this is.
    #[error("must be {0} or less")]
    TooLarge(String),
    /// Zero or less.
    #[error("must be more than 0")]
    NotPositive,
}

impl DecimalError {
    /// The code by which a body's error names it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Form => "invalid-format",
            Self::Decimals(_) => "too-many-decimals",
            Self::TooLarge(_) => "too-large",
            Self::NotPositive => "too-small",
        }
    }

    /// Reports it here; none, for the decoder to go on with.
    pub fn report<T>(&self, at: &mut At<'_>) -> Option<T> {
        at.report(self.code(), self.to_string());
        None
    }
}

/// A decimal number as it is written: a sign where negative, digits, and perhaps a point and more digits.
///
/// Arabic digits and their decimal separator (٫) are understood. How many decimals there may be, and how large the
/// number may be, is known to whoever asks for its [`units`](Self::units).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Every digit, in ASCII.
    digits: String,
    /// How many of them stand behind the point.
    decimals: usize,
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let text = trimmed(text);
        let (negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match unsigned.split_once(['.', '٫']) {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(DecimalError::Form),
            None => (unsigned, ""),
        };
        let ascii = |part: &str| part.chars().map(ascii_digit).collect::<Option<String>>();
        let (digits, fraction) = ascii(whole).zip(ascii(fraction)).ok_or(DecimalError::Form)?;
        if digits.is_empty() {
            return Err(DecimalError::Form);
        }
        Ok(Self { negative, decimals: fraction.len(), digits: digits + &fraction })
    }
}

impl Decimal {
    /// The number in units of which `places` decimals make one whole: with two, `"12.5"` is 1250.
    ///
    /// # Errors
    /// More decimals than that, or more units than an `i64` holds.
    pub fn units(&self, places: u32) -> Result<i64, DecimalError> {
        let missing = u32::try_from(self.decimals).ok().and_then(|decimals| places.checked_sub(decimals));
        let missing = missing.ok_or(DecimalError::Decimals(places))?;
        // Downwards, because the lowest i64 has no positive counterpart.
        let mut units: Option<i64> = Some(0);
        let zeros = (0..missing).map(|_| 0);
        for digit in self.digits.bytes().map(|byte| i64::from(byte - b'0')).chain(zeros) {
            units = units.and_then(|units| units.checked_mul(10)?.checked_sub(digit));
        }
        let units = if self.negative { units } else { units.and_then(i64::checked_neg) };
        units.ok_or_else(|| DecimalError::TooLarge(Written { units: i64::MAX, places }.to_string()))
    }

    /// As [`units`](Self::units), for what has to be there: more than zero.
    ///
    /// # Errors
    /// Those too, and zero or less.
    pub fn positive_units(&self, places: u32) -> Result<i64, DecimalError> {
        if self.negative || self.digits.bytes().all(|digit| digit == b'0') {
            return Err(DecimalError::NotPositive);
        }
        self.units(places)
    }
}

impl Decode for Decimal {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Value::String(text) = value else {
            at.wrong_type("a decimal number in a string", value);
            return None;
        };
        match text.parse::<Self>() {
            Ok(decimal) => Some(decimal),
            Err(error) => error.report(at),
        }
    }
}

impl utoipa::PartialSchema for Decimal {
    fn schema() -> Described {
        decimal_schema("A decimal number in a string, like \"1250.5\"; Arabic digits are understood.")
    }
}

impl utoipa::ToSchema for Decimal {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("Decimal")
    }
}

/// The schema of a decimal number in a string. Without a pattern: Arabic digits are understood, and not answered.
pub fn decimal_schema(description: &str) -> Described {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).into()
}

/// Units as a decimal number of exactly so many decimals: 1250 with two is `12.50`.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// How many of the smallest unit.
    pub units: i64,
    /// How many decimals make one whole.
    pub places: u32,
}

impl fmt::Display for Written {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = self.units.unsigned_abs().to_string();
        let places = usize::try_from(self.places).unwrap_or_default();
        let digits = format!("{digits:0>width$}", width = places + 1);
        match digits.split_at(digits.len() - places) {
            (whole, "") => write!(out, "{sign}{whole}"),
            (whole, fraction) => write!(out, "{sign}{whole}.{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(text: &str, places: u32) -> Result<i64, DecimalError> {
        text.parse::<Decimal>().and_then(|decimal| decimal.units(places))
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, places, expected) in [
            ("12.5", 2, 1250),
            ("12.50", 2, 1250),
            ("12", 2, 1200),
            ("007.5", 1, 75),
            ("0", 0, 0),
            ("-0.05", 2, -5),
            ("\u{2212}3", 0, -3),
            (" ١٢٫٥ ", 3, 12_500),
            ("\u{202B}۱۲٫۵\u{202C}", 1, 125),
            ("٣.٢٥", 2, 325),
            ("9223372036854775807", 0, i64::MAX),
            ("-92233720368547758.08", 2, i64::MIN),
            ("00000000000000000000000000000000000000000000001", 0, 1),
        ] {
            assert_eq!(units(text, places), Ok(expected), "{text}");
        }
        for text in [
            "", "-", ".", ".5", "5.", "5.-1", "+5", "1e3", "1,250", "1٬250", "1 250", "--5", "5-", "١२",
            "NaN", "5.0.0",
        ] {
            assert_eq!(units(text, 3), Err(DecimalError::Form), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(units("0.125", 2), Err(DecimalError::Decimals(2)));
        assert_eq!(units("5.0", 0), Err(DecimalError::Decimals(0)));
        for text in ["92233720368547758.08", "92233720368547759", "1".repeat(300).as_str()] {
            assert_eq!(
                units(text, 2),
                Err(DecimalError::TooLarge("92233720368547758.07".to_owned())),
                "{text}"
            );
        }
        assert!(matches!(units("-92233720368547758.09", 2), Err(DecimalError::TooLarge(_))));
        for text in ["0", "0.00", "-1", "-0"] {
            let decimal: Decimal = text.parse().unwrap();
            assert_eq!(decimal.positive_units(2), Err(DecimalError::NotPositive), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(units in any::<i64>(), places in 0u32..=6) {
            let text = Written { units, places }.to_string();
            prop_assert_eq!(text.parse::<Decimal>().unwrap().units(places), Ok(units));
            let arabic: String = text.chars().map(|character| match character {
                '0'..='9' => char::from_u32(u32::from('٠') + u32::from(character) - u32::from('0')).unwrap(),
                '.' => '٫',
                other => other,
            }).collect();
            prop_assert_eq!(arabic.parse::<Decimal>().unwrap().units(places), Ok(units));
        }

        #[test]
        fn any_text_is_a_number_or_an_error(text in "\\PC{0,24}", places in 0u32..=6) {
            if let Ok(units) = units(&text, places) {
                let written = Written { units, places }.to_string();
                prop_assert_eq!(written.parse::<Decimal>().unwrap().units(places), Ok(units));
            }
        }
    }
}
