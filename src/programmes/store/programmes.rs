//! A programme with its partners, terms and signatures: found, locked, loaded.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::Sight;
use crate::db::schema::{
    commitments, organisations, programme_partners, programme_signatures, programme_terms, programmes,
};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Writer, audience};
use crate::organisations::codes::OrganisationStatus;
use crate::programmes::model::seen::SeenCommitments;
use crate::programmes::model::{Loaded, Looker, PartnerRow, Programme, ProgrammeRow, SignatureRow, TermsRow};
use crate::types::{AnyId, CommitmentId, Json, OrganisationId, ProgrammeId, VisitId};

/// One programme that the caller may see as it goes on.
///
/// # Errors
/// `not-found`, also when they may not.
pub fn find(db: &mut Db, sight: &Sight, id: ProgrammeId) -> Result<Loaded> {
    if audience::seen_among(db, sight, vec![AnyId(id.0)])?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    load(db, id)?.ok_or_else(|| Problem::new(Code::NotFound))
}

/// The programme as it was when an organisation of the caller's left it, and which that is.
///
/// # Errors
/// `not-found`: there is no such programme, or none of theirs left it.
pub fn find_last_seen(
    db: &mut Db,
    sight: &Sight,
    id: ProgrammeId,
) -> Result<(OrganisationId, Json<Programme>)> {
    let own: Vec<_> = sight.organisations().iter().map(|seen| seen.organisation).collect();
    let last: Option<(OrganisationId, Option<Json<Programme>>)> = programme_partners::table
        .filter(programme_partners::programme_id.eq(id))
        .filter(programme_partners::organisation_id.eq_any(own))
        .filter(programme_partners::seen_last.is_not_null())
        .select((programme_partners::organisation_id, programme_partners::seen_last))
        .first(db)
        .optional()?;
    match last {
        Some((organisation, Some(last))) => Ok((organisation, last)),
        _ => Err(Problem::new(Code::NotFound)),
    }
}

/// Locks a programme and reads it; before it the visit of the commitment that it arises from, which may move with it.
///
/// # Errors
/// `not-found`, also when the caller may not see it as it goes on.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: ProgrammeId) -> Result<Loaded> {
    lock_root(w, id)?;
    find(w.db(), sight, id)
}

/// Locks a programme's root, and before it the visit of the commitment that it arises from.
///
/// # Errors
/// The engine's.
pub fn lock_root(w: &mut Writer<'_>, id: ProgrammeId) -> Result<()> {
    let visit: Option<VisitId> = programmes::table
        .inner_join(
            commitments::table.on(programmes::arises_from_commitment_id.eq(commitments::id.nullable())),
        )
        .filter(programmes::id.eq(id))
        .select(commitments::visit_id)
        .first(w.db())
        .optional()?;
    if let Some(visit) = visit {
        dialect::lock(w.db(), Root::Visit, visit.uuid())?;
    }
    dialect::lock(w.db(), Root::Programme, id.uuid())
}

/// One programme, whoever may see it: for what follows from a write elsewhere.
///
/// # Errors
/// The engine's.
pub fn load(db: &mut Db, id: ProgrammeId) -> Result<Option<Loaded>> {
    let rows = programmes::table.filter(programmes::id.eq(id)).select(ProgrammeRow::as_select());
    let rows: Vec<ProgrammeRow> = rows.load(db)?;
    Ok(with_parts(db, rows)?.pop())
}

/// Programmes with all that belongs to them, in the order of their rows.
///
/// # Errors
/// The engine's.
pub fn with_parts(db: &mut Db, rows: Vec<ProgrammeRow>) -> Result<Vec<Loaded>> {
    let ids: Vec<ProgrammeId> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut partners = grouped(partners_of(db, &ids)?, |(partner, _)| partner.programme_id);
    let mut terms = grouped(terms_of(db, &ids)?, |terms| terms.programme_id);
    let mut signatures = grouped(signatures_of(db, &ids)?, |signature| signature.programme_id);
    let mut loaded = Vec::with_capacity(rows.len());
    for row in rows {
        let (mut now, mut pending, mut last_revision) = (None, None, row.terms_revision);
        for one in terms.remove(&row.id).unwrap_or_default() {
            last_revision = last_revision.max(one.revision);
            if one.revision == row.terms_revision {
                now = Some(one);
            } else if Some(one.revision) == row.pending_revision {
                pending = Some(one);
            }
        }
        let (terms_revision, pending_revision) = (row.terms_revision, row.pending_revision);
        let mut signatures = signatures.remove(&row.id).unwrap_or_default();
        signatures.retain(|one| one.revision == terms_revision || Some(one.revision) == pending_revision);
        loaded.push(Loaded {
            partners: partners.remove(&row.id).unwrap_or_default(),
            terms: now.ok_or_else(|| Problem::internal("a programme without its terms"))?,
            pending,
            ended: None,
            last_revision,
            signatures,
            invited: Vec::new(),
            row,
        });
    }
    invite(db, &mut loaded)?;
    Ok(loaded)
}

/// Whom the amendments that wait would take in.
fn invite(db: &mut Db, programmes: &mut [Loaded]) -> Result<()> {
    for one in programmes.iter_mut() {
        let Some(terms) = one.pending_terms()? else { continue };
        let new = terms.partners.iter().map(|partner| partner.organisation_id);
        let new: Vec<OrganisationId> = new.filter(|id| one.partner(*id).is_none()).collect();
        if !new.is_empty() {
            one.invited = organisations::table
                .filter(organisations::id.eq_any(new))
                .order(organisations::id.asc())
                .select((organisations::id, organisations::status))
                .load(db)?;
        }
    }
    Ok(())
}

fn grouped<T>(rows: Vec<T>, of: impl Fn(&T) -> ProgrammeId) -> HashMap<ProgrammeId, Vec<T>> {
    let mut groups: HashMap<ProgrammeId, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(of(&row)).or_default().push(row);
    }
    groups
}

fn partners_of(db: &mut Db, ids: &[ProgrammeId]) -> Result<Vec<(PartnerRow, OrganisationStatus)>> {
    Ok(programme_partners::table
        .inner_join(organisations::table.on(organisations::id.eq(programme_partners::organisation_id)))
        .filter(programme_partners::programme_id.eq_any(ids.to_vec()))
        .order((programme_partners::programme_id.asc(), programme_partners::place_in_list.asc()))
        .select((PartnerRow::as_select(), organisations::status))
        .load(db)?)
}

fn terms_of(db: &mut Db, ids: &[ProgrammeId]) -> Result<Vec<TermsRow>> {
    Ok(programme_terms::table
        .filter(programme_terms::programme_id.eq_any(ids.to_vec()))
        .select(TermsRow::as_select())
        .load(db)?)
}

fn signatures_of(db: &mut Db, ids: &[ProgrammeId]) -> Result<Vec<SignatureRow>> {
    Ok(programme_signatures::table
        .filter(programme_signatures::programme_id.eq_any(ids.to_vec()))
        .order((programme_signatures::signed_at.asc(), programme_signatures::organisation_id.asc()))
        .select(SignatureRow::as_select())
        .load(db)?)
}

/// A revision of a programme's terms that others than its author may have seen, with its signatures.
///
/// # Errors
/// `not-found`.
pub fn revision(db: &mut Db, id: ProgrammeId, revision: i64) -> Result<(TermsRow, Vec<SignatureRow>)> {
    let terms: Option<TermsRow> =
        programme_terms::table.find((id, revision)).select(TermsRow::as_select()).first(db).optional()?;
    let terms = terms.ok_or_else(|| Problem::new(Code::NotFound))?;
    let signatures = programme_signatures::table
        .filter(programme_signatures::programme_id.eq(id))
        .filter(programme_signatures::revision.eq(revision))
        .order((programme_signatures::signed_at.asc(), programme_signatures::organisation_id.asc()))
        .select(SignatureRow::as_select())
        .load(db)?;
    Ok((terms, signatures))
}

/// Of the commitments that these programmes arise from, those whose visit the caller sees.
///
/// # Errors
/// The engine's.
pub fn seen_commitments(db: &mut Db, looker: &Looker, programmes: &[Loaded]) -> Result<SeenCommitments> {
    let named = programmes.iter().filter_map(|one| one.row.arises_from_commitment_id);
    let named: Vec<CommitmentId> = named.collect();
    if named.is_empty() {
        return Ok(SeenCommitments::new());
    }
    let visits: Vec<(CommitmentId, VisitId)> = commitments::table
        .filter(commitments::id.eq_any(named))
        .select((commitments::id, commitments::visit_id))
        .load(db)?;
    let ids: Vec<AnyId> = visits.iter().map(|(_, visit)| AnyId(visit.0)).collect();
    let seen = audience::seen_among(db, &looker.visits, ids)?;
    Ok(visits.into_iter().filter(|(_, visit)| seen.contains(&AnyId(visit.0))).map(|(id, _)| id).collect())
}

/// A programme as the caller sees it.
///
/// # Errors
/// The engine's.
pub fn seen_by(db: &mut Db, looker: &Looker, programme: &Loaded) -> Result<Programme> {
    let commitments = seen_commitments(db, looker, std::slice::from_ref(programme))?;
    looker.programme(programme, &commitments)
}
