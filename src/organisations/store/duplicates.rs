//! What an application may be a copy of: an organisation of the same name, or with the same external id.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{organisation_external_ids as ids, organisations};
use crate::http::problem::Result;
use crate::organisations::codes::OrganisationStatus;
use crate::organisations::model::{Organisation, PossibleDuplicate};
use crate::text::Name;
use crate::types::{Json, OrganisationId};

/// How many are looked at.
const MOST: i64 = 200;

/// Adds to the applications among these what they may be copies of; the others cost nothing.
///
/// # Errors
/// The engine's.
pub fn add(db: &mut Db, shown: &mut [Organisation]) -> Result<()> {
    let asking: Vec<OrganisationId> =
        shown.iter().filter(|one| one.application.is_some()).map(|one| one.id).collect();
    if asking.is_empty() {
        return Ok(());
    }
    let pairs = pairs(db, asking)?;
    let found = named(db, pairs.iter().map(|(_, other)| *other).collect())?;
    for organisation in shown {
        let id = organisation.id;
        if let Some(application) = &mut organisation.application {
            let others = pairs.iter().filter(|(of, _)| *of == id);
            application.possible_duplicates =
                Some(others.filter_map(|(_, other)| found.get(other).cloned()).collect());
        }
    }
    Ok(())
}

/// Each application with each organisation that it may be.
fn pairs(db: &mut Db, asking: Vec<OrganisationId>) -> Result<BTreeSet<(OrganisationId, OrganisationId)>> {
    use organisations::dsl;
    let names: Vec<(OrganisationId, String)> = dsl::organisations
        .filter(dsl::id.eq_any(asking.clone()))
        .select((dsl::id, dsl::folded_name))
        .load(db)?;
    let words: Vec<String> = names.iter().map(|(_, name)| name.clone()).collect();
    let same: Vec<(OrganisationId, String)> = dsl::organisations
        .filter(dsl::folded_name.eq_any(words))
        .select((dsl::id, dsl::folded_name))
        .limit(MOST)
        .load(db)?;
    let mut pairs = crossed(&names, &same);
    let theirs: Vec<(OrganisationId, (String, String))> = ids::table
        .filter(ids::organisation_id.eq_any(asking))
        .select((ids::organisation_id, (ids::scheme, ids::value)))
        .load(db)?;
    if !theirs.is_empty() {
        let values: Vec<String> = theirs.iter().map(|(_, (_, value))| value.clone()).collect();
        let schemes: Vec<String> = theirs.iter().map(|(_, (scheme, _))| scheme.clone()).collect();
        let same: Vec<(OrganisationId, (String, String))> = ids::table
            .filter(ids::scheme.eq_any(schemes))
            .filter(ids::value.eq_any(values))
            .select((ids::organisation_id, (ids::scheme, ids::value)))
            .limit(MOST)
            .load(db)?;
        pairs.extend(crossed(&theirs, &same));
    }
    Ok(pairs)
}

fn crossed<T: PartialEq>(
    asking: &[(OrganisationId, T)],
    there: &[(OrganisationId, T)],
) -> BTreeSet<(OrganisationId, OrganisationId)> {
    let mut pairs = BTreeSet::new();
    for (id, what) in asking {
        pairs
            .extend(there.iter().filter(|(o, same)| o != id && same == what).map(|(other, _)| (*id, *other)));
    }
    pairs
}

fn named(db: &mut Db, ids: Vec<OrganisationId>) -> Result<HashMap<OrganisationId, PossibleDuplicate>> {
    use organisations::dsl;
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(OrganisationId, Json<Name>, OrganisationStatus)> =
        dsl::organisations.filter(dsl::id.eq_any(ids)).select((dsl::id, dsl::name, dsl::status)).load(db)?;
    Ok(rows.into_iter().map(|(id, name, status)| (id, PossibleDuplicate { id, name, status })).collect())
}
