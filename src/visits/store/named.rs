//! The things that visits name, as far as a caller sees them: the visit that one returns, the commitment that it
//! arises from, the projects that its agenda is about. They are looked for at once for a whole page, and not at all where nothing is named.

use diesel::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::{Right, Sight};
use crate::commitments::model::FulfilledBy;
use crate::commitments::store as commitments_store;
use crate::db::Db;
use crate::db::schema::commitments;
use crate::http::problem::Result;
use crate::journal::audience::seen_among;
use crate::types::{AnyId, CommitmentId, Json, ProjectId, VisitId};
use crate::visits::model::{Known, Loaded, Looker, Visit};

/// Which of what these visits name the caller sees.
///
/// # Errors
/// The engine's.
pub fn known(db: &mut Db, sight: &Sight, visits: &[Loaded]) -> Result<Known> {
    let rows = || visits.iter().map(|visit| &visit.row);
    let returned = rows().filter_map(|row| row.returns_visit_id).collect();
    let fulfilled = rows().filter_map(|row| row.arises_from_commitment_id).collect();
    seen_of(db, sight, returned, fulfilled)
}

/// What a kept visit names.
#[derive(Deserialize)]
struct Kept {
    returns_visit_id: Option<VisitId>,
    arises_from_commitment_id: Option<CommitmentId>,
    agenda: Vec<KeptAgendaItem>,
    commitments: Vec<KeptCommitment>,
}

#[derive(Deserialize)]
struct KeptAgendaItem {
    project_ids: Vec<ProjectId>,
}

#[derive(Deserialize)]
struct KeptCommitment {
    fulfilled_by: Option<FulfilledBy>,
}

/// A visit as it was kept for an organisation that declined, without what this caller doesn't see of what it
/// names. Who declined may have seen more, through another organisation or by another right.
///
/// # Errors
/// The engine's; `internal` when what is kept can't be read.
pub fn veiled(db: &mut Db, looker: &Looker, kept: &Json<Visit>) -> Result<Json<Visit>> {
    let names = kept.clone().cast::<Kept>().get()?;
    let (returned, promised) = (names.returns_visit_id, names.arises_from_commitment_id);
    let mut known =
        seen_of(db, &looker.sight, returned.into_iter().collect(), promised.into_iter().collect())?;
    let forth = names.commitments.iter().filter_map(|one| one.fulfilled_by.clone()).collect();
    known.add(commitments_store::seen_of(db, &looker.caller, forth)?);
    let mut named = vec![
        ("/returns_visit_id".to_owned(), returned.map(|id| AnyId(id.0))),
        ("/arises_from_commitment_id".to_owned(), promised.map(|id| AnyId(id.0))),
    ];
    for (i, one) in names.commitments.iter().enumerate() {
        named.push((format!("/commitments/{i}/fulfilled_by"), one.fulfilled_by.as_ref().map(|by| by.id)));
    }
    let projects = names.agenda.iter().flat_map(|item| &item.project_ids).map(|id| AnyId(id.0)).collect();
    known.add(seen_among(db, &looker.caller.sight(Right::ProjectsRead), projects)?);
    let mut visit = kept.clone().cast::<Value>().get()?;
    for (i, item) in names.agenda.iter().enumerate() {
        let shown: Vec<&ProjectId> = item.project_ids.iter().filter(|id| known.has(AnyId(id.0))).collect();
        if let Some(member) = visit.pointer_mut(&format!("/agenda/{i}/project_ids")) {
            *member = json!(shown);
        }
    }
    for (pointer, _) in named.into_iter().filter(|(_, id)| id.is_some_and(|id| !known.has(id))) {
        if let Some(member) = visit.pointer_mut(&pointer) {
            *member = Value::Null;
        }
    }
    Ok(Json::new(&visit)?.cast())
}

/// Which of these visits, and of these commitments with their visits, the caller sees; `sight` is theirs of visits.
///
/// # Errors
/// The engine's.
pub fn seen_of(
    db: &mut Db,
    sight: &Sight,
    returned: Vec<VisitId>,
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
    let visits = returned.into_iter().chain(of.iter().map(|(_, visit)| *visit));
    let seen = seen_among(db, sight, visits.map(|visit| AnyId(visit.0)).collect())?;
    let mut known = Known::default();
    let with_visit = of.into_iter().filter(|(_, visit)| seen.contains(&AnyId(visit.0)));
    known.add(with_visit.map(|(id, _)| AnyId(id.0)));
    known.add(seen.iter().copied());
    Ok(known)
}
