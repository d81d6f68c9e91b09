//! The things of a trace, as far as the caller sees them: each kind by its own right.

use std::collections::HashSet;

use diesel::prelude::*;

use super::{Looker, Thing, Things, of_kind};
use crate::access::Right;
use crate::commitments::model::Commitment;
use crate::db::Db;
use crate::db::schema::{
    commitments, donor_disbursements, donor_links, programmes, projects, registrations, visits,
};
use crate::http::problem::Result;
use crate::items::Parent;
use crate::journal::audience::seen_among;
use crate::programmes::codes::ProgrammeState;
use crate::programmes::model::Looker as ProgrammeLooker;
use crate::programmes::store::programmes::{load_all as load_programmes, seen_all_by};
use crate::registrations::codes::RegistrationStatus;
use crate::registrations::rules;
use crate::text::LocalizedText;
use crate::trace::codes::NodeType as N;
use crate::trace::rules::{Key, Looked};
use crate::types::{
    AnyId, CalendarDate, CommitmentId, DisbursementId, DonorLinkId, Instant, Json, OrganisationId,
    ProgrammeId, ProjectId, RegistrationId, VisitId,
};
use crate::visits::codes::VisitState;
use crate::visits::model::{Loaded as Visit, Looker as VisitLooker};
use crate::visits::store::visits::load_all as load_visits;

/// Reads these things, those that the caller sees into `things`; says which these are, and which are counted.
///
/// # Errors
/// The engine's.
pub(super) fn look(db: &mut Db, looker: &Looker, keys: &[Key], things: &mut Things) -> Result<Looked> {
    let mut looked = Looked::default();
    if keys.is_empty() {
        return Ok(looked);
    }
    let mut found = Vec::new();
    of_visits(db, looker, keys, &mut looked, &mut found)?;
    of_commitments(db, looker, keys, &mut looked, &mut found)?;
    of_programmes(db, looker, keys, &mut looked, &mut found)?;
    of_projects(db, looker, keys, &mut found)?;
    of_links(db, looker, keys, &mut found)?;
    of_disbursements(db, looker, keys, &mut found)?;
    of_registrations(db, looker, keys, &mut found)?;
    for (key, thing) in found {
        looked.seen.push(key);
        things.insert(key, thing);
    }
    Ok(looked)
}

type Found = Vec<(Key, Thing)>;

/// The ids of one kind among these, and those of them that the caller sees by a right.
fn seen<T: From<uuid::Uuid> + Copy + Into<uuid::Uuid>>(
    db: &mut Db,
    looker: &Looker,
    keys: &[Key],
    (kind, right): (N, Right),
) -> Result<(Vec<T>, Vec<T>)> {
    let all: Vec<T> = of_kind(keys, kind);
    let ids = all.iter().map(|id| AnyId((*id).into())).collect();
    let seen = seen_among(db, &looker.sight(right), ids)?;
    let seen: HashSet<AnyId> = seen.into_iter().collect();
    Ok(all.into_iter().partition(|id| seen.contains(&AnyId((*id).into()))))
}

/// Visits that are counted: those that are no drafts.
fn count_visits(db: &mut Db, unseen: Vec<VisitId>, looked: &mut Looked) -> Result<()> {
    if unseen.is_empty() {
        return Ok(());
    }
    let ids: Vec<VisitId> = visits::table
        .filter(visits::id.eq_any(unseen))
        .filter(visits::state.ne(VisitState::Draft))
        .select(visits::id)
        .load(db)?;
    looked.hidden.extend(ids.into_iter().map(|id| (N::Visit, id.0)));
    Ok(())
}

fn of_visits(
    db: &mut Db,
    looker: &Looker,
    keys: &[Key],
    looked: &mut Looked,
    found: &mut Found,
) -> Result<()> {
    let (seen, unseen) = seen::<VisitId>(db, looker, keys, (N::Visit, Right::VisitsRead))?;
    count_visits(db, unseen, looked)?;
    for visit in load_visits(db, &seen)? {
        let thing = Thing {
            title: visit.row.title.clone().map(Json::cast),
            state: visit.row.state.to_string(),
            date: Some(visit.row.held_on.unwrap_or(visit.row.starts_on)),
            organisations: visit.remaining(),
        };
        found.push(((N::Visit, visit.row.id.0), thing));
    }
    Ok(())
}

/// Commitments are seen with their visits; where those aren't seen, these are counted.
fn of_commitments(
    db: &mut Db,
    looker: &Looker,
    keys: &[Key],
    looked: &mut Looked,
    found: &mut Found,
) -> Result<()> {
    let ids: Vec<CommitmentId> = of_kind(keys, N::Commitment);
    if ids.is_empty() {
        return Ok(());
    }
    let rows: Vec<Commitment> =
        commitments::table.filter(commitments::id.eq_any(ids)).select(Commitment::as_select()).load(db)?;
    let of: Vec<Key> = rows.iter().map(|one| (N::Visit, one.visit_id.0)).collect();
    let (seen, unseen) = seen::<VisitId>(db, looker, &of, (N::Visit, Right::VisitsRead))?;
    count_visits(db, unseen, looked)?;
    let visits: Vec<Visit> = load_visits(db, &seen)?;
    let eyes = VisitLooker {
        sight: looker.sight(Right::VisitsRead),
        caller: looker.caller.clone(),
        now: looker.now,
    };
    for one in rows {
        let Some(visit) = visits.iter().find(|visit| visit.row.id == one.visit_id) else { continue };
        let Some(one) = visit.shown(&eyes, one) else { continue };
        let thing = Thing {
            title: Some(one.description.clone()),
            state: one.status.to_string(),
            date: one.due_on,
            organisations: one.responsible_organisation_ids.get()?,
        };
        found.push(((N::Commitment, one.id.0), thing));
    }
    Ok(())
}

fn of_programmes(
    db: &mut Db,
    looker: &Looker,
    keys: &[Key],
    looked: &mut Looked,
    found: &mut Found,
) -> Result<()> {
    let (seen, unseen) = seen::<ProgrammeId>(db, looker, keys, (N::Programme, Right::ProgrammesRead))?;
    if !unseen.is_empty() {
        let ids: Vec<ProgrammeId> = programmes::table
            .filter(programmes::id.eq_any(unseen))
            .filter(programmes::state.ne(ProgrammeState::Draft))
            .select(programmes::id)
            .load(db)?;
        looked.hidden.extend(ids.into_iter().map(|id| (N::Programme, id.0)));
    }
    let eyes = ProgrammeLooker {
        sight: looker.sight(Right::ProgrammesRead),
        visits: looker.sight(Right::VisitsRead),
        caller: looker.caller.clone(),
        now: looker.now,
    };
    let loaded = load_programmes(db, &seen)?;
    for programme in seen_all_by(db, &eyes, &loaded)? {
        let partners = programme.partners.iter().filter(|partner| partner.left_on.is_none());
        let thing = Thing {
            title: Some(programme.title.clone().cast()),
            state: programme.state.to_string(),
            date: Some(programme.period.starts_on),
            organisations: partners.map(|partner| partner.organisation_id).collect(),
        };
        found.push(((N::Programme, programme.id.0), thing));
    }
    Ok(())
}

fn of_projects(db: &mut Db, looker: &Looker, keys: &[Key], found: &mut Found) -> Result<()> {
    type Row = (ProjectId, Json<LocalizedText>, String, Option<CalendarDate>, OrganisationId);
    let (seen, _) = seen::<ProjectId>(db, looker, keys, (N::Project, Right::ProjectsRead))?;
    if seen.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = projects::table
        .filter(projects::id.eq_any(seen))
        .select((
            projects::id,
            projects::title,
            projects::status,
            projects::starts_on,
            projects::organisation_id,
        ))
        .load(db)?;
    for (id, title, state, date, organisation) in rows {
        let thing = Thing { title: Some(title), state, date, organisations: vec![organisation] };
        found.push(((N::Project, id.0), thing));
    }
    Ok(())
}

fn of_links(db: &mut Db, looker: &Looker, keys: &[Key], found: &mut Found) -> Result<()> {
    type Row = (DonorLinkId, String, Instant, OrganisationId, OrganisationId);
    let (seen, _) = seen::<DonorLinkId>(db, looker, keys, (N::DonorLink, Right::DonorsRead))?;
    if seen.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = donor_links::table
        .filter(donor_links::id.eq_any(seen))
        .select((
            donor_links::id,
            donor_links::stage,
            donor_links::created_at,
            donor_links::introduced_by_organisation_id,
            donor_links::beneficiary_organisation_id,
        ))
        .load(db)?;
    for (id, state, made, introducer, beneficiary) in rows {
        let date = Some(looker.zone.today_in_zone(made));
        let thing = Thing { title: None, state, date, organisations: both(introducer, beneficiary) };
        found.push(((N::DonorLink, id.0), thing));
    }
    Ok(())
}

fn both(introducer: OrganisationId, beneficiary: OrganisationId) -> Vec<OrganisationId> {
    if introducer == beneficiary { vec![introducer] } else { vec![introducer, beneficiary] }
}

/// Disbursements are seen with their links.
fn of_disbursements(db: &mut Db, looker: &Looker, keys: &[Key], found: &mut Found) -> Result<()> {
    type Row = (
        (DisbursementId, DonorLinkId, CalendarDate),
        (Option<Instant>, Option<DisbursementId>),
        (OrganisationId, OrganisationId),
    );
    let ids: Vec<DisbursementId> = of_kind(keys, N::Disbursement);
    if ids.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = donor_disbursements::table
        .inner_join(donor_links::table.on(donor_links::id.eq(donor_disbursements::donor_link_id)))
        .filter(donor_disbursements::id.eq_any(ids.clone()))
        .select((
            (donor_disbursements::id, donor_links::id, donor_disbursements::received_on),
            (donor_disbursements::acknowledged_at, donor_disbursements::reverses),
            (donor_links::introduced_by_organisation_id, donor_links::beneficiary_organisation_id),
        ))
        .load(db)?;
    let through: Vec<Key> = rows.iter().map(|((_, link, _), ..)| (N::DonorLink, link.0)).collect();
    let (seen, _) = seen::<DonorLinkId>(db, looker, &through, (N::DonorLink, Right::DonorsRead))?;
    let reversed: Vec<Option<DisbursementId>> = donor_disbursements::table
        .filter(donor_disbursements::reverses.assume_not_null().eq_any(ids))
        .select(donor_disbursements::reverses)
        .load(db)?;
    for ((id, link, date), (acknowledged, reverses), (introducer, beneficiary)) in rows {
        if !seen.contains(&link) {
            continue;
        }
        let state = match (reverses, acknowledged) {
            (Some(_), _) => "reversal",
            (None, _) if reversed.contains(&Some(id)) => "reversed",
            (None, Some(_)) => "acknowledged",
            (None, None) => "recorded",
        };
        let organisations = both(introducer, beneficiary);
        let thing = Thing { title: None, state: state.to_owned(), date: Some(date), organisations };
        found.push(((N::Disbursement, id.0), thing));
    }
    Ok(())
}

fn of_registrations(db: &mut Db, looker: &Looker, keys: &[Key], found: &mut Found) -> Result<()> {
    type Row = (
        (RegistrationId, OrganisationId, Json<LocalizedText>, RegistrationStatus),
        (Option<CalendarDate>, Option<CalendarDate>, Option<CalendarDate>),
    );
    let (seen, _) = seen::<RegistrationId>(db, looker, keys, (N::Registration, Right::RegistrationsRead))?;
    if seen.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = registrations::table
        .filter(registrations::id.eq_any(seen))
        .select((
            (
                registrations::id,
                registrations::organisation_id,
                registrations::authority,
                registrations::status,
            ),
            (registrations::submitted_on, registrations::registered_on, registrations::expires_on),
        ))
        .load(db)?;
    for ((id, organisation, authority, status), (submitted, registered, expires)) in rows {
        let thing = Thing {
            title: Some(authority),
            state: rules::reads(status, expires, looker.today()).to_string(),
            date: registered.or(submitted),
            organisations: vec![organisation],
        };
        found.push(((N::Registration, id.0), thing));
    }
    Ok(())
}
