//! What makes a donor fit a project; no I/O.
//!
//! A donor's row has a bit for each field of work and one for each state in which its places lie: matching reads these from
//! an index, and looks at P-codes only where a state is shared.

use crate::reference::tables::tables;
use crate::types::{Place, Sector};

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
    let mut pcodes: Vec<&str> = places.iter().filter_map(Place::pcode).collect();
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
