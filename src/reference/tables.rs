//! The lists of `data/`, parsed once.
//!
//! The files are part of the binary and tested with it; should a row be broken all the same it is left out and
//! named in [`Tables::broken`], which a test wants empty.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

const SECTORS: &str = include_str!("../../data/sectors.csv");
const STATES: &str = include_str!("../../data/states.csv");
const LOCALITIES: &str = include_str!("../../data/localities.csv");
const COUNTRIES: &str = include_str!("../../data/countries.csv");
const CURRENCIES: &str = include_str!("../../data/currencies.csv");
const LABELS: &str = include_str!("../../data/labels.csv");

/// A name in Arabic and English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Label {
    /// In Arabic.
    pub ar: &'static str,
    /// In English.
    pub en: &'static str,
}

/// A sector and what the outside standards call it.
#[derive(Debug, Clone, Copy)]
pub struct SectorRow {
    /// Its code here.
    pub code: &'static str,
    /// Its names.
    pub name: Label,
    /// The Global Cluster's code, where one fits.
    pub cluster: Option<&'static str>,
    /// The OECD DAC purpose code, five digits.
    pub dac: &'static str,
    /// Whether the DAC code means the same, and not only something near.
    pub exact: bool,
}

/// A state or a locality of the Common Operational Dataset.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    /// Its P-code.
    pub pcode: &'static str,
    /// Its names, in the source's own spelling.
    pub name: Label,
    /// The P-code of the state of a locality; a state's own.
    pub state: &'static str,
}

/// A currency of ISO 4217.
#[derive(Debug, Clone, Copy)]
pub struct Currency {
    /// Its three letters.
    pub code: &'static str,
    /// Digits of its minor unit.
    pub digits: u8,
    /// Its names.
    pub name: Label,
}

/// Every list.
#[derive(Debug, Default)]
pub struct Tables {
    /// In the order of the file.
    pub sectors: Vec<SectorRow>,
    /// States by P-code.
    pub states: BTreeMap<&'static str, Unit>,
    /// Localities by P-code.
    pub localities: BTreeMap<&'static str, Unit>,
    /// Countries by their two letters.
    pub countries: BTreeMap<&'static str, Label>,
    /// Currencies by their three letters.
    pub currencies: BTreeMap<&'static str, Currency>,
    /// Labels by key; those of the sectors are their names.
    pub labels: BTreeMap<String, Label>,
    /// Rows that could not be read.
    pub broken: Vec<String>,
}

/// The lists; parsed when first asked for.
pub fn tables() -> &'static Tables {
    static TABLES: LazyLock<Tables> = LazyLock::new(Tables::parse);
    &TABLES
}

/// The country whose administrative units have P-codes here.
pub const HOME_COUNTRY: &str = "SD";

#[derive(Deserialize)]
struct SectorLine {
    code: String,
    ar: String,
    en: String,
    cluster: Option<String>,
    dac: String,
    exact: bool,
}

#[derive(Deserialize)]
struct UnitLine {
    pcode: String,
    name_en: String,
    name_ar: String,
    state_pcode: Option<String>,
}

#[derive(Deserialize)]
struct CountryLine {
    code: String,
    name_en: String,
    name_ar: String,
}

#[derive(Deserialize)]
struct CurrencyLine {
    code: String,
    digits: u8,
    name_en: String,
    name_ar: String,
}

#[derive(Deserialize)]
struct LabelLine {
    key: String,
    ar: String,
    en: String,
}

impl Tables {
    fn parse() -> Self {
        let mut tables = Self::default();
        tables.parse_sectors();
        tables.parse_units();
        tables.parse_money_and_countries();
        tables.parse_labels();
        tables
    }

    fn parse_sectors(&mut self) {
        for line in self.lines::<SectorLine>("sectors", SECTORS) {
            let name = label(line.ar, line.en);
            self.put_label(format!("sector.{}", line.code), name);
            self.sectors.push(SectorRow {
                code: keep(line.code),
                name,
                cluster: line.cluster.map(keep),
                dac: keep(line.dac),
                exact: line.exact,
            });
        }
    }

    fn parse_units(&mut self) {
        for line in self.lines::<UnitLine>("states", STATES) {
            let pcode = keep(line.pcode);
            let unit = Unit { pcode, name: label(line.name_ar, line.name_en), state: pcode };
            if self.states.insert(pcode, unit).is_some() {
                self.broken.push(format!("states: {pcode} twice"));
            }
        }
        for line in self.lines::<UnitLine>("localities", LOCALITIES) {
            let pcode = keep(line.pcode);
            let state =
                line.state_pcode.as_deref().and_then(|state| self.states.get(state)).map(|state| state.pcode);
            let Some(state) = state else {
                self.broken.push(format!("localities: {pcode} is in no state"));
                continue;
            };
            let unit = Unit { pcode, name: label(line.name_ar, line.name_en), state };
            if self.localities.insert(pcode, unit).is_some() {
                self.broken.push(format!("localities: {pcode} twice"));
            }
        }
    }

    fn parse_money_and_countries(&mut self) {
        for line in self.lines::<CountryLine>("countries", COUNTRIES) {
            self.countries.insert(keep(line.code), label(line.name_ar, line.name_en));
        }
        for line in self.lines::<CurrencyLine>("currencies", CURRENCIES) {
            let code = keep(line.code);
            let currency = Currency { code, digits: line.digits, name: label(line.name_ar, line.name_en) };
            self.currencies.insert(code, currency);
        }
    }

    fn parse_labels(&mut self) {
        for line in self.lines::<LabelLine>("labels", LABELS) {
            self.put_label(line.key, label(line.ar, line.en));
        }
    }

    fn put_label(&mut self, key: String, name: Label) {
        if name.ar.is_empty() || name.en.is_empty() {
            self.broken.push(format!("labels: {key} is empty"));
        }
        match self.labels.entry(key) {
            Entry::Vacant(free) => {
                free.insert(name);
            }
            Entry::Occupied(taken) => self.broken.push(format!("labels: {} twice", taken.key())),
        }
    }

    fn lines<T: for<'de> Deserialize<'de>>(&mut self, file: &str, text: &'static str) -> Vec<T> {
        let mut good = Vec::new();
        for line in csv::Reader::from_reader(text.as_bytes()).into_deserialize() {
            match line {
                Ok(line) => good.push(line),
                Err(error) => self.broken.push(format!("{file}: {error}")),
            }
        }
        good
    }
}

/// The lists live as long as the process; so do their texts.
fn keep(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn label(ar: String, en: String) -> Label {
    Label { ar: keep(ar), en: keep(en) }
}

/// The localities of each state, by the state's P-code.
pub fn localities_by_state() -> HashMap<&'static str, Vec<&'static Unit>> {
    let mut by_state: HashMap<&str, Vec<&Unit>> = HashMap::new();
    for unit in tables().localities.values() {
        by_state.entry(unit.state).or_default().push(unit);
    }
    by_state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Sector;

    #[test]
    fn every_embedded_row_is_good() {
        let tables = tables();
        assert_eq!(tables.broken, Vec::<String>::new());
        assert_eq!((tables.states.len(), tables.localities.len()), (19, 189));
        assert_eq!(tables.countries.len(), 249);
        assert!(tables.currencies.len() > 150);
        assert_eq!(localities_by_state().len(), 19);
    }

    #[test]
    fn the_sectors_of_the_code_are_those_of_the_file() {
        let listed: Vec<&str> = tables().sectors.iter().map(|sector| sector.code).collect();
        assert_eq!(listed, Sector::CODES);
        assert!(tables().sectors.iter().all(|sector| sector.dac.len() == 5));
    }

    #[test]
    fn currencies_have_the_digits_of_iso_4217() {
        let digits = |code: &str| tables().currencies.get(code).map(|currency| currency.digits);
        for (code, expected) in [
            ("SDG", 2),
            ("USD", 2),
            ("EUR", 2),
            ("SAR", 2),
            ("AED", 2),
            ("GBP", 2),
            ("EGP", 2),
            ("QAR", 2),
            ("KWD", 3),
            ("BHD", 3),
            ("IQD", 3),
            ("JPY", 0),
            ("UGX", 0),
        ] {
            assert_eq!(digits(code), Some(expected), "{code}");
        }
        assert_eq!(digits("SDP"), None);
        assert!(tables().currencies.keys().all(|code| code.len() == 3));
    }
}
