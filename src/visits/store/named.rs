//! The things that visits name, as far as a caller sees them: the visit that one returns, the commitment that it
//! arises from. They are looked for at once for a whole page, and not at all where nothing is named.

use std::collections::HashSet;

use diesel::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::access::Sight;
use crate::db::Db;
use crate::db::schema::commitments;
use crate::http::problem::Result;
use crate::journal::audience::seen_among;
use crate::types::{AnyId, CommitmentId, Json, VisitId};
use crate::visits::model::{Known, Loaded, Visit};

/// Which of what these visits name the caller sees.
///
/// # Errors
/// The engine's.
pub fn known(db: &mut Db, sight: &Sight, visits: &[Loaded]) -> Result<Known> {
    let rows = || visits.iter().map(|visit| &visit.row);
    let returned = rows().filter_map(|row| row.returns_visit_id).map(|id| AnyId(id.0)).collect();
    let fulfilled = rows().filter_map(|row| row.arises_from_commitment_id).collect();
    seen_of(db, sight, returned, fulfilled)
}

/// What a kept visit names.
#[derive(Deserialize)]
struct Kept {
    returns_visit_id: Option<VisitId>,
    arises_from_commitment_id: Option<CommitmentId>,
    commitments: Vec<KeptCommitment>,
}

#[derive(Deserialize)]
struct KeptCommitment {
    fulfilled_by: Option<Thing>,
}

#[derive(Deserialize)]
struct Thing {
    id: AnyId,
}

/// A visit as it was kept for an organisation that declined, without what this caller doesn't see of what it
/// names. Who declined may have seen more, through another organisation.
///
/// # Errors
/// The engine's; `internal` when what is kept can't be read.
pub fn veiled(db: &mut Db, sight: &Sight, kept: &Json<Visit>) -> Result<Json<Visit>> {
    let names = kept.clone().cast::<Kept>().get()?;
    let forth = names.commitments.iter().filter_map(|one| Some(one.fulfilled_by.as_ref()?.id));
    let things = names.returns_visit_id.map(|id| AnyId(id.0)).into_iter().chain(forth).collect();
    let known = seen_of(db, sight, things, names.arises_from_commitment_id.into_iter().collect())?;
    let mut named = vec![
        ("/returns_visit_id".to_owned(), names.returns_visit_id.map(|id| AnyId(id.0))),
        ("/arises_from_commitment_id".to_owned(), names.arises_from_commitment_id.map(|id| AnyId(id.0))),
    ];
    for (i, one) in names.commitments.iter().enumerate() {
        named.push((format!("/commitments/{i}/fulfilled_by"), one.fulfilled_by.as_ref().map(|by| by.id)));
    }
    let mut visit = kept.clone().cast::<Value>().get()?;
    for (pointer, _) in named.into_iter().filter(|(_, id)| id.is_some_and(|id| !known.has(id))) {
        if let Some(member) = visit.pointer_mut(&pointer) {
            *member = Value::Null;
        }
    }
    Ok(Json::new(&visit)?.cast())
}

/// Which of these things the caller sees; a commitment with its visit.
///
/// # Errors
/// The engine's.
pub fn seen_of(
    db: &mut Db,
    sight: &Sight,
    mut things: Vec<AnyId>,
    promised: Vec<CommitmentId>,
) -> Result<Known> {
    let of: Vec<(CommitmentId, VisitId)> = if promised.is_empty() {
        Vec::new()
    } else {
        commitments::table
            .filter(commitments::id.eq_any(promised))
            .select((commitments::id, commitments::visit_id))
            .load(db)?
    };
    things.extend(of.iter().map(|(_, visit)| AnyId(visit.0)));
    let mut seen: HashSet<AnyId> = seen_among(db, sight, things)?.into_iter().collect();
    let with_visit = of.into_iter().filter(|(_, visit)| seen.contains(&AnyId(visit.0)));
    let with_visit: Vec<AnyId> = with_visit.map(|(id, _)| AnyId(id.0)).collect();
    seen.extend(with_visit);
    Ok(Known::these(seen))
}
