//! Donors that may support a project.

use std::collections::HashSet;

use diesel::prelude::*;

use super::shown;
use crate::access::Sight;
use crate::access::keys::Keys;
use crate::db::Db;
use crate::db::dialect::matches::{Known, ranked};
use crate::db::schema::communities;
use crate::donors::matching::{self, Seeking};
use crate::donors::model::{DonorMatch, DonorRow};
use crate::donors::reasons::{Agreement, reasons};
use crate::http::problem::Result;
use crate::projects::model::{Project, ProjectRow};
use crate::types::Sector;

/// What a project seeks, as far as the caller sees it.
///
/// # Errors
/// The engine's.
pub fn seeking(db: &mut Db, row: &ProjectRow, seen: &Project) -> Result<Seeking> {
    let mut pcodes: Vec<String> = communities::table
        .filter(communities::id.eq_any(row.community_ids.get()?))
        .filter(communities::pcode.ne(""))
        .select(communities::pcode)
        .load(db)?;
    pcodes.extend(row.pcode.clone());
    // Where nothing lacks, no range is asked whether it fits.
    Ok(Seeking { sectors: row.sectors.get()?, pcodes, gap: seen.funding_gap.filter(|gap| gap.minor() > 0) })
}

/// The best matches among the donors that the caller may know of. Which are shown and in which order is one
/// statement's; only the names of those shown are opened.
///
/// # Errors
/// The engine's; as [`Keys::unseal`].
pub fn matches(
    db: &mut Db,
    keys: &Keys,
    sight: &Sight,
    seeking: &Seeking,
    at_most: usize,
) -> Result<Vec<DonorMatch>> {
    let own = sight.organisations().iter().map(|seen| seen.organisation).collect();
    let known = Known { own, network: sight.network() };
    let wanted = seeking.wanted();
    let places: HashSet<&str> = wanted.pcodes.iter().copied().collect();
    let rows = ranked(db, &wanted, &known, at_most)?;
    rows.iter().map(|row| matched(db, keys, sight, seeking, &places, row)).collect()
}

fn matched(
    db: &mut Db,
    keys: &Keys,
    sight: &Sight,
    seeking: &Seeking,
    places: &HashSet<&str>,
    row: &DonorRow,
) -> Result<DonorMatch> {
    let donor = shown(db, keys, sight, row)?;
    let supports: Vec<Sector> = donor.interests.sectors.get()?;
    let shared_sectors: Vec<Sector> =
        seeking.sectors.iter().copied().filter(|sector| supports.contains(sector)).collect();
    let own_places = matching::pcodes(&donor.interests.places.get()?);
    let shared_places: Vec<String> =
        own_places.into_iter().filter(|pcode| places.contains(pcode)).map(str::to_owned).collect();
    let range = [donor.interests.minimum, donor.interests.maximum];
    let fits = matching::fits(seeking.gap, range);
    let agreement =
        Agreement { sectors: &shared_sectors, places: &shared_places, gap: seeking.gap, range, fits };
    let reasons = reasons(&agreement);
    let [minimum, maximum] = range;
    Ok(DonorMatch { donor, reasons, shared_sectors, shared_places, gap: seeking.gap, minimum, maximum, fits })
}
