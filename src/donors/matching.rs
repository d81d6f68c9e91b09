//! What makes a donor fit a project; no I/O.
//!
//! A donor's row has a bit for each field of work and one for each state in which its places lie: matching reads these from
//! an index, and looks at P-codes only where a state is shared.

use crate::db::dialect::matches::Wanted;
use crate::donors::codes::Fits;
use crate::reference::tables::tables;
use crate::types::{Money, Place, Sector};

/// Bits that a column has for states.
const STATE_BITS: u32 = 63;

/// The place of a field's bit. The list only grows at its end.
pub fn sector_place(sector: Sector) -> u32 {
    sector as u32
}

/// The bits of fields of work.
pub fn sector_bits<'a>(sectors: impl IntoIterator<Item = &'a Sector>) -> i64 {
    sectors.into_iter().fold(0, |bits, sector| bits | 1 << sector_place(*sector))
}

/// The bits of the states in which places lie, by their P-codes. Two states may share a bit: it says where to look.
pub fn state_bits<'a>(pcodes: impl IntoIterator<Item = &'a str>) -> i64 {
    let place = |pcode: &str| {
        let state = state_of(pcode).unwrap_or(pcode);
        state.bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % STATE_BITS)
    };
    pcodes.into_iter().fold(0, |bits, pcode| bits | 1 << place(pcode))
}

/// The P-codes of a donor's places.
pub fn pcodes(places: &[Place]) -> Vec<&'static str> {
    let mut pcodes: Vec<&str> = places.iter().filter_map(|place| place.area().pcode()).collect();
    pcodes.sort_unstable();
    pcodes.dedup();
    pcodes
}

/// The P-code of the state that a P-code lies in, or is.
fn state_of(pcode: &str) -> Option<&'static str> {
    let places = tables();
    let locality = places.localities.get(pcode).map(|unit| unit.state);
    locality.or_else(|| places.states.get(pcode).map(|unit| unit.pcode))
}

/// All P-codes that lie in one of these, or in which one of these lies; these too.
pub fn around(pcodes: &[String]) -> Vec<&'static str> {
    let places = tables();
    let mut all: Vec<&str> = Vec::new();
    for pcode in pcodes {
        match places.localities.get(pcode.as_str()) {
            Some(locality) => all.extend([locality.pcode, locality.state]),
            None => {
                let state = places.states.get(pcode.as_str());
                all.extend(state.map(|unit| unit.pcode));
                let inside = places.localities.values().filter(|unit| unit.state == pcode);
                all.extend(inside.map(|unit| unit.pcode));
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// What a project seeks: what donors are matched with.
#[derive(Debug, Clone)]
pub struct Seeking {
    /// In which fields of work.
    pub sectors: Vec<Sector>,
    /// Where: the P-codes of its place and of the communities that it serves.
    pub pcodes: Vec<String>,
    /// What it lacks; none where that is not known, or not to the caller.
    pub gap: Option<Money>,
}

impl Seeking {
    /// What is asked of the table.
    pub fn wanted(&self) -> Wanted {
        let around = around(&self.pcodes);
        Wanted {
            sectors: self.sectors.iter().map(|sector| sector_place(*sector)).collect(),
            states: state_bits(around.iter().copied()),
            pcodes: around,
            gap: self.gap.map(|gap| (gap.currency().as_str(), gap.minor())),
        }
    }
}

/// Whether what a project lacks is what a donor gives.
pub fn fits(gap: Option<Money>, [minimum, maximum]: [Option<Money>; 2]) -> Fits {
    let Some((gap, currency)) = gap.zip(minimum.or(maximum).map(Money::currency)) else {
        return Fits::Unknown;
    };
    if gap.currency() != currency {
        Fits::Unknown
    } else if minimum.is_some_and(|minimum| gap.minor() < minimum.minor()) {
        Fits::Below
    } else if maximum.is_some_and(|maximum| gap.minor() > maximum.minor()) {
        Fits::Above
    } else {
        Fits::Within
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::CurrencyCode;

    /// What is in rows already says by its place which field it is: a field may be added at the end only.
    #[test]
    fn the_places_of_bits_stay() {
        let places: Vec<u32> = Sector::ALL.iter().map(|sector| sector_place(*sector)).collect();
        assert_eq!(places, (0..Sector::ALL.len() as u32).collect::<Vec<_>>());
        assert!(places.len() < 63);
        assert_eq!(sector_bits(&[Sector::Education, Sector::Health, Sector::Other]), 0b11 | 1 << 26);
        let state = state_bits(["SD15"]);
        assert_eq!(state.count_ones(), 1);
        assert_eq!((state, state_bits(["SD15032"])), (1 << 43, state));
        assert_eq!(state_bits([]), 0);
    }

    #[test]
    fn places_lie_in_each_other_both_ways() {
        let around =
            |pcodes: &[&str]| super::around(&pcodes.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        assert_eq!(around(&["SD15032"]), ["SD15", "SD15032"]);
        let whole = around(&["SD15"]);
        assert!(
            whole.contains(&"SD15") && whole.contains(&"SD15032") && !whole.contains(&"SD01"),
            "{whole:?}"
        );
        assert_eq!(around(&["SD15", "SD15032"]), whole);
        assert!(around(&["XX99"]).is_empty() && around(&[]).is_empty());
    }

    #[test]
    fn a_gap_beside_a_range() {
        let money =
            |currency: &str, minor| Some(Money::from_minor(CurrencyCode::parse(currency).unwrap(), minor));
        let sdg = |minor| money("SDG", minor);
        for (gap, range, expected) in [
            (sdg(5), [sdg(1), sdg(9)], Fits::Within),
            (sdg(1), [sdg(1), sdg(1)], Fits::Within),
            (sdg(0), [sdg(1), None], Fits::Below),
            (sdg(9), [sdg(1), None], Fits::Within),
            (sdg(9), [None, sdg(8)], Fits::Above),
            (sdg(8), [None, sdg(8)], Fits::Within),
            (sdg(8), [None, None], Fits::Unknown),
            (None, [sdg(1), sdg(9)], Fits::Unknown),
            (money("USD", 5), [sdg(1), sdg(9)], Fits::Unknown),
        ] {
            assert_eq!(fits(gap, range), expected, "{gap:?} {range:?}");
        }
    }
}
