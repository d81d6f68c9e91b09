//! Pages of an organisation's dossiers: its own and those that it helps with.

use diesel::prelude::*;

use super::KIND;
use super::dossiers::with_parts;
use crate::db::schema::{audience, registrations};
use crate::db::{Db, MultiBackend};
use crate::http::call::PageRequest;
use crate::http::problem::Result;
use crate::journal::Audience;
use crate::registrations::codes::RegistrationStatus as S;
use crate::registrations::model::{Loaded, RegistrationRow};
use crate::registrations::rules;
use crate::types::{CalendarDate, OrganisationId};

/// Dossiers of a page, newest first, one more than its limit.
///
/// # Errors
/// The engine's.
pub fn list(
    db: &mut Db,
    organisation: OrganisationId,
    statuses: &[S],
    today: CalendarDate,
    page: &PageRequest,
) -> Result<Vec<Loaded>> {
    let (created_at, id) = page.before();
    let who = Audience::Organisation(organisation);
    let mut query = audience::table
        .inner_join(registrations::table.on(registrations::id.eq(audience::thing_id)))
        .filter(audience::thing_kind.eq(KIND))
        .filter(audience::organisation_id.eq(who.column()))
        .filter(audience::created_at.le(created_at))
        .filter(audience::created_at.lt(created_at).or(audience::thing_id.lt(id)))
        .select(RegistrationRow::as_select())
        .into_boxed::<MultiBackend>();
    if !statuses.is_empty() {
        // As they read today: what is registered, by its last day.
        let asks = |status: S| statuses.contains(&status);
        let registered = |asked: bool| if asked { vec![S::Registered] } else { Vec::new() };
        let stored: Vec<S> = statuses
            .iter()
            .copied()
            .filter(|one| !matches!(one, S::Registered | S::RenewalDue | S::Expired))
            .collect();
        let last_day = registrations::expires_on.assume_not_null();
        let until = rules::renewal_until(today);
        let good = registrations::expires_on.is_null().or(last_day.gt(until));
        let due = registrations::expires_on.is_not_null().and(last_day.ge(today)).and(last_day.le(until));
        let past = registrations::expires_on.is_not_null().and(last_day.lt(today));
        let status = registrations::status;
        query = query.filter(
            status
                .eq_any(stored)
                .or(status.eq_any(registered(asks(S::Registered))).and(good))
                .or(status.eq_any(registered(asks(S::RenewalDue))).and(due))
                .or(status.eq_any(registered(asks(S::Expired))).and(past)),
        );
    }
    let newest = (audience::created_at.desc(), audience::thing_id.desc());
    let rows = query.order(newest).limit(page.rows()).load(db)?;
    with_parts(db, rows)
}
