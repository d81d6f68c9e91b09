//! A programme with its partners, terms and signatures: found, locked, loaded.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::access::{Permit, Sight};
use crate::acting::Scene;
use crate::db::schema::{
    commitments, members, organisations, programme_partners, programme_signatures, programme_terms,
    programmes,
};
use crate::db::{Db, Root, dialect};
use crate::http::problem::{Code, Problem, Result};
use crate::journal::{Writer, audience};
use crate::members::store::acting_member;
use crate::organisations::codes::OrganisationStatus;
use crate::programmes::codes::ProgrammeState;
use crate::programmes::model::{
    Level, Loaded, Looker, PartnerRow, Programme, ProgrammeRow, SignatureRow, TermsRow,
};
use crate::text::Name;
use crate::types::{AnyId, Json, MemberId, OrganisationId, ProgrammeId, VisitId};
use crate::visits::model::Known;
use crate::visits::store::named;

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

/// Locks a programme and says how the caller may act on it; who left one that is open to the network has left it.
///
/// # Errors
/// `not-found`.
pub fn find_scene(w: &mut Writer<'_>, looker: &Looker, id: ProgrammeId) -> Result<Scene<Loaded>> {
    match lock(w, &looker.sight, id) {
        Ok(programme) if looker.level(&programme) > Level::Outside => Ok(Scene::On(Box::new(programme))),
        found => match find_last_seen(w.db(), &looker.sight, id) {
            Ok((organisation, last)) => Ok(Scene::Left(organisation, last)),
            Err(problem) if problem.code() == Code::NotFound => found.map(|one| Scene::On(Box::new(one))),
            Err(problem) => Err(problem),
        },
    }
}

/// Locks the caller's organisations: they stand as they do to the end of the write.
///
/// # Errors
/// The engine's.
pub fn lock_organisations(w: &mut Writer<'_>, sight: &Sight) -> Result<()> {
    let mut own: Vec<OrganisationId> = sight.organisations().iter().map(|seen| seen.organisation).collect();
    own.sort_unstable();
    own.into_iter().try_for_each(|id| dialect::lock(w.db(), Root::Organisation, id.uuid()))
}

/// Locks a programme and reads it; before it the visit of the commitment that it arises from, which may move with it.
///
/// # Errors
/// `not-found`, also when the caller may not see it as it goes on.
pub fn lock(w: &mut Writer<'_>, sight: &Sight, id: ProgrammeId) -> Result<Loaded> {
    lock_roots(w, &[id])?;
    let programme = find(w.db(), sight, id)?;
    w.of_draft(programme.row.state == ProgrammeState::Draft);
    Ok(programme)
}

/// Locks the roots of programmes, given in the order of their ids; before them the visits of the commitments that they
/// arise from.
///
/// # Errors
/// The engine's.
pub fn lock_roots(w: &mut Writer<'_>, ids: &[ProgrammeId]) -> Result<()> {
    let visits: Vec<VisitId> = programmes::table
        .inner_join(
            commitments::table.on(programmes::arises_from_commitment_id.eq(commitments::id.nullable())),
        )
        .filter(programmes::id.eq_any(ids.to_vec()))
        .select(commitments::visit_id)
        .distinct()
        .order(commitments::visit_id.asc())
        .load(w.db())?;
    for visit in visits {
        dialect::lock(w.db(), Root::Visit, visit.uuid())?;
    }
    ids.iter().try_for_each(|id| dialect::lock(w.db(), Root::Programme, id.uuid()))
}

/// One programme, whoever may see it: for what follows from a write elsewhere.
///
/// # Errors
/// The engine's.
pub fn load(db: &mut Db, id: ProgrammeId) -> Result<Option<Loaded>> {
    Ok(load_all(db, &[id])?.pop())
}

/// Several programmes, whoever may see them.
///
/// # Errors
/// The engine's.
pub fn load_all(db: &mut Db, ids: &[ProgrammeId]) -> Result<Vec<Loaded>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows =
        programmes::table.filter(programmes::id.eq_any(ids.to_vec())).select(ProgrammeRow::as_select());
    let rows: Vec<ProgrammeRow> = rows.load(db)?;
    with_parts(db, rows)
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
        let (mut now, mut pending) = (None, None);
        for one in terms.remove(&row.id).unwrap_or_default() {
            if one.revision == row.terms_revision {
                now = Some(one);
            } else {
                pending = Some(one);
            }
        }
        loaded.push(Loaded {
            partners: partners.remove(&row.id).unwrap_or_default(),
            terms: now.ok_or_else(|| Problem::internal("a programme without its terms"))?,
            pending,
            ended: Vec::new(),
            signatures: signatures.remove(&row.id).unwrap_or_default(),
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
    // Looked up for each, not joined: PostgreSQL would read all organisations where a page has many partners.
    let status = organisations::table
        .filter(organisations::id.eq(programme_partners::organisation_id))
        .select(organisations::status)
        .single_value();
    let found: Vec<(PartnerRow, Option<OrganisationStatus>)> = programme_partners::table
        .filter(programme_partners::programme_id.eq_any(ids.to_vec()))
        .order((programme_partners::programme_id.asc(), programme_partners::place_in_list.asc()))
        .select((PartnerRow::as_select(), status))
        .load(db)?;
    Ok(found.into_iter().filter_map(|(partner, status)| Some((partner, status?))).collect())
}

/// The terms on the table or in force and those that wait; no others, however many there were.
fn terms_of(db: &mut Db, ids: &[ProgrammeId]) -> Result<Vec<TermsRow>> {
    let asked = programme_terms::revision.eq(programmes::terms_revision);
    let asked = asked.or(programmes::pending_revision.assume_not_null().eq(programme_terms::revision));
    Ok(programmes::table
        .inner_join(programme_terms::table.on(programme_terms::programme_id.eq(programmes::id).and(asked)))
        .filter(programmes::id.eq_any(ids.to_vec()))
        .select(TermsRow::as_select())
        .load(db)?)
}

/// The signatures under these.
fn signatures_of(db: &mut Db, ids: &[ProgrammeId]) -> Result<Vec<SignatureRow>> {
    let under = programme_signatures::revision.eq(programmes::terms_revision);
    let under = under.or(programmes::pending_revision.assume_not_null().eq(programme_signatures::revision));
    Ok(programmes::table
        .inner_join(
            programme_signatures::table.on(programme_signatures::programme_id.eq(programmes::id).and(under)),
        )
        .filter(programmes::id.eq_any(ids.to_vec()))
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

/// Who signs for an organisation: a member with the name and title of this day.
pub type Signer = (MemberId, Json<Name>, Option<Json<Name>>);

/// The entry of a user in an organisation, which stays as it is to the end of the write: an erasure either waits for
/// it, and finds the signature, or was before it.
///
/// # Errors
/// `not-a-member`.
pub fn signer(w: &mut Writer<'_>, permit: &Permit) -> Result<Signer> {
    let id = acting_member(w.db(), permit)?;
    dialect::hold_member(w.db(), id.uuid())?;
    // It may have ended before it was held.
    if acting_member(w.db(), permit)? != id {
        return Err(Problem::new(Code::NotAMember));
    }
    Ok(members::table.find(id).select((members::id, members::name, members::title)).first(w.db())?)
}

/// Of the commitments that these programmes arise from, those whose visit the caller sees.
///
/// # Errors
/// The engine's.
pub fn seen_commitments(db: &mut Db, looker: &Looker, programmes: &[Loaded]) -> Result<Known> {
    let named = programmes.iter().filter_map(|one| one.row.arises_from_commitment_id);
    named::seen_of(db, &looker.visits, Vec::new(), named.collect())
}

/// Programmes as the caller sees them.
///
/// # Errors
/// The engine's.
pub fn seen_all_by(db: &mut Db, looker: &Looker, programmes: &[Loaded]) -> Result<Vec<Programme>> {
    let commitments = seen_commitments(db, looker, programmes)?;
    programmes.iter().map(|one| looker.programme(one, &commitments)).collect()
}

/// A programme as the caller sees it.
///
/// # Errors
/// The engine's.
pub fn seen_by(db: &mut Db, looker: &Looker, programme: &Loaded) -> Result<Programme> {
    let commitments = seen_commitments(db, looker, std::slice::from_ref(programme))?;
    looker.programme(programme, &commitments)
}
