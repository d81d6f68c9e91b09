//! At what rate an amount counts in another currency.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::donor_links::codes::RateBasis;
use crate::http::decode::{At, Decode, Described, Value};
use crate::types::CalendarDate;
use crate::types::decimal::{Decimal, DecimalError, Written, decimal_schema};
use crate::{body, view};

/// How many decimals a rate may have.
const DECIMALS: u32 = 8;

/// A rate of exchange: a decimal number in a string, `"2500"`. Written without zeros at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RateValue(i64);

impl fmt::Display for RateValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = Written { units: self.0, places: DECIMALS }.to_string();
        out.write_str(written.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl fmt::Debug for RateValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RateValue({self})")
    }
}

impl Serialize for RateValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What was written before.
impl<'de> Deserialize<'de> for RateValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let units = text.parse().and_then(|decimal: Decimal| decimal.units(DECIMALS));
        units.map(Self).map_err(serde::de::Error::custom)
    }
}

impl Decode for RateValue {
    fn decode(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let decimal = Decimal::decode(value, at)?;
        decimal
            .positive_units(DECIMALS)
            .map_or_else(|error: DecimalError| error.report(at), |units| Some(Self(units)))
    }
}

impl utoipa::PartialSchema for RateValue {
    fn schema() -> Described {
        decimal_schema(
            "A decimal number in a string, like \"2500\", with eight decimals at most; more than zero. Arabic digits are \
             understood. Answered without zeros at the end.",
        )
    }
}

impl utoipa::ToSchema for RateValue {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("RateValue")
    }
}

body! {
    /// The rate by which what came counts in the pledge's currency.
    pub struct NewRate {
        /// The rate, as it is quoted: `2500` of SDG for one USD. It is kept beside `counts_as`, which is what counts.
        pub value: RateValue,
        /// Whose rate it is.
        pub basis: RateBasis,
        /// Of which day; not in the future.
        pub on: CalendarDate,
    }
}

view! {
    /// The rate by which what came counts in the pledge's currency.
    pub struct Rate, kept {
        /// The rate, as it is quoted.
        pub value: RateValue,
        /// Whose rate it is.
        pub basis: RateBasis,
        /// Of which day.
        pub on: CalendarDate,
    }
}

impl From<&NewRate> for Rate {
    fn from(new: &NewRate) -> Self {
        Self { value: new.value, basis: new.basis, on: new.on }
    }
}
