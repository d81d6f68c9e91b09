//! The registrations of an organisation that are to be renewed, and what it owes by them.

use diesel::prelude::*;

use crate::db::Db;
use crate::db::schema::{registration_obligations, registrations};
use crate::http::problem::Result;
use crate::inbox::codes::InboxAction;
use crate::inbox::model::{Asked, Matter, Owed, Waiting};
use crate::inbox::rules::{self, MOST};
use crate::registrations::codes::RegistrationStatus;
use crate::registrations::rules::renewal_until;
use crate::text::Name;
use crate::types::{CalendarDate, Json, ObligationId, RegistrationId};

/// Those that expire soon or have expired, the first first.
///
/// # Errors
/// The engine's.
pub(super) fn to_renew(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    if !asked.registrations {
        return Ok(Vec::new());
    }
    let expires_on = registrations::expires_on.assume_not_null();
    let rows: Vec<(RegistrationId, Json<Name>, CalendarDate)> = registrations::table
        .filter(registrations::organisation_id.eq(asked.organisation))
        .filter(registrations::status.eq(RegistrationStatus::Registered))
        // Those that have no end stand before all others in SQLite's index.
        .filter(expires_on.ge(CalendarDate::FIRST))
        .filter(expires_on.le(renewal_until(asked.today())))
        .order((expires_on.asc(), registrations::id.asc()))
        .limit(MOST.into())
        .select((registrations::id, registrations::authority, expires_on))
        .load(db)?;
    let waiting = |(id, authority, until): (RegistrationId, Json<Name>, CalendarDate)| Waiting {
        action: InboxAction::Renew,
        id: id.uuid(),
        due_on: Some(until),
        matter: Matter::Registration(authority, until),
    };
    Ok(rows.into_iter().map(waiting).collect())
}

/// What is owed soon or since, by dossiers that are not cancelled, the first due first.
///
/// # Errors
/// The engine's.
pub(super) fn owed(db: &mut Db, asked: &Asked) -> Result<Vec<Waiting>> {
    use registration_obligations as obligations;
    if !asked.registrations {
        return Ok(Vec::new());
    }
    type Row = (ObligationId, RegistrationId, Json<Name>, CalendarDate, Json<Name>);
    let rows: Vec<Row> = registrations::table
        .inner_join(obligations::table.on(obligations::registration_id.eq(registrations::id)))
        .filter(registrations::organisation_id.eq(asked.organisation))
        .filter(registrations::status.ne(RegistrationStatus::Cancelled))
        .filter(obligations::done_on.is_null())
        .filter(obligations::due_on.le(rules::obligations_until(asked.today())))
        .order((obligations::due_on.asc(), obligations::id.asc()))
        .limit(MOST.into())
        .select((
            obligations::id,
            registrations::id,
            obligations::title,
            obligations::due_on,
            registrations::authority,
        ))
        .load(db)?;
    let waiting = |(id, registration, what, due_on, authority): Row| Waiting {
        action: InboxAction::Done,
        id: id.uuid(),
        due_on: Some(due_on),
        matter: Matter::Obligation(Owed { registration, what, due_on }, authority),
    };
    Ok(rows.into_iter().map(waiting).collect())
}
