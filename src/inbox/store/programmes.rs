//! The programmes that ask something of an organisation: its signature, to take the lead, to say what arrived.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{audience, programme_contributions, programmes};
use crate::http::problem::Result;
use crate::inbox::model::{Asked, Given, Waiting};
use crate::inbox::rules::{self, MOST};
use crate::journal::Audience;
use crate::programmes::codes::{ContributionStatus, ProgrammeState};
use crate::programmes::model::{Loaded, ProgrammeRow};
use crate::programmes::rules::Standing;
use crate::programmes::store::KIND;
use crate::programmes::store::programmes::with_parts;
use crate::types::{CalendarDate, ContributionId, OrganisationId, ProgrammeId};

/// Those that wait: of what the organisation is shown as its own, where something is to be signed or taken over.
///
/// # Errors
/// The engine's; `internal` when what is stored can't be read.
pub(super) fn waiting(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    if !asked.programmes {
        return Ok(Vec::new());
    }
    // Also those in force: what waits beside the terms, and a signature that could not be given in time.
    let open = [
        ProgrammeState::Proposed,
        ProgrammeState::Agreed,
        ProgrammeState::Active,
        ProgrammeState::Suspended,
        ProgrammeState::Completed,
    ];
    let rows: Vec<ProgrammeRow> = audience::table
        .inner_join(programmes::table.on(programmes::id.eq(audience::thing_id)))
        .filter(audience::thing_kind.eq(KIND))
        .filter(audience::organisation_id.eq(Audience::Organisation(asked.organisation).column()))
        .filter(programmes::state.eq_any(open))
        .order((audience::created_at.desc(), audience::thing_id.desc()))
        .limit(MOST.into())
        .select(ProgrammeRow::as_select())
        .load(db)?;
    let mut found = Vec::new();
    let programmes = with_parts(db, rows)?;
    let mut pledges = pledged(db, &programmes)?;
    for programme in programmes {
        let standing = programme.standing(asked.now)?;
        let (id, title) = (programme.row.id.uuid(), programme.row.title.clone());
        for (contribution, given) in pledges.remove(&programme.row.id).unwrap_or_default() {
            let (id, title) = (contribution.uuid(), title.clone());
            found.extend(rules::of_contribution(id, given, title, &standing, asked.organisation));
        }
        found.extend(rules::of_programme(
            id,
            title,
            &standing,
            asked.organisation,
            days(&programme, &standing, asked),
        ));
    }
    Ok(found)
}

type Pledges = HashMap<ProgrammeId, Vec<(ContributionId, Given)>>;

/// What was pledged to these programmes and is not said to have arrived.
fn pledged(db: &mut Db, programmes: &[Loaded]) -> Result<Pledges> {
    use programme_contributions as contributions;
    let ids: Vec<ProgrammeId> = programmes.iter().map(|programme| programme.row.id).collect();
    let rows: Vec<(ContributionId, ProgrammeId, OrganisationId, CalendarDate)> = contributions::table
        .filter(contributions::programme_id.eq_any(ids))
        .filter(contributions::status.eq(ContributionStatus::Pledged))
        .order((contributions::created_at.asc(), contributions::id.asc()))
        .limit(MOST.into())
        .select((
            contributions::id,
            contributions::programme_id,
            contributions::organisation_id,
            contributions::pledged_on,
        ))
        .load(db)?;
    let mut pledges = Pledges::new();
    for (id, programme, by, on) in rows {
        pledges.entry(programme).or_default().push((id, Given { programme, by, on }));
    }
    Ok(pledges)
}

/// Since which day this organisation's signature is asked, and until which a removal is announced.
fn days(programme: &Loaded, standing: &Standing, asked: &Asked) -> (CalendarDate, Option<CalendarDate>) {
    let waits = standing
        .partner(asked.organisation)
        .is_some_and(|own| standing.has_to_sign_pending(own) && !own.signed_pending);
    let terms = programme.pending.as_ref().filter(|_| waits).unwrap_or(&programme.terms);
    let day = |at| asked.zone.today_in_zone(at);
    (day(terms.drafted_at), terms.notice_until.map(day))
}
