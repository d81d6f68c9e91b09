//! Commitments across visits: who sees which, who took them upon themselves, and by when they are waited for.

use diesel::prelude::*;

use super::codes::{CommitmentStatus, Strength};
use super::model::{Commitment, FulfilledBy, Fulfilment};
use super::rules;
use crate::access::{Caller, Sight};
use crate::db::schema::{audience, commitment_responsibles, commitments, visit_parties};
use crate::db::{Db, MultiBackend};
use crate::http::call::PageRequest;
use crate::http::page::merge_newest;
use crate::http::problem::{Code, Problem, Result};
use crate::items::Item;
use crate::journal::audience::seen_among;
use crate::journal::{Audience, Thing, Writer};
use crate::types::{AnyId, CalendarDate, CommitmentId, Json, OrganisationId, VisitId};
use crate::visits::codes::{Response, VisitState};

/// What a list is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Who took it upon itself.
    pub responsible: Option<OrganisationId>,
    /// Any of these.
    pub statuses: Vec<CommitmentStatus>,
    /// Any of these.
    pub strengths: Vec<Strength>,
    /// Whether its day has passed; the day that it is.
    pub overdue: Option<(bool, CalendarDate)>,
    /// Due before this day.
    pub due_before: Option<CalendarDate>,
    /// Of this visit.
    pub visit: Option<VisitId>,
}

impl Filter {
    fn takes(&self, one: &Commitment, waits_until: Option<CalendarDate>) -> Result<bool> {
        let responsible = match self.responsible {
            Some(organisation) => one.responsible_organisation_ids.get()?.contains(&organisation),
            None => true,
        };
        Ok(responsible
            && (self.statuses.is_empty() || self.statuses.contains(&one.status))
            && (self.strengths.is_empty() || self.strengths.contains(&one.strength))
            && self.overdue.is_none_or(|(yes, today)| waits_until.is_some_and(|day| day < today) == yes)
            && self.due_before.is_none_or(|day| one.due_on.is_some_and(|due| due < day)))
    }
}

/// Commitments of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(db: &mut Db, sight: &Sight, filter: &Filter, page: &PageRequest) -> Result<Vec<Commitment>> {
    if let Some(visit) = filter.visit {
        return of_visit(db, sight, visit, filter, page);
    }
    let mut lists = Vec::new();
    for one in Audience::all_of(sight) {
        lists.push(match filter.responsible {
            Some(organisation) => of_responsible(db, one, organisation, filter, page)?,
            None => through(db, one, filter, page)?,
        });
    }
    Ok(merge_newest(lists, page.limit.plus_one(), Item::place_in_list))
}

/// What the filter asks of the commitment itself, in a query that has its table.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if !$filter.statuses.is_empty() {
            query = query.filter(commitments::status.eq_any($filter.statuses.clone()));
        }
        if !$filter.strengths.is_empty() {
            query = query.filter(commitments::strength.eq_any($filter.strengths.clone()));
        }
        match $filter.overdue {
            Some((true, today)) => query = query.filter(commitments::waits_until.lt(today)),
            Some((false, today)) => {
                let not_yet = commitments::waits_until.assume_not_null().ge(today);
                query = query.filter(commitments::waits_until.is_null().or(not_yet));
            }
            None => {}
        }
        if let Some(day) = $filter.due_before {
            query = query.filter(commitments::due_on.lt(day));
        }
        query
    }};
}

/// What one audience of the caller has.
fn through(db: &mut Db, who: Audience, filter: &Filter, page: &PageRequest) -> Result<Vec<Commitment>> {
    let (created_at, id) = page.before();
    let query = audience::table
        .inner_join(commitments::table.on(commitments::id.eq(audience::thing_id)))
        .filter(audience::thing_kind.eq(Commitment::PART.kind))
        .filter(audience::organisation_id.eq(who.column()))
        .filter(audience::created_at.le(created_at))
        .filter(audience::created_at.lt(created_at).or(audience::thing_id.lt(id)))
        .select(Commitment::as_select())
        .into_boxed::<MultiBackend>();
    let query = narrowed!(query, filter).order((audience::created_at.desc(), audience::thing_id.desc()));
    Ok(query.limit(page.rows()).load(db)?)
}

/// What one organisation took upon itself, as far as an audience of the caller has it.
fn of_responsible(
    db: &mut Db,
    who: Audience,
    organisation: OrganisationId,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<Commitment>> {
    use commitment_responsibles as responsibles;
    let (created_at, id) = page.before();
    let shown = audience::table
        .filter(audience::thing_kind.eq(Commitment::PART.kind))
        .filter(audience::organisation_id.eq(who.column()))
        .filter(audience::created_at.eq(responsibles::created_at))
        .filter(audience::thing_id.eq(responsibles::commitment_id));
    let query = responsibles::table
        .inner_join(commitments::table.on(commitments::id.eq(responsibles::commitment_id)))
        .filter(responsibles::organisation_id.eq(organisation))
        .filter(responsibles::created_at.le(created_at))
        .filter(
            responsibles::created_at.lt(created_at).or(responsibles::commitment_id.lt(CommitmentId(id.0))),
        )
        .filter(diesel::dsl::exists(shown))
        .select(Commitment::as_select())
        .into_boxed::<MultiBackend>();
    let query = match who {
        // Who declined is not told beyond the parties, by a filter neither.
        Audience::Network => query.filter(diesel::dsl::exists(
            visit_parties::table
                .filter(visit_parties::visit_id.eq(commitments::visit_id))
                .filter(visit_parties::organisation_id.eq(organisation))
                .filter(visit_parties::response.ne(Response::Declined)),
        )),
        Audience::Organisation(_) => query,
    };
    let newest = (responsibles::created_at.desc(), responsibles::commitment_id.desc());
    Ok(narrowed!(query, filter).order(newest).limit(page.rows()).load(db)?)
}

/// Those of one visit, which are few: gone through here.
fn of_visit(
    db: &mut Db,
    sight: &Sight,
    visit: VisitId,
    filter: &Filter,
    page: &PageRequest,
) -> Result<Vec<Commitment>> {
    let listed = match crate::visits::store::visits::find(db, sight, visit) {
        Ok(visit) => {
            let inside = visit.parties.iter().any(|(party, _)| sight.sees_own(party.organisation_id));
            let told = filter.responsible.is_none_or(|one| inside || visit.remaining().contains(&one));
            told && rules::is_listed(visit.row.state)
        }
        Err(problem) if problem.code() == Code::NotFound => false,
        Err(problem) => return Err(problem),
    };
    if !listed {
        return Ok(Vec::new());
    }
    let mut rows: Vec<(Commitment, Option<CalendarDate>)> = commitments::table
        .filter(commitments::visit_id.eq(visit))
        .select((Commitment::as_select(), commitments::waits_until))
        .load(db)?;
    rows.sort_by_key(|(one, _)| std::cmp::Reverse(one.place_in_list()));
    let mut taken = Vec::new();
    for (one, waits_until) in rows {
        let later = page.after.is_none_or(|after| one.place_in_list() < after);
        if later && filter.takes(&one, waits_until)? {
            taken.push(one);
        }
    }
    taken.truncate(page.limit.plus_one());
    Ok(taken)
}

/// Takes from commitments what they brought forth, where the caller may not see that.
///
/// # Errors
/// The engine's.
pub fn hide_unseen(items: &mut [Commitment], db: &mut Db, caller: &Caller) -> Result<()> {
    let named = items.iter().filter_map(|one| one.fulfilled_by.as_ref());
    let seen = seen_of(db, caller, named.map(Json::get).collect::<Result<_>>()?)?;
    for one in items {
        if let Some(by) = one.fulfilled_by.as_ref().map(Json::get).transpose()?
            && !seen.contains(&by.id)
        {
            one.fulfilled_by = None;
        }
    }
    Ok(())
}

/// Which of the things that commitments brought forth the caller sees, each by the right of its own kind.
///
/// # Errors
/// The engine's.
pub fn seen_of(db: &mut Db, caller: &Caller, things: Vec<FulfilledBy>) -> Result<Vec<AnyId>> {
    let mut seen = Vec::new();
    for kind in Fulfilment::ALL {
        let ids = things.iter().filter(|thing| thing.r#type == *kind).map(|thing| thing.id);
        seen.extend(seen_among(db, &caller.sight(kind.read_by()), ids.collect())?);
    }
    Ok(seen)
}

/// Of which visit a commitment is.
///
/// # Errors
/// `not-found`.
pub fn visit_of(db: &mut Db, id: CommitmentId) -> Result<VisitId> {
    let found = commitments::table.find(id).select(commitments::visit_id).first(db).optional()?;
    found.ok_or_else(|| Problem::new(Code::NotFound))
}

/// Lists the commitments of a visit for whom it is shown to, once it was held; and writes down who is
/// waited for, until when. To be done whenever one of these changes.
///
/// # Errors
/// The engine's.
pub fn list_of(w: &mut Writer<'_>, visit: VisitId, state: VisitState, audiences: &[Audience]) -> Result<()> {
    let all: Vec<Commitment> = commitments::table
        .filter(commitments::visit_id.eq(visit))
        .select(Commitment::as_select())
        .load(w.db())?;
    let listed = rules::is_listed(state);
    for one in all {
        let thing = Thing::new(Commitment::PART.kind, one.id);
        w.show_to(thing, one.created_at, if listed { audiences } else { &[] })?;
        let waits_until = rules::waits_until(one.strength, one.due_on, one.status, state);
        diesel::update(commitments::table.find(one.id))
            .set(commitments::waits_until.eq(waits_until))
            .execute(w.db())?;
        forget_responsibles(w.db(), one.id)?;
        let responsible = if listed { one.responsible_organisation_ids.get()? } else { Vec::new() };
        for organisation in responsible {
            diesel::insert_into(commitment_responsibles::table)
                .values((
                    commitment_responsibles::organisation_id.eq(organisation),
                    commitment_responsibles::created_at.eq(one.created_at),
                    commitment_responsibles::commitment_id.eq(one.id),
                    commitment_responsibles::waits_until.eq(waits_until),
                ))
                .execute(w.db())?;
        }
    }
    Ok(())
}

fn forget_responsibles(db: &mut Db, id: CommitmentId) -> Result<()> {
    diesel::delete(commitment_responsibles::table.filter(commitment_responsibles::commitment_id.eq(id)))
        .execute(db)?;
    Ok(())
}

/// Takes a commitment that is about to be removed out of every list.
///
/// # Errors
/// The engine's.
pub fn unlist(db: &mut Db, id: CommitmentId) -> Result<()> {
    forget_responsibles(db, id)?;
    diesel::delete(audience::table.filter(audience::thing_id.eq(AnyId(id.0)))).execute(db)?;
    Ok(())
}
