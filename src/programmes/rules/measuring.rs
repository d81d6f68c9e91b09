//! What the values of an indicator may be, by its measure. No I/O.

use crate::programmes::codes::Measure;
use crate::types::decimal::{Decimal, DecimalError, Written};

/// How many decimals a value may have.
const DECIMALS: u32 = 6;
/// A hundred of a hundred.
const ALL: i64 = 100_000_000;

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// By code.
    pub code: &'static str,
    /// In words.
    pub detail: String,
}

impl From<DecimalError> for Mistake {
    fn from(error: DecimalError) -> Self {
        Self { code: error.code(), detail: error.to_string() }
    }
}

fn places(measure: Measure) -> Option<u32> {
    match measure {
        Measure::Unit | Measure::Percentage => Some(DECIMALS),
        Measure::Ordinal => Some(0),
        Measure::Nominal | Measure::Qualitative => None,
    }
}

/// Whether a text is a value of this measure.
///
/// # Errors
/// Why it is none.
pub fn check(measure: Measure, value: &str) -> Result<(), Mistake> {
    let Some(places) = places(measure) else { return Ok(()) };
    let units = value.parse::<Decimal>()?.units(places)?;
    if measure == Measure::Percentage && !(0..=ALL).contains(&units) {
        return Err(Mistake { code: "out-of-range", detail: "must be between 0 and 100".to_owned() });
    }
    Ok(())
}

/// A checked value in its one form: numbers in ASCII digits, without zeros at the end.
pub fn normal(measure: Measure, value: &str) -> String {
    let units =
        places(measure).and_then(|places| Some((value.parse::<Decimal>().ok()?.units(places).ok()?, places)));
    match units {
        Some((units, 0)) => units.to_string(),
        Some((units, places)) => {
            let written = Written { units, places }.to_string();
            written.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        None => value.to_owned(),
    }
}

/// A value of this measure as a number of its smallest part; none where it is words.
pub fn number(measure: Measure, value: &str) -> Option<(i64, u32)> {
    let places = places(measure)?;
    Some((value.parse::<Decimal>().ok()?.units(places).ok()?, places))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_their_measure_says() {
        for (measure, value, expected) in [
            (Measure::Unit, "12.50", Ok("12.5")),
            (Measure::Unit, "-3", Ok("-3")),
            (Measure::Unit, "١٢٫٥", Ok("12.5")),
            (Measure::Unit, "0", Ok("0")),
            (Measure::Unit, "100", Ok("100")),
            (Measure::Unit, "many", Err("invalid-format")),
            (Measure::Unit, "0.1234567", Err("too-many-decimals")),
            (Measure::Unit, "99999999999999999999", Err("too-large")),
            (Measure::Percentage, "0", Ok("0")),
            (Measure::Percentage, "100.000", Ok("100")),
            (Measure::Percentage, "100.000001", Err("out-of-range")),
            (Measure::Percentage, "-1", Err("out-of-range")),
            (Measure::Ordinal, "٣", Ok("3")),
            (Measure::Ordinal, "3.5", Err("too-many-decimals")),
            (Measure::Nominal, "حضري", Ok("حضري")),
            (Measure::Qualitative, "12.50", Ok("12.50")),
        ] {
            let found = check(measure, value).map(|()| normal(measure, value)).map_err(|error| error.code);
            assert_eq!(found, expected.map(str::to_owned), "{measure} {value}");
        }
    }
}
